"""When a letter may say that a lower offer exists: a real quote says so, and the operator permits that it is mentioned."""

from __future__ import annotations

from datetime import date

from agents.negotiator.pricing import comparable_total
from memory.domain.base import Noun
from memory.domain.evidence import EvidenceRef
from memory.domain.quote import Quote, Terms


class LeverageClaim(Noun):
    """That we hold a lower offer: the words of the other vendor's mail that prove it, and whether it may be mentioned.

    It carries neither the other vendor's name nor its amount, so that no letter can tell them.
    """

    evidence: tuple[EvidenceRef, ...] = ()
    permitted: bool = False

    @property
    def may_be_said(self) -> bool:
        """Whether both stand behind it."""
        return self.permitted and bool(self.evidence)


NO_LEVERAGE = LeverageClaim()


def leverage_over(theirs: Terms, rivals: tuple[Quote, ...], *, permitted: bool, today: date) -> LeverageClaim:
    """Return the claim that one of the rivals' quotes is lower than a vendor's terms: all-in over a year, and still valid today.

    Only a quote in the same currency, for at least as many units, with nothing left unclear in it, is one.
    """
    lower = [quote for quote in rivals if _beats(quote, theirs, today)]
    found = tuple(
        quote.evidence("unit_price")
        for quote in sorted(lower, key=lambda quote: (comparable_total(quote.terms).amount_minor, quote.quote_id))
    )
    return LeverageClaim(evidence=found[:1], permitted=permitted)


def _beats(quote: Quote, theirs: Terms, today: date) -> bool:
    alike = quote.terms.currency == theirs.currency and quote.terms.quantity >= theirs.quantity
    return quote.stands(today) and alike and comparable_total(quote.terms) < comparable_total(theirs)
