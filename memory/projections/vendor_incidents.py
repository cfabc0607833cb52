"""What went wrong with each vendor, from the facts that say so: refused orders, double and wrong invoices, silence, money not returned."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from memory.domain.events import Event
from memory.domain.events.contracts import ContractMissing, InvoiceMatched
from memory.domain.events.negotiation import ReplyOverdue
from memory.domain.events.remediation import OrderDoubled, OrderRefused, RemediationClosed, RemediationOpened
from memory.domain.events.renewals import IncidentNoted, NoticeAnswered
from memory.domain.remediation import TaskOutcome
from memory.domain.words import one_line
from memory.ledger import StoredEvent
from memory.projections.base import Projection, metadata

#: Money that a task waits for: it turns into one of the other two when the task is closed.
AWAITED, RETURNED, NOT_RETURNED = "refund_awaited", "refunded", "not_refunded"
#: What the operator noted.
NOTED = "noted"
_LONGEST = 300

vendor_incidents = sa.Table(
    "vendor_incidents",
    metadata,
    sa.Column("event_id", sa.String(40), primary_key=True),
    sa.Column("seq", sa.Integer, nullable=False),
    sa.Column("vendor_id", sa.String(80), nullable=False, index=True),
    sa.Column("case_id", sa.String(80), nullable=False, index=True),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("words", sa.Text, nullable=False),
    sa.Column("evidence", sa.String(64), nullable=False),
    sa.Column("task_id", sa.String(80), nullable=False, index=True),
    sa.Column("at", sa.String(32), nullable=False),
    sa.Column("ended_as", sa.String(20), nullable=False),
    sa.Column("ended_at", sa.String(32), nullable=False),
)


def _apply(connection: sa.Connection, stored: StoredEvent) -> None:
    event = stored.event
    if isinstance(event, RemediationClosed):
        ended = {"ended_as": RETURNED if event.outcome is TaskOutcome.REFUNDED else NOT_RETURNED, "ended_at": stored.at.isoformat()}
        open_task = (vendor_incidents.c.task_id == event.task_id) & (vendor_incidents.c.ended_at == "")
        connection.execute(vendor_incidents.update().where(open_task).values(**ended))
        return
    found = _incident(event)
    if found is None:
        return
    connection.execute(
        vendor_incidents.insert().values(
            event_id=stored.event_id,
            seq=stored.seq,
            vendor_id=found.vendor_id,
            case_id=stored.stream,
            kind=found.kind,
            words=one_line(found.words, _LONGEST),
            evidence=found.evidence,
            task_id=found.task_id,
            at=stored.at.isoformat(),
            ended_as="",
            ended_at="",
        )
    )


@dataclass(frozen=True)
class _Wrong:
    """What a fact says went wrong."""

    kind: str
    vendor_id: str
    words: str
    evidence: str = ""
    task_id: str = ""


def _incident(event: Event) -> _Wrong | None:
    """Return what a fact says went wrong; None where it says nothing of the kind."""
    read = _READERS.get(type(event))
    return read(event) if read else None


def _awaited(event: Any) -> _Wrong | None:
    task = event.task
    return _Wrong(AWAITED, task.vendor_id, f"owed us {task.awaits} back: {task.title}", task_id=task.task_id) if task.awaits else None


def _wrong_invoice(event: Any) -> _Wrong | None:
    words = f"sent an invoice that did not match: {'; '.join(event.problems)}"
    return None if event.matches else _Wrong("wrong_invoice", event.vendor_id, words)


def _doubled(event: Any) -> _Wrong:
    words = f"invoiced an order twice, as {event.first_invoice} and as {event.second_invoice}"
    return _Wrong("double_charge", event.vendor_id, words, event.message)


def _notice_refused(event: Any) -> _Wrong | None:
    words = f"refused our notice: {event.words}"
    return _Wrong("notice_refused", event.vendor_id, words, event.message) if event.reading == "refused" else None


_READERS: dict[type[Event], Callable[[Any], _Wrong | None]] = {
    OrderRefused: lambda e: _Wrong("order_refused", e.vendor_id, "refused an order", e.words.digest),
    OrderDoubled: _doubled,
    InvoiceMatched: _wrong_invoice,
    ContractMissing: lambda e: _Wrong("no_contract", e.vendor_id, f"sent no contract that could be read: {e.reason}"),
    ReplyOverdue: lambda e: _Wrong("no_answer", e.vendor_id, "did not answer in time"),
    IncidentNoted: lambda e: _Wrong(NOTED, e.vendor_id, e.words, e.evidence),
    NoticeAnswered: _notice_refused,
    RemediationOpened: _awaited,
}


def _shared(event: Event) -> tuple[str, ...]:
    if isinstance(event, RemediationOpened):
        return (f"incident task {event.task.task_id}",)
    return (f"incident task {event.task_id}",) if isinstance(event, RemediationClosed) else ()


_EVENTS: tuple[type[Event], ...] = (*_READERS, RemediationClosed)
_KINDS = frozenset(e.kind for e in _EVENTS)
PROJECTION = Projection("vendor_incidents", 1, (vendor_incidents,), _KINDS, _apply, _shared)
