"""Edits at the gate: the operator's changes make a new action, with digests of its own."""

from __future__ import annotations

from datetime import date

from pydantic import ValidationError

from memory.domain.approval import Edits, PlannedEffect, ProposedAction
from memory.domain.effects import PAYMENT_INSTRUCT, InstructPayment
from memory.domain.errors import InputError


def edited_action(action: ProposedAction, edits: Edits) -> ProposedAction:
    """Return the action with the edits applied; amount, payee and contract cannot be edited here.

    Raises `InputError` when nothing changes or a value is not acceptable.
    """
    if edits.empty:
        raise InputError("nothing was changed", hint="approve it as it is, or say what to change: --pay-on DATE, --reference TEXT")
    effects = tuple(_edited(effect, edits) if effect.kind == PAYMENT_INSTRUCT else effect for effect in action.effects)
    note = (f"note with the order: {edits.order_note}",) if edits.order_note else ()
    return action.model_copy(update={"effects": effects, "consequences": (*action.consequences, *note)})


def _edited(effect: PlannedEffect, edits: Edits) -> PlannedEffect:
    changes = {
        "execute_on": edits.execute_on or effect.payload["execute_on"],
        "remittance": edits.remittance or effect.payload["remittance"],
    }
    try:
        date.fromisoformat(str(changes["execute_on"]))
        payment = InstructPayment.model_validate({**effect.payload, **changes})
    except (ValidationError, ValueError) as error:
        raise InputError(
            f"the payment cannot be changed like that: {error}", hint="dates as 2026-12-01; plain letters in the reference"
        ) from error
    return effect.model_copy(update={"payload": payment.model_dump(mode="json")})
