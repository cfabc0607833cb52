"""The calendar entry of a purchase, once the watch over its contract says something else: it is moved, or taken back."""

from __future__ import annotations

from collections.abc import Iterator

from graphs.authority import authorize_by_rule
from graphs.context import Desk
from graphs.facts import ask_policy, facts_for
from graphs.policy.facts import Stage
from graphs.remedies import Deed
from graphs.saga_file import SagaFile
from memory.domain.approval import PlannedEffect
from memory.domain.effects import CALENDAR_PUT, PutCalendar
from memory.domain.errors import RefusedError
from memory.domain.events.renewals import CalendarOutdated
from memory.outbox import OutboxRow, effect_key


def entries_put(saga: SagaFile) -> list[OutboxRow]:
    """Return what the case put on the calendar, as it was first and as it was last at the ends."""
    rows = [row for row in saga.rows.values() if row.kind == CALENDAR_PUT]
    return sorted(rows, key=lambda row: int(row.payload.get("sequence", 0)))


def outdated(desk: Desk, saga: SagaFile) -> Iterator[Deed]:
    """Yield the entry anew for each time that it was told to be outdated."""
    for number, told in enumerate(saga.outdated):
        rows = entries_put(saga)
        if rows and effect_key(saga.case.case_id, "calendar", number) not in saga.rows:
            yield from _anew(desk, saga, told, rows, number)
            return  # the next one follows from this one's sequence


def _anew(desk: Desk, saga: SagaFile, told: CalendarOutdated, rows: list[OutboxRow], number: int) -> Iterator[Deed]:
    first, last = PutCalendar.model_validate(rows[0].payload), PutCalendar.model_validate(rows[-1].payload)
    if told.gone and last.cancelled:
        return
    changes = {"on": told.on, "sequence": last.sequence + 1}
    if told.gone:
        said = f"{told.reason}. {first.description}"
        changes |= {"summary": f"Void: {first.summary}"[:200], "description": said, "alarms_days": (), "cancelled": True}
    case_id, entry = saga.case.case_id, first.model_copy(update=changes)
    effect = PlannedEffect(key=effect_key(case_id, "calendar", number), kind=CALENDAR_PUT, payload=entry.model_dump(mode="json"))
    decision, judged = ask_policy(desk, facts_for(desk, saga.case, Stage.CALENDAR, vendor_id=told.vendor_id, effect_kind=CALENDAR_PUT))
    try:
        permit = authorize_by_rule(desk, case_id, effect, decision)
    except RefusedError:
        return  # an entry too many in one's own calendar harms nobody
    yield Deed(f"{case_id}/calendar-anew/{number}", (judged, permit), (effect,))
