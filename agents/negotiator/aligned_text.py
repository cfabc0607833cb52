"""Text that was rewritten for reading, and where each of its characters stood in the original.

Rewriting ("pro Monat" to "per month", a table's row to a sentence) lets one set of rules read many styles; the alignment
keeps every figure's place in the vendor's own words.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable
from dataclasses import dataclass

Piece = str | tuple[int, int]
"""New words, or a range of the text that is kept as it is."""


@dataclass(frozen=True)
class Edit:
    """A range of the text and what stands in its place. New words count as standing where `start` to `end` stood."""

    start: int
    end: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class AlignedText:
    """The rewritten text; character `i` came from `starts[i]` to `ends[i]` of the original.

    `soft` characters were added or repeated (a column's heading in front of each cell): they count for a place only where
    nothing else does.
    """

    text: str
    starts: array[int]
    ends: array[int]
    soft: bytearray

    @classmethod
    def of(cls, text: str, offset: int = 0) -> AlignedText:
        """Return the text as it is, standing at `offset` of a longer original."""
        places = array("l", range(offset, offset + len(text) + 1))
        return cls(text, places[:-1], places[1:], bytearray(len(text)))

    def joined(self, other: AlignedText) -> AlignedText:
        """Return both texts, one after the other."""
        return AlignedText(self.text + other.text, self.starts + other.starts, self.ends + other.ends, self.soft + other.soft)

    def same_length(self, text: str) -> AlignedText:
        """Return the text with characters exchanged one for one."""
        if len(text) != len(self.text):
            raise ValueError("the text may not change its length here")
        return AlignedText(text, self.starts, self.ends, self.soft)

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Return where a range of the text stands in the original, by the characters that are the vendor's own."""
        chosen = [at for at in range(start, min(end, len(self.text))) if not self.text[at].isspace()]
        chosen = [at for at in chosen if not self.soft[at]] or chosen or list(range(start, min(end, len(self.text))))
        if not chosen:
            at = self.ends[-1] if self.ends else 0
            return at, at
        return min(self.starts[at] for at in chosen), max(self.ends[at] for at in chosen)

    def edited(self, edits: Iterable[Edit]) -> AlignedText:
        """Return the text with the edits applied; they come in order and do not overlap."""
        made = _Growing(self)
        done = 0
        for edit in edits:
            made.keep(done, edit.start)
            # Beside words that are kept, new ones are glue: a place is told by the kept ones.
            glue = any(not isinstance(piece, str) for piece in edit.pieces)
            for piece in edit.pieces:
                if isinstance(piece, str):
                    made.write(piece, edit.start, edit.end, glue=glue)
                else:
                    made.keep(*piece)
            done = edit.end
        made.keep(done, len(self.text))
        return made.text()

    def replaced(self, pattern: re.Pattern[str], pieces: Callable[[re.Match[str]], tuple[Piece, ...] | None]) -> AlignedText:
        """Return the text with each match rewritten; a match for which `pieces` gives None stays."""
        edits = [Edit(found.start(), found.end(), new) for found in pattern.finditer(self.text) if (new := pieces(found)) is not None]
        return self.edited(edits) if edits else self


class _Growing:
    """A rewritten text while it is put together."""

    def __init__(self, source: AlignedText) -> None:
        self._source = source
        self._words: list[str] = []
        self._starts, self._ends, self._soft = array("l"), array("l"), bytearray()

    def keep(self, start: int, end: int) -> None:
        self._words.append(self._source.text[start:end])
        self._starts += self._source.starts[start:end]
        self._ends += self._source.ends[start:end]
        self._soft += self._source.soft[start:end]

    def write(self, words: str, start: int, end: int, *, glue: bool) -> None:
        # What is written for nothing (an empty range) has no place of its own and leans on its neighbour.
        low, high = self._source.place(start, end) if end > start else (self._edge(start), self._edge(start))
        self._words.append(words)
        self._starts += array("l", [low]) * len(words)
        self._ends += array("l", [high]) * len(words)
        self._soft += bytearray([1 if glue or end <= start else 0]) * len(words)

    def _edge(self, at: int) -> int:
        if at < len(self._source.starts):
            return self._source.starts[at]
        return self._source.ends[-1] if self._source.ends else 0

    def text(self) -> AlignedText:
        return AlignedText("".join(self._words), self._starts, self._ends, self._soft)
