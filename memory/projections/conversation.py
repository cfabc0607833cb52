"""The chat with the operator, statements read, and what models cost."""

from __future__ import annotations

import sqlalchemy as sa

from memory.domain.base import canonical_json
from memory.domain.events import Event
from memory.domain.events.effects import ModelAsked
from memory.domain.events.workspace import InstructionAnswered, InstructionReceived, PolicyProposed, StatementImported
from memory.ledger import StoredEvent
from memory.projections.base import Projection, insert, metadata, upsert

instructions = sa.Table(
    "instructions",
    metadata,
    sa.Column("instruction_id", sa.String(40), primary_key=True),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("surface", sa.String(20), nullable=False),
    sa.Column("understood", sa.Text, nullable=False),
    sa.Column("answer", sa.Text, nullable=False),
    sa.Column("references", sa.Text, nullable=False),
    sa.Column("case_id", sa.String(80), nullable=False),
    sa.Column("precedence", sa.Text, nullable=False),
    sa.Column("seq", sa.Integer, nullable=False),
)

policy_proposals = sa.Table(
    "policy_proposals",
    metadata,
    sa.Column("proposal_id", sa.String(40), primary_key=True),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("instruction", sa.Text, nullable=False),
    sa.Column("suggestion", sa.Text, nullable=False),
)

statement_lines = sa.Table(
    "statement_lines",
    metadata,
    sa.Column("line_id", sa.String(120), primary_key=True),
    sa.Column("statement", sa.String(64), nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("body", sa.Text, nullable=False),
)

model_usage = sa.Table(
    "model_usage",
    metadata,
    sa.Column("event_id", sa.String(40), primary_key=True),
    sa.Column("case_id", sa.String(80), nullable=False, index=True),
    sa.Column("agent", sa.String(60), nullable=False),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("record", sa.Text, nullable=False),
)


def _apply(connection: sa.Connection, stored: StoredEvent) -> None:
    event = stored.event
    at = stored.at.isoformat()
    if isinstance(event, InstructionReceived):
        values = {"at": at, "text": event.text, "surface": event.surface, "seq": stored.seq}
        blank = {"answer": "", "references": "[]", "case_id": "", "precedence": ""}
        understood = canonical_json(event.understood).decode()
        connection.execute(instructions.insert().values(instruction_id=event.instruction_id, understood=understood, **values, **blank))
    elif isinstance(event, InstructionAnswered):
        values = {"answer": event.answer, "case_id": event.case_id or "", "precedence": event.precedence}
        references = canonical_json(list(event.references)).decode()
        connection.execute(
            instructions.update().where(instructions.c.instruction_id == event.instruction_id).values(**values, references=references)
        )
    elif isinstance(event, PolicyProposed):
        row = {"at": at, "instruction": event.instruction, "suggestion": event.suggestion}
        connection.execute(policy_proposals.insert().values(proposal_id=event.proposal_id, **row))
    elif isinstance(event, StatementImported):
        for line in event.lines:
            row = {"statement": event.statement, "at": at, "body": canonical_json(line).decode()}
            upsert(connection, statement_lines, {"line_id": str(line["line_id"])}, row)
    elif isinstance(event, ModelAsked):
        row = {"case_id": stored.stream, "agent": event.agent, "at": at, "record": canonical_json(event.record).decode()}
        insert(connection, model_usage, {"event_id": stored.event_id, **row})


def _shared(event: Event) -> tuple[str, ...]:
    return () if isinstance(event, ModelAsked) else ("conversation",)


_KINDS = frozenset(e.kind for e in (InstructionReceived, InstructionAnswered, PolicyProposed, StatementImported, ModelAsked))
PROJECTION = Projection("conversation", 1, (instructions, policy_proposals, statement_lines, model_usage), _KINDS, _apply, _shared)
