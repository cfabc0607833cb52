"""The sample policy on the demo's purchase, stage by stage, and on the ways in which it must not pass."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib.resources import files

import pytest

from graphs.policy.document import Policy
from graphs.policy.engine import evaluate
from graphs.policy.facts import Facts, Stage, WindowSpend
from memory.domain.base import digest_of
from memory.domain.contract import Severity
from memory.domain.money import Money
from memory.domain.policy import PolicyDecision, Verdict
from memory.domain.vendor import VendorStatus

TEXT = (files("graphs.policy") / "sample_policy.yaml").read_text(encoding="utf-8")
POLICY = Policy.load(TEXT, source="sample_policy.yaml")
NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
TOTAL = Money.of("685.44", "EUR")
APPROVED = {"approval_id": "APR-1", "approved_total": TOTAL}


def eur(amount: int | str) -> Money:
    return Money.of(amount, "EUR")


def nothing_spent() -> tuple[WindowSpend, ...]:
    return tuple(WindowSpend(days=w.days, category=w.category, amount=eur(0)) for w in POLICY.windows())


def demo(stage: Stage, **changes: object) -> Facts:
    """The demo's purchase: Brieflark, EU, 685.44 EUR all-in for a year under a ceiling of 720 EUR."""
    known: dict[str, object] = {
        "stage": stage,
        "case_id": "CASE-1",
        "category": "email_marketing",
        "top_category": "saas",
        "now": NOW,
        "vendor_id": "brieflark",
        "vendor_name": "Brieflark",
        "vendor_status": VendorStatus.QUALIFIED,
        "data_region": "EU",
        "all_in_total": None if stage in {Stage.PRECHECK, Stage.OUTREACH} else TOTAL,
        "ceiling": eur(720),
        "budget_left": eur(1200),
        "spent_in_window": nothing_spent(),
        "term_months": 12,
        "auto_renews": True,
        "renewal_months": 12,
        "notice_days": 30,
        "clauses": ("price", "renewal", "liability_cap"),
        "contract_findings": (Severity.NOTE,),
        "contact_registered": True,
        "mails_in_case": 6,
        "payee_registered": True,
        "sender_verified": True,
        "effect_kind": {Stage.DELIVER: "contract.sign", Stage.PAY: "payment.instruct", Stage.CALENDAR: "calendar.put"}.get(stage),
    }
    return Facts.model_validate({**known, **changes})


def reasons(decision: PolicyDecision) -> set[str]:
    return {outcome.rule for outcome in decision.reasons}


@pytest.mark.parametrize("stage", [Stage.PRECHECK, Stage.OUTREACH, Stage.COUNTEROFFER, Stage.CALENDAR])
def test_the_demo_runs_without_asking_until_it_binds(stage: Stage) -> None:
    assert evaluate(POLICY, demo(stage)).verdict is Verdict.ALLOW


@pytest.mark.parametrize("stage", [Stage.AWARD, Stage.COMMIT])
def test_the_demo_stops_at_the_operators_desk(stage: Stage) -> None:
    decision = evaluate(POLICY, demo(stage))
    assert decision.verdict is Verdict.REQUIRE_APPROVAL
    assert {"over_500", "commitments", "vendor_words", "default"} <= reasons(decision)


@pytest.mark.parametrize("stage", [Stage.COMMIT, Stage.DELIVER, Stage.PAY, Stage.CALENDAR])
def test_after_the_approval_everything_goes_through(stage: Stage) -> None:
    assert evaluate(POLICY, demo(stage, **APPROVED)).verdict is Verdict.ALLOW


@pytest.mark.parametrize("stage", [Stage.DELIVER, Stage.PAY])
def test_without_the_approval_no_effect_leaves(stage: Stage) -> None:
    decision = evaluate(POLICY, demo(stage))
    assert decision.verdict is Verdict.DENY
    assert decision.outcomes[0].rule == "commitments"


def test_an_effect_of_unknown_kind_counts_as_one_that_binds() -> None:
    assert evaluate(POLICY, demo(Stage.DELIVER, effect_kind=None)).verdict is Verdict.DENY
    assert evaluate(POLICY, demo(Stage.DELIVER, effect_kind="mail.send")).verdict is Verdict.REQUIRE_APPROVAL


def test_an_approval_for_less_does_not_cover_more() -> None:
    for approval in ({"approved_total": eur("685.43")}, {"approved_total": None}, {"approved_total": Money.of(9999, "USD")}):
        assert evaluate(POLICY, demo(Stage.PAY, approval_id="APR-1", **approval)).verdict is Verdict.DENY


@pytest.mark.parametrize(
    ("stage", "changes", "rule"),
    [
        (Stage.COMMIT, {"all_in_total": eur("720.01")}, "within_ceiling"),
        (Stage.COUNTEROFFER, {"all_in_total": eur("720.01")}, "within_ceiling"),
        (Stage.COMMIT, {"budget_left": eur(600)}, "budget_email_marketing"),
        (Stage.COMMIT, {"data_region": "US"}, "data_in_europe"),
        (Stage.OUTREACH, {"vendor_name": " pyramid  MAILINGS ltd"}, "no_business_with"),
        (Stage.OUTREACH, {"vendor_status": VendorStatus.BLOCKED}, "no_business_with"),
        (Stage.OUTREACH, {"contact_registered": False}, "mails"),
        (Stage.COMMIT, {"clauses": ("exclusivity",)}, "forbidden_clauses"),
        (Stage.COMMIT, {"contract_findings": (Severity.NOTE, Severity.BLOCKER)}, "contract_blockers"),
        (Stage.PAY, {"payee_registered": False}, "payees"),
        (Stage.PAY, {"payee_registered": None}, "payees"),
        (Stage.PAY, {"payee_changed_at": NOW - timedelta(days=6, hours=23)}, "payees"),
        (Stage.PAY, {"payee_changed_at": NOW + timedelta(days=400)}, "payees"),
    ],
)
def test_what_is_denied_stays_denied_even_when_approved(stage: Stage, changes: dict[str, object], rule: str) -> None:
    approval: dict[str, object] = {"approval_id": "APR-1", "approved_total": eur(9999)}
    decision = evaluate(POLICY, demo(stage, **{**approval, **changes}))
    assert decision.verdict is Verdict.DENY
    assert {o.rule for o in decision.reasons if o.verdict is Verdict.DENY} == {rule}


@pytest.mark.parametrize(
    ("stage", "changes", "rule"),
    [
        (Stage.OUTREACH, {"mails_in_case": 40}, "mails"),
        (Stage.OUTREACH, {"mails_in_case": None}, "mails"),
        (Stage.OUTREACH, {"contact_registered": None}, "mails"),
        (Stage.COUNTEROFFER, {"all_in_total": None}, "within_ceiling"),
        (Stage.OUTREACH, {"vendor_id": None}, "no_business_with"),
        (Stage.COMMIT, {"term_months": 13}, "risk"),
        (Stage.COMMIT, {"notice_days": 61}, "risk"),
        (Stage.COMMIT, {"notice_days": None}, "risk"),
        (Stage.COMMIT, {"renewal_months": 24}, "risk"),
        (Stage.COMMIT, {"clauses": None}, "forbidden_clauses"),
        (Stage.COMMIT, {"clauses": ("ai_training",)}, "training_on_my_data"),
        (Stage.COMMIT, {"contract_findings": (Severity.CONCERN,)}, "contract_concerns"),
        (Stage.COMMIT, {"spent_in_window": ()}, "cap_30_days"),
        (Stage.COMMIT, {"data_region": "unspecified"}, "data_in_europe"),
        (Stage.COMMIT, {"ceiling": None}, "within_ceiling"),
        (Stage.AWARD, {"top_category": "contractor", "category": "design"}, "known_contractors"),
    ],
)
def test_what_is_unknown_or_unusual_comes_to_the_operator(stage: Stage, changes: dict[str, object], rule: str) -> None:
    decision = evaluate(POLICY, demo(stage, **changes))
    assert decision.verdict is Verdict.REQUIRE_APPROVAL
    assert rule in reasons(decision)


def test_details_that_changed_a_week_ago_may_be_paid() -> None:
    assert evaluate(POLICY, demo(Stage.PAY, payee_changed_at=NOW - timedelta(days=7), **APPROVED)).verdict is Verdict.ALLOW


def test_a_second_purchase_in_the_year_meets_the_category_budget() -> None:
    spent = tuple(s.model_copy(update={"amount": eur(600)}) if s.category == "email_marketing" else s for s in nothing_spent())
    assert "budget_email_marketing" in reasons(evaluate(POLICY, demo(Stage.COMMIT, spent_in_window=spent)))


def test_another_currency_is_denied_and_told_why() -> None:
    decision = evaluate(POLICY, demo(Stage.COMMIT, all_in_total=Money.of(400, "USD"), approval_id="A", approved_total=Money.of(400, "USD")))
    assert decision.verdict is Verdict.DENY
    outcome = next(o for o in decision.outcomes if o.rule == "over_500")
    assert outcome.because == (
        "could not be judged: 400.00 USD cannot be held against 500.00 EUR: two currencies are never compared, convert one of them first"
    )


def test_a_decision_names_every_rule_the_version_and_the_facts() -> None:
    facts = demo(Stage.COMMIT)
    decision = evaluate(POLICY, facts)
    assert {o.rule for o in decision.outcomes} == {rule.id for rule in POLICY.rules} | {"default"}
    assert decision.facts == digest_of(facts)
    assert decision.policy_version == POLICY.version
    assert next(o for o in decision.outcomes if o.rule == "payees").because == "not asked at the stage commit"
    assert next(o for o in decision.outcomes if o.rule == "budget_hardware").because == "it is not hardware"
    assert next(o for o in decision.outcomes if o.rule == "over_500").says == "Anything over 500 EUR in total needs review."


def test_facts_survive_json_and_refuse_what_is_not_exact() -> None:
    facts = demo(Stage.COMMIT)
    assert Facts.model_validate_json(facts.model_dump_json()) == facts
    assert Facts.model_validate(facts.model_dump(mode="json")) == facts
    for wrong in (
        {"term_months": 12.0},
        {"term_months": True},
        {"vendor_known": 1},
        {"colour": "red"},
        {"ceiling": 57.0},
        {"ceiling": eur(-1)},
    ):
        with pytest.raises(ValueError, match="validation error"):
            demo(Stage.COMMIT, **wrong)


def test_the_sample_is_written_in_the_owners_voice() -> None:
    assert all(rule.says.endswith(".") for rule in POLICY.rules)
    assert POLICY.version.startswith("1-")
    assert len(POLICY.examples) >= 5
