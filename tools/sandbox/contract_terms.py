"""What a simulated vendor's contract says, as typed terms, and the sums that follow from them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pydantic import Field, model_validator

from memory.domain.base import Noun
from memory.domain.money import Money, Period

_MONTHS = {Period.MONTH: 1, Period.QUARTER: 3, Period.YEAR: 12}


class PaperParty(Noun):
    """A company as it stands on a contract's first page and under its signature line."""

    name: str
    address: tuple[str, ...] = ()
    email: str
    signatory: str
    title: str = "Managing Director"


class ExtraClause(Noun):
    """A clause beyond the usual ones: what a vendor slips in, friendly or not."""

    heading: str
    text: str


class ContractTerms(Noun):
    """The terms of one subscription or purchase. `renewal_months` of 0 means that it ends with the initial term."""

    number: str
    vendor: PaperParty
    customer: PaperParty
    product: str
    quantity: int = Field(ge=1)
    unit: str
    unit_price: Money
    period: Period
    vat_percent: int = Field(ge=0, le=30)
    setup_fee_minor: int = Field(default=0, ge=0)
    effective_on: date
    initial_months: int = Field(ge=1, le=60)
    renewal_months: int = Field(default=12, ge=0, le=60)
    notice_days: int = Field(default=60, ge=0, le=365)
    payment_days: int = Field(default=14, ge=0, le=120)
    price_increase_cap_percent: int | None = Field(default=5, ge=0, le=100)
    liability_cap_months: int | None = Field(default=12, ge=1)
    data_region: str = "the European Union"
    governing_law: str = "Germany"
    courts: str = "Berlin"
    extra_clauses: tuple[ExtraClause, ...] = ()

    @model_validator(mode="after")
    def _billable(self) -> ContractTerms:
        if self.period in _MONTHS and self.initial_months % _MONTHS[self.period]:
            raise ValueError(f"an initial term of {self.initial_months} months is not a whole number of {self.period.value}s")
        if self.period in {Period.HOUR, Period.DAY}:
            raise ValueError("the quantity of hours or days is billed once; use period `once`")
        return self

    @property
    def fee_net(self) -> Money:
        """The fee of one period (or the one fee), without VAT."""
        return self.unit_price * self.quantity

    @property
    def periods(self) -> int:
        """How often the fee falls due in the initial term."""
        return self.initial_months // _MONTHS[self.period] if self.period in _MONTHS else 1

    @property
    def total_net(self) -> Money:
        """All fees of the initial term and the set-up fee, without VAT."""
        return self.fee_net * self.periods + Money(amount_minor=self.setup_fee_minor, currency=self.unit_price.currency)

    @property
    def vat(self) -> Money:
        """VAT on the total, rounded half up to the minor unit."""
        return self.total_net.times(Decimal(self.vat_percent) / 100)

    @property
    def total_all_in(self) -> Money:
        """What the customer pays over the initial term, everything included."""
        return self.total_net + self.vat
