"""The vendor scout: who could sell what a requisition asks for, from memory, the catalogue and the operator's suggestions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from pydantic import BaseModel, Field

from agents.base import Brief, Proposal, load_prompt, locate, with_fallback
from memory.domain.base import Digest, Noun, sha256_hex
from memory.domain.catalogue import Match
from memory.domain.evidence import Claim, EvidenceRef, Origin
from memory.domain.requisition import Requisition
from memory.domain.vendor import Candidate, VendorFacts, VendorProfile, VendorStatus
from tools.llm.port import Model, Question
from tools.llm.prompts import Slot, trusted, untrusted
from tools.llm.tiers import Tier
from tools.lookups.catalogue import vendor_facts
from tools.lookups.catalogue_row import row_evidence

MOST_CANDIDATES = 10
"""More options make a choice worse, not better (Magentic Marketplace, arXiv 2510.25779: welfare falls from 3 to 100 results)."""


class CatalogueFind(Noun):
    """A catalogue match, and where its row is kept: `digest` is the stored row's, `text` what is stored there."""

    match: Match
    digest: Digest
    text: str


class SuggestedVendor(Noun):
    """A vendor the operator wants looked at. `vendor_id` when the registry knows it; `evidence` is the instruction."""

    name: str
    website: str | None = None
    vendor_id: str | None = None
    evidence: tuple[EvidenceRef, ...] = ()


class ScoutBrief(Brief):
    """What the scout may know: the need, what the catalogue and memory hold, and whom the operator named."""

    requisition: Requisition
    finds: tuple[CatalogueFind, ...] = ()
    known: tuple[VendorProfile, ...] = ()
    suggested: tuple[SuggestedVendor, ...] = ()
    max_candidates: int = Field(default=MOST_CANDIDATES, ge=1, le=MOST_CANDIDATES)


class ScoutProposal(Proposal):
    """Whom to look at, best first, each vendor once; and who was left out, with the reason."""

    candidates: tuple[Candidate, ...]
    left_out: tuple[str, ...] = ()
