"""The public holidays that the house counts days with, as they stand in the ledger."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import sqlalchemy as sa

from memory.database import reading
from memory.domain.days import NO_HOLIDAYS
from memory.projections.holidays import holidays as table


@dataclass(frozen=True)
class HouseHolidays:
    """What was noted last: the days of `place` in whole years; `place` is "" where only weekends are free."""

    place: str
    first_year: int
    last_year: int
    free: frozenset[date]
    source: str


def house_holidays(database: sa.Engine) -> HouseHolidays | None:
    """Return the holidays that were noted last, or None where none ever were."""
    with reading(database) as connection:
        return holidays_in(connection)


def holidays_in(connection: sa.Connection) -> HouseHolidays | None:
    """Return the holidays that were noted last, within a reading that goes on."""
    row = connection.execute(sa.select(table)).first()
    return None if row is None else HouseHolidays(row.place, row.first_year, row.last_year, _days(row.days), row.source)


def free_days(database: sa.Engine) -> frozenset[date]:
    """Return the days that are free besides weekends."""
    with reading(database) as connection:
        return free_days_in(connection)


def free_days_in(connection: sa.Connection) -> frozenset[date]:
    """Return the days that are free besides weekends, within a reading that goes on."""
    body = connection.scalar(sa.select(table.c.days))
    return _days(body) if body else NO_HOLIDAYS


@lru_cache(maxsize=4)
def _days(body: str) -> frozenset[date]:
    return frozenset(date.fromisoformat(day) for day in json.loads(body))
