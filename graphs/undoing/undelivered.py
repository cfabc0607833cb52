"""Mails that nobody waits for an answer to, and that were not delivered: told as a note, with the letter."""

from __future__ import annotations

from collections.abc import Iterator

from agents.negotiator import Letter
from graphs.context import Desk
from graphs.remedies import Deed, opened
from graphs.saga_file import SagaFile
from memory.domain.remediation import Trouble, task_id
from memory.outbox import EffectStatus


def declines(desk: Desk, saga: SagaFile) -> Iterator[Deed]:
    """Yield a note for each vendor that could not be told it was not chosen. A farewell is told as an undoing that failed."""
    for key, told in saga.declines.items():
        row, mark = saga.rows.get(key), key[:8]
        if row is None or row.status is not EffectStatus.FAILED or key in saga.plans:
            continue
        if saga.has(task_id(saga.case.case_id, Trouble.MAIL_UNDELIVERED, mark)):
            continue
        name, failure = saga.case.vendor_name(told.vendor_id), saga.failures.get(key)
        task = opened(
            desk,
            saga.case,
            told.vendor_id,
            Trouble.MAIL_UNDELIVERED,
            title=f"{name} does not know yet that it was not chosen",
            happened=f"The mail that declines the offer of {name} was not delivered: {failure.message if failure else 'no reason is known'}"[
                :1000
            ],
            steps=(
                f"Look at the contact: qm vendors show {told.vendor_id}",
                "Send the letter: qm tasks send TASK; or leave it: nothing else depends on it",
                "Then: qm tasks done TASK",
            ),
            letter=Letter(subject=row.payload["subject"], body=row.payload["body"]),
            mark=mark,
        )
        yield Deed(f"undelivered/{key}", (task,))
