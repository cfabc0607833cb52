"""The frame of a negotiation: which values each term can take, and typed terms to outcome and back, exactly.

The grid is a full product of the axes, but for free months and credits, which no letter of ours can promise: those stand only
where a vendor offered them.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from agents.negotiation.space import Floats, Issue, Mask, Space
from memory.domain.money import Money, Period
from memory.domain.preferences import Level, Preferences, Term
from memory.domain.quote import Terms
from memory.domain.worth import comparable_total, reckoned, worth_of

MOST_OUTCOMES = 20_000

Plan = tuple[int, Period]
"""Months bound, and how far ahead is paid."""
Grid = npt.NDArray[np.int64]
Extras = tuple[int, int | None, int | None]
"""Set-up fee, free months, credit: what is added to and taken from the price, in minor units."""


@dataclass(frozen=True)
class Axes:
    """The values of each term, in the order in which they suit us less and less, or cost more. One value: not under negotiation."""

    prices: tuple[int, ...]
    plans: tuple[Plan, ...]
    extras: tuple[Extras, ...]
    quantities: tuple[int, ...]
    payment: tuple[int | None, ...] = (None,)
    cap: tuple[int | None, ...] = (None,)
    notice: tuple[int | None, ...] = (None,)
    support: tuple[str | None, ...] = (None,)

    @property
    def all(self) -> tuple[tuple[object, ...], ...]:
        """The axes in their order."""
        return (self.prices, self.plans, self.extras, self.quantities, self.payment, self.cap, self.notice, self.support)

    @property
    def size(self) -> int:
        """How many outcomes their product has."""
        return int(np.prod([len(axis) for axis in self.all]))


NAMES = ("unit_price", "term", "setup_fee", "quantity", "payment_days", "price_cap", "notice_days", "support")
_PRICE, _PLAN, _EXTRAS, _QUANTITY = range(4)
_SOFT = {4: Term.PAYMENT_DAYS, 5: Term.PRICE_CAP, 6: Term.NOTICE_DAYS, 7: Term.SUPPORT}


@dataclass(frozen=True, eq=False)
class Frame:
    """Outcomes of one negotiation, what each costs with its terms reckoned in (minor units a year), and which are permitted."""

    base: Terms
    axes: Axes
    preferences: Preferences
    grid: Grid
    costs: Grid
    permitted: Mask
    _rows: dict[tuple[int, ...], int] = field(repr=False, default_factory=dict)

    @cached_property
    def space(self) -> Space:
        """The outcome space for the engine."""
        issues = tuple(Issue(name, tuple(_shown(value) for value in axis)) for name, axis in zip(NAMES, self.axes.all, strict=True))
        return Space(issues, self.grid.astype(np.int16), self.permitted)

    @cached_property
    def utility(self) -> Floats:
        """What each outcome is worth to us: linear in its cost, 1 for the cheapest, 0 for the dearest."""
        cheap, dear = int(self.costs.min()), int(self.costs.max())
        result: Floats = (dear - self.costs) / max(dear - cheap, 1)
        return result

    def utility_of(self, cost: int) -> float:
        """Return what a yearly cost is worth on the same scale; it may lie outside of [0, 1]."""
        cheap, dear = int(self.costs.min()), int(self.costs.max())
        return (dear - cost) / max(dear - cheap, 1)

    def cost_at(self, utility: float) -> Money:
        """Return the yearly cost that is worth so much."""
        cheap, dear = int(self.costs.min()), int(self.costs.max())
        return Money(amount_minor=round(dear - utility * (dear - cheap)), currency=self.base.currency)

    def cost_of(self, outcome: int) -> Money:
        """Return what an outcome costs a year with its terms reckoned in."""
        return Money(amount_minor=int(self.costs[outcome]), currency=self.base.currency)

    def terms_of(self, outcome: int) -> Terms:
        """Return an outcome as terms."""
        places = self.grid[outcome]
        values = [axis[place] for axis, place in zip(self.axes.all, places, strict=True)]
        return _terms(self.base, values)

    def outcome_of(self, terms: Terms) -> int | None:
        """Return the outcome that says exactly these terms; None when they are none of this frame."""
        if not self._rows:
            self._rows.update({tuple(row): i for i, row in enumerate(self.grid.tolist())})
        try:
            places = tuple(axis.index(value) for axis, value in zip(self.axes.all, values_of(terms), strict=True))
        except ValueError:
            return None
        return self._rows.get(places) if same_basis(terms, self.base) else None


def same_basis(terms: Terms, base: Terms) -> bool:
    """Tell whether two prices mean the same: one currency, one period, both for the whole or both for a unit."""
    return (terms.unit_price.period, terms.priced_per, terms.currency) == (base.unit_price.period, base.priced_per, base.currency)


def values_of(terms: Terms) -> tuple[object, ...]:
    """Return the values of terms on the axes, in their order."""
    extras = (terms.setup_fee.amount_minor, terms.free_months, terms.credit.amount_minor if terms.credit else None)
    soft = (terms.payment_days, terms.price_increase_cap_bp, terms.notice_days, terms.support_level)
    return (terms.unit_price.amount_minor, (terms.term_months, terms.billing), extras, terms.quantity, *soft)


def _terms(base: Terms, values: list[object]) -> Terms:
    price, plan, extras, quantity, payment, cap, notice, support = values
    assert isinstance(plan, tuple)
    assert isinstance(extras, tuple)
    fee, free, credit = extras
    return base.model_copy(
        update={
            "unit_price": base.unit_price.model_copy(update={"amount_minor": price}),
            "term_months": plan[0],
            "billing": plan[1],
            "setup_fee": Money(amount_minor=fee, currency=base.currency),
            "free_months": free,
            "credit": None if credit is None else Money(amount_minor=credit, currency=base.currency),
            "quantity": quantity,
            "payment_days": payment,
            "price_increase_cap_bp": cap,
            "notice_days": notice,
            "support_level": support,
        }
    )


def _shown(value: object) -> float | str:
    if isinstance(value, tuple):
        return " / ".join("-" if part is None else str(part) for part in value)
    return float(value) if isinstance(value, int) else "not said" if value is None else str(value)


Permits = Callable[[Terms], bool]
"""Tells of price, plan, fees and quantity together whether every limit on money and amount holds."""
Floors = Callable[[Plan], int]
"""Gives the lowest unit price that may be asked on a plan."""


def framed(base: Terms, axes: Axes, preferences: Preferences, permits: Permits, floors: Floors, offered: tuple[Terms, ...]) -> Frame:
    """Return the frame of some axes. `offered` are the offers made so far, on the base's own basis."""
    grid = _grid(axes, floors, offered)
    cost, hard = _money(base, axes, permits)
    place = tuple(grid[:, : _QUANTITY + 1].T)
    parts = {k: _worths(axes.all[k], term, preferences, base.currency) for k, term in _SOFT.items()}
    plans = _plans(axes.plans, preferences, base.currency)
    share = plans.share[grid[:, _PLAN]] + sum(part.share[grid[:, k]] for k, part in parts.items())
    amount = plans.amount[grid[:, _PLAN]] + sum(part.amount[grid[:, k]] for k, part in parts.items())
    taken = (cost[place] * share * 2 + 10_000) // 20_000 + amount  # as `adjusted_cost`, for all outcomes at once
    kept = plans.kept[grid[:, _PLAN]] & np.logical_and.reduce([part.kept[grid[:, k]] for k, part in parts.items()])
    return Frame(base, axes, preferences, grid, np.maximum(cost[place] - taken, 0), hard[place] & kept)


def _grid(axes: Axes, floors: Floors, offered: tuple[Terms, ...]) -> Grid:
    """Return the product of the axes. Free months, credits and prices below a plan's floor stand only where they were offered just so."""
    rows = np.array(list(itertools.product(*(range(len(axis)) for axis in axes.all))), dtype=np.int64)
    plain = np.array([free is None and credit is None for _fee, free, credit in axes.extras])
    least = np.array([floors(plan) for plan in axes.plans])
    kept = plain[rows[:, _EXTRAS]] & (np.array(axes.prices)[rows[:, _PRICE]] >= least[rows[:, _PLAN]])
    known = {tuple(axis.index(value) for axis, value in zip(axes.all, values_of(terms), strict=True)) for terms in offered}
    for row in known:
        kept |= (rows == np.array(row)).all(axis=1)
    result: Grid = rows[kept]
    return result


def _money(base: Terms, axes: Axes, permits: Permits) -> tuple[Grid, Mask]:
    """Return the yearly all-in cost of each price, plan, extras and quantity, and whether they are permitted."""
    shape = (len(axes.prices), len(axes.plans), len(axes.extras), len(axes.quantities))
    cost, hard = np.zeros(shape, dtype=np.int64), np.zeros(shape, dtype=np.bool_)
    for place in itertools.product(*(range(n) for n in shape)):
        values: list[object] = [axis[k] for axis, k in zip(axes.all, place, strict=False)]
        terms = _terms(base, [*values, None, None, None, None])
        cost[place], hard[place] = comparable_total(terms).amount_minor, permits(terms)
    return cost, hard


@dataclass(frozen=True, eq=False)
class _Part:
    """Of each value of an axis: its worth as a share and as an amount, and whether the operator's limits keep it."""

    share: Grid
    amount: Grid
    kept: Mask


def _worths(axis: tuple[object, ...], term: Term, preferences: Preferences, currency: str) -> _Part:
    levels = [value if isinstance(value, int | str) else None for value in axis]
    worths = [worth_of(preferences, term, level, currency) for level in levels]
    kept = [_kept(preferences, term, level) for level in levels]
    return _Part(np.array([w[0] for w in worths]), np.array([w[1] for w in worths]), np.array(kept, dtype=np.bool_))


def _plans(plans: tuple[Plan, ...], preferences: Preferences, currency: str) -> _Part:
    months = _worths(tuple(m for m, _ in plans), Term.TERM_MONTHS, preferences, currency)
    billing = _worths(tuple(b.value for _, b in plans), Term.BILLING, preferences, currency)
    return _Part(months.share + billing.share, months.amount + billing.amount, months.kept & billing.kept)


def _kept(preferences: Preferences, term: Term, level: Level | None) -> bool:
    return not any(limit.breach(reckoned(term, level)) for limit in preferences.limits_on(term))
