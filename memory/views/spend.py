"""Spend: what is reserved, committed and paid, against the budgets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from memory.database import reading
from memory.domain.money import Money, Period
from memory.projections.cases import cases
from memory.projections.spend import budgets, commitments, payments

#: The budget of the whole house, beside those of single categories.
WHOLE_HOUSE = "all"
_COUNTED = ("reserved", "committed")
_DAYS = {Period.MONTH: 30, Period.QUARTER: 91, Period.YEAR: 365, Period.DAY: 1, Period.HOUR: 1}


@dataclass(frozen=True)
class BudgetLine:
    """One budget: its limit per period, what counts against it now, and what is left (negative when overspent)."""

    category: str
    limit: Money
    period: Period
    used: Money
    left: Money
    set_by: str


@dataclass(frozen=True)
class SpendEntry:
    """What one case reserved, committed or gave back."""

    case_id: str
    title: str
    vendor_id: str
    category: str
    amount: Money
    status: str
    at: datetime


@dataclass(frozen=True)
class PaymentEntry:
    """One payment: what was instructed, and what the bank booked."""

    end_to_end_id: str
    case_id: str
    payee_id: str
    amount: Money
    settled: Money | None
    status: str
    submitted_at: datetime
    booked_on: str


def spend_entries(database: sa.Engine, *, category: str | None = None) -> tuple[SpendEntry, ...]:
    """Return what every case has set aside or spent, newest first."""
    query = (
        sa.select(commitments, cases.c.title, cases.c.vendor_id)
        .join(cases, cases.c.case_id == commitments.c.case_id)
        .order_by(commitments.c.at.desc(), commitments.c.case_id)
    )
    if category is not None:
        query = query.where((commitments.c.category == category) | (commitments.c.top_category == category))
    with reading(database) as connection:
        rows = connection.execute(query).all()
    return tuple(
        SpendEntry(
            row.case_id,
            row.title,
            row.vendor_id,
            row.category,
            Money(amount_minor=row.amount_minor, currency=row.currency),
            row.status,
            datetime.fromisoformat(row.at),
        )
        for row in rows
    )


def payment_entries(database: sa.Engine, *, case_id: str | None = None, status: str | None = None) -> tuple[PaymentEntry, ...]:
    """Return payments, newest first."""
    query = sa.select(payments).order_by(payments.c.submitted_at.desc(), payments.c.end_to_end_id)
    if case_id is not None:
        query = query.where(payments.c.case_id == case_id)
    if status is not None:
        query = query.where(payments.c.status == status)
    with reading(database) as connection:
        rows = connection.execute(query).all()
    return tuple(
        PaymentEntry(
            row.end_to_end_id,
            row.case_id,
            row.payee_id,
            Money(amount_minor=row.amount_minor, currency=row.currency),
            None if row.settled_minor is None else Money(amount_minor=row.settled_minor, currency=row.currency),
            row.status,
            datetime.fromisoformat(row.submitted_at),
            row.booked_on,
        )
        for row in rows
    )


def spent_within(database: sa.Engine, now: datetime, days: int, currency: str, *, category: str | None, without_case: str = "") -> Money:
    """Return what was reserved or committed in the last `days` days in `currency`, all cases but one.

    `category` may be a catalogue category (email_marketing) or a top one (saas); None counts everything.
    """
    since = (now - timedelta(days=days)).isoformat()
    query = sa.select(sa.func.coalesce(sa.func.sum(commitments.c.amount_minor), 0)).where(
        commitments.c.status.in_(_COUNTED),
        commitments.c.currency == currency,
        commitments.c.at >= since,
        commitments.c.case_id != without_case,
    )
    if category is not None:
        query = query.where((commitments.c.category == category) | (commitments.c.top_category == category))
    with reading(database) as connection:
        return Money(amount_minor=int(connection.scalar(query) or 0), currency=currency)


def budget_lines(database: sa.Engine, now: datetime, *, without_case: str = "") -> tuple[BudgetLine, ...]:
    """Return every budget with what is left of it; a category's use counts over the budget's own rolling period."""
    with reading(database) as connection:
        rows = connection.execute(sa.select(budgets).order_by(budgets.c.category)).all()
    lines = []
    for row in rows:
        period = Period(row.period)
        limit = Money(amount_minor=row.limit_minor, currency=row.currency)
        category = None if row.category == WHOLE_HOUSE else row.category
        used = spent_within(database, now, _DAYS.get(period, 36500), row.currency, category=category, without_case=without_case)
        lines.append(BudgetLine(row.category, limit, period, used, limit - used, row.set_by))
    return tuple(lines)
