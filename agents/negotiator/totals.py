"""Totals that a mail states, held against the terms that were read: one that does not follow leaves a question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from agents.negotiator.draft import Draft
from agents.negotiator.mention import Mention, Role
from agents.negotiator.particulars import tax_rate
from agents.negotiator.reading import Topic
from memory.domain.money import Money, Period
from memory.domain.quote import PricedPer, Terms
from memory.domain.requisition import MONTHS


def check_totals(draft: Draft, found: Sequence[Mention], terms: Terms) -> None:
    """Ask when a stated total is none of the sums that the terms make: something was left out, or misread."""
    fitting = {total.amount_minor for total in _sums(terms)}
    slack = 2 * max(terms.term_months, terms.quantity if terms.priced_per is PricedPer.UNIT else 1)
    for mention in found:
        stated = mention.amount.money
        if mention.role is not Role.TOTAL or stated.currency != terms.currency or stated == terms.unit_price.money:
            continue
        if not any(abs(stated.amount_minor - total) <= slack for total in fitting):
            draft.ask(
                Topic.TOTAL,
                f"Your total of {stated} does not follow from the price stated. What is the total for the term, and what does it contain?",
                draft.mail.span(*mention.place),
            )


def per_unit_by_sums(draft: Draft, price: Mention, period: Period, found: Sequence[Mention]) -> bool | None:
    """Return whether a price is for one unit, as a stated total shows that follows from one reading only; else None."""
    currency, many = price.amount.currency, draft.requisition.quantity
    totals = {
        m.amount.value for m in found if m.role is Role.TOTAL and m.amount.currency == currency and m.amount.value != price.amount.value
    }
    if not totals or many < 2:
        return None
    once = sum((m.amount.value for m in found if m.role is Role.SETUP and m.amount.currency == currency), Decimal(0))
    rates = [Decimal(0), *(Decimal(rate.value) / 10_000 for rate in tax_rate(draft.mail))]

    def fits(paid: Decimal) -> bool:
        stretches = (1, 3, 12) if period is Period.MONTH else (1,)
        return any((paid * times + extra) * (1 + rate) in totals for times in stretches for extra in {Decimal(0), once} for rate in rates)

    whole, each = fits(price.amount.value), fits(price.amount.value * many)
    return each if whole is not each else None


def _sums(terms: Terms) -> Iterator[Money]:
    """Return what a total may be: of the term or of one month, quarter or year; net, tax or both; with and without one-off charges."""
    none = Money(amount_minor=0, currency=terms.currency)
    for months in sorted({terms.term_months, *(MONTHS.values() if terms.unit_price.period in MONTHS else ())}):
        stretch = terms.model_copy(update={"term_months": months})
        for free in (stretch, stretch.model_copy(update={"free_months": None})):
            for one_off in (free, free.model_copy(update={"credit": None}), free.model_copy(update={"credit": None, "setup_fee": none})):
                yield from (one_off.net_total(), one_off.tax(), one_off.all_in_total())
    one = terms.unit_price.money * (terms.quantity if terms.priced_per is PricedPer.UNIT else 1)
    yield from (one, terms.setup_fee, one + terms.setup_fee)
    single = terms.model_copy(update={"quantity": 1, "term_months": 1, "free_months": None, "credit": None, "setup_fee": none})
    yield from (single.net_total(), single.all_in_total(), terms.setup_fee.times(1 + Decimal(terms.tax_rate_bp) / 10_000))
    if terms.unit_price.period in MONTHS:
        # "49 EUR a month, 588 EUR a year" on a contract of any length, and a part of a price that runs by the year.
        yearly = terms.model_copy(update={"term_months": 12, "free_months": None, "credit": None, "setup_fee": none}).net_total()
        yield from (yearly, yearly.share(12))
