"""Totals that a mail states, held against the terms that were read: one that does not follow leaves a question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from agents.negotiator.draft import Draft
from agents.negotiator.mentions import Mention, Role
from agents.negotiator.reading import Topic
from memory.domain.money import Money
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
    if terms.unit_price.period in MONTHS:
        # "49 EUR a month, 588 EUR a year" on a contract of any length, and a part of a price that runs by the year.
        yearly = terms.model_copy(update={"term_months": 12, "free_months": None, "credit": None, "setup_fee": none}).net_total()
        yield from (yearly, yearly.share(12))
