"""What the ledger says about a case that went wrong, or ended before its time: folded once, for the compensator."""

from __future__ import annotations

from dataclasses import dataclass, field

import sqlalchemy as sa

from graphs.case_file import CaseFile, fold_case
from graphs.saga import Committed, committed
from memory import outbox
from memory.database import reading
from memory.domain.approval import Approval
from memory.domain.events.authority import ApprovalEdited, ApprovalExpired, ApprovalGranted, ApprovalRejected, ApprovalRequested
from memory.domain.events.cases import CaseCancelled, CaseClosed, CaseEnded, StepFailed, StepRetried
from memory.domain.events.contracts import (
    DeclineSent,
    InvoiceMatched,
    PaymentConfirmed,
    PaymentSubmitted,
    RenewalDropped,
    RenewalScheduled,
)
from memory.domain.events.effects import EffectContradicted, EffectFailed
from memory.domain.events.negotiation import MessageReceived
from memory.domain.events.remediation import (
    CompensationPlanned,
    EffectCompensated,
    OrderDoubled,
    OrderRefused,
    PaymentRepeated,
    RefundBooked,
    RemediationClosed,
    RemediationOpened,
)
from memory.domain.events.renewals import CalendarOutdated
from memory.domain.events.workspace import BudgetCommitted, BudgetReleased, BudgetReserved
from memory.domain.remediation import Remediation
from memory.ledger import StoredEvent, read_events
from memory.outbox import EffectStatus, OutboxRow

BudgetFact = BudgetReserved | BudgetCommitted | BudgetReleased
#: A committed effect is one that happened, or may have.
_HAPPENED = {EffectStatus.CONFIRMED, EffectStatus.COMPENSATED}


@dataclass
class SagaFile:
    """The case, its effects, and what was done about what went wrong."""

    case: CaseFile
    commitments: tuple[Committed, ...] = ()
    rows: dict[str, OutboxRow] = field(default_factory=dict)
    over: bool = False
    closed: bool = False
    matched: bool = False
    budget: BudgetFact | None = None
    farewells: set[str] = field(default_factory=set)
    declines: dict[str, DeclineSent] = field(default_factory=dict)
    """What was told to vendors that were not chosen, by effect."""
    questions: dict[str, Approval] = field(default_factory=dict)
    """The approvals that are open."""
    renewal: RenewalScheduled | None = None
    """The watch over the contract, while it stands."""
    refused: OrderRefused | None = None
    doubled: list[OrderDoubled] = field(default_factory=list)
    repeated: list[PaymentRepeated] = field(default_factory=list)
    refunds: list[RefundBooked] = field(default_factory=list)
    payments: list[PaymentSubmitted] = field(default_factory=list)
    booked: list[PaymentConfirmed] = field(default_factory=list)
    plans: dict[str, CompensationPlanned] = field(default_factory=dict)
    compensated: set[str] = field(default_factory=set)
    failures: dict[str, EffectFailed] = field(default_factory=dict)
    tasks: dict[str, Remediation] = field(default_factory=dict)
    settled: dict[str, RemediationClosed] = field(default_factory=dict)
    contradicted: dict[str, EffectContradicted] = field(default_factory=dict)
    """What happened after all, by effect: the first proof of each."""
    stops: dict[str, StepFailed] = field(default_factory=dict)
    outdated: list[CalendarOutdated] = field(default_factory=list)
    """What was told of the calendar entry since it was put there."""
    later_messages: list[MessageReceived] = field(default_factory=list)
    """What arrived after the invoice was matched."""

    @property
    def happened(self) -> tuple[Committed, ...]:
        """The commitments whose effects are confirmed and stand."""
        return tuple(c for c in self.commitments if self.stands(c.effect_key))

    def stands(self, effect_key: str) -> bool:
        """Whether an effect is confirmed and not taken back."""
        row = self.rows.get(effect_key)
        return row is not None and row.status in _HAPPENED and effect_key not in self.compensated

    def has(self, task_id: str) -> bool:
        """Whether a task was ever opened."""
        return task_id in self.tasks

    def open_task(self, task_id: str) -> bool:
        """Whether a task was opened and is not closed."""
        return task_id in self.tasks and task_id not in self.settled


def load_saga(database: sa.Engine, case_id: str) -> SagaFile:
    """Return the saga of a case."""
    with reading(database) as connection:
        stored = tuple(read_events(connection, stream=case_id))
        rows = outbox.rows(connection, case_id=case_id)
    return fold_saga(case_id, stored, rows)


def fold_saga(case_id: str, stored: tuple[StoredEvent, ...], rows: list[OutboxRow]) -> SagaFile:
    """Fold the events of one case, in order."""
    saga = SagaFile(fold_case(case_id, stored), committed(s.event for s in stored), {row.effect_key: row for row in rows})
    for one in stored:
        _take(saga, one)
    return saga


def _take(saga: SagaFile, stored: StoredEvent) -> None:  # noqa: C901, PLR0912, PLR0915  # one flat table of facts
    event = stored.event
    match event:
        case CaseCancelled() | CaseEnded():
            saga.over = True
        case CaseClosed():
            saga.closed = True
        case BudgetReserved() | BudgetCommitted() | BudgetReleased():
            saga.budget = event
        case DeclineSent():
            saga.farewells.add(event.vendor_id)
            saga.declines[event.effect_key] = event
        case ApprovalRequested():
            saga.questions[event.approval.approval_id] = event.approval
        case ApprovalGranted() | ApprovalEdited() | ApprovalRejected() | ApprovalExpired():
            saga.questions.pop(event.approval_id, None)
        case RenewalScheduled():
            saga.renewal = event
        case RenewalDropped():
            saga.renewal = None
        case CalendarOutdated():
            saga.outdated.append(event)
        case OrderRefused():
            saga.refused = event
        case OrderDoubled():
            saga.doubled.append(event)
        case PaymentRepeated():
            saga.repeated.append(event)
        case RefundBooked():
            saga.refunds.append(event)
        case MessageReceived() if saga.matched:
            saga.later_messages.append(event)
        case InvoiceMatched():
            saga.matched = True
        case PaymentSubmitted():
            saga.payments.append(event)
        case PaymentConfirmed():
            saga.booked.append(event)
        case CompensationPlanned():
            saga.plans[event.compensation_key] = event
        case EffectCompensated():
            saga.compensated.add(event.effect_key)
        case EffectFailed():
            saga.failures[event.effect_key] = event
        case EffectContradicted():
            saga.contradicted.setdefault(event.effect_key, event)
        case RemediationOpened():
            saga.tasks[event.task.task_id] = event.task
        case RemediationClosed():
            saga.settled[event.task_id] = event
        case StepFailed():
            saga.stops[event.wait_key] = event
        case StepRetried():
            saga.stops.pop(event.wait_key, None)
        case _:
            pass
