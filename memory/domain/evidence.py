"""Evidence: where a figure or a claim comes from. The bytes live in the evidence store under their sha256."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field, model_validator

from memory.domain.base import Digest, Noun, UtcTime


class Origin(StrEnum):
    """Who wrote the bytes. Everything but OPERATOR and SYSTEM is untrusted and stays so."""

    OPERATOR = "operator"
    SYSTEM = "system"
    CATALOGUE = "catalogue"
    VENDOR_MAIL = "vendor_mail"
    VENDOR_DOCUMENT = "vendor_document"
    WEB_PAGE = "web_page"
    MODEL = "model"
    BANK = "bank"

    @property
    def trusted(self) -> bool:
        """Whether text of this origin may be taken at its word."""
        return self in {Origin.OPERATOR, Origin.SYSTEM}


class Span(Noun):
    """A half-open range of characters in the decoded text of a piece of evidence, with the words it covers."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)
    text: str = Field(max_length=2000)

    @model_validator(mode="after")
    def _ordered(self) -> Span:
        if self.end < self.start:
            raise ValueError("a span ends before it starts")
        return self


class EvidenceRef(Noun):
    """A pointer to stored bytes: digest, where they came from, and optionally the span that proves the point."""

    digest: Digest
    origin: Origin
    span: Span | None = None


class EvidenceItem(Noun):
    """The description of one stored piece of evidence."""

    digest: Digest
    media_type: str
    origin: Origin
    size: int = Field(ge=0)
    stored_at: UtcTime
    source: str = ""


class Claim(Noun):
    """One statement a proposal makes. A claim without evidence is struck before anyone sees it."""

    text: str = Field(max_length=1000)
    evidence: tuple[EvidenceRef, ...] = ()

    @property
    def supported(self) -> bool:
        """Whether anything stands behind the statement."""
        return bool(self.evidence)
