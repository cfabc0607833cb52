"""Answers to waits: what a gate of the graph waits for, once it is there. The first answer stands."""

from __future__ import annotations

import sqlalchemy as sa

from memory.database import later
from memory.domain.base import canonical_json
from memory.domain.events import Event
from memory.ledger import StoredEvent
from memory.projections.base import Projection, metadata

wait_answers = sa.Table(
    "wait_answers",
    metadata,
    sa.Column("wait_key", sa.String(200), primary_key=True),
    sa.Column("case_id", sa.String(80), nullable=False, index=True),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
)


_FIRST_ANSWER = "INSERT INTO wait_answers (wait_key, case_id, answer, seq) VALUES (?, ?, ?, ?) ON CONFLICT (wait_key) DO NOTHING"


def _apply(connection: sa.Connection, stored: StoredEvent) -> None:
    for key, answer in stored.event.answers():
        later(connection, _FIRST_ANSWER, (key, stored.stream, canonical_json(answer).decode(), stored.seq))


def _shared(event: Event) -> tuple[str, ...]:
    return tuple(f"wait {key}" for key, _answer in event.answers())


PROJECTION = Projection("waits", 1, (wait_answers,), None, _apply, _shared)
