"""What a letter to one vendor must not tell: our ceiling in every form it can be reckoned, and the other vendors."""

from __future__ import annotations

import functools
from decimal import Decimal

from agents.negotiator.brief import NegotiatorBrief
from agents.negotiator.outgoing import Secrets
from memory.domain.money import Money
from memory.domain.quote import Terms
from memory.domain.requisition import MONTHS

_TERMS = (1, 3, 12)
_STRETCHES = ((1, 1), (12, 1), (1, 12), (3, 1), (1, 3), (4, 1), (1, 4), (2, 1), (1, 2), (3, 12), (1, 30), (1, 365), (1, 52), (12, 52))
"""By how much an amount over one stretch of time differs from the same over another."""


def secrets_of(brief: NegotiatorBrief) -> Secrets:
    """Return the amounts and words that no letter to this vendor may carry."""
    own = brief.vendor.name.casefold()
    names = tuple(other.name for other in brief.others if other.name and other.name.casefold() != own)
    theirs = [amount for other in brief.others for amount in other.amounts]
    best = brief.best_alternative
    rivals = [*theirs, *(_forms(best, brief.tax_rate_bp) if best else ())]
    told = tuple(dict.fromkeys([*ceiling_forms(brief), *rivals]))
    return Secrets(amounts=told, derived=_converted(told, brief.tax_rate_bp), words=names)


@functools.lru_cache(maxsize=64)
def _converted(amounts: tuple[Money, ...], tax_rate_bp: int) -> tuple[Money, ...]:
    """Return what the amounts are in other words: per day, week, month, quarter, half-year and year, with tax and without."""
    ratios = [Decimal(part) / Decimal(whole) for part, whole in _STRETCHES]
    taxed = [Decimal(1), 1 + Decimal(tax_rate_bp) / 10_000, Decimal(10_000) / (10_000 + tax_rate_bp)]
    forms = [money.times(ratio * tax) for money in amounts for ratio in ratios for tax in taxed]
    told = frozenset(amounts)
    return tuple(dict.fromkeys(form for form in forms if form not in told and form.amount >= 1))


def ceiling_forms(brief: NegotiatorBrief) -> tuple[Money, ...]:
    """Return the ceiling as stated, per month, quarter and year, for one unit, each with and without tax."""
    requisition = brief.requisition
    running = requisition.ceiling.period in MONTHS
    spans = {*(_TERMS if running else (1,)), *((brief.quote.terms.term_months,) if brief.quote else ())}
    whole = [requisition.ceiling.money, *(requisition.ceiling_for(months) for months in sorted(spans))]
    each = [money.times(Decimal(1) / requisition.quantity) for money in whole] if requisition.quantity > 1 else []
    if brief.walk_away is not None:
        own, months = brief.walk_away.money, MONTHS.get(brief.walk_away.period, 0)
        whole += [own, *(Money(amount_minor=own.amount_minor * span // months, currency=own.currency) for span in sorted(spans) if months)]
    # Fractions of a ceiling over thousands of units are cents that any text may hold; they betray nothing.
    telling = [money for money in each if money.amount_minor >= 100]
    forms = [form for money in (*whole, *telling) for form in _forms(money, brief.tax_rate_bp)]
    return tuple(dict.fromkeys(forms))


def vendors_own(brief: NegotiatorBrief) -> tuple[Money, ...]:
    """Return the amounts the vendor named itself: they may be said back to it."""
    offers = [offered.terms for offered in brief.history if offered.side == "vendor"]
    offers += [brief.quote.terms] if brief.quote else []
    return tuple(dict.fromkeys(amount for terms in offers for amount in _figures(terms)))


def _figures(terms: Terms) -> tuple[Money, ...]:
    return (terms.unit_price.money, *((terms.setup_fee,) if terms.setup_fee.amount_minor else ()))


def _forms(money: Money, tax_rate_bp: int) -> tuple[Money, ...]:
    return money, money.times(Decimal(10_000) / (10_000 + tax_rate_bp))
