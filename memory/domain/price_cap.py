"""How far a contract lets a price rise, and what a rise that went further comes to. Pure."""

from __future__ import annotations

import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from memory.domain.base import Noun
from memory.domain.contract import Certainty, ClauseKind, ContractReview
from memory.domain.evidence import EvidenceRef, Origin
from memory.domain.money import Money

_AT_MOST = re.compile(r"at most (\d{1,3}(?:\.\d{1,2})?) %")
_KINDS = (ClauseKind.PRICE_INCREASE, ClauseKind.PRICE_RESTRICTION)
#: In percent points: what rounding to whole cents, or to a round price, may add.
_ROUNDING = Decimal("0.2")


class PriceCap(Noun):
    """The most by which a price may rise in a year or at a renewal, in percent, and what says so."""

    percent: Decimal
    proof: EvidenceRef


class BrokenCap(Noun):
    """A price that rose further than the contract allows. Both amounts are a year's; `percent` is how far it rose in a year.

    `proof` are the clause first and then the statements that show the charges.
    """

    cap: Decimal
    before: Money
    after: Money
    on: date
    percent: Decimal
    proof: tuple[EvidenceRef, ...]

    @property
    def allowed(self) -> Money:
        """What it may cost in a year at the most: the cap counts for each year that the old price held."""
        rise = Decimal(self.after.amount_minor - self.before.amount_minor) * 100 / self.before.amount_minor
        years = max(Decimal(1), (rise / self.percent).quantize(Decimal("0.1"), rounding=ROUND_HALF_UP))
        return self.before.times(1 + self.cap * years / 100)

    @property
    def says(self) -> str:
        """The words for the operator."""
        return (
            f"It rose by {self.percent:f} % on {self.on}, from {self.before} to {self.after} a year, and the contract allows at most "
            f"{self.cap:f} %: {self.allowed} a year"
        )


def cap_of(review: ContractReview) -> PriceCap | None:
    """Return the cap on price increases that a paper states for sure; of several the highest, so that nobody is accused wrongly."""
    found = [
        PriceCap(percent=Decimal(stated[1]), proof=EvidenceRef(digest=review.text, origin=Origin.VENDOR_DOCUMENT, span=clause.span))
        for clause in review.clauses
        if clause.kind in _KINDS and clause.certainty is Certainty.SURE
        for stated in [_AT_MOST.fullmatch(clause.value or "")]
        if stated
    ]
    return max(found, key=lambda cap: cap.percent, default=None)


def goes_beyond(percent: Decimal, cap: PriceCap) -> bool:
    """Whether a rise of so many percent a year is more than the cap allows."""
    return percent > cap.percent + _ROUNDING
