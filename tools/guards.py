"""The checks at the door: each refuses one way in which an effect could leave without authority.

Every guard is needed: `tests/unit/test_dispatch_guards.py` removes each in turn and an attack then succeeds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

import sqlalchemy as sa
from pydantic import ValidationError

from memory.domain.approval import Authorization, ProposedAction, effect_digest
from memory.domain.effects import CONTRACT_SIGN, PAYMENT_INSTRUCT
from memory.domain.errors import RefusedError
from memory.domain.events.authority import ApprovalEdited, ApprovalGranted, ApprovalRequested, AuthorizationBurned, AuthorizationGranted
from memory.domain.events.effects import EffectDelayed
from memory.domain.money import Money
from memory.ledger import read_events
from memory.outbox import OutboxRow

Permit = tuple[Authorization, bool]
"""An authorization and whether it has been used up."""

Guard = Callable[[sa.Connection, OutboxRow, Permit, datetime], None]
"""Raises `RefusedError` when the effect must not leave."""

#: Effects that commit the operator: a rule can never allow them, only the operator's own answer.
COMMITTING = frozenset({CONTRACT_SIGN, PAYMENT_INSTRUCT})


def check_guards(guards: Iterable[Guard], connection: sa.Connection, row: OutboxRow, now: datetime) -> None:
    """Let every guard look at the effect; raises `RefusedError` when one refuses, or cannot read what it is shown."""
    permit = permit_for(connection, row)
    for guard in guards:
        try:
            guard(connection, row, permit, now)
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            raise RefusedError(f"this {row.kind} cannot be checked, so it does not leave", hint="run qm ledger verify") from error


def permit_for(connection: sa.Connection, row: OutboxRow) -> Permit:
    """Return the authorization that the effect names, and whether it is used up; raises `RefusedError` when the ledger holds none.

    Each use is a fact, and so is each call that certainly sent nothing and gives the use back: neither can be wiped out by
    a change of the outbox row.
    """
    found, uses = None, 0
    for stored in read_events(connection, stream=row.case_id, kinds=_PERMIT_KINDS):
        event = stored.event
        if isinstance(event, AuthorizationGranted) and event.authorization.authorization_id == row.authorization_id:
            found = event.authorization
        elif isinstance(event, AuthorizationBurned) and event.authorization_id == row.authorization_id:
            uses += 1
        elif isinstance(event, EffectDelayed) and event.effect_key == row.effect_key:
            uses -= 1
    if found is None:
        raise RefusedError("no authorization in the ledger", hint="nothing leaves without one; start the case again")
    return found, uses > 0


_PERMIT_KINDS = (AuthorizationGranted.kind, AuthorizationBurned.kind, EffectDelayed.kind)


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


def single_use(_connection: sa.Connection, _row: OutboxRow, permit: Permit, _now: datetime) -> None:
    """The permit was not used before, unless that call certainly sent nothing."""
    _, used = permit
    if used:
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
    try:
        amount, ceiling = Money.model_validate(row.payload["amount"]), authorization.ceiling
    except ValidationError as error:
        raise RefusedError("the payment's amount is not an amount of money") from error
    if ceiling is None or amount.currency != ceiling.currency or not 0 < amount.amount_minor <= ceiling.amount_minor:
        raise RefusedError("the payment is larger than the authorization allows")


def operator_said_yes(connection: sa.Connection, row: OutboxRow, permit: Permit, _now: datetime) -> None:
    """What commits the operator was approved by the operator: the ledger holds the answer, and it covers this payload."""
    if row.kind not in COMMITTING:
        return
    authorization, _ = permit
    action = _approved_action(connection, row.case_id, authorization.approval_id)
    wanted = (row.effect_key, authorization.effect_digest)
    if action is None or wanted not in {(effect.key, effect.digest) for effect in action.effects}:
        raise RefusedError(f"{row.kind} needs the operator's own approval of this exact payload", hint="qm approvals list")


def _approved_action(connection: sa.Connection, case_id: str, approval_id: str | None) -> ProposedAction | None:
    """Return what the operator said yes to, as the ledger has it: the question's action, or the one it was changed to."""
    asked: ProposedAction | None = None
    for stored in read_events(connection, stream=case_id, kinds=(ApprovalRequested.kind, ApprovalGranted.kind, ApprovalEdited.kind)):
        event = stored.event
        if isinstance(event, ApprovalRequested) and event.approval.approval_id == approval_id:
            asked = event.approval.action
        elif isinstance(event, ApprovalGranted) and event.approval_id == approval_id:
            return asked if asked is not None and asked.digest == event.digest else None
        elif isinstance(event, ApprovalEdited) and event.approval_id == approval_id:
            return event.action
    return None


GUARDS: tuple[Guard, ...] = (for_this_effect, exact_payload, single_use, not_expired, within_ceiling, operator_said_yes)
