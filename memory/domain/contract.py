"""Contracts: what the paper says, clause by clause, and the last day on which one can still act."""

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from enum import StrEnum
from typing import Self

from pydantic import Field

from memory.domain.base import Digest, Noun
from memory.domain.days import NO_HOLIDAYS, add_months, working_day_on_or_before
from memory.domain.evidence import Span
from memory.domain.money import Money
from memory.domain.terms import Length, NoticeWindow, TermPlan, ends_when_given
from memory.domain.terms import decide_by as last_day_to_act
from memory.domain.words import counted


class ClauseKind(StrEnum):
    """The clauses that are looked for: those of the CUAD list that matter to a buyer, and what terms of software and freelancers add."""

    PARTIES = "parties"
    AGREEMENT_DATE = "agreement_date"
    EFFECTIVE_DATE = "effective_date"
    PRICE = "price"
    TOTAL = "total"
    PAYMENT_TERMS = "payment_terms"
    LATE_FEES = "late_fees"
    # How long it runs, and how it ends.
    INITIAL_TERM = "initial_term"
    EXPIRATION = "expiration"
    RENEWAL = "renewal"
    AUTO_RENEWAL = "auto_renewal"
    NOTICE = "notice"
    TERMINATION = "termination"
    KILL_FEE = "kill_fee"
    REFUND = "refund"
    POST_TERMINATION = "post_termination"
    SUSPENSION = "suspension"
    # What it may cost later, and what must be bought.
    PRICE_INCREASE = "price_increase"
    PRICE_RESTRICTION = "price_restriction"
    MINIMUM_COMMITMENT = "minimum_commitment"
    VOLUME_RESTRICTION = "volume_restriction"
    MOST_FAVOURED = "most_favoured"
    UNILATERAL_CHANGE = "unilateral_change"
    # What it forbids.
    EXCLUSIVITY = "exclusivity"
    NON_COMPETE = "non_compete"
    NO_SOLICIT = "no_solicit"
    ANTI_ASSIGNMENT = "anti_assignment"
    CHANGE_OF_CONTROL = "change_of_control"
    # Who bears what.
    LIABILITY_CAP = "liability_cap"
    UNCAPPED_LIABILITY = "uncapped_liability"
    LIQUIDATED_DAMAGES = "liquidated_damages"
    INDEMNITY = "indemnity"
    WARRANTY = "warranty"
    INSURANCE = "insurance"
    AUDIT = "audit"
    SLA_CREDITS = "sla_credits"
    THIRD_PARTY_BENEFICIARY = "third_party_beneficiary"
    # What belongs to whom.
    IP_ASSIGNMENT = "ip_assignment"
    IP_ON_PAYMENT = "ip_on_payment"
    LICENCE = "licence"
    ACCEPTANCE = "acceptance"
    # Data.
    DATA_PROTECTION = "data_protection"
    DPA = "dpa"
    SUBPROCESSORS = "subprocessors"
    DATA_REGION = "data_region"
    DATA_RETURN = "data_return"
    CONFIDENTIALITY = "confidentiality"
    AI_TRAINING = "ai_training"
    # Where it is argued about.
    GOVERNING_LAW = "governing_law"
    ARBITRATION = "arbitration"


class Certainty(StrEnum):
    """How sure the reader is: what is UNSURE goes to the operator, or to a model tier, and is never stated as read."""

    SURE = "sure"
    UNSURE = "unsure"


class Clause(Noun):
    """A clause found in the text: the sentence that proves it, and its value in plain words where there is one."""

    kind: ClauseKind
    span: Span
    value: str | None = None
    certainty: Certainty = Certainty.SURE


class Severity(StrEnum):
    """How much a finding weighs: a NOTE is told, a CONCERN needs the operator, a BLOCKER stops the purchase."""

    NOTE = "note"
    CONCERN = "concern"
    BLOCKER = "blocker"


class Finding(Noun):
    """Something about the contract the operator should know, with the passage behind it when there is one."""

    severity: Severity
    text: str
    clause: ClauseKind | None = None
    span: Span | None = None


class Undated(Noun):
    """Why no last day to act is told: what may be read two ways or was not read, in words, and the passage to look at."""

    clause: ClauseKind
    says: str = Field(max_length=300)
    span: Span


class OperatorWord(Noun):
    """What the operator said of a contract where its paper does not tell it."""

    notice_days: int | None = Field(default=None, ge=0, le=3660)
    term_end: date | None = None
    starts: date | None = None

    @property
    def says(self) -> str:
        """All of it in words."""
        said = (
            None if self.starts is None else f"it starts on {self.starts}",
            None if self.term_end is None else f"its term ends on {self.term_end}",
            None if self.notice_days is None else f"its notice is {counted(self.notice_days, 'day')}",
        )
        return " and ".join(one for one in said if one)


class TrialPeriod(Noun):
    """A trial that a paper grants: its last day free of charge, and the sentence that says so."""

    last_day: date
    span: Span


class ContractReview(Noun):
    """What was read in a contract. Dates and figures are None when the text does not state them."""

    contract: Digest
    text: Digest
    pages: int = Field(ge=1)
    clauses: tuple[Clause, ...]
    total: Money | None = None
    effective_on: date | None = None
    initial_term_months: int | None = None
    renewal_months: int | None = None
    auto_renews: bool | None = None
    notice_days: int | None = None
    plan: TermPlan | None = None
    """How its terms follow one another, where that was read more exactly than the figures above tell."""
    undated: str = Field(default="", max_length=500)
    """Why there is no last day to act although the terms were read: a part of it may be read two ways, or was not read."""
    doubts: tuple[Undated, ...] = ()
    """The same, each with its passage."""
    runs_on: bool = False
    """No term is stated: it runs until somebody ends it."""
    ending_notice: NoticeWindow | None = None
    """The notice that ends a contract that `runs_on`; None where it was not read."""
    word: OperatorWord | None = None
    """What the operator said beside the paper; the dates above and `plan` hold it."""
    governing_law: str | None = None
    trial: TrialPeriod | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def term_end(self) -> date | None:
        """The last day of the initial term, or None when start or length is not stated."""
        if self.plan is not None:
            return self.plan.term(0).end
        if self.effective_on is None or self.initial_term_months is None:
            return None
        return add_months(self.effective_on, self.initial_term_months) - timedelta(days=1)

    def ends_if_told(self, today: date, holidays: AbstractSet[date] = NO_HOLIDAYS) -> date | None:
        """Return the last day of a contract that runs on if notice is given today; None where it does not, or its notice was not read."""
        notice = self.ending_notice
        if not self.runs_on or notice is None:
            return None
        month = Length(months=1)
        start = min(self.effective_on or today, today)
        plan = TermPlan(start=start, initial=month, renewal=month, auto_renews=True, notice=notice)
        return ends_when_given(plan, today + timedelta(days=notice.transit_days if notice.received else 0), holidays)

    def with_findings(self, further: Iterable[Finding]) -> Self:
        """Return the review with further findings, the heaviest first."""
        weight = list(Severity)
        found = sorted((*self.findings, *further), key=lambda finding: -weight.index(finding.severity))
        return self.model_copy(update={"findings": tuple(found)})

    def decide_by(self, holidays: AbstractSet[date] = NO_HOLIDAYS) -> date | None:
        """Return the last day to act before the first renewal, or None when it cannot be known."""
        if self.undated:
            return None
        if self.plan is not None:
            return last_day_to_act(self.plan, self.plan.start, holidays)
        if self.term_end is None:
            return None
        return decide_by(self.term_end, self.notice_days or 0, holidays)


def decide_by(term_end: date, notice_days: int, holidays: AbstractSet[date] = NO_HOLIDAYS) -> date:
    """Return the last safe day to give notice: the end of the current term minus the notice, moved back off weekends and `holidays`.

    Moving back, never forward, because a notice that arrives on Monday for a Sunday deadline is late.
    """
    return working_day_on_or_before(term_end - timedelta(days=notice_days), holidays)
