"""Facts about a case as a whole."""

from typing import ClassVar

from memory.domain.base import Digest, JsonObject
from memory.domain.events.base import Event
from memory.domain.money import Money
from memory.domain.policy import PolicyDecision
from memory.domain.requisition import Requisition
from memory.domain.seal import OperatorFact


class CaseOpened(Event):
    """The operator asked for something; the instruction is kept as evidence."""

    kind: ClassVar[str] = "case.opened"
    case_id: str
    instruction: str
    evidence: Digest
    channel: str
    graph_version: int


class RequisitionSubmitted(Event):
    """The instruction as understood, with the span behind each field and the level of precedence that filled the rest."""

    kind: ClassVar[str] = "requisition.submitted"
    requisition: Requisition
    restated: str


class ClarificationRequested(Event):
    """Something needed is missing; the operator is asked."""

    kind: ClassVar[str] = "clarification.requested"
    wait_key: str
    questions: tuple[str, ...]
    missing: tuple[str, ...]


class ClarificationGiven(Event):
    """The operator answered."""

    kind: ClassVar[str] = "clarification.given"
    wait_key: str
    text: str

    def answers(self) -> tuple[tuple[str, JsonObject], ...]:
        """The text ends the wait."""
        return ((self.wait_key, {"text": self.text}),)


class PolicyEvaluated(Event):
    """Policy judged a set of facts."""

    kind: ClassVar[str] = "policy.evaluated"
    decision: PolicyDecision


class CasePaused(Event):
    """The operator holds the case; nothing new happens until it is resumed."""

    kind: ClassVar[str] = "case.paused"
    reason: str = ""


class CaseResumed(OperatorFact):
    """The operator lets the case go on. It lifts the pause that its act key names, and no other."""

    kind: ClassVar[str] = "case.resumed"
    version: ClassVar[int] = 2
    reason: str = ""


class CaseCancelled(Event):
    """The operator ended the case."""

    kind: ClassVar[str] = "case.cancelled"
    reason: str = ""


class CaseClosed(Event):
    """The purchase is finished: signed, paid, confirmed, in the calendar."""

    kind: ClassVar[str] = "case.closed"
    vendor_id: str
    list_total: Money
    agreed_total: Money
    paid_total: Money
    summary: str


class CaseEnded(Event):
    """The case ended without a purchase, and why."""

    kind: ClassVar[str] = "case.ended"
    outcome: str
    reason: str


class StepFailed(Event):
    """A step of the graph failed for good; the operator can retry the case."""

    kind: ClassVar[str] = "step.failed"
    node: str
    error: str
    message: str
    hint: str = ""
    wait_key: str


class StepRetried(Event):
    """The operator mended what stood in the way; the failed step is tried again."""

    kind: ClassVar[str] = "step.retried"
    wait_key: str
    by: str

    def answers(self) -> tuple[tuple[str, JsonObject], ...]:
        """A retry ends the wait at the failed step."""
        return ((self.wait_key, {"by": self.by}),)
