"""Days people name instead of a date."""

from __future__ import annotations

from datetime import date, timedelta

_FIXED = {
    "christmas eve": (12, 24), "christmas day": (12, 25), "christmas": (12, 25), "xmas": (12, 25), "boxing day": (12, 26),
    "new year's eve": (12, 31), "new years eve": (12, 31), "new year's day": (1, 1), "new year's": (1, 1), "new years": (1, 1),
    "the new year": (1, 1), "new year": (1, 1), "valentine's day": (2, 14), "halloween": (10, 31),
}  # fmt: skip
NAMES = (*sorted(_FIXED, key=len, reverse=True), "black friday", "thanksgiving", "easter")
"""Longest first, lower case."""


def holiday(name: str, today: date) -> date:
    """Return the next day of that name, today included. Raises `KeyError` for a name not in `NAMES`."""
    this = _in_year(name, today.year)
    return this if this >= today else _in_year(name, today.year + 1)


def _in_year(name: str, year: int) -> date:
    if name == "easter":
        return _easter(year)
    if name in {"thanksgiving", "black friday"}:
        first = date(year, 11, 1)
        thanksgiving = first + timedelta(days=(3 - first.weekday()) % 7 + 21)
        return thanksgiving + timedelta(days=name == "black friday")
    month, day = _FIXED[name]
    return date(year, month, day)


def _easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (the anonymous algorithm, Meeus, Astronomical Algorithms, ch. 8)."""
    a, (b, c) = year % 19, divmod(year, 100)
    (d, e), f = divmod(b, 4), (b + 8) // 25
    h = (19 * a + b - d - (b - f + 1) // 3 + 15) % 30
    i, k = divmod(c, 4)
    lapse = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * lapse) // 451
    month, day = divmod(h + lapse - 7 * m + 114, 31)
    return date(year, month, day + 1)
