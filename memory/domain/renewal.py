"""The end of a term: what a contract is worth to us, what to do about it, and the next term when nobody said no."""

from collections.abc import Set as AbstractSet
from datetime import date
from enum import StrEnum

from pydantic import Field

from memory.domain.base import Digest, Noun, digest_of
from memory.domain.contract import ContractReview
from memory.domain.days import NO_HOLIDAYS
from memory.domain.evidence import Claim
from memory.domain.terms import Length, NoticeWindow, Term, TermPlan, current_term, decide_by, plan_from_end
from memory.domain.words import one_line

_YEAR = 12
_QUOTED = 300  # characters of a sentence
#: A shorter term is one of a subscription that can be ended each month: no case is opened for each of its ends.
_SHORT_DAYS = 85
#: Days before the last day to act: offers take weeks, and what was built on a tool takes longer to move.
_LEAD_DAYS = 120
_QUICK_LEADS = {"contractor": 60, "services": 75, "monitor": 60, "hardware": 45, "domain": 45}


class RenewalAction(StrEnum):
    """What becomes of a contract at the end of its term."""

    KEEP = "keep"
    RENEGOTIATE = "renegotiate"
    CANCEL = "cancel"


class Usage(Noun):
    """How much of a contract is used, in the operator's words: `used` of `paid_for` units, where they were counted."""

    used: int | None = Field(default=None, ge=0)
    paid_for: int | None = Field(default=None, ge=1)
    unit: str = Field(default="", max_length=60)
    words: str = Field(default="", max_length=1000)
    evidence: Digest

    @property
    def percent(self) -> int | None:
        """How much of what is paid for is used; None where it was not counted."""
        return None if self.used is None or self.paid_for is None else self.used * 100 // self.paid_for


class Position(Noun):
    """One point of a negotiation, filled in beforehand: what to ask for, and what that rests on."""

    topic: str = Field(max_length=40)
    ask: str = Field(max_length=300)
    because: Claim


class Recommendation(Noun):
    """What the renewal watcher recommends for one term of one contract. `schedule` is the event that put the term under watch."""

    uid: str
    schedule: str
    vendor_id: str
    action: RenewalAction
    summary: str = Field(max_length=1000)
    reasons: tuple[Claim, ...] = ()
    unknown: tuple[str, ...] = ()
    """What was looked for and is not known; it is said, never guessed."""
    positions: tuple[Position, ...] = ()

    @property
    def digest(self) -> Digest:
        """What an answer is bound to."""
        return digest_of(self)


def plan_of(review: ContractReview) -> TermPlan | None:
    """Return the duration of a contract as it was read; None when its start or its length is not stated, or in doubt."""
    if review.undated:
        return None
    if review.plan is not None:
        return review.plan
    if review.effective_on is None or not review.initial_term_months:
        return None
    renews = bool(review.auto_renews)
    return TermPlan(
        start=review.effective_on,
        initial=Length(months=review.initial_term_months),
        renewal=Length(months=review.renewal_months or _YEAR) if renews else None,
        auto_renews=renews,
        notice=NoticeWindow(length=review.notice_days) if review.notice_days else None,
    )


def plan_known_by_end(term_end: date, *, auto_renews: bool, renewal_months: int | None, notice_days: int) -> TermPlan:
    """Return the duration of a contract that was put under watch before plans were kept."""
    notice = NoticeWindow(length=notice_days) if notice_days else None
    if not auto_renews:
        return TermPlan(start=term_end, ends_on=term_end, notice=notice)
    return plan_from_end(term_end, Length(months=renewal_months or _YEAR), notice)


def why_unwatched(review: ContractReview, today: date) -> str:
    """Return why a contract cannot be watched, in words; '' for one that can."""
    plan = plan_of(review)
    if plan is None:
        return _without_plan(review, today)
    if current_term(plan, today) is None:
        return f"it ended on {plan.term(0).end} and does not renew by itself"
    return ""


def _without_plan(review: ContractReview, today: date) -> str:
    if review.runs_on:
        ends = review.ends_if_told(today)
        told = f"with notice given today it would end on {ends}" if ends else "with what notice was not read"
        return f"it runs until somebody ends it; {told}"
    if review.plan is None and review.effective_on is None:
        return "the paper does not state its start"
    if review.plan is None and not review.initial_term_months:
        return "the paper does not state the length of its term"
    doubts = (f"{doubt.says}: look at “{one_line(doubt.span.text, _QUOTED)}”" for doubt in review.doubts)
    return f"its dates are in doubt: {'; '.join(doubts) or review.undated}"


class TermWatch(Noun):
    """One term under watch: its days and the last day to act in it."""

    term: Term
    decide_by: date

    @property
    def days(self) -> int:
        """How long the term is."""
        return (self.term.end - self.term.start).days + 1


def watch_at(plan: TermPlan, today: date, holidays: AbstractSet[date] = NO_HOLIDAYS) -> TermWatch | None:
    """Return the term that holds `today` and the last day to act in it; None when the contract is over by then."""
    term, act_by = current_term(plan, today), decide_by(plan, today, holidays)
    return None if term is None or act_by is None else TermWatch(term=term, decide_by=act_by)


def watch_over(review: ContractReview, today: date, holidays: AbstractSet[date] = NO_HOLIDAYS) -> TermWatch | None:
    """Return the term of a contract that holds `today` and the last day to act in it; None when that is not known, or it is over."""
    plan = plan_of(review)
    return watch_at(plan, today, holidays) if plan else None


def lead_days(category: str, term_days: int) -> int | None:
    """Return how long before the last day to act a renewal case starts, so that one can still switch; None for short terms.

    Never longer than half of the term: a contract that was signed yesterday is not up for renewal.
    """
    if term_days < _SHORT_DAYS:
        return None
    wanted = next((days for word, days in _QUICK_LEADS.items() if word in category), _LEAD_DAYS)
    return min(wanted, term_days // 2)
