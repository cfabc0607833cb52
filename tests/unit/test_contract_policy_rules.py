"""Rules about clauses: forbidden, required and out of range. What the reader is not sure of is asked, never passed and never denied."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphs.policy.backtest import backtest
from graphs.policy.changes import diff
from graphs.policy.document import Policy
from graphs.policy.engine import evaluate
from graphs.policy.facts import Facts, Stage
from graphs.policy.rule import rule_kinds
from memory.domain.base import digest_of
from memory.domain.contract import Certainty, ClauseKind
from memory.domain.contract_policy import Attitude, Measure, MeasuredTerm, same_place
from memory.domain.errors import InputError
from memory.domain.money import Money
from memory.domain.policy import Verdict

KINDS = [kind.value for kind in ClauseKind]
SAMPLE = (files("graphs.policy") / "sample_policy.yaml").read_text(encoding="utf-8")


def facts(**known: Any) -> Facts:
    told = {"clauses": (), **known}
    return Facts(stage=Stage.COMMIT, case_id="c", category="crm", top_category="saas", now=datetime(2026, 11, 23, tzinfo=UTC), **told)


def verdict(kind: str, read: Facts, **fields: object) -> tuple[Verdict, str]:
    found = rule_kinds()[kind]
    judgement = found.judge(found.model.model_validate({"id": "a_rule", "kind": kind, "says": "So it is.", **fields}), read)
    return judgement.verdict, judgement.because


def term(measure: Measure, **value: Any) -> MeasuredTerm:
    return MeasuredTerm(measure=measure, **value)


def policy(*lines: str, version: int = 1) -> Policy:
    rules = "\n".join(f"  - {{says: So it is., {line}}}" for line in lines)
    return Policy.load(f"version: {version}\nwithout_asking: [commit]\nrules:\n{rules}\n", source="policy.yaml")


def test_a_required_clause_that_is_missing_is_named() -> None:
    read = facts(clauses=("liability_cap",))
    assert verdict("required_clause", read, clauses=["liability_cap", "confidentiality"]) == (
        Verdict.REQUIRE_APPROVAL,
        "it has no clause confidentiality",
    )
    assert verdict("required_clause", read, clauses=["liability_cap"])[0] is Verdict.ALLOW
    assert verdict("required_clause", read, clauses=["refund"], verdict="deny")[0] is Verdict.DENY


def test_a_data_processing_agreement_is_a_clause_on_data_protection_but_not_the_other_way_round() -> None:
    assert verdict("required_clause", facts(clauses=("dpa",)), clauses=["data_protection"])[0] is Verdict.ALLOW
    assert verdict("required_clause", facts(clauses=("data_protection",)), clauses=["dpa"])[0] is Verdict.REQUIRE_APPROVAL


@pytest.mark.parametrize(
    ("limit", "stated", "expected"),
    [
        ({"max_notice_days": 60}, [term(Measure.NOTICE_DAYS, number=60)], Verdict.ALLOW),
        ({"max_notice_days": 60}, [term(Measure.NOTICE_DAYS, number=61)], Verdict.DENY),
        ({"max_notice_days": 60}, [term(Measure.NOTICE_DAYS, number=30), term(Measure.NOTICE_DAYS, number=90)], Verdict.DENY),
        ({"max_notice_days": 60}, [term(Measure.NOTICE_DAYS, number=90, certainty=Certainty.UNSURE)], Verdict.REQUIRE_APPROVAL),
        ({"max_notice_days": 60}, [term(Measure.NOTICE_DAYS, number=30, certainty=Certainty.UNSURE)], Verdict.REQUIRE_APPROVAL),
        ({"max_notice_days": 60}, [], Verdict.REQUIRE_APPROVAL),
        ({"max_notice_days": 60, "when_silent": "allow"}, [], Verdict.ALLOW),
        ({"max_notice_days": 60, "when_silent": "deny"}, [], Verdict.DENY),
        ({"max_notice_days": 60}, [term(Measure.RENEWAL_MONTHS, number=0)], Verdict.ALLOW),
        ({"max_renewal_months": 0}, [term(Measure.RENEWAL_MONTHS, number=1)], Verdict.DENY),
        ({"max_price_increase": "7.5 %"}, [term(Measure.PRICE_INCREASE_BP, number=750)], Verdict.ALLOW),
        ({"max_price_increase": 7}, [term(Measure.PRICE_INCREASE_BP, number=701)], Verdict.DENY),
        ({"max_price_increase": 7}, [term(Measure.PRICE_INCREASE_BP, unlimited=True)], Verdict.DENY),
        ({"min_liability_cap": "1000 EUR"}, [term(Measure.LIABILITY_CAP, amount=Money.of(999, "EUR"))], Verdict.DENY),
        ({"min_liability_cap": "1000 EUR"}, [term(Measure.LIABILITY_CAP, amount=Money.of(5000, "USD"))], Verdict.REQUIRE_APPROVAL),
        ({"min_liability_cap": "1000 EUR"}, [term(Measure.LIABILITY_CAP, number=12)], Verdict.REQUIRE_APPROVAL),
        ({"min_liability_cap": "1000 EUR", "min_liability_cap_months": 12}, [term(Measure.LIABILITY_CAP, number=12)], Verdict.ALLOW),
        ({"min_liability_cap_months": 12}, [term(Measure.LIABILITY_CAP, number=3)], Verdict.DENY),
        ({"min_liability_cap_months": 12}, [term(Measure.LIABILITY_CAP, unlimited=True)], Verdict.ALLOW),
        ({"min_liability_cap": "1 EUR"}, [term(Measure.LIABILITY_CAP, number=0)], Verdict.DENY),
        ({"min_payment_days": 14}, [term(Measure.PAYMENT_DAYS, number=7)], Verdict.DENY),
        ({"min_warranty_months": 12}, [term(Measure.WARRANTY_MONTHS, number=12)], Verdict.ALLOW),
        ({"governing_law": ["Germany"]}, [term(Measure.GOVERNING_LAW, place="the Federal Republic of Germany")], Verdict.ALLOW),
        ({"governing_law": ["Ireland"]}, [term(Measure.GOVERNING_LAW, place="Northern Ireland")], Verdict.DENY),
        ({"governing_law": ["Germany"]}, [term(Measure.GOVERNING_LAW, place="Germany; California")], Verdict.REQUIRE_APPROVAL),
        ({"governing_law": ["Germany"]}, [term(Measure.GOVERNING_LAW)], Verdict.REQUIRE_APPROVAL),
    ],
)
def test_a_value_is_held_against_its_limit(limit: dict[str, object], stated: list[MeasuredTerm], expected: Verdict) -> None:
    assert verdict("clause_range", facts(contract_terms=tuple(stated)), verdict="deny", **limit)[0] is expected


def test_the_reason_tells_the_value_and_the_limit() -> None:
    read = facts(contract_terms=(term(Measure.NOTICE_DAYS, number=90), term(Measure.PRICE_INCREASE_BP, unlimited=True)))
    _, because = verdict("clause_range", read, max_notice_days=60, max_price_increase=5)
    assert because == "the notice period: 90 days; wanted is at most 60 days; how far prices may rise: no limit; wanted is at most 5 %"


@settings(deadline=None, max_examples=80)
@given(st.sampled_from(KINDS), st.sets(st.sampled_from(KINDS)), st.sampled_from(["clause", "required_clause"]))
def test_an_unsure_clause_is_neither_passed_nor_denied(one: str, others: set[str], kind: str) -> None:
    sure = tuple(sorted(others - {one, "dpa", "auto_renewal", "ip_on_payment"}))
    read = facts(clauses=sure, unsure_clauses=(one,))
    assert verdict(kind, read, clauses=[one], verdict="deny")[0] is Verdict.REQUIRE_APPROVAL


def test_a_contract_nobody_read_is_asked_about() -> None:
    for kind, fields in (("required_clause", {"clauses": ["refund"]}), ("clause_range", {"max_notice_days": 60})):
        assert verdict(kind, facts(clauses=None), verdict="deny", **fields) == (
            Verdict.REQUIRE_APPROVAL,
            "not known: what the contract says",
        )


def test_facts_kept_before_values_were_measured_are_judged_by_what_they_hold_and_keep_their_digest() -> None:
    old = facts(notice_days=90, auto_renews=True, renewal_months=24)
    assert "contract_terms" not in old.model_dump(mode="json")
    assert Facts.model_validate_json(old.model_dump_json()) == old
    assert verdict("clause_range", old, max_notice_days=60)[0] is Verdict.REQUIRE_APPROVAL
    assert verdict("clause_range", old, max_renewal_months=24)[0] is Verdict.ALLOW
    assert digest_of(old) != digest_of(facts(contract_terms=(), notice_days=90, auto_renews=True, renewal_months=24))


def test_a_limit_that_is_not_exact_or_not_there_is_refused_with_the_mend() -> None:
    for line, words in {
        "id: a, kind: clause_range": "set at least one limit",
        "id: a, kind: clause_range, max_price_increase: 7.555": "no percentage",
        "id: a, kind: clause_range, max_price_increase: about ten": "no percentage",
        "id: a, kind: clause_range, max_notice_day: 5": "there is no field max_notice_day",
        "id: a, kind: required_clause, clauses: []": "clauses",
        "id: a, kind: required_clause, clauses: [pony]": "clauses",
    }.items():
        with pytest.raises(InputError, match=words):
            policy(line)


def test_a_changed_limit_is_told_in_the_owners_units() -> None:
    was = policy("id: fair, kind: clause_range, max_price_increase: 5 %, governing_law: [Germany]")
    becomes = policy("id: fair, kind: clause_range, max_price_increase: 7.5 %, governing_law: [Germany, Austria]", version=2)
    assert diff(was, becomes) == ("rule fair: max_price_increase 5 → 7.5", "rule fair: governing_law [Germany] → [Germany, Austria]")


def test_a_draft_with_a_required_clause_is_tried_on_past_contracts() -> None:
    past = facts(clauses=("price",))
    before = evaluate(policy("id: none, kind: clause, clauses: [exclusivity]"), past)
    found = backtest(policy("id: refund, kind: required_clause, clauses: [refund]"), [(before, past)])
    assert [(c.before, c.after, c.reasons_after[0].because) for c in found.changed] == [
        (Verdict.ALLOW, Verdict.REQUIRE_APPROVAL, "it has no clause refund")
    ]


def test_the_policy_says_what_it_wants_of_each_clause() -> None:
    sample = Policy.load(SAMPLE, source="sample_policy.yaml")
    wanted = sample.positions()
    assert {p.attitude for p in wanted} == set(Attitude)
    assert {p.policy_version for p in wanted} == {sample.version}
    limits = {(p.rule, p.measure): p.limit for p in wanted if p.measure}
    assert limits["fair_terms", Measure.LIABILITY_CAP] == "at least the fees of 12 months"
    assert limits["risk", Measure.NOTICE_DAYS] == "at most 60 days"
    assert limits["fair_terms", Measure.PRICE_INCREASE_BP] == "at most 10 %"


def test_a_rule_for_a_category_wants_something_of_that_category_only() -> None:
    narrowed = policy("id: a, kind: clause, clauses: [exclusivity], applies_to: {categories: [saas]}")
    assert (len(narrowed.positions("crm", "saas")), narrowed.positions("hardware"), narrowed.narrowed()) == (1, (), ("a",))
    elsewhere = policy("id: a, kind: clause, clauses: [exclusivity], applies_to: {stages: [award]}")
    assert (elsewhere.positions(), elsewhere.narrowed()) == ((), ())


def test_names_of_one_jurisdiction_are_equal() -> None:
    assert same_place("the State of California") == same_place("California")
    assert same_place("Deutschland") == same_place("Federal Republic of Germany")
    assert same_place("England") == same_place("England and Wales")
    assert same_place("Northern Ireland") != same_place("Ireland")
