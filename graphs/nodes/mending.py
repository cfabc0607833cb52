"""Mending: a signed contract whose payment could not be written, or whose vendor refused before it was paid."""

from __future__ import annotations

from langgraph.runtime import Runtime

from agents.negotiator import remedies as letters
from graphs.action import payment_again
from graphs.case_file import CaseFile
from graphs.context import Desk
from graphs.facts import ask_policy, facts_for
from graphs.nodes.contracting import ANSWER_WITHIN, why_asked
from graphs.policy.facts import Stage
from graphs.remedies import mail, opened, order_of, released, slots_of, withdrawal_task
from graphs.saga import compensation_key
from graphs.saga_file import load_saga
from graphs.state import PurchaseState
from graphs.steps import Outcome, take_step
from graphs.undoing.mended import mend_key
from memory.domain.approval import Approval, PlannedEffect
from memory.domain.effects import PAYMENT_INSTRUCT
from memory.domain.events import Event
from memory.domain.events.authority import ApprovalRequested, approval_wait
from memory.domain.events.cases import CaseEnded, StepFailed
from memory.domain.policy import Verdict
from memory.domain.remediation import Trouble
from memory.domain.words import one_line


async def payment_failed(state: PurchaseState, runtime: Runtime[Desk]) -> PurchaseState:
    """Tell vendor and operator that the payment is late: the contract stands, so the case cannot simply end."""
    desk, vendor_id, revision = runtime.context, state["awarded"], state.get("payment", 0)

    async def work(case: CaseFile) -> Outcome:
        assert case.order is not None
        wait, reason = mend_key(case.case_id, revision), _why(desk, case, state)
        stopped = StepFailed(
            node="pay",
            error="payment_failed",
            message=f"the contract is signed, but it is not paid: {reason}",
            hint=f"qm tasks list tells what to do; when it is mended: qm cases retry {case.case_id}",
            wait_key=wait,
        )
        if case.refused is not None or case.paid is not None:
            # Nothing is late any more: the compensator lets the case go on from this stop, and no word about paying may go out.
            return Outcome({"wait": wait, "payment": revision}, (stopped,))
        saga = load_saga(desk.database, case.case_id)
        events: tuple[Event, ...] = ()
        effects: tuple[PlannedEffect, ...] = ()
        if not any(task.trouble is Trouble.PAYMENT_FAILED and saga.open_task(ident) for ident, task in saga.tasks.items()):
            events = (_task(desk, case, vendor_id, revision, reason),)
        late = compensation_key(f"{case.order.effect_key}/late")
        if late not in saga.plans:
            slots = slots_of(desk, case, vendor_id)
            letter = letters.payment_late(**slots.parties(), order=order_of(case))
            told, effects = mail(
                desk, case, vendor_id, letter, key=late, says=f"Asked {slots.vendor} to hold the order: the payment is late"
            )
            events += told
        return Outcome({"wait": wait, "payment": revision}, (stopped, *events), effects)

    return await take_step(desk, state, "payment_failed", revision, work, actor="saga")


def _why(desk: Desk, case: CaseFile, state: PurchaseState) -> str:
    if state.get("decision") == "expired":
        return "the new payment was not answered in time"
    payments = {effect.key for effect in (case.approved.effects if case.approved else ()) if effect.kind == PAYMENT_INSTRUCT}
    failures = load_saga(desk.database, case.case_id).failures
    return next((failures[key].message for key in payments if key in failures), "the payment could not be written")


def _task(desk: Desk, case: CaseFile, vendor_id: str, revision: int, reason: str) -> Event:
    assert case.approved is not None
    assert case.order is not None
    slots, number, total = slots_of(desk, case, vendor_id), order_of(case), case.order.total
    return opened(
        desk,
        case,
        vendor_id,
        Trouble.PAYMENT_FAILED,
        title=f"Signed, but not paid: {total} to {slots.vendor} for order {number}",
        happened=f"The contract is signed and the order is out; {total} could not be instructed: {one_line(reason, 300)}. The contract stands.",
        steps=(
            f"Look at the payee of {slots.vendor}: qm vendors show {vendor_id}. Check its bank details by phone, on a number you know",
            f"Enter the right ones: qm vendors add --vendor {vendor_id} --iban IBAN --payee-name NAME (they cool off for as long as your policy says)",
            f"Then: qm cases retry {case.case_id}. You are asked to approve the new payment",
            f"Or pay {total} by hand, with {number} as its reference, and import the statement: qm statement import FILE",
            "Or take the order back: send the letter (qm tasks send TASK), and say no to the new payment",
        ),
        letter=letters.withdrawal(**slots.parties(), order=number, refused=False),
        mark=str(revision) if revision else "",
        end_to_end_id=next((str(e.payload["end_to_end_id"]) for e in case.approved.effects if e.kind == PAYMENT_INSTRUCT), ""),
    )


async def prepare_payment(state: PurchaseState, runtime: Runtime[Desk]) -> PurchaseState:
    """Put the mended payment before the operator: a new effect under a new key needs a yes of its own."""
    desk, vendor_id, revision = runtime.context, state["awarded"], state.get("payment", 0) + 1

    async def work(case: CaseFile) -> Outcome:
        if case.paid is not None:
            return Outcome({"verdict": "paid"})
        if case.refused is not None:
            return Outcome({"verdict": "refused"})
        terms = case.final_quote(vendor_id).terms
        decision, judged = ask_policy(desk, facts_for(desk, case, Stage.COMMIT, vendor_id=vendor_id, terms=terms, review=case.review))
        now = desk.now()
        approval = Approval(
            approval_id=f"AP-{case.case_id.removeprefix('CASE-')}-{revision + 1}",
            case_id=case.case_id,
            action=payment_again(desk, case, vendor_id, revision),
            rules=tuple(dict.fromkeys(why_asked(o) for o in decision.reasons if o.verdict is not Verdict.ALLOW)),
            policy_version=decision.policy_version,
            requested_at=now,
            expires_at=now + ANSWER_WITHIN[case.requisition.urgency.value],
        )
        update = {"verdict": "ask", "payment": revision, "approval_id": approval.approval_id, "wait": approval_wait(approval.approval_id)}
        return Outcome(update, (judged, ApprovalRequested(approval=approval)))

    return await take_step(desk, state, "prepare_payment", revision, work, actor="gate")


async def withdraw_order(state: PurchaseState, runtime: Runtime[Desk]) -> PurchaseState:
    """Take the order back before anything is paid: the money goes back to the budget, the signature is a task."""
    desk, vendor_id = runtime.context, state["awarded"]

    async def work(case: CaseFile) -> Outcome:
        assert case.order is not None
        if case.paid is not None:
            return Outcome({"verdict": "paid"})  # a bank line came meanwhile: money that left is not given back to the budget
        refused = case.refused is not None
        reason = "the vendor refused the order" if refused else "you did not approve the payment"
        told, effects = _order_closed(desk, case, vendor_id) if refused else ((), ())
        task = withdrawal_task(desk, case, vendor_id, reason, refused=refused)
        back = released(case, case.order.total, reason)
        ended = CaseEnded(outcome="refused by the vendor" if refused else "withdrawn", reason=f"{reason}; nothing was paid")
        return Outcome({"outcome": "ended"}, (*told, task, back, ended), effects)

    return await take_step(desk, state, "withdraw_order", 0, work, actor="saga")


def _order_closed(desk: Desk, case: CaseFile, vendor_id: str) -> tuple[tuple[Event, ...], tuple[PlannedEffect, ...]]:
    assert case.order is not None
    slots = slots_of(desk, case, vendor_id)
    letter = letters.order_closed(**slots.parties(), order=order_of(case))
    says = f"Told {slots.vendor} that the order is withdrawn"
    key = compensation_key(case.order.effect_key)
    return mail(desk, case, vendor_id, letter, key=key, says=says, undoes=(case.order.effect_key,))
