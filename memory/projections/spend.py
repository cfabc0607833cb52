"""Spend: what is reserved, committed and paid, and the budgets it is measured against."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

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
    elif isinstance(event, PaymentSubmitted):
        row = {"payee_id": event.payee_id, "currency": event.amount.currency, "amount_minor": event.amount.amount_minor}
        rest = {"case_id": stored.stream, "status": "submitted", "submitted_at": at, "booked_on": "", "line_id": ""}
        connection.execute(payments.insert().values(end_to_end_id=event.end_to_end_id, **row, **rest))
    elif isinstance(event, PaymentConfirmed):
        values = {"status": "confirmed", "settled_minor": event.amount.amount_minor, "booked_on": event.booked_on.isoformat()}
        connection.execute(payments.update().where(payments.c.end_to_end_id == event.end_to_end_id).values(**values, line_id=event.line_id))


_KINDS = frozenset(e.kind for e in (BudgetReserved, BudgetCommitted, BudgetReleased, BudgetSet, PaymentSubmitted, PaymentConfirmed))
PROJECTION = Projection("spend", 2, (commitments, payments, budgets), _KINDS, _apply)
