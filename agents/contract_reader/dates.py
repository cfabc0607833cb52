"""Dates as contracts write them. A date that may be read two ways (3/4/2026) is not read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan januar",
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
_MONTH = rf"(?P<month>{'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?"
_FORMS = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (
        r"(?<!\d)(?P<year>\d{4})-(?P<m>\d{2})-(?P<day>\d{2})(?!\d)",
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:\s?st|\s?nd|\s?rd|\s?th|\.)?(?:\s+day)?(?:\s+of)?\s+{_MONTH},?\s+(?P<year>\d{{4}})(?!\d)",
        rf"\b{_MONTH}\s+(?P<day>\d{{1,2}})(?:\s?st|\s?nd|\s?rd|\s?th)?,?\s+(?P<year>\d{{4}})(?!\d)",
        r"(?<![\d.])(?P<day>\d{1,2})\.(?P<m>\d{1,2})\.(?P<year>\d{4})(?!\d)",
    )
)
_SLASHED = re.compile(r"(?<![\d/])(?P<a>\d{1,2})/(?P<b>\d{1,2})/(?P<year>\d{4})(?![\d/])")


def dates(words: str) -> tuple[tuple[int, date], ...]:
    """Return every date with its place, from left to right."""
    return tuple(sorted({*_named(words), *_slashed(words)}))


def ambiguous_dates(words: str) -> tuple[str, ...]:
    """Return the dates that may be read two ways, as they stand."""
    return tuple(f.group() for f in _SLASHED.finditer(words) if int(f["a"]) <= 12 and int(f["b"]) <= 12 and f["a"] != f["b"])


def _named(words: str) -> Iterator[tuple[int, date]]:
    for form in _FORMS:
        for found in form.finditer(words):
            parts = found.groupdict()
            month = _MONTHS[parts["month"].lower()] if parts.get("month") else int(parts["m"])
            yield from _valid(found.start(), int(parts["year"]), month, int(parts["day"]))


def _slashed(words: str) -> Iterator[tuple[int, date]]:
    for found in _SLASHED.finditer(words):
        first, second = int(found["a"]), int(found["b"])
        if first == second or first > 12 or second > 12:
            month, day = (second, first) if first > 12 else (first, second)
            yield from _valid(found.start(), int(found["year"]), month, day)


def _valid(at: int, year: int, month: int, day: int) -> Iterator[tuple[int, date]]:
    try:
        yield at, date(year, month, day)
    except ValueError:
        return
