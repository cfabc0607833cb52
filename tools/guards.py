"""The checks at the door: each refuses one way in which an effect could leave without authority.

Every guard is needed: `tests/unit/test_dispatch_guards.py` removes each in turn and an attack then succeeds.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

import sqlalchemy as sa

from memory.domain.approval import Approval, Authorization, effect_digest
from memory.domain.effects import CONTRACT_SIGN, PAYMENT_INSTRUCT
from memory.domain.errors import RefusedError
from memory.domain.events.authority import ApprovalEdited, ApprovalGranted
from memory.ledger import read_events
from memory.outbox import EffectStatus, OutboxRow
from memory.projections.approvals import approvals
from memory.projections.authorizations import authorizations

Permit = tuple[Authorization, bool]
"""An authorization and whether it has been used."""

Guard = Callable[[sa.Connection, OutboxRow, Permit, datetime], None]
"""Raises `RefusedError` when the effect must not leave."""

#: Effects that commit the operator: a rule can never allow them, only the operator's own answer.
COMMITTING = frozenset({CONTRACT_SIGN, PAYMENT_INSTRUCT})


def permit_for(connection: sa.Connection, row: OutboxRow) -> Permit:
    """Return the authorization that the effect names; raises `RefusedError` when the ledger holds none."""
    found = connection.execute(sa.select(authorizations).where(authorizations.c.authorization_id == row.authorization_id)).first()
    if found is None:
        raise RefusedError("no authorization in the ledger", hint="nothing leaves without one; start the case again")
    return Authorization.model_validate_json(found.body), bool(found.burned_at)


def for_this_effect(_connection: sa.Connection, row: OutboxRow, permit: Permit, _now: datetime) -> None:
    """The permit was made for this effect of this case, and for no other."""
    authorization, _ = permit
    if (authorization.effect_key, authorization.effect_kind, authorization.case_id) != (row.effect_key, row.kind, row.case_id):
        raise RefusedError("the authorization belongs to another effect")


def exact_payload(_connection: sa.Connection, row: OutboxRow, permit: Permit, _now: datetime) -> None:
    """The payload is the one that was authorized, to the byte."""
    authorization, _ = permit
    if effect_digest(row.kind, row.effect_key, row.payload) != authorization.effect_digest:
        raise RefusedError("the payload is not the one that was authorized")


def single_use(_connection: sa.Connection, row: OutboxRow, permit: Permit, _now: datetime) -> None:
    """The permit was not used before, unless that call certainly sent nothing."""
    _, burned = permit
    if burned and row.status is not EffectStatus.DELAYED:
        raise RefusedError("the authorization was used already")


def not_expired(_connection: sa.Connection, _row: OutboxRow, permit: Permit, now: datetime) -> None:
    """The permit still holds."""
    authorization, _ = permit
    if now >= authorization.expires_at:
        raise RefusedError("the authorization has expired", hint="approve the action again")


def within_ceiling(_connection: sa.Connection, row: OutboxRow, permit: Permit, _now: datetime) -> None:
    """A payment stays within the amount the permit allows."""
    authorization, _ = permit
    if row.kind != PAYMENT_INSTRUCT:
        return
    amount, ceiling = row.payload.get("amount", {}), authorization.ceiling
    if ceiling is None or amount.get("currency") != ceiling.currency or amount.get("amount_minor", 0) > ceiling.amount_minor:
        raise RefusedError("the payment is larger than the authorization allows")


def operator_said_yes(connection: sa.Connection, row: OutboxRow, permit: Permit, _now: datetime) -> None:
    """What commits the operator was approved by the operator: the ledger holds the answer, and it covers this payload."""
    if row.kind not in COMMITTING:
        return
    authorization, _ = permit
    wanted = (row.effect_key, authorization.effect_digest)
    kinds = (ApprovalGranted.kind, ApprovalEdited.kind)
    for stored in read_events(connection, stream=row.case_id, kinds=kinds):
        event = stored.event
        if event.approval_id != authorization.approval_id:  # type: ignore[attr-defined]
            continue
        if isinstance(event, ApprovalEdited):
            action = event.action
        else:
            request = connection.scalar(sa.select(approvals.c.request).where(approvals.c.approval_id == authorization.approval_id))
            action = Approval.model_validate(json.loads(request or "{}")).action
        if wanted in {(effect.key, effect.digest) for effect in action.effects}:
            return
    raise RefusedError(f"{row.kind} needs the operator's own approval of this exact payload", hint="qm approvals list")


GUARDS: tuple[Guard, ...] = (for_this_effect, exact_payload, single_use, not_expired, within_ceiling, operator_said_yes)
