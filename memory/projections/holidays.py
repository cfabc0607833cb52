"""The public holidays that days are counted with: the last that were noted."""

from __future__ import annotations

import json

import sqlalchemy as sa

from memory.domain.events.workspace import HolidaysNoted
from memory.ledger import StoredEvent
from memory.projections.base import Projection, metadata, upsert

#: One row, of the house.
OURS = "ours"

holidays = sa.Table(
    "holidays",
    metadata,
    sa.Column("whose", sa.String(8), primary_key=True),
    sa.Column("place", sa.String(16), nullable=False),
    sa.Column("first_year", sa.Integer, nullable=False),
    sa.Column("last_year", sa.Integer, nullable=False),
    sa.Column("days", sa.Text, nullable=False),
    sa.Column("source", sa.String(80), nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
)


def _apply(connection: sa.Connection, stored: StoredEvent) -> None:
    event = stored.event
    assert isinstance(event, HolidaysNoted)
    values = {
        "place": event.place,
        "first_year": event.first_year,
        "last_year": event.last_year,
        "days": json.dumps([day.isoformat() for day in event.days]),
        "source": event.source,
        "at": stored.at.isoformat(),
    }
    upsert(connection, holidays, {"whose": OURS}, values)


PROJECTION = Projection("holidays", 1, (holidays,), frozenset({HolidaysNoted.kind}), _apply)
