"""A step that stopped and is mended meanwhile: a payment made by hand or not owed any more, an order that was delivered after all."""

from __future__ import annotations

from collections.abc import Iterator

from graphs.context import Desk
from graphs.remedies import Deed
from graphs.saga_file import SagaFile
from memory.domain.events.cases import StepRetried
from memory.domain.events.remediation import RemediationClosed
from memory.domain.remediation import TaskOutcome, Trouble

#: Steps that stop for want of a payment, or of an order that is understood; each looks first whether it is still wanted.
_PAYING = {"pay", "prepare_payment"}
_ORDERING = {"place_order", "match_invoice"}


def mend_key(case_id: str, revision: int) -> str:
    """Return the key of the wait for a payment to be mended."""
    return f"mend/{case_id}/{revision}"


def resend_key(case_id: str, revision: int) -> str:
    """Return the key of the wait for what kept a mail from being delivered to be mended."""
    return f"resend/{case_id}/{revision}"


def order(_desk: Desk, saga: SagaFile) -> Iterator[Deed]:
    """Yield the end of the task about an order that was delivered, or is not wanted any more."""
    placed = saga.case.order
    delivered = placed is not None and (saga.stands(placed.effect_key) or placed.effect_key in saga.case.proved)
    for ident, task in saga.tasks.items():
        if task.trouble is Trouble.ORDER_UNDELIVERED and saga.open_task(ident) and (delivered or saga.over):
            note = "the order is delivered" if delivered else "the order is not pursued"
            yield Deed(f"{ident}/closed", (RemediationClosed(task_id=ident, outcome=TaskOutcome.DONE, by="saga", note=note),))


def payment(_desk: Desk, saga: SagaFile) -> Iterator[Deed]:
    """Yield what lets the case go on when a bank line, the vendor's refusal or its answer settles the question; and the end of the task."""
    settled = (_PAYING if saga.booked or saga.refused is not None else set()) | (_ORDERING if saga.refused is not None else set())
    if saga.case.order is not None and saga.case.order.effect_key in saga.case.proved:
        settled |= {"place_order"}
    for wait, stopped in saga.stops.items():
        if stopped.node in settled:
            by = "reconciler" if saga.booked else "saga"
            yield Deed(f"answer/{wait}", (StepRetried(wait_key=wait, by=by),))
    for ident, task in saga.tasks.items():
        if task.trouble is Trouble.PAYMENT_FAILED and saga.open_task(ident) and (saga.booked or saga.over):
            note = f"the bank booked {saga.booked[-1].amount}" if saga.booked else "the order is withdrawn"
            yield Deed(f"{ident}/closed", (RemediationClosed(task_id=ident, outcome=TaskOutcome.DONE, by="saga", note=note),))
