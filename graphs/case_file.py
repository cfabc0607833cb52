"""The case file: what the ledger says about one case, folded into one view for its nodes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import sqlalchemy as sa

from memory.database import reading
from memory.domain.approval import Approval, ProposedAction
from memory.domain.contract import ContractReview
from memory.domain.errors import ConflictError, NotFoundError
from memory.domain.events import Event
from memory.domain.events.authority import LETTER_PREFIX, ApprovalEdited, ApprovalGranted, ApprovalRejected, ApprovalRequested
from memory.domain.events.cases import CaseOpened, ClarificationGiven, RequisitionSubmitted
from memory.domain.events.contracts import ContractReviewed, ContractSigned, InvoiceMatched, OrderPlaced, PaymentConfirmed, PaymentSubmitted
from memory.domain.events.effects import EffectConfirmed, EffectContradicted, EffectFailed, reply_wait
from memory.domain.events.negotiation import (
    CounterofferProposed,
    MessageReceived,
    NegotiationConcluded,
    QuoteReceived,
    QuoteUnreadable,
    RfqIssued,
    WalkAwaySet,
)
from memory.domain.events.remediation import OrderRefused
from memory.domain.events.renewals import NoticeSent
from memory.domain.events.sourcing import AwardRecommended, VendorDiscovered, VendorQualified, VendorRejected
from memory.domain.money import Price
from memory.domain.quote import Counteroffer, NegotiationOutcome, Quote, Terms
from memory.domain.requisition import Requisition
from memory.domain.vendor import Candidate, Qualification
from memory.ledger import StoredEvent, read_events


@dataclass
class NegotiationFile:
    """Everything said with one vendor, in order."""

    vendor_id: str
    rfq: RfqIssued | None = None
    #: How many mails since the request for quotation asked something back.
    questions: int = 0
    quotes: list[Quote] = field(default_factory=list)
    counteroffers: list[Counteroffer] = field(default_factory=list)
    offers: list[Quote | Counteroffer] = field(default_factory=list)
    effect_keys: list[str] = field(default_factory=list)
    #: The packages of our last counteroffer, where it held several.
    packages: tuple[Terms, ...] = ()
    unreadable: list[QuoteUnreadable] = field(default_factory=list)
    final: bool = False
    denied_needs: list[str] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)
    last_unreadable: bool = False
    concluded: NegotiationConcluded | None = None

    @property
    def outcome(self) -> NegotiationOutcome | None:
        """How it ended, or None while it goes on."""
        return self.concluded.outcome if self.concluded else None


@dataclass
class CaseFile:
    """One case as the ledger tells it."""

    case_id: str
    opened: CaseOpened | None = None
    clarifications: list[str] = field(default_factory=list)
    submitted: RequisitionSubmitted | None = None
    candidates: dict[str, Candidate] = field(default_factory=dict)
    qualifications: dict[str, Qualification] = field(default_factory=dict)
    negotiations: dict[str, NegotiationFile] = field(default_factory=dict)
    award: AwardRecommended | None = None
    walk_away: Price | None = None
    """The most that the operator lets this purchase cost, where it is less than the ceiling."""
    review: ContractReview | None = None
    approvals: dict[str, Approval] = field(default_factory=dict)
    approved: ProposedAction | None = None
    approval_id: str = ""
    signed: ContractSigned | None = None
    order: OrderPlaced | None = None
    invoice: InvoiceMatched | None = None
    payment: PaymentSubmitted | None = None
    paid: PaymentConfirmed | None = None
    refused: OrderRefused | None = None
    receipts: dict[str, EffectConfirmed] = field(default_factory=dict)
    failures: dict[str, EffectFailed] = field(default_factory=dict)
    proved: set[str] = field(default_factory=set)
    """Effects that stand as not done, and happened after all."""
    messages: list[MessageReceived] = field(default_factory=list)

    @property
    def requisition(self) -> Requisition:
        """The requisition; raises `ConflictError` while there is none."""
        if self.submitted is None:
            raise ConflictError(f"{self.case_id} has no requisition yet", hint="answer its question first: qm cases show " + self.case_id)
        return self.submitted.requisition

    def instruction(self) -> str:
        """The operator's words: the instruction, and the answers to our questions below it."""
        first = self.opened.instruction if self.opened else ""
        return "\n".join((first, *self.clarifications))

    def negotiation(self, vendor_id: str) -> NegotiationFile:
        """The negotiation with a vendor, empty when nothing was said yet."""
        return self.negotiations.setdefault(vendor_id, NegotiationFile(vendor_id))

    def vendor_name(self, vendor_id: str) -> str:
        """The vendor's name, or its id when it is not a candidate of this case."""
        return self.candidates[vendor_id].facts.name if vendor_id in self.candidates else vendor_id

    def replies_to(self, wait_key: str) -> list[MessageReceived]:
        """The mails that arrived in answer to one of ours, oldest first."""
        return [m for m in self.messages if m.wait_key == wait_key]

    def undelivered(self, wait_key: str) -> str:
        """Why the mail behind a wait was not delivered; '' when it was, or when that is not known."""
        lost = (f for key, f in self.failures.items() if reply_wait(key) == wait_key and key not in self.receipts)
        return next((failure.message for failure in lost), "")

    def final_quote(self, vendor_id: str) -> Quote:
        """The quote a concluded negotiation ended on; raises `ConflictError` when there is none."""
        concluded = self.negotiation(vendor_id).concluded
        if concluded is None or concluded.final_quote is None:
            raise ConflictError(f"there is no final quote of {vendor_id}")
        return concluded.final_quote

    def receipt(self, effect_key: str) -> EffectConfirmed:
        """The receipt of a confirmed effect; raises `ConflictError` when it is not confirmed."""
        if effect_key not in self.receipts:
            raise ConflictError(f"the effect {effect_key} is not confirmed")
        return self.receipts[effect_key]


def load_case(database: sa.Engine, case_id: str) -> CaseFile:
    """Return the case file; raises `NotFoundError` when there is no such case."""
    with reading(database) as connection:
        return case_in(connection, case_id)


def case_in(connection: sa.Connection, case_id: str) -> CaseFile:
    """Return the case file as a transaction sees it; raises `NotFoundError` when there is no such case."""
    return case_from(case_id, read_events(connection, stream=case_id))


def case_from(case_id: str, events: Iterable[StoredEvent]) -> CaseFile:
    """Return the case file that its events tell; raises `NotFoundError` when there is no such case."""
    case = fold_case(case_id, events)
    if case.opened is None:
        raise NotFoundError(f"there is no case {case_id}", hint="qm cases list shows them")
    return case


def fold_case(case_id: str, events: Iterable[StoredEvent]) -> CaseFile:
    """Fold the events of one case, in order."""
    case = CaseFile(case_id)
    for stored in events:
        _take(case, stored.event)
    return case


def _take(case: CaseFile, event: Event) -> None:  # noqa: C901, PLR0912, PLR0915  # one flat table of facts reads better than thirty functions
    match event:
        case CaseOpened():
            case.opened = event
        case ClarificationGiven():
            case.clarifications.append(event.text)
        case RequisitionSubmitted():
            case.submitted = event
        case VendorDiscovered():
            case.candidates[event.candidate.facts.vendor_id] = event.candidate
        case VendorQualified() | VendorRejected():
            case.qualifications[event.vendor_id] = event.qualification
        case RfqIssued():
            file = case.negotiation(event.vendor_id)
            file.questions += file.rfq is not None
            file.rfq = file.rfq or event
            file.effect_keys.append(event.effect_key)
        case QuoteReceived():
            file = case.negotiation(event.quote.vendor_id)
            file.quotes.append(event.quote)
            file.final = event.final
            file.last_unreadable = False
            _note_reading(file, event)
            file.offers.append(event.quote)
        case QuoteUnreadable():
            file = case.negotiation(event.vendor_id)
            file.unreadable.append(event)
            file.last_unreadable = True
            _note_reading(file, event)
        case CounterofferProposed():
            file = case.negotiation(event.counteroffer.vendor_id)
            file.counteroffers.append(event.counteroffer)
            file.packages = event.packages
            file.offers.append(event.counteroffer)
            file.effect_keys.append(event.effect_key)
        case NoticeSent():
            case.negotiation(event.vendor_id).effect_keys.append(event.effect_key)
        case NegotiationConcluded():
            case.negotiation(event.vendor_id).concluded = event
        case AwardRecommended():
            case.award = event
        case WalkAwaySet():
            case.walk_away = event.limit
        case ContractReviewed():
            case.review = event.review
        case ApprovalRequested():
            case.approvals[event.approval.approval_id] = event.approval
        case ApprovalGranted() if event.approval_id.startswith(LETTER_PREFIX):
            pass  # the operator sent a letter; the purchase was not decided by that
        case ApprovalGranted():
            case.approval_id, case.approved = event.approval_id, case.approvals[event.approval_id].action
        case ApprovalEdited():
            case.approval_id, case.approved = event.approval_id, event.action
        case ApprovalRejected():
            case.approved = None
        case ContractSigned():
            case.signed = event
        case OrderPlaced():
            case.order = event
        case InvoiceMatched():
            case.invoice = event
        case PaymentSubmitted():
            case.payment = event
        case PaymentConfirmed():
            case.paid = event
        case OrderRefused():
            case.refused = event
        case EffectConfirmed():
            case.receipts[event.effect_key] = event
        case EffectFailed():
            case.failures[event.effect_key] = event
        case EffectContradicted():
            case.proved.add(event.effect_key)
        case MessageReceived():
            case.messages.append(event)
        case _:
            pass


def _note_reading(file: NegotiationFile, event: QuoteReceived | QuoteUnreadable) -> None:
    file.denied_needs.extend(need for need in event.denied_needs if need not in file.denied_needs)
    file.findings.extend(finding for finding in event.findings if finding not in file.findings)
