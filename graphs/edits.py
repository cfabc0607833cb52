"""Edits at the gate: the operator's changes make a new action, with digests of its own."""

from __future__ import annotations

from datetime import date, timedelta

from pydantic import ValidationError

from memory.domain.approval import Edits, PlannedEffect, ProposedAction
from memory.domain.effects import PAYMENT_INSTRUCT, InstructPayment
from memory.domain.errors import InputError

#: Banks take orders for a year ahead at most; a date beyond that is a slip of the hand.
_AHEAD = timedelta(days=365)


def edited_action(action: ProposedAction, edits: Edits, *, today: date | None = None) -> ProposedAction:
    """Return the action with the edits applied; amount, payee and contract cannot be edited here.

    With `today`, a payment day that is past or more than a year ahead is refused too. Raises `InputError` when nothing
    changes or a value is not acceptable.
    """
    note = (edits.order_note or "").strip()
    if not (edits.execute_on or edits.remittance or note):
        raise InputError("nothing was changed", hint="approve it as it is, or say what to change: --pay-on DATE, --reference TEXT")
    effects = tuple(_edited(effect, edits, today) if effect.kind == PAYMENT_INSTRUCT else effect for effect in action.effects)
    if effects == action.effects and not note:
        raise InputError("that is what it says already: nothing was changed", hint="approve it as it is")
    lines = [_redated(line, action, effects) for line in action.consequences]
    if edits.remittance:
        lines.append(f"The payment's reference is: {edits.remittance}")
    if note:
        lines.append(f"note with the order: {note}")
    return action.model_copy(update={"effects": effects, "consequences": tuple(lines)})


def _edited(effect: PlannedEffect, edits: Edits, today: date | None) -> PlannedEffect:
    changes = {
        "execute_on": edits.execute_on or effect.payload["execute_on"],
        "remittance": edits.remittance or effect.payload["remittance"],
    }
    try:
        day = date.fromisoformat(str(changes["execute_on"]))
        payment = InstructPayment.model_validate({**effect.payload, **changes})
    except (ValidationError, ValueError) as error:
        raise InputError(
            f"the payment cannot be changed like that: {error}", hint="dates as 2026-12-01; plain letters in the reference"
        ) from error
    if edits.execute_on and today is not None and not today <= day <= today + _AHEAD:
        raise InputError(f"the payment cannot be executed on {day}", hint=f"choose a day from {today} on, within a year")
    return effect.model_copy(update={"payload": payment.model_dump(mode="json")})


def _redated(line: str, action: ProposedAction, effects: tuple[PlannedEffect, ...]) -> str:
    """Return a consequence with the payment's new day in the place of the old one: what is shown is what will be done."""
    for before, after in zip(action.effects, effects, strict=True):
        if before.kind == PAYMENT_INSTRUCT:
            line = line.replace(f"to be executed on {before.payload['execute_on']}", f"to be executed on {after.payload['execute_on']}")
    return line
