"""A refused order whose money question is settled: the budget follows the money, what still stands is taken back, the case ends."""

from __future__ import annotations

from collections.abc import Iterator

from graphs.authority import authorize_by_rule
from graphs.context import Desk
from graphs.facts import ask_policy, facts_for
from graphs.policy.facts import Stage
from graphs.remedies import Deed, released, withdrawal_task
from graphs.saga import Undo, compensation_key, in_reverse
from graphs.saga_file import SagaFile
from graphs.undoing.calendar import entries_put
from graphs.undoing.results import taken_back
from memory.domain.approval import PlannedEffect
from memory.domain.effects import CALENDAR_PUT, PutCalendar
from memory.domain.errors import RefusedError
from memory.domain.events import Event
from memory.domain.events.cases import CaseEnded
from memory.domain.events.contracts import RenewalDropped
from memory.domain.events.remediation import CompensationPlanned, RemediationClosed
from memory.domain.events.workspace import BudgetCommitted, BudgetReleased
from memory.domain.money import Money
from memory.domain.remediation import Remediation, TaskOutcome, Trouble, task_id
from memory.outbox import OutboxRow


def settled(desk: Desk, saga: SagaFile) -> Iterator[Deed]:
    """Yield the end of a task that a bank line settled, and then what follows for budget, payment, calendar and case."""
    yield from _by_bank_line(saga)
    ident = task_id(saga.case.case_id, Trouble.PAID_AND_REFUSED)
    closed = saga.settled.get(ident)
    if closed is None or saga.over:
        return
    if closed.outcome is TaskOutcome.DONE:
        yield from _by_hand(saga, saga.tasks[ident], closed)
        return
    yield from _payment_back(saga, closed)
    yield from _calendar(desk, saga)
    reason = f"the vendor refused the order; {_ending(closed)}"
    ended = CaseEnded(outcome="refused by the vendor", reason=reason)
    yield Deed(f"{ident}/ended", (*_signature(desk, saga, closed), *_budget(saga, closed, reason), ended))


def unwatched(_desk: Desk, saga: SagaFile) -> Iterator[Deed]:
    """Yield the end of the watch over a contract that nothing is owed under any more."""
    closed, watched = saga.settled.get(task_id(saga.case.case_id, Trouble.PAID_AND_REFUSED)), saga.renewal
    if closed is None or closed.outcome is TaskOutcome.DONE or watched is None:
        return
    reason = f"the vendor refused the order; {_ending(closed)}"
    fact = RenewalDropped(vendor_id=watched.vendor_id, contract=watched.contract, uid=watched.uid, reason=reason)
    yield Deed(f"unwatched/{watched.uid}", (fact,))


def _by_bank_line(saga: SagaFile) -> Iterator[Deed]:
    for refund in saga.refunds:
        if saga.open_task(refund.task_id):
            fact = RemediationClosed(
                task_id=refund.task_id,
                outcome=TaskOutcome.REFUNDED,
                by="reconciler",
                amount=refund.amount,
                note=f"booked on {refund.booked_on}",
            )
            yield Deed(f"{refund.task_id}/closed", (fact,))


def _by_hand(saga: SagaFile, task: Remediation, closed: RemediationClosed) -> Iterator[Deed]:
    """The operator settled it otherwise. A case that stopped with its money spent ends there; one that goes on is left to the graph."""
    stopped = isinstance(saga.budget, BudgetCommitted) and not saga.closed
    if stopped:
        reason = f"the vendor refused the order, and you settled it: {closed.note or 'no note'}"
        yield Deed(f"{task.task_id}/ended", (CaseEnded(outcome="settled by hand", reason=reason),))


def _ending(closed: RemediationClosed) -> str:
    return f"{closed.amount} came back" if closed.outcome is TaskOutcome.REFUNDED else "nothing was paid"


def _signature(desk: Desk, saga: SagaFile, closed: RemediationClosed) -> tuple[Event, ...]:
    """Return the task about the signed contract where nothing was paid; where money came back, its letter was part of the task before."""
    order = saga.case.order
    if order is None or closed.outcome is not TaskOutcome.NOT_PAID:
        return ()
    return (withdrawal_task(desk, saga.case, order.vendor_id, "the vendor refused the order", refused=True),)


def _payment_back(saga: SagaFile, closed: RemediationClosed) -> Iterator[Deed]:
    whole = closed.amount is None or saga.budget is None or closed.amount >= saga.budget.amount
    for one in in_reverse(saga.happened, Undo.MONEY_BACK) if whole else ():
        yield taken_back(saga, one.effect_key, _ending(closed))


def _budget(saga: SagaFile, closed: RemediationClosed, reason: str) -> tuple[Event, ...]:
    held = saga.budget
    if held is None or isinstance(held, BudgetReleased):
        return ()
    kept = held.amount - closed.amount if closed.amount is not None else Money(amount_minor=0, currency=held.amount.currency)
    if kept.amount_minor <= 0:
        return (released(saga.case, held.amount, reason),)
    return (BudgetCommitted(case_id=held.case_id, category=held.category, top_category=held.top_category, amount=kept),)


def _calendar(desk: Desk, saga: SagaFile) -> Iterator[Deed]:
    told, rows = in_reverse(saga.happened, Undo.CALENDAR_ENTRY), entries_put(saga)
    if (
        told
        and rows
        and not PutCalendar.model_validate(rows[-1].payload).cancelled
        and compensation_key(rows[-1].effect_key) not in saga.plans
    ):
        deed = _void_entry(desk, saga, rows[-1], tuple(one.effect_key for one in told))
        if deed is not None:
            yield deed


def _void_entry(desk: Desk, saga: SagaFile, row: OutboxRow, undoes: tuple[str, ...]) -> Deed | None:
    entry, case = PutCalendar.model_validate(row.payload), saga.case
    assert case.order is not None
    void = entry.model_copy(
        update={
            "summary": f"Void: {entry.summary}"[:200],
            "alarms_days": (),
            "sequence": entry.sequence + 1,
            "description": "The order was refused.",
            "cancelled": True,
        }
    )
    key = compensation_key(row.effect_key)
    effect = PlannedEffect(key=key, kind=CALENDAR_PUT, payload=void.model_dump(mode="json"))
    vendor_id = case.order.vendor_id
    decision, judged = ask_policy(desk, facts_for(desk, case, Stage.CALENDAR, vendor_id=vendor_id, effect_kind=CALENDAR_PUT))
    try:
        permit = authorize_by_rule(desk, case.case_id, effect, decision)
    except RefusedError:
        return None  # an entry too many in one's own calendar harms nobody
    plan = CompensationPlanned(undoes=undoes, compensation_key=key, vendor_id=vendor_id, says="Marked the calendar entry as void")
    return Deed(f"comp/{row.effect_key}", (judged, plan, permit), (effect,))
