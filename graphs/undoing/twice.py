"""What happened twice: a payment that the bank booked once more, an order that the vendor invoiced under a second number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agents.negotiator import read_confirmation
from agents.negotiator import remedies as letters
from graphs.context import Desk
from graphs.remedies import Deed, day_due, mail, opened, order_of, slots_of
from graphs.saga import compensation_key
from graphs.saga_file import SagaFile
from memory.domain.base import sha256_hex
from memory.domain.events.negotiation import MessageReceived
from memory.domain.events.remediation import OrderDoubled, PaymentRepeated
from memory.domain.remediation import Trouble, line_mark, task_id

#: A mail that says so replaces the first invoice, or takes it back; it is no second order.
_REPLACES = re.compile(
    r"\b(?:correct(?:ed|ion)|replac\w+|instead of|supersed\w+|credit(?: note)?|revised|Gutschrift|Korrektur|ersetzt)\b", re.IGNORECASE
)


def paid(desk: Desk, saga: SagaFile) -> Iterator[Deed]:
    """Yield, for each payment booked once more, the request to the vendor and the task."""
    order = saga.case.order
    for again in saga.repeated if order is not None else ():
        mark = line_mark(again.line_id)
        ident = task_id(saga.case.case_id, Trouble.PAID_TWICE, mark)
        # The statement that shows it may show its return, too: then there is nothing to ask back.
        if order is not None and not saga.has(ident) and not any(refund.task_id == ident for refund in saga.refunds):
            yield _paid(desk, saga, order.vendor_id, again, mark)


def _paid(desk: Desk, saga: SagaFile, vendor_id: str, again: PaymentRepeated, mark: str) -> Deed:
    case, slots, number = saga.case, slots_of(desk, saga.case, vendor_id), order_of(saga.case)
    by, key = day_due(desk, Trouble.PAID_TWICE), compensation_key(f"{again.end_to_end_id}/{again.line_id}")
    letter = letters.second_payment(**slots.parties(), order=number, amount=again.amount, by=by)
    facts, effects = mail(
        desk,
        case,
        vendor_id,
        letter,
        key=key,
        says=f"Asked {slots.vendor} to pay the second {again.amount} back",
        figures=(again.amount, by),
    )
    task = opened(
        desk,
        case,
        vendor_id,
        Trouble.PAID_TWICE,
        title=f"The bank booked {again.amount} for order {number} twice",
        happened=f"A statement shows {again.end_to_end_id} once more, booked on {again.booked_on}; the first line had closed the payment.",
        steps=(
            "Look into your account whether the money left twice; if it did not, say so: qm tasks done TASK --not-paid",
            "If the bank erred, ask it to return the second transfer; a recall is possible within ten bank days",
            f"Wait for the refund until {by}; importing the bank statement that shows it closes this task",
            "If it came another way: qm tasks done TASK --refunded AMOUNT",
        ),
        letter=letter,
        mark=mark,
        awaits=again.amount,
        end_to_end_id=again.end_to_end_id,
    )
    return Deed(f"twice/{again.end_to_end_id}/{mark}", (*facts, task), effects)


def ordered(desk: Desk, saga: SagaFile) -> Iterator[Deed]:
    """Yield the fact of a second invoice, and then the mail that withdraws it with the task."""
    case, order, matched = saga.case, saga.case.order, saga.case.invoice
    if order is None or matched is None or not matched.invoice_number:
        return
    known = {matched.invoice_number, *(found.second_invoice for found in saga.doubled)}
    for message in saga.case.messages:
        if message.vendor_id != order.vendor_id or not message.verified_sender or saga.refused is not None:
            continue
        found = _second(desk, saga, message, matched.invoice_number)
        if found is not None and found.second_invoice not in known:
            known.add(found.second_invoice)
            yield Deed(f"doubled/{order.effect_key}/{_mark(found)}", (found,))
    for found in saga.doubled:
        if not saga.has(task_id(case.case_id, Trouble.ORDERED_TWICE, _mark(found))):
            yield _withdrawn(desk, saga, order.vendor_id, found)


def _second(desk: Desk, saga: SagaFile, message: MessageReceived, first: str) -> OrderDoubled | None:
    text = desk.evidence.text(message.text)
    told = read_confirmation(text)
    if not told.invoice_number or told.invoice_number == first or told.invoiced_total is None or _REPLACES.search(text):
        return None
    # Before the match a wrong invoice was asked to be corrected; only one over the very same total was a second one.
    if message not in saga.later_messages and (saga.case.order is None or told.invoiced_total != saga.case.order.total):
        return None
    return OrderDoubled(
        vendor_id=message.vendor_id,
        message=message.text,
        first_invoice=first,
        second_invoice=told.invoice_number,
        invoiced=told.invoiced_total,
    )


def _mark(found: OrderDoubled) -> str:
    return sha256_hex(found.second_invoice.encode())[:8]


def _withdrawn(desk: Desk, saga: SagaFile, vendor_id: str, found: OrderDoubled) -> Deed:
    case, slots, number = saga.case, slots_of(desk, saga.case, vendor_id), order_of(saga.case)
    letter = letters.second_order(**slots.parties(), order=number, invoice=found.second_invoice)
    key = compensation_key(f"{number}/{found.second_invoice}")
    says = f"Told {slots.vendor} that {found.second_invoice} is not ours to pay"
    facts, effects = mail(desk, case, vendor_id, letter, key=key, says=says, figures=(found.second_invoice,))
    total = f" over {found.invoiced}" if found.invoiced else ""
    task = opened(
        desk,
        case,
        vendor_id,
        Trouble.ORDERED_TWICE,
        title=f"{slots.vendor} invoiced order {number} twice",
        happened=f"Invoice {found.first_invoice} was matched with the order; then came {found.second_invoice}{total}. We ordered once.",
        steps=(
            f"Do not pay {found.second_invoice}",
            "Wait for the credit note; if none comes, send the letter again: qm tasks send TASK",
            "When it is settled: qm tasks done TASK",
        ),
        letter=letter,
        mark=_mark(found),
    )
    return Deed(f"twice/{number}/{_mark(found)}", (*facts, task), effects)
