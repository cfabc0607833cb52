"""Renewals by the last day on which the operator can still act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import sqlalchemy as sa

from memory.database import reading
from memory.domain.money import Money
from memory.projections.contract_calendar import renewals as table
from memory.views.names import names_of

#: Under two weeks there is just time to ask for offers and give notice; within 45 days a switch can still be prepared.
NOW_DAYS, SOON_DAYS = 14, 45


class Window(StrEnum):
    """How much time is left to act."""

    MISSED = "missed"
    NOW = "decide now"
    SOON = "soon"
    LATER = "later"
    ENDED = "ended"


@dataclass(frozen=True)
class Renewal:
    """One contract under watch. `days_left` counts to the last day to act and is negative once it has passed."""

    uid: str
    case_id: str
    contract: str
    vendor_id: str
    vendor_name: str
    decide_by: date
    term_end: date
    notice_days: int
    auto_renews: bool
    renewal_months: int | None
    annual_cost: Money
    days_left: int
    window: Window
    decision: str
    remind_on: date | None

    @property
    def at_risk(self) -> bool:
        """Whether money will be spent again without a word of the operator: it renews by itself and nobody said to keep it."""
        return self.auto_renews and self.window is not Window.ENDED and self.decision != "keep"


def renewal_list(database: sa.Engine, today: date) -> tuple[Renewal, ...]:
    """Return every contract under watch, the one whose window closes first on top."""
    query = sa.select(table).order_by(table.c.decide_by, table.c.uid)
    with reading(database) as connection:
        rows = connection.execute(query).all()
        names = names_of(connection, (row.vendor_id for row in rows))
    lines = []
    for row in rows:
        decide_by, term_end = date.fromisoformat(row.decide_by), date.fromisoformat(row.term_end)
        lines.append(
            Renewal(
                uid=row.uid,
                case_id=row.case_id,
                contract=row.contract,
                vendor_id=row.vendor_id,
                vendor_name=names[row.vendor_id],
                decide_by=decide_by,
                term_end=term_end,
                notice_days=row.notice_days,
                auto_renews=row.auto_renews,
                renewal_months=row.renewal_months,
                annual_cost=Money(amount_minor=row.annual_minor, currency=row.currency),
                days_left=(decide_by - today).days,
                window=window_of(decide_by, term_end, today),
                decision=row.decision,
                remind_on=date.fromisoformat(row.remind_on) if row.remind_on else None,
            )
        )
    return tuple(lines)


def window_of(decide_by: date, term_end: date, today: date) -> Window:
    """Return how much time is left: the last day to act is still in time, the last day of the term still the term."""
    if today > term_end:
        return Window.ENDED
    left = (decide_by - today).days
    if left < 0:
        return Window.MISSED
    if left < NOW_DAYS:
        return Window.NOW
    return Window.SOON if left < SOON_DAYS else Window.LATER
