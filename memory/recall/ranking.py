"""What every store shares: which notes a search admits, and in which order the hints stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from memory.domain.errors import InputError
from memory.domain.note import Hint, Note, NoteKind

MOST_HINTS = 100
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Scope:
    """The filters of one search. Raises `InputError` for a time without a timezone."""

    kind: NoteKind | None = None
    vendor_id: str | None = None
    case_id: str | None = None
    clause: str | None = None
    since: datetime | None = None
    until: datetime | None = None

    def __post_init__(self) -> None:
        for name, moment in (("since", self.since), ("until", self.until)):
            if moment is not None and moment.tzinfo is None:
                raise InputError(f"`{name}` has no timezone", hint="give UTC, for example 2026-11-22T10:00:00Z")

    def exact(self) -> dict[str, str]:
        """Return the filters that ask for equality, by the name of the note's field."""
        wanted = {"kind": self.kind, "vendor_id": self.vendor_id, "case_id": self.case_id, "clause": self.clause}
        return {name: str(value) for name, value in wanted.items() if value is not None}

    def admits(self, note: Note) -> bool:
        """Return whether the note passes every filter."""
        since_holds = self.since is None or note.at >= self.since
        until_holds = self.until is None or note.at < self.until
        return since_holds and until_holds and all(getattr(note, name) == value for name, value in self.exact().items())


def microseconds(moment: datetime) -> int:
    """Return the whole microseconds from 1970 to `moment`: exact, where a float of seconds would round."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def thousandths(cosine: float) -> int:
    """Return a cosine as a score: rounding hides what the order of additions does to the last digits."""
    return min(1000, max(0, round(cosine * 1000)))


def ranked(scored: Iterable[tuple[Note, float]], limit: int) -> tuple[Hint, ...]:
    """Return the best hints of (note, cosine) pairs: by score, then newest first, then by id."""
    hints = [Hint(note=note, score=thousandths(cosine)) for note, cosine in scored]
    hints.sort(key=lambda hint: (-hint.score, -microseconds(hint.note.at), hint.note.id))
    return tuple(hints[:limit])


def check_limit(limit: int) -> None:
    """Raise `InputError` unless `limit` lies between 1 and 100."""
    if not 1 <= limit <= MOST_HINTS:
        raise InputError(f"a search returns 1 to {MOST_HINTS} notes, not {limit}", hint="narrow the filters instead of raising the limit")
