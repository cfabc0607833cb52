"""Cases: one row per purchase, with its stage in the operator's words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import sqlalchemy as sa

from memory.database import later
from memory.domain.events.authority import (
    LETTER_PREFIX,
    ApprovalEdited,
    ApprovalExpired,
    ApprovalGranted,
    ApprovalRejected,
    ApprovalRequested,
)
from memory.domain.events.cases import (
    CaseCancelled,
    CaseClosed,
    CaseEnded,
    CaseOpened,
    CasePaused,
    CaseResumed,
    ClarificationGiven,
    ClarificationRequested,
    RequisitionSubmitted,
    StepFailed,
    StepRetried,
)
from memory.domain.events.contracts import ContractSigned, OrderPlaced, PaymentSubmitted, RenewalDropped, RenewalScheduled
from memory.domain.events.effects import EffectConfirmed, EffectFailed, EffectUnknown
from memory.domain.events.negotiation import CounterofferProposed, RfqIssued
from memory.domain.events.remediation import OrderRefused
from memory.domain.events.renewals import (
    NoticeEscalated,
    NoticeGiven,
    NoticePrepared,
    NoticeSent,
    RenewalClosed,
    RenewalRecommended,
    RenewalRedated,
    RenewalStarted,
)
from memory.domain.events.sourcing import AwardRecommended, VendorDiscovered
from memory.domain.words import with_hint
from memory.ledger import StoredEvent
from memory.projections.base import Projection, insert, metadata

cases = sa.Table(
    "cases",
    metadata,
    sa.Column("case_id", sa.String(80), primary_key=True),
    sa.Column("purpose", sa.String(12), nullable=False),
    sa.Column("title", sa.String(300), nullable=False),
    sa.Column("instruction", sa.Text, nullable=False),
    sa.Column("category", sa.String(80), nullable=False),
    sa.Column("urgency", sa.String(10), nullable=False),
    sa.Column("deadline", sa.String(10), nullable=False),
    sa.Column("status", sa.String(20), nullable=False, index=True),
    sa.Column("held_from", sa.String(20), nullable=False),
    sa.Column("stage", sa.String(60), nullable=False),
    sa.Column("vendor_id", sa.String(80), nullable=False),
    sa.Column("currency", sa.String(3), nullable=False),
    sa.Column("ceiling", sa.String(60), nullable=False),
    sa.Column("list_minor", sa.BigInteger),
    sa.Column("agreed_minor", sa.BigInteger),
    sa.Column("paid_minor", sa.BigInteger),
    sa.Column("decide_by", sa.String(10), nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("opened_at", sa.String(32), nullable=False),
    sa.Column("updated_at", sa.String(32), nullable=False),
)
#: In the order of the list, so that a page of it costs the same however many cases there are.
sa.Index("ix_cases_newest", cases.c.updated_at.desc(), cases.c.case_id)

_UNKNOWN = "an effect's outcome is unknown"
_OVER = ("done", "ended", "cancelled")

_STAGES: dict[type, tuple[str, str]] = {
    VendorDiscovered: ("running", "finding vendors"),
    RfqIssued: ("waiting", "waiting for quotes"),
    CounterofferProposed: ("waiting", "negotiating"),
    ApprovalRequested: ("needs_you", "waiting for your approval"),
    ApprovalGranted: ("running", "approved, signing"),
    ApprovalEdited: ("running", "approved with changes, signing"),
    ApprovalRejected: ("running", "rejected"),
    ApprovalExpired: ("running", "approval expired"),
    ContractSigned: ("running", "signed, ordering"),
    OrderPlaced: ("waiting", "waiting for the order confirmation"),
    PaymentSubmitted: ("waiting", "waiting for the bank line"),
    ClarificationRequested: ("needs_you", "waiting for your answer"),
    ClarificationGiven: ("running", "reading your answer"),
    CaseCancelled: ("cancelled", "cancelled"),
    CaseClosed: ("done", "bought"),
    StepFailed: ("failed", "stopped by an error"),
    StepRetried: ("running", "trying again"),
    OrderRefused: ("needs_you", "refused by the vendor"),
    RenewalStarted: ("running", "looking into the renewal"),
    RenewalRecommended: ("needs_you", "waiting for your decision"),
    NoticePrepared: ("needs_you", "the notice waits for you"),
    NoticeSent: ("waiting", "waiting for the notice to be confirmed"),
    NoticeGiven: ("waiting", "waiting for the notice to be confirmed"),
    NoticeEscalated: ("needs_you", "the notice is not confirmed"),
    RenewalClosed: ("done", "renewal settled"),
}
#: What a case is about: it says which graph runs it.
PURCHASE, RENEWAL = "purchase", "renewal"


_SEEN = "UPDATE cases SET updated_at = ? WHERE case_id = ?"
# Nearly every fact moves its case, so the statement is written out instead of composed anew each time.
_CHANGE = "UPDATE cases SET {}, updated_at = ? WHERE case_id = ?"
_IS_OVER = f"status IN ({', '.join(repr(status) for status in _OVER)})"
_AT_WORK = "('running', 'waiting')"
_KNOWN_AGAIN = f"stage = ? AND NOT {_IS_OVER}"


class _Sql(NamedTuple):
    """A value that the database works out from the row as it stands."""

    sql: str
    values: tuple[str, ...] = ()


def _apply(connection: sa.Connection, stored: StoredEvent) -> None:
    event = stored.event
    if isinstance(event, CaseOpened):
        _open(connection, stored, event)
        return
    values = _figures_of(event) | _standing_after(event)
    if not values:
        later(connection, _SEEN, (stored.at.isoformat(), stored.stream))
        return
    changes = ", ".join(f"{name} = {value.sql if isinstance(value, _Sql) else '?'}" for name, value in values.items())
    given = (v for value in values.values() for v in (value.values if isinstance(value, _Sql) else (value,)))
    later(connection, _CHANGE.format(changes), (*given, stored.at.isoformat(), stored.stream))


def _standing_after(event: object) -> dict[str, Any]:
    """Return status and stage as the event leaves them: over stays over, and a paused case stays paused until it is resumed."""
    if isinstance(event, CasePaused):
        return {"held_from": _Sql("CASE WHEN status = 'paused' THEN held_from ELSE status END"), "status": "paused"}
    if isinstance(event, CaseResumed):
        return {"status": _Sql("CASE WHEN held_from = '' THEN 'running' ELSE held_from END"), "held_from": ""}
    if isinstance(event, EffectConfirmed | EffectFailed | EffectUnknown):
        return _while_unknown() if isinstance(event, EffectUnknown) else _once_known()
    values = _stage_of(event)
    if _is_letter(event):
        return {}
    if not values or isinstance(event, CaseCancelled | CaseClosed | CaseEnded | RenewalClosed):
        return values
    # What a paused case would be is kept for the day it is resumed.
    return {
        "held_from": _Sql("CASE WHEN status = 'paused' THEN ? ELSE '' END", (values["status"],)),
        "status": _Sql(f"CASE WHEN {_IS_OVER} OR status = 'paused' THEN status ELSE ? END", (values["status"],)),
        "stage": _Sql(f"CASE WHEN {_IS_OVER} THEN stage ELSE ? END", (values["stage"],)),
    }


def _while_unknown() -> dict[str, Any]:
    """Only a case at work comes to a halt by it. One that stands at a failed step or at a question of its own goes on standing there."""
    at_work, held = f"status IN {_AT_WORK}", f"(status = 'paused' AND held_from IN {_AT_WORK})"
    return {
        "held_from": _Sql(f"CASE WHEN {held} THEN 'needs_you' ELSE held_from END"),
        "status": _Sql(f"CASE WHEN {at_work} THEN 'needs_you' ELSE status END"),
        "stage": _Sql(f"CASE WHEN {at_work} OR {held} THEN ? ELSE stage END", (_UNKNOWN,)),
    }


def _once_known() -> dict[str, Any]:
    running = "CASE WHEN " + _KNOWN_AGAIN + " AND status = '{}' THEN 'running' ELSE {} END"
    known = "the effect's outcome is known"
    return {
        "status": _Sql(running.format("needs_you", "status"), (_UNKNOWN,)),
        "held_from": _Sql(running.format("paused", "held_from"), (_UNKNOWN,)),
        "stage": _Sql(f"CASE WHEN {_KNOWN_AGAIN} THEN ? ELSE stage END", (_UNKNOWN, known)),
    }


def _is_letter(event: object) -> bool:
    """Whether the operator merely sends a letter, which moves the case nowhere."""
    asked = event.approval.approval_id if isinstance(event, ApprovalRequested) else ""
    return (event.approval_id if isinstance(event, ApprovalGranted) else asked).startswith(LETTER_PREFIX)


def _open(connection: sa.Connection, stored: StoredEvent, event: CaseOpened) -> None:
    row = {
        "case_id": event.case_id,
        "purpose": PURCHASE,
        "title": event.instruction[:120],
        "instruction": event.instruction,
        "status": "running",
        "stage": "reading the request",
        "opened_at": stored.at.isoformat(),
        "updated_at": stored.at.isoformat(),
    }
    blank = dict.fromkeys(("category", "urgency", "deadline", "held_from", "vendor_id", "currency", "ceiling", "decide_by", "note"), "")
    insert(connection, cases, {**blank, **row})


def _stage_of(event: object) -> dict[str, Any]:
    if isinstance(event, CaseEnded):
        return {"status": "ended", "stage": event.outcome, "note": event.reason}
    found = _STAGES.get(type(event))
    return {"status": found[0], "stage": found[1]} if found else {}


def _figures_of(event: object) -> dict[str, Any]:
    read = _FIGURES.get(type(event))
    return read(event) if read else {}


def _requisition_figures(event: RequisitionSubmitted) -> dict[str, Any]:
    r = event.requisition
    return {
        "title": r.need[:120],
        "category": r.catalogue_category or r.category,
        "urgency": r.urgency.value,
        "deadline": r.deadline.isoformat() if r.deadline else "",
        "currency": r.ceiling.currency,
        "ceiling": str(r.ceiling),
    }


def _award_figures(event: AwardRecommended) -> dict[str, Any]:
    chosen = next((row for row in event.rows if row.vendor_id == event.vendor_id), None)
    if chosen is None or chosen.agreed_total is None:
        return {"note": event.recommendation}
    return {
        "vendor_id": chosen.vendor_id,
        "currency": chosen.agreed_total.currency,
        "list_minor": (chosen.list_total or chosen.agreed_total).amount_minor,
        "agreed_minor": chosen.agreed_total.amount_minor,
        "note": event.recommendation,
    }


_FIGURES: dict[type, Callable[[Any], dict[str, Any]]] = {
    RequisitionSubmitted: _requisition_figures,
    AwardRecommended: _award_figures,
    RenewalScheduled: lambda e: {"decide_by": e.decide_by.isoformat()},
    RenewalDropped: lambda _e: {"decide_by": ""},
    RenewalRedated: lambda e: {"decide_by": e.decide_by.isoformat()},
    RenewalStarted: lambda e: {"purpose": RENEWAL, "vendor_id": e.vendor_id, "decide_by": e.decide_by.isoformat()},
    RenewalRecommended: lambda e: {"note": e.recommendation.summary},
    RenewalClosed: lambda e: {"note": e.summary},
    CaseClosed: lambda e: {"paid_minor": e.paid_total.amount_minor, "note": e.summary},
    StepFailed: lambda e: {"note": with_hint(e.message, e.hint)},
}

PROJECTION = Projection("cases", 10, (cases,), None, _apply)
