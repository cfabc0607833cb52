"""Cuts the text of a contract into sentences that keep their place in it.

Whole sentences are the unit in which clauses are marked ("from full stop to full stop"), so everything that finds clauses
works on them. The cutter knows abbreviations, "Section 5.", initials, clause numbers, page wraps and list items.
"""

from __future__ import annotations

import re

Segment = tuple[int, int]
"""Start and end of a sentence in the text, end exclusive, without the white space around it."""

_COMPANY = r"Inc|Ltd|Co|Corp|Bros|LLC|PLC|Pty|GmbH|L\.P|L\.L\.C|N\.A|S\.A|N\.V|B\.V"
_SHORTENED = re.compile(
    rf"(?:\b|^)(?:{_COMPANY}|Nos?|Secs?|Arts?|Mr|Mrs|Ms|Dr|St|Jr|Sr|vs|v|e\.g|i\.e|etc|U\.S|U\.K|P\.O|Exh|Ex|Attn|approx|Ave|Blvd|Ste|pp?"
    r"|para|cf|al|Fig|Est|D\.C|a\.m|p\.m)\.$"
)
_ENDS_IN_COMPANY = re.compile(rf"(?:\b|^)(?:{_COMPANY}|etc|U\.S|U\.K)\.$")
_INITIAL = re.compile(r"(?:^|[\s(])[A-Za-z]\.$")
_LETTERED = re.compile(r"\b(?:Exhibit|Schedule|Appendix|Annex|Attachment|Section|Part|Party|Class|Phase|Series)\s+[A-Z]\.$", re.IGNORECASE)
_NUMBER = re.compile(r"(?:^|[\s(])(?:\d{1,3}|[ivxIVX]{1,4}|Section\s+\d+)(?:\.\d{1,3})*\.$")
_STARTER = re.compile(
    r"\s+(?:The|This|These|In|If|Upon|Each|Any|All|Neither|Either|No|Such|It|Notwithstanding|Except|Subject|For|During|Should|To|When|Where)\s"
)
_END = re.compile(r"[.!?][\"”\u2019')\]]*(?=\s)|\n\s*\n+")
_CLAUSE_NUMBER_LENGTH = 14
_TAIL = 24


def segments(text: str) -> list[Segment]:
    """Return the sentences of `text` in order. They never overlap and never start or end with white space."""
    found: list[Segment] = []
    start = 0
    for end in _END.finditer(text):
        if _runs_on(text, start, end):
            continue
        _keep(text, start, end.start() if text[end.start()] == "\n" else end.end(), found)
        start = end.end()
    _keep(text, start, len(text), found)
    return found


def _keep(text: str, start: int, end: int, found: list[Segment]) -> None:
    whole = text[start:end]
    bare = whole.strip()
    if bare:
        first = start + len(whole) - len(whole.lstrip())
        found.append((first, first + len(bare)))


def _runs_on(text: str, start: int, end: re.Match[str]) -> bool:
    """Whether what looks like the end of a sentence is none: a page wrap, an abbreviation, the number that opens a clause."""
    if _next_is_lower(text, end.end()):
        return True
    return text[end.start()] == "." and _is_abbreviation(text, start, end.end())


def _is_abbreviation(text: str, start: int, end: int) -> bool:
    tail = text[max(start, end - _TAIL) : end].rstrip("\"”\u2019')]")
    if _ENDS_IN_COMPANY.search(tail) and _STARTER.match(text, end):
        return False
    if _LETTERED.search(tail):
        return False
    opens_clause = end - start < _CLAUSE_NUMBER_LENGTH and _NUMBER.search(tail)
    return bool(opens_clause or _SHORTENED.search(tail) or _INITIAL.search(tail))


def _next_is_lower(text: str, at: int) -> bool:
    while at < len(text) and text[at].isspace():
        at += 1
    return at < len(text) and text[at].islower()
