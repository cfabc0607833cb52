"""Open approvals are called to mind twice before silence becomes a no: at half of their time, and a day before the end."""

from __future__ import annotations

from datetime import datetime
from functools import partial

import sqlalchemy as sa

from graphs.duties.duty import DueTime
from graphs.duties.roster import DutySetting
from memory.database import reading
from memory.domain.approval import ApprovalStatus
from memory.domain.errors import ConflictError
from memory.domain.events.duties import ApprovalReminded, ReminderStep
from memory.domain.words import counted
from memory.projections.approvals import approvals
from memory.projections.duties import DAY, EXPIRY, HALF, approval_times

#: Reminders of one run; what is left is taken by the next one, a minute later.
_AT_ONCE = 500


class ApprovalReminders:
    """Records that an approval still waits; the record is what Home and the list of approvals show."""

    def __init__(self, setting: DutySetting) -> None:
        self._setting = setting

    @staticmethod
    def waiting(connection: sa.Connection, now: datetime) -> bool:
        """Whether a reminder is due."""
        return connection.execute(_reminders(now).limit(1)).first() is not None

    @staticmethod
    def expiring(connection: sa.Connection, now: datetime) -> bool:
        """Whether the time of an open approval is up."""
        late = sa.select(approval_times.c.approval_id).where(approval_times.c.step == EXPIRY, approval_times.c.due_at <= now.isoformat())
        return connection.execute(late.limit(1)).first() is not None

    def remind(self, _due: DueTime, now: datetime) -> str:
        """Record one reminder for each approval that has one due: the latest, when more than one time went by."""
        steps: dict[tuple[str, str], list[str]] = {}
        with reading(self._setting.database) as connection:
            due = connection.execute(_reminders(now).order_by(approval_times.c.due_at).limit(_AT_ONCE)).all()
        for row in due:
            steps.setdefault((row.approval_id, row.case_id), []).append(row.step)
        told = sum(self._record(approval_id, case_id, found, now) for (approval_id, case_id), found in steps.items())
        return f"{counted(told, 'approval')} called to mind" if told else ""

    def _record(self, approval_id: str, case_id: str, due: list[str], now: datetime) -> bool:
        step: ReminderStep = DAY if DAY in due else HALF  # type: ignore[assignment]
        passed: tuple[ReminderStep, ...] = (HALF,) if step == DAY and HALF in due else ()  # type: ignore[assignment]
        with reading(self._setting.database) as connection:
            row = connection.execute(sa.select(approvals).where(approvals.c.approval_id == approval_id)).one()
        expires_at = datetime.fromisoformat(row.expires_at)
        if now >= expires_at:
            return False  # it expires in this very minute; there is nothing left to remind of
        fact = ApprovalReminded(approval_id=approval_id, step=step, title=row.title, expires_at=expires_at, passed_over=passed)
        key = f"duty/approval/{approval_id}/{step}"
        try:
            check = partial(_still_open, approval_id)
            done = self._setting.unit_of_work.act(key, [fact], stream=case_id, actor="clock", check=check, durable=False)
        except ConflictError:
            return False
        return not done.repeated


def _reminders(now: datetime) -> sa.Select[tuple[str, str, str]]:
    times = approval_times.c
    return sa.select(times.approval_id, times.case_id, times.step).where(times.step != EXPIRY, times.due_at <= now.isoformat())


def _still_open(approval_id: str, connection: sa.Connection) -> None:
    status = connection.scalar(sa.select(approvals.c.status).where(approvals.c.approval_id == approval_id))
    if status != ApprovalStatus.OPEN.value:
        raise ConflictError(f"{approval_id} was answered meanwhile", hint="nothing was changed")
