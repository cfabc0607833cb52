"""Facts that the clock brings: reminders, renewals that draw near, reviews that are due, nightly proofs of the ledger."""

from datetime import date
from typing import ClassVar, Literal

from memory.domain.base import Digest, UtcTime
from memory.domain.events.base import Event

ReminderStep = Literal["half", "day"]
"""When an open approval is called to mind: at half of its time, and a day before silence becomes a no."""


class ApprovalReminded(Event):
    """An approval waits still. `passed_over` names the reminders whose time went by unseen; this one stands for them."""

    kind: ClassVar[str] = "approval.reminded"
    approval_id: str
    step: ReminderStep
    title: str
    expires_at: UtcTime
    passed_over: tuple[ReminderStep, ...] = ()


class RenewalDue(Event):
    """A step of the ladder before the last day to act is reached.

    `step_days` is the step (180, 120, ... days before), `days_left` counts to the last day to act and is negative when that has
    passed. `passed_over` names earlier steps whose day went by unseen: this one stands for them. `schedule` is the event that put
    the contract under watch.
    """

    kind: ClassVar[str] = "renewal.due"
    uid: str
    schedule: str
    vendor_id: str
    decide_by: date
    step_days: int
    days_left: int
    passed_over: tuple[int, ...] = ()


class RenewalReminded(Event):
    """The day has come on which the operator wanted to hear of a renewal; `instruction` is where they said so."""

    kind: ClassVar[str] = "renewal.reminded"
    uid: str
    vendor_id: str
    remind_on: date
    decide_by: date
    instruction: str


class ReviewDue(Event):
    """The weekly review is due; `week` is the ISO week, `decisions` how many automatic decisions nobody has looked at."""

    kind: ClassVar[str] = "review.due"
    week: str
    decisions: int


class LedgerVerified(Event):
    """The nightly check held. `whole` from the first event, otherwise from the last signed anchor; `events` were checked."""

    kind: ClassVar[str] = "ledger.verified"
    night: date
    whole: bool
    events: int
    head: Digest


class LedgerBroken(Event):
    """The nightly check found a chain that does not hold; effects are stopped."""

    kind: ClassVar[str] = "ledger.broken"
    night: date
    whole: bool
    stream: str
    at_version: int
    event_id: str
    problem: str


class StatementRefused(Event):
    """A file in the folder for bank statements cannot be read as one; it was set aside."""

    kind: ClassVar[str] = "statement.refused"
    filename: str
    digest: Digest
    reason: str
    hint: str = ""


class StatementQuestioned(Event):
    """A bank statement was taken in, and something in it contradicts the house's own records."""

    kind: ClassVar[str] = "statement.questioned"
    filename: str
    statement: Digest
    contradictions: tuple[str, ...]


class DutyFailed(Event):
    """A duty could not be done. It is tried again, later each time; attempts 1, 2, 4, 8, ... are recorded."""

    kind: ClassVar[str] = "duty.failed"
    duty: str
    mark: str
    attempt: int
    error: str
    message: str
    hint: str = ""
