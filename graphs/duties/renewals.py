"""The renewal sweep: each contract is told on each step of the ladder before its last day to act, and on promised days.

Days are the operator's: a step is reached when it is that day in their time zone. Steps that nobody saw (the laptop slept, the
contract came late) are told once, by the nearest one, which names them.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from typing import Any

import sqlalchemy as sa

from graphs.duties.duty import DueTime
from graphs.duties.roster import DutySetting
from memory.database import reading
from memory.domain.errors import ConflictError
from memory.domain.events import Event
from memory.domain.events.duties import RenewalDue, RenewalReminded
from memory.domain.words import counted
from memory.projections.duties import renewal_times, steps_reached
from memory.unit_of_work import Check

_AT_ONCE = 500


class RenewalSweep:
    """Tells what draws near, and keeps the promises to remind."""

    def __init__(self, setting: DutySetting) -> None:
        self._setting = setting

    def steps_waiting(self, connection: sa.Connection, now: datetime) -> bool:
        """Whether a contract has reached a step."""
        return connection.execute(self._reached(renewal_times.c.next_on, now).limit(1)).first() is not None

    def promises_waiting(self, connection: sa.Connection, now: datetime) -> bool:
        """Whether a day has come on which the operator wanted to hear of a renewal."""
        return connection.execute(self._reached(renewal_times.c.remind_on, now).limit(1)).first() is not None

    def sweep(self, _due: DueTime, now: datetime) -> str:
        """Record each step that was reached."""
        today = self._today(now)
        told = sum(self._record_step(row, today) for row in self._rows(renewal_times.c.next_on, now))
        return f"{counted(told, 'renewal')} told" if told else ""

    def keep_promises(self, _due: DueTime, now: datetime) -> str:
        """Record each promised reminder whose day has come."""
        told = sum(self._record_promise(row) for row in self._rows(renewal_times.c.remind_on, now))
        return f"{counted(told, 'promised reminder')} given" if told else ""

    def _record_step(self, row: Any, today: date) -> bool:
        decide_by = date.fromisoformat(row.decide_by)
        *passed, step = steps_reached(decide_by, today, row.told_days)
        fact = RenewalDue(
            uid=row.uid,
            schedule=row.schedule,
            vendor_id=row.vendor_id,
            decide_by=decide_by,
            step_days=step,
            days_left=(decide_by - today).days,
            passed_over=tuple(passed),
        )
        return self._act(f"duty/renewal/{row.schedule}/{step}", fact, partial(_unchanged, row, "next_on"))

    def _record_promise(self, row: Any) -> bool:
        fact = RenewalReminded(
            uid=row.uid,
            vendor_id=row.vendor_id,
            remind_on=date.fromisoformat(row.remind_on),
            decide_by=date.fromisoformat(row.decide_by),
            instruction=row.instruction,
        )
        return self._act(f"duty/promise/{row.schedule}/{row.instruction}", fact, partial(_unchanged, row, "remind_on"))

    def _act(self, key: str, fact: Event, check: Check) -> bool:
        try:
            return not self._setting.unit_of_work.act(key, [fact], actor="clock", check=check, durable=False).repeated
        except ConflictError:
            return False

    def _today(self, now: datetime) -> date:
        return now.astimezone(self._setting.zone).date()

    def _rows(self, day: sa.Column[Any], now: datetime) -> list[Any]:
        with reading(self._setting.database) as connection:
            return list(connection.execute(self._reached(day, now).order_by(day, renewal_times.c.uid).limit(_AT_ONCE)).all())

    def _reached(self, day: sa.Column[Any], now: datetime) -> sa.Select[Any]:
        return sa.select(renewal_times).where(day <= self._today(now).isoformat())


def _unchanged(row: Any, name: str, connection: sa.Connection) -> None:
    """Raise `ConflictError` when the contract was scheduled anew, decided or told since it was looked at."""
    names = ("schedule", "told_days", "silent", "instruction", name)
    known = connection.execute(sa.select(renewal_times).where(renewal_times.c.uid == row.uid)).first()
    if known is None or any(getattr(known, n) != getattr(row, n) for n in names):
        raise ConflictError(f"{row.uid} changed meanwhile", hint="nothing was changed")
