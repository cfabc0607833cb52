"""Replay: every projection folded again from the ledger, beside the live one, and compared byte for byte."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from memory.database import open_database, reading
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
    """Return the comparison of every projection. The live tables are only read; the others live in memory and are dropped."""
    scratch = open_database("sqlite://")
    try:
        with reading(database) as live, scratch.begin() as beside:
            return tuple(_replayed(live, beside, projection) for projection in projections)
    finally:
        scratch.dispose()


def _replayed(live: sa.Connection, beside: sa.Connection, projection: Projection) -> Replayed:
    for table in projection.tables:
        table.create(beside)
    count = 0
    for count, event in enumerate(read_events(live, kinds=projection.kinds), start=1):  # noqa: B007  counted
        projection.apply(beside, event)
    return Replayed(projection.name, count, fingerprint(live, projection), fingerprint(beside, projection))
