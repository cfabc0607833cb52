"""Recurring charges as they stand: what recurs, whose it is, what is odd about it, and what the operator said of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

import sqlalchemy as sa

from memory.database import reading
from memory.domain.charge_flags import Ledgered, find_flags, trials_of
from memory.domain.charge_series import find_series
from memory.domain.charges import Charge, Ending, Flag, FlagKind, Series, Subscription
from memory.domain.contract import ContractReview
from memory.domain.merchants import merchant_of, same_merchant
from memory.domain.money import Money
from memory.projections import charges as tables
from memory.projections.contract_calendar import contracts
from memory.projections.contract_calendar import renewals as renewal_table
from memory.views.charge_vendors import VendorMarks, vendor_marks
from memory.views.names import names_of

#: A charge of a watched subscription is at least and at most this part of its price, in percent.
_CHEAPEST, _DEAREST = 70, 150


@dataclass(frozen=True)
class RecurringCharge:
    """One recurring charge. `stand` is open, confirmed, ignored or ended; `known_by` says in words why it is no stranger, or is empty.

    `over` means that it stopped: the statements reach well beyond the day on which it was due. `flags` are what is odd, newest first;
    `judged_on` is the day of the operator's last word.
    """

    series: Series
    stand: str
    vendor_id: str
    vendor_name: str
    known_by: str
    flags: tuple[Flag, ...]
    note: str
    ended_on: date | None
    over: bool
    judged_on: date | None = None

    @property
    def news(self) -> tuple[Flag, ...]:
        """What is odd and came after the operator's last word; money taken after the end is news until it is back."""
        since = self.judged_on
        return tuple(flag for flag in self.flags if since is None or flag.on > since or flag.kind is FlagKind.AFTER_CANCELLATION)

    @property
    def unknown(self) -> bool:
        """Whether money leaves again and again and nobody said for what."""
        return self.stand == tables.OPEN and not self.known_by

    @property
    def asks(self) -> bool:
        """Whether the operator should look: it is unknown and still runs, or something about it is odd."""
        return self.stand != tables.IGNORED and ((self.unknown and not self.over) or bool(self.news))


@dataclass(frozen=True)
class VendorCharges:
    """What one vendor charged: its series, the sum of the last 12 months by currency, price rises, and the last charge."""

    series: tuple[RecurringCharge, ...]
    last_year: tuple[Money, ...]
    rises: tuple[Flag, ...]
    last: Charge | None


@dataclass(frozen=True)
class ChargeBook:
    """Everything about charges at one look, so that one reading of the tables serves a whole page."""

    charges: tuple[Charge, ...]
    covered: Mapping[str, date]
    recurring: tuple[RecurringCharge, ...]
    flags: tuple[Flag, ...]
    """All flags, also those of no series; without the ones of what the operator ignored."""
    subscriptions: tuple[Subscription, ...]
    vendors: VendorMarks

    @property
    def strangers(self) -> tuple[RecurringCharge, ...]:
        """What still runs and nobody knows, the dearest of a year first."""
        found = [line for line in self.recurring if line.unknown and not line.over]
        return tuple(sorted(found, key=lambda line: (-line.series.annual.amount, line.series.series_id)))


def charge_book(database: sa.Engine, today: date, *, more: Sequence[Charge] = ()) -> ChargeBook:
    """Return recurring charges by name, with their flags. Reads the tables once; the series are found anew each time.

    `more` are charges that are not recorded: the book is what it would be with them.
    """
    with reading(database) as connection:
        charges = tuple(sorted((*_charges(connection), *more), key=lambda charge: (charge.booked_on, charge.charge_id)))
        covered = _covered(connection)
        for charge in more:
            covered[charge.account] = max(charge.booked_on, covered.get(charge.account, charge.booked_on))
        known = {row.series_id: row for row in connection.execute(sa.select(tables.charge_series))}
        subscriptions = _subscriptions(connection)
        on_trial = trials_by_contract(connection)
        vendors = vendor_marks(connection)
        signed = {row.vendor_id for row in connection.execute(sa.select(contracts.c.vendor_id))}
        ends = _endings(connection)
        names = names_of(connection, [*vendors.ids, *(row.vendor_id for row in known.values())])
    series = _found(charges, tuple(Series.model_validate_json(row.body) for row in known.values()))
    by_id = {charge.charge_id: charge for charge in charges}
    owner = {one.series_id: _owner(one, known.get(one.series_id), by_id, vendors) for one in series}
    flags = find_flags(Ledgered(charges, series, covered, ends, owner)) + trials_of((*subscriptions, *on_trial), today)
    lines = tuple(
        _line(one, known.get(one.series_id), owner[one.series_id], flags, subscriptions, signed, vendors, names, covered, by_id)
        for one in series
    )
    hidden = {line.series.series_id for line in lines if line.stand == tables.IGNORED}
    shown = tuple(flag for flag in flags if flag.series_id not in hidden)
    return ChargeBook(charges, covered, lines, shown, subscriptions, vendors)


@lru_cache(maxsize=4)
def _found(charges: tuple[Charge, ...], known: tuple[Series, ...]) -> tuple[Series, ...]:
    """Return the series; pages ask again and again while nothing has come in."""
    return find_series(charges, known)


def endings(database: sa.Engine) -> tuple[Ending, ...]:
    """Return the last days of what ended for good: contracts whose cancellation is confirmed or proved, and series the operator ended."""
    with reading(database) as connection:
        return _endings(connection)


def subscription_list(database: sa.Engine) -> tuple[Subscription, ...]:
    """Return the subscriptions taken over from other trackers, by name."""
    with reading(database) as connection:
        return _subscriptions(connection)


def charges_after(database: sa.Engine, vendor_id: str, day: date) -> tuple[Charge, ...]:
    """Return what a vendor charged after a day, oldest first: by its name, website, account, or a series said to be the vendor's."""
    return tuple(charge for charge in _of_vendor(charge_book(database, day), vendor_id) if charge.booked_on > day)


def vendor_charges(database: sa.Engine, vendor_id: str, today: date) -> VendorCharges:
    """Return what is known of a vendor's charges, for a recommendation about its renewal."""
    from memory.views.home import sums

    book = charge_book(database, today)
    series = tuple(line for line in book.recurring if line.vendor_id == vendor_id)
    mine = _of_vendor(book, vendor_id)
    recent = [charge.amount for charge in mine if charge.booked_on > today - timedelta(days=365)]
    rises = tuple(flag for line in series for flag in line.flags if flag.kind is FlagKind.PRICE_RISE)
    return VendorCharges(series, sums(recent), rises, mine[-1] if mine else None)


def recorded_flags(database: sa.Engine) -> dict[str, datetime]:
    """Return when each flag was told, by its id."""
    with reading(database) as connection:
        return {row.flag_id: datetime.fromisoformat(row.at) for row in connection.execute(sa.select(tables.charge_flags))}


def recorded_series(database: sa.Engine) -> dict[str, Series]:
    """Return the series as the ledger last told them, by id."""
    with reading(database) as connection:
        rows = connection.execute(sa.select(tables.charge_series))
        return {row.series_id: Series.model_validate_json(row.body) for row in rows}


def known_charges(database: sa.Engine) -> tuple[Charge, ...]:
    """Return every charge, oldest first."""
    with reading(database) as connection:
        return _charges(connection)


def coverage(database: sa.Engine) -> dict[str, date]:
    """Return the last day that statements of each account cover."""
    with reading(database) as connection:
        return _covered(connection)


def _of_vendor(book: ChargeBook, vendor_id: str) -> list[Charge]:
    confirmed = {ident for line in book.recurring if line.vendor_id == vendor_id for ident in line.series.charge_ids}
    return [charge for charge in book.charges if charge.charge_id in confirmed or book.vendors.of(charge) == vendor_id]


def _line(
    series: Series,
    row: sa.Row[tuple[object, ...]] | None,
    vendor_id: str,
    flags: tuple[Flag, ...],
    subscriptions: tuple[Subscription, ...],
    signed: set[str],
    vendors: VendorMarks,
    names: Mapping[str, str],
    covered: Mapping[str, date],
    by_id: Mapping[str, Charge],
) -> RecurringCharge:
    own = tuple(sorted((flag for flag in flags if flag.series_id == series.series_id), key=lambda flag: flag.on, reverse=True))
    until = max((covered[by_id[i].account] for i in series.charge_ids if by_id[i].account in covered), default=series.last_on)
    return RecurringCharge(
        series=series,
        stand=str(row.stand) if row is not None else tables.OPEN,
        vendor_id=vendor_id,
        vendor_name=names.get(vendor_id, vendor_id),
        known_by=_known_by(series, row, vendor_id, subscriptions, signed, vendors),
        flags=own,
        note=str(row.note) if row is not None else "",
        ended_on=date.fromisoformat(str(row.ended_on)) if row is not None and row.ended_on else None,
        over=any(flag.kind is FlagKind.STOPPED for flag in own)
        or series.next_on + timedelta(days=max(10, series.cadence.days // 2)) < until,
        judged_on=datetime.fromisoformat(str(row.judged_at)).date() if row is not None and row.judged_at else None,
    )


def _known_by(
    series: Series,
    row: sa.Row[tuple[object, ...]] | None,
    vendor_id: str,
    subscriptions: tuple[Subscription, ...],
    signed: set[str],
    vendors: VendorMarks,
) -> str:
    if row is not None and row.stand in {tables.CONFIRMED, tables.ENDED}:
        return "you confirmed it" if row.stand == tables.CONFIRMED else "you ended it"
    if vendor_id in signed:
        return "a contract"
    watched = [one for one in subscriptions if one.active and _of_series(one, series, vendor_id)]
    if any(_like(one.price, series.amount) for one in watched):
        return "a watched subscription"
    # Where it is known what runs with a vendor, another price of it is a stranger.
    return "a vendor of yours" if vendor_id in vendors.entered and not watched else ""


def _of_series(one: Subscription, series: Series, vendor_id: str) -> bool:
    return (bool(vendor_id) and one.vendor_id == vendor_id) or same_merchant(merchant_of(one.name).key, series.merchant)


def _like(price: Money, charged: Money) -> bool:
    """Whether a charge can be of that price: within the reach of a tax, an exchange rate or a price rise; another currency is not compared."""
    if price.currency != charged.currency:
        return True
    return price.amount_minor * _CHEAPEST <= charged.amount_minor * 100 <= price.amount_minor * _DEAREST


def _owner(series: Series, row: sa.Row[tuple[object, ...]] | None, by_id: Mapping[str, Charge], vendors: VendorMarks) -> str:
    if row is not None and row.vendor_id:
        return str(row.vendor_id)
    return next((found for ident in reversed(series.charge_ids) for found in [vendors.of(by_id[ident])] if found), "")


def _charges(connection: sa.Connection) -> tuple[Charge, ...]:
    query = sa.select(tables.charges.c.body).order_by(tables.charges.c.booked_on, tables.charges.c.charge_id)
    return tuple(Charge.model_validate_json(body) for body in connection.scalars(query))


def _covered(connection: sa.Connection) -> dict[str, date]:
    table = tables.charge_coverage
    query = sa.select(table.c.account, sa.func.max(table.c.last_day).label("last")).group_by(table.c.account)
    return {row.account: date.fromisoformat(row.last) for row in connection.execute(query)}


def _subscriptions(connection: sa.Connection) -> tuple[Subscription, ...]:
    found = [Subscription.model_validate_json(body) for body in connection.scalars(sa.select(tables.subscriptions.c.body))]
    return tuple(sorted(found, key=lambda one: (one.name.casefold(), one.subscription_id)))


def trials_by_contract(connection: sa.Connection) -> tuple[Subscription, ...]:
    """Return the trials that contracts state which bind, as what runs until the operator cancels it; the price is what the paper tells."""
    query = (
        sa.select(contracts).where(contracts.c.status != "reviewed", contracts.c.review.like('%"trial":{%')).order_by(contracts.c.contract)
    )
    rows = [(row, ContractReview.model_validate_json(row.review)) for row in connection.execute(query)]
    names = names_of(connection, (row.vendor_id for row, _ in rows))
    return tuple(
        Subscription(
            subscription_id=f"contract-{row.contract[:24]}",
            name=names[row.vendor_id][:140],
            vendor_id=row.vendor_id,
            price=review.total or Money(amount_minor=0, currency="EUR"),
            trial_ends_on=review.trial.last_day,
            started_on=datetime.fromisoformat(row.at).date(),
        )
        for row, review in rows
        if review.trial is not None
    )


def _endings(connection: sa.Connection) -> tuple[Ending, ...]:
    ended = [
        Ending(ended_on=date.fromisoformat(row.ended_on), series_id=row.series_id, why="as you said")
        for row in connection.execute(sa.select(tables.charge_series).where(tables.charge_series.c.ended_on != ""))
    ]
    for row in connection.execute(sa.select(renewal_table)):
        last_day = getattr(row, "ends_on", "")
        if last_day:
            ended.append(Ending(ended_on=date.fromisoformat(last_day), vendor_id=row.vendor_id, why="its cancellation is confirmed"))
    return tuple(ended)
