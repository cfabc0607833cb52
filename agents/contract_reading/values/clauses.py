"""Sentences found by their own words, where a finder marked none: a second pair of eyes for clauses that always read alike."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

_I = re.IGNORECASE
_BOUND = re.compile(r"(?<![A-Z\d])(?<!Mr)(?<!No)(?<!St)(?<!nc)(?<!td)[.;](?=\s+[A-Z(\"\u201c\d])|\n\s*\n\s*\n")
_REACH = 900
_MOST = 12

RENEWAL = re.compile(
    r"\b(?:automatic(?:ally)?|tacitly|shall|will|may|can|option\s+to|right\s+to|is|be|elects?\s+to)\s+(?:\w+\s+){0,3}?(?:renew(?:ed|able)?|extend(?:ed)?|continue\s+(?:automatically|from|on\s+a\s+month|the\s+franchise))\b|\bautomatic\s+(?:\w+\s+){0,2}(?:renewals?|extensions?)\b"
    r"|\brenews\b|\bfrom\s+year\s+to\s+year\b|\bmonth[\s-]to[\s-]month\b|\bverlängert\s+sich\b|\brenewed\s+(?:tacitly|automatically|for)\b|\bautomatically\s+(?:continue|extend)\b|\brenewable\b",
    _I,
)
_OF_THE_PAPER = re.compile(r"\b(?:agreement|contract|term|vertrag|laufzeit|addendum|appointment|licen[sc]e|subscription)\b", _I)
_NOT_OF_THE_PAPER = re.compile(
    r"\b(?:insurance|policy\s+of|patents?|trademarks?|registrations?|domain|letter\s+of\s+credit|permits?|warranty\s+period|lease|copyright)\b",
    _I,
)
NOTICE = re.compile(
    r"\b(?:prior\s+to|before|in\s+advance\s+of|vor)\s+(?:the\s+|its\s+|such\s+|any\s+|each\s+|dem\s+|der\s+)?(?:\w+[\s-]+){0,4}?(?:end|expir\w+|conclusion|anniversary|renewal|termination\s+of\s+the|ablauf|ende)\b",
    _I,
)
_SAYS_NO = re.compile(r"\b(?:notice|notif\w+|advis\w+|inform\w*|election|non-?renewal|kündig\w*)\b", _I)
_OF_A_TERM = re.compile(r"\b(?:renew\w*|non-?renewal|exten[ds]\w*|then[\s-]current|initial\s+term|verläng\w*|laufzeit)\b", _I)
LAW = re.compile(
    r"\b(?:govern(?:ed|s)?|constru(?:ed|ction)|interpret(?:ed|ation)?|determined|enforced)\b[^.;]{0,120}\blaws?\b|\blaws?\s+of\b[^.;]{0,140}\b(?:govern|appl(?:y|ies|icable))|\bgoverning\s+law\b|\bapplicable\s+law\b|\bRecht\s+(?:der|des)\b|\b(?:deutsche[ms]|österreichische[ms]|schweizer\w*)\s+Recht\b",
    _I,
)


def sentences_with(text: str, form: re.Pattern[str], most: int = _MOST) -> Iterator[tuple[int, int]]:
    """Yield the first sentences that hold `form`, each once."""
    reached = -1
    for found in islice(form.finditer(text), most * 4):
        if found.start() < reached:
            continue
        start, reached = sentence_around(text, found.start(), found.end())
        yield start, reached


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Return where the sentence around a place begins and ends."""
    low = max(0, start - _REACH)
    bounds = [found for found in _BOUND.finditer(text, low, min(len(text), start + 2)) if found.end() <= start]  # it looks one word ahead
    before = bounds[-1] if bounds else None
    after = _BOUND.search(text, end, min(len(text), end + _REACH))
    return before.end() if before else low, after.end() if after else min(len(text), end + _REACH)


def renewals(text: str) -> Iterator[tuple[int, int, float]]:
    """Yield the sentences by which the paper itself goes on, with little certainty."""
    for start, end in sentences_with(text, RENEWAL):
        words = text[start:end]
        if _OF_THE_PAPER.search(words) and not _NOT_OF_THE_PAPER.search(words):
            yield start, end, 0.1


def notices(text: str) -> Iterator[tuple[int, int, float]]:
    """Yield the sentences by which one says no before a term ends, with little certainty."""
    for start, end in sentences_with(text, NOTICE):
        words = text[start:end]
        if _SAYS_NO.search(words) and _OF_A_TERM.search(words) and not _NOT_OF_THE_PAPER.search(words):
            yield start, end, 0.1


def laws(text: str) -> Iterator[tuple[int, int, float]]:
    """Yield the sentences that choose a law, with little certainty."""
    for start, end in sentences_with(text, LAW):
        yield start, end, 0.1
