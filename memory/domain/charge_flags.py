"""What is odd about charges: price rises, trials that begin to cost, missing and doubled charges, charges after a cancellation. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from memory.domain.charges import Charge, Ending, Flag, FlagKind, Series, Subscription, percent_a_year
from memory.domain.merchants import merchant_of
from memory.domain.money import Money, exponent
from memory.domain.recurrence import NEAR_DOUBLE, tolerance
from memory.domain.words import counted

#: Below this, in parts of a thousand, a change is rounding; a price at a moving exchange rate must move more than that.
_ROUNDING, _DRIFT = 10, 80
#: A trial's first charge is at most this part of the price that follows, within so many days.
_TRIAL_PART, _TRIAL_DAYS = 0.4, 45
#: How far the part of a price may lie from the part of the period that it pays, and from when on it is no part.
_PART_OF_PERIOD, _NEARLY_WHOLE = 0.1, 0.95
#: Days from one charge to the next, on average, of what comes once a year.
_NEARLY_A_YEAR = 330
#: What a rise that only two charges show multiplies a price by at most.
_STEEPEST_OF_TWO = 1.6
#: How long a single small charge may still turn out to have begun a trial, and what counts as small, in major units.
_TRIAL_WAITS, _CARD_CHECK = 40, 1
#: A card is booked some days late.
_POSTING = timedelta(days=3)
#: A trial is told this long before it costs.
_TRIAL_AHEAD = timedelta(days=30)
#: How many days trials usually run. Which of them it is, a first charge does not say.
USUAL_TRIALS = (7, 14, 30)


@dataclass(frozen=True)
class Ledgered:
    """What is known when flags are looked for: all charges, the series in them, until when each account is covered, what ended."""

    charges: Sequence[Charge]
    series: Sequence[Series]
    covered: Mapping[str, date]
    endings: Sequence[Ending] = ()
    vendor_of: Mapping[str, str] | None = None
    """The vendor of each series id, where one is known."""

    @property
    def until(self) -> date | None:
        """The last day that any statement covers."""
        return max(self.covered.values(), default=None)


def find_flags(known: Ledgered) -> tuple[Flag, ...]:
    """Return what the charges show, oldest first; the same charges give the same flags."""
    by_id = {charge.charge_id: charge for charge in known.charges}
    found: list[Flag] = []
    for series in known.series:
        run = [by_id[ident] for ident in series.charge_ids if ident in by_id]
        vendor_id = (known.vendor_of or {}).get(series.series_id, "")
        told = [*_rises(series, run), *_stopped(series, run, known), *_doubled(series, run, known), *_converted(series, run, known)]
        found += [flag.model_copy(update={"vendor_id": vendor_id}) for flag in told]
    found += _may_be_trials(known)
    for ending in known.endings:
        found += _after(ending, known)
    return tuple(sorted({flag.flag_id: flag for flag in found}.values(), key=lambda flag: (flag.on, flag.flag_id)))


def trials_of(subscriptions: Iterable[Subscription], today: date) -> tuple[Flag, ...]:
    """Return a flag for each watched subscription whose trial ends, or whose day to cancel comes, within the next weeks."""
    flags = []
    for one in subscriptions:
        day = one.trial_ends_on or one.cancel_by
        if not one.active or day is None or not today <= day <= today + _TRIAL_AHEAD:
            continue
        what = "the trial ends" if one.trial_ends_on else "you meant to cancel by then"
        price = f"{one.price} {one.cadence.says}" if one.cadence else f"{one.price}"
        then = f"then it costs {price}" if one.price.amount_minor else "what it costs then is not known"
        flags.append(
            Flag(
                flag_id=f"{FlagKind.TRIAL_ENDING}/{one.subscription_id}/{day}",
                kind=FlagKind.TRIAL_ENDING,
                subscription_id=one.subscription_id,
                vendor_id=one.vendor_id,
                name=one.name,
                on=day,
                after=one.price if one.price.amount_minor else None,
                why=f"{day}: {what}; {then}"[:600],
            )
        )
    return tuple(flags)


def price_steps(run: Sequence[Charge]) -> list[list[Charge]]:
    """Return the charges of a steady series parted where its price changed; exchange rates move a price without changing it."""
    moves = _ROUNDING if _is_list_price(run) else _DRIFT
    steps: list[list[Charge]] = []
    for charge in run:
        if steps and abs(charge.amount.amount_minor - _level(steps[-1])) * 1000 <= moves * _level(steps[-1]):
            steps[-1].append(charge)
        else:
            steps.append([charge])
    return _without_spikes(steps, moves)


def _is_list_price(run: Sequence[Charge]) -> bool:
    """Whether amounts are of a price list, and no exchange rate moves them: they come again, end alike, or only climbed, year by year.

    A rate gives any cents; a list has `.99` again after `.99`, or round sums.
    """
    amounts = [charge.amount.amount_minor for charge in run]
    yearly = (run[-1].booked_on - run[0].booked_on).days >= _NEARLY_A_YEAR * (len(run) - 1)
    same = sum(1 for before, after in pairwise(amounts) if before == after)
    climbed = all(before <= after for before, after in pairwise(amounts)) and (amounts[-1] - amounts[0]) * 1000 > _DRIFT * amounts[0]
    return same * 2 >= len(amounts) - 1 or len({minor % 100 for minor in amounts}) == 1 or (yearly and climbed)


def _without_spikes(steps: list[list[Charge]], moves: int) -> list[list[Charge]]:
    """Take a single odd charge between two equal prices for what it is: one bill, not two changes of price."""
    kept: list[list[Charge]] = []
    for step in steps:
        back = len(kept) >= 2 and len(kept[-1]) == 1 and abs(_level(kept[-2]) - _level(step)) * 1000 <= moves * _level(step)
        if back:
            odd = kept.pop()
            kept[-1] += [*odd, *step]
        else:
            kept.append(list(step))
    return kept


def _level(step: Sequence[Charge]) -> int:
    amounts = sorted(charge.amount.amount_minor for charge in step)
    return amounts[len(amounts) // 2]


def _rises(series: Series, run: Sequence[Charge]) -> Iterable[Flag]:
    if not series.steady:
        return
    listed = _is_list_price(run)
    for old, new in pairwise(price_steps(run)):
        before, after = _money(_level(old), old[0]), _money(_level(new), new[0])
        if after <= before or (old == run[:1] and (not listed or _begins_low(old[0], new[0], series))):
            continue  # one charge alone is no price that exchange rates, or usage, moved about
        held = (new[0].booked_on - old[0].booked_on).days
        percent = percent_a_year(before, after, held)
        added = series.cadence.a_year(after) - series.cadence.a_year(before)
        yield Flag(
            flag_id=f"{FlagKind.PRICE_RISE}/{series.series_id}/{new[0].charge_id}",
            kind=FlagKind.PRICE_RISE,
            series_id=series.series_id,
            name=series.name,
            on=new[0].booked_on,
            before=before,
            after=after,
            a_year=added,
            percent_a_year=percent,
            charge_ids=(old[-1].charge_id, new[0].charge_id),
            why=f"{before} before, {after} since {new[0].booked_on}: {added} more a year, {percent} % a year",
        )


def _begins_low(first: Charge, full: Charge, series: Series) -> bool:
    """Whether a lower first charge is a trial's, or of the part of a period that was left: no price that rose.

    Of two charges alone the dearer one must be near, else it is another purchase.
    """
    part = first.amount.amount_minor / full.amount.amount_minor
    days = (full.booked_on - first.booked_on).days / series.cadence.days
    far = not series.sure and part * _STEEPEST_OF_TWO < 1
    return part <= _TRIAL_PART or far or (days < 1 and abs(part - days) <= _PART_OF_PERIOD and part < _NEARLY_WHOLE)


def _stopped(series: Series, run: Sequence[Charge], known: Ledgered) -> Iterable[Flag]:
    until = max((known.covered[charge.account] for charge in run if charge.account in known.covered), default=None)
    patience = max(timedelta(days=10), tolerance(series.cadence) + timedelta(days=series.cadence.days // 4))
    ended = any(ending.series_id == series.series_id for ending in known.endings)
    if until is None or not series.sure or ended or series.next_on + patience > until:
        return
    yield Flag(
        flag_id=f"{FlagKind.STOPPED}/{series.series_id}/{run[-1].charge_id}",
        kind=FlagKind.STOPPED,
        series_id=series.series_id,
        name=series.name,
        on=series.next_on,
        before=series.amount,
        charge_ids=(run[-1].charge_id,),
        why=f"{series.amount} {series.cadence.says} until {series.last_on}; the charge of {series.next_on} did not come by {until}",
    )


def _doubled(series: Series, run: Sequence[Charge], known: Ledgered) -> Iterable[Flag]:
    """Tell an equal charge of the same merchant right beside one of the series that belongs to no series itself."""
    within = {ident for one in known.series for ident in one.charge_ids}
    given_back = [c for c in known.charges if c.amount.amount_minor < 0 and merchant_of(c.name, c.reference).key == series.merchant]
    for charge in known.charges:
        if charge.charge_id in within or merchant_of(charge.name, charge.reference).key != series.merchant:
            continue
        twin = next((c for c in run if c.amount == charge.amount and abs(c.booked_on - charge.booked_on) <= NEAR_DOUBLE), None)
        back = any(c.amount == charge.amount * -1 and c.booked_on >= charge.booked_on for c in given_back)
        if twin is not None and not back:
            yield Flag(
                flag_id=f"{FlagKind.CHARGED_TWICE}/{charge.charge_id}",
                kind=FlagKind.CHARGED_TWICE,
                series_id=series.series_id,
                name=series.name,
                on=charge.booked_on,
                after=charge.amount,
                charge_ids=(twin.charge_id, charge.charge_id),
                why=f"{charge.amount} was charged on {twin.booked_on} and again on {charge.booked_on}; one is due {series.cadence.says}",
            )


def _converted(series: Series, run: Sequence[Charge], known: Ledgered) -> Iterable[Flag]:
    """Tell a first charge of nothing, or little, that the full price followed: on the line itself or before the series."""
    first = run[0]
    earlier = [
        charge
        for charge in known.charges
        if timedelta(0) < first.booked_on - charge.booked_on <= timedelta(days=_TRIAL_DAYS)
        and charge.charge_id not in series.charge_ids
        and 0 <= charge.amount.amount_minor <= first.amount.amount_minor * _TRIAL_PART
        and charge.amount.currency == first.amount.currency
        and merchant_of(charge.name, charge.reference).key == series.merchant
    ]
    small, full = (earlier[-1], first) if earlier else (first, run[1] if len(run) > 1 else first)
    if small is full or small.amount.amount_minor > full.amount.amount_minor * _TRIAL_PART:
        return
    yield Flag(
        flag_id=f"{FlagKind.TRIAL_CONVERTED}/{series.series_id}/{full.charge_id}",
        kind=FlagKind.TRIAL_CONVERTED,
        series_id=series.series_id,
        name=series.name,
        on=full.booked_on,
        before=small.amount,
        after=full.amount,
        a_year=series.cadence.a_year(full.amount),
        charge_ids=(small.charge_id, full.charge_id),
        why=f"it began with {small.amount} on {small.booked_on} and costs {full.amount} {series.cadence.says} since {full.booked_on}",
    )


def _may_be_trials(known: Ledgered) -> Iterable[Flag]:
    """Tell a merchant that was never charged before and took nothing, or next to nothing, within the last weeks: a card was checked."""
    if known.until is None:
        return
    by_merchant: dict[str, list[Charge]] = {}
    for charge in known.charges:
        by_merchant.setdefault(merchant_of(charge.name, charge.reference).key, []).append(charge)
    for charges in by_merchant.values():
        charge = charges[0]
        small = 0 <= charge.amount.amount_minor <= _CARD_CHECK * 10 ** exponent(charge.amount.currency)
        if len(charges) != 1 or not small or known.until - charge.booked_on > timedelta(days=_TRIAL_WAITS):
            continue
        name = merchant_of(charge.name, charge.reference).name
        first, *later = (charge.booked_on + timedelta(days=days) for days in USUAL_TRIALS)
        yield Flag(
            flag_id=f"{FlagKind.TRIAL_ENDING}/{charge.charge_id}",
            kind=FlagKind.TRIAL_ENDING,
            name=name,
            on=first,
            before=charge.amount,
            charge_ids=(charge.charge_id,),
            why=f"{charge.amount} on {charge.booked_on}, for the first time: a trial may have begun. Nothing says when it ends; usual is after "
            f"{', '.join(str(days) for days in USUAL_TRIALS[:-1])} or {USUAL_TRIALS[-1]} days, so it may cost from {first} on, else from "
            f"{' or '.join(str(day) for day in later)}: look up its end",
            assumed=True,
        )


def usual_ends(flag: Flag) -> tuple[tuple[int, date], ...]:
    """Return the days on which a trial that only its first charge shows may end, each with the length that would be.

    Ledgers of before tell of one day only, the latest.
    """
    began = flag.on - timedelta(days=USUAL_TRIALS[0] if flag.assumed else USUAL_TRIALS[-1])
    return tuple((days, began + timedelta(days=days)) for days in USUAL_TRIALS)


def _after(ending: Ending, known: Ledgered) -> Iterable[Flag]:
    series = [s for s in known.series if _meant(ending, s, known)]
    idents = {ident for one in series for ident in one.charge_ids}
    keys = {one.merchant for one in series} | ({ending.merchant} if ending.merchant else set())
    late = [
        charge
        for charge in known.charges
        if charge.amount.amount_minor > 0
        and charge.booked_on > ending.ended_on + _POSTING
        and (charge.charge_id in idents or (not ending.series_id and merchant_of(charge.name, charge.reference).key in keys))
    ]
    if not late:
        return
    total = sum(charge.amount.amount_minor for charge in late if charge.amount.currency == late[0].amount.currency)
    name = series[0].name if series else merchant_of(late[0].name, late[0].reference).name
    whose = series[0].series_id if series else ""
    yield Flag(
        flag_id=f"{FlagKind.AFTER_CANCELLATION}/{ending.vendor_id or whose or ending.merchant}/{late[-1].charge_id}"[:120],
        kind=FlagKind.AFTER_CANCELLATION,
        series_id=whose,
        vendor_id=ending.vendor_id,
        name=name,
        on=late[0].booked_on,
        after=_money(total, late[0]),
        charge_ids=tuple(charge.charge_id for charge in late),
        why=f"it ended on {ending.ended_on}{f' ({ending.why})' if ending.why else ''}, and yet {counted(len(late), 'charge')} came since, "
        f"{_money(total, late[0])} together: ask for it back",
    )


def _meant(ending: Ending, series: Series, known: Ledgered) -> bool:
    if ending.series_id:
        return series.series_id == ending.series_id
    if ending.vendor_id and (known.vendor_of or {}).get(series.series_id) == ending.vendor_id:
        return True
    return bool(ending.merchant) and series.merchant == ending.merchant


def _money(minor: int, like: Charge) -> Money:
    return Money(amount_minor=minor, currency=like.amount.currency)
