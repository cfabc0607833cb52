"""A payment that could not be written and is mended meanwhile: paid by hand, or by a new file, or not owed any more."""

from __future__ import annotations

from collections.abc import Iterator

from graphs.context import Desk
from graphs.remedies import Deed
from graphs.saga_file import SagaFile
from memory.domain.events.cases import StepRetried
from memory.domain.events.remediation import RemediationClosed
from memory.domain.remediation import TaskOutcome, Trouble

#: Steps that stop for want of a payment; each looks first whether one is still wanted.
_PAYING = {"pay", "prepare_payment"}


def mend_key(case_id: str, revision: int) -> str:
    """Return the key of the wait for a payment to be mended."""
    return f"mend/{case_id}/{revision}"


def payment(_desk: Desk, saga: SagaFile) -> Iterator[Deed]:
    """Yield what lets the case go on when a bank line, or the vendor's refusal, settles the question; and the end of the task."""
    for wait, stopped in saga.stops.items():
        if (saga.booked or saga.refused is not None) and stopped.node in _PAYING:
            by = "reconciler" if saga.booked else "saga"
            yield Deed(f"answer/{wait}", (StepRetried(wait_key=wait, by=by),))
    for ident, task in saga.tasks.items():
        if task.trouble is Trouble.PAYMENT_FAILED and saga.open_task(ident) and (saga.booked or saga.over):
            note = f"the bank booked {saga.booked[-1].amount}" if saga.booked else "the order is withdrawn"
            yield Deed(f"{ident}/closed", (RemediationClosed(task_id=ident, outcome=TaskOutcome.DONE, by="saga", note=note),))
