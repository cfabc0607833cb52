"""What went wrong after a commitment, in the operator's words: the sentences of `memory.narration` for remediation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from memory.domain.events import remediation as r
from memory.domain.remediation import TaskOutcome
from memory.domain.words import one_line

Namer = Callable[[str], str]

_KINDS = {"mail.send": "mail", "contract.sign": "signature", "payment.instruct": "payment", "calendar.put": "calendar entry"}


def _refused(e: r.OrderRefused, v: Namer) -> str:
    words = e.words.span.text if e.words.span else ""
    how = "told you that it will" if e.told else "will"
    return f"{v(e.vendor_id)} {how} not fulfil the order: “{one_line(words, 200)}”"


def _doubled(e: r.OrderDoubled, v: Namer) -> str:
    return f"{v(e.vendor_id)} invoiced the order twice: {one_line(e.first_invoice, 40)} and {one_line(e.second_invoice, 40)}"


def _closed(e: r.RemediationClosed, _v: Namer) -> str:
    how = {TaskOutcome.REFUNDED: f"{e.amount} came back", TaskOutcome.NOT_PAID: "nothing was paid"}.get(e.outcome, "done")
    return f"Task {one_line(e.task_id, 80)} closed by {one_line(e.by, 60)}: {how}{f' ({one_line(e.note, 200)})' if e.note else ''}"


SENTENCES: dict[type, Callable[[Any, Namer], str]] = {
    r.OrderRefused: _refused,
    r.OrderDoubled: _doubled,
    r.PaymentRepeated: lambda e, _v: f"The bank booked {e.amount} once more on {e.booked_on} ({one_line(e.end_to_end_id, 40)})",
    r.RefundBooked: lambda e, _v: f"{e.amount} came back on {e.booked_on}",
    r.CompensationPlanned: lambda e, v: f"Taking back with {v(e.vendor_id)}: {one_line(e.says, 200)}",
    r.EffectCompensated: lambda e, _v: f"Taken back, the {_KINDS.get(e.effect_kind, one_line(e.effect_kind, 40))}: {one_line(e.by, 120)}",
    r.RemediationOpened: lambda e, _v: f"A task for you: {one_line(e.task.title, 200)}",
    r.RemediationSent: lambda e, _v: f"You sent the letter of task {one_line(e.task_id, 80)}",
    r.RemediationClosed: _closed,
}
