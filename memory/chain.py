"""The hash chains of the ledger, and the walk along them that tells whether they hold.

The walk has two speeds. Each event passes one comparison of bytes that is exact when it says yes; only an event that does not pass is
taken apart to say in words what is wrong with it. So a million events are checked without parsing one of them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Generator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from memory.domain.base import Digest, sha256_hex

Heads = dict[str, tuple[int, Digest]]
"""Version and hash of the last event of each stream."""

_COLUMNS = "stream, version, event_id, kind, canonical, hash"
#: Rows that are looked at together: enough to make the fetch cheap, few enough to stay in the processor's cache.
_BATCH = 128
_SQLITE = f"SELECT {_COLUMNS} FROM events WHERE seq > ? AND seq <= ? ORDER BY seq"  # noqa: S608  # constants of this file
_POSTGRES = f"SELECT {_COLUMNS} FROM events WHERE seq > %s AND seq <= %s ORDER BY seq"  # noqa: S608
#: The smallest and the largest running number of either database: nothing hides below 1.
_FIRST, LAST = -(2**63), 2**63 - 1

Rows = list[tuple[str, int, str, str, bytes, str]]


@dataclass(frozen=True)
class Break:
    """The first place where the ledger does not hold. `version` is 0 and `event_id` empty where no single event can be named."""

    stream: str
    version: int
    event_id: str
    problem: str


def genesis(stream: str) -> Digest:
    """Return what stands for the hash before a stream's first event."""
    return sha256_hex(stream.encode())


def chain(prev: Digest, canonical: bytes) -> Digest:
    """Return the hash of an event: sha256 over the previous hash (as text) and the canonical bytes."""
    return sha256_hex(prev.encode() + canonical)


def event_rows(connection: sa.Connection, after: int, upto: int) -> Generator[Rows]:
    """Yield the events whose running number is above `after` and at most `upto`, in order, some at a time, as the driver gives them."""
    # The driver itself, since an ORM's row costs more than the sha256 of an event; Postgres keeps the cursor, so memory stays flat.
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        cursor, query = driver.cursor(), _SQLITE
    else:
        cursor, query = driver.cursor(name="qm_chain", binary=True), _POSTGRES
    with closing(cursor):
        cursor.execute(query, (after, upto))
        while batch := cursor.fetchmany(_BATCH):
            yield batch


class Walk:
    """Follows the chains of all streams at once, in the order of the ledger. Begin with the `heads` that are known already.

    `heads` and `events` tell how far it came. `order` is the sha256 over the hashes passed since it was last taken: it stands for
    which events there are and in which order, over all streams.
    """

    def __init__(
        self, heads: Heads | None = None, *, events: int = 0, before: Callable[[str, int], tuple[int, Digest]] | None = None
    ) -> None:
        """Begin with `heads` after so many `events`; `before` says where a stream stood before the version of it that is met first."""
        self.heads: Heads = dict(heads or {})
        self.events = events
        self._before = before or (lambda stream, _version: (0, genesis(stream)))
        self._order = hashlib.sha256()
        self._plain_kinds: set[str] = set()

    def follow(self, connection: sa.Connection, after: int, upto: int = LAST) -> Break | None:
        """Follow the chains over a range of running numbers, from the very first when `after` is 0; returns the first break."""
        with closing(event_rows(connection, after or _FIRST, upto)) as batches:
            return next(filter(None, map(self._batch, batches)), None)

    def take_order(self) -> Digest:
        """Return the sha256 over the hashes passed since the last call."""
        order, self._order = self._order.hexdigest(), hashlib.sha256()
        return order

    def _batch(self, batch: Rows) -> Break | None:
        heads, plain, sha256 = self.heads, self._plain_kinds, hashlib.sha256
        row: Any = None
        try:
            for row in batch:
                stream, version, event_id, kind, canonical, digest = row
                if stream in heads:
                    last, prev = heads[stream]
                else:
                    last, prev = self._before(stream, version)
                # Exact: in canonical JSON a raw quote is never part of a text, so the end of the bytes is the end of the event itself.
                # A kind of another version than 1, or a name that JSON writes with a backslash, is looked at slowly below.
                if (
                    version != last + 1
                    or sha256(prev.encode() + canonical).hexdigest() != digest
                    or '"' in event_id
                    or kind not in plain
                    or not canonical.endswith(
                        f',"event_id":"{event_id}","kind":"{kind}","kind_version":1,"stream":"{stream}","version":{version}}}'.encode()
                    )
                ):
                    problem = problem_of(row, last, prev)
                    if problem:
                        return Break(stream, version, event_id, problem)
                    if '"' not in kind:
                        plain.add(kind)
                heads[stream] = (version, digest)
        except (TypeError, AttributeError):
            return Break(row[0], row[1], row[2], "the stored bytes were replaced by something of another type")
        self._order.update("".join([row[5] for row in batch]).encode())
        self.events += len(batch)
        return None


def problem_of(row: tuple[str, int, str, str, bytes, str], version: int, prev: Digest) -> str:
    """Say what is wrong with an event that comes after `version` and `prev` of its stream; empty when nothing is."""
    stream, own_version, event_id, kind, canonical, digest = row
    if own_version != version + 1:
        return f"version {own_version} follows version {version}: an event was dropped, inserted or moved"
    if chain(prev, canonical) != digest:
        return "the stored bytes do not match the chain: the event was changed"
    try:
        record = json.loads(canonical)
    except ValueError:
        record = None
    if not isinstance(record, dict):
        return "the stored bytes are not an event"
    beside = {"event_id": event_id, "stream": stream, "version": own_version, "kind": kind}
    if any(record.get(name) != value for name, value in beside.items()):
        return "a column beside the stored bytes was changed"
    return ""
