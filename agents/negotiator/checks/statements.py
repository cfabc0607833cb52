"""Sentences that must not be said: about our limits, other vendors, what nothing proves, pressure, and promises nobody decided.

The patterns catch what people write on purpose; a paraphrase that they miss is caught in a model's draft by its words (`vocabulary`).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator

from agents.negotiator.checks import sayings_english, sayings_french, sayings_german, sayings_spanish
from agents.negotiator.checks.spelling import folded
from memory.domain.evidence import Claim

_TABLES = (sayings_english.SAYINGS, sayings_german.SAYINGS, sayings_french.SAYINGS, sayings_spanish.SAYINGS)
_PROMISES = "promises something"


@functools.cache
def _sayings() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((problem, re.compile(pattern)) for table in _TABLES for problem, pattern in table.items())


def check_statements(text: str, *, spared: Iterable[str] = (), claims: Iterable[Claim] = (), decides: bool = False) -> tuple[str, ...]:
    """Return what `text` says that no letter may say, in whichever of the four languages; empty when nothing.

    `spared` pieces may stand word for word (the decided offer, our questions, the operator's wishes), and so may a claim with evidence
    behind it. A letter that `decides` (an acceptance, an order) may promise.
    """
    rest = _left(text, [*spared, *(claim.text for claim in claims if claim.supported)])
    return tuple(dict.fromkeys(_found(rest, decides=decides)))


def _found(text: str, *, decides: bool) -> Iterator[str]:
    for problem, pattern in _sayings():
        found = pattern.search(text)
        if found and not (decides and problem == _PROMISES):
            yield f"{problem}: {found.group().strip()!r}"


def _left(text: str, spared: Iterable[str]) -> str:
    rest = " ".join(folded(text).split())
    for piece in sorted({" ".join(folded(piece).split()) for piece in spared}, key=len, reverse=True):
        if re.search(r"\w", piece):
            rest = re.sub(rf"(?<!\w){re.escape(piece)}(?!\w)", " | ", rest)
    return rest


def left_of(text: str, spared: Iterable[str]) -> str:
    """Return the folded text with a bar in place of each spared piece."""
    return _left(text, spared)
