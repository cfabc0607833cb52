"""Candidates for the date of an agreement and the day it takes effect: dates in the first and last pages, with what stands around."""

from __future__ import annotations

import re

_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?"
_BLANK = r"(?:_+|\[[\s•●*_]*\]|\*+|\.{3,})"
_ORDINAL = r"(?:\s*(?:s\s?t|n\s?d|r\s?d|t\s?h))?"
_YEAR = r"(?:\d{4}|\d{3}_|20__?|_{2,})"
_TENS = r"(?:(?:twenty|thirty)[- ]?)?(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|tenth|eleventh|twelfth|\w+teenth|twentieth|thirtieth"
_DATE = re.compile(
    rf"\b{_MONTH}\s*(?:\d{{1,2}}{_ORDINAL}|{_BLANK})?\s*,?\s*{_YEAR}"
    rf"|(?:\d{{1,2}}{_ORDINAL}|{_BLANK}{_ORDINAL}|{_TENS})\s*(?:\(\d+\w*\)\s*)?(?:day\s+)?(?:of\s+)?(?:{_MONTH}|{_BLANK})\s*[,.]?\s*(?:in the year\s+)?{_YEAR}"
    rf"|\d{{1,2}}{_ORDINAL}\s+day\s+of\s+{_MONTH}|\bthis\s+(?:\d*\s*)day\s+of\s*(?:{_MONTH})?[\s_]*,?\s*(?:\d{{2,4}}|_+)?|\d{{1,2}}\s+{_MONTH}\s+day\s+of\s+\d{{4}}"
    rf"|\[[•●*_·\s]+\](?:\s*(?:day\s+of\s*)?(?:\[[•●*_·\s]+\]|{_MONTH})?\s*,?\s*\d{{4}})?"
    r"|(?<![\d-])\d{1,2}-\d{1,2}-(?:\d{4}|\d{2})(?![\d-])|(?<![\d/])\d{1,2}/\d{1,2}/(?:\d{4}|\d{2})(?![\d/])|(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)|(?<![\d.])\d{1,2}\.\d{1,2}\.\d{4}",
    re.IGNORECASE,
)
_HEAD, _TAIL, _MOST = 9_000, 7_000, 40
_BEFORE = tuple(
    re.compile(p, re.IGNORECASE)
    for p in (
        r"(?:made|entered into|executed)\b[^.]{0,90}$",
        r"\bdated?\b[^.]{0,30}$",
        r"\bas of\s*(?:the|this)?\s*$",
        r"\beffective\b[^.]{0,60}$",
        r"\b(?:commenc|begin)\w*[^.]{0,60}$",
        r"\beffective date\b[^.]{0,60}$",
        r"source:[^\n]*$|\bfiled\b[^\n]*$",
        r"\bthis\s*$",
        r"witness whereof[^\n]*$",
        r"\bdate\s*:?\s*$",
        r"\b(?:until|through|expir\w+|ending|terminat\w+)\b[^.]{0,50}$",
        r"\b(?:that certain|agreement|amended|lease)\b[^.]{0,60}\bdated\b[^.]{0,20}$",
    )
)
_AFTER = tuple(
    re.compile(p, re.IGNORECASE)
    for p in (
        r"[\s,.]*\(?\s*(?:the|hereinafter)?[\s,]*[\"“'(]*\s*(?:the\s+)?effective",
        r"[\s,]*\(",
        r"\W*(?:by and |)(?:between|among|by)\b",
        r"\W*(?:and|to|through|until)\b",
        r"\s*\n",
        r"[^.]{0,80}\beffective date",
        r"[^.]{0,40}\bcommencement",
    )
)
Candidate = tuple[int, int]


def date_candidates(text: str) -> tuple[list[Candidate], list[list[float]]]:
    """Return the dates on the first and last pages of `text`, and one row of features for each."""
    tail = max(_HEAD, len(text) - _TAIL)
    spans = [m.span() for low, high in ((0, _HEAD), (tail, len(text))) for m in _DATE.finditer(text, low, min(high, len(text)))]
    seen: dict[str, int] = {}
    rows = []
    for order, (start, end) in enumerate(spans[:_MOST]):
        day = " ".join(text[start:end].lower().split())
        rows.append([*_place(text, spans, order), float(seen.get(day, 0)), *_around(text, start, end)])
        seen[day] = seen.get(day, 0) + 1
    return spans[:_MOST], rows


def _place(text: str, spans: list[Candidate], order: int) -> list[float]:
    start, end = spans[order]
    return [
        float(start),
        float(len(text) - end),
        float(order),
        float(len(spans)),
        float(end - start),
        float(start < _HEAD),
        float(text[start:end].count("_") + text[start:end].count("[") > 0),
        float(sum(text[a:b] == text[start:end] for a, b in spans)),
    ]


def _around(text: str, start: int, end: int) -> list[float]:
    before, after = text[max(0, start - 130) : start], text[end : end + 100]
    return [*(float(bool(p.search(before))) for p in _BEFORE), *(float(bool(p.match(after))) for p in _AFTER)]
