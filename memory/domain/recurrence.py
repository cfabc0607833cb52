"""Which charges recur: a comb of expected days laid over the charges of one merchant, tooth by tooth. Pure.

A card is charged on the same day of each month, and booked some days later, after a weekend or at a short month's end. So a cadence is
a grid of expected days with a tolerance around each, and charges belong together when nearly all of them fall on a tooth each, nearly
every tooth between the first and the last holds one, and they lie near to it on average. Shopping does none of this for long.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from operator import itemgetter

from memory.domain.charges import Cadence, Charge
from memory.domain.days import add_months

_SATURDAY = 5
#: More subscriptions than this of one merchant at one price are no subscriptions.
_MOST_ALIKE = 4
#: Further off than anything that is looked at.
_NEVER = 10_000
#: Two equal charges of one merchant so near to one another: only one was due.
NEAR_DOUBLE = timedelta(days=4)


@dataclass(frozen=True)
class _Rule:
    """`near`: days a charge may lie off its expected day; `mean`: how far on average; `least`: charges that make a series."""

    near: int
    mean: float
    least: int


_RULES = {
    Cadence.WEEKLY: _Rule(2, 0.9, 6),
    Cadence.FORTNIGHTLY: _Rule(3, 1.3, 5),
    Cadence.FOUR_WEEKLY: _Rule(3, 1.3, 4),
    Cadence.MONTHLY: _Rule(4, 1.9, 3),
    Cadence.TWO_MONTHLY: _Rule(5, 2.2, 3),
    Cadence.QUARTERLY: _Rule(6, 2.5, 3),
    Cadence.HALF_YEARLY: _Rule(8, 3.5, 3),
    Cadence.YEARLY: _Rule(10, 5.0, 2),
    Cadence.TWO_YEARLY: _Rule(12, 6.0, 2),
}
#: How much of the teeth must hold a charge, and how much of the charges must lie on teeth.
_COVERED, _SHARE = 0.74, 0.85


@dataclass(frozen=True)
class Grid:
    """The expected days of a cadence, numbered: of months counted from year 0 those of the `phase`, each on the `wanted` day.

    For a cadence in days, `phase` is the place of the day among the days of a period, counted from the first day of year 1.
    """

    cadence: Cadence
    phase: int
    wanted: int = 0

    def day(self, number: int) -> date:
        """Return the expected day of a number: at the month's end where the month is shorter than the wanted day."""
        if not self.cadence.months:
            return date.fromordinal(self.phase + number * self.cadence.days)
        return date.fromordinal(_days_of_month(self.phase + number * self.cadence.months, self.wanted)[0])

    def nearest(self, day: date) -> tuple[int, int]:
        """Return the number of the expected day nearest to a day, and how many days it is off; a bank day beside a weekend is not off."""
        here, months = day.toordinal(), self.cadence.months
        if not months:
            number = (here - self.phase + self.cadence.days // 2) // self.cadence.days
            return number, min(abs(here - one) for one in _bank_days(self.phase + number * self.cadence.days))
        month = day.year * 12 + day.month - 1
        number = (month - self.phase + 1) // months
        best = (number, _NEVER)
        for one in (number - 1, number):
            if abs(self.phase + one * months - month) <= 1:
                off = min(abs(here - expected) for expected in _days_of_month(self.phase + one * months, self.wanted))
                best = min(best, (one, off), key=itemgetter(1))
        if months == 1:
            off = min(abs(here - expected) for expected in _days_of_month(month - 1, self.wanted))
            best = min(best, (month - 1 - self.phase, off), key=itemgetter(1))
        return best


@dataclass(frozen=True)
class Comb:
    """A cadence laid over charges: those on its teeth, in order, and how far they lie off on average, in days."""

    grid: Grid
    charges: tuple[Charge, ...]
    off: float
    teeth: int

    @property
    def cadence(self) -> Cadence:
        """How often it comes."""
        return self.grid.cadence

    @property
    def covered(self) -> float:
        """How much of the teeth from the first to the last charge holds one."""
        return len(self.charges) / self.teeth

    def after(self, day: date) -> date:
        """Return the expected day of the charge after the one that was booked about `day`."""
        return self.grid.day(self.grid.nearest(day)[0] + 1)


def tolerance(cadence: Cadence) -> timedelta:
    """Return how far off its expected day a charge may be booked."""
    return timedelta(days=_RULES[cadence].near)


def least(cadence: Cadence) -> int:
    """Return how many charges make a series sure."""
    return _RULES[cadence].least


def best_comb(charges: Sequence[Charge], *, share: float = _SHARE) -> Comb | None:
    """Return the comb that fits nearly all of the charges, the tightest of those that fit most; None when nothing recurs."""
    days = [charge.booked_on for charge in charges]
    span = (max(days) - min(days)).days
    found = [_comb(charges, cadence) for cadence in Cadence if _possible(cadence, span, share, len(charges))]
    fitting = [comb for comb in found if comb is not None and len(comb.charges) >= share * len(charges)]
    return max(fitting, key=lambda comb: (len(comb.charges), -comb.off / _RULES[comb.cadence].near, comb.covered), default=None)


def _possible(cadence: Cadence, span: int, share: float, count: int) -> bool:
    """Whether so many charges within so many days can lie on the teeth of a cadence at all."""
    rule, teeth = _RULES[cadence], span / cadence.days
    few = count < rule.least and not cadence.months
    return span >= cadence.days - rule.near and share * count <= teeth + 2 and not few


def combs_in(charges: Sequence[Charge]) -> list[Comb]:
    """Return the one comb that holds nearly all of the charges, else a few of one cadence: equal subscriptions run side by side.

    None when too much is left over: what comes and goes without a rhythm fills some comb by chance.
    """
    whole = best_comb(charges)
    if whole is not None:
        return [whole]
    beside = [_side_by_side(charges, cadence) for cadence in Cadence if cadence.days >= Cadence.FOUR_WEEKLY.days]
    return min((combs for combs in beside if combs), key=lambda combs: (len(combs), combs[0].cadence.days), default=[])


def _side_by_side(charges: Sequence[Charge], cadence: Cadence) -> list[Comb]:
    left, found = list(charges), list[Comb]()
    while len(left) >= 2 and len(found) < _MOST_ALIKE:
        span = (left[-1].booked_on - left[0].booked_on).days
        comb = _comb(left, cadence) if _possible(cadence, span, _SHARE / _MOST_ALIKE, len(left)) else None
        if comb is None or len(comb.charges) < _RULES[cadence].least:
            break
        found.append(comb)
        taken = {charge.charge_id for charge in comb.charges}
        left = [charge for charge in left if charge.charge_id not in taken]
    return found if len(charges) - len(left) >= _SHARE * len(charges) else []


def _comb(charges: Sequence[Charge], cadence: Cadence) -> Comb | None:
    """Return the best comb of one cadence over the charges that keeps the cadence's limits."""
    laid = (_laid(charges, grid) for grid in _grids([charge.booked_on for charge in charges], cadence))
    return max((comb for comb in laid if comb is not None), key=lambda comb: (len(comb.charges), -comb.off), default=None)


def _grids(days: Sequence[date], cadence: Cadence) -> list[Grid]:
    """Return the grids that go through one of the days; the last day of a short month may stand for a later day of longer ones."""
    if not cadence.months:
        return [Grid(cadence, phase) for phase in sorted({day.toordinal() % cadence.days for day in days})]
    found = set()
    for day in days:
        phase = (day.year * 12 + day.month - 1) % cadence.months
        ends = (29, 30, 31) if (day + timedelta(days=1)).day == 1 else ()
        found |= {(phase, wanted) for wanted in {day.day, *ends}}
    return [Grid(cadence, phase, wanted) for phase, wanted in sorted(found)]


def _laid(charges: Sequence[Charge], grid: Grid) -> Comb | None:
    rule = _RULES[grid.cadence]
    on: dict[int, tuple[int, Charge]] = {}
    for charge in charges:
        number, off = grid.nearest(charge.booked_on)
        if off <= rule.near and (number not in on or off < on[number][0]):
            on[number] = (off, charge)
    run = _longest_run(sorted(on))
    if len(run) < 2:
        return None
    mean = sum(on[number][0] for number in run) / len(run)
    comb = Comb(grid, tuple(on[number][1] for number in run), mean, run[-1] - run[0] + 1)
    return comb if comb.covered >= _COVERED and mean <= rule.mean else None


def _longest_run(numbers: list[int]) -> list[int]:
    """Return the most teeth in a row that hold charges, with single gaps allowed where enough lie around them."""
    best: list[int] = []
    run: list[int] = []
    for number in numbers:
        if run and number - run[-1] > 2:
            best, run = max(best, run, key=len), []
        run.append(number)
    return max(best, run, key=len)


@lru_cache(maxsize=16384)
def _days_of_month(month: int, wanted: int) -> tuple[int, ...]:
    """Return the days on which a charge of the wanted day may be booked in a month (counted from year 0): itself and bank days beside it."""
    first = date(month // 12, month % 12 + 1, 1)
    last = add_months(first, 1) - timedelta(days=1)
    return _bank_days(min(first + timedelta(days=wanted - 1), last).toordinal())


def _bank_days(day: int) -> tuple[int, ...]:
    weekend = max(0, (day - 1) % 7 - _SATURDAY + 1)
    return (day, day - weekend, day + 3 - weekend) if weekend else (day,)


def by_amount(charges: Sequence[Charge], spread: float) -> list[list[Charge]]:
    """Return the charges parted by amount: within each part the dearest is at most `spread` above the cheapest."""
    parts: list[list[Charge]] = []
    for charge in sorted(charges, key=lambda c: (c.amount.amount_minor, c.booked_on, c.charge_id)):
        if parts and charge.amount.amount_minor <= parts[-1][0].amount.amount_minor * (1 + spread):
            parts[-1].append(charge)
        else:
            parts.append([charge])
    return [sorted(part, key=lambda c: (c.booked_on, c.charge_id)) for part in parts]


def without_doubles(charges: Iterable[Charge]) -> list[Charge]:
    """Return one of each charge that came twice within days at the same amount: the first, in the order of days."""
    kept: list[Charge] = []
    last: dict[int, date] = {}
    for charge in sorted(charges, key=lambda c: (c.booked_on, c.charge_id)):
        before = last.get(charge.amount.amount_minor)
        if before is None or charge.booked_on - before > NEAR_DOUBLE:
            kept.append(charge)
            last[charge.amount.amount_minor] = charge.booked_on
    return kept


def grouped(charges: Iterable[Charge], key: dict[str, str]) -> dict[tuple[str, str], list[Charge]]:
    """Return charges by the given key of each and its currency, in the order of their days."""
    found: dict[tuple[str, str], list[Charge]] = defaultdict(list)
    for charge in sorted(charges, key=lambda c: (c.booked_on, c.charge_id)):
        found[key[charge.charge_id], charge.amount.currency].append(charge)
    return found
