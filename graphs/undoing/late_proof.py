"""What happened after all: an effect stands as failed or cancelled, and then its proof comes in. Nothing is undone: the operator is told."""

from __future__ import annotations

from collections.abc import Iterator

from graphs.context import Desk
from graphs.remedies import Deed, opened
from graphs.saga_file import SagaFile
from memory.domain.effects import PAYMENT_INSTRUCT, InstructPayment
from memory.domain.events.effects import EffectContradicted
from memory.domain.remediation import Trouble, task_id
from memory.outbox import EffectStatus, OutboxRow

_MONEY_STEPS = (
    "Look into your account whether the money left; if it did not, say so: qm tasks done TASK --not-paid",
    "If it was not owed any more, ask the vendor for it, or your bank for a recall (possible within ten bank days)",
    "Importing the bank statement that shows it coming back closes this task; if it came another way: qm tasks done TASK --refunded AMOUNT",
    "If it was owed after all: qm tasks done TASK --note 'how it was settled'",
)
_MAIL_STEPS = (
    "Read the answer: qm cases show CASE",
    "If what the mail asked for is not wanted any more, write so to the vendor",
    "Then: qm tasks done TASK",
)


def told(desk: Desk, saga: SagaFile) -> Iterator[Deed]:
    """Yield a task for each effect that happened although it stands as not done."""
    for key, fact in saga.contradicted.items():
        row, ident = saga.rows.get(key), task_id(saga.case.case_id, Trouble.PROVED_LATE, key[:8])
        vendor_id = _vendor_of(desk, saga, row) if row is not None else None
        if row is not None and vendor_id is not None and not saga.has(ident):
            yield _deed(desk, saga, row, fact, vendor_id)


def _deed(desk: Desk, saga: SagaFile, row: OutboxRow, fact: EffectContradicted, vendor_id: str) -> Deed:
    name, money = saga.case.vendor_name(vendor_id), row.kind == PAYMENT_INSTRUCT
    # From the ledger, as everything that is decided here: a replay has no notes on effects.
    failure = saga.failures.get(row.effect_key)
    unsaid = "you said that nothing was paid" if fact.stands == EffectStatus.COMPENSATED.value else "without a reason"
    reason = failure.message if failure else unsaid
    what = f"payment {row.reference} to {name}" if money else f"mail to {name}"
    task = opened(
        desk,
        saga.case,
        vendor_id,
        Trouble.PROVED_LATE,
        title=f"It happened after all: the {what}"[:200],
        happened=f"The {what} stands as {fact.stands} ({reason}), and yet there is {fact.says}."[:1000],
        steps=_MONEY_STEPS if money else tuple(step.replace("CASE", saga.case.case_id) for step in _MAIL_STEPS),
        letter=None,
        mark=row.effect_key[:8],
        awaits=InstructPayment.model_validate(row.payload).amount if money else None,
        end_to_end_id=row.reference if money else "",
    )
    return Deed(f"proved-late/{row.effect_key}", (task,))


def _vendor_of(desk: Desk, saga: SagaFile, row: OutboxRow) -> str | None:
    if row.kind != PAYMENT_INSTRUCT:
        return str(row.payload["conversation"]).rpartition("/")[2]
    if saga.case.order is not None:
        return saga.case.order.vendor_id
    return desk.registry.vendor_of("payee", str(row.payload["payee_id"]))
