"""Charges that statements showed, the series found among them with what the operator said of each, flags, and subscriptions."""

from __future__ import annotations

import sqlalchemy as sa

from memory.domain.base import canonical_json
from memory.domain.events import Event
from memory.domain.events.charges import (
    ChargeFlagged,
    ChargeObserved,
    SeriesConfirmed,
    SeriesEnded,
    SeriesFound,
    SeriesIgnored,
    SubscriptionWatched,
)
from memory.ledger import StoredEvent
from memory.projections.base import Projection, metadata, upsert

charges = sa.Table(
    "charges",
    metadata,
    sa.Column("charge_id", sa.String(80), primary_key=True),
    sa.Column("account", sa.String(80), nullable=False, index=True),
    sa.Column("booked_on", sa.String(10), nullable=False, index=True),
    sa.Column("statement", sa.String(64), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)

#: The days of each account that statements covered, one row per file read.
charge_coverage = sa.Table(
    "charge_coverage",
    metadata,
    sa.Column("statement", sa.String(64), primary_key=True),
    sa.Column("account", sa.String(80), primary_key=True),
    sa.Column("first_day", sa.String(10), nullable=False),
    sa.Column("last_day", sa.String(10), nullable=False),
)

charge_series = sa.Table(
    "charge_series",
    metadata,
    sa.Column("series_id", sa.String(80), primary_key=True),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("found_at", sa.String(32), nullable=False),
    sa.Column("stand", sa.String(10), nullable=False),
    sa.Column("vendor_id", sa.String(80), nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("ended_on", sa.String(10), nullable=False),
    sa.Column("judged_at", sa.String(32), nullable=False),
)

charge_flags = sa.Table(
    "charge_flags",
    metadata,
    sa.Column("flag_id", sa.String(120), primary_key=True),
    sa.Column("series_id", sa.String(80), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
)

subscriptions = sa.Table(
    "subscriptions",
    metadata,
    sa.Column("subscription_id", sa.String(80), primary_key=True),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("source", sa.String(64), nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
)

OPEN, CONFIRMED, IGNORED, ENDED = "open", "confirmed", "ignored", "ended"


def _apply(connection: sa.Connection, stored: StoredEvent) -> None:
    event, at = stored.event, stored.at.isoformat()
    if isinstance(event, ChargeObserved):
        _observe(connection, event)
    elif isinstance(event, SeriesFound):
        _find(connection, event, at)
    elif isinstance(event, ChargeFlagged):
        row = {"series_id": event.flag.series_id, "body": _text(event.flag.model_dump(mode="json")), "at": at}
        upsert(connection, charge_flags, {"flag_id": event.flag.flag_id}, row)
    elif isinstance(event, SubscriptionWatched):
        row = {"body": _text(event.subscription.model_dump(mode="json")), "source": event.source, "at": at}
        upsert(connection, subscriptions, {"subscription_id": event.subscription.subscription_id}, row)
    else:
        _judge(connection, event, at)


def _observe(connection: sa.Connection, event: ChargeObserved) -> None:
    for charge in event.charges:
        row = {"account": charge.account, "booked_on": charge.booked_on.isoformat(), "statement": event.statement}
        upsert(connection, charges, {"charge_id": charge.charge_id}, {**row, "body": _text(charge.model_dump(mode="json"))})
    days = {"first_day": event.first_day.isoformat(), "last_day": event.last_day.isoformat()}
    upsert(connection, charge_coverage, {"statement": event.statement, "account": event.account}, days)


def _find(connection: sa.Connection, event: SeriesFound, at: str) -> None:
    """Keep the series as found; what the operator said of it before stays."""
    body = _text(event.series.model_dump(mode="json"))
    same = charge_series.c.series_id == event.series.series_id
    if not connection.execute(charge_series.update().where(same).values(body=body)).rowcount:
        blank = {"stand": OPEN, "vendor_id": "", "note": "", "ended_on": "", "judged_at": ""}
        connection.execute(charge_series.insert().values(series_id=event.series.series_id, body=body, found_at=at, **blank))


def _judge(connection: sa.Connection, event: Event, at: str) -> None:
    if isinstance(event, SeriesConfirmed):
        values = {"stand": CONFIRMED, "vendor_id": event.vendor_id, "note": event.note, "ended_on": ""}
    elif isinstance(event, SeriesIgnored):
        values = {"stand": IGNORED, "note": event.reason}
    elif isinstance(event, SeriesEnded):
        values = {"stand": ENDED, "note": event.reason, "ended_on": event.ended_on.isoformat()}
    else:
        return
    connection.execute(charge_series.update().where(charge_series.c.series_id == event.series_id).values(**values, judged_at=at))


def _text(body: object) -> str:
    return canonical_json(body).decode()


def _shared(event: Event) -> tuple[str, ...]:
    if isinstance(event, SeriesFound):
        return (f"series {event.series.series_id}",)
    if isinstance(event, SeriesConfirmed | SeriesIgnored | SeriesEnded):
        return (f"series {event.series_id}",)
    return ("charges",)


_KINDS = frozenset(
    e.kind for e in (ChargeObserved, SeriesFound, ChargeFlagged, SeriesConfirmed, SeriesIgnored, SeriesEnded, SubscriptionWatched)
)
PROJECTION = Projection("charges", 2, (charges, charge_coverage, charge_series, charge_flags, subscriptions), _KINDS, _apply, _shared)
