"""Spend: what is reserved, committed and paid, and the budgets it is measured against."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from memory.domain.events import Event
from memory.domain.events.contracts import PaymentConfirmed, PaymentSubmitted
from memory.domain.events.workspace import BudgetCommitted, BudgetReleased, BudgetReserved, BudgetSet
from memory.ledger import StoredEvent
from memory.projections.base import Projection, metadata, upsert

commitments = sa.Table(
    "commitments",
    metadata,
    sa.Column("case_id", sa.String(80), primary_key=True),
    sa.Column("category", sa.String(80), nullable=False, index=True),
    sa.Column("top_category", sa.String(80), nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("status", sa.String(12), nullable=False),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
)

payments = sa.Table(
    "payments",
    metadata,
    sa.Column("end_to_end_id", sa.String(35), primary_key=True),
    sa.Column("case_id", sa.String(80), nullable=False, index=True),
    sa.Column("payee_id", sa.String(80), nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("amount_minor", sa.BigInteger, nullable=False),
    sa.Column("settled_minor", sa.BigInteger),
    sa.Column("status", sa.String(12), nullable=False, index=True),
    sa.Column("submitted_at", sa.String(32), nullable=False),
    sa.Column("booked_on", sa.String(10), nullable=False),
    sa.Column("line_id", sa.String(120), nullable=False),
)

budgets = sa.Table(
    "budgets",
    metadata,
    sa.Column("category", sa.String(80), primary_key=True),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("limit_minor", sa.BigInteger, nullable=False),
    sa.Column("period", sa.String(10), nullable=False),
    sa.Column("set_by", sa.String(80), nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("event_id", sa.String(40), nullable=False),
)


def _apply(connection: sa.Connection, stored: StoredEvent) -> None:
    event = stored.event
    at = stored.at.isoformat()
    if isinstance(event, BudgetReserved | BudgetCommitted | BudgetReleased):
        status = event.kind.removeprefix("budget.")
        row: dict[str, Any] = {"category": event.category, "top_category": event.top_category, "currency": event.amount.currency}
        row |= {"amount_minor": event.amount.amount_minor}
        upsert(connection, commitments, {"case_id": event.case_id}, {**row, "status": status, "at": at})
    elif isinstance(event, BudgetSet):
        row = {"currency": event.limit.currency, "limit_minor": event.limit.amount_minor, "period": event.limit.period.value}
        upsert(connection, budgets, {"category": event.category}, {**row, "set_by": event.by, "at": at, "event_id": stored.event_id})
    elif isinstance(event, PaymentSubmitted | PaymentConfirmed):
        _pay(connection, stored, event)


def _pay(connection: sa.Connection, stored: StoredEvent, event: PaymentSubmitted | PaymentConfirmed) -> None:
    """Fold both halves of a payment in whichever order they come: a statement may be read before the case notes its instruction."""
    at, amount = stored.at.isoformat(), event.amount
    values: dict[str, str | int]
    blank: dict[str, str | int]
    key, known = payments.c.end_to_end_id == event.end_to_end_id, {"end_to_end_id": event.end_to_end_id, "case_id": stored.stream}
    if isinstance(event, PaymentSubmitted):
        values = {"payee_id": event.payee_id, "currency": amount.currency, "amount_minor": amount.amount_minor, "submitted_at": at}
        blank = {"status": "submitted", "booked_on": "", "line_id": ""}
    else:
        values = {"status": "confirmed", "settled_minor": amount.amount_minor, "booked_on": event.booked_on.isoformat()}
        values |= {"line_id": event.line_id}
        blank = {"payee_id": "", "currency": amount.currency, "amount_minor": amount.amount_minor, "submitted_at": at}
    if not connection.execute(payments.update().where(key).values(**values)).rowcount:
        connection.execute(payments.insert().values(**known, **blank, **values))


def _shared(event: Event) -> tuple[str, ...]:
    if isinstance(event, PaymentSubmitted | PaymentConfirmed):
        return (f"payment {event.end_to_end_id}",)
    if isinstance(event, BudgetSet):
        return (f"budget {event.category}",)
    return (f"commitment {getattr(event, 'case_id', '')}",)


_KINDS = frozenset(e.kind for e in (BudgetReserved, BudgetCommitted, BudgetReleased, BudgetSet, PaymentSubmitted, PaymentConfirmed))
PROJECTION = Projection("spend", 3, (commitments, payments, budgets), _KINDS, _apply, _shared)
