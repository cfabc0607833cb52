"""The hash chain: whatever is done to a stored row behind the house's back, `verify` finds it and names the first place."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from memory.database import reading
from memory.domain.base import canonical_json, digest_of, sha256_hex
from memory.domain.events.cases import CasePaused, CaseResumed
from memory.ledger import chain, genesis, head_of, read_events

on_sqlite = pytest.mark.parametrize("new_url", ["sqlite"], indirect=True)
on_postgres = pytest.mark.parametrize("new_url", ["postgres"], indirect=True)


def filled(core: Any, cases: int = 2, each: int = 4) -> None:
    for number in range(each):
        for case in range(cases):
            fact = CasePaused(reason=f"{number}") if number % 2 == 0 else CaseResumed(reason=f"{number}")
            core.act(f"{case}/{number}", fact, stream=f"CASE-{case}")


def unlock(core: Any) -> None:
    core.unlock("events")


def shown(core: Any) -> tuple[str, int]:
    found = core.verify().first_break
    assert found is not None
    return found.stream, found.version


def test_an_untouched_ledger_verifies_and_its_head_stands_for_every_stream(core: Any) -> None:
    filled(core)
    found = core.verify()
    assert (found.ok, found.events, found.streams) == (True, 8, 2)
    ends = {e.stream: [e.version, e.hash] for e in core.events()}
    with reading(core.database) as connection:
        assert found.head == head_of(connection) == digest_of(ends)


def test_an_empty_ledger_verifies(core: Any) -> None:
    assert (core.verify().ok, core.verify().events) == (True, 0)


def test_each_hash_is_that_of_the_previous_hash_and_the_stored_bytes(core: Any) -> None:
    filled(core)
    prev = {stream: hashlib.sha256(stream.encode()).hexdigest() for stream in ("CASE-0", "CASE-1")}
    with reading(core.database) as connection:
        for row in connection.execute(sa.text("SELECT * FROM events ORDER BY seq")):
            assert row.hash == hashlib.sha256(prev[row.stream].encode() + row.canonical).hexdigest()
            assert canonical_json(json.loads(row.canonical)) == row.canonical
            prev[row.stream] = row.hash
    assert genesis("x") == sha256_hex(b"x")


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ("UPDATE events SET canonical = (SELECT canonical FROM events WHERE seq = 5) WHERE seq = 6", ("CASE-1", 3)),
        ("UPDATE events SET kind = 'case.cancelled' WHERE seq = 6", ("CASE-1", 3)),
        ("UPDATE events SET event_id = 'EV-other' WHERE seq = 6", ("CASE-1", 3)),
        ("UPDATE events SET hash = (SELECT hash FROM events WHERE seq = 4) WHERE seq = 6", ("CASE-1", 3)),
        ("UPDATE events SET kind = kind || '\",\"x' WHERE seq = 6", ("CASE-1", 3)),
        ("UPDATE events SET canonical = '' WHERE seq = 6", ("CASE-1", 3)),
        ("DELETE FROM events WHERE seq = 1", ("CASE-0", 2)),
        ("DELETE FROM events WHERE seq = 6", ("CASE-1", 4)),
        ("DELETE FROM events WHERE seq = 8", ("CASE-1", 3)),
        ("DELETE FROM events WHERE stream = 'CASE-1'", ("CASE-1", 0)),
        ("DELETE FROM heads WHERE stream = 'CASE-1'", ("CASE-1", 4)),
        ("UPDATE heads SET version = 3 WHERE stream = 'CASE-1'", ("CASE-1", 4)),
        ("UPDATE heads SET hash = (SELECT hash FROM heads WHERE stream = 'CASE-0') WHERE stream = 'CASE-1'", ("CASE-1", 4)),
    ],
)
def test_a_changed_or_dropped_row_is_found_and_named(core: Any, change: str, place: tuple[str, int]) -> None:
    filled(core)
    unlock(core)
    core.sql(change)
    assert shown(core) == place


@on_sqlite
@pytest.mark.parametrize(
    "change",
    [
        'UPDATE events SET canonical = replace(canonical, \'"reason":"2"\', \'"reason":"9"\') WHERE seq = 6',
        "UPDATE events SET stream = x'00' WHERE seq = 6",
        "UPDATE heads SET stream = x'00' WHERE stream = 'CASE-1'",
    ],
)
def test_a_value_of_another_type_is_found(core: Any, change: str) -> None:
    filled(core)
    unlock(core)
    core.sql(change)
    assert not core.verify().ok


def test_a_row_inserted_between_two_others_is_found(core: Any) -> None:
    filled(core, cases=1)
    unlock(core)
    core.sql("UPDATE events SET version = version + 10, seq = seq + 10 WHERE seq > 2")
    core.sql(
        "INSERT INTO events (seq, event_id, stream, version, kind, canonical, hash) "
        "SELECT 3, 'EV-new', stream, 3, kind, canonical, hash FROM events WHERE seq = 2"
    )
    assert shown(core) == ("CASE-0", 3)


def test_two_rows_that_changed_places_are_found(core: Any) -> None:
    filled(core, cases=1)
    unlock(core)
    for old, new in ((2, 90), (3, 2), (90, 3)):
        core.sql("UPDATE events SET seq = :new WHERE seq = :old", old=old, new=new)
    assert shown(core) == ("CASE-0", 3)


def test_a_forged_tail_that_chains_correctly_is_found_by_the_head(core: Any) -> None:
    filled(core, cases=1)
    unlock(core)
    last = core.events()[-1]
    record = {"event_id": "EV-forged", "stream": "CASE-0", "version": 5, "kind": "case.cancelled"}
    canonical = canonical_json(record)
    row = {**record, "canonical": canonical, "hash": chain(last.hash, canonical)}
    core.sql(f"INSERT INTO events ({', '.join(row)}) VALUES ({', '.join(':' + name for name in row)})", **row)
    assert shown(core) == ("CASE-0", 5)


def test_a_forged_tail_that_leaves_a_version_out_is_found_though_its_head_fits(core: Any) -> None:
    filled(core, cases=1)
    last = core.events()[-1]
    record = {"event_id": "EV-forged", "stream": "CASE-0", "version": 6, "kind": "case.cancelled"}
    canonical = canonical_json(record)
    row = {**record, "canonical": canonical, "hash": chain(last.hash, canonical)}
    core.sql(f"INSERT INTO events ({', '.join(row)}) VALUES ({', '.join(':' + name for name in row)})", **row)
    core.sql("UPDATE heads SET version = 6, hash = :hash", hash=row["hash"])
    assert shown(core) == ("CASE-0", 6)


@pytest.mark.parametrize("garbage", [b"not json", b"[]", b"{}", b"\xff"])
def test_stored_bytes_that_are_no_event_are_a_break_and_no_crash(core: Any, garbage: bytes) -> None:
    filled(core, cases=1)
    unlock(core)
    prev = core.events()[2].hash
    core.sql("UPDATE events SET canonical = :body, hash = :hash WHERE seq = 4", body=garbage, hash=chain(prev, garbage))
    assert shown(core) == ("CASE-0", 4)


@settings(max_examples=12)
@given(st.data())
def test_one_flipped_bit_anywhere_in_the_stored_bytes_is_found(open_core: Callable[..., Any], data: st.DataObject) -> None:
    core = open_core()
    filled(core, cases=2, each=2)
    unlock(core)
    event = data.draw(st.sampled_from(core.events()))
    with reading(core.database) as connection:
        body = bytearray(connection.scalar(sa.text("SELECT canonical FROM events WHERE seq = :seq"), {"seq": event.seq}))
    body[data.draw(st.integers(0, len(body) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    core.sql("UPDATE events SET canonical = :body WHERE seq = :seq", body=bytes(body), seq=event.seq)
    assert shown(core) == (event.stream, event.version)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET kind = 'x' WHERE seq = 1",
        "DELETE FROM events WHERE seq = 1",
        "DELETE FROM events",
        "UPDATE evidence SET source = 'x'",
        "DELETE FROM evidence",
    ],
)
def test_the_database_itself_refuses_to_change_what_was_written(core: Any, statement: str) -> None:
    _is_refused(core, statement)


@on_sqlite
@pytest.mark.parametrize(
    "statement",
    [
        "INSERT OR REPLACE INTO events SELECT * FROM events WHERE seq = 1",
        "REPLACE INTO events SELECT 99, 'EV-x', stream, version, kind, canonical, hash FROM events WHERE seq = 1",
        "INSERT OR REPLACE INTO evidence SELECT digest, 'x/x', origin, source, size, stored_at, x'00' FROM evidence",
    ],
)
def test_sqlite_refuses_to_replace_what_was_written(core: Any, statement: str) -> None:
    _is_refused(core, statement)


@on_postgres
@pytest.mark.parametrize(
    "statement",
    [
        "TRUNCATE events",
        "TRUNCATE evidence CASCADE",
        "INSERT INTO events SELECT * FROM events WHERE seq = 1 ON CONFLICT (seq) DO UPDATE SET kind = 'x'",
    ],
)
def test_postgres_refuses_to_empty_or_overwrite_what_was_written(core: Any, statement: str) -> None:
    _is_refused(core, statement)


def _is_refused(core: Any, statement: str) -> None:
    from memory.domain.evidence import Origin

    filled(core, cases=1)
    digest = core.evidence.put_text("a mail", origin=Origin.VENDOR_MAIL)
    before = core.verify().head
    with pytest.raises(sa.exc.IntegrityError, match="append-only"):
        core.sql(statement)
    assert (core.verify().ok, core.verify().head) == (True, before)
    assert core.evidence.get(digest) == b"a mail"


def test_events_are_read_by_stream_kind_place_and_number(core: Any) -> None:
    filled(core)
    with reading(core.database) as connection:
        everything = list(read_events(connection))
        assert [e.seq for e in everything] == list(range(1, 9))
        assert [e.version for e in read_events(connection, stream="CASE-1")] == [1, 2, 3, 4]
        assert [e.seq for e in read_events(connection, after_seq=6)] == [7, 8]
        assert {e.kind for e in read_events(connection, kinds=["case.resumed"])} == {"case.resumed"}
        assert list(read_events(connection, kinds=[])) == []
        assert [e.seq for e in read_events(connection, newest_first=True, limit=2)] == [8, 7]


def test_an_event_keeps_who_when_and_under_which_key(core: Any) -> None:
    core.act("a/b/0", CasePaused(reason="holiday"), actor="operator")
    event = core.events()[0]
    assert (event.actor, event.act_key, event.at, event.version, event.event_id) == ("operator", "a/b/0", core.clock.now(), 1, "EV-1")
    assert event.event == CasePaused(reason="holiday")
