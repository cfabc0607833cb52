"""The ledger: append-only events, one hash chain per stream (a case, or the workspace).

Each event is stored as the canonical bytes that were hashed; `hash = sha256(prev || canonical)`, and the first `prev` of a
stream is the sha256 of the stream's name. One chain per stream lets appends scale with cases; `head_of` sums all of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from memory.domain.base import Digest, canonical_json, digest_of, sha256_hex
from memory.domain.clock import Clock, IdMaker
from memory.domain.errors import ConflictError
from memory.domain.events import Event, read_event
from memory.schema import events as table
from memory.schema import heads

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


@dataclass(frozen=True)
class Break:
    """The first place where a chain does not hold."""

    stream: str
    version: int
    event_id: str
    problem: str


@dataclass(frozen=True)
class Verification:
    """The result of checking the whole ledger. `head` is the digest over the heads of all streams."""

    events: int
    streams: int
    head: Digest
    first_break: Break | None

    @property
    def ok(self) -> bool:
        """Whether every chain holds."""
        return self.first_break is None


class Ledger:
    """The only writer of `events`. It works inside the caller's transaction."""

    def __init__(self, clock: Clock, ids: IdMaker) -> None:
        self._clock = clock
        self._ids = ids

    def append(self, connection: sa.Connection, stream: str, events: Sequence[Event], *, actor: str, act_key: str) -> list[StoredEvent]:
        """Append `events` to `stream` and return them as stored.

        Raises `ConflictError` when another writer moved the stream's head meanwhile.
        """
        if not events:
            return []
        version, prev = self.head(connection, stream)
        start, stored = version, []
        for event in events:
            version += 1
            record = {
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
            canonical = canonical_json(record)
            digest = chain(prev, canonical)
            row = {k: record[k] for k in ("event_id", "stream", "version", "kind", "at")}
            result = connection.execute(table.insert().values(**row, canonical=canonical, prev=prev, hash=digest))
            seq = result.inserted_primary_key[0]  # type: ignore[index]
            stored.append(_stored(seq, record, digest))
            prev = digest
        self._move_head(connection, stream, start, version, prev)
        return stored

    def head(self, connection: sa.Connection, stream: str) -> tuple[int, Digest]:
        """Return the version and hash of the last event of `stream`; (0, genesis) when it is empty. Locks the row."""
        row = connection.execute(sa.select(heads.c.version, heads.c.hash).where(heads.c.stream == stream).with_for_update()).first()
        return (row.version, row.hash) if row else (0, genesis(stream))

    def _move_head(self, connection: sa.Connection, stream: str, before: int, after: int, digest: Digest) -> None:
        if before == 0:
            connection.execute(heads.insert().values(stream=stream, version=after, hash=digest))
            return
        moved = connection.execute(
            heads.update().where(heads.c.stream == stream, heads.c.version == before).values(version=after, hash=digest)
        )
        if moved.rowcount != 1:
            raise ConflictError(f"{stream} was changed by somebody else", hint="try again")


def genesis(stream: str) -> Digest:
    """Return the `prev` of a stream's first event."""
    return sha256_hex(stream.encode())


def chain(prev: Digest, canonical: bytes) -> Digest:
    """Return the hash of an event: sha256 over the previous hash (as text) and the canonical bytes."""
    return sha256_hex(prev.encode() + canonical)


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
    query = sa.select(table.c.seq, table.c.canonical, table.c.hash).where(table.c.seq > after_seq)
    if stream is not None:
        query = query.where(table.c.stream == stream)
    if kinds is not None:
        query = query.where(table.c.kind.in_(list(kinds)))
    query = query.order_by(table.c.seq.desc() if newest_first else table.c.seq)
    if limit is not None:
        query = query.limit(limit)
    for row in connection.execute(query):
        yield _stored(row.seq, json.loads(row.canonical), row.hash)


def verify(connection: sa.Connection) -> Verification:
    """Check every chain from its genesis and against its stored head; names the first break in ledger order."""
    ends: dict[str, tuple[int, Digest]] = {}
    count = 0
    for row in connection.execute(sa.select(table).order_by(table.c.seq)):
        count += 1
        version, prev = ends.get(row.stream, (0, genesis(str(row.stream))))
        problem = _problem(row, version, prev)
        if problem:
            found = Break(row.stream, row.version, row.event_id, problem)
            return Verification(count, len(ends), digest_of({}), found)
        ends[row.stream] = (row.version, row.hash)
    known = {row.stream: (row.version, row.hash) for row in connection.execute(sa.select(heads))}
    for stream in sorted(set(ends) | set(known), key=str):
        if ends.get(stream) != known.get(stream):
            found = Break(stream, ends.get(stream, (0, ""))[0], "", "events are missing at the end of the stream, or its head was changed")
            return Verification(count, len(ends), digest_of({}), found)
    return Verification(count, len(ends), _sum(ends), None)


def head_of(connection: sa.Connection) -> Digest:
    """Return the digest over the heads of all streams: one figure that stands for the whole ledger."""
    return _sum({row.stream: (row.version, row.hash) for row in connection.execute(sa.select(heads))})


def _problem(row: Any, version: int, prev: Digest) -> str:
    if not isinstance(row.canonical, bytes) or not isinstance(row.stream, str):
        return "the stored bytes were replaced by something of another type"
    if row.version != version + 1:
        return f"version {row.version} follows version {version}: an event was dropped, inserted or moved"
    if row.prev != prev or chain(prev, row.canonical) != row.hash:
        return "the stored bytes do not match the chain: the event was changed"
    try:
        record = json.loads(row.canonical)
    except ValueError:
        record = None
    if not isinstance(record, dict):
        return "the stored bytes are not an event"
    if any(str(record.get(name)) != str(getattr(row, name)) for name in ("event_id", "stream", "version", "kind", "at")):
        return "a column beside the stored bytes was changed"
    return ""


def _sum(ends: dict[str, tuple[int, Digest]]) -> Digest:
    return digest_of({stream: [version, digest] for stream, (version, digest) in ends.items()})


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
