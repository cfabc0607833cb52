"""What the contract reader is given and what it hands back."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from agents.base import Brief, Proposal
from agents.contract_reading.policy_check import Conflict
from memory.domain.base import Digest, sha256_hex
from memory.domain.contract import ContractReview
from memory.domain.contract_policy import ClausePosition
from memory.domain.quote import Terms
from memory.domain.requisition import Requisition
from tools.lookups.document_parts import DocumentWarning


class ContractBrief(Brief):
    """A contract's text and what it is held against.

    `contract` is the digest of the PDF, `text_digest` the sha256 of `text` in UTF-8, into which every span points.
    `warnings` are what was noticed while the file was read; `positions` are what policy wants of its clauses; `agreed` the terms the negotiation ended with, None for a contract
    that was brought in from elsewhere.
    """

    contract: Digest
    text: str = Field(min_length=1, max_length=1_500_000)
    text_digest: Digest
    pages: int = Field(ge=1)
    agreed: Terms | None = None
    requisition: Requisition | None = None
    positions: tuple[ClausePosition, ...] = ()
    warnings: tuple[DocumentWarning, ...] = ()

    @model_validator(mode="after")
    def _is_this_text(self) -> Self:
        if sha256_hex(self.text.encode()) != self.text_digest:
            raise ValueError("text_digest is not the digest of the text: spans would point into another one")
        return self


class ContractProposal(Proposal):
    """The review, as claims each value read with the sentence that proves it, and where policy objects with the change that would settle it."""

    review: ContractReview
    conflicts: tuple[Conflict, ...] = ()
