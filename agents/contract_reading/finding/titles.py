"""Candidates for the name of the document: lines and phrases of its first pages that end in "Agreement", "Contract" and the like."""

from __future__ import annotations

import re

_HEAD = 6_500
_KEY = (
    r"(?:AGREEMENT|CONTRACT|LEASE|AMENDMENT|ADDENDUM|STATEMENT OF WORK|TERMS OF (?:SERVICE|USE)|TERMS AND CONDITIONS|MEMORANDUM OF UNDERSTANDING|LICEN[SC]E"
    r"|PLAN|POLICY|LETTER|Agreement|Contract|Lease|Amendment|Addendum|Statement of Work|Terms of (?:Service|Use)|Terms and Conditions"
    r"|Memorandum of Understanding|Licen[sc]e)"
)
_WORD = r"(?:[A-Z0-9(][\w&.'\u2019/(),\-]*|of|and|for|the|to|on|by|in|&|-|\u2013)"
_PHRASE = re.compile(rf"(?:{_WORD}\s+){{0,11}}?{_KEY}\b(?:\s+(?:NO|No|NUMBER|Number)\.?\s*\w+)?")
_LONG = re.compile(
    rf"(?:{_WORD}\s+){{1,12}}{_KEY}\b(?:\s+(?:NO|No|NUMBER|Number)\.?\s*\w+|\s+(?:FOR|for|OF|of|BETWEEN)\s+(?:{_WORD}\s?){{1,6}})?"
)
_LINE = re.compile(r"[^\n]{4,140}")
_MOST = 60
Candidate = tuple[int, int]


def title_candidates(text: str) -> tuple[list[Candidate], list[list[float]]]:
    """Return stretches of the first pages that may be the document's name, and one row of features for each."""
    head = text[:_HEAD]
    found: dict[str, Candidate] = {}
    for pattern in (_PHRASE, _LONG, _LINE):
        for match in pattern.finditer(head):
            start, end = _trimmed(head, *match.span())
            name = head[start:end]
            fits = end - start >= 5 and (pattern is not _LINE or (name.isupper() and len(name.split()) <= 14))
            if fits and len(found) < _MOST:
                found.setdefault(name, (start, end))
    candidates = sorted(found.values())
    low = head.lower()
    return candidates, [_features(head, low, order, candidate) for order, candidate in enumerate(candidates)]


def _trimmed(head: str, start: int, end: int) -> Candidate:
    body = head[start:end]
    lead = re.match(r"\s*(?:(?:[Tt]his|THIS|[Tt]he|THE|[Aa]n?|EXHIBIT\s+[\w.\-]+|Exhibit\s+[\w.\-]+)\s+)*", body)
    start += lead.end() if lead else 0
    while end > start and head[end - 1] in " \t,;:-(":
        end -= 1
    return start, end


def _features(head: str, low: str, order: int, candidate: Candidate) -> list[float]:
    start, end = candidate
    name = head[start:end]
    before, after = head[max(0, start - 40) : start], head[end : end + 60]
    words = name.split()
    return [
        float(start),
        float(order),
        float(len(name)),
        float(len(words)),
        float(name.isupper()),
        float(name.istitle()),
        float(bool(re.search(rf"{_KEY}\W*$", name))),
        float(bool(re.search(r"(?i)\bthis\s+$", before))),
        float(bool(re.search(r"(?i)\b(?:that certain|the|such|certain|related)\s+$", before))),
        float(bool(re.search(r"(?i)exhibit[\s\d.\-A-Z]*$", before))),
        float(bool(re.search(r"\n\s*$", before)) or start < 3),
        float(bool(re.match(r"\s*\n", after))),
        float(bool(re.match(r"(?i)\s*[(,\"“]", after))),
        float(bool(re.match(r"(?i)\W*(?:\(?(?:this|the)\W|is |dated|made|entered|effective|between|by and)", after))),
        float(low.count(name.lower())),
        float(head.count(name)),
        float(low.find(name.lower()) == start),
        float("source:" in before.lower() or "inc" in name.lower().split()),
        float(bool(re.search(r"(?i)amend", name))),
        float(any(c.isdigit() for c in name)),
        float(bool(re.search(r"(?i)\b(?:section|article|terms? of|termination of|entire)\b", name))),
    ]
