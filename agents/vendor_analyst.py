"""The vendor analyst: does a candidate meet the hard constraints, how well does it fit, and what must still be asked."""

from __future__ import annotations

from memory.domain.base import Digest
from memory.domain.requisition import Requisition
from memory.domain.vendor import Candidate, Qualification

from pydantic import Field

from agents.base import Brief, Proposal


class AnalystBrief(Brief):
    """The need and the candidates. `texts` are the decoded texts of the evidence, by digest, as far as they are at hand."""

    requisition: Requisition
    candidates: tuple[Candidate, ...]
    texts: dict[Digest, str] = Field(default_factory=dict)


class AnalystProposal(Proposal):
    """One finding for each candidate: qualified ones by falling score, then the rejected ones."""

    qualifications: tuple[Qualification, ...]
