"""Calendar arithmetic of everyday speech. Weeks run Monday to Sunday (ISO 8601)."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()  # noqa: SIM905  (a word list reads best as words)
MONTHS = "january february march april may june july august september october november december".split()  # noqa: SIM905  (a word list reads best as words)
_FRIDAY = 4


def coming(weekday: int, today: date) -> date:
    """Return the next such weekday after today: "by Friday" said on a Friday is a week ahead (who means today says so)."""
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def in_week(weekday: int, today: date, ahead: int) -> date:
    """Return that weekday of the week `ahead` weeks from this one: "next Tuesday" is the Tuesday of next week."""
    return today - timedelta(days=today.weekday()) + timedelta(weeks=ahead, days=weekday)


def week_end(today: date, ahead: int = 0) -> date:
    """Return the Friday that ends a working week; at a weekend "this week" is the one about to start."""
    if ahead == 0 and today.weekday() > _FRIDAY:
        return coming(_FRIDAY, today)
    return in_week(_FRIDAY, today, ahead)


def month_end(year: int, month: int) -> date:
    """Return the last day of a month."""
    return date(year, month, calendar.monthrange(year, month)[1])


def add_months(day: date, months: int) -> date:
    """Return the same day of a later month, or the month's last day where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def add_working_days(day: date, count: int) -> date:
    """Return the day `count` working days (Monday to Friday) later."""
    while count > 0:
        day += timedelta(days=1)
        count -= day.weekday() <= _FRIDAY
    return day


def quarter_end(year: int, quarter: int) -> date:
    """Return the last day of a calendar quarter, 1 to 4."""
    return month_end(year, quarter * 3)


def next_on(month: int, day: int, today: date) -> date | None:
    """Return the next such day of the year, today included, or None when the calendar has no such day."""
    for year in range(today.year, today.year + 9):
        if day <= calendar.monthrange(year, month)[1]:
            found = date(year, month, day)
            if found >= today:
                return found
    return None
