"""The renewals as a calendar file (iCalendar, RFC 5545): one all-day entry on the last day to act, with alarms ahead of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from memory.views.renewals import Renewal, Window

if TYPE_CHECKING:
    from icalendar import Event

#: Days ahead on which the calendar speaks up.
_ALARMS = (60, 30, 14, 7, 1)


def calendar_of(renewals: Sequence[Renewal], now: datetime) -> bytes:
    """Return the calendar; contracts whose term has ended are left out."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("PRODID", "-//Quartermaster//EN")
    calendar.add("VERSION", "2.0")
    calendar.add("X-WR-CALNAME", "Quartermaster renewals")
    for renewal in renewals:
        if renewal.window is not Window.ENDED:
            calendar.add_component(_entry(renewal, now))
    return bytes(calendar.to_ical())


def _entry(renewal: Renewal, now: datetime) -> Event:
    from icalendar import Alarm, Event

    event = Event()
    event.add("UID", renewal.uid)
    event.add("DTSTAMP", now.replace(microsecond=0))
    event.add("DTSTART", renewal.decide_by)
    event.add("DTEND", renewal.decide_by + timedelta(days=1))
    event.add("SUMMARY", f"Decide: keep or cancel {renewal.vendor_name}")
    event.add("DESCRIPTION", _words(renewal))
    event.add("TRANSP", "TRANSPARENT")
    for days in _ALARMS:
        alarm = Alarm()
        alarm.add("ACTION", "DISPLAY")
        alarm.add("DESCRIPTION", f"Decide about {renewal.vendor_name}")
        alarm.add("TRIGGER", timedelta(hours=9) - timedelta(days=days))
        event.add_component(alarm)
    return event


def _words(renewal: Renewal) -> str:
    then = "it renews by itself" if renewal.auto_renews else "it ends"
    return (
        f"The term ends on {renewal.term_end}; without notice {then}. Notice: {renewal.notice_days} days. "
        f"Cost a year: {renewal.annual_cost}."
    )
