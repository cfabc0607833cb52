"""A contract's text in passages short enough to be found by meaning: paragraphs with their headings, long ones cut between sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_LONGEST, _SHORTEST, _HEADING = 900, 40, 60
_MOST = 2000
_MARK = r"\(?(?:\d{1,3}[.)]|\d{1,2}(?:\.\d{1,2}){1,3}[.)]?)[ \t]+"  # 5. or (5) or 5.1: with a mark, as a line may begin with a figure
_BREAK = re.compile(rf"\n[ \t]*(?:\n|(?={_MARK}[A-ZÄÖÜ\"(])|(?=(?:§|Section|Article|Clause|Artikel)[ \t]*\d))")
_SENTENCE_END = re.compile(r"[.;:!?][\"')\]]?\s+(?=[\"'(\[]?[A-ZÄÖÜ0-9(])")
_NUMBER = re.compile(rf"{_MARK}(?=[^\W\d_])")
_LETTER = re.compile(r"[^\W\d_]")


def passages(text: str, without: Iterable[tuple[int, int]] = ()) -> list[tuple[int, int]]:
    """Return (start, end) of each passage of a text, in order, 2,000 at most; what lies in the spans `without` is left out."""
    taken = sorted(without)
    found = [piece for block in _blocks(text) for part in _short(text, *block) for piece in _rest(text, *part, taken)]
    return [(start, end) for start, end in found if _worth_it(text[start:end])][:_MOST]


def _blocks(text: str) -> Iterator[tuple[int, int]]:
    """Yield paragraphs; a heading, which is short and ends without a stop, stays with what it heads."""
    start = 0
    for end, following in [*((m.start(), m.end()) for m in _BREAK.finditer(text)), (len(text), len(text))]:
        words = text[start:end].strip()
        if len(words) < _HEADING and not words.endswith((".", ";", "!", "?")) and end < len(text):
            continue
        yield start, end
        start = following


def _short(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > _LONGEST:
        cuts = [m.end() for m in _SENTENCE_END.finditer(text, start, start + _LONGEST)]
        cut = cuts[-1] if cuts else start + (text.rfind(" ", start, start + _LONGEST) - start) + 1
        cut = cut if cut > start else start + _LONGEST
        yield start, cut
        start = cut
    yield start, end


def _rest(text: str, start: int, end: int, taken: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield what of a passage is not taken, without white space at its ends."""
    for low, high in taken:
        if high <= start or low >= end:
            continue
        yield from _trimmed(text, start, min(low, end))
        start = max(start, high)
    yield from _trimmed(text, start, end)


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield a range without white space at its ends, and without the number of its clause: the same words in two papers are one text."""
    words = text[start:end] if start < end else ""
    if not words.strip():
        return
    first, last = start + len(words) - len(words.lstrip()), start + len(words.rstrip())
    numbered = _NUMBER.match(text, first, last)
    yield numbered.end() if numbered else first, last


def _worth_it(words: str) -> bool:
    return len(words) >= _SHORTEST and len(_LETTER.findall(words)) * 2 > len(words)
