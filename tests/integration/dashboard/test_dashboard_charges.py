"""The page of recurring charges: what nobody knows stands there with its reasons, and one press of a button settles it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from app.bootstrap import open_office
from graphs.charge_desk import ChargeDesk
from memory.domain.events.charges import SeriesConfirmed
from memory.engine.in_process import InProcessEngine
from memory.ledger import read_events
from tools.connectors.statement import read_statement


def charged(home: Path) -> None:
    today = datetime.now(UTC).date()
    days = [today - timedelta(days=7 + 28 * n) for n in range(6)]
    body = ("Date,Name,Amount,Currency\n" + "".join(f"{day},<b>Notion</b> Labs,-10.00,EUR\n" for day in days)).encode()
    with open_office(home, jobs=InProcessEngine()) as office:
        desk = ChargeDesk(office.database, office.unit_of_work, office.evidence, office.clock)
        desk.take_in(read_statement(body, file="s.csv"), body, filename="s.csv", by="operator")


def confirmed(home: Path) -> int:
    with open_office(home, jobs=InProcessEngine()) as office, office.database.connect() as connection:
        return len(list(read_events(connection, kinds=[SeriesConfirmed.kind])))


def test_an_empty_home_says_how_charges_come_in(opened: Callable[..., Any], empty_home: Path) -> None:
    app = opened(empty_home, "charges")
    assert "No recurring charge" in app.title[0].value
    assert "qm import charges" in app.caption[0].value


def test_a_stranger_stands_on_home_and_on_its_page_until_the_operator_knows_it(opened: Callable[..., Any], empty_home: Path) -> None:
    charged(empty_home)
    assert "1 recurring charge nobody knows" in [text.value for text in opened(empty_home).text]
    app = opened(empty_home, "charges")
    assert app.title[0].value == "1 recurring charge to look at"
    assert not any("<b>" in markdown.value for markdown in app.markdown)
    next(button for button in app.button if button.label == "I know it").click().run()
    assert confirmed(empty_home) == 1
    assert app.title[0].value == "No recurring charge needs a look"
