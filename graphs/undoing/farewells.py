"""A case that is over tells so to everyone who still waits for it: one mail takes back everything that was said to a vendor."""

from __future__ import annotations

from collections.abc import Iterator

from agents.negotiator import remedies as letters
from graphs.context import Desk
from graphs.mailing import keep_letter
from graphs.remedies import Deed, mail, slots_of
from graphs.saga import Committed, Undo, compensation_key, in_reverse
from graphs.saga_file import SagaFile
from memory.domain.events.contracts import DeclineSent
from memory.domain.quote import NegotiationOutcome
from memory.outbox import EffectStatus

#: Who did not answer, or could not be written to, waits for nothing.
_SILENT = {NegotiationOutcome.NO_REPLY, NegotiationOutcome.FAILED}


def owed(desk: Desk, saga: SagaFile) -> Iterator[Deed]:
    """Yield one farewell for each vendor that was written to and is not told yet; the vendor of an order is told otherwise."""
    if not saga.over:
        return
    said = in_reverse(saga.happened, Undo.FAREWELL)
    for vendor_id in dict.fromkeys(one.vendor_id for one in said):
        ordered = any(
            one.declared.step == "place_order" and one.vendor_id == vendor_id and _may_hold(saga, one) for one in saga.commitments
        )
        if not ordered and vendor_id not in saga.farewells and _waits(saga, vendor_id):
            yield _farewell(desk, saga, vendor_id, tuple(one for one in said if one.vendor_id == vendor_id))


def _may_hold(saga: SagaFile, order: Committed) -> bool:
    """Whether an order may have reached its vendor; one that never did needs no other end than the talk before it."""
    row = saga.rows.get(order.effect_key)
    return row is not None and row.status is not EffectStatus.FAILED


def _waits(saga: SagaFile, vendor_id: str) -> bool:
    answered = any(message.vendor_id == vendor_id for message in saga.case.messages)
    return answered or saga.case.negotiation(vendor_id).outcome not in _SILENT


def _farewell(desk: Desk, saga: SagaFile, vendor_id: str, said: tuple[Committed, ...]) -> Deed:
    case = saga.case
    letter = letters.farewell(**slots_of(desk, case, vendor_id).parties())
    first = said[-1].effect_key
    key = compensation_key(first)
    undoes = tuple(one.effect_key for one in said)
    says = f"Told {case.vendor_name(vendor_id)} that this is no longer pursued"
    facts, effects = mail(desk, case, vendor_id, letter, key=key, says=says, undoes=undoes)
    # Also when the mail is held for the operator, so that it is planned once.
    told = DeclineSent(vendor_id=vendor_id, effect_key=key, body=keep_letter(desk, letter))
    return Deed(f"comp/{first}", (*facts, told) if effects else facts, effects)
