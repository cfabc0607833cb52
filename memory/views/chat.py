"""The chat with the operator, from the ledger: what was said, how it was understood, what was answered."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from memory.database import reading
from memory.projections.conversation import instructions as table
from memory.schema import events


@dataclass(frozen=True)
class Exchange:
    """One instruction and its answer. `references` are ids of ledger events; `precedence` names the level that applied."""

    instruction_id: str
    at: datetime
    text: str
    surface: str
    understood: dict[str, Any]
    answer: str
    references: tuple[str, ...]
    case_id: str
    precedence: str


def recent_exchanges(database: sa.Engine, *, limit: int = 30) -> tuple[Exchange, ...]:
    """Return the newest exchanges over all surfaces, oldest of them first."""
    query = sa.select(table).order_by(table.c.seq.desc()).limit(limit)
    with reading(database) as connection:
        rows = connection.execute(query).all()
    return tuple(
        Exchange(
            instruction_id=row.instruction_id,
            at=datetime.fromisoformat(row.at),
            text=row.text,
            surface=row.surface,
            understood=json.loads(row.understood),
            answer=row.answer,
            references=tuple(json.loads(row.references)),
            case_id=row.case_id,
            precedence=row.precedence,
        )
        for row in reversed(rows)
    )


def sequence_numbers(database: sa.Engine, event_ids: tuple[str, ...]) -> dict[str, int]:
    """Return the ledger's running number of each event that exists; numbers are what people quote."""
    if not event_ids:
        return {}
    query = sa.select(events.c.event_id, events.c.seq).where(events.c.event_id.in_(event_ids))
    with reading(database) as connection:
        return {row.event_id: row.seq for row in connection.execute(query)}
