"""What became of the effects that take something back: what they took back is marked, and what failed is the operator's."""

from __future__ import annotations

from collections.abc import Iterator

from agents.negotiator import Letter
from graphs.context import Desk
from graphs.remedies import Deed, opened
from graphs.saga_file import SagaFile
from memory.domain.effects import MAIL_SEND
from memory.domain.events.remediation import EffectCompensated
from memory.domain.remediation import Trouble, task_id
from memory.outbox import EffectStatus, Move, OutboxRow


def confirmed(_desk: Desk, saga: SagaFile) -> Iterator[Deed]:
    """Yield, for each compensation that happened, the marks on what it takes back, the last commitment first."""
    for key, plan in saga.plans.items():
        row = saga.rows.get(key)
        if row is not None and row.status is EffectStatus.CONFIRMED:
            yield from (taken_back(saga, undone, plan.says) for undone in plan.undoes if saga.stands(undone))


def taken_back(saga: SagaFile, effect_key: str, by: str) -> Deed:
    """Return the deed that marks one effect as taken back."""
    row = saga.rows[effect_key]
    fact = EffectCompensated(effect_key=effect_key, effect_kind=row.kind, by=by)
    return Deed(f"compensated/{effect_key}", (fact,), moves=(Move(effect_key, EffectStatus.COMPENSATED, note=by),))


def failed(desk: Desk, saga: SagaFile) -> Iterator[Deed]:
    """Yield a task for each compensation that failed: it is never tried again on hope."""
    for key, plan in saga.plans.items():
        row = saga.rows.get(key)
        if row is None or row.status is not EffectStatus.FAILED or saga.has(task_id(saga.case.case_id, Trouble.UNDOING_FAILED, key[:8])):
            continue
        failure = saga.failures.get(key)
        name = saga.case.vendor_name(plan.vendor_id)
        task = opened(
            desk,
            saga.case,
            plan.vendor_id,
            Trouble.UNDOING_FAILED,
            title=f"Not taken back: {plan.says}"[:200],
            happened=f"The {'mail to ' + name if row.kind == MAIL_SEND else row.kind} failed: {failure.message if failure else row.note}"[
                :1000
            ],
            steps=(
                "Mend what stood in the way (qm doctor; the contact's address: qm vendors show)",
                "Send the letter below: qm tasks send TASK; or by your own means",
                "Then: qm tasks done TASK",
            ),
            letter=_letter(row),
            mark=key[:8],
        )
        yield Deed(f"undoing-failed/{key}", (task,))


def _letter(row: OutboxRow) -> Letter | None:
    return Letter(subject=row.payload["subject"], body=row.payload["body"]) if row.kind == MAIL_SEND else None
