"""A notice by a day of the calendar ("by 1 December of the preceding year", "bis zum 30. September") or by the end of a month before the term's end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from agents.contract_reading.values.written_dates import MONTHS, ORDINALS, whole_dates
from memory.domain.terms import NoticeWindow, TermPlan

_I = re.IGNORECASE
_NAME = "|".join(sorted(MONTHS, key=len, reverse=True))
_BY = r"\b(?P<by>(?:no|not)\s+later\s+than|on\s+or\s+before|by|before|prior\s+to|spätestens(?:\s+(?:am|zum|bis\s+zum))?|bis(?:\s+spätestens)?(?:\s+(?:zum|am))?|vor\s+dem)\s+(?:the\s+)?"
_DAY = rf"(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th|\.)?\s*(?:day\s+)?(?:of\s+)?(?P<month>{_NAME})|(?P<month2>{_NAME})\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?)(?![a-zäöü\d])\.?"
_BY_A_DAY = re.compile(rf"{_BY}(?P<date>{_DAY}(?P<year>,?\s*(?:19|20)\d\d)?)", _I)
_BY_A_FULL_DATE = re.compile(rf"{_BY}(?=\d)", _I)
_BEFORE = re.compile(r"before|prior|vor", _I)
_MONTH_BEFORE = re.compile(
    r"\b(?:end|last\s+day)\s+of\s+the\s+(?P<count>[a-z]+|\d{1,2}(?:st|nd|rd|th))\s+(?:calendar\s+)?month\s+(?:preceding|before|prior\s+to)\b",
    _I,
)
_RECEIVED = re.compile(r"\b(?:receiv(?:ed|es?)|reach(?:es|ed)?|zugeh\w*|zugegangen|ein(?:ge)?gangen|eingehen)\b", _I)
_LONGEST = 366


@dataclass(frozen=True)
class FixedDay:
    """The day of the year by which somebody must say no; `year` where one is stated; `clear`: that day itself is too late."""

    month: int
    day: int
    year: int | None
    clear: bool
    received: bool


def fixed_days(words: str) -> Iterator[FixedDay]:
    """Yield the days of the year by which something must be done."""
    received = bool(_RECEIVED.search(words))
    for found in _BY_A_DAY.finditer(words):
        month, day = MONTHS[(found["month"] or found["month2"]).lower()], int(found["day"] or found["day2"])
        year = int(found["year"].strip(", ")) if found["year"] else None
        one = FixedDay(month, day, year, bool(_BEFORE.match(found["by"])), received)
        if 1 <= day <= 31:
            yield one
    for found in _BY_A_FULL_DATE.finditer(words):
        yield from (
            FixedDay(day.month, day.day, day.year, bool(_BEFORE.match(found["by"])), received)
            for at, day in whole_dates(words)
            if at == found.end() and not _BY_A_DAY.match(words, found.start())
        )


def month_window(words: str) -> NoticeWindow | None:
    """Return the window of "by the end of the third month preceding the end of the term": as many whole months, which is never later."""
    found = _MONTH_BEFORE.search(words)
    if found is None:
        return None
    figure = re.match(r"\d+", found["count"])
    count = int(figure.group()) if figure else ORDINALS.get(found["count"].lower())
    return NoticeWindow(length=count, unit="months", received=bool(_RECEIVED.search(words))) if count else None


def window_by(fixed: FixedDay, plan: TermPlan) -> NoticeWindow | None:
    """Return the window that a fixed day closes in every term of a plan; None where that day does not go with its terms.

    The terms must be of whole years, and a year that is stated that of the first term's last such day.
    """
    if plan.renewal is not None and (plan.renewal.months == 0 or plan.renewal.months % 12):
        return None
    window = NoticeWindow(
        length=_LONGEST, anchor="renewal_date", by_month=fixed.month, by_day=fixed.day, clear=fixed.clear, received=fixed.received
    )
    first = plan.boundary(0)
    last = window.last_day(first)
    if fixed.year not in {None, (last + timedelta(days=int(fixed.clear))).year}:
        return None
    return window.model_copy(update={"length": (first - last).days + 1})
