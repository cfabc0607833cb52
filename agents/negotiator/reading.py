"""What reading a vendor's mail gives: a quote, what is in the way of one, and what the operator should know."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from memory.domain.answers import TermAnswer
from memory.domain.base import Digest, Noun
from memory.domain.evidence import Span
from memory.domain.money import Money
from memory.domain.quote import Quote, Terms


class Stance(StrEnum):
    """What the mail does with our last offer."""

    OFFERS = "offers"
    ACCEPTS = "accepts"
    HOLDS = "holds"
    REFUSES = "refuses"
    UNREADABLE = "unreadable"


class Attachment(Noun):
    """A file that came with a mail, as its text was read and stored; `digest` is that of the stored text."""

    text: str
    digest: Digest
    filename: str = ""


class QuoteFinding(Noun):
    """Something in the mail worth telling the operator, with the words it rests on (`source`: in which attachment they stand)."""

    kind: str
    says: str = Field(max_length=500)
    span: Span | None = None
    source: Digest | None = None


class Topic(StrEnum):
    """What a doubt is about; the values are the fields of `Terms` and `Quote` where there is one."""

    PRICE = "price"
    CURRENCY = "currency"
    PERIOD = "period"
    PER_UNIT = "per_unit"
    QUANTITY = "quantity"
    TERM = "term"
    BILLING = "billing"
    SETUP_FEE = "setup_fee"
    FEES = "fees"
    TAX = "tax"
    TOTAL = "total"
    FREE_MONTHS = "free_months"
    CREDIT = "credit"
    PRODUCT = "product"
    VALID_UNTIL = "valid_until"
    SMALL_PRINT = "small_print"
    """A stretch of time that could be for payment, notice, validity or the term."""


class Doubt(Noun):
    """A figure that is not certain: the question to ask, and the words that leave it open."""

    about: Topic
    question: str
    span: Span | None = None
    source: Digest | None = None


class Alternative(Noun):
    """Another option of the same mail: its terms, its words, and what is uncertain in it."""

    label: str = ""
    terms: Terms
    span: Span
    source: Digest | None = None
    doubts: tuple[Doubt, ...] = ()


class QuoteReading(Noun):
    """The outcome of reading one mail. Without a quote, `problems` say why; `final` when the vendor calls it its last word."""

    quote: Quote | None = None
    stance: Stance = Stance.UNREADABLE
    final: bool = False
    problems: tuple[str, ...] = ()
    findings: tuple[QuoteFinding, ...] = ()
    answers: tuple[TermAnswer, ...] = ()
    """What the mail does with each term of our last offer; empty without one, or without a quote."""
    doubts: tuple[Doubt, ...] = ()
    """What is uncertain, by topic; the questions are those of `quote.ambiguous`, and one about the validity."""
    alternatives: tuple[Alternative, ...] = ()
    """The other options of the mail, dearer or less fitting."""

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
