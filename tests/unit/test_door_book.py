"""The dispatcher's own book: what is in it no change of the database takes away, and a crash in the middle of a line spoils nothing."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest

from graphs.settling import EffectControl
from memory.domain.errors import ConflictError
from memory.domain.events.cases import CasePaused
from memory.ledger import WORKSPACE
from tools.capability import Mint
from tools.dispatch import Dispatcher
from tools.door_book import DoorBook
from tools.guards import Word, stopped_because


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "door.book"


def test_what_was_written_down_is_read_by_everybody_who_shares_the_book(path: Path) -> None:
    one, other = DoorBook(path), DoorBook(path)
    assert (one.stops, one.calls("k")) == (frozenset(), frozenset())
    one.note_call("k", "t1")
    other.note_call("k", "t2")
    other.note_call("l", "t3")
    one.note_stop(7)
    assert (other.calls("k"), one.calls("l"), other.stops) == (frozenset({"t1", "t2"}), frozenset({"t3"}), frozenset({7}))
    one.note_nothing("k")
    other.note_lift(7)
    assert (other.calls("k"), other.calls("l"), one.stops) == (frozenset(), frozenset({"t3"}), frozenset())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_line_that_a_power_cut_tore_spoils_no_other(path: Path) -> None:
    DoorBook(path).note_call("k", "t1")
    with path.open("ab") as file:
        file.write(b'\n{"called": "l", "tok')
    DoorBook(path).note_call("m", "t3")
    assert [DoorBook(path).calls(key) for key in "klm"] == [{"t1"}, frozenset(), {"t3"}]


def test_saying_the_same_again_writes_nothing(path: Path) -> None:
    book = DoorBook(path)
    book.note_nothing("k")
    book.note_lift(1)
    assert not path.exists()
    book.note_stop(1)
    before = path.read_bytes()
    book.note_stop(1)
    assert path.read_bytes() == before


def test_a_stop_that_is_gone_from_the_ledger_holds_until_the_operator_lifts_it(core: Any, path: Path) -> None:
    book = DoorBook(path)
    control = EffectControl(core.database, core.unit_of_work, core.ids, book=book)
    core.act("before", CasePaused())
    control.stop_effects(by="operator", reason="something is odd")
    core.unlock("events")
    core.sql("DELETE FROM events WHERE stream = :stream", stream=WORKSPACE)
    core.sql("DELETE FROM heads WHERE stream = :stream", stream=WORKSPACE)
    word = Word(Mint.fresh(), book=book)
    dispatcher = Dispatcher(core.database, core.unit_of_work, {}, core.clock, word.mint, book=book)
    dispatcher.look_for_stop()
    with core.database.connect() as connection:
        assert "gone from the ledger" in stopped_because(connection, word)
    control.resume_effects(by="operator", reason="looked at it")
    with core.database.connect() as connection:
        assert stopped_because(connection, word) == ""
    with pytest.raises(ConflictError, match="not stopped"):
        control.resume_effects(by="operator", reason="again")
