"""What went wrong with a vendor, as it was known at an instant: each line cites its event, and its evidence where there is some."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from memory.database import reading
from memory.domain.evidence import EvidenceRef, Origin
from memory.domain.note import EventRef
from memory.projections.vendor_incidents import AWAITED, NOT_RETURNED, NOTED, RETURNED
from memory.projections.vendor_incidents import vendor_incidents as table

_ENDS = {RETURNED: "the money came back", NOT_RETURNED: "closed without the money"}


@dataclass(frozen=True)
class Incident:
    """One thing that went wrong. `words` may be a vendor's own; `evidence` is empty where the event alone stands for it."""

    vendor_id: str
    case_id: str
    kind: str
    words: str
    at: datetime
    event_id: str
    evidence: str

    @property
    def source(self) -> EvidenceRef | EventRef:
        """What proves it: the words, where there are any, else the fact itself. Words count as a vendor's unless the operator noted them."""
        if not self.evidence:
            return EventRef(event_id=self.event_id, origin=Origin.SYSTEM)
        return EvidenceRef(digest=self.evidence, origin=Origin.OPERATOR if self.kind == NOTED else Origin.VENDOR_MAIL)


def incidents_of(
    database: sa.Engine, vendor_ids: Collection[str], *, at: datetime | None = None, before_seq: int | None = None
) -> tuple[Incident, ...]:
    """Return what went wrong with a vendor (all its ids), oldest first; with `at` as known then, with `before_seq` before that event."""
    return _incidents(database, table.c.vendor_id.in_(sorted(vendor_ids)), at, before_seq)


def all_incidents(database: sa.Engine, *, case_id: str | None = None) -> tuple[Incident, ...]:
    """Return what went wrong with any vendor, or in one case, oldest first."""
    return _incidents(database, table.c.case_id == case_id if case_id else sa.true(), None, None)


def _incidents(database: sa.Engine, where: sa.ColumnElement[bool], at: datetime | None, before_seq: int | None) -> tuple[Incident, ...]:
    query = sa.select(table).where(where).order_by(table.c.seq)
    if before_seq is not None:
        query = query.where(table.c.seq < before_seq)
    with reading(database) as connection:
        rows = connection.execute(query).all()
    return tuple(_incident(row, at) for row in rows if at is None or datetime.fromisoformat(row.at) <= at)


def _incident(row: Any, at: datetime | None) -> Incident:
    known = bool(row.ended_at) and (at is None or datetime.fromisoformat(row.ended_at) <= at)
    kind = row.ended_as if known and row.kind == AWAITED else row.kind
    words = f"{row.words} ({_ENDS[row.ended_as]})" if known and row.kind == AWAITED else row.words
    return Incident(row.vendor_id, row.case_id, kind, words, datetime.fromisoformat(row.at), row.event_id, row.evidence)
