"""What reading a vendor's mail gives: a quote, what is in the way of one, and what the operator should know."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from memory.domain.base import Noun
from memory.domain.evidence import Span
from memory.domain.money import Money
from memory.domain.quote import Quote


class Stance(StrEnum):
    """What the mail does with our last offer."""

    OFFERS = "offers"
    ACCEPTS = "accepts"
    HOLDS = "holds"
    REFUSES = "refuses"
    UNREADABLE = "unreadable"


class QuoteFinding(Noun):
    """Something in the mail worth telling the operator, with the words it rests on."""

    kind: str
    says: str = Field(max_length=500)
    span: Span | None = None


class QuoteReading(Noun):
    """The outcome of reading one mail. Without a quote, `problems` say why; `final` when the vendor calls it its last word."""

    quote: Quote | None = None
    stance: Stance = Stance.UNREADABLE
    final: bool = False
    problems: tuple[str, ...] = ()
    findings: tuple[QuoteFinding, ...] = ()

    @property
    def denied_needs(self) -> tuple[str, ...]:
        """What the vendor says about must-haves it does not meet, one sentence each."""
        return tuple(finding.says for finding in self.findings if finding.kind == "denied_need")


class Confirmation(Noun):
    """What an order confirmation says. A field the mail does not state is None; each one found has its span."""

    invoice_number: str | None = None
    invoice_number_span: Span | None = None
    invoiced_total: Money | None = None
    invoiced_total_span: Span | None = None
    order_number: str | None = None
    order_number_span: Span | None = None
    refused: Span | None = None
    """The vendor's words that it will not fulfil the order, when it says so."""
    problems: tuple[str, ...] = ()
    findings: tuple[QuoteFinding, ...] = ()
