"""What every store shares: which notes a search admits, how likeness and shared words make a score, and in which order hints stand."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from memory.domain.errors import InputError
from memory.domain.note import Hint, Note, NoteKind

MOST_HINTS = 100
#: What sharing every telling word adds to a cosine. Measured in `tests/benchmarks/bench_recall.py`: .3 to 1 do about as well.
WORDS_WEIGHT = 0.5
#: Stands for "not superseded" and "no last day" in the stores, which compare whole numbers.
NEVER = 2**62
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Scope:
    """The filters of one search. Raises `InputError` for a time without a timezone.

    `as_of` admits what was known at that instant; without it only what stands now is admitted.
    """

    kind: NoteKind | None = None
    vendor_ids: tuple[str, ...] | None = None
    case_id: str | None = None
    clause: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    as_of: datetime | None = None
    in_force: date | None = None

    def __post_init__(self) -> None:
        for name, moment in (("since", self.since), ("until", self.until), ("as_of", self.as_of)):
            if moment is not None and moment.tzinfo is None:
                raise InputError(f"`{name}` has no timezone", hint="give UTC, for example 2026-11-22T10:00:00Z")

    def conditions(self) -> tuple[tuple[str, str, int | str | tuple[str, ...]], ...]:
        """Return the filters as (field, comparison, value), over the fields that `fields_of` gives."""
        found: list[tuple[str, str, int | str | tuple[str, ...]]] = []
        for name, value in (("kind", self.kind), ("case_id", self.case_id), ("clause", self.clause)):
            found += [(name, "=", str(value))] if value is not None else []
        found += [("vendor_id", "in", self.vendor_ids)] if self.vendor_ids is not None else []
        found += [("at", ">=", microseconds(self.since))] if self.since is not None else []
        found += [("at", "<", microseconds(self.until))] if self.until is not None else []
        if self.as_of is not None:
            seen = microseconds(self.as_of)
            found += [("at", "<=", seen), ("superseded", ">", seen)]
        else:
            found += [("superseded", "=", NEVER)]
        if self.in_force is not None:
            found += [("force_from", "<=", self.in_force.toordinal()), ("force_until", ">=", self.in_force.toordinal())]
        return tuple(found)


def scope_of(vendor_id: str | None, vendor_ids: Collection[str] | None, **filters: Any) -> Scope:
    """Return the scope of the filters of a search; a vendor is named by one id or by all that it has."""
    ids = None if vendor_ids is None else tuple(sorted(set(vendor_ids)))
    if vendor_id is not None:
        ids = (vendor_id,) if ids is None or vendor_id in ids else ()
    return Scope(vendor_ids=ids, **filters)


def fields_of(note: Note) -> dict[str, str | int]:
    """Return what a note is filtered by, as text and whole numbers; a field that it lacks is empty."""
    return {
        "kind": note.kind.value,
        "vendor_id": note.vendor_id or "",
        "case_id": note.case_id or "",
        "clause": note.clause or "",
        "at": microseconds(note.at),
        "superseded": microseconds(note.superseded_at) if note.superseded_at else NEVER,
        "force_from": note.in_force_from.toordinal() if note.in_force_from else NEVER,
        "force_until": note.in_force_until.toordinal() if note.in_force_until else NEVER,
    }


def microseconds(moment: datetime) -> int:
    """Return the whole microseconds from 1970 to `moment`: exact, where a float of seconds would round."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def thousandths(cosine: float, words: float = 0.0) -> int:
    """Return a cosine and the share of words in common as a score: rounding hides what the order of additions does to the last digits."""
    return min(1000, max(0, round(cosine * 1000)) + round(words * WORDS_WEIGHT * 1000))


def ranked(scored: Iterable[tuple[Note, float, float]], limit: int) -> tuple[Hint, ...]:
    """Return the best hints of (note, cosine, share of words): by score, then newest first, then by id."""
    hints = [Hint(note=note, score=thousandths(cosine, words)) for note, cosine, words in scored]
    hints.sort(key=lambda hint: (-hint.score, -microseconds(hint.note.at), hint.note.id))
    return tuple(hints[:limit])


def check_limit(limit: int) -> None:
    """Raise `InputError` unless `limit` lies between 1 and 100."""
    if not 1 <= limit <= MOST_HINTS:
        raise InputError(f"a search returns 1 to {MOST_HINTS} notes, not {limit}", hint="narrow the filters instead of raising the limit")
