"""The form of a rule: what words must occur in a piece of text, and what bars it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from agents.contract_reading.checks.nouns import Check
from agents.contract_reading.checks.pieces import Piece


class Says(Enum):
    """What a rule says of a piece that it holds for."""

    HERE = "it is the clause"
    MAYBE = "it may be the clause"
    RULED_OUT = "it forbids what is looked for"


@dataclass(frozen=True)
class Rule:
    """A piece is the clause when one of `words` and all `needs` occur in it, all `near` in it or above it, and no bar does.

    `words` are plain substrings that cost nothing to look for. With `in_parts` each branch of an enumeration is held up by itself.
    """

    check: Check
    words: tuple[str, ...]
    needs: tuple[re.Pattern[str], ...]
    near: tuple[re.Pattern[str], ...]
    bars: tuple[re.Pattern[str], ...]
    says: Says
    in_parts: bool

    def match(self, piece: Piece) -> str | None:
        """Return the words that make the piece the clause, or None."""
        if not any(word in piece.words for word in self.words):
            return None
        if not all(near.search(piece.around) for near in self.near):
            return None
        return next((part for part in self._held(piece) if self._holds(part)), None)

    def _held(self, piece: Piece) -> tuple[str, ...]:
        return piece.parts if self.in_parts else (piece.words,)

    def _holds(self, words: str) -> bool:
        return all(need.search(words) for need in self.needs) and not any(bar.search(words) for bar in self.bars)


def rule(
    check: Check,
    words: str,
    *needs: str,
    near: tuple[str, ...] = (),
    bars: tuple[str, ...] = (),
    says: Says = Says.HERE,
    in_parts: bool = False,
) -> Rule:
    """Return a rule from patterns in lower case; `words` holds the substrings, parted by "|"."""
    return Rule(check, tuple(words.split("|")), _compiled(needs), _compiled(near), _compiled(bars), says, in_parts)


def _compiled(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    """A gap that a full stop ends ("[^.]") runs on over the dot in "8.1" and "U.S."."""
    return tuple(re.compile(re.sub(r"\[\^(\.;?)\]", r"(?:[^\1]|\\.(?=\\w))", pattern)) for pattern in patterns)
