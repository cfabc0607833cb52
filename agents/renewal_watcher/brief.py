"""What the renewal watcher is given, and what it hands back."""

from __future__ import annotations

from datetime import date

from pydantic import Field

from agents.base import Brief, Proposal
from memory.domain.base import Noun
from memory.domain.evidence import EvidenceRef
from memory.domain.money import Money
from memory.domain.price_cap import BrokenCap
from memory.domain.renewal import Position, RenewalAction, Usage


class SpendTrend(Noun):
    """What the bank booked for a vendor: in the last twelve months, and in the twelve before them (None where nothing is known)."""

    paid: Money
    before: Money | None = None
    evidence: tuple[EvidenceRef, ...] = Field(min_length=1)

    @property
    def percent(self) -> int | None:
        """How much more (less: negative) was paid than the year before; None where that cannot be said."""
        if self.before is None or self.before.currency != self.paid.currency or self.before.amount_minor <= 0:
            return None
        return (self.paid.amount_minor - self.before.amount_minor) * 100 // self.before.amount_minor


class PriceStep(Noun):
    """The same charge costs something else since a day; both amounts are a year's."""

    before: Money
    after: Money
    on: date
    evidence: EvidenceRef

    @property
    def percent(self) -> int:
        """How much dearer it became, in whole percent."""
        return (self.after.amount_minor - self.before.amount_minor) * 100 // max(self.before.amount_minor, 1)


class OtherOffer(Noun):
    """What another vendor asks for the same need in a year, all-in; `source` says whether it quoted or lists it."""

    vendor_name: str
    annual: Money
    source: str
    evidence: EvidenceRef


class Incident(Noun):
    """Something that went wrong with the vendor in the term."""

    on: date
    words: str = Field(max_length=400)
    evidence: EvidenceRef


class RenewalBrief(Brief):
    """One contract near the end of its term. What is None or empty was looked for and is not known."""

    uid: str
    schedule: str
    vendor_id: str
    vendor_name: str
    today: date
    term_end: date
    decide_by: date
    auto_renews: bool
    renewal_months: int | None = None
    notice_days: int = 0
    annual: Money
    contract: EvidenceRef
    usage: Usage | None = None
    spend: SpendTrend | None = None
    price_steps: tuple[PriceStep, ...] = ()
    others: tuple[OtherOffer, ...] = ()
    category_known: bool = False
    incidents: tuple[Incident, ...] = ()
    broken_caps: tuple[BrokenCap, ...] = ()
    increases_capped: bool | None = None
    """Whether the contract caps price increases; None where it was not read."""


class RenewalProposal(Proposal):
    """The recommendation, in words for the operator: it binds nobody."""

    action: RenewalAction
    summary: str
    unknown: tuple[str, ...] = ()
    positions: tuple[Position, ...] = ()
