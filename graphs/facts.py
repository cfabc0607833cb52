"""The facts that policy is asked about, gathered from the case file and the read models: pure reading, no opinion."""

from __future__ import annotations

from datetime import datetime

from agents.contract_reading.policy_check import contract_terms
from graphs.case_file import CaseFile
from graphs.context import Desk
from graphs.policy.engine import evaluate
from graphs.policy.facts import Facts, Stage, WindowSpend
from memory import outbox
from memory.database import reading
from memory.domain.base import canonical_json
from memory.domain.contract import ClauseKind, ContractReview
from memory.domain.effects import MAIL_SEND
from memory.domain.events.cases import PolicyEvaluated
from memory.domain.evidence import Origin
from memory.domain.money import Money
from memory.domain.policy import PolicyDecision
from memory.domain.quote import Terms
from memory.domain.vendor import VendorFacts, VendorStatus
from memory.views.spend import WHOLE_HOUSE, budget_lines, spent_within
from memory.views.vendors import current_profile

_DEFAULT_TERM_MONTHS = 12


def ask_policy(desk: Desk, facts: Facts) -> tuple[PolicyDecision, PolicyEvaluated]:
    """Return the verdict on `facts`, and the fact that it was given."""
    # The facts are kept, so that a draft of a policy can be judged on what was really asked (`qm policy backtest`).
    body = canonical_json(facts.model_dump(mode="json"))
    desk.evidence.put(body, media_type="application/json", origin=Origin.SYSTEM, source="facts of a policy question")
    decision = evaluate(desk.policy(), facts)
    return decision, PolicyEvaluated(decision=decision)


def facts_for(
    desk: Desk,
    case: CaseFile,
    stage: Stage,
    *,
    vendor_id: str | None = None,
    terms: Terms | None = None,
    review: ContractReview | None = None,
    approved: bool = False,
    effect_kind: str | None = None,
) -> Facts:
    """Return what policy may know at `stage`; everything not known is None, and policy treats that as a reason to ask."""
    requisition = case.requisition
    months = terms.term_months if terms else _DEFAULT_TERM_MONTHS
    ceiling = requisition.ceiling_for(months)
    category = requisition.catalogue_category or requisition.category
    total = terms.all_in_total() if terms else None
    currency = total.currency if total else ceiling.currency
    return Facts(
        stage=stage,
        case_id=case.case_id,
        category=category,
        top_category=requisition.category,
        now=desk.now(),
        all_in_total=total,
        all_in_per_month=terms.all_in_per_month() if terms else None,
        ceiling=ceiling,
        term_months=terms.term_months if terms else None,
        budget_left=_budget_left(desk, case.case_id, (category, requisition.category), currency),
        spent_in_window=_windows(desk, case.case_id, currency),
        approval_id=case.approval_id or None if approved else None,
        approved_total=case.approved.total if approved and case.approved else None,
        mails_in_case=_mails(desk, case.case_id),
        effect_kind=effect_kind,
        **_vendor_facts(desk, case, vendor_id),
        **_contract_facts(review),
    )


def _vendor_facts(desk: Desk, case: CaseFile, vendor_id: str | None) -> dict[str, object]:
    if vendor_id is None:
        return {}
    profile = current_profile(desk.database, vendor_id)
    known = profile.facts if profile else _candidate(case, vendor_id)
    payee_id = desk.registry.party_of("payee", vendor_id)
    return {
        "vendor_id": vendor_id,
        "vendor_name": known.name if known else None,
        "vendor_status": known.status if known else None,
        "vendor_known": known is not None and known.status is VendorStatus.CONTRACTED,
        "data_region": known.data_region if known else None,
        "contact_registered": desk.registry.party_of("contact", vendor_id) is not None,
        "payee_registered": payee_id is not None,
        "payee_changed_at": _changed_at(desk, payee_id),
        "sender_verified": all(m.verified_sender for m in case.messages if m.vendor_id == vendor_id),
    }


def _candidate(case: CaseFile, vendor_id: str) -> VendorFacts | None:
    return case.candidates[vendor_id].facts if vendor_id in case.candidates else None


def _changed_at(desk: Desk, payee_id: str | None) -> datetime | None:
    changed = desk.registry.changed_at("payee", payee_id) if payee_id else None
    return datetime.fromisoformat(changed) if changed else None


def _contract_facts(review: ContractReview | None) -> dict[str, object]:
    if review is None:
        return {}
    paper = contract_terms(review)
    # A figure whose clause is not sure is asked about as unsure; it must not be judged as if it were known.
    return {
        "auto_renews": review.auto_renews,
        "renewal_months": None if ClauseKind.RENEWAL in paper.unsure else review.renewal_months,
        "notice_days": None if ClauseKind.NOTICE in paper.unsure else review.notice_days,
        "clauses": tuple(kind.value for kind in paper.clauses),
        "unsure_clauses": tuple(kind.value for kind in paper.unsure),
        "contract_terms": paper.terms,
        "contract_findings": tuple(finding.severity for finding in review.findings),
    }


def _budget_left(desk: Desk, case_id: str, categories: tuple[str, ...], currency: str) -> Money | None:
    lines = budget_lines(desk.database, desk.now(), without_case=case_id)
    left = [line.left for line in lines if line.category in {*categories, WHOLE_HOUSE} and line.limit.currency == currency]
    return min(left, key=lambda money: money.amount_minor) if left else None


def _windows(desk: Desk, case_id: str, currency: str) -> tuple[WindowSpend, ...]:
    now = desk.now()
    return tuple(
        WindowSpend(
            days=window.days,
            category=window.category,
            amount=spent_within(desk.database, now, window.days, currency, category=window.category, without_case=case_id),
        )
        for window in desk.policy().windows()
    )


def _mails(desk: Desk, case_id: str) -> int:
    with reading(desk.database) as connection:
        return len(outbox.rows(connection, case_id=case_id, kind=MAIL_SEND))
