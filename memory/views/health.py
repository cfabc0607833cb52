"""Is all sound: workers, queue, failed steps, unknown effects, what models cost, and how far the ledger goes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from memory.database import reading
from memory.domain.base import Digest
from memory.ledger import Verification, head_of, read_events, verify
from memory.outbox import EffectStatus, OutboxRow, rows
from memory.projections.cases import cases
from memory.projections.conversation import model_usage, policy_proposals
from memory.projections.correspondence import messages
from memory.schema import events, heartbeats, outbox

#: A worker writes its heartbeat every few seconds; after this long without one it is taken for gone.
SILENT_AFTER = timedelta(seconds=90)
_MICRO = 1_000_000


@dataclass(frozen=True)
class Position:
    """How far the ledger goes: cheap enough to ask every second."""

    seq: int
    open_work: int


@dataclass(frozen=True)
class LedgerCheck:
    """The result of checking every chain: which head it covers, and up to which running number."""

    verification: Verification
    head: Digest
    seq: int
    checked_at: datetime


@dataclass(frozen=True)
class Worker:
    """A worker process by its last sign of life."""

    name: str
    at: datetime
    detail: str
    alive: bool
    role: str = "worker"


@dataclass(frozen=True)
class FailedStep:
    """A step that stopped a case; the operator can retry it."""

    case_id: str
    title: str
    node: str
    message: str
    hint: str
    at: datetime


@dataclass(frozen=True)
class UnmatchedMail:
    """A mail that belongs to no conversation of ours. Sender and subject are a stranger's words."""

    raw: Digest
    from_address: str
    subject: str
    at: datetime
    findings: tuple[str, ...]


@dataclass(frozen=True)
class ModelCost:
    """What one agent's questions to models cost. `cost_micro` counts millionths of a unit of `currency`; empty when unpriced."""

    agent: str
    questions: int
    cached: int
    tokens_in: int
    tokens_out: int
    cost_micro: int
    currency: str

    @property
    def cost(self) -> str:
        """The cost in words."""
        return f"{self.cost_micro / _MICRO:.4f} {self.currency}" if self.currency else "no price known"


@dataclass(frozen=True)
class PolicyWish:
    """A change of policy that was asked for and is not adopted; it changes nothing by itself."""

    proposal_id: str
    instruction: str
    suggestion: str
    at: datetime


def position(database: sa.Engine) -> Position:
    """Return the ledger's last running number and how many effects are on their way: what the page polls."""
    moving = (EffectStatus.QUEUED.value, EffectStatus.SUBMITTED.value, EffectStatus.DELAYED.value)
    with reading(database) as connection:
        seq = connection.scalar(sa.select(sa.func.coalesce(sa.func.max(events.c.seq), 0)))
        queued = connection.scalar(sa.select(sa.func.count()).select_from(outbox).where(outbox.c.status.in_(moving)))
    return Position(int(seq or 0), int(queued or 0))


def ledger_head(database: sa.Engine) -> Digest:
    """Return the digest that stands for the whole ledger."""
    with reading(database) as connection:
        return head_of(connection)


def check_ledger(database: sa.Engine, now: datetime) -> LedgerCheck:
    """Check every event of the ledger. The cost grows with its length: callers keep the result by head."""
    with reading(database) as connection:
        last = connection.scalar(sa.select(sa.func.coalesce(sa.func.max(events.c.seq), 0)))
        return LedgerCheck(verify(connection), head_of(connection), int(last or 0), now)


def workers(database: sa.Engine, now: datetime) -> tuple[Worker, ...]:
    """Return the workers that ever gave a sign of life, newest first."""
    with reading(database) as connection:
        found = connection.execute(sa.select(heartbeats).order_by(heartbeats.c.at.desc())).all()
    beats = [(row.worker, datetime.fromisoformat(row.at), row.detail, row.role) for row in found]
    return tuple(Worker(name, at, detail, now - at < SILENT_AFTER, role) for name, at, detail, role in beats)


def effect_counts(database: sa.Engine) -> dict[EffectStatus, int]:
    """Return how many effects stand where; a status without effects is 0."""
    query = sa.select(outbox.c.status, sa.func.count().label("n")).group_by(outbox.c.status)
    with reading(database) as connection:
        found = {row.status: row.n for row in connection.execute(query)}
    return {status: found.get(status.value, 0) for status in EffectStatus}


def effects_in(database: sa.Engine, *statuses: EffectStatus) -> tuple[OutboxRow, ...]:
    """Return the effects that stand at one of `statuses`, oldest first."""
    with reading(database) as connection:
        return tuple(rows(connection, statuses=statuses))


def failed_steps(database: sa.Engine) -> tuple[FailedStep, ...]:
    """Return every failed step that nobody has retried, newest first."""
    found = []
    with reading(database) as connection:
        for row in connection.execute(sa.select(cases).where(cases.c.status == "failed").order_by(cases.c.updated_at.desc())):
            steps = list(read_events(connection, stream=row.case_id, kinds=("step.failed",)))
            if steps:
                body = steps[-1].body
                found.append(FailedStep(row.case_id, row.title, body["node"], body["message"], body["hint"], steps[-1].at))
    return tuple(found)


def unmatched_mails(database: sa.Engine, *, limit: int = 20) -> tuple[UnmatchedMail, ...]:
    """Return mails that belong to no conversation, newest first."""
    query = sa.select(messages).where(messages.c.case_id == "").order_by(messages.c.seq.desc()).limit(limit)
    with reading(database) as connection:
        found = connection.execute(query).all()
    return tuple(
        UnmatchedMail(row.raw, row.from_address, row.subject, datetime.fromisoformat(row.at), tuple(json.loads(row.findings)))
        for row in found
    )


def policy_wishes(database: sa.Engine, *, limit: int = 20) -> tuple[PolicyWish, ...]:
    """Return changes of policy that were asked for, newest first."""
    query = sa.select(policy_proposals).order_by(policy_proposals.c.at.desc(), policy_proposals.c.proposal_id).limit(limit)
    with reading(database) as connection:
        found = connection.execute(query).all()
    return tuple(PolicyWish(row.proposal_id, row.instruction, row.suggestion, datetime.fromisoformat(row.at)) for row in found)


def model_costs(database: sa.Engine) -> tuple[ModelCost, ...]:
    """Return what models cost, per agent and currency, the dearest first."""
    sums: dict[tuple[str, str], list[int]] = {}
    with reading(database) as connection:
        for row in connection.execute(sa.select(model_usage.c.agent, model_usage.c.record)):
            record = json.loads(row.record)
            line = sums.setdefault((row.agent, record.get("cost_currency") or ""), [0, 0, 0, 0, 0])
            new = (
                1,
                int(bool(record.get("cached"))),
                record.get("tokens_in", 0),
                record.get("tokens_out", 0),
                record.get("cost_micro") or 0,
            )
            for index, value in enumerate(new):
                line[index] += int(value)
    lines = [ModelCost(agent, line[0], line[1], line[2], line[3], line[4], currency) for (agent, currency), line in sums.items()]
    return tuple(sorted(lines, key=lambda c: (-c.cost_micro, c.agent)))
