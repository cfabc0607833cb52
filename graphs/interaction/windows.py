"""The stretch of time a question is about: "this year", "last month", "in January", "since October", "in the last 30 days"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from memory.domain.days import add_months

_MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"]
_NAMES = "|".join(f"{m}|{m[:3]}" for m in _MONTHS)
# "may" alone is nearly always the verb: it counts as a month only after a word that points at time.
_IN_MONTH = re.compile(
    rf"\b(?P<lead>in|since|during|for|of|by|until|from|last|next|this)?\s*\b(?P<month>{_NAMES})\b\.?(?:\s+(?P<year>20\d\d))?"
)
_IN_YEAR = re.compile(r"\b(?P<lead>in|since|during|for|of)\s+(?P<year>20\d\d)\b")
_NAMED = re.compile(r"\b(?P<which>this|last|next|past|coming|current|previous)\s+(?P<unit>week|month|quarter|year)\b")
_COUNTED = re.compile(r"\b(?P<which>last|past|next|coming)\s+(?P<count>\d{1,3})\s+(?P<unit>day|week|month|year)s?\b")
_AGO = re.compile(r"\b(?P<count>\d{1,3}|an?|two|three|six)\s+(?P<unit>day|week|month|year)s?\s+ago\b")
_WORDS = {"a": 1, "an": 1, "two": 2, "three": 3, "six": 6}
_AHEAD = frozenset({"next", "coming"})


@dataclass(frozen=True)
class Window:
    """Days from `start` to `end`, both included, and how the question put it."""

    start: date
    end: date
    said: str

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.start <= day <= self.end

    def __str__(self) -> str:
        """Return how it was put, with its days: usable after a verb ("ends in january (…)")."""
        return f"{self.said} ({self.start} to {self.end})"


def find_window(text: str, today: date, *, ahead: bool = False) -> Window | None:
    """Return the stretch of time a text names, or None. A bare month is the nearest one back, or with `ahead` forward."""
    low = text.casefold()
    return _counted(low, today) or _named(low, today) or _ago(low, today) or _month(low, today, ahead=ahead) or _year(low, today)


def _counted(low: str, today: date) -> Window | None:
    match = _COUNTED.search(low)
    if match is None:
        return None
    days = int(match["count"]) * {"day": 1, "week": 7, "month": 30, "year": 365}[match["unit"]]
    span = timedelta(days=days)
    return Window(today, today + span, match[0]) if match["which"] in _AHEAD else Window(today - span, today, match[0])


def _named(low: str, today: date) -> Window | None:
    match = _NAMED.search(low)
    if match is None:
        return None
    steps = 1 if match["which"] in _AHEAD else -1 if match["which"] in {"last", "past", "previous"} else 0
    if match["unit"] == "week":
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=steps)
        return Window(monday, monday + timedelta(days=6), match[0])
    months = {"month": 1, "quarter": 3, "year": 12}[match["unit"]]
    first = date(today.year, (today.month - 1) // months * months + 1, 1)
    start = add_months(first, steps * months)
    return Window(start, add_months(start, months) - timedelta(days=1), match[0])


def _ago(low: str, today: date) -> Window | None:
    match = _AGO.search(low)
    if match is None:
        return None
    count = _WORDS.get(match["count"]) or int(match["count"])
    start = today - timedelta(days=count * {"day": 1, "week": 7, "month": 30, "year": 365}[match["unit"]])
    return Window(start, today, f"since {match[0]}")


def _month(low: str, today: date, *, ahead: bool) -> Window | None:
    for match in _IN_MONTH.finditer(low):
        said = match[0].strip().replace(match["month"], match["month"].capitalize())
        if match["month"] == "may" and match["lead"] is None:
            continue
        number = next(n for n, m in enumerate(_MONTHS, 1) if m.startswith(match["month"]))
        year = int(match["year"]) if match["year"] else _nearest_year(number, today, ahead=ahead)
        first = date(year, number, 1)
        if match["lead"] == "since":
            return Window(first, max(first, today), said)
        return Window(first, add_months(first, 1) - timedelta(days=1), said)
    return None


def _nearest_year(month: int, today: date, *, ahead: bool) -> int:
    if ahead:
        return today.year if month >= today.month else today.year + 1
    return today.year if month <= today.month else today.year - 1


def _year(low: str, today: date) -> Window | None:
    match = _IN_YEAR.search(low)
    if match is None:
        return None
    start = date(int(match["year"]), 1, 1)
    end = max(start, today) if match["lead"] == "since" else date(start.year, 12, 31)
    return Window(start, end, match[0])
