"""A vendor that will not fulfil, by its mail after the invoice was matched or by what it told the operator: the money is asked back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from agents.negotiator import read_confirmation
from agents.negotiator import remedies as letters
from graphs.context import Desk
from graphs.gates import WITHDRAWN
from graphs.remedies import Deed, day_due, mail, opened, order_of, slots_of
from graphs.saga import Undo, compensation_key, compensation_of, in_reverse
from graphs.saga_file import SagaFile
from memory.domain.effects import PAYMENT_INSTRUCT, InstructPayment
from memory.domain.events.authority import ApprovalExpired
from memory.domain.events.negotiation import MessageReceived
from memory.domain.events.remediation import OrderRefused
from memory.domain.evidence import EvidenceRef, Origin, Span
from memory.domain.money import Money
from memory.domain.remediation import Trouble, task_id
from memory.domain.words import one_line
from memory.outbox import EffectStatus

#: How long after the day that the request names the formal demand gives.
_LAST_RESPITE = timedelta(days=14)


def refusal(message: MessageReceived, words: Span) -> OrderRefused:
    """Return the fact that a vendor refused, with its words as evidence."""
    told = EvidenceRef(digest=message.text, origin=Origin.VENDOR_MAIL, span=words)
    return OrderRefused(vendor_id=message.vendor_id, message=message.text, words=told)


def heard(desk: Desk, saga: SagaFile) -> Iterator[Deed]:
    """Yield the refusal in a mail that came after the invoice was matched (an earlier one is read by `match_invoice`)."""
    order = saga.case.order
    if order is None or saga.case.invoice is None or saga.refused is not None:
        return
    for message in saga.later_messages:
        # A sender that is not the registered contact moves nothing; the operator sees the mail in the timeline.
        if message.vendor_id == order.vendor_id and message.verified_sender:
            words = read_confirmation(desk.evidence.text(message.text)).refused
            if words is not None:
                yield Deed(f"refused/{order.effect_key}", (refusal(message, words),))
                return


def questions_withdrawn(_desk: Desk, saga: SagaFile) -> Iterator[Deed]:
    """Yield the end of a payment's question that facts have answered: nobody can say yes to it any more."""
    if saga.refused is None and not saga.booked:
        return
    reason = "the vendor will not fulfil the order" if saga.refused is not None else "the payment was made by hand"
    for asked in saga.questions.values():
        fact = ApprovalExpired(approval_id=asked.approval_id, digest=asked.action.digest, by=WITHDRAWN, reason=reason)
        yield Deed(f"decision/{asked.approval_id}", (fact,))


def paid_and_refused(desk: Desk, saga: SagaFile) -> Iterator[Deed]:
    """Yield the request for the money and the task, once it was instructed or paid by hand; before that, the graph withdraws the order."""
    case, order, refused = saga.case, saga.case.order, saga.refused
    pay = _paid(saga)
    ident = task_id(case.case_id, Trouble.PAID_AND_REFUSED)
    if order is None or refused is None or pay is None or saga.has(ident):
        return
    vendor_id, by = order.vendor_id, day_due(desk, Trouble.PAID_AND_REFUSED)
    slots, number = slots_of(desk, case, vendor_id), order_of(case)
    booked = any(line.end_to_end_id == pay.end_to_end_id for line in saga.booked)
    request = letters.refund_request(**slots.parties(), order=number, amount=pay.amount, by=by, booked=booked)
    # The demand goes out only when that day has passed, so it names a later one.
    demand = letters.refund_demand(**slots.parties(), order=number, amount=pay.amount, by=by + _LAST_RESPITE)
    # The order is taken back by the mail; the payment only by the money itself.
    undoes = tuple(one.effect_key for one in in_reverse(saga.happened, Undo.ORDER_MAIL))
    facts, effects = mail(
        desk,
        case,
        vendor_id,
        request,
        key=compensation_key(order.effect_key),
        says=f"Asked {slots.vendor} to pay {pay.amount} back",
        undoes=undoes,
        figures=(pay.amount, by),
    )
    words = one_line(refused.words.span.text if refused.words.span else "", 200)
    task = opened(
        desk,
        case,
        vendor_id,
        Trouble.PAID_AND_REFUSED,
        title=f"{slots.vendor} will not fulfil order {number}: get {pay.amount} back",
        happened=f"{slots.vendor} {'told you' if refused.told else 'wrote'} after the payment was instructed: “{words}”. "
        "The contract is signed, and "
        + ("the bank has booked the payment." if booked else "the payment file is written; no bank line has shown it as booked yet."),
        steps=(
            *(
                ()
                if booked
                else (f"Look whether {pay.end_to_end_id} was uploaded; if not, do not upload it: qm tasks done TASK --not-paid",)
            ),
            f"Wait for the refund until {by}; importing the bank statement that shows it closes this task",
            "If it does not come, send the letter of withdrawal and repayment: qm tasks send TASK",
            "If it came another way: qm tasks done TASK --refunded AMOUNT",
            f"Stays in any case: {compensation_of('sign_contract').stays}; keep the vendor's answer with the contract",
        ),
        letter=demand,
        awaits=pay.amount,
        end_to_end_id=pay.end_to_end_id,
    )
    yield Deed(f"comp/{order.effect_key}", (*facts, task), effects)


@dataclass(frozen=True)
class _Paid:
    amount: Money
    end_to_end_id: str


def _paid(saga: SagaFile) -> _Paid | None:
    """Return the payment that was written and not taken back, or else the one that was made by hand."""
    rows = (saga.rows[one.effect_key] for one in saga.happened if one.declared.effect_kind == PAYMENT_INSTRUCT)
    row = next((row for row in rows if row.status is EffectStatus.CONFIRMED), None)
    if row is not None:
        written = InstructPayment.model_validate(row.payload)
        return _Paid(written.amount, written.end_to_end_id)
    return _Paid(saga.booked[-1].amount, saga.booked[-1].end_to_end_id) if saga.booked else None
