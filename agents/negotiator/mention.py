"""An amount of a mail and what it stands for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from agents.negotiator.discount_reading import Discount
from agents.negotiator.figures import Amount
from agents.negotiator.mail_text import Sentence
from agents.negotiator.particulars import TaxBasis
from memory.domain.money import Period


class Role(StrEnum):
    """What an amount stands for. The first four may be the price on offer, the strongest first."""

    OFFER = "offer"
    PRICE = "price"
    FLOOR = "floor"
    LISTED = "listed"
    SETUP = "setup"
    TOTAL = "total"
    EXTRA = "extra"
    SURCHARGE = "surcharge"
    OPTIONAL = "optional"
    LATER = "later"
    INTRODUCTORY = "introductory"
    DISCOUNT = "discount"
    TAX = "tax"
    REFUSED = "refused"
    OURS = "ours"
    OTHER = "other"


PRICES = (Role.OFFER, Role.PRICE, Role.FLOOR, Role.LISTED)


@dataclass(frozen=True)
class Mention:
    """An amount in its clause. `block` is what one price buys ("per 1,000 contacts" is 1000); 0 when it is flat or unknown."""

    amount: Amount
    role: Role
    clause_start: int
    clause_end: int
    sentence: Sentence
    period: Period | None = None
    per_unit: bool | None = None
    block: int = 0
    vague: str = ""
    """Why this is no firm price ("from", "range", "roughly"), or nothing."""
    discount: Discount | None = None
    """The discount that was taken off to come to this price, or that the mail says it results from."""
    basis: TaxBasis | None = None
    """Whether it contains the tax, where the mail's own arithmetic shows it."""
    summed: bool = False
    """Whether a stated sum is this price for the whole quantity."""
    bare: bool = False
    """Whether it stands without a currency, and only the mail's arithmetic can show that it is an amount."""
    rate_bp: int | None = None
    """The tax rate that this arithmetic rests on."""

    @property
    def place(self) -> tuple[int, int]:
        """Where the amount stands."""
        return self.amount.start, self.amount.end
