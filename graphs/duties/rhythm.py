"""When a duty falls due: at even marks of the clock, or at a time of day in the operator's time zone.

Due times are the same for everybody who asks, whenever they ask, so that a due time can be done once by one of many workers.
Only the latest due time that has passed counts: a laptop that slept for a week catches up with one run.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Protocol

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MONDAY = 0


class Rhythm(Protocol):
    """The due times of a duty."""

    def latest(self, now: datetime) -> datetime:
        """Return the last due time at or before `now`, in UTC."""

    def following(self, now: datetime) -> datetime:
        """Return the first due time after `now`, in UTC."""

    def mark(self, at: datetime) -> str:
        """Return the name of the due time `at`: different for each one, and short enough for a key."""


@dataclass(frozen=True)
class Every:
    """Due at every multiple of `seconds` since 1970."""

    seconds: int

    def latest(self, now: datetime) -> datetime:
        """Return the last mark."""
        return _EPOCH + timedelta(seconds=(now - _EPOCH) // timedelta(seconds=self.seconds) * self.seconds)

    def following(self, now: datetime) -> datetime:
        """Return the next mark."""
        return self.latest(now) + timedelta(seconds=self.seconds)

    def mark(self, at: datetime) -> str:
        """Return the instant."""
        return f"{at:%Y-%m-%dT%H:%M:%SZ}"


@dataclass(frozen=True)
class Nightly:
    """Due once for each day of the operator's calendar, at `at` o'clock there."""

    at: time
    zone: tzinfo

    def latest(self, now: datetime) -> datetime:
        """Return the last such instant."""
        return self._instant(self._latest_day(now))

    def following(self, now: datetime) -> datetime:
        """Return the next such instant."""
        return self._instant(self._latest_day(now) + timedelta(days=1))

    def mark(self, at: datetime) -> str:
        """Return the day."""
        return self.day(at).isoformat()

    def day(self, at: datetime) -> date:
        """Return the operator's day that the due time `at` belongs to."""
        return self._latest_day(at)

    def _latest_day(self, now: datetime) -> date:
        today = now.astimezone(self.zone).date() + timedelta(days=1)
        while self._instant(today) > now:
            today -= timedelta(days=1)
        return today

    def _instant(self, day: date) -> datetime:
        return local_instant(day, self.at, self.zone)


@dataclass(frozen=True)
class Weekly:
    """Due on the Monday of each ISO week, at `at` o'clock in the operator's time zone."""

    at: time
    zone: tzinfo

    def latest(self, now: datetime) -> datetime:
        """Return the last such instant."""
        monday = _monday_of(now.astimezone(self.zone).date()) + timedelta(weeks=1)
        while self._instant(monday) > now:
            monday -= timedelta(weeks=1)
        return self._instant(monday)

    def following(self, now: datetime) -> datetime:
        """Return the next such instant."""
        return self._instant(_monday_of(self.latest(now).astimezone(self.zone).date()) + timedelta(weeks=1))

    def mark(self, at: datetime) -> str:
        """Return the ISO week, like `2026-W48`."""
        year, week, _ = at.astimezone(self.zone).isocalendar()
        return f"{year}-W{week:02d}"

    def _instant(self, monday: date) -> datetime:
        return local_instant(monday, self.at, self.zone)


def local_instant(day: date, at: time, zone: tzinfo) -> datetime:
    """Return the instant, in UTC, at which clocks in `zone` show `at` on `day`: exactly one for each day.

    A time that clocks show twice is the first of the two. One that they skip is read with the offset before the change, so that
    02:30 falls on 03:30 (PEP 495, fold 0).
    """
    return datetime.combine(day, at, zone).astimezone(UTC)


def _monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday() - _MONDAY)
