"""The house as it was known at an instant: every projection folded from the events up to then, in a database of its own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from memory.database import open_database, reading, sqlite_url, writing
from memory.ledger import read_events
from memory.projections.base import Projection, rebuild
from memory.schema import events, metadata

_BATCH = 500


@contextmanager
def as_known_at(database: sa.Engine, projections: Sequence[Projection], at: datetime) -> Iterator[sa.Engine]:
    """Yield a database to which every view answers as it would have at `at`; it is gone afterwards, and nothing is written to the live one.

    Its ledger holds the events up to then. Evidence is not copied: what a digest stands for does not change.
    """
    with tempfile.TemporaryDirectory(prefix="quartermaster-") as folder:
        beside = open_database(sqlite_url(Path(folder) / "past.db"))
        try:
            _fill(database, beside, projections, at)
            yield beside
        finally:
            beside.dispose()


def _fill(database: sa.Engine, beside: sa.Engine, projections: Sequence[Projection], at: datetime) -> None:
    metadata.create_all(beside)
    with reading(database) as live, writing(beside) as copy:
        known = [stored.seq for stored in read_events(live) if stored.at <= at]
        for start in range(0, len(known), _BATCH):
            rows = live.execute(sa.select(events).where(events.c.seq.in_(known[start : start + _BATCH])).order_by(events.c.seq))
            copy.execute(events.insert(), [dict(row) for row in rows.mappings()])
        for projection in projections:
            rebuild(copy, projection)
