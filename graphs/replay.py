"""Replay: every projection folded again from the ledger, beside the live one, and compared byte for byte."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import sqlalchemy as sa

from memory.database import reading
from memory.domain.base import Digest
from memory.ledger import read_events
from memory.projections.base import Projection, fingerprint


@dataclass(frozen=True)
class Replayed:
    """One projection: the fingerprint of the live rows, and of the rows that the ledger gives."""

    name: str
    events: int
    live: Digest
    rebuilt: Digest

    @property
    def equal(self) -> bool:
        """Whether both say the same."""
        return self.live == self.rebuilt


def replay(database: sa.Engine, projections: Sequence[Projection]) -> tuple[Replayed, ...]:
    """Return the comparison of every projection, all from one view of the database.

    The live tables are only read. The others are folded in one pass into a scratch database of SQLite, whatever the live one is,
    and are gone afterwards; they and the ledger may be larger than memory.
    """
    with reading(database) as live, _scratch() as beside:
        for projection in projections:
            for table in projection.tables:
                table.create(beside)
        counts = _fold(live, beside, projections)
        return tuple(Replayed(p.name, counts[p.name], fingerprint(live, p), fingerprint(beside, p)) for p in projections)


def _fold(live: sa.Connection, beside: sa.Connection, projections: Sequence[Projection]) -> Counter[str]:
    counts: Counter[str] = Counter()
    kinds = None if any(p.kinds is None for p in projections) else frozenset().union(*(p.kinds or () for p in projections))
    for event in read_events(live, kinds=kinds):
        for projection in projections:
            if projection.wants(event.kind):
                projection.apply(beside, event)
                counts[projection.name] += 1
    return counts


@contextmanager
def _scratch() -> Iterator[sa.Connection]:
    """Yield a connection to a database without a name: SQLite keeps it in memory, and in a file of its own when it grows."""
    engine = sa.create_engine("sqlite://", creator=lambda: sqlite3.connect(""), poolclass=sa.StaticPool)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()
