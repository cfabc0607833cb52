"""The quote analyst: puts the concluded negotiations side by side and recommends one, or none, and says why."""

from __future__ import annotations

from pydantic import Field

from agents.base import Brief, Proposal
from memory.domain.base import Noun
from memory.domain.quote import ComparisonRow, NegotiationOutcome, Quote
from memory.domain.requisition import Requisition
from memory.domain.vendor import Qualification


class Concluded(Noun):
    """How the negotiation with one vendor ended. `list_quote` is its first written quote: the honest baseline of a saving."""

    vendor_id: str
    vendor_name: str
    outcome: NegotiationOutcome
    rounds: int = Field(ge=0)
    list_quote: Quote | None = None
    final_quote: Quote | None = None
    reason: str = ""


class QuoteAnalystBrief(Brief):
    """The need, how each negotiation ended, and what the vendor analyst found."""

    requisition: Requisition
    concluded: tuple[Concluded, ...]
    qualifications: tuple[Qualification, ...] = ()


class QuoteAnalystProposal(Proposal):
    """The comparison, best first; `vendor_id` is None when nothing is acceptable, and `recommendation` says why."""

    rows: tuple[ComparisonRow, ...]
    vendor_id: str | None
    recommendation: str
