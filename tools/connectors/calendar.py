"""The operator's calendar file (iCalendar, RFC 5545): one all-day entry per date, which any calendar program can subscribe to or import.

Class K: the entry's UID is our key. The same entry again changes nothing; a higher sequence replaces it. What the operator's own
program adds to the file stays.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from memory.domain.base import JsonObject, digest_of
from memory.domain.effects import CALENDAR_PUT, PutCalendar
from memory.domain.errors import EffectRejectedError, EffectUnknownError, UnavailableError
from memory.domain.evidence import Origin
from tools.atomic_file import locked, write_atomically
from tools.capability import Clearance
from tools.connectors.base import ConnectorClass, ConnectorContext, ConnectorDeclaration, Receipt, read_payload

if TYPE_CHECKING:
    from icalendar import Alarm, Calendar, Event

FILE = "calendar.ics"
_MARK = "X-QUARTERMASTER-DIGEST"
_HOUR_OF_ALARM = timedelta(hours=9)


@dataclass(frozen=True)
class CalendarFile:
    """Writes `calendar.ics`."""

    context: ConnectorContext
    system: ClassVar[str] = "calendar"
    kinds: ClassVar[frozenset[str]] = frozenset({CALENDAR_PUT})
    connector_class: ClassVar[ConnectorClass] = ConnectorClass.KEYED

    def perform(self, kind: str, payload: JsonObject, *, key: str, clearance: Clearance) -> Receipt:
        """Put the entry on the calendar. An entry of a higher sequence that stands there already is left as it is.

        Raises `EffectRejectedError` when an entry of the same sequence says something else, `UnavailableError` when the
        file cannot be read or written.
        """
        entry = self._read(kind, payload)
        self.context.admit(clearance, kind, payload, key)
        with locked(self._path):
            calendar = self._calendar()
            earlier = self._earlier(calendar, entry, EffectRejectedError)
            if earlier is not None:
                return earlier
            calendar.subcomponents = [component for component in calendar.subcomponents if component.get("UID") != entry.uid]
            event = _event(entry, self.context.clock.now())
            calendar.add_component(event)
            clearance.last_look()
            write_atomically(self._path, calendar.to_ical())
        return self._receipt(entry, event)

    def look_up(self, kind: str, payload: JsonObject, *, key: str) -> Receipt | None:  # noqa: ARG002
        """Find the entry. Raises `EffectUnknownError` when one of the same sequence says something else."""
        entry = self._read(kind, payload)
        return self._earlier(self._calendar(), entry, EffectUnknownError)

    @property
    def _path(self) -> Path:
        return self.context.home_files / FILE

    def _read(self, kind: str, payload: JsonObject) -> PutCalendar:
        if kind not in self.kinds:
            raise EffectRejectedError(f"the calendar connector does not do {kind!r}", hint="This is a wiring mistake; report it.")
        return read_payload(PutCalendar, payload)

    def _calendar(self) -> Calendar:
        from icalendar import Calendar

        try:
            return Calendar.from_ical(self._path.read_bytes())
        except FileNotFoundError:
            calendar = Calendar()
            calendar.add("PRODID", "-//Quartermaster//EN")
            calendar.add("VERSION", "2.0")
            calendar.add("X-WR-CALNAME", "Quartermaster")
            return calendar
        except (ValueError, OSError) as error:
            raise UnavailableError(
                f"{FILE} cannot be read ({error})", hint=f"Mend or move {self._path}; a new one is made, and entries are put again."
            ) from error

    def _earlier(self, calendar: Calendar, entry: PutCalendar, otherwise: type[EffectRejectedError | EffectUnknownError]) -> Receipt | None:
        event: Any = next((event for event in calendar.walk("VEVENT") if event.get("UID") == entry.uid), None)
        sequence = int(event.get("SEQUENCE", 0)) if event is not None else -1
        if sequence < entry.sequence:
            return None
        if sequence == entry.sequence and event.get(_MARK) != digest_of(entry):
            raise otherwise(
                f"the calendar has an entry {entry.uid} with sequence {entry.sequence} that says something else",
                hint="Propose the change with the next sequence number.",
            )
        return self._receipt(entry, event)

    def _receipt(self, entry: PutCalendar, event: Any) -> Receipt:
        digest = self.context.evidence.put(event.to_ical(), media_type="text/calendar", origin=Origin.SYSTEM, source=entry.uid)
        return Receipt(
            reference=entry.uid,
            at=event.decoded("DTSTAMP"),
            evidence=(digest,),
            detail={
                "file": FILE,
                "on": entry.on.isoformat(),
                "sequence": int(event["SEQUENCE"]),
                "superseded": int(event["SEQUENCE"]) > entry.sequence,
            },
        )


def _event(entry: PutCalendar, now: datetime) -> Event:
    from icalendar import Event

    event = Event()
    event.add("UID", entry.uid)
    event.add("SEQUENCE", entry.sequence)
    event.add("DTSTAMP", now.astimezone(UTC).replace(microsecond=0))
    event.add("DTSTART", entry.on)
    event.add("DTEND", entry.on + timedelta(days=1))
    event.add("SUMMARY", entry.summary)
    event.add("DESCRIPTION", entry.description)
    event.add("TRANSP", "TRANSPARENT")
    if entry.cancelled:
        event.add("STATUS", "CANCELLED")
    event.add(_MARK, digest_of(entry))
    for days in sorted(set(entry.alarms_days) if not entry.cancelled else (), reverse=True):
        event.add_component(_alarm(entry.summary, days))
    return event


def _alarm(text: str, days: int) -> Alarm:
    """An alarm at nine in the morning, so many days before: the trigger counts from the midnight at which the day starts."""
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("ACTION", "DISPLAY")
    alarm.add("DESCRIPTION", text)
    alarm.add("TRIGGER", _HOUR_OF_ALARM - timedelta(days=days))
    return alarm


CONNECTOR = ConnectorDeclaration(
    system="calendar", payloads={CALENDAR_PUT: PutCalendar}, connector_class=ConnectorClass.KEYED, open=CalendarFile, slots=1
)
