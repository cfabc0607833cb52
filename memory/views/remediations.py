"""Remediation tasks as the operator sees them: what happened, what is undone already (from the ledger), what to do now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from memory import outbox
from memory.database import reading
from memory.domain.errors import NotFoundError
from memory.domain.events.remediation import CompensationPlanned
from memory.domain.events.workspace import BudgetCommitted, BudgetReleased, BudgetReserved
from memory.domain.remediation import Remediation
from memory.ledger import read_events
from memory.outbox import EffectStatus
from memory.projections.remediations import CLOSED, OPEN
from memory.projections.remediations import remediations as table
from memory.views.names import names_of

_BUDGET = {
    BudgetReserved.kind: "{amount} of the budget is still set aside",
    BudgetCommitted.kind: "{amount} of the budget is still committed",
    BudgetReleased.kind: "{amount} went back to the budget",
}
_MAIL_IS = {
    EffectStatus.CONFIRMED: "sent",
    EffectStatus.COMPENSATED: "sent",
    EffectStatus.FAILED: "failed",
    EffectStatus.CANCELLED: "withdrawn before it left",
    EffectStatus.UNKNOWN: "outcome unknown, being looked up",
}


@dataclass(frozen=True)
class TaskCard:
    """One task. `undone` tells what was taken back so far; `letter_is` what became of the ready-made letter, if it was sent."""

    task: Remediation
    status: str
    vendor_name: str
    undone: tuple[str, ...]
    letter_is: str
    opened_at: datetime
    closed_at: datetime | None
    closed_by: str
    outcome: str
    note: str

    @property
    def open(self) -> bool:
        """Whether it still waits for the operator."""
        return self.status == OPEN


def open_tasks(database: sa.Engine) -> tuple[TaskCard, ...]:
    """Return what waits for the operator, what is due first on top."""
    return _cards(database, table.c.status == OPEN, table.c.deadline)


def closed_tasks(database: sa.Engine, *, limit: int = 50) -> tuple[TaskCard, ...]:
    """Return what is done, newest first."""
    return _cards(database, table.c.status == CLOSED, table.c.closed_at.desc(), limit=limit)


def tasks_of(database: sa.Engine, case_id: str) -> tuple[TaskCard, ...]:
    """Return every task of a case, open ones first."""
    return _cards(database, table.c.case_id == case_id, table.c.status.desc(), limit=50)


def task_card(database: sa.Engine, task_id: str) -> TaskCard:
    """Return one task; raises `NotFoundError`."""
    found = _cards(database, table.c.task_id == task_id, table.c.task_id)
    if not found:
        raise NotFoundError(f"there is no task {task_id}", hint="qm tasks list --all shows them")
    return found[0]


def _cards(database: sa.Engine, where: sa.ColumnElement[bool], order: sa.ColumnElement[str], *, limit: int = 200) -> tuple[TaskCard, ...]:
    query = sa.select(table).where(where).order_by(order, table.c.task_id).limit(limit)
    with reading(database) as connection:
        rows = [(row, Remediation.model_validate_json(row.task)) for row in connection.execute(query)]
        names = names_of(connection, (task.vendor_id for _, task in rows))
        return tuple(
            TaskCard(
                task=task,
                status=row.status,
                vendor_name=names.get(task.vendor_id, task.vendor_id),
                undone=_undone(connection, row.case_id),
                letter_is=_fates(connection, row.case_id).get(row.sent_key, ""),
                opened_at=datetime.fromisoformat(row.opened_at),
                closed_at=datetime.fromisoformat(row.closed_at) if row.closed_at else None,
                closed_by=row.closed_by,
                outcome=row.outcome,
                note=row.note,
            )
            for row, task in rows
        )


def _fates(connection: sa.Connection, case_id: str) -> dict[str, str]:
    """Return what became of each effect of a case, in a word."""
    return {row.effect_key: _MAIL_IS.get(row.status, "on its way") for row in outbox.rows(connection, case_id=case_id)}


def _undone(connection: sa.Connection, case_id: str) -> tuple[str, ...]:
    """Say what was taken back: each mail with its fate, and where the budget stands."""
    lines: list[str] = []
    budget, fates = "", _fates(connection, case_id)
    kinds = (CompensationPlanned.kind, *_BUDGET)
    for stored in read_events(connection, stream=case_id, kinds=kinds):
        event = stored.event
        if isinstance(event, CompensationPlanned):
            lines.append(f"{event.says}: {fates.get(event.compensation_key, 'on its way')}")
        elif isinstance(event, BudgetReserved | BudgetCommitted | BudgetReleased):
            budget = _BUDGET[event.kind].format(amount=event.amount)
    return tuple(lines) + ((budget,) if budget else ())
