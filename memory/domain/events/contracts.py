"""Facts about contracts, orders, invoices and renewals."""

from datetime import date
from typing import ClassVar, Literal

from pydantic import Field

from memory.domain.base import Digest, JsonObject
from memory.domain.contract import ContractReview
from memory.domain.events.base import Event
from memory.domain.money import Money, Price
from memory.domain.notice import NoticeRoute
from memory.domain.terms import TermPlan


class AcceptanceSent(Event):
    """The winner's quote was accepted, subject to contract, and its contract asked for."""

    kind: ClassVar[str] = "acceptance.sent"
    vendor_id: str
    effect_key: str
    body: Digest


class DeclineSent(Event):
    """A vendor that was not chosen was told so, politely and without figures."""

    kind: ClassVar[str] = "decline.sent"
    vendor_id: str
    effect_key: str
    body: Digest


class ContractReceived(Event):
    """The vendor sent the contract."""

    kind: ClassVar[str] = "contract.received"
    vendor_id: str
    contract: Digest
    filename: str


class ContractMissing(Event):
    """The vendor's answer to our acceptance carried no contract that can be read."""

    kind: ClassVar[str] = "contract.missing"
    vendor_id: str
    reason: str


class ContractReviewed(Event):
    """The contract was read: clauses, dates, conflicts with policy and with what was agreed."""

    kind: ClassVar[str] = "contract.reviewed"
    vendor_id: str
    review: ContractReview


class ContractSigned(Event):
    """Our signature is on the contract and verifies."""

    kind: ClassVar[str] = "contract.signed"
    vendor_id: str
    contract: Digest
    signed: Digest
    check: JsonObject
    #: What was agreed, net: the profile's last agreed price.
    unit_price: Price | None = None


class OrderPlaced(Event):
    """The order was written, with the signed contract attached; its delivery is an effect of its own."""

    kind: ClassVar[str] = "order.placed"
    purchase_order_id: str
    vendor_id: str
    effect_key: str
    total: Money


class InvoiceMatched(Event):
    """The vendor's confirmation was compared with what was ordered; `matches` decides whether the payment may go on."""

    kind: ClassVar[str] = "invoice.matched"
    vendor_id: str
    invoice_number: str | None
    invoiced: Money | None
    expected: Money
    matches: bool
    problems: tuple[str, ...] = ()


class PaymentSubmitted(Event):
    """The payment instruction was written; only a bank line confirms it."""

    kind: ClassVar[str] = "payment.submitted"
    effect_key: str
    end_to_end_id: str
    payee_id: str
    amount: Money
    files: tuple[str, ...] = ()


class PaymentConfirmed(Event):
    """A booked statement line closed the payment at the settled amount."""

    kind: ClassVar[str] = "payment.confirmed"
    end_to_end_id: str
    amount: Money
    booked_on: date
    statement: Digest
    line_id: str

    def answers(self) -> tuple[tuple[str, JsonObject], ...]:
        """The bank line ends the wait for the money."""
        return ((f"payment/{self.end_to_end_id}", {"amount_minor": self.amount.amount_minor, "currency": self.amount.currency}),)


class RenewalScheduled(Event):
    """The contract is watched: the last day to act, and the end of the current term. After each tacit renewal it is said anew.

    `plan` is the whole duration, from which later terms are reckoned; `route` is how the contract wants to be told that it ends;
    `lead_days` is how long before the last day to act a renewal case starts, None where none starts by itself. Older ledgers have neither.
    An `annual_cost` of nothing stands for one that nobody told.
    """

    kind: ClassVar[str] = "renewal.scheduled"
    version: ClassVar[int] = 2
    vendor_id: str
    contract: Digest
    term_end: date
    decide_by: date
    notice_days: int
    auto_renews: bool
    renewal_months: int | None
    annual_cost: Money
    uid: str
    term_start: date | None = None
    plan: TermPlan | None = None
    route: NoticeRoute | None = None
    lead_days: int | None = Field(default=None, ge=0, le=400)


class RenewalDropped(Event):
    """The contract is watched no more: it was withdrawn from, or its money came back."""

    kind: ClassVar[str] = "renewal.dropped"
    vendor_id: str
    contract: Digest
    uid: str
    reason: str


class ContractImported(Event):
    """The operator brought in a contract that was signed elsewhere."""

    kind: ClassVar[str] = "contract.imported"
    vendor_id: str
    filename: str
    review: ContractReview


class RenewalDecided(Event):
    """The operator said what becomes of a contract at the end of its term; by itself it sends nothing and cancels nothing.

    `uid` names the renewal; `instruction` is the instruction's id; `remind_on` is the day to be reminded, for `remind` only.
    An answer to a recommendation names its `digest` and ends the wait for it.
    """

    kind: ClassVar[str] = "renewal.decided"
    version: ClassVar[int] = 2
    vendor_id: str
    uid: str
    action: Literal["keep", "cancel", "renegotiate", "remind"]
    remind_on: date | None = None
    by: str
    instruction: str
    digest: str = ""
    surface: str = ""
    wait_key: str = ""

    def answers(self) -> tuple[tuple[str, JsonObject], ...]:
        """The decision ends the wait for it."""
        return ((self.wait_key, {"action": self.action, "digest": self.digest, "by": self.by}),) if self.wait_key else ()
