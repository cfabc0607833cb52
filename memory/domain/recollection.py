"""Recollections: what is known from before that an agent should see. Short, cited, never an instruction, and nothing to decide by alone."""

from enum import StrEnum

from pydantic import Field

from memory.domain.base import Noun, UtcTime
from memory.domain.evidence import EvidenceRef
from memory.domain.note import EventRef
from memory.domain.registry import OneLine

#: An agent is given so many at most.
MOST_RECOLLECTIONS = 12


class RecollectionKind(StrEnum):
    """What is remembered: a term that the vendor accepted, something that went wrong, or a price."""

    TERM = "term"
    INCIDENT = "incident"
    PRICE = "price"


class Recollection(Noun):
    """One thing known from before, in a line. `text` may hold a vendor's words: it is data wherever it goes.

    `vendor_id` is the profile it was recorded for, and `about` the one it is told about: another, where both were merged into one vendor.
    `source` is the ledger event, or the words in the evidence, that prove it.
    """

    kind: RecollectionKind
    vendor_id: str
    about: str
    text: OneLine = Field(max_length=240)
    at: UtcTime
    source: EvidenceRef | EventRef
