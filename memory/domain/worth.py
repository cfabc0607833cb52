"""What an offer costs once its terms are reckoned in: the money-metric utility. Integers in minor units throughout."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from memory.domain.money import Money
from memory.domain.preferences import BURDENS, NEUTRAL, UNSAID, Level, Preferences, Term, TermLimit
from memory.domain.quote import Terms
from memory.domain.requisition import MONTHS
from memory.domain.words import counted

_WHOLE = 10_000
_YEAR = 12


def comparable_total(terms: Terms) -> Money:
    """Return what an offer costs all-in over twelve months (rounded up), or as a whole when it is bought once."""
    if terms.unit_price.period not in MONTHS or terms.term_months == _YEAR:
        return terms.all_in_total()
    if terms.term_months < _YEAR:
        return terms.model_copy(update={"term_months": _YEAR}).all_in_total()
    total = terms.all_in_total()
    return Money(amount_minor=-(-total.amount_minor * _YEAR // terms.term_months), currency=total.currency)


def level_of(terms: Terms, term: Term) -> Level | None:
    """Return where an offer stands on a term; None where it says nothing."""
    value: object = getattr(terms, term.value)
    if term is Term.SETUP_FEE:
        return terms.setup_fee.amount_minor
    if term is Term.BILLING:
        return terms.billing.value
    return value if isinstance(value, int | str) else None


def adjusted(terms: Terms, preferences: Preferences) -> Money:
    """Return the yearly all-in cost less what the terms are worth (a purchase bought once: its whole cost); never below zero."""
    worths = [worth_of(preferences, term, level_of(terms, term), terms.currency) for term in Term]
    return adjusted_cost(comparable_total(terms), worths)


def adjusted_cost(cost: Money, worths: Sequence[tuple[int, int]]) -> Money:
    """Return a cost less the sum of worths, each a share in basis points and an amount in minor units of the same currency."""
    share, amount = sum(w[0] for w in worths), sum(w[1] for w in worths)
    taken = (cost.amount_minor * share * 2 + _WHOLE) // (2 * _WHOLE) + amount
    return Money(amount_minor=max(cost.amount_minor - taken, 0), currency=cost.currency)


def worth_of(preferences: Preferences, term: Term, level: Level | None, currency: str = "") -> tuple[int, int]:
    """Return what a value of a term is worth: basis points of the yearly cost, and minor units a year.

    With a `currency`, amounts in any other are left out: one yen is not one cent.
    """
    stated = [w for w in preferences.worths if w.term is term and not (currency and w.a_year and w.a_year.currency != currency)]
    value = UNSAID.get(term, 0) if level is None else level
    if not stated or term is Term.SETUP_FEE:
        return 0, 0
    if term in {Term.BILLING, Term.SUPPORT}:
        found = next((worth for worth in stated if _same_word(term, str(worth.value), str(value))), None)
        return (found.worth_bp, found.a_year.amount_minor if found.a_year else 0) if found else (0, 0)
    number = value if isinstance(value, int) else 0
    return (
        _between(term, number, [(w.value, w.worth_bp) for w in stated if w.worth_bp or w.a_year is None]),
        _between(term, number, [(w.value, w.a_year.amount_minor) for w in stated if w.a_year is not None]),
    )


def _same_word(term: Term, named: str, said: str) -> bool:
    return bool(named) and (named.lower() in said.lower() if term is Term.SUPPORT else named == said)


def _between(term: Term, value: int, named: Sequence[tuple[Level, int]]) -> int:
    """Return the worth of a number on the line through the named values and the neutral one."""
    known = {int(at): worth for at, worth in named if isinstance(at, int)}
    if not known:
        return 0
    points = sorted({int(NEUTRAL[term]): 0, **known}.items())
    if value <= points[0][0] or len(points) == 1:
        return points[0][1]
    if value >= points[-1][0]:
        # Who prefers a year is not promised that two are twice as good.
        return points[-1][1] + (min(_slope(points[-2:], value - points[-1][0]), 0) if term in BURDENS else 0)
    return next(low[1] + _slope((low, high), value - low[0]) for low, high in pairwise(points) if low[0] <= value < high[0])


def _slope(ends: Sequence[tuple[int, int]], steps: int) -> int:
    (low, worth), (high, more) = ends
    return (more - worth) * steps // (high - low)


def breaches(terms: Terms, preferences: Preferences) -> tuple[str, ...]:
    """Return every hard limit of the operator that an offer breaks."""
    return tuple(
        f"{limit.term.value.replace('_', ' ')} {shown_level(limit.term, level)} is outside your limit ({limit_in_words(limit)})"
        for limit in preferences.limits
        for level in [reckoned(limit.term, level_of(terms, limit.term))]
        if limit.breach(level)
    )


def reckoned(term: Term, level: Level | None) -> Level:
    """Return a value, or what is reckoned where the vendor says nothing."""
    return UNSAID.get(term, 0) if level is None else level


def limit_in_words(limit: TermLimit) -> str:
    """Return a limit as `at most 12 months`."""
    if limit.only:
        return "only " + " or ".join(limit.only)
    if limit.at_most is not None:
        return f"at most {shown_level(limit.term, limit.at_most)}"
    return f"at least {shown_level(limit.term, limit.at_least or 0)}"


def shown_level(term: Term, level: Level) -> str:
    """Return a value with its unit."""
    units = {Term.TERM_MONTHS: "month", Term.PAYMENT_DAYS: "day", Term.NOTICE_DAYS: "day"}
    if term is Term.PRICE_CAP and isinstance(level, int):
        return f"{level / 100:g} %"
    return counted(level, units[term]) if term in units and isinstance(level, int) else str(level)
