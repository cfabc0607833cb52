"""What a comparison of two versions hands back: what was changed, word by word, and what it means for the operator."""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field, model_validator

from memory.domain.base import Noun
from memory.domain.contract import Certainty, ClauseKind, ContractReview, Finding, Severity
from memory.domain.evidence import Span


class Version(Noun):
    """One version of a contract: its text, and what was read in it (None: only the words are compared)."""

    text: str
    review: ContractReview | None = None


class Stretch(Noun):
    """A half-open range of characters in one of the two texts; empty where only the other text has words."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)

    @model_validator(mode="after")
    def _ordered(self) -> Stretch:
        if self.end < self.start:
            raise ValueError("a stretch ends before it starts")
        return self


class WordChange(Noun):
    """Words of the old text that became words of the new one: put in where `old` is empty, taken out where `new` is."""

    old: Stretch
    new: Stretch


class Fate(StrEnum):
    """What became of a passage."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


class PassageChange(Noun):
    """A passage that is not where it was or not as it was. `heading` is the heading it stands under; `clauses` what it is about."""

    fate: Fate
    old: Stretch | None = None
    new: Stretch | None = None
    heading: str = ""
    words: tuple[WordChange, ...] = ()
    clauses: tuple[ClauseKind, ...] = ()


class Bearing(StrEnum):
    """What a change means for the operator."""

    WORSE = "worse"
    UNCLEAR = "unclear"
    BETTER = "better"


class Effect(Noun):
    """One change of the deal in plain words, with the sentence of either version that proves it. `weight` orders equals, 0 to 100."""

    bearing: Bearing
    weight: int = Field(ge=0, le=100)
    text: str
    clause: ClauseKind
    old: Span | None = None
    new: Span | None = None
    certainty: Certainty = Certainty.SURE

    @property
    def finding(self) -> Finding:
        """The effect among the findings of the new version's review: what surely got worse is a concern, the rest is told."""
        worse = self.bearing is Bearing.WORSE and self.certainty is Certainty.SURE
        doubt = " (the reader is not sure)" if self.certainty is Certainty.UNSURE else ""
        text = f"against the version before: {self.text[:1].lower()}{self.text[1:]}{doubt}"
        return Finding(severity=Severity.CONCERN if worse else Severity.NOTE, text=text, clause=self.clause, span=self.new)


class Comparison(Noun):
    """What differs between two versions. Numbering, white space, letter case and punctuation alone are no change."""

    changes: tuple[PassageChange, ...]
    """In the order of the new text; what was removed stands where it would be."""
    effects: tuple[Effect, ...] = ()
    """The worst first."""
    shared: int = Field(default=100, ge=0, le=100)
    """Percent of the shorter text's words that stand in both; of another paper, not another version, it is small."""

    @property
    def same(self) -> bool:
        """Whether both versions say the same, in the same order."""
        return not self.changes
