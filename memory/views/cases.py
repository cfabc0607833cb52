"""Cases as the operator sees them: the list, the facts of one, its timeline, its question, its effects and its contract."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from memory import outbox
from memory.database import reading
from memory.domain.contract import ContractReview
from memory.domain.errors import NotFoundError
from memory.domain.events.authority import AuthorizationBurned, AuthorizationGranted
from memory.domain.money import Money
from memory.ledger import StoredEvent, read_events
from memory.narration import narrate
from memory.projections.cases import cases as table
from memory.projections.contract_calendar import contracts
from memory.views.names import all_names, names_of

#: Bookkeeping behind the sentences: true, and in the ledger, but not what an operator reads a timeline for.
_QUIET = frozenset({AuthorizationBurned.kind, AuthorizationGranted.kind, "effect.delayed", "model.asked"})


@dataclass(frozen=True)
class CaseFacts:
    """One case in figures. `list_total` is the winner's first written offer, all-in; None where nothing is known yet."""

    case_id: str
    title: str
    instruction: str
    category: str
    urgency: str
    status: str
    stage: str
    note: str
    vendor_id: str
    vendor_name: str
    ceiling: str
    deadline: date | None
    list_total: Money | None
    agreed_total: Money | None
    paid_total: Money | None
    decide_by: date | None
    opened_at: datetime
    updated_at: datetime

    @property
    def closed(self) -> bool:
        """Whether nothing more will happen."""
        return self.status in {"done", "ended", "cancelled"}


@dataclass(frozen=True)
class TimelineEntry:
    """One event of the ledger in a sentence. `quiet` marks bookkeeping that a short timeline leaves out."""

    seq: int
    event_id: str
    case_id: str
    at: datetime
    actor: str
    kind: str
    sentence: str
    hash: str
    quiet: bool


@dataclass(frozen=True)
class OpenQuestion:
    """What a case asks the operator; `missing` names the fields that are needed."""

    case_id: str
    questions: tuple[str, ...]
    missing: tuple[str, ...]
    asked_at: datetime


@dataclass(frozen=True)
class ContractPaper:
    """A contract as read: its review, and the digest of the signed document when there is one."""

    review: ContractReview
    vendor_id: str
    vendor_name: str
    status: str
    signed: str


def case_list(database: sa.Engine, *, statuses: tuple[str, ...] = (), limit: int = 500) -> tuple[CaseFacts, ...]:
    """Return cases, the one that changed last first."""
    query = sa.select(table).order_by(table.c.updated_at.desc(), table.c.case_id).limit(limit)
    if statuses:
        query = query.where(table.c.status.in_(statuses))
    with reading(database) as connection:
        rows = connection.execute(query).all()
        names = names_of(connection, (row.vendor_id for row in rows))
    return tuple(_facts(row, names) for row in rows)


def case_facts(database: sa.Engine, case_id: str) -> CaseFacts:
    """Return one case; raises `NotFoundError`."""
    with reading(database) as connection:
        row = connection.execute(sa.select(table).where(table.c.case_id == case_id)).first()
        if row is None:
            raise NotFoundError(f"there is no case {case_id}", hint="choose one from the list of cases")
        return _facts(row, names_of(connection, [row.vendor_id]))


def purpose_of(database: sa.Engine, case_id: str) -> str:
    """Return what a case is about, which says by which graph it runs; '' when there is no such case."""
    with reading(database) as connection:
        return connection.scalar(sa.select(table.c.purpose).where(table.c.case_id == case_id)) or ""


def timeline(database: sa.Engine, case_id: str) -> tuple[TimelineEntry, ...]:
    """Return what happened in a case, oldest first."""
    with reading(database) as connection:
        names = all_names(connection)
        return tuple(entry_of(stored, names) for stored in read_events(connection, stream=case_id))


def entry_of(stored: StoredEvent, names: Mapping[str, str]) -> TimelineEntry:
    """Return a ledger event as a line for people; `names` gives vendors' names by id."""
    return TimelineEntry(
        seq=stored.seq,
        event_id=stored.event_id,
        case_id=stored.stream,
        at=stored.at,
        actor=stored.actor,
        kind=stored.kind,
        sentence=narrate(stored.event, names),
        hash=stored.hash,
        quiet=stored.kind in _QUIET,
    )


def open_question(database: sa.Engine, case_id: str) -> OpenQuestion | None:
    """Return the newest question of a case that has no answer yet."""
    with reading(database) as connection:
        events = list(read_events(connection, stream=case_id, kinds=("clarification.requested", "clarification.given")))
    answered = {e.body["wait_key"] for e in events if e.kind == "clarification.given"}
    waiting = [e for e in events if e.kind == "clarification.requested" and e.body["wait_key"] not in answered]
    if not waiting:
        return None
    asked = waiting[-1]
    return OpenQuestion(case_id, tuple(asked.body["questions"]), tuple(asked.body["missing"]), asked.at)


def case_effects(database: sa.Engine, case_id: str) -> tuple[outbox.OutboxRow, ...]:
    """Return the effects of a case in the order they were decided, each with its status."""
    with reading(database) as connection:
        return tuple(outbox.rows(connection, case_id=case_id))


def contract_papers(database: sa.Engine, case_id: str) -> tuple[ContractPaper, ...]:
    """Return the contracts read in a case, newest first."""
    query = sa.select(contracts).where(contracts.c.case_id == case_id).order_by(contracts.c.at.desc())
    with reading(database) as connection:
        rows = connection.execute(query).all()
        names = names_of(connection, (row.vendor_id for row in rows))
    return tuple(
        ContractPaper(ContractReview.model_validate(json.loads(row.review)), row.vendor_id, names[row.vendor_id], row.status, row.signed)
        for row in rows
    )


def _facts(row: Any, names: dict[str, str]) -> CaseFacts:
    return CaseFacts(
        case_id=row.case_id,
        title=row.title,
        instruction=row.instruction,
        category=row.category,
        urgency=row.urgency,
        status=row.status,
        stage=row.stage,
        note=row.note,
        vendor_id=row.vendor_id,
        vendor_name=names.get(row.vendor_id, ""),
        ceiling=row.ceiling,
        deadline=_day(row.deadline),
        list_total=_money(row.list_minor, row.currency),
        agreed_total=_money(row.agreed_minor, row.currency),
        paid_total=_money(row.paid_minor, row.currency),
        decide_by=_day(row.decide_by),
        opened_at=datetime.fromisoformat(row.opened_at),
        updated_at=datetime.fromisoformat(row.updated_at),
    )


def _money(minor: int | None, currency: str) -> Money | None:
    return None if minor is None else Money(amount_minor=minor, currency=currency)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None
