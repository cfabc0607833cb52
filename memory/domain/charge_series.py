"""From charges to series: one merchant's charges are parted into those that recur, and price changes join what they parted. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import groupby, pairwise

from memory.domain.base import sha256_hex
from memory.domain.charges import Cadence, Charge, Series
from memory.domain.merchants import merchant_of, same_merchant
from memory.domain.recurrence import Comb, best_comb, by_amount, combs_in, grouped, least, tolerance, without_doubles

#: Equal amounts first; then what exchange rates move about.
_SPREADS = (0.0, 0.08)
#: Amounts of two neighbours that are one price at another exchange rate.
_DRIFT = 0.08
#: How far usage bills may lie apart, and how many make a series.
_WIDEST_USAGE, _LEAST_USAGE = 6.0, 4
_LIKE = 0.3
#: Periods after which a charge at the same price still goes on, and does not begin anew.
_LONGEST_PAUSE = 4
#: So many charges on their days are no chance, whatever else was bought there.
_SPEAKS_FOR_ITSELF = 6
#: What one rise of a yearly price multiplies it by at most.
_STEEPEST = 1.6


@dataclass(frozen=True)
class _Lane:
    """Charges found to recur, before they have an id."""

    comb: Comb
    charges: tuple[Charge, ...]
    merchant: str
    name: str

    @property
    def first(self) -> date:
        return self.charges[0].booked_on

    @property
    def last(self) -> date:
        return self.charges[-1].booked_on

    @property
    def price(self) -> int:
        return self.charges[-1].amount.amount_minor


def find_series(charges: Iterable[Charge], known: Sequence[Series] = ()) -> tuple[Series, ...]:
    """Return what recurs among charges, in the order of their names; refunds and zero amounts take no part.

    The result is the same in whatever order the charges are given. A series that shares charges with one of `known` has its id.
    """
    paid = [charge for charge in charges if charge.amount.amount_minor > 0]
    whose = {charge.charge_id: merchant_of(charge.name, charge.reference) for charge in paid}
    lanes: list[_Lane] = []
    for (merchant, _), group in grouped(paid, {ident: found.key for ident, found in whose.items()}).items():
        found = [_Lane(comb, comb.charges, merchant, "") for comb in _combs(group)]
        lanes += _joined(found, _left(group, found))
    lanes = _across_names(lanes, paid, {ident: found.key for ident, found in whose.items()})
    named = [replace(lane, name=whose[lane.charges[-1].charge_id].name) for lane in lanes]
    return _with_ids([_series(lane) for lane in named], known)


def _combs(group: Sequence[Charge]) -> list[Comb]:
    """Return the combs of one merchant's charges: all as one, else parted by amount, else one that begins after a first odd charge."""
    if len(group) < 2:
        return []
    whole = best_comb(group)
    if whole is not None and _sound(whole, group):
        return [whole]
    found: list[Comb] = []
    left = list(group)
    for spread in _SPREADS:
        for part in by_amount(left, spread):
            found += _sound_ones(combs_in(part), left)
        taken = {charge.charge_id for comb in found for charge in comb.charges}
        left = [charge for charge in group if charge.charge_id not in taken]
    found += _beside_doubles(left)
    if not found and len(group) > 2:
        later = best_comb(group[1:])
        found = [later] if later is not None and _sound(later, group[1:]) else []
    return found


def _beside_doubles(group: Sequence[Charge]) -> list[Comb]:
    """Return the combs that show once a few near doubles are set aside: one charge too many must not hide the others."""
    once = without_doubles(group)
    if len(once) == len(group) or (len(group) - len(once)) * 3 > len(once):
        return []
    whole = best_comb(once)
    if whole is not None and _sound(whole, once):
        return [whole]
    return [comb for part in by_amount(once, 0.0) for comb in _sound_ones(combs_in(part), once)]


def _sound_ones(combs: list[Comb], group: Sequence[Charge]) -> list[Comb]:
    """Return the combs that are more than chance; what another of them holds does not speak against one."""
    held = {charge.charge_id for comb in combs for charge in comb.charges}
    others = [charge for charge in group if charge.charge_id not in held]
    return [comb for comb in combs if _sound(comb, [*others, *comb.charges])]


def _sound(comb: Comb, group: Sequence[Charge]) -> bool:
    """Whether a comb is more than chance: enough charges, and few like them beside it."""
    amounts = [charge.amount.amount_minor for charge in comb.charges]
    low, high = min(amounts), max(amounts)
    taken = {charge.charge_id for charge in comb.charges}
    margin = timedelta(days=comb.cadence.days)
    first, last = comb.charges[0].booked_on - margin, comb.charges[-1].booked_on + margin
    near = [c.amount.amount_minor for c in group if c.charge_id not in taken and first < c.booked_on < last]
    beside = sum(1 for minor in near if low * (1 - _LIKE) <= minor <= high * (1 + _LIKE))
    if len(near) > (1 if len(amounts) == 2 else len(amounts)) and len(amounts) < _SPEAKS_FOR_ITSELF:
        return False
    if not _steady(amounts, comb.cadence):
        return _usage(comb, amounts) and len(group) == len(comb.charges)
    if len(comb.charges) < least(comb.cadence):
        return beside == 0 and _pair(comb, amounts, group)
    if comb.cadence.days < Cadence.FOUR_WEEKLY.days:
        return beside == 0 and high <= low * (1 + _DRIFT)
    return beside <= len(comb.charges) * _LIKE


def _usage(comb: Comb, amounts: Sequence[int]) -> bool:
    """Whether bills of changing amount come by a clock: at least monthly ones, never further apart than usage explains."""
    enough = len(amounts) >= _LEAST_USAGE and comb.cadence.months > 0
    return enough and max(amounts) <= min(amounts) * _WIDEST_USAGE and comb.off <= 1.5


def _pair(comb: Comb, amounts: Sequence[int], group: Sequence[Charge]) -> bool:
    """Whether two charges alone may be a series: the same amount at a merchant where nothing else was ever bought."""
    return len(group) == len(amounts) and comb.cadence.months > 0 and max(amounts) == min(amounts) and comb.off <= 2


def _steady(amounts: Sequence[int], cadence: Cadence) -> bool:
    """Whether amounts are one price that now and then changes, or drifts with an exchange rate, or climbs step by step."""
    changes = sum(1 for before, after in pairwise(amounts) if before != after)
    if changes <= max(1, len(amounts) // 4):
        return True
    jumps = sum(1 for before, after in pairwise(amounts) if max(before, after) > min(before, after) * (1 + _DRIFT))
    return jumps <= len(amounts) // 6 or _climbs(amounts, cadence) or _held(amounts)


def _climbs(amounts: Sequence[int], cadence: Cadence) -> bool:
    """Whether a yearly price only ever rose: a year's price is charged once, so it cannot show by coming again."""
    return cadence.months >= Cadence.YEARLY.months and all(before <= after <= before * _STEEPEST for before, after in pairwise(amounts))


def _held(amounts: Sequence[int]) -> bool:
    """Whether each price came again to the cent before the next one, and none came back: usage does neither.

    The newest price need not have come again yet, and a first one may be of a part of a month.
    """
    levels = [list(same) for _, same in groupby(amounts)]
    again = all(len(level) > 1 for level in levels[1:-1]) and len(amounts) - len(levels) >= len(levels) - 1
    return again and len({level[0] for level in levels}) == len(levels)


def _left(group: Sequence[Charge], lanes: Sequence[_Lane]) -> list[Charge]:
    taken = {charge.charge_id for lane in lanes for charge in lane.charges}
    return [charge for charge in group if charge.charge_id not in taken]


def _joined(lanes: list[_Lane], left: list[Charge]) -> list[_Lane]:
    """Join what a price change parted: a lane that goes on where another ends, or a single charge on the day that is due."""
    joined = sorted(lanes, key=lambda lane: (lane.first, lane.last, lane.charges[0].charge_id))
    while True:
        pair = _first_pair(joined)
        if pair is None:
            break
        earlier, later = pair
        joined.remove(earlier)
        joined.remove(later)
        joined.append(
            replace(
                later,
                comb=earlier.comb if len(earlier.charges) > len(later.charges) else later.comb,
                charges=(*earlier.charges, *later.charges),
            )
        )
        joined.sort(key=lambda lane: (lane.first, lane.last, lane.charges[0].charge_id))
    return [_with_next(lane, left) for lane in joined]


def _first_pair(lanes: Sequence[_Lane]) -> tuple[_Lane, _Lane] | None:
    """Return two lanes of which the second goes on where the first ends, the nearest in price where several do."""
    for earlier in lanes:
        followers = [later for later in lanes if later is not earlier and _follows(earlier, later)]
        if followers:
            return earlier, min(followers, key=lambda later: (abs(later.charges[0].amount.amount_minor - earlier.price), later.first))
    return None


def _follows(earlier: _Lane, later: _Lane) -> bool:
    """Whether a lane goes on on the day that is due, or some periods later at the very same price."""
    if earlier.comb.cadence is not later.comb.cadence or not earlier.last < later.first:
        return False
    due = earlier.comb.after(earlier.last)
    same = later.charges[0].amount.amount_minor == earlier.price
    for _ in range(_LONGEST_PAUSE if same else 1):
        if abs(later.first - due) <= tolerance(earlier.comb.cadence):
            return True
        due = earlier.comb.after(due)
    return False


def _with_next(lane: _Lane, left: list[Charge]) -> _Lane:
    """Take in the one charge on the next due day, at another price; it is taken out of what is left."""
    due, near = lane.comb.after(lane.last), tolerance(lane.comb.cadence)
    fitting = without_doubles([charge for charge in left if abs(charge.booked_on - due) <= near and charge.booked_on > lane.last])
    if len(fitting) != 1 or len(lane.charges) < least(lane.comb.cadence):
        return lane
    (charge,) = fitting
    ratio = charge.amount.amount_minor / lane.price
    if not (0.7 <= ratio <= 1.6 or (len(left) <= 2 and 0.3 <= ratio <= 25)):
        return lane
    left.remove(charge)
    return _with_next(replace(lane, charges=(*lane.charges, charge)), left)


def _across_names(lanes: list[_Lane], paid: Sequence[Charge], key: dict[str, str]) -> list[_Lane]:
    """Join what another spelling of the merchant's name parted, and look again at what is left over under its spellings."""
    families: dict[tuple[str, str], list[Charge]] = {}
    for charge in sorted(_left(paid, lanes), key=lambda c: (c.booked_on, c.charge_id)):
        families.setdefault((key[charge.charge_id].split()[0], charge.amount.currency), []).append(charge)
    found = list(lanes)
    for (_, currency), group in sorted(families.items()):
        if len({key[charge.charge_id] for charge in group}) > 1 and _one_family([key[charge.charge_id] for charge in group]):
            fresh = [_Lane(comb, comb.charges, key[comb.charges[-1].charge_id], "") for comb in _combs(group)]
            found += _joined(fresh, _left(group, fresh))
        del currency
    merged: list[_Lane] = []
    for lane in sorted(found, key=lambda one: (one.first, one.last, one.charges[0].charge_id)):
        before = next(
            (
                one
                for one in merged
                if one.charges[0].amount.currency == lane.charges[0].amount.currency
                and one.merchant != lane.merchant
                and same_merchant(one.merchant, lane.merchant)
                and _follows(one, lane)
                and abs(lane.charges[0].amount.amount_minor - one.price) <= _LIKE * one.price
            ),
            None,
        )
        if before is None:
            merged.append(lane)
        else:
            merged[merged.index(before)] = replace(lane, comb=before.comb, charges=(*before.charges, *lane.charges))
    return merged


def _one_family(keys: Sequence[str]) -> bool:
    shortest = min(keys, key=len)
    return all(same_merchant(shortest, key) for key in keys)


def _series(lane: _Lane) -> Series:
    comb, amounts = lane.comb, [charge.amount.amount_minor for charge in lane.charges]
    return Series(
        series_id=f"series-{sha256_hex(lane.charges[0].charge_id.encode())[:12]}",
        merchant=lane.merchant,
        name=lane.name,
        cadence=comb.cadence,
        amount=lane.charges[-1].amount,
        first_on=lane.first,
        last_on=lane.last,
        next_on=comb.after(lane.last),
        charge_ids=tuple(charge.charge_id for charge in lane.charges),
        steady=_steady(amounts, comb.cadence),
        sure=len(lane.charges) >= max(3, least(comb.cadence)) or (len(lane.charges) >= least(comb.cadence) and len(set(amounts)) == 1),
    )


def _with_ids(found: list[Series], known: Sequence[Series]) -> tuple[Series, ...]:
    """Give each series the id of the known one with which it shares most charges; each id is given once."""
    owners = {ident: series.series_id for series in known for ident in series.charge_ids}
    shares = []
    for number, series in enumerate(found):
        counts: dict[str, int] = {}
        for ident in series.charge_ids:
            if ident in owners:
                counts[owners[ident]] = counts.get(owners[ident], 0) + 1
        shares += [(-count, ident, number) for ident, count in counts.items()]
    given: dict[int, str] = {}
    for _, ident, number in sorted(shares):
        if number not in given and ident not in given.values():
            given[number] = ident
    taken = {series.series_id for series in known}
    result = []
    for number, series in enumerate(found):
        ident = given.get(number, series.series_id)
        if number not in given and ident in taken:
            ident = f"series-{sha256_hex(''.join(series.charge_ids).encode())[:12]}"
        result.append(series.model_copy(update={"series_id": ident}))
    return tuple(sorted(result, key=lambda series: (series.name.casefold(), series.series_id)))
