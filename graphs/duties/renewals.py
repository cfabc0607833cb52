"""The renewal sweep: each contract is told on each step of the ladder before its last day to act, and on promised days.

Days are the operator's: a step is reached when it is that day in their time zone. Steps that nobody saw (the laptop slept, the
contract came late) are told once, by the nearest one, which names them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial
from typing import Any

import sqlalchemy as sa

from graphs.duties.duty import DueTime
from graphs.duties.roster import DutySetting
from graphs.renewal_desk import heading, opening, start_key, untouched
from graphs.renewal_file import load_renewal
from graphs.steps import OVER
from graphs.watching import rolled
from memory.database import reading
from memory.domain.errors import ConflictError, NotFoundError
from memory.domain.events import Event
from memory.domain.events.contracts import RenewalDecided
from memory.domain.events.duties import RenewalDue, RenewalReminded
from memory.domain.evidence import Origin
from memory.domain.renewal import lead_days, watch_at
from memory.domain.words import are, counted
from memory.evidence import EvidenceStore
from memory.ledger import WORKSPACE
from memory.projections.cases import cases
from memory.projections.contract_calendar import renewals
from memory.projections.duties import renewal_times, steps_reached
from memory.unit_of_work import Check
from memory.views.holidays import free_days
from memory.views.renewals import Renewal, renewal_of

_AT_ONCE = 500


class RenewalSweep:
    """Tells what draws near, keeps the promises to remind, opens renewal cases in time, and notes the terms that went on by themselves."""

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

    def rolls_waiting(self, connection: sa.Connection, now: datetime) -> bool:
        """Whether a term is over and the contract went on by itself."""
        return connection.execute(self._reached(renewal_times.c.rolls_on, now).limit(1)).first() is not None

    def roll(self, _due: DueTime, now: datetime) -> str:
        """Note each contract that went on by itself, and watch its next term."""
        told = sum(self._roll(row, self._today(now)) for row in self._rows(renewal_times.c.rolls_on, now))
        return f"{counted(told, 'contract')} went on by itself" if told else ""

    def starts_waiting(self, connection: sa.Connection, now: datetime) -> bool:
        """Whether the day has come to look into a renewal."""
        return connection.execute(self._startable(now).limit(1)).first() is not None

    def start(self, _due: DueTime, now: datetime) -> str:
        """Open a renewal case for each contract whose day has come."""
        with reading(self._setting.database) as connection:
            rows = list(
                connection.execute(self._startable(now).order_by(renewal_times.c.start_on, renewal_times.c.uid).limit(_AT_ONCE)).all()
            )
        told = sum(self._start(row, self._today(now)) for row in rows)
        return f"{counted(told, 'renewal case')} opened" if told else ""

    def _startable(self, now: datetime) -> sa.Select[Any]:
        """The terms whose case should start: those that can still be acted upon, and those about which a wish was said too late."""
        times = renewal_times.c
        in_time = (times.decide_by >= self._today(now).isoformat()) | (times.start_on > times.decide_by)
        return self._reached(times.start_on, now).where(in_time)

    def _start(self, row: Any, today: date) -> bool:
        try:
            line = renewal_of(self._setting.database, row.uid, today)
        except NotFoundError:
            return False
        if line.schedule != row.schedule or line.ends_on is not None or self._goes_on(line):
            return False
        case_id = self._setting.ids.new("CASE")
        left = max(line.days_left, 0)
        why = f"you decided to {line.decision} it" if line.decision else f"{counted(left, 'day')} {are(left)} left to act"
        kept = EvidenceStore(self._setting.database, self._setting.clock).put_text(heading(line), origin=Origin.SYSTEM, source=line.uid)
        facts = opening(line, case_id, why=why, channel="clock", evidence=kept)
        return self._act(start_key(row.schedule, row.started), facts, partial(untouched, line, row.started), stream=case_id)

    def _goes_on(self, line: Renewal) -> bool:
        """Whether a case about this term is at work already."""
        with reading(self._setting.database) as connection:
            status = connection.scalar(sa.select(cases.c.status).where(cases.c.case_id == line.renewal_case)) if line.renewal_case else None
        return status is not None and status not in OVER

    def _roll(self, row: Any, today: date) -> bool:
        with reading(self._setting.database) as connection:
            known = connection.execute(sa.select(renewals).where(renewals.c.uid == row.uid)).first()
        if known is None or known.schedule != row.schedule:
            return False
        ended = date.fromisoformat(known.term_end)
        line = renewal_of(self._setting.database, row.uid, ended)
        self._close_case(line)
        free = free_days(self._setting.database)
        watch = watch_at(line.lasting, today, free)
        facts = rolled(line, ended, today, lead_days("", watch.days) if watch else None, free)
        if facts is None:
            return False
        return self._act(f"duty/roll/{row.schedule}", facts, partial(_unchanged, row, "rolls_on"), stream=line.case_id)

    def _close_case(self, line: Renewal) -> None:
        """End a case that waits for a decision on a term that is over: not to answer was to keep."""
        found = load_renewal(self._setting.database, line.renewal_case) if line.renewal_case else None
        if found is None or found.recommended is None or found.decided is not None or found.closed is not None:
            return
        asked = found.recommended
        said = RenewalDecided(
            vendor_id=line.vendor_id,
            uid=line.uid,
            action="keep",
            by="clock",
            instruction="the term ended without a decision",
            digest=asked.digest,
            wait_key=asked.wait_key,
        )
        self._act(f"decision/{asked.wait_key}", (said,), None, stream=found.case_id)

    def _record_step(self, row: Any, today: date) -> bool:
        decide_by = date.fromisoformat(row.decide_by)
        *passed, step = steps_reached(decide_by, today, row.told_days, row.term_days)
        fact = RenewalDue(
            uid=row.uid,
            schedule=row.schedule,
            vendor_id=row.vendor_id,
            decide_by=decide_by,
            step_days=step,
            days_left=(decide_by - today).days,
            passed_over=tuple(passed),
        )
        return self._act(f"duty/renewal/{row.schedule}/{step}", (fact,), partial(_unchanged, row, "next_on"))

    def _record_promise(self, row: Any) -> bool:
        fact = RenewalReminded(
            uid=row.uid,
            vendor_id=row.vendor_id,
            remind_on=date.fromisoformat(row.remind_on),
            decide_by=date.fromisoformat(row.decide_by),
            instruction=row.instruction,
        )
        return self._act(f"duty/promise/{row.schedule}/{row.instruction}", (fact,), partial(_unchanged, row, "remind_on"))

    def _act(self, key: str, facts: Sequence[Event], check: Check | None, *, stream: str = WORKSPACE) -> bool:
        try:
            return not self._setting.unit_of_work.act(key, facts, stream=stream, actor="clock", check=check, durable=False).repeated
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
