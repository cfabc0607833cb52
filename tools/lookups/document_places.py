"""On which page of a document a passage of the kept text stands. The text may have been taken by an earlier reader: words decide then."""

from __future__ import annotations

from dataclasses import dataclass

from memory.domain.evidence import Span
from tools.lookups.document_parts import DocumentText


@dataclass(frozen=True)
class Place:
    """A piece of a passage on one page: its words, and how far down the page's text they begin (0 to 1)."""

    page: int
    words: str
    near: float


def places_of(document: DocumentText, text: str, span: Span) -> tuple[Place, ...]:
    """Return where the passage `span` of the kept `text` stands in the document: one place for each page, none when not found."""
    found = (span.start, span.end) if document.text == text else _sought(document.text, span.text, span.start / max(len(text), 1))
    if found is None:
        return ()
    start, end = found
    places = []
    for number, (first, last) in enumerate(document.page_ranges, 1):
        words = document.text[max(start, first) : min(end, last)]
        if words.strip():
            places.append(Place(number, words, max(start - first, 0) / max(last - first, 1)))
    return tuple(places)


def _sought(text: str, words: str, near: float) -> tuple[int, int] | None:
    """Return where words stand in a text, white space apart; of several places the one nearest to where they stood."""
    letters = [(at, ch) for at, ch in enumerate(text) if not ch.isspace()]
    whole = "".join(ch for _, ch in letters)
    wanted = "".join(words.split())
    best, at = -1, whole.find(wanted) if wanted else -1
    while at >= 0:
        if best < 0 or abs(at - near * len(whole)) < abs(best - near * len(whole)):
            best = at
        at = whole.find(wanted, at + 1)
    return None if best < 0 else (letters[best][0], letters[best + len(wanted) - 1][0] + 1)
