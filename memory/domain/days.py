"""Calendar days: months added without drift, working days counted, and one person's day told from another's.

Pure functions on dates. Public holidays come as a set of dates, because which days are free differs by country and year.
"""

from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from memory.domain.base import UtcTime

ONE_DAY = timedelta(days=1)
NO_HOLIDAYS: frozenset[date] = frozenset()
_SATURDAY = 5


def add_months(start: date, months: int) -> date:
    """Return the same day `months` later (earlier when negative), clipped to the month's end: 31 January + 1 = 28 or 29 February.

    Adding month by month drifts (31 January, 28 February, 28 March); always add the whole distance to the first day.
    """
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(start.day, _length_of_month(year, month + 1)))


def month_end(day: date) -> date:
    """Return the last day of the month of `day`."""
    return day.replace(day=_length_of_month(day.year, day.month))


def is_working_day(day: date, holidays: AbstractSet[date] = NO_HOLIDAYS) -> bool:
    """Return whether `day` is neither a Saturday, a Sunday nor one of `holidays`."""
    return day.weekday() < _SATURDAY and day not in holidays


def working_day_on_or_before(day: date, holidays: AbstractSet[date] = NO_HOLIDAYS) -> date:
    """Return `day` itself, or the working day before it: a deadline moves back, never forward, or it would be missed."""
    while not is_working_day(day, holidays):
        day -= ONE_DAY
    return day


def working_days_before(end: date, count: int, holidays: AbstractSet[date] = NO_HOLIDAYS) -> date:
    """Return the latest working day that has `count` working days after it, up to and with `end`."""
    day = working_day_on_or_before(end, holidays)
    for _ in range(count):
        day = working_day_on_or_before(day - ONE_DAY, holidays)
    return day


def day_in(zone: str, instant: UtcTime) -> date:
    """Return the day it is at `instant` for a person in `zone` (an IANA name). Raises `ZoneInfoNotFoundError` for an unknown one."""
    return instant.astimezone(ZoneInfo(zone)).date()


def _length_of_month(year: int, month: int) -> int:
    first_of_next = date(year + month // 12, month % 12 + 1, 1)
    return (first_of_next - ONE_DAY).day
