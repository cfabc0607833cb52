"""What is checked and what a check finds."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from memory.domain.contract import ClauseKind


class Check(StrEnum):
    """What is looked for in terms. The first sixteen are those of software terms; the rest are what orders and freelancers add."""

    AUTO_RENEWAL = "auto_renewal"
    NOTICE_WINDOW = "notice_window"
    PRICE_CHANGE = "price_change"
    TERMS_CHANGE = "terms_change"
    SUSPENSION = "suspension"
    EXIT_WITHOUT_CAUSE = "exit_without_cause"
    REFUND = "refund"
    DATA_RETURN = "data_return"
    DPA = "dpa"
    CONFIDENTIALITY = "confidentiality"
    INDEMNITY = "indemnity"
    LIABILITY_CAP = "liability_cap"
    UNCAPPED_LIABILITY = "uncapped_liability"
    SERVICE_CREDITS = "service_credits"
    GOVERNING_LAW = "governing_law"
    AI_TRAINING = "ai_training"
    PRICE_CHANGE_NOTICE = "price_change_notice"
    DATA_LOCATION = "data_location"
    SUBPROCESSORS = "subprocessors"
    ARBITRATION = "arbitration"
    LATE_FEES = "late_fees"
    KILL_FEE = "kill_fee"
    ACCEPTANCE = "acceptance"
    IP_ON_PAYMENT = "ip_on_payment"

    @property
    def clause(self) -> ClauseKind:
        """The kind of clause that is there when the check finds it."""
        return _OTHER_NAMES.get(self) or ClauseKind(self.value)


_OTHER_NAMES = {
    Check.NOTICE_WINDOW: ClauseKind.NOTICE,
    Check.PRICE_CHANGE: ClauseKind.PRICE_INCREASE,
    Check.PRICE_CHANGE_NOTICE: ClauseKind.PRICE_INCREASE,
    Check.TERMS_CHANGE: ClauseKind.UNILATERAL_CHANGE,
    Check.EXIT_WITHOUT_CAUSE: ClauseKind.TERMINATION,
    Check.SERVICE_CREDITS: ClauseKind.SLA_CREDITS,
    Check.DATA_LOCATION: ClauseKind.DATA_REGION,
}

SAAS = tuple(Check)[: tuple(Check).index(Check.PRICE_CHANGE_NOTICE)]
"""The sixteen checks of software terms."""


class CheckState(StrEnum):
    """Whether it is there. UNSURE goes to the operator or to a model tier and is never stated as read."""

    PRESENT = "present"
    ABSENT = "absent"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class CheckFinding:
    """What one check found. `span` is start and end (exclusive) in the text; None where nothing speaks of it.

    ABSENT with a span means that the text rules it out in words ("may not train models on Customer Content"): the span proves that.
    `value` is in plain words ("30 days", "fees of 12 months", "ruled out"), None where the text states none or it cannot be read.
    """

    check: Check
    state: CheckState
    span: tuple[int, int] | None = None
    value: str | None = None
