"""The ledger against what it is made of, each pair in one run: raw inserts of the same bytes, the `eventsourcing` library, bare SHA-256.

Pairs take turns in short rounds, so that a busy moment of the machine falls on both; what is compared are medians. BENCH_LEDGER_EVENTS sets how many
events are verified (1,000,000).
"""

from __future__ import annotations

import gc
import hashlib
import json
import os
import resource
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from app.ports import RandomIds, SystemClock
from memory.anchors import anchor, make_signing_key, signer_from
from memory.chain import LAST, chain, event_rows, genesis
from memory.database import open_database, reading, writing
from memory.domain.base import canonical_json
from memory.domain.events.cases import CasePaused
from memory.ledger import Ledger, verify

EVENTS = int(os.environ.get("BENCH_LEDGER_EVENTS", "1000000"))
_STREAMS = 1000
_INSERT = "INSERT INTO events (event_id, stream, version, kind, canonical, hash) VALUES (?, ?, ?, ?, ?, ?)"
#: With this reason an event has the 322 bytes of the project's reference measurements.
_EVENT = CasePaused(reason="x" * 87)
#: Bytes of a body in events of a real demo purchase, one of each tenth of them: 1,140 bytes an event in the mean.
_REAL = (60, 110, 160, 200, 260, 420, 560, 640, 1300, 5300)

Say = Callable[[str], None]


@pytest.fixture
def say(capsys: pytest.CaptureFixture[str]) -> Say:
    """Print a line of the table, past pytest's capture."""

    def write(line: str) -> None:
        with capsys.disabled():
            sys.stdout.write(f"\n  {line}")

    return write


def compared(rounds: int, *works: Callable[[], None]) -> list[float]:
    """Return the median seconds of each piece of work; they take turns."""
    seconds: list[list[float]] = [[] for _ in works]
    gc.collect()
    gc.disable()
    try:
        for _ in range(rounds):
            for spent, work in zip(seconds, works, strict=True):
                started = time.perf_counter()
                work()
                spent.append(time.perf_counter() - started)
    finally:
        gc.enable()
    return [statistics.median(spent) for spent in seconds]


# --- appending -------------------------------------------------------------------------------------------------------------


def _appends(database: sa.Engine, grouped: int, durable: bool) -> Callable[[], None]:
    """Append in a transaction of its own, as `UnitOfWork` does: a connection from the pool, begin, append, commit, and back."""
    ledger, turn = Ledger(SystemClock(), RandomIds()), iter(range(10**9))

    def append() -> None:
        number = next(turn)
        stream = f"CASE-{number % 100:010d}"
        with writing(database, durable=durable) as connection:
            ledger.append(connection, stream, [_EVENT] * grouped, actor="operator", act_key=f"{stream}/pause_case/{number}")

    return append


def _core_appends(connection: sa.Connection, grouped: int) -> Callable[[], None]:
    """Append on a connection that is held open, as the raw driver's is."""
    ledger, turn = Ledger(SystemClock(), RandomIds()), iter(range(10**9))

    def append() -> None:
        number = next(turn)
        stream = f"CASE-c{number % 100:09d}"
        with connection.begin():
            ledger.append(connection, stream, [_EVENT] * grouped, actor="operator", act_key=f"{stream}/pause_case/{number}")

    return append


def _rows(grouped: int) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the same events, ready to be inserted, in streams of another name."""
    ids, versions = RandomIds(), dict.fromkeys(range(100), 0)
    for number in range(10**9):
        stream, some = f"CASE-r{number % 100:09d}", []
        for _ in range(grouped):
            versions[number % 100] += 1
            record = {
                "event_id": ids.new("EV"), "stream": stream, "version": versions[number % 100], "at": SystemClock().now().isoformat(),
                "actor": "operator", "kind": "case.paused", "kind_version": 1, "act_key": f"{stream}/pause_case/{number}",
                "body": _EVENT.stored_body(),
            }  # fmt: skip
            body = canonical_json(record)
            some.append((record["event_id"], stream, record["version"], "case.paused", body, hashlib.sha256(body).hexdigest()))
        yield some


def _raw(execute: Callable[[list[tuple[Any, ...]]], None], grouped: int, count: int) -> Callable[[], None]:
    rows = _rows(grouped)
    ready = iter([next(rows) for _ in range(count)])
    return lambda: execute(next(ready))


@pytest.mark.parametrize("durable", [False, True], ids=["normal", "durable"])
@pytest.mark.parametrize("grouped", [1, 10, 100])
def test_append_against_raw_inserts_of_the_same_bytes(new_url: Callable[[], str], say: Say, grouped: int, durable: bool) -> None:
    url = new_url()
    database = open_database(url)
    rounds = 600 if grouped == 1 and not durable else 60
    if database.dialect.name == "sqlite":
        driver = sqlite3.connect(Path(url.removeprefix("sqlite:///")), isolation_level=None)
        driver.execute(f"PRAGMA synchronous={'FULL' if durable else 'NORMAL'}")
        begin, insert = "BEGIN IMMEDIATE", _INSERT
    else:
        import psycopg

        driver = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)
        driver.execute(f"SET synchronous_commit = {'on' if durable else 'off'}")
        begin, insert = "BEGIN", _INSERT.replace("?", "%s")

    def execute(rows: list[tuple[Any, ...]]) -> None:
        driver.execute(begin)
        driver.cursor().executemany(insert, rows)
        driver.execute("COMMIT")

    with database.connect().execution_options(durable=durable) as held:
        if durable and database.dialect.name == "postgresql":
            held.exec_driver_sql("SET synchronous_commit = on")
            held.commit()
        works = _appends(database, grouped, durable), _core_appends(held, grouped), _raw(execute, grouped, rounds)
        ours, core, raw = compared(rounds, *works)
    driver.close()
    database.dispose()
    how = f"{database.dialect.name} {'durable' if durable else 'normal'}, {grouped} a transaction"
    say(
        f"append, {how}: raw {grouped / raw:,.0f}/s, core {grouped / core:,.0f}/s, ratio {raw / core:.2f}; "
        f"with a connection from the pool {grouped / ours:,.0f}/s, ratio {raw / ours:.2f}"
    )


@cache
def _their_event() -> Any:
    from eventsourcing.domain import DomainEvent

    @dataclass(frozen=True)
    class Paused(DomainEvent):
        reason: str
        actor: str
        act_key: str

    return Paused


@pytest.mark.parametrize("grouped", [1, 100])
def test_append_against_the_eventsourcing_library_at_equal_durability(
    new_url: Callable[[], str], say: Say, grouped: int, tmp_path: Path
) -> None:
    """Both on SQLite in WAL with synchronous=FULL, or on Postgres with synchronous commits; both take events and make the bytes."""
    from datetime import UTC, datetime
    from uuid import uuid4

    from eventsourcing.persistence import DatetimeAsISO, InfrastructureFactory, JSONTranscoder, Mapper, UUIDAsHex
    from eventsourcing.utils import Environment

    url = new_url()
    database = open_database(url)
    parts = sa.make_url(url)
    if database.dialect.name == "sqlite":
        environment = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(tmp_path / "theirs.db")}
    else:
        environment = {
            "PERSISTENCE_MODULE": "eventsourcing.postgres", "POSTGRES_DBNAME": str(parts.database), "POSTGRES_HOST": str(parts.query["host"]),
            "POSTGRES_PORT": "5432", "POSTGRES_USER": parts.username or "postgres", "POSTGRES_PASSWORD": parts.password or "none",
        }  # fmt: skip
    factory = InfrastructureFactory.construct(Environment("bench", environment))
    transcoder = JSONTranscoder()
    transcoder.register(UUIDAsHex())
    transcoder.register(DatetimeAsISO())
    store = factory.event_store(mapper=Mapper(transcoder=transcoder), recorder=factory.application_recorder())

    paused = _their_event()
    rounds = 120 if grouped == 1 else 40
    originators = [uuid4() for _ in range(100)]
    turn = iter(range(10**9))

    def theirs() -> None:
        number = next(turn)
        first = number // 100 * grouped
        stream, now = originators[number % 100], datetime.now(UTC)
        store.put([paused(stream, first + i + 1, now, _EVENT.reason, "operator", f"{stream}/pause_case/{number}") for i in range(grouped)])

    with database.connect().execution_options(durable=True) as held:
        if database.dialect.name == "postgresql":
            held.exec_driver_sql("SET synchronous_commit = on")
            held.commit()
        ours, library = compared(rounds, _core_appends(held, grouped), theirs)
    factory.close()
    database.dispose()
    say(
        f"append against eventsourcing, {database.dialect.name} durable, {grouped} a transaction: "
        f"{grouped / ours:,.0f}/s, library {grouped / library:,.0f}/s, ratio {library / ours:.2f}"
    )


# --- verifying -------------------------------------------------------------------------------------------------------------


def _fill(database: sa.Engine, count: int, bodies: tuple[int, ...], part: int) -> None:
    """Write events as the ledger does, many at a time."""
    heads: dict[str, tuple[int, str]] = {}
    ids = RandomIds()
    for start in range(0, count, 20_000):
        rows = []
        for number in range(start, min(count, start + 20_000)):
            stream = f"CASE-{part}{number % _STREAMS:09d}"
            version, prev = heads.get(stream, (0, genesis(stream)))
            record = {
                "event_id": ids.new("EV"), "stream": stream, "version": version + 1, "at": "2026-11-22T20:08:45.998163+00:00",
                "actor": "operator", "kind": "case.paused", "kind_version": 1, "act_key": f"{stream}/pause_case/{version}",
                "body": {"reason": "x" * bodies[number // 7 % len(bodies)]},
            }  # fmt: skip
            canonical = canonical_json(record)
            heads[stream] = (version + 1, chain(prev, canonical))
            rows.append((record["event_id"], stream, version + 1, "case.paused", canonical, heads[stream][1]))
        with writing(database) as connection:
            driver: Any = connection.connection.driver_connection
            if connection.dialect.name == "sqlite":
                driver.executemany(_INSERT, rows)
            else:
                with driver.cursor().copy("COPY events (event_id, stream, version, kind, canonical, hash) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
    with writing(database) as connection:
        connection.execute(
            sa.text("INSERT INTO heads (stream, version, hash) VALUES (:s, :v, :h)"),
            [{"s": s, "v": v, "h": h} for s, (v, h) in heads.items()],
        )


@pytest.mark.parametrize("bodies", [(87,), _REAL], ids=["322 bytes", "as in a real case"])
def test_verification_against_bare_sha256_over_the_same_bytes(new_url: Callable[[], str], say: Say, bodies: tuple[int, ...]) -> None:
    url = new_url()
    database = open_database(url)
    count = EVENTS if database.dialect.name == "sqlite" and len(bodies) == 1 else EVENTS // 5
    signer = signer_from(make_signing_key())
    for part in range(2):
        _fill(database, count // 2, bodies, part)
        if part == 0:
            anchor(database, signer, SystemClock())
    with reading(database) as connection:
        some = [row[4] for batch in event_rows(connection, 0, 100_000) for row in batch]
    same = [b"0" * 64 + body for body in some]

    def bare() -> None:
        for body in same:
            hashlib.sha256(body).hexdigest()

    def whole() -> None:
        with reading(database) as connection:
            assert verify(connection).events == count

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    def by_two() -> None:
        with reading(database) as connection:
            assert verify(connection, by_two_from=0).events == count

    for signed in (False, True):
        if signed:
            anchor(database, signer, SystemClock())
        ours, two, alone = compared(3, whole, by_two, bare)
        rate, both, floor = count / ours, count / two, len(same) / alone
        say(
            f"verify {count:,} events of {sum(map(len, some)) / len(some):,.0f} bytes, {database.dialect.name}, {'all signed' if signed else 'half signed'}: "
            f"SHA-256 alone {floor:,.0f}/s; one process {rate:,.0f}/s in {ours:.1f} s, ratio {rate / floor:.2f}; two {both:,.0f}/s in {two:.1f} s, ratio {both / floor:.2f}"
        )
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    started = time.perf_counter()
    with reading(database) as connection:
        assert verify(connection, since_anchor=True).hashed == 0
    say(f"since the anchor: {time.perf_counter() - started:.2f} s; memory grew by {grown:.0f} MB; {_size(database, count)}")
    database.dispose()


def _size(database: sa.Engine, count: int) -> str:
    with reading(database) as connection:
        if database.dialect.name == "sqlite":
            query = "SELECT sum(pgsize) FROM dbstat WHERE name = 'events' OR name LIKE '%_events_%' OR name LIKE 'ix_events%'"
        else:
            query = "SELECT pg_total_relation_size('events')"
        bodies = connection.scalar(sa.text("SELECT sum(length(canonical)) FROM events")) or 0
        try:
            total = connection.scalar(sa.text(query)) or 0
        except sa.exc.OperationalError:  # a SQLite that was built without dbstat
            return "size unknown"
    return f"{total / count:.0f} bytes an event on disk with its indexes, of which {int(bodies) / count:.0f} were hashed"


def test_a_record_has_the_size_of_the_reference() -> None:
    assert abs(len(next(_rows(1))[0][4]) - 322) < 12, json.dumps(len(next(_rows(1))[0][4]))
    assert LAST > EVENTS
