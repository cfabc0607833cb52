"""The ledger: append-only events, one hash chain per stream (a case, or the workspace).

Each event is stored as the canonical bytes that were hashed; `hash = sha256(prev || canonical)`, where `prev` is the hash of the
event before it in its stream and the first `prev` is the sha256 of the stream's name. One chain per stream lets appends scale with
cases; signed anchors (`memory.anchors`) stand for all of them, and `verify` holds every event against both.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property, lru_cache
from typing import Any

import sqlalchemy as sa

from memory.chain import Break, chain, genesis
from memory.database import Statement, all_at_once, at_once
from memory.domain.base import Digest, canonical_json
from memory.domain.clock import Clock, IdMaker
from memory.domain.errors import ConflictError
from memory.domain.events import Event, read_event
from memory.schema import events as table
from memory.verification import Verification, head_of, verify

__all__ = [
    "WORKSPACE",
    "Break",
    "Ledger",
    "StoredEvent",
    "Verification",
    "chain",
    "genesis",
    "head_of",
    "read_events",
    "verify",
]

#: The stream of facts that belong to no case: registry, budgets, policy, statements, chat.
WORKSPACE = "workspace"


@dataclass(frozen=True)
class StoredEvent:
    """An event as it stands in the ledger. `seq` is the order over all streams, `version` the place in its stream."""

    seq: int
    event_id: str
    stream: str
    version: int
    at: datetime
    actor: str
    kind: str
    act_key: str
    kind_version: int
    body: dict[str, Any]
    hash: Digest

    @cached_property
    def event(self) -> Event:
        """The typed event; raises `IntegrityError` when this program does not know it."""
        return read_event(self.kind, self.kind_version, self.body)


class Ledger:
    """The only writer of `events`. It works inside the caller's transaction."""

    def __init__(self, clock: Clock, ids: IdMaker) -> None:
        self._clock = clock
        self._ids = ids

    def append(
        self,
        connection: sa.Connection,
        stream: str,
        events: Sequence[Event],
        *,
        actor: str,
        act_key: str,
        head: tuple[int, Digest] | None = None,
    ) -> list[StoredEvent]:
        """Append `events` to `stream` and return them as stored; `head` is the stream's, if it was looked up in this transaction.

        Raises `ConflictError` when another writer moved the stream's head meanwhile.
        """
        if not events:
            return []
        before, prev = head or self.head(connection, stream)
        made = []
        for version, event in enumerate(events, start=before + 1):
            record = self._record(stream, version, event, actor, act_key)
            canonical = canonical_json(record)
            prev = chain(prev, canonical)
            made.append((record, canonical, prev))
        numbers = _write(connection, (_MOVE_HEAD, (stream, before + len(made), prev, before)), made)
        return [_stored(seq, record, digest) for seq, (record, _, digest) in zip(numbers, made, strict=True)]

    def head(self, connection: sa.Connection, stream: str) -> tuple[int, Digest]:
        """Return the version and hash of the last event of `stream`; (0, genesis) when it is empty. Locks the row."""
        return head_read(at_once(connection, *head_query(connection, stream)), stream)

    def _record(self, stream: str, version: int, event: Event, actor: str, act_key: str) -> dict[str, Any]:
        return {
            "event_id": self._ids.new("EV"),
            "stream": stream,
            "version": version,
            "at": self._clock.now().isoformat(),
            "actor": actor,
            "kind": event.kind,
            "kind_version": event.version,
            "act_key": act_key,
            "body": event.stored_body(),
        }


def head_query(connection: sa.Connection, stream: str) -> Statement:
    """Return the statement that looks up the head of `stream` and locks it."""
    return (_HEAD if connection.dialect.name == "sqlite" else _HEAD_LOCKED), (stream,)


def head_read(cursor: Any, stream: str) -> tuple[int, Digest]:
    """Return the version and hash that `head_query` found."""
    row = cursor.fetchone()
    return (row[0], row[1]) if row else (0, genesis(stream))


_HEAD = "SELECT version, hash FROM heads WHERE stream = ?"
_HEAD_LOCKED = f"{_HEAD} FOR UPDATE"
_MOVE_HEAD = (
    "INSERT INTO heads (stream, version, hash) VALUES (?, ?, ?) "
    "ON CONFLICT (stream) DO UPDATE SET version = excluded.version, hash = excluded.hash WHERE heads.version = ?"
)
_COLUMNS = ("event_id", "stream", "version", "kind", "canonical", "hash")
_INSERT = f"INSERT INTO events ({', '.join(_COLUMNS)}) VALUES "  # noqa: S608  # constants of this file
_ROW = f"({', '.join('?' for _ in _COLUMNS)})"
#: Rows of one statement; SQLite takes 32,766 parameters and Postgres 65,535.
_ROWS_AT_ONCE = 1000


def _write(connection: sa.Connection, move: Statement, made: Sequence[tuple[dict[str, Any], bytes, Digest]]) -> list[int]:
    """Move the head and insert the events; return their running numbers, which both databases give out in the order of the rows."""
    first = made[0][0]
    before: tuple[Statement, ...] = (move,)
    if first["version"] == 1:
        # Nothing could be locked yet: of two who begin a stream the second is told here, in words, before its rows are refused.
        _refuse_second(at_once(connection, *move), first["stream"])
        before = ()
    numbers: list[int] = []
    for start in range(0, len(made), _ROWS_AT_ONCE):
        some = made[start : start + _ROWS_AT_ONCE]
        *moved, inserted = all_at_once(connection, *before, _insertion(connection, some))
        for cursor in moved:
            _refuse_second(cursor, first["stream"])
        before = ()
        if connection.dialect.name == "sqlite":
            numbers += range(inserted.lastrowid - len(some) + 1, inserted.lastrowid + 1)
        else:
            numbers += sorted(row[0] for row in inserted)
    return numbers


def _refuse_second(moved: Any, stream: str) -> None:
    if moved.rowcount != 1:
        raise ConflictError(f"{stream} was changed by somebody else", hint="try again")


def _insertion(connection: sa.Connection, some: Sequence[tuple[dict[str, Any], bytes, Digest]]) -> Statement:
    values = tuple(v for r, canonical, digest in some for v in (r["event_id"], r["stream"], r["version"], r["kind"], canonical, digest))
    insert = _INSERT + ",".join([_ROW] * len(some))
    return (insert if connection.dialect.name == "sqlite" else f"{insert} RETURNING seq"), values


def read_events(
    connection: sa.Connection,
    *,
    stream: str | None = None,
    after_seq: int = 0,
    kinds: Iterable[str] | None = None,
    limit: int | None = None,
    newest_first: bool = False,
) -> Iterator[StoredEvent]:
    """Yield events in ledger order (or newest first), of one stream or all."""
    if stream is not None or limit is not None:
        wanted = () if kinds is None else tuple(kinds)
        among = () if stream is None else (stream,)
        if kinds is None or wanted:
            text = _written_out(len(wanted), newest_first, limit, stream is not None)
            yield from events_read(at_once(connection, text, (*among, after_seq, *wanted)))
        return
    query = sa.select(table.c.seq, table.c.canonical, table.c.hash).where(table.c.seq > after_seq)
    if kinds is not None:
        query = query.where(table.c.kind.in_(list(kinds)))
    query = query.order_by(table.c.seq.desc() if newest_first else table.c.seq)
    # All of a case is little; all of the ledger is read piece by piece.
    with connection.execute(query, execution_options={"yield_per": 500}) as rows:
        for row in rows:
            yield _from_bytes(row.seq, row.canonical, row.hash)


def stream_query(stream: str) -> Statement:
    """Return the statement that reads all events of a stream, for `events_read`."""
    return _written_out(0, False, None, True), (stream, 0)


def events_read(cursor: Any) -> Iterator[StoredEvent]:
    """Yield what `stream_query` found."""
    for row in cursor.fetchall():
        # A case is read before each of its steps, so what was read of it lately need not be taken apart again.
        yield _lately_read(*row)


@cache
def _written_out(kinds: int, newest_first: bool, limit: int | None, of_stream: bool) -> str:
    among = f" AND kind IN ({', '.join('?' * kinds)})" if kinds else ""
    where = f"{'stream = ? AND ' if of_stream else ''}seq > ?{among}"
    order, end = "DESC" if newest_first else "ASC", "" if limit is None else f" LIMIT {limit:d}"
    # Asked for the newest of a kind, Postgres would walk back through all events until it meets one; so it gathers those of the kind.
    place = "seq + 0" if limit is not None and kinds else "seq"
    return f"SELECT seq, canonical, hash FROM events WHERE {where} ORDER BY {place} {order}{end}"  # noqa: S608  # marks only


def _from_bytes(seq: int, canonical: bytes, digest: Digest) -> StoredEvent:
    return _stored(seq, json.loads(canonical), digest)


_lately_read = lru_cache(maxsize=4096)(_from_bytes)


def _stored(seq: int, record: dict[str, Any], digest: Digest) -> StoredEvent:
    return StoredEvent(
        seq=seq,
        event_id=record["event_id"],
        stream=record["stream"],
        version=record["version"],
        at=datetime.fromisoformat(record["at"]),
        actor=record["actor"],
        kind=record["kind"],
        act_key=record["act_key"],
        kind_version=record["kind_version"],
        body=record["body"],
        hash=digest,
    )
