"""What belongs into the operator's calendar: last days to act, charges, ends of trials, quotes that expire. One entry per date and thing.

Each entry says by itself when it last changed (`changed_at`) and how often (`revision`), from the ledger's own facts. So the same
ledger gives the same calendar, byte for byte, and a calendar program that subscribed sees no change where there is none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from memory.database import reading
from memory.domain.charge_flags import USUAL_TRIALS, usual_ends
from memory.domain.charges import Flag, FlagKind, Subscription
from memory.domain.money import Money
from memory.domain.words import counted, one_line
from memory.projections.cases import cases
from memory.projections.charges import charge_flags, subscriptions
from memory.projections.duties import LADDER
from memory.projections.offers import offers
from memory.views.charges import ChargeBook, charge_book, trials_by_contract
from memory.views.names import names_of
from memory.views.renewals import DroppedRenewal, Renewal, Window, dropped_list, renewal_list

_OPEN = ("running", "waiting", "needs_you", "failed", "paused")
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_ALWAYS = _EPOCH.isoformat()
_LONGER_THAN_A_MONTH = 80
#: A charge that comes within so many days of a term's first day is that term's charge.
_SAME_CHARGE_DAYS = 12


class EntryKind(StrEnum):
    """What a date is."""

    DECIDE_BY = "decide-by"
    CHARGE = "charge"
    TRIAL_END = "trial-end"
    QUOTE_EXPIRY = "quote-expiry"


@dataclass(frozen=True)
class CalendarEntry:
    """One all-day entry. `uid` is its own for ever; `alarms_days` are days before on which the calendar speaks up.

    A `void` one takes back what subscribers were told; it stays until its day has passed, with a higher `revision`.
    """

    uid: str
    kind: EntryKind
    on: date
    summary: str
    description: str
    alarms_days: tuple[int, ...]
    revision: int
    changed_at: datetime
    void: bool = False


def calendar_entries(database: sa.Engine, today: date) -> tuple[CalendarEntry, ...]:
    """Return every entry that is not over, by day and uid, and those that were told and hold no more."""
    lines, gone, book = renewal_list(database, today), dropped_list(database, today), charge_book(database, today)
    found = [*_renewals(lines), *_dropped(gone), *_charges(book, today, lines), *_trials(database, today, book), *_quotes(database, today)]
    return tuple(sorted((e for e in found if not e.void or e.on >= today), key=lambda entry: (entry.on, entry.uid)))


def voided(entry: CalendarEntry, reason: str) -> CalendarEntry:
    """Return what takes an entry back; its revision and time of change are the caller's to raise."""
    return replace(entry, summary=f"Void: {entry.summary}", description=f"{reason} {entry.description}".strip(), alarms_days=(), void=True)


def _renewals(lines: Iterable[Renewal]) -> Iterable[CalendarEntry]:
    for line in lines:
        if line.ends_on is not None:
            yield from (voided(entry, f"The contract ends on {line.ends_on}.") for entry in _of_term(line))
        elif line.window is not Window.ENDED:
            yield from _of_term(line)


def _dropped(gone: Iterable[DroppedRenewal]) -> Iterable[CalendarEntry]:
    for one in gone:
        yield from (voided(entry, f"Watched no more: {one_line(one.reason, 200)}.") for entry in _of_term(one.line))


def _of_term(line: Renewal) -> Iterable[CalendarEntry]:
    changed, stem = datetime.fromisoformat(line.changed_at or _ALWAYS), line.uid.removesuffix("-decide-by")
    then = "it renews by itself" if line.auto_renews else "it ends"
    said = f"The term ends on {line.term_end}; without notice {then}. Notice: {counted(line.notice_days, 'day')}. Cost: {line.yearly}."
    yield CalendarEntry(
        line.uid,
        EntryKind.DECIDE_BY,
        line.decide_by,
        f"Decide: keep or cancel {one_line(line.vendor_name, 80)}",
        said,
        LADDER,
        line.revision,
        changed,
    )
    if line.auto_renews:
        yield CalendarEntry(
            f"{stem}-charge",
            EntryKind.CHARGE,
            line.term_end + timedelta(days=1),
            f"Renews: {one_line(line.vendor_name, 80)}",
            f"The next term begins, and with it the next charge: {line.yearly}. To end it, act by {line.decide_by}.",
            (3,),
            line.revision,
            changed,
        )


def _charges(book: ChargeBook, today: date, lines: Iterable[Renewal]) -> Iterable[CalendarEntry]:
    """Yield the next charge of each series that runs and is longer than a month: monthly ones would fill the calendar."""
    told = [(line.vendor_id, line.term_end + timedelta(days=1)) for line in lines if line.auto_renews and line.ends_on is None]
    for line in book.recurring:
        series = line.series
        if line.over or not series.sure or series.cadence.days < _LONGER_THAN_A_MONTH or series.next_on < today:
            continue
        entry = CalendarEntry(
            f"{series.series_id}-charge",
            EntryKind.CHARGE,
            series.next_on,
            f"Charge: {one_line(series.name, 80)}",
            f"{series.amount}, {series.cadence.says}, as statements showed; the last one came on {series.last_on}.",
            (3,),
            2 * len(series.charge_ids),
            _noon(series.last_on),
        )
        why = ""
        if line.ended_on is not None and series.next_on > line.ended_on:
            why = f"It ended on {line.ended_on}."
        elif any(vendor == line.vendor_id and abs((day - series.next_on).days) <= _SAME_CHARGE_DAYS for vendor, day in told):
            why = "It is the charge of a contract under watch, which has an entry of its own."
        later = max(series.last_on, line.judged_on or series.last_on)
        yield replace(voided(entry, why), revision=entry.revision + 1, changed_at=_noon(later)) if why else entry


def _trials(database: sa.Engine, today: date, book: ChargeBook) -> Iterable[CalendarEntry]:
    with reading(database) as connection:
        rows = connection.execute(sa.select(subscriptions)).all()
        flags = connection.execute(sa.select(charge_flags)).all()
        stated = trials_by_contract(connection)
    for one in stated:
        if one.trial_ends_on is not None and one.started_on is not None and one.trial_ends_on >= today:
            yield _trial(f"{one.subscription_id}-trial", one.name, one.trial_ends_on, None, _noon(one.started_on).isoformat())
    for row in rows:
        one = Subscription.model_validate_json(row.body)
        if one.trial_ends_on is not None and one.trial_ends_on >= today:
            entry = _trial(f"{one.subscription_id}-trial", one.name, one.trial_ends_on, one.annual, row.at)
            yield entry if one.active else voided(entry, "The subscription is over.")
    standing = {flag.flag_id for flag in book.flags}
    for row in flags:
        flag = Flag.model_validate_json(row.body)
        if flag.kind is not FlagKind.TRIAL_ENDING or flag.subscription_id:
            continue
        for days, on in usual_ends(flag):
            entry = _may_end(flag, days, on, row.at)
            if on < today:
                continue
            if flag.flag_id in standing:
                yield entry
            else:
                since = max(book.covered.values(), default=on)
                later = replace(entry, revision=entry.revision + 1, changed_at=max(entry.changed_at, _noon(since)))
                yield voided(later, "It was charged again, or never after: no trial runs.")


def _may_end(flag: Flag, days: int, on: date, at: str) -> CalendarEntry:
    """Return the entry of a day on which a trial may end. Nothing says so but its first charge, and the entry says that."""
    changed = datetime.fromisoformat(at)
    # The latest day has the name under which it stood alone before.
    uid = f"{flag.flag_id}-trial" if days == USUAL_TRIALS[-1] else f"{flag.flag_id}-trial-{days}"
    said = (
        f"A first charge of {flag.before or 'nothing'} on {on - timedelta(days=days)} may have begun a trial. Nothing says when it ends: "
        f"{days} days are a usual length. Look up its end."
    )
    number = int((changed - _EPOCH).total_seconds())
    return CalendarEntry(
        uid[:120], EntryKind.TRIAL_END, on, f"A trial may end (assumed): {one_line(flag.name, 80)}", said, (3, 1), number, changed
    )


def _trial(uid: str, name: str, on: date, annual: Money | None, at: str) -> CalendarEntry:
    cost = f" It then costs {annual} a year." if annual else ""
    said = f"After this day the trial becomes a paid subscription.{cost}"
    summary, changed = f"Trial ends: {one_line(name, 80)}", datetime.fromisoformat(at)
    # What counts no changes of its own is numbered by when it changed: later is higher.
    number = int((changed - _EPOCH).total_seconds())
    return CalendarEntry(uid, EntryKind.TRIAL_END, on, summary, said, (7, 3, 1), number, changed)


def _quotes(database: sa.Engine, today: date) -> Iterable[CalendarEntry]:
    """Yield the expiry of the newest quote of each vendor of a case; that of a case which does not go on is taken back."""
    standing = sa.select(offers.c.case_id).where(offers.c.side == "vendor", offers.c.valid_until >= today.isoformat())
    query = sa.select(offers, cases.c.title, cases.c.status, cases.c.updated_at).join(cases, cases.c.case_id == offers.c.case_id)
    query = query.where(offers.c.side == "vendor", offers.c.case_id.in_(standing)).order_by(offers.c.seq)
    with reading(database) as connection:
        rows = connection.execute(query).all()
        names = names_of(connection, (row.vendor_id for row in rows))
    newest = {(row.case_id, row.vendor_id): row for row in rows}
    for (case_id, vendor_id), row in newest.items():
        if not row.valid_until or date.fromisoformat(row.valid_until) < today:
            continue
        number = sum(1 for other in rows if (other.case_id, other.vendor_id) == (case_id, vendor_id)) - 1
        entry = CalendarEntry(
            f"{case_id}-{vendor_id}-quote"[:120],
            EntryKind.QUOTE_EXPIRY,
            date.fromisoformat(row.valid_until),
            f"Quote of {one_line(names[vendor_id], 80)} expires",
            f"For: {one_line(row.title, 120)}. {Money(amount_minor=row.all_in_minor, currency=row.currency)} all-in over {counted(row.term_months, 'month')}.",
            (2,),
            2 * number,
            datetime.fromisoformat(row.at),
        )
        if row.status not in _OPEN:
            closed = datetime.fromisoformat(row.updated_at)
            entry = replace(voided(entry, "The case is closed."), revision=entry.revision + 1, changed_at=closed)
        yield entry


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
