"""What went wrong, on the pages: Home says so, the case's page tells what to do, sends the letter and closes it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from app.bootstrap import open_office
from memory.domain.events.remediation import RemediationOpened
from memory.domain.money import Money
from memory.domain.registry import Contact
from memory.domain.remediation import ReadyLetter, Remediation, TaskSeverity, Trouble
from memory.engine.in_process import InProcessEngine
from memory.views.remediations import task_card

TASK = "RT-done-paid-and-refused"
HOSTILE = "Papertern [click](http://evil.example) <b>x</b> will not deliver"


@pytest.fixture
def troubled(fresh_furnished) -> Path:
    """The furnished home, with one task on its finished purchase."""
    letter = ReadyLetter(vendor_id="brieflark", contact_id="lark-sales", subject="Order PO-1: repayment", body="Please pay back.\n")
    with open_office(fresh_furnished.home, jobs=InProcessEngine()) as office:
        office.registrar().add_contact("lark-sales", Contact(name="Mia", email="sales@brieflark.example"), vendor_id="brieflark")
        task = Remediation(
            task_id=TASK,
            case_id=fresh_furnished.done_case,
            trouble=Trouble.PAID_AND_REFUSED,
            severity=TaskSeverity.URGENT,
            title=HOSTILE,
            happened="It wrote so after the payment.",
            steps=("Wait for the refund", "Then close this"),
            deadline=datetime.now(UTC) + timedelta(days=14),
            vendor_id="brieflark",
            letter=letter,
            awaits=Money.of("571.20", "EUR"),
        )
        office.unit_of_work.act("trouble", [RemediationOpened(task=task)], stream=fresh_furnished.done_case, actor="saga")
    return fresh_furnished.home


def test_home_names_what_has_to_be_put_right(troubled, opened):
    app = opened(troubled)
    assert any(HOSTILE in text.value for text in app.text)
    assert not any("](http" in md.value.replace("\\", "") and "\\[" not in md.value for md in app.markdown)


def test_the_case_tells_what_to_do_sends_the_letter_and_is_put_right(troubled, opened):
    app = opened(troubled, "case", case="CASE-done")
    shown = "\n".join([*(t.value for t in app.text), *(c.value for c in app.code)])
    for part in ("1. Wait for the refund", "Subject: Order PO-1: repayment", "Please pay back."):
        assert part in shown
    app.button(key=f"send-{TASK}").click().run()
    assert not app.exception
    with open_office(troubled, jobs=InProcessEngine()) as office:
        assert task_card(office.database, TASK).letter_is == "on its way"
    app.text_input(key=f"amount-{TASK}").set_value("571,20")
    app.text_input(key=f"note-{TASK}").set_value("by transfer")
    next(b for b in app.button if b.label == "Put right").click().run()
    assert not app.exception
    with open_office(troubled, jobs=InProcessEngine()) as office:
        card = task_card(office.database, TASK)
    assert (card.status, card.outcome, card.note) == ("closed", "refunded", "by transfer")


def test_an_amount_that_is_none_closes_nothing_and_says_so(troubled, opened):
    app = opened(troubled, "case", case="CASE-done")
    app.text_input(key=f"amount-{TASK}").set_value("a lot")
    next(b for b in app.button if b.label == "Put right").click().run()
    assert not app.exception
    with open_office(troubled, jobs=InProcessEngine()) as office:
        assert task_card(office.database, TASK).open
