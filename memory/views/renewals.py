"""Renewals by the last day on which the operator can still act."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from types import SimpleNamespace
from typing import Any

import sqlalchemy as sa

from memory.database import reading
from memory.domain.errors import NotFoundError
from memory.domain.money import Money
from memory.domain.notice import NoticeRoute, NoticeState
from memory.domain.renewal import plan_known_by_end, watch_at
from memory.domain.terms import TermPlan
from memory.projections.contract_calendar import dropped_renewals
from memory.projections.contract_calendar import renewals as table
from memory.views.holidays import free_days_in
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
    """One contract under watch. `days_left` counts to the last day to act and is negative once it has passed.

    `schedule` is the event that put the term under watch, `revision` how often that was said anew, `changed_at` when. `renewal_case` and
    `negotiation` are cases about this term; `ends_on` is the last day of a contract that ends for good.
    """

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
    schedule: str = ""
    revision: int = 0
    changed_at: str = ""
    term_start: date | None = None
    plan: TermPlan | None = None
    route: NoticeRoute | None = None
    renewal_case: str = ""
    negotiation: str = ""
    notice: NoticeState = NoticeState.NONE
    ends_on: date | None = None

    @property
    def yearly(self) -> str:
        """What it costs a year, in words."""
        return f"{self.annual_cost} a year" if self.annual_cost.amount_minor else "cost not known"

    @property
    def at_risk(self) -> bool:
        """Whether money will be spent again without a word of the operator: it renews by itself and nobody said to keep it."""
        stopped = self.ends_on is not None or self.window is Window.ENDED
        return self.auto_renews and not stopped and self.decision != "keep"

    @property
    def without_a_word(self) -> str:
        """What happens if the operator says nothing."""
        if self.ends_on is not None:
            return "it ended for good" if self.window is Window.ENDED else "it ends for good: that is confirmed"
        return "renews by itself" if self.auto_renews else "ends"

    @property
    def lasting(self) -> TermPlan:
        """The whole duration, as far as it is known."""
        return self.plan or plan_known_by_end(
            self.term_end, auto_renews=self.auto_renews, renewal_months=self.renewal_months, notice_days=self.notice_days
        )


def renewal_list(database: sa.Engine, today: date) -> tuple[Renewal, ...]:
    """Return every contract under watch, the one whose window closes first on top; `today` is the operator's day."""
    return tuple(sorted(_lines(database, sa.select(table), today), key=lambda line: (line.decide_by, line.uid)))


@dataclass(frozen=True)
class DroppedRenewal:
    """A contract that is watched no more, as it stood: why, since when, and the watch that took its place ("" where none did)."""

    line: Renewal
    by_uid: str
    reason: str
    at: str


def dropped_list(database: sa.Engine, today: date) -> tuple[DroppedRenewal, ...]:
    """Return the contracts that are watched no more, the last that was dropped first."""
    with reading(database) as connection:
        rows = connection.execute(sa.select(dropped_renewals).order_by(dropped_renewals.c.at.desc(), dropped_renewals.c.uid)).all()
        names = names_of(connection, (row.vendor_id for row in rows))
    kept = [(row, SimpleNamespace(**json.loads(row.row))) for row in rows]
    return tuple(DroppedRenewal(_line(was, names[row.vendor_id], today), row.by_uid, row.reason, row.at) for row, was in kept)


def renewal_of(database: sa.Engine, uid: str, today: date) -> Renewal:
    """Return one contract under watch; raises `NotFoundError`."""
    found = _lines(database, sa.select(table).where(table.c.uid == uid), today)
    if not found:
        raise NotFoundError(f"no contract is watched as {uid}", hint="qm renewals lists them")
    return found[0]


def _lines(database: sa.Engine, query: sa.Select[Any], today: date) -> list[Renewal]:
    with reading(database) as connection:
        rows = connection.execute(query).all()
        names, free = names_of(connection, (row.vendor_id for row in rows)), free_days_in(connection)
    return [_current(_line(row, names[row.vendor_id], today), today, free) for row in rows]


def _line(row: Any, vendor_name: str, today: date) -> Renewal:
    decide_by, term_end = date.fromisoformat(row.decide_by), date.fromisoformat(row.term_end)
    return Renewal(
        uid=row.uid,
        case_id=row.case_id,
        contract=row.contract,
        vendor_id=row.vendor_id,
        vendor_name=vendor_name,
        decide_by=decide_by,
        term_end=term_end,
        notice_days=row.notice_days,
        auto_renews=row.auto_renews,
        renewal_months=row.renewal_months,
        annual_cost=Money(amount_minor=row.annual_minor, currency=row.currency),
        days_left=(decide_by - today).days,
        window=window_of(decide_by, term_end, today),
        decision=row.decision,
        remind_on=_day(row.remind_on),
        schedule=row.schedule,
        revision=row.revision,
        changed_at=row.changed_at,
        term_start=_day(row.term_start),
        plan=TermPlan.model_validate_json(row.plan) if row.plan else None,
        route=NoticeRoute.model_validate_json(row.route) if row.route else None,
        renewal_case=row.renewal_case,
        negotiation=row.negotiation,
        notice=NoticeState(row.notice),
        ends_on=_day(row.ends_on),
    )


def _current(line: Renewal, today: date, free: frozenset[date]) -> Renewal:
    """Return a contract in the term that it is in today: it goes on by itself whether or not a worker was there to note it.

    One that was given notice, and whose vendor did not refuse that, is taken to end with its term.
    """
    noticed = line.notice.out and line.notice is not NoticeState.REFUSED
    if not line.auto_renews or noticed or line.ends_on is not None or today <= line.term_end:
        return line
    watch = watch_at(line.lasting, today, free)
    if watch is None:
        return line
    term = watch.term
    return replace(
        line,
        term_start=term.start,
        term_end=term.end,
        decide_by=watch.decide_by,
        days_left=(watch.decide_by - today).days,
        window=window_of(watch.decide_by, term.end, today),
        decision="",
        remind_on=None,
        renewal_case="",
        negotiation="",
        notice=NoticeState.NONE,
    )


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


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
