"""What each side has just done for the other: what a counteroffer thanks for, and what it points out that we give.

A letter may say no more than is so. The vendor is thanked only where its offer costs us less than every one before our last letter,
each of them clear; and only what is better for the vendor than it was is called something that we give.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from memory.domain.base import Noun
from memory.domain.money import Period
from memory.domain.preferences import Preferences
from memory.domain.quote import Terms
from memory.domain.worth import adjusted, comparable_total

_AHEAD = {Period.MONTH: 1, Period.QUARTER: 3, Period.YEAR: 12}
_LINE = {"billing": "term_months"}
"""In the line of terms the length and the billing are one part."""


class Step(StrEnum):
    """What the vendor has done since our last letter."""

    NONE = "none"
    CAME_DOWN = "came_down"
    """It costs less."""
    BETTER_TERMS = "better_terms"
    """It costs the same, on better terms."""


class Giving(StrEnum):
    """In which words we point out what we give."""

    NOTHING = "nothing"
    IN_RETURN = "in_return"
    """More than in our last letter, after a step of theirs."""
    MORE = "more"
    """More than in our last letter, although they stood still."""
    FOR_PRICE = "for_price"
    """More than their own offer asks for, for the price that we ask."""


class Steps(Noun):
    """What a counteroffer may point out. `given` names parts of the line of terms (`letters.line_parts`), the same in every package."""

    theirs: Step = Step.NONE
    giving: Giving = Giving.NOTHING
    given: tuple[str, ...] = ()


NO_STEPS = Steps()


def steps_of(
    theirs: Sequence[Terms], seen: int | None, last: Sequence[Terms], offers: Sequence[Terms], preferences: Preferences, *, clear: bool
) -> Steps:
    """Return what may be said with `offers`.

    `theirs` are the vendor's offers, the latest last; `seen` how many of them stood when we last made an offer (None: we made none),
    `last` the terms of that one. `clear` tells that nothing in the vendor's offers was in doubt.
    """
    latest = theirs[-1]
    step = _step(theirs[:seen], latest, preferences) if seen is not None and clear else Step.NONE
    if last and (newly := _given_by_all(last, offers)):
        return Steps(theirs=step, giving=Giving.MORE if step is Step.NONE else Giving.IN_RETURN, given=newly)
    swap = tuple(name for name in _in_all([_better(latest, offer)[0] for offer in offers]) if name not in {"unit_price", "setup_fee"})
    return Steps(theirs=step, giving=Giving.FOR_PRICE if swap else Giving.NOTHING, given=swap)


def trades(one: Terms, other: Terms) -> bool:
    """Tell whether two offers trade one term against another: each is better for the vendor in something."""
    better, worse = _better(one, other)
    return bool(better) and worse


def _step(before: Sequence[Terms], latest: Terms, preferences: Preferences) -> Step:
    if not before or any(not _comparable(terms, latest) for terms in before):
        return Step.NONE
    cost, worth = min(comparable_total(t).amount_minor for t in before), min(adjusted(t, preferences).amount_minor for t in before)
    now = comparable_total(latest).amount_minor
    if now > cost or adjusted(latest, preferences).amount_minor >= worth:
        return Step.NONE
    return Step.CAME_DOWN if now < cost else Step.BETTER_TERMS


def _comparable(before: Terms, latest: Terms) -> bool:
    """Tell whether two offers are for the same thing: an offer that covers less is no step towards us."""
    return before.currency == latest.currency and latest.quantity >= before.quantity and before.tax_rate_bp == latest.tax_rate_bp


def _given_by_all(last: Sequence[Terms], offers: Sequence[Terms]) -> tuple[str, ...]:
    """Return what every package gives beyond our last offer; nothing where one of them takes something for it."""
    changes = [_better(before, offer) for before in last for offer in offers]
    return () if any(worse for _, worse in changes) else _in_all([better for better, _ in changes])


def _in_all(named: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(name for name in named[0] if all(name in other for other in named)) if named else ()


def _better(before: Terms, now: Terms) -> tuple[tuple[str, ...], bool]:
    """Return the parts of the line that are better for the vendor than before, and whether any term is worse for it."""
    better, worse = list[str](), False
    for name, gain in _gains(before, now):
        worse |= gain < 0
        if gain > 0 and (part := _LINE.get(name, name)) not in better:
            better.append(part)
    return tuple(better), worse


def _gains(before: Terms, now: Terms) -> list[tuple[str, int]]:
    """Return for each term whether it became better (1) or worse (-1) for the vendor; what one of them leaves open says neither."""
    same = (before.priced_per, before.unit_price.period, before.quantity) == (now.priced_per, now.unit_price.period, now.quantity)
    found = [
        ("unit_price", _sign(now.unit_price.amount_minor - before.unit_price.amount_minor) if same else -1),
        ("term_months", _sign(now.term_months - before.term_months)),
        ("billing", _sign(_AHEAD.get(now.billing, 0) - _AHEAD.get(before.billing, 0))),
        ("setup_fee", _sign(now.setup_fee.amount_minor - before.setup_fee.amount_minor)),
    ]
    # What we ask for less of is no gift that could be named, yet to ask for more of it takes something.
    found += [("free_months", -1)] if (now.free_months or 0) > (before.free_months or 0) else []
    found += [("credit", -1)] if _minor(now) > _minor(before) else []
    for name, way in (("payment_days", -1), ("price_increase_cap_bp", 1), ("notice_days", 1)):
        was, is_now = getattr(before, name), getattr(now, name)
        found.append((name, 0 if was is None or is_now is None else way * _sign(is_now - was)))
    if (before.support_level or "") != (now.support_level or ""):
        found.append(("support_level", -1))
    return found


def _minor(terms: Terms) -> int:
    return terms.credit.amount_minor if terms.credit is not None else 0


def _sign(difference: int) -> int:
    return (difference > 0) - (difference < 0)
