"""A passage of a document in its surroundings, with its page: what is shown when a finding is asked for its proof."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from memory.domain.evidence import Span


@dataclass(frozen=True)
class Excerpt:
    """The words before, the passage, the words after, all plain and safe to print; `page` from 1, None for texts without pages.

    `exact` tells whether the passage stands where the span says, word for word.
    """

    before: str
    passage: str
    after: str
    page: int | None
    exact: bool

    def marked(self, begin: str = "»", end: str = "«") -> str:
        """Return it as one text with the passage between two signs."""
        return f"{self.before}{begin}{self.passage}{end}{self.after}"


def document_excerpt(text: str, span: Span, around: int = 300, *, pages: Sequence[tuple[int, int]] = ()) -> Excerpt:
    """Return a passage with about `around` characters on each side, cut between words; `pages` are where the pages stand in `text`."""
    start, end = min(span.start, len(text)), min(span.end, len(text))
    first = _word_start(text, max(0, start - around), start)
    last = _word_end(text, min(len(text), end + around), end)
    passage = text[start:end]
    page = next((number for number, (_, stop) in enumerate(pages, 1) if start <= stop), None) if len(pages) > 1 else None
    return Excerpt(
        before=("… " if first > 0 else "") + printable(text[first:start]),
        passage=printable(passage) or printable(span.text),
        after=printable(text[end:last]) + (" …" if last < len(text) else ""),
        page=page,
        exact=passage == span.text,
    )


def printable(text: str) -> str:
    """Return text without signs that steer a terminal or turn its direction; line ends stay."""
    return "".join(ch if ch.isprintable() or ch == "\n" else " " for ch in text)


def _word_start(text: str, at: int, latest: int) -> int:
    while 0 < at < latest and not text[at - 1].isspace():
        at += 1
    return at


def _word_end(text: str, at: int, earliest: int) -> int:
    while earliest < at < len(text) and not text[at].isspace():
        at -= 1
    return at
