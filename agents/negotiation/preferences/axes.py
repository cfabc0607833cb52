"""Which values each term can take: every value seen from either side, what the operator named, and steps that read like offers.

Prices are steps that people say (one part in a hundred), never one that would tell a secret. A term that no vendor mentions and
the operator does not care about is not negotiated.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from agents.negotiation.preferences.frame import MOST_OUTCOMES, Axes, Extras, Permits, Plan, values_of
from agents.negotiator.pricing import at_price, step_of
from memory.domain.money import Period
from memory.domain.preferences import Preferences, Term
from memory.domain.quote import Terms
from memory.domain.requisition import MONTHS
from memory.domain.worth import reckoned

_MOST_PRICES = 24
_FEWEST_PRICES = 8
_MONTHS_AHEAD = {Period.MONTH: 1, Period.QUARTER: 3, Period.YEAR: 12}
_PAYMENT_STEPS = (14, 30)
_CAP_STEPS = (0, 300, 500)
_NOTICE_STEPS = (30,)


@dataclass(frozen=True)
class Bounds:
    """What the price axis rests on, in minor units of the base's unit price: the opening, and the most that is worth offering.

    `opening` is asked for on the base's `plan`, and on those that give the vendor more; on those that bind us less, or are paid
    later, the least is `unbound`: a discount for a year in advance cannot be asked for without the year.
    """

    opening: int
    unbound: int
    most: int
    plan: Plan
    unspeakable: frozenset[int] = frozenset()

    def floor(self, plan: Plan) -> int:
        """Return the lowest price that may be asked on a plan."""
        less = plan[0] < self.plan[0] or _MONTHS_AHEAD.get(plan[1], 0) < _MONTHS_AHEAD.get(self.plan[1], 0)
        return self.unbound if less else self.opening


def axes_for(
    base: Terms, offered: Sequence[Terms], ours: Sequence[Terms], preferences: Preferences, bounds: Bounds, permits: Permits
) -> Axes:
    """Return the axes of a negotiation in which these offers were made; never more than `MOST_OUTCOMES` combinations."""
    plans = _plans(base, offered, preferences)
    extras = _extras(base, offered)
    quantities = tuple(sorted({base.quantity, *(terms.quantity for terms in offered)}))
    axes = Axes(
        prices=_prices(base, plans, offered, bounds, permits),
        plans=plans,
        extras=extras,
        quantities=quantities,
        payment=_numbers(Term.PAYMENT_DAYS, offered, preferences, _PAYMENT_STEPS),
        cap=_numbers(Term.PRICE_CAP, offered, preferences, _CAP_STEPS),
        notice=_numbers(Term.NOTICE_DAYS, offered, preferences, _NOTICE_STEPS),
        support=_support(offered, preferences),
    )
    return _fitted(axes, {value for terms in (*offered, *ours) for value in _marked(terms)})


def _prices(base: Terms, plans: tuple[Plan, ...], offered: Sequence[Terms], bounds: Bounds, permits: Permits) -> tuple[int, ...]:
    seen = {terms.unit_price.amount_minor for terms in offered}
    tops = [_dearest(base, plan, max(bounds.most, 0), permits) for plan in plans]
    most = max(tops)
    if most < 1:
        return tuple(sorted(seen))
    opening = min(max(bounds.opening, 1), most)
    step = step_of(most)
    stride = step * max(1, -(-(most - opening) // (step * (_MOST_PRICES - 6))))
    ladder = {opening, *range(opening - opening % step + stride, most + 1, stride)}
    ends = {top - top % step for top in tops if top - top % step >= opening}
    said = {speakable(price, bounds.unspeakable) for price in ladder | ends}
    return tuple(sorted(seen | {price for price in said if price > 0}))


def _dearest(base: Terms, plan: Plan, most: int, permits: Permits) -> int:
    """Return the highest unit price up to `most` that is permitted on a plan; 0 where none is."""
    package = base.model_copy(update={"term_months": plan[0], "billing": plan[1]})
    low, high = 0, most + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if permits(at_price(package, middle)) else (low, middle)
    return low


def speakable(price: int, unspeakable: frozenset[int]) -> int:
    """Return the price, or the next lower one that tells no secret; 0 where there is none."""
    while price > 0 and price in unspeakable:
        price -= max(step_of(price) // 5, 1)  # 44.90, where 45.00 must not be said
    return max(price, 0)


def _plans(base: Terms, offered: Sequence[Terms], preferences: Preferences) -> tuple[Plan, ...]:
    found = {(base.term_months, base.billing), *((terms.term_months, terms.billing) for terms in offered)}
    if base.unit_price.period is Period.MONTH:
        # Being free to leave, and paying by the month, can be asked of whoever has a monthly price, whether it offered them or not.
        found |= {(1, Period.MONTH), (base.term_months, Period.MONTH)}
    if base.unit_price.period in MONTHS:
        named = [worth.value for worth in preferences.worths if worth.term is Term.TERM_MONTHS and Term.TERM_MONTHS in preferences.named]
        for months in (int(value) for value in named if isinstance(value, int)):
            found |= {(months, base.billing if months > 1 else Period.MONTH), (1, Period.MONTH)}
        if Term.BILLING in preferences.named:
            found |= {(months, Period.MONTH) for months, _billing in set(found)}
    if base.unit_price.period is not Period.MONTH:
        found = {plan for plan in found if plan in {(t.term_months, t.billing) for t in (base, *offered)}}
    return tuple(sorted(found, key=lambda plan: (plan[0], _MONTHS_AHEAD.get(plan[1], 0), plan[1].value)))


def _extras(base: Terms, offered: Sequence[Terms]) -> tuple[Extras, ...]:
    seen = {(t.setup_fee.amount_minor, t.free_months, t.credit.amount_minor if t.credit else None) for t in offered}
    plain = {(base.setup_fee.amount_minor, None, None), *((fee, None, None) for fee, _free, _credit in seen)}
    return tuple(sorted(seen | plain, key=lambda e: (e[0] - (e[2] or 0), -(e[1] or 0), e[0])))


def _numbers(term: Term, offered: Sequence[Terms], preferences: Preferences, steps: tuple[int, ...]) -> tuple[int | None, ...]:
    """Return the values of a term of days or basis points, the fewest first; what is not said stands where it is reckoned."""
    seen = {_number(terms, term) for terms in offered} or {None}
    named = term in preferences.named
    if seen == {None} and not named:
        return (None,)
    stated = {int(p.value) for p in preferences.worths if p.term is term and named and isinstance(p.value, int)}
    limits = {value for limit in preferences.limits_on(term) for value in (limit.at_most, limit.at_least) if value is not None}
    # Steps of our own are asked for where the operator cares, and days to pay always: other wishes cost a vendor's patience.
    ours = set(steps) if named or term is Term.PAYMENT_DAYS else set[int]()
    values = seen | stated | limits | ours
    return tuple(sorted(values, key=lambda v: (int(reckoned(term, v)), v is None)))


def _number(terms: Terms, term: Term) -> int | None:
    value = getattr(terms, term.value)
    return value if isinstance(value, int) else None


def _support(offered: Sequence[Terms], preferences: Preferences) -> tuple[str | None, ...]:
    seen = {terms.support_level for terms in offered} or {None}
    named = {str(p.value) for p in preferences.worths if p.term is Term.SUPPORT}
    named |= {word for limit in preferences.limits_on(Term.SUPPORT) for word in limit.only}
    missing = {word for word in named if not any(level and word.lower() in level.lower() for level in seen)}
    return tuple(sorted(seen | missing, key=lambda level: (level is not None, level or "")))


def _marked(terms: Terms) -> Iterable[tuple[int, object]]:
    return enumerate(values_of(terms))


def _fitted(axes: Axes, seen: set[tuple[int, object]]) -> Axes:
    """Return axes with fewer unseen values, as long as there are too many combinations: prices last."""
    names = ("notice", "cap", "payment", "plans")
    for name in names:
        if axes.size <= MOST_OUTCOMES:
            return axes
        index = ("prices", "plans", "extras", "quantities", "payment", "cap", "notice", "support").index(name)
        kept = tuple(value for value in getattr(axes, name) if (index, value) in seen)
        axes = replace(axes, **{name: kept or getattr(axes, name)[:1]})
    while axes.size > MOST_OUTCOMES and len(axes.prices) > _FEWEST_PRICES:
        thinner = tuple(p for k, p in enumerate(axes.prices) if (0, p) in seen or k % 2 == 0)
        if len(thinner) == len(axes.prices):
            break
        axes = replace(axes, prices=thinner)
    return axes
