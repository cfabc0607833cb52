"""A remediation task: what the house cannot take back by itself, told to the operator with the next steps and a letter."""

from enum import StrEnum

from pydantic import Field

from memory.domain.base import Noun, UtcTime, sha256_hex
from memory.domain.effects import RegistryId
from memory.domain.money import Money
from memory.domain.registry import OneLine


class Trouble(StrEnum):
    """What went wrong after something was committed."""

    PAYMENT_FAILED = "payment_failed"
    ORDER_REFUSED = "order_refused"
    PAID_AND_REFUSED = "paid_and_refused"
    ORDERED_TWICE = "ordered_twice"
    PAID_TWICE = "paid_twice"
    PAYMENT_DECLINED = "payment_declined"
    """The operator did not approve the new payment of a contract that is signed."""
    MAIL_HELD = "mail_held"
    """A mail that undoes something may not go by a rule: the operator sends it, or leaves it."""
    UNDOING_FAILED = "undoing_failed"
    ORDER_UNDELIVERED = "order_undelivered"
    """The contract is signed, and the mail with the order and the contract was not delivered."""
    MAIL_UNDELIVERED = "mail_undelivered"
    """A mail of courtesy was not delivered."""
    PROVED_LATE = "proved_late"
    """What stands as failed or cancelled happened after all: an answer, or a bank line, says so."""
    NOTICE_CONTACT = "notice_contact"
    """A notice is ready, and nobody has entered the address that it goes to."""
    NOTICE_BY_HAND = "notice_by_hand"
    """The contract wants its notice by letter or in a portal: the operator sends it."""
    NOTICE_UNCONFIRMED = "notice_unconfirmed"
    """A notice is out, and the vendor has not confirmed that the contract ends."""
    CHARGED_AFTER_END = "charged_after_end"
    """Money left for a contract that had ended."""

    @property
    def vendors_doing(self) -> bool:
        """Whether the vendor brought it about; the rest is our own doing, the mail's or the bank's."""
        return self in {Trouble.ORDER_REFUSED, Trouble.PAID_AND_REFUSED, Trouble.ORDERED_TWICE, Trouble.CHARGED_AFTER_END}


class TaskSeverity(StrEnum):
    """How much it matters."""

    URGENT = "urgent"
    """Money, or a duty to pay, is at stake."""
    IMPORTANT = "important"
    NOTE = "note"
    """Courtesy: nothing is lost when it is left."""


class TaskOutcome(StrEnum):
    """How a task ended."""

    DONE = "done"
    REFUNDED = "refunded"
    """Money came back: `amount` of it."""
    NOT_PAID = "not_paid"
    """The payment that was instructed never left, and will not."""


class ReadyLetter(Noun):
    """A letter to a registered contact, in words that may go out as they are; None where no contact is registered."""

    vendor_id: RegistryId
    contact_id: RegistryId | None = None
    subject: OneLine = Field(max_length=200)
    body: str = Field(max_length=20_000)


class Remediation(Noun):
    """One task. `steps` are in order; `awaits` is money that has to come back before the budget is free again."""

    task_id: str = Field(min_length=1, max_length=80)
    case_id: str
    trouble: Trouble
    severity: TaskSeverity
    title: str = Field(min_length=1, max_length=200)
    happened: str = Field(min_length=1, max_length=1000)
    steps: tuple[str, ...] = Field(min_length=1)
    deadline: UtcTime
    vendor_id: RegistryId
    letter: ReadyLetter | None = None
    awaits: Money | None = None
    end_to_end_id: str = ""
    """The payment that it is about, where it is about one."""


def task_id(case_id: str, trouble: Trouble, mark: str = "") -> str:
    """Return the id of a task: the same trouble of the same case always has the same."""
    return "-".join(part for part in ("RT", case_id.removeprefix("CASE-"), trouble.value.replace("_", "-"), mark) if part)


def line_mark(line_id: str) -> str:
    """Return the mark of a task about one line of a bank statement."""
    return sha256_hex(line_id.encode())[:8]
