"""The outbox: semantic keys, marks in the outside world, moves, withdrawal."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memory import outbox
from memory.database import reading, writing
from memory.domain.approval import PlannedEffect
from memory.domain.errors import ConflictError, NotFoundError
from memory.outbox import EffectStatus, Move

_STEP = st.tuples(st.sampled_from(["CASE-1", "CASE-2"]), st.sampled_from(["rfq", "pay"]), st.integers(0, 3), st.integers(0, 3))


@given(_STEP, _STEP)
def test_a_key_is_the_same_for_the_same_step_and_for_no_other(one: tuple[Any, ...], other: tuple[Any, ...]) -> None:
    assert (outbox.effect_key(*one) == outbox.effect_key(*other)) == (one == other)
    assert len(outbox.effect_key(*one)) == 32


def test_the_key_of_a_step_never_changes_between_releases() -> None:
    assert outbox.effect_key("CASE-1", "rfq", 0, 0) == "ad3b5ee8651529054013984c9f804c91"


def test_an_effect_is_found_by_its_mark_in_the_outside_world(core: Any, effects: Any, permit: Any) -> None:
    calendar = PlannedEffect(key="c" * 32, kind="calendar.put", payload={"uid": "renewal-1@qm"})
    planned = [effects.mail(), effects.payment(), effects.signature(), calendar]
    core.act("k", *(permit(e, authorization_id=f"AU-{e.kind}") for e in planned), effects=planned)
    marks = {"mail.send": "message_id", "payment.instruct": "end_to_end_id", "calendar.put": "uid"}
    with reading(core.database) as connection:
        for effect in planned:
            reference = effect.payload[marks[effect.kind]] if effect.kind in marks else effect.key
            found = outbox.by_reference(connection, reference)
            assert found is not None
            assert found.effect_key == effect.key
        assert outbox.by_reference(connection, "<nobody@buyer.example>") is None
        assert {r.effect_key for r in outbox.rows(connection, kind="mail.send")} == {planned[0].key}
        assert len(outbox.rows(connection, case_id="CASE-1", statuses=(EffectStatus.QUEUED,))) == 4
        assert outbox.rows(connection, statuses=(EffectStatus.CONFIRMED,)) == []
        assert outbox.rows(connection, case_id="CASE-2") == []


def test_a_move_changes_status_note_time_and_counts_calls(core: Any, effects: Any, permit: Any) -> None:
    mail, other = effects.mail(), effects.mail(node="other")
    core.act("k", permit(mail), permit(other), effects=[mail, other])
    core.clock.move(timedelta(hours=1))
    core.act("burn", moves=[Move(mail.key, EffectStatus.SUBMITTED, attempt=True)])
    row = core.effect(mail.key)
    assert (row.status, row.attempts, row.note) == (EffectStatus.SUBMITTED, 1, "")
    assert row.updated_at > row.created_at
    core.act("told", moves=[Move(mail.key, EffectStatus.CONFIRMED, note="n" * 3000)])
    row = core.effect(mail.key)
    assert (row.status, row.attempts, len(row.note)) == (EffectStatus.CONFIRMED, 1, 2000)
    assert core.effect(other.key).status is EffectStatus.QUEUED


def test_an_effect_that_is_not_there_is_not_found(core: Any) -> None:
    with pytest.raises(NotFoundError, match="no effect"):
        core.effect("0" * 32)


def test_a_move_of_an_effect_that_is_not_there_is_refused_and_writes_nothing(core: Any) -> None:
    with pytest.raises(NotFoundError, match="no effect"):
        core.act("k", moves=[Move("0" * 32, EffectStatus.CONFIRMED)], result={"paid": 1})
    assert core.unit_of_work.recorded("k") is None


_MOVES = st.lists(st.tuples(st.sampled_from(list(EffectStatus)), st.booleans()), max_size=12)


@settings(max_examples=80)
@given(moves=_MOVES)
def test_no_sequence_of_moves_leaves_the_table_of_legal_ones(open_core: Any, effects: Any, permit: Any, moves: list[Any]) -> None:
    core, mail, calls = _one_core(open_core), effects.mail(), 0
    core.sql("DELETE FROM outbox")
    core.sql("DELETE FROM acts")
    with writing(core.database) as connection:
        outbox.insert(connection, "CASE-1", mail, "AU-1", core.clock.now().isoformat())
    stands = EffectStatus.QUEUED
    for to, attempt in moves:
        legal = to in outbox.LEGAL[stands]
        repeats = to is stands and not attempt
        try:
            with writing(core.database) as connection:
                outbox.apply(connection, Move(mail.key, to, attempt=attempt), core.clock.now().isoformat())
        except ConflictError:
            assert not legal
            assert not repeats
        else:
            assert legal or repeats
            stands, calls = to, calls + (attempt and legal)
        row = core.effect(mail.key)
        assert (row.status, row.attempts) == (stands, calls)


_SHARED: list[Any] = []


def _one_core(open_core: Any) -> Any:
    """Return one core for all examples of a test: opening one takes longer than an example."""
    if not _SHARED or _SHARED[0][0] is not open_core:
        _SHARED[:] = [(open_core, open_core())]
    return _SHARED[0][1]


def test_from_every_status_an_end_can_be_reached_and_ends_are_final() -> None:
    ends = {s for s in EffectStatus if not outbox.LEGAL[s]}
    assert ends == {EffectStatus.FAILED, EffectStatus.CANCELLED, EffectStatus.COMPENSATED}
    assert set(outbox.LEGAL) == set(EffectStatus)
    for status in EffectStatus:
        seen, ahead = set(), {status}
        while ahead:
            seen |= ahead
            ahead = {to for s in ahead for to in outbox.LEGAL[s]} - seen
        assert seen & ends


def test_a_lease_ends_with_the_call_and_is_taken_over_by_one(core: Any, effects: Any, permit: Any) -> None:
    mail = effects.mail()
    core.act("k", permit(mail), effects=[mail])
    until = core.clock.now() + timedelta(seconds=60)
    core.act("burn", moves=[Move(mail.key, EffectStatus.SUBMITTED, attempt=True, holder="one/1", held_until=until)])
    row = core.effect(mail.key)
    assert (row.holder, row.leased(core.clock.now()), row.leased(until)) == ("one/1", True, False)
    with writing(core.database) as connection:
        assert outbox.take_over(connection, row, holder="two/1", until=until)
        assert not outbox.take_over(connection, row, holder="three/1", until=until)
    assert core.effect(mail.key).holder == "two/1"
    core.act("told", moves=[Move(mail.key, EffectStatus.UNKNOWN)])
    row = core.effect(mail.key)
    assert (row.holder, row.held_until, row.leased(core.clock.now())) == ("", "", False)
