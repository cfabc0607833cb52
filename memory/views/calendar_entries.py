"""What belongs into the operator's calendar: last days to act, charges, ends of trials, quotes that expire. One entry per date and thing.

Each entry says by itself when it last changed (`changed_at`) and how often (`revision`), from the ledger's own facts. So the same
ledger gives the same calendar, byte for byte, and a calendar program that subscribed sees no change where there is none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from memory.database import reading
from memory.domain.money import Money
from memory.domain.words import one_line
from memory.projections.cases import cases
from memory.projections.charges import charge_flags, subscriptions
from memory.projections.offers import offers
from memory.views.charges import charge_book
from memory.views.names import names_of
from memory.views.renewals import Renewal, Window, renewal_list

_OPEN = ("running", "waiting", "needs_you", "failed", "paused")
_ALWAYS = datetime(2020, 1, 1, tzinfo=UTC).isoformat()


class EntryKind(StrEnum):
    """What a date is."""

    DECIDE_BY = "decide-by"
    CHARGE = "charge"
    TRIAL_END = "trial-end"
    QUOTE_EXPIRY = "quote-expiry"


@dataclass(frozen=True)
class CalendarEntry:
    """One all-day entry. `uid` is its own for ever; `alarms_days` are days before on which the calendar speaks up."""

    uid: str
    kind: EntryKind
    on: date
    summary: str
    description: str
    alarms_days: tuple[int, ...]
    revision: int
    changed_at: datetime


def calendar_entries(database: sa.Engine, today: date) -> tuple[CalendarEntry, ...]:
    """Return every entry that is not over, by day and uid."""
    found = [*_renewals(renewal_list(database, today)), *_charges(database, today), *_trials(database, today), *_quotes(database, today)]
    return tuple(sorted(found, key=lambda entry: (entry.on, entry.uid)))


def _renewals(lines: Iterable[Renewal]) -> Iterable[CalendarEntry]:
    for line in lines:
        changed, stem = datetime.fromisoformat(line.changed_at or _ALWAYS), line.uid.removesuffix("-decide-by")
        if line.window is Window.ENDED or line.ends_on is not None:
            continue
        then = "it renews by itself" if line.auto_renews else "it ends"
        said = f"The term ends on {line.term_end}; without notice {then}. Notice: {line.notice_days} days. Cost a year: {line.annual_cost}."
        yield CalendarEntry(
            line.uid,
            EntryKind.DECIDE_BY,
            line.decide_by,
            f"Decide: keep or cancel {one_line(line.vendor_name, 80)}",
            said,
            (90, 30, 14, 7, 1),
            line.revision,
            changed,
        )
        if line.auto_renews:
            yield CalendarEntry(
                f"{stem}-charge",
                EntryKind.CHARGE,
                line.term_end + timedelta(days=1),
                f"Renews: {one_line(line.vendor_name, 80)}",
                f"The next term begins, and with it the next charge: {line.annual_cost} a year. To end it, act by {line.decide_by}.",
                (3,),
                line.revision,
                changed,
            )


def _charges(database: sa.Engine, today: date) -> Iterable[CalendarEntry]:
    """Yield the next charge of each series that runs and is longer than a month: monthly ones would fill the calendar."""
    for line in charge_book(database, today).recurring:
        series = line.series
        if line.over or line.ended_on is not None or not line.series.sure or series.cadence.days < 80 or series.next_on < today:
            continue
        yield CalendarEntry(
            f"{series.series_id}-charge",
            EntryKind.CHARGE,
            series.next_on,
            f"Charge: {one_line(series.name, 80)}",
            f"{series.amount}, {series.cadence.says}, as statements showed; the last one came on {series.last_on}.",
            (3,),
            len(series.charge_ids),
            _noon(series.last_on),
        )


def _trials(database: sa.Engine, today: date) -> Iterable[CalendarEntry]:
    from memory.domain.charges import Flag, FlagKind, Subscription

    with reading(database) as connection:
        rows = connection.execute(sa.select(subscriptions)).all()
        flags = connection.execute(sa.select(charge_flags)).all()
    for row in rows:
        one = Subscription.model_validate_json(row.body)
        if one.active and one.trial_ends_on is not None and one.trial_ends_on >= today:
            yield _trial(f"{one.subscription_id}-trial", one.name, one.trial_ends_on, one.annual, row.at)
    for row in flags:
        flag = Flag.model_validate_json(row.body)
        if flag.kind is FlagKind.TRIAL_ENDING and not flag.subscription_id and flag.on >= today:
            yield _trial(f"{flag.flag_id}-trial"[:120], flag.name, flag.on, flag.a_year, row.at)


def _trial(uid: str, name: str, on: date, annual: Money | None, at: str) -> CalendarEntry:
    cost = f" It then costs {annual} a year." if annual else ""
    said = f"After this day the trial becomes a paid subscription.{cost}"
    summary = f"Trial ends: {one_line(name, 80)}"
    return CalendarEntry(uid, EntryKind.TRIAL_END, on, summary, said, (7, 3, 1), 0, datetime.fromisoformat(at))


def _quotes(database: sa.Engine, today: date) -> Iterable[CalendarEntry]:
    """Yield the expiry of the newest quote of each vendor of a case that goes on."""
    query = sa.select(offers, cases.c.title).join(cases, cases.c.case_id == offers.c.case_id)
    query = query.where(cases.c.status.in_(_OPEN), offers.c.side == "vendor").order_by(offers.c.seq)
    with reading(database) as connection:
        rows = connection.execute(query).all()
        names = names_of(connection, (row.vendor_id for row in rows))
    newest = {(row.case_id, row.vendor_id): row for row in rows}
    for (case_id, vendor_id), row in newest.items():
        if not row.valid_until or date.fromisoformat(row.valid_until) < today:
            continue
        yield CalendarEntry(
            f"{case_id}-{vendor_id}-quote"[:120],
            EntryKind.QUOTE_EXPIRY,
            date.fromisoformat(row.valid_until),
            f"Quote of {one_line(names[vendor_id], 80)} expires",
            f"For: {one_line(row.title, 120)}. {Money(amount_minor=row.all_in_minor, currency=row.currency)} all-in over {row.term_months} months.",
            (2,),
            sum(1 for other in rows if (other.case_id, other.vendor_id) == (case_id, vendor_id)) - 1,
            datetime.fromisoformat(row.at),
        )


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
