"""Dates as contracts write them, in English and German: "this 1s t day of May, 2020", "24 OCT 2011", "1. Januar 2026", "3/14/18".

A date of which a part is left open ("____ day of May, 2012") is a date without a day. A date in figures that may be read two
ways (3/4/2026) is read by the order that the other dates of the text show, or the one the caller names; else it is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

_I = re.IGNORECASE
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar jänner",
            "february feb februar",
            "march mar märz",
            "april apr",
            "may mai",
            "june jun juni",
            "july jul juli",
            "august aug",
            "september sep sept",
            "october oct oktober okt",
            "november nov",
            "december dec dezember dez",
        ),
        start=1,
    )
    for name in names.split()
}
_ONES = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"]
ORDINALS = {
    word: number
    for number, word in enumerate(
        [
            *_ONES,
            *[
                "tenth",
                "eleventh",
                "twelfth",
                "thirteenth",
                "fourteenth",
                "fifteenth",
                "sixteenth",
                "seventeenth",
                "eighteenth",
                "nineteenth",
                "twentieth",
            ],
        ],
        start=1,
    )
}
ORDINALS |= {
    f"{ten}{mark}{one}": base + number
    for ten, base in (("twenty", 20), ("thirty", 30))
    for number, one in enumerate(_ONES, 1)
    for mark in "- "
}
ORDINALS["thirtieth"] = 30

_NAME = "|".join(sorted(MONTHS, key=len, reverse=True))
_MONTH = rf"(?P<month>{_NAME})(?![a-zäöü])\.?"
_ORDINAL = "|".join(sorted(ORDINALS, key=len, reverse=True))
_TH = r"(?:\s?(?:s\s?t|n\s?d|r\s?d|t\s?h)\b|\.)?"
_GAP = r"[\s,.\-_\u2013]{0,90}?"
_YEAR = r"(?P<year>(?:1[89]|20)\d\d)(?!\d)"
_SHORT_YEAR = r"(?P<year>(?:1[89]|20)\d\d|\d\d)(?![\d/])"
_BLANK = r"(?:(?<!_)_{2,60}|\[\s{0,9}[•●*_\s]{0,60}\]|(?<!\*)\*{2,60}|(?<!\.)\.{4,60}|(?<!X)X{3,60})"
_FORMS = tuple(
    re.compile(form, _I)
    for form in (
        rf"(?<![a-z]){_MONTH}\s*(?P<day>\d{{1,2}})(?!\d){_TH}{_GAP}{_YEAR}",
        rf"(?<![\d./,])(?P<day>\d{{1,2}}){_TH}\s*(?:\([^()]{{1,12}}\)\s*)?(?:day\b)?\s*(?:of\b)?{_GAP}{_MONTH}(?:\s+day\s+of)?{_GAP}(?:in\s+the\s+year\s+(?:of\s+)?)?{_YEAR}",
        rf"\b(?P<word>{_ORDINAL})\s*(?:\(\s?\d+{_TH}\s?\)\s*)?(?:day\b)?\s*(?:of\b)?{_GAP}{_MONTH}{_GAP}(?:in\s+the\s+year\s+(?:of\s+)?)?{_YEAR}",
        rf"(?<!\d)(?P<day>\d{{1,2}})-{_MONTH}-{_SHORT_YEAR}",
    )
)
_ISO = re.compile(r"(?<![\d-])(?P<year>\d{4})-(?P<m>\d{2})-(?P<day>\d{2})(?!\d)")
#: "1 december 2026", as mails are typed; in a whole contract it is not looked for.
_SMALL_HINT = re.compile(rf"\d{_TH}\s*(?:day\s+)?(?:of\s+)?(?:{_NAME})(?![a-zäöü])|(?<![a-zäöü])(?:{_NAME})\.?\s*\d")
_A_MAIL = 4000  # characters
_MONTH_HINT = re.compile(
    r"(?:J(?:an|AN|än|ÄN|un|UN|ul|UL)|F(?:eb|EB)|M(?:ar|AR|är|ÄR|ay|AY|ai|AI)|A(?:pr|PR|ug|UG)|S(?:ep|EP)|O(?:ct|CT|kt|KT)|N(?:ov|OV)|D(?:ec|EC|ez|EZ))[A-Za-zÄä]{0,7}(?![a-zäöü])"
)
_BLANK_HINT = re.compile(r"_{2,60}|\[\s{0,9}[•●*_\]]|\*\*|\.{4}|XXX")
_AROUND = 130
_FIGURES = re.compile(rf"(?<![\d/.\-])(?P<a>\d{{1,2}})(?P<mark>[/.\-])(?P<b>\d{{1,2}})(?P=mark){_SHORT_YEAR}(?![.\-]\d)")
_OPEN = re.compile(
    rf"(?<![a-z]){_MONTH}\s*{_BLANK}{_GAP}{_YEAR}|{_BLANK}{_TH}\s*day\s+of\s*(?:{_MONTH.replace('month', 'later')}|{_BLANK})|(?:dated?|as of)\s*:?\s*(?:this\s+)?{_BLANK}",
    _I,
)
_CENTURY_TURN = 45  # '45 is 2045, '46 is 1946: contracts of this century are the likelier


class Order(StrEnum):
    """Which figure of 3/4/2026 is the month."""

    MONTH_FIRST = "month_first"
    DAY_FIRST = "day_first"
    UNKNOWN = "unknown"


@dataclass(frozen=True, order=True)
class WrittenDate:
    """A date and where it stands; `day` is None where a part is left open or it may be read two ways."""

    start: int
    end: int
    day: date | None


def written_dates(text: str, order: Order = Order.UNKNOWN) -> tuple[WrittenDate, ...]:
    """Return every date from left to right; where two readings overlap, the one that begins first and is longer."""
    found = sorted({*_named(text), *_figured(text, order), *_open(text)}, key=lambda one: (one.start, -one.end, one.day is None))
    return tuple(_without_overlaps(found))


def whole_dates(words: str) -> tuple[tuple[int, date], ...]:
    """Return every date that can be read one way only, with its place, from left to right."""
    return tuple((one.start, one.day) for one in written_dates(words) if one.day)


def ambiguous_dates(words: str) -> tuple[str, ...]:
    """Return the dates that may be read two ways, as they stand."""
    return tuple(words[one.start : one.end] for one in _figured(words, Order.UNKNOWN) if one.day is None)


def shown_order(text: str) -> Order:
    """Return the order that the dates in figures of this text share: one of them has a figure above 12, or dots part them."""
    shown = _shown(text)
    return shown.pop() if len(shown) == 1 else Order.UNKNOWN


def _shown(text: str) -> set[Order]:
    return {order for found in _FIGURES.finditer(text) if (order := _shown_by(found)) is not Order.UNKNOWN}


def figure_order(text: str) -> Order:
    """Return the order that the dates in figures show, and where none shows one, that of American paper: likely, and no proof."""
    shown = _shown(text)
    if len(shown) == 1:
        return shown.pop()
    if not shown and re.search(r"\b(?:Delaware|New York|California|Texas|Nevada|Florida|United States|U\.S\.|Inc\.|USD)\b|\$\s?\d", text):
        return Order.MONTH_FIRST  # American paper
    return Order.UNKNOWN


def _shown_by(found: re.Match[str]) -> Order:
    a, b = int(found["a"]), int(found["b"])
    if a > 12 >= b:
        return Order.DAY_FIRST
    return Order.MONTH_FIRST if b > 12 >= a else Order.UNKNOWN


def _named(text: str) -> Iterator[WrittenDate]:
    hints = (_MONTH_HINT, _SMALL_HINT) if len(text) <= _A_MAIL else (_MONTH_HINT,)
    near = [window for hint in hints for window in _windows(hint, text)]
    for form, windows in ((_ISO, [(0, len(text))]), *((form, near) for form in _FORMS)):
        for lo, hi in windows:
            for found in form.finditer(text, lo, hi):
                yield from _named_one(found)


def _named_one(found: re.Match[str]) -> Iterator[WrittenDate]:
    parts = found.groupdict()
    month = MONTHS[parts["month"].lower()] if parts.get("month") else int(parts["m"])
    number = ORDINALS[" ".join(parts["word"].lower().split())] if parts.get("word") else int(parts["day"])
    day = _day(_full_year(parts["year"]), month, number)
    if day:
        yield WrittenDate(found.start(), found.end(), day)


def _windows(hint: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    """Yield the places around what hints at a date, merged: the patterns are slow, and most of a text has no date."""
    lo = hi = -1
    for found in hint.finditer(text):
        if found.start() - _AROUND > hi:
            if hi >= 0:
                yield lo, hi
            lo = max(0, found.start() - _AROUND)
        hi = min(len(text), found.end() + _AROUND)
    if hi >= 0:
        yield lo, hi


def _figured(text: str, order: Order) -> Iterator[WrittenDate]:
    for found in _FIGURES.finditer(text):
        if found["mark"] == "." and len(found.group()) < 8:
            continue  # 4.1.20 is a clause
        a, b, year = int(found["a"]), int(found["b"]), _full_year(found["year"])
        this = _shown_by(found)
        this = (Order.DAY_FIRST if found["mark"] == "." else order) if this is Order.UNKNOWN and a != b else this
        if this is Order.UNKNOWN and a != b:
            yield WrittenDate(found.start(), found.end(), None)
            continue
        day = _day(year, b, a) if this is Order.DAY_FIRST else _day(year, a, b)
        if day:
            yield WrittenDate(found.start(), found.end(), day)


def _open(text: str) -> Iterator[WrittenDate]:
    for lo, hi in _windows(_BLANK_HINT, text):
        for found in _OPEN.finditer(text, lo, hi):
            yield WrittenDate(found.start(), found.end(), None)


def _without_overlaps(found: list[WrittenDate]) -> Iterator[WrittenDate]:
    reached = -1
    for one in found:
        if one.start >= reached:
            yield one
            reached = one.end


def _full_year(figures: str) -> int:
    year = int(figures)
    return year if len(figures) > 2 else year + (2000 if year <= _CENTURY_TURN else 1900)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
