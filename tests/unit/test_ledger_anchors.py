"""Signed anchors: what they cover cannot be changed unseen, also by somebody who hashes everything anew and moves the heads."""

from __future__ import annotations

import json
from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa

from memory.anchors import ANCHORS, Anchor, anchor, make_signing_key, read_anchors, replace_key, signer_from
from memory.chain import chain, genesis
from memory.database import reading, writing
from memory.domain.base import canonical_json, sha256_hex
from memory.domain.errors import IntegrityError, RefusedError
from memory.domain.events.cases import CasePaused
from memory.ledger import Verification, verify
from memory.schema import anchors as anchors_table

WEIRD = 'CASE-"ü" \\ 名前 🦉'


@pytest.fixture(scope="session")
def signer() -> Any:
    return signer_from(make_signing_key())


def write(core: Any, stream: str, *numbers: int) -> None:
    for number in numbers:
        core.act(f"{stream}/{number}", CasePaused(reason=f"reason {number}"), stream=stream)


def sign(core: Any, signer: Any) -> Anchor:
    made = anchor(core.database, signer, core.clock)
    assert made is not None
    return made


@pytest.fixture
def anchored(core: Any, signer: Any) -> Any:
    """Three streams, an anchor, three more events, another anchor, and two events that nobody signed yet."""
    for stream in ("CASE-1", "CASE-2", WEIRD):
        write(core, stream, 1, 2)
    sign(core, signer)
    write(core, "CASE-1", 3, 4)
    write(core, "CASE-3", 1)
    sign(core, signer)
    write(core, "CASE-1", 5)
    write(core, "CASE-4", 1)
    return core


def check(core: Any, **how: Any) -> Verification:
    with reading(core.database) as connection:
        return verify(connection, **how)


def unlock(core: Any) -> None:
    """Take away what keeps an intruder from writing."""
    with writing(core.database) as connection:
        if connection.dialect.name == "sqlite":
            for name in connection.scalars(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        else:
            for name in ("events", "anchors"):
                connection.exec_driver_sql(f"ALTER TABLE {name} DISABLE TRIGGER ALL")


def rehash(core: Any, stream: str, version: int) -> None:
    """Change one event as an able intruder would: every hash after it and the head fit again."""
    unlock(core)
    prev = genesis(stream)
    with writing(core.database) as connection:
        query = sa.text("SELECT seq, version, canonical FROM events WHERE stream = :stream ORDER BY version")
        for row in connection.execute(query, {"stream": stream}).all():
            record = json.loads(row.canonical)
            if row.version == version:
                record["body"]["reason"] = "something else"
            canonical = canonical_json(record)
            prev = chain(prev, canonical)
            values = {"canonical": canonical, "hash": prev, "seq": row.seq}
            connection.execute(sa.text("UPDATE events SET canonical = :canonical, hash = :hash WHERE seq = :seq"), values)
        connection.execute(sa.text("UPDATE heads SET hash = :hash WHERE stream = :stream"), {"hash": prev, "stream": stream})


def test_an_anchor_signs_what_moved_and_all_of_them_sign_every_head(anchored: Any, signer: Any) -> None:
    with reading(anchored.database) as connection:
        first, second = read_anchors(connection)
    assert (set(first.said["changed"]), set(second.said["changed"])) == ({"CASE-1", "CASE-2", WEIRD}, {"CASE-1", "CASE-3"})
    assert (second.said["prev"], second.said["events"], second.said["streams"]) == (sha256_hex(first.body), 9, 4)
    for since_anchor in (False, True):
        found = check(anchored, key=signer.public_key, since_anchor=since_anchor)
        assert (found.ok, found.events, found.signed, found.unsigned, found.anchors, found.streams) == (True, 11, 9, 2, 2, 5)
    assert check(anchored).head == check(anchored, since_anchor=True).head


def test_only_what_is_new_is_hashed_since_an_anchor(anchored: Any) -> None:
    assert (check(anchored).hashed, check(anchored).since) == (11, None)
    found = check(anchored, since_anchor=True)
    assert (found.hashed, found.since) == (2, 2)


def test_without_an_anchor_all_of_it_is_hashed(core: Any) -> None:
    write(core, "CASE-1", 1, 2)
    found = check(core, since_anchor=True)
    assert (found.ok, found.hashed, found.since, found.anchors, found.unsigned) == (True, 2, None, 0, 2)


def test_when_nothing_moved_nothing_is_signed(core: Any, signer: Any) -> None:
    assert anchor(core.database, signer, core.clock) is None
    write(core, "CASE-1", 1)
    sign(core, signer)
    assert anchor(core.database, signer, core.clock) is None
    assert core.rows("anchors") == 1


@pytest.mark.parametrize("since_anchor", [False, True])
@pytest.mark.parametrize(
    ("statements", "stream"),
    [
        (["DELETE FROM events WHERE stream = 'CASE-2'", "DELETE FROM heads WHERE stream = 'CASE-2'"], "CASE-2"),
        (
            [
                "DELETE FROM events WHERE stream = 'CASE-2' AND version = 2",
                "UPDATE heads SET version = 1, hash = (SELECT hash FROM events WHERE stream = 'CASE-2') WHERE stream = 'CASE-2'",
            ],
            "CASE-2",
        ),
        (["DELETE FROM events WHERE stream = 'CASE-1' AND version = 2"], "CASE-1"),
    ],
    ids=["a stream gone with its head", "a stream cut short with its head", "an event gone"],
)
def test_what_was_signed_is_missed_when_it_is_gone(anchored: Any, statements: list[str], stream: str, since_anchor: bool) -> None:
    unlock(anchored)
    for statement in statements:
        anchored.sql(statement)
    found = check(anchored, since_anchor=since_anchor).first_break
    assert found is not None
    assert found.stream == stream


@pytest.mark.parametrize("since_anchor", [False, True])
@pytest.mark.parametrize(("stream", "version"), [("CASE-2", 1), ("CASE-2", 2), ("CASE-1", 4), (WEIRD, 1)])
def test_a_chain_that_was_hashed_anew_is_found(anchored: Any, stream: str, version: int, since_anchor: bool) -> None:
    rehash(anchored, stream, version)
    found = check(anchored, since_anchor=since_anchor).first_break
    assert found is not None
    assert (found.stream, found.version >= version) == (stream, True)


def test_what_no_anchor_covers_can_be_hashed_anew_and_that_is_said(anchored: Any) -> None:
    rehash(anchored, "CASE-4", 1)
    found = check(anchored)
    assert (found.ok, found.unsigned) == (True, 2)


def test_two_events_of_different_streams_that_changed_places_are_found(anchored: Any) -> None:
    unlock(anchored)
    for old, new in ((2, 90), (3, 2), (90, 3)):
        anchored.sql("UPDATE events SET seq = :new WHERE seq = :old", old=old, new=new)
    found = check(anchored).first_break
    assert found is not None
    assert (found.stream, found.version, "order" in found.problem) == (ANCHORS, 1, True)


@pytest.mark.parametrize("since_anchor", [False, True])
def test_an_event_put_in_before_an_anchor_is_found(anchored: Any, since_anchor: bool) -> None:
    unlock(anchored)
    anchored.sql("UPDATE events SET seq = 0 WHERE stream = 'CASE-4'")
    found = check(anchored, since_anchor=since_anchor).first_break
    assert found is not None
    assert (found.stream, found.version, "inserted" in found.problem) == ("CASE-4", 1, True)


@pytest.mark.parametrize("since_anchor", [False, True])
@pytest.mark.parametrize(
    ("statement", "number", "word"),
    [
        ("DELETE FROM anchors WHERE number = 1", 2, "removed"),
        ("UPDATE anchors SET signature = (SELECT signature FROM anchors WHERE number = 1) WHERE number = 2", 2, "forged"),
        ("UPDATE anchors SET signature = 'zz' WHERE number = 1", 1, "forged"),
        ("UPDATE anchors SET at = 'yesterday' WHERE number = 2", 2, "changed"),
        ("UPDATE anchors SET body = (SELECT body FROM anchors WHERE number = 1) WHERE number = 2", 2, "changed"),
        ("UPDATE anchors SET public_key = digest WHERE number = 2", 2, "another key"),
    ],
)
def test_an_altered_anchor_is_found(anchored: Any, statement: str, number: int, word: str, since_anchor: bool) -> None:
    unlock(anchored)
    anchored.sql(statement)
    found = check(anchored, since_anchor=since_anchor).first_break
    assert found is not None
    assert (found.stream, found.version) == (ANCHORS, number)
    assert word in found.problem


def test_the_database_refuses_to_change_an_anchor(anchored: Any) -> None:
    row = {"number": 1, "at": "now", "digest": "d", "body": b"", "public_key": "p", "signature": "s"}
    statements = [
        sa.text("UPDATE anchors SET at = 'now'"),
        sa.text("DELETE FROM anchors"),
        anchors_table.insert().prefix_with("OR REPLACE", dialect="sqlite").values(row),
    ]
    for statement in statements:
        with pytest.raises(sa.exc.IntegrityError), writing(anchored.database) as connection:
            connection.execute(statement)
    assert check(anchored).ok


def test_anchors_made_anew_with_a_stolen_pen_are_found_by_who_knows_the_key(anchored: Any, signer: Any) -> None:
    unlock(anchored)
    anchored.sql("DELETE FROM anchors")
    found = check(anchored, key=signer.public_key).first_break
    assert found is not None
    assert "no anchor" in found.problem
    sign(anchored, signer_from(make_signing_key()))
    assert check(anchored).ok
    found = check(anchored, key=signer.public_key).first_break
    assert found is not None
    assert "the key you expect" in found.problem


def test_a_new_key_counts_when_the_old_one_says_so_and_only_then(anchored: Any, signer: Any) -> None:
    new = signer_from(make_signing_key())
    with pytest.raises(RefusedError, match="names"):
        anchor(anchored.database, new, anchored.clock)
    replace_key(anchored.database, signer, new, anchored.clock)
    write(anchored, "CASE-1", 6)
    assert sign(anchored, new).number == 4
    with pytest.raises(RefusedError, match="names"):
        anchor(anchored.database, signer, anchored.clock)
    for known in (None, signer.public_key, new.public_key, new.public_key.upper()):
        assert check(anchored, key=known).ok
    assert check(anchored).key == new.public_key


def test_a_key_that_nobody_vouched_for_is_a_break(anchored: Any, signer: Any) -> None:
    thief = signer_from(make_signing_key())
    said = sign(anchored, signer).said
    body = canonical_json({**said, "signer": thief.public_key, "successor": thief.public_key})
    unlock(anchored)
    row = {"digest": sha256_hex(body), "body": body, "public_key": thief.public_key, "signature": thief.sign(body)}
    with writing(anchored.database) as connection:
        connection.execute(anchors_table.update().where(anchors_table.c.number == 3).values(row))
    found = check(anchored).first_break
    assert found is not None
    assert (found.version, "another key" in found.problem) == (3, True)


def test_a_broken_ledger_is_not_signed(anchored: Any, signer: Any) -> None:
    unlock(anchored)
    anchored.sql("UPDATE events SET kind = 'case.cancelled' WHERE stream = 'CASE-4'")
    with pytest.raises(IntegrityError, match="CASE-4 version 1"):
        anchor(anchored.database, signer, anchored.clock)


def test_a_cut_off_signing_key_is_refused_in_words() -> None:
    with pytest.raises(IntegrityError, match="32 bytes"):
        signer_from(b"short")


def test_anchors_made_at_once_have_numbers_of_their_own_while_others_write(open_core: Callable[..., Any], signer: Any) -> None:
    cores = [open_core()]
    cores += [open_core(cores[0].url) for _ in range(3)]
    barrier, failures = Barrier(4), []

    def work(core: Any, name: str) -> None:
        barrier.wait()
        try:
            for number in range(5):
                if name == "writer":
                    write(core, f"CASE-{number}", *range(5))
                else:
                    anchor(core.database, signer, core.clock)
        except Exception as error:  # noqa: BLE001  a thread's error would be lost
            failures.append(error)

    threads = [Thread(target=work, args=(core, name)) for core, name in zip(cores, ("a", "b", "c", "writer"), strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    anchor(cores[0].database, signer, cores[0].clock)
    found = check(cores[0], key=signer.public_key)
    assert (found.ok, found.events, found.unsigned) == (True, 25, 0)


@pytest.mark.parametrize("anchors", [0, 1, 3])
def test_two_processes_find_what_one_finds(core: Any, signer: Any, anchors: int) -> None:
    for round_ in range(4):
        for stream in ("CASE-1", WEIRD, f"CASE-{round_ + 2}"):
            write(core, stream, 2 * round_, 2 * round_ + 1)
        if round_ < anchors:
            sign(core, signer)
    alone, by_two = check(core), check(core, by_two_from=0)
    assert (alone.ok, by_two) == (True, alone)
    unlock(core)
    for seq, swapped in ((20, None), (11, 13), (5, None)):
        if swapped is None:
            core.sql("UPDATE events SET event_id = :other WHERE seq = :seq", seq=seq, other=f"other-{seq}")
        else:
            for old, new in ((seq, 90), (swapped, seq), (90, swapped)):
                core.sql("UPDATE events SET seq = :new WHERE seq = :old", old=old, new=new)
        alone, by_two = check(core), check(core, by_two_from=0)
        assert (alone.ok, by_two) == (False, alone)
