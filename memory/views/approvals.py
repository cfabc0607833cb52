"""Approvals: the operator's queue, the open card, and what was answered before."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from memory.database import reading
from memory.domain.approval import Approval, ApprovalStatus, PlannedEffect, ProposedAction
from memory.domain.contract import Finding, Severity
from memory.domain.effects import CALENDAR_PUT, CONTRACT_SIGN, MAIL_SEND, PAYMENT_INSTRUCT, InstructPayment
from memory.domain.errors import NotFoundError
from memory.domain.events.authority import ApprovalEdited
from memory.domain.money import Money
from memory.ledger import read_events
from memory.projections.approvals import approvals as table

_WEIGHT = {Severity.BLOCKER: 0, Severity.CONCERN: 1, Severity.NOTE: 2}


@dataclass(frozen=True)
class ApprovalCard:
    """One question to the operator and, once there is one, its answer. `edited` is the action that was approved instead."""

    approval: Approval
    status: ApprovalStatus
    decided_at: datetime | None
    decided_by: str
    surface: str
    reason: str
    edited: ProposedAction | None = None

    @property
    def open(self) -> bool:
        """Whether an answer is still possible, as far as the record says; its time may have run out."""
        return self.status is ApprovalStatus.OPEN

    @property
    def risks(self) -> tuple[Finding, ...]:
        """The findings, heaviest first."""
        return tuple(sorted(self.approval.risks, key=lambda f: _WEIGHT[f.severity]))


@dataclass(frozen=True)
class EffectLines:
    """One planned effect for people: what it is, whether it can be taken back, and every value of its payload that counts.

    `facts` are pairs of label and value; values are data and are shown as plain text.
    """

    kind: str
    heading: str
    reversible: bool
    reversal: str
    facts: tuple[tuple[str, str], ...]
    digest: str


def open_approvals(database: sa.Engine) -> tuple[ApprovalCard, ...]:
    """Return what waits for an answer, the one that expires first on top."""
    return _cards(database, table.c.status == ApprovalStatus.OPEN.value, table.c.expires_at)


def decided_approvals(database: sa.Engine, *, limit: int = 20) -> tuple[ApprovalCard, ...]:
    """Return what was answered or has expired, newest first."""
    return _cards(database, table.c.status != ApprovalStatus.OPEN.value, table.c.decided_at.desc(), limit=limit)


def open_count(database: sa.Engine) -> int:
    """Return how many approvals wait."""
    query = sa.select(sa.func.count()).select_from(table).where(table.c.status == ApprovalStatus.OPEN.value)
    with reading(database) as connection:
        return int(connection.scalar(query) or 0)


def approval_card(database: sa.Engine, approval_id: str) -> ApprovalCard:
    """Return one approval, open or answered; raises `NotFoundError`."""
    found = _cards(database, table.c.approval_id == approval_id, table.c.approval_id)
    if not found:
        raise NotFoundError(f"there is no approval {approval_id}", hint="choose one from the list of approvals")
    card = found[0]
    if card.status is not ApprovalStatus.EDITED:
        return card
    with reading(database) as connection:
        answers = read_events(connection, stream=card.approval.case_id, kinds=(ApprovalEdited.kind,))
        edited = [e.event for e in answers if e.body["approval_id"] == approval_id]
    action = edited[-1].action if edited and isinstance(edited[-1], ApprovalEdited) else None
    return ApprovalCard(card.approval, card.status, card.decided_at, card.decided_by, card.surface, card.reason, action)


def payment_of(action: ProposedAction) -> InstructPayment | None:
    """Return the payment an action would write, or None when it pays nothing."""
    for effect in action.effects:
        if effect.kind == PAYMENT_INSTRUCT:
            return InstructPayment.model_validate(effect.payload)
    return None


def effect_lines(effect: PlannedEffect) -> EffectLines:
    """Return what one effect would do, from the payload that an authorization would be bound to."""
    heading, reversible, reversal, labels = _WORDS.get(effect.kind, (effect.kind, False, "Treat it as final.", {}))
    payload = effect.payload
    shown = [(label, _value(payload[name])) for name, label in labels.items() if payload.get(name) not in (None, "", [])]
    rest = [] if labels else [(name, _value(value)) for name, value in sorted(payload.items())]
    return EffectLines(effect.kind, heading, reversible, reversal, (*shown, *rest), effect.digest)


_WORDS: dict[str, tuple[str, bool, str, dict[str, str]]] = {
    CONTRACT_SIGN: (
        "Sign the contract",
        False,
        "Cannot be undone: your signature binds the company.",
        {
            "vendor_id": "Vendor",
            "signatory_id": "Signed by",
            "reason": "Stated reason",
            "field": "Signature field",
            "contract": "Contract sha256",
        },
    ),
    PAYMENT_INSTRUCT: (
        "Write the payment file",
        True,
        "Can be undone until you upload the file: no money moves before you release it at your bank.",
        {
            "amount": "Amount",
            "payee_id": "Payee (registry)",
            "execute_on": "Pay on",
            "remittance": "Reference",
            "debtor_account_id": "From account",
            "end_to_end_id": "End-to-end id",
        },
    ),
    MAIL_SEND: (
        "Send a mail",
        False,
        "Cannot be undone: a sent mail stays sent.",
        {"contact_id": "To (registry)", "subject": "Subject", "body": "Text"},
    ),
    CALENDAR_PUT: (
        "Put an entry into the calendar",
        True,
        "Can be undone: the entry can be removed.",
        {"summary": "Entry", "on": "Day", "description": "Text"},
    ),
}


def effect_heading(kind: str) -> str:
    """Return what an effect of this kind does, in words."""
    return _WORDS[kind][0] if kind in _WORDS else kind


def _value(value: Any) -> str:
    if isinstance(value, dict) and {"amount_minor", "currency"} == set(value):
        return str(Money.model_validate(value))
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _cards(database: sa.Engine, where: sa.ColumnElement[bool], order: Any, *, limit: int = 200) -> tuple[ApprovalCard, ...]:
    query = sa.select(table).where(where).order_by(order, table.c.approval_id).limit(limit)
    with reading(database) as connection:
        rows = connection.execute(query).all()
    return tuple(
        ApprovalCard(
            approval=Approval.model_validate_json(row.request),
            status=ApprovalStatus(row.status),
            decided_at=datetime.fromisoformat(row.decided_at) if row.decided_at else None,
            decided_by=row.decided_by,
            surface=row.surface,
            reason=row.reason,
        )
        for row in rows
    )
