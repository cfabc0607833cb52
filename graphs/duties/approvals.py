"""Open approvals are called to mind twice before silence becomes a no: at half of their time, and a day before the end."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

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

    def waiting(self, now: datetime) -> bool:
        """Whether a reminder is due."""
        return bool(self._due(now, limit=1))

    def remind(self, _due: DueTime, now: datetime) -> str:
        """Record one reminder for each approval that has one due: the latest, when more than one time went by."""
        steps: dict[tuple[str, str], list[str]] = {}
        for row in self._due(now, limit=_AT_ONCE):
            steps.setdefault((row.approval_id, row.case_id), []).append(row.step)
        told = sum(self._record(approval_id, case_id, found, now) for (approval_id, case_id), found in steps.items())
        return f"{counted(told, 'approval')} called to mind" if told else ""

    def expiring(self, now: datetime) -> bool:
        """Whether the time of an open approval is up."""
        late = sa.select(approval_times.c.approval_id).where(approval_times.c.step == EXPIRY, approval_times.c.due_at <= now.isoformat())
        with reading(self._setting.database) as connection:
            return connection.execute(late.limit(1)).first() is not None

    def _due(self, now: datetime, *, limit: int) -> list[Any]:
        times, at = approval_times.c, now.isoformat()
        query = sa.select(times.approval_id, times.case_id, times.step).where(times.step != EXPIRY, times.due_at <= at)
        with reading(self._setting.database) as connection:
            return list(connection.execute(query.order_by(times.due_at).limit(limit)).all())

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


def _still_open(approval_id: str, connection: sa.Connection) -> None:
    status = connection.scalar(sa.select(approvals.c.status).where(approvals.c.approval_id == approval_id))
    if status != ApprovalStatus.OPEN.value:
        raise ConflictError(f"{approval_id} was answered meanwhile", hint="nothing was changed")
