"""The watch over a contract's terms: put under watch when it is signed or imported, and again after each tacit renewal."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import date

from memory.domain.contract import ContractReview
from memory.domain.days import NO_HOLIDAYS
from memory.domain.events.contracts import RenewalScheduled
from memory.domain.events.renewals import RenewalRolled, RenewalSuperseded
from memory.domain.money import Money
from memory.domain.notice import NoticeRoute
from memory.domain.renewal import TermWatch, lead_days, plan_of, watch_at
from memory.domain.terms import TermPlan
from memory.views.renewals import Renewal


def scheduled(
    review: ContractReview,
    *,
    vendor_id: str,
    annual_cost: Money,
    uid: str,
    today: date,
    category: str = "",
    plan: TermPlan | None = None,
    route: NoticeRoute | None = None,
    holidays: AbstractSet[date] = NO_HOLIDAYS,
) -> RenewalScheduled | None:
    """Return the watch over the *current* term of a contract; None when its dates are not known, or it is over by today.

    `plan` is what the reader found of its duration; without one it is made of the review's figures.
    """
    lasting = plan or plan_of(review)
    watch = watch_at(lasting, today, holidays) if lasting else None
    if lasting is None or watch is None:
        return None
    return RenewalScheduled(
        vendor_id=vendor_id,
        contract=review.contract,
        notice_days=review.notice_days or 0,
        auto_renews=lasting.auto_renews,
        renewal_months=review.renewal_months,
        annual_cost=annual_cost,
        uid=uid,
        plan=lasting,
        route=route,
        **_of_term(watch, lead_days(category, watch.days)),
    )


def rolled(
    line: Renewal, ended: date, today: date, lead: int | None, holidays: AbstractSet[date] = NO_HOLIDAYS
) -> tuple[RenewalRolled, RenewalScheduled] | None:
    """Return the facts that a contract went on by itself after `ended`, and the watch over the term it is in today; None when it is over.

    The uid stays. What was decided for the last term does not carry over.
    """
    plan = line.lasting
    watch = watch_at(plan, today, holidays)
    if watch is None or watch.term.end <= ended:
        return None
    went_on = RenewalRolled(uid=line.uid, vendor_id=line.vendor_id, ended_term=ended, next_term_end=watch.term.end, decision=line.decision)
    again = RenewalScheduled(
        vendor_id=line.vendor_id,
        contract=line.contract,
        notice_days=line.notice_days,
        auto_renews=plan.last_number is None or watch.term.number < plan.last_number,
        renewal_months=line.renewal_months,
        annual_cost=line.annual_cost,
        uid=line.uid,
        plan=plan,
        route=line.route,
        **_of_term(watch, lead),
    )
    return went_on, again


def superseded(line: Renewal, by_uid: str, reason: str, *, by: str) -> RenewalSuperseded:
    """Return the fact that another contract took the place of one under watch."""
    return RenewalSuperseded(uid=line.uid, vendor_id=line.vendor_id, contract=line.contract, by_uid=by_uid, reason=reason, by=by)


def again(line: Renewal) -> RenewalScheduled:
    """Return the watch over a contract that was taken for another one, as it stood."""
    days = (line.term_end - line.term_start).days + 1 if line.term_start else 0
    return RenewalScheduled(
        vendor_id=line.vendor_id,
        contract=line.contract,
        term_end=line.term_end,
        decide_by=line.decide_by,
        notice_days=line.notice_days,
        auto_renews=line.auto_renews,
        renewal_months=line.renewal_months,
        annual_cost=line.annual_cost,
        uid=line.uid,
        term_start=line.term_start,
        plan=line.plan,
        route=line.route,
        lead_days=lead_days("", days),
    )


def _of_term(watch: TermWatch, lead: int | None) -> dict[str, object]:
    return {"term_start": watch.term.start, "term_end": watch.term.end, "decide_by": watch.decide_by, "lead_days": lead}
