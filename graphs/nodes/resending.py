"""Resending: a mail that the case cannot go on without was not delivered. The operator mends what stood in the way, and it goes again."""

from __future__ import annotations

from langgraph.runtime import Runtime

from agents.negotiator import remedies as letters
from graphs.case_file import CaseFile
from graphs.context import Desk
from graphs.remedies import opened, order_of, slots_of
from graphs.saga_file import load_saga
from graphs.state import PurchaseState
from graphs.steps import Outcome, take_step
from graphs.undoing.mended import resend_key
from memory.domain.events import Event
from memory.domain.events.cases import StepFailed
from memory.domain.remediation import Trouble
from memory.domain.words import one_line

_SAYS = {
    "place_order": "the contract is signed, but the order was not delivered",
    "request_contract": "the request for the contract was not delivered",
}


async def mail_failed(state: PurchaseState, runtime: Runtime[Desk]) -> PurchaseState:
    """Stop the case at a mail that was not delivered. Behind an order there is a signed contract, so that is a task, too."""
    desk, vendor_id, step, revision = runtime.context, state["awarded"], state["undelivered"], state.get("resends", 0)
    lost = state["wait"]

    async def work(case: CaseFile) -> Outcome:
        wait, reason = resend_key(case.case_id, revision), case.undelivered(lost)
        stopped = StepFailed(
            node=step,
            error="mail_failed",
            message=f"{_SAYS[step]}: {reason}",
            hint=f"look at the contact (qm vendors show {vendor_id}) and at qm doctor; when it is mended: qm cases retry {case.case_id}",
            wait_key=wait,
        )
        wanted = step == "place_order" and case.refused is None  # what the vendor refused is not sent again
        task = _task(desk, case, vendor_id, revision, reason) if wanted else ()
        return Outcome({"wait": wait, "resends": revision + 1}, (stopped, *task))

    return await take_step(desk, state, "mail_failed", revision, work, actor="saga")


def _task(desk: Desk, case: CaseFile, vendor_id: str, revision: int, reason: str) -> tuple[Event, ...]:
    saga = load_saga(desk.database, case.case_id)
    if any(task.trouble is Trouble.ORDER_UNDELIVERED and saga.open_task(ident) for ident, task in saga.tasks.items()):
        return ()
    slots, number = slots_of(desk, case, vendor_id), order_of(case)
    task = opened(
        desk,
        case,
        vendor_id,
        Trouble.ORDER_UNDELIVERED,
        title=f"Signed, but not ordered: order {number} did not reach {slots.vendor}",
        happened=f"The contract is signed; the mail with it and order {number} was not delivered: {one_line(reason, 300)}. "
        f"{slots.vendor} does not hold the contract, and nothing was paid.",
        steps=(
            f"Look at the contact of {slots.vendor}: qm vendors show {vendor_id}; and at your own mail account: qm doctor",
            f"Enter the right address, checked by phone: qm vendors add --vendor {vendor_id} --email ADDRESS",
            f"Then: qm cases retry {case.case_id}. The order goes again, with the signed contract; this task closes when it is delivered",
            "To try the address first, send the letter below: qm tasks send TASK",
            f"Or give it up: qm cases cancel {case.case_id}. The signed contract has not left this house",
        ),
        letter=letters.order_undelivered(**slots.parties(), order=number),
        mark=str(revision) if revision else "",
    )
    return (task,)
