"""Remediation tasks: what the operator has to do, and what became of it."""

from __future__ import annotations

import sqlalchemy as sa

from memory.domain.base import canonical_json
from memory.domain.events import Event
from memory.domain.events.remediation import RemediationClosed, RemediationOpened, RemediationSent
from memory.ledger import StoredEvent
from memory.projections.base import Projection, metadata, upsert

remediations = sa.Table(
    "remediations",
    metadata,
    sa.Column("task_id", sa.String(80), primary_key=True),
    sa.Column("case_id", sa.String(80), nullable=False, index=True),
    sa.Column("status", sa.String(10), nullable=False, index=True),
    sa.Column("deadline", sa.String(32), nullable=False),
    sa.Column("opened_at", sa.String(32), nullable=False),
    sa.Column("sent_key", sa.String(40), nullable=False),
    sa.Column("closed_at", sa.String(32), nullable=False),
    sa.Column("closed_by", sa.String(80), nullable=False),
    sa.Column("outcome", sa.String(12), nullable=False),
    sa.Column("refunded_minor", sa.BigInteger),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("task", sa.Text, nullable=False),
)

OPEN, CLOSED = "open", "closed"


def _apply(connection: sa.Connection, stored: StoredEvent) -> None:
    event, at = stored.event, stored.at.isoformat()
    if isinstance(event, RemediationOpened):
        task = event.task
        values = {"case_id": stored.stream, "deadline": task.deadline.isoformat(), "opened_at": at}
        blank = {"sent_key": "", "closed_at": "", "closed_by": "", "outcome": "", "refunded_minor": None, "note": ""}
        body = canonical_json(task.model_dump(mode="json")).decode()
        upsert(connection, remediations, {"task_id": task.task_id}, {**values, **blank, "status": OPEN, "task": body})
    elif isinstance(event, RemediationSent):
        connection.execute(remediations.update().where(remediations.c.task_id == event.task_id).values(sent_key=event.effect_key))
    elif isinstance(event, RemediationClosed):
        values = {"status": CLOSED, "closed_at": at, "closed_by": event.by, "outcome": event.outcome.value, "note": event.note}
        refunded = event.amount.amount_minor if event.amount else None
        connection.execute(remediations.update().where(remediations.c.task_id == event.task_id).values(**values, refunded_minor=refunded))


def _shared(event: Event) -> tuple[str, ...]:
    if isinstance(event, RemediationOpened):
        return (f"task {event.task.task_id}",)
    return (f"task {event.task_id}",) if isinstance(event, RemediationSent | RemediationClosed) else ()


_KINDS = frozenset({RemediationOpened.kind, RemediationSent.kind, RemediationClosed.kind})
PROJECTION = Projection("remediations", 1, (remediations,), _KINDS, _apply, _shared)
