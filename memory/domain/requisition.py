"""The requisition: what the operator needs, as understood and confirmed."""

from datetime import date

from pydantic import Field

from memory.domain.base import Noun
from memory.domain.evidence import Span
from memory.domain.instruction import Urgency
from memory.domain.money import Money, Period, Price

#: How many months one period covers when a running cost is summed over a term.
MONTHS = {Period.MONTH: 1, Period.QUARTER: 3, Period.YEAR: 12}


class Requisition(Noun):
    """What is needed, how much of it, by when, and what it may cost all-in (tax, set-up and minimum term included)."""

    requisition_id: str
    need: str = Field(min_length=1, max_length=200)
    category: str
    catalogue_category: str | None = None
    quantity: int = Field(ge=1)
    unit: str
    ceiling: Price
    #: The unit the ceiling was stated for ("seat", "each"); None when it is for all of it.
    ceiling_per: str | None = None
    deadline: date | None = None
    must_have: tuple[str, ...] = ()
    nice_to_have: tuple[str, ...] = ()
    urgency: Urgency = Urgency.NORMAL
    vendor: str | None = None
    spans: dict[str, Span] = Field(default_factory=dict)
    #: Which level of precedence gave a field that the instruction left open: "standing preference" or "default".
    filled_by: dict[str, str] = Field(default_factory=dict)

    @property
    def budget_category(self) -> str:
        """The category that budgets and policy count under: the catalogue's when there is one, else the top category."""
        return self.catalogue_category or self.category

    def ceiling_for(self, months: int) -> Money:
        """Return what may be spent all-in over `months`.

        A running ceiling is scaled to the term (rounded down to the minor unit); a ceiling per unit, hour or day is
        multiplied by the quantity.
        """
        per_unit = self.ceiling_per is not None or self.ceiling.period in {Period.HOUR, Period.DAY}
        ceiling = self.ceiling.money * self.quantity if per_unit else self.ceiling.money
        if self.ceiling.period not in MONTHS:
            return ceiling
        return Money(amount_minor=ceiling.amount_minor * months // MONTHS[self.ceiling.period], currency=ceiling.currency)
