"""Terms, quotes and counteroffers: what is offered, normalised to an all-in total."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from enum import StrEnum

from pydantic import Field, model_validator

from memory.domain.base import Digest, Noun
from memory.domain.evidence import EvidenceRef, Origin, Span
from memory.domain.money import Money, Period, Price
from memory.domain.requisition import MONTHS

_BASIS_POINTS = Decimal(10_000)


class PricedPer(StrEnum):
    """Whether the unit price is for the whole package or for each unit of the quantity."""

    FLAT = "flat"
    UNIT = "unit"


class Terms(Noun):
    """The negotiable terms of a purchase. Prices are net; `tax_rate_bp` is in basis points (1900 = 19 %).

    `None` means not stated by the vendor, never zero.
    """

    unit_price: Price
    priced_per: PricedPer = PricedPer.FLAT
    quantity: int = Field(ge=1)
    unit: str
    term_months: int = Field(ge=1, le=120)
    billing: Period = Period.YEAR
    setup_fee: Money
    tax_rate_bp: int = Field(ge=0, le=5000)
    payment_days: int | None = Field(default=None, ge=0, le=365)
    price_increase_cap_bp: int | None = Field(default=None, ge=0)
    notice_days: int | None = Field(default=None, ge=0, le=400)
    support_level: str | None = Field(default=None, max_length=200)
    """The support that is included, in the vendor's own words."""
    free_months: int | None = Field(default=None, ge=0, le=120)
    """Months of the first term for which the running price is not charged."""
    credit: Money | None = None
    """A one-off reduction before tax."""

    @model_validator(mode="after")
    def _one_currency(self) -> Terms:
        if self.setup_fee.currency != self.unit_price.currency or (self.credit and self.credit.currency != self.unit_price.currency):
            raise ValueError("the terms of an offer are in one currency")
        return self

    @property
    def currency(self) -> str:
        """The currency of every amount in the terms."""
        return self.unit_price.currency

    def net_total(self) -> Money:
        """Return price times quantity over the term, plus the set-up fee, less free months and a credit, before tax."""
        units = self.quantity if self.priced_per is PricedPer.UNIT else 1
        running = self.unit_price.money * (units * self._periods())
        charged = running - self._for_free(units) + self.setup_fee
        return charged - self._credited(charged)

    def tax(self) -> Money:
        """Return the tax on the net total, rounded half up to the minor unit."""
        return self.net_total().times(Decimal(self.tax_rate_bp) / _BASIS_POINTS)

    def all_in_total(self) -> Money:
        """Return everything that will be paid over the term: net, set-up fee and tax."""
        return self.net_total() + self.tax()

    def all_in_per_month(self) -> Money:
        """Return the all-in total spread over the term's months, rounded half up."""
        return self.all_in_total().share(self.term_months)

    def _for_free(self, units: int) -> Money:
        """Return what the free months save, rounded down; never more than the term's own months."""
        months = min(self.free_months or 0, self.term_months) if self.unit_price.period in MONTHS else 0
        saved = self.unit_price.amount_minor * units * months // MONTHS.get(self.unit_price.period, 1)
        return Money(amount_minor=saved, currency=self.currency)

    def _credited(self, charged: Money) -> Money:
        return Money(amount_minor=min(self.credit.amount_minor, charged.amount_minor) if self.credit else 0, currency=self.currency)

    def _periods(self) -> int:
        # A year begun is a year paid, so a running price is counted in whole periods, rounded up.
        if self.unit_price.period in MONTHS:
            return -(-self.term_months // MONTHS[self.unit_price.period])
        return 1


class Quote(Noun):
    """A vendor's offer as read from its mail, with the source span of each figure in the mail's text."""

    quote_id: str
    vendor_id: str
    round: int = Field(ge=0)
    terms: Terms
    valid_until: date | None = None
    message: Digest
    spans: dict[str, Span] = Field(default_factory=dict)
    sources: dict[str, Digest] = Field(default_factory=dict)
    """The stored text a span stands in, for the fields whose words are not in `message` but in an attachment."""
    plan: str | None = Field(default=None, max_length=100)
    """The vendor's name for what is offered ("Team", "Pro"), where the mail gives one."""
    ambiguous: tuple[str, ...] = ()
    doubtful_validity: tuple[str, ...] = ()
    """What must be asked before this is accepted, and only then: until when it stands, where the vendor names a day that is not clear."""
    assumed: tuple[str, ...] = ()

    def evidence(self, name: str) -> EvidenceRef:
        """Return where the words behind a field stand: in the mail, or in the attachment that states it."""
        source = self.sources.get(name)
        origin = Origin.VENDOR_DOCUMENT if source else Origin.VENDOR_MAIL
        return EvidenceRef(digest=source or self.message, origin=origin, span=self.spans.get(name))

    def lapsed(self, today: date) -> bool:
        """Tell whether the day until which it stood has passed; an offer without such a day does not lapse by itself."""
        return self.valid_until is not None and self.valid_until < today

    def stands(self, today: date) -> bool:
        """Tell whether it can be taken as it is: nothing in it is open, and it has not lapsed."""
        return not self.ambiguous and not self.doubtful_validity and not self.lapsed(today)


class Counteroffer(Noun):
    """What we ask for in one round, and why (for the operator's eyes, never the vendor's)."""

    vendor_id: str
    round: int = Field(ge=1)
    terms: Terms
    rationale: str


class NegotiationOutcome(StrEnum):
    """How a negotiation ended."""

    AGREED = "agreed"
    FINAL_QUOTE = "final_quote"
    WALKED_AWAY = "walked_away"
    NO_REPLY = "no_reply"
    FAILED = "failed"


class ComparisonRow(Noun):
    """One line of the award's comparison table."""

    vendor_id: str
    vendor_name: str
    outcome: NegotiationOutcome
    list_total: Money | None = None
    agreed_total: Money | None = None
    score: int = 0
    within_ceiling: bool = False
    remarks: tuple[str, ...] = ()
