"""Facts about vendors: found, judged, changed."""

from typing import ClassVar

from memory.domain.events.base import Event
from memory.domain.evidence import Claim, EvidenceRef
from memory.domain.quote import ComparisonRow
from memory.domain.vendor import Candidate, Qualification, VendorFacts


class VendorDiscovered(Event):
    """A vendor could serve the requisition; each price and claim carries evidence."""

    kind: ClassVar[str] = "vendor.discovered"
    version: ClassVar[int] = 2
    candidate: Candidate


class VendorQualified(Event):
    """The vendor meets the hard constraints."""

    kind: ClassVar[str] = "vendor.qualified"
    vendor_id: str
    qualification: Qualification


class VendorRejected(Event):
    """The vendor does not meet a hard constraint, or evidence for it is missing."""

    kind: ClassVar[str] = "vendor.rejected"
    vendor_id: str
    qualification: Qualification


class VendorUpdated(Event):
    """The profile changed: the new facts, by whom, on what evidence."""

    kind: ClassVar[str] = "vendor.updated"
    version: ClassVar[int] = 2
    facts: VendorFacts
    by: str
    evidence: tuple[EvidenceRef, ...] = ()


class VendorMerged(Event):
    """The operator said that two profiles are one vendor: `merged_id` is shown and remembered under `vendor_id` from now on.

    It joins what is known. It moves no contact and no payee: whom a purchase writes to and pays stays as it was entered for each id.
    """

    kind: ClassVar[str] = "vendor.merged"
    vendor_id: str
    merged_id: str
    grounds: tuple[str, ...] = ()
    reason: str
    by: str


class VendorSeparated(Event):
    """The operator said that two profiles are two vendors: a merge of them is undone, and they are not suggested as one again."""

    kind: ClassVar[str] = "vendor.separated"
    vendor_id: str
    merged_id: str
    reason: str
    by: str


class ClaimStruck(Event):
    """A claim without evidence was removed before anyone saw it."""

    kind: ClassVar[str] = "claim.struck"
    agent: str
    claims: tuple[str, ...]


class AwardRecommended(Event):
    """The quotes compared, and the one recommended."""

    kind: ClassVar[str] = "award.recommended"
    vendor_id: str | None
    rows: tuple[ComparisonRow, ...]
    claims: tuple[Claim, ...] = ()
    recommendation: str
