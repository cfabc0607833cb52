"""Facts about what went wrong after a commitment, what was undone, and what the operator has to do."""

from datetime import date
from typing import ClassVar

from memory.domain.base import Digest, JsonObject
from memory.domain.events.base import Event
from memory.domain.evidence import EvidenceRef, Origin
from memory.domain.money import Money
from memory.domain.remediation import Remediation, TaskOutcome


class OrderRefused(Event):
    """The vendor wrote that it will not fulfil the order, or told the operator so. `words` are evidence; they are never followed.

    What was told ends the wait for the order's confirmation, `wait_key`; a mail ends it by itself.
    """

    kind: ClassVar[str] = "order.refused"
    version: ClassVar[int] = 2
    vendor_id: str
    message: Digest
    words: EvidenceRef
    wait_key: str = ""

    @property
    def told(self) -> bool:
        """Whether the operator heard it, so that there is no mail."""
        return self.words.origin is Origin.OPERATOR

    def answers(self) -> tuple[tuple[str, JsonObject], ...]:
        """What was told ends the wait for the confirmation."""
        return ((self.wait_key, {"status": "refused"}),) if self.wait_key else ()


class OrderDoubled(Event):
    """The vendor invoiced the order a second time, under another number."""

    kind: ClassVar[str] = "order.doubled"
    vendor_id: str
    message: Digest
    first_invoice: str
    second_invoice: str
    invoiced: Money | None = None


class PaymentRepeated(Event):
    """The bank booked a payment once more that another line had closed."""

    kind: ClassVar[str] = "payment.repeated"
    end_to_end_id: str
    amount: Money
    booked_on: date
    statement: Digest
    line_id: str


class RefundBooked(Event):
    """A booked line brought money back that a task was waiting for."""

    kind: ClassVar[str] = "refund.booked"
    task_id: str
    amount: Money
    booked_on: date
    statement: Digest
    line_id: str


class CompensationPlanned(Event):
    """Something that was committed is being taken back, by an authorized effect of its own.

    `undoes` are the effects it takes back, the last one first; `compensation_key` is the effect that does it.
    """

    kind: ClassVar[str] = "compensation.planned"
    undoes: tuple[str, ...]
    compensation_key: str
    vendor_id: str
    says: str
    body: Digest | None = None


class EffectCompensated(Event):
    """What this effect committed is taken back: by another effect, by a bank line, or by the operator."""

    kind: ClassVar[str] = "effect.compensated"
    effect_key: str
    effect_kind: str
    by: str


class RemediationOpened(Event):
    """What cannot be taken back from here is the operator's to do: what happened, what to do now, and a ready-made letter."""

    kind: ClassVar[str] = "remediation.opened"
    task: Remediation


class RemediationSent(Event):
    """The operator sent the ready-made letter of a task; its delivery is an effect of its own."""

    kind: ClassVar[str] = "remediation.sent"
    task_id: str
    effect_key: str
    body: Digest
    by: str
    surface: str


class RemediationClosed(Event):
    """The task is over; by the operator's word, or by a fact (a bank line) that settled it."""

    kind: ClassVar[str] = "remediation.closed"
    task_id: str
    outcome: TaskOutcome
    by: str
    surface: str = ""
    amount: Money | None = None
    note: str = ""
