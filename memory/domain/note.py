"""Notes: sentences worth finding again. A hint is a note that resembled a question; it proves nothing by itself."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from memory.domain.base import Noun, UtcTime
from memory.domain.evidence import EvidenceRef, Origin

_Key = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class NoteKind(StrEnum):
    """What a note is about: a passage of a contract, a vendor, how a negotiation went, a purchasing case, or what went wrong."""

    CLAUSE = "clause"
    VENDOR = "vendor"
    NEGOTIATION = "negotiation"
    CASE = "case"
    INCIDENT = "incident"


class EventRef(Noun):
    """A pointer to the ledger event a note was taken from; `origin` says who wrote the words that event carries."""

    event_id: _Key
    origin: Origin


class Note(Noun):
    """One sentence or paragraph, what it concerns, and where it came from.

    `id` is derived from the source, so that the same source always gives the same note. `text` is kept as it was
    written, up to 8,000 characters; text of an untrusted `origin` is shown as data and never followed.

    `at` is since when this was known, and `superseded_at` from when on another note said it better; None while it stands.
    `in_force_from` and `in_force_until` are the first and last day on which a clause binds; without the first it never did.
    """

    id: _Key
    kind: NoteKind
    text: Annotated[str, StringConstraints(min_length=1, max_length=8000, pattern=r"\S")]
    at: UtcTime
    source: EvidenceRef | EventRef
    vendor_id: _Key | None = None
    case_id: _Key | None = None
    clause: _Key | None = None
    superseded_at: UtcTime | None = None
    in_force_from: date | None = None
    in_force_until: date | None = None

    @property
    def origin(self) -> Origin:
        """Who wrote the words."""
        return self.source.origin


class Hint(Noun):
    """A note that resembles what was asked. Follow `note.source` to the evidence before relying on it.

    `score` is the cosine similarity in thousandths, cut at 0, and up to 500 more for telling words in common (1000 at most).
    Measured with the offline embedding: 95 of 100 related notes and 25 of 100 unrelated ones score 200 or more; a higher score
    does not prove a hint right, it only ranks.
    """

    note: Note
    score: int = Field(ge=0, le=1000)
