"""The house's dates as a calendar that one can subscribe to (iCalendar, RFC 5545): last days to act, charges, trials, quotes.

Every entry keeps its UID; SEQUENCE and DTSTAMP move only when the entry itself did, so the file of an unchanged house stays the
same, byte for byte.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from memory.views.calendar_entries import CalendarEntry

if TYPE_CHECKING:
    from datetime import date

    import sqlalchemy as sa
    from icalendar import Event

#: In the folder of the operator's files; a worker keeps it up to date.
FEED = "renewals.ics"
_HOUR_OF_ALARM = timedelta(hours=9)


def calendar_of(entries: Sequence[CalendarEntry]) -> bytes:
    """Return the calendar file."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("PRODID", "-//Quartermaster//EN")
    calendar.add("VERSION", "2.0")
    calendar.add("METHOD", "PUBLISH")
    calendar.add("X-WR-CALNAME", "Quartermaster renewals")
    calendar.add("REFRESH-INTERVAL", timedelta(hours=6), parameters={"VALUE": "DURATION"})
    for entry in entries:
        calendar.add_component(_event(entry))
    return bytes(calendar.to_ical())


def keep_feed(database: sa.Engine, files: Path, today: date) -> bool:
    """Write the calendar into the operator's folder when it says something else than the file there; returns whether it did."""
    from memory.views.calendar_entries import calendar_entries
    from tools.atomic_file import write_atomically

    body, path = calendar_of(calendar_entries(database, today)), files / FEED
    if path.is_file() and path.read_bytes() == body:
        return False
    write_atomically(path, body, mode=0o644)
    return True


def _event(entry: CalendarEntry) -> Event:
    from icalendar import Alarm, Event

    event = Event()
    event.add("UID", entry.uid)
    event.add("SEQUENCE", entry.revision)
    event.add("DTSTAMP", entry.changed_at.astimezone(UTC).replace(microsecond=0))
    event.add("DTSTART", entry.on)
    event.add("DTEND", entry.on + timedelta(days=1))
    event.add("SUMMARY", entry.summary)
    event.add("DESCRIPTION", entry.description)
    event.add("CATEGORIES", [entry.kind.value])
    event.add("TRANSP", "TRANSPARENT")
    if entry.void:
        event.add("STATUS", "CANCELLED")
    for days in entry.alarms_days:
        alarm = Alarm()
        alarm.add("ACTION", "DISPLAY")
        alarm.add("DESCRIPTION", entry.summary)
        alarm.add("TRIGGER", _HOUR_OF_ALARM - timedelta(days=days))
        event.add_component(alarm)
    return event
