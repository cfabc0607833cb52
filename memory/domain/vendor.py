"""Vendors: who could sell, and what is known of them at a point in time."""

from enum import StrEnum
from typing import Literal

from pydantic import Field

from memory.domain.base import Noun, UtcTime
from memory.domain.evidence import Claim, EvidenceRef
from memory.domain.money import Price

#: The languages in which we can write to a vendor (ISO 639-1).
LetterLanguage = Literal["en", "de", "fr", "es"]


class VendorStatus(StrEnum):
    """Where the vendor stands with us."""

    CANDIDATE = "candidate"
    QUALIFIED = "qualified"
    REJECTED = "rejected"
    CONTRACTED = "contracted"
    BLOCKED = "blocked"


class VendorFacts(Noun):
    """What a profile holds. Every field but the id may be unknown; an unknown field is None or empty, never guessed.

    `registration_number` is that of the commercial register, `vat_id` the VAT identification number, both as the operator entered them.
    `aliases` are other names that the operator knows it by, `domains` the hosts of its websites and mail.
    """

    vendor_id: str
    name: str
    website: str | None = None
    contact_id: str | None = None
    category: str | None = None
    data_region: str | None = None
    features: tuple[str, ...] = ()
    list_price: Price | None = None
    plan: str | None = None
    status: VendorStatus = VendorStatus.CANDIDATE
    last_agreed: Price | None = None
    fictional: bool = False
    language: LetterLanguage | None = None
    registration_number: str | None = Field(default=None, max_length=60)
    vat_id: str | None = Field(default=None, max_length=20)
    aliases: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()


class Candidate(Noun):
    """A vendor put forward for one requisition, with the evidence for each claim made about it."""

    facts: VendorFacts
    claims: tuple[Claim, ...] = ()
    found_in: str
    evidence: tuple[EvidenceRef, ...] = ()


class FieldChange(Noun):
    """One field of a profile that changed between two versions."""

    field: str
    before: str | None
    after: str | None
    at: UtcTime
    by: str
    event_id: str
    evidence: tuple[EvidenceRef, ...] = ()


class VendorProfile(Noun):
    """A profile as it stood at an instant: `version` counts changes from 1."""

    facts: VendorFacts
    version: int = Field(ge=1)
    as_of: UtcTime
    changed_by: str
    event_id: str
    evidence: tuple[EvidenceRef, ...] = ()


class Qualification(Noun):
    """The analyst's finding on one candidate against one requisition. `score` is 0-100, higher is better."""

    vendor_id: str
    qualified: bool
    score: int = Field(ge=0, le=100)
    reasons: tuple[Claim, ...] = ()
    missing_evidence: tuple[str, ...] = ()
