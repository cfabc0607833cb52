"""Laws that hold for every policy: rules only tighten, order is nothing, errors deny, splitting does not pass."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from graphs.policy.document import Policy
from graphs.policy.engine import evaluate
from graphs.policy.facts import Facts, Stage, Window, WindowSpend
from graphs.policy.rule import ActiveRule, Rule, RuleKind, rule_kinds
from memory.domain.contract import Certainty, ClauseKind, Severity
from memory.domain.contract_policy import Measure, MeasuredTerm
from memory.domain.money import Money
from memory.domain.policy import Verdict
from memory.domain.vendor import VendorStatus

lawful = settings(deadline=None, max_examples=60)  # a busy machine is no broken law
NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
WINDOWS = [Window(days=30), Window(days=30, category="crm"), Window(days=365, category="crm")]


def empty_policy(*active: ActiveRule, free: frozenset[Stage] = frozenset(Stage)) -> Policy:
    return Policy(
        version="1-test", default=Verdict.REQUIRE_APPROVAL, without_asking=free, active=active, examples=(), text="", source="test"
    )


def rule_of(kind: str, name: str = "a_rule", **fields: object) -> ActiveRule:
    found = rule_kinds()[kind]
    return ActiveRule(found.model.model_validate({"id": name, "kind": kind, "says": "So it is.", **fields}), found)


def amounts(currencies: str = "EUR USD") -> st.SearchStrategy[Money]:
    return st.builds(Money, amount_minor=st.integers(0, 10**6), currency=st.sampled_from(currencies.split()))


VERDICTS = st.sampled_from(["require_approval", "deny"])
FIELDS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "over_amount": {"amount": amounts(), "of": st.sampled_from(["total", "month"]), "verdict": VERDICTS},
    "within_ceiling": {"verdict": VERDICTS},
    "category_budget": {"category": st.sampled_from(["crm", "saas", "other"]), "limit": amounts(), "verdict": VERDICTS},
    "rolling_window_cap": {"amount": amounts(), "days": st.just(30), "category": st.sampled_from([None, "crm"]), "verdict": VERDICTS},
    "vendor_listed": {"deny": st.sampled_from([["acme"], ["bolt"]]), "allow": st.sampled_from([[], ["bolt"]]), "verdict": VERDICTS},
    "clause": {"clauses": st.lists(st.sampled_from(list(ClauseKind)), min_size=1), "verdict": VERDICTS},
    "required_clause": {"clauses": st.lists(st.sampled_from(list(ClauseKind)), min_size=1), "verdict": VERDICTS},
    "clause_range": {
        "max_notice_days": st.none() | st.integers(0, 120),
        "max_renewal_months": st.none() | st.integers(0, 36),
        "max_price_increase": st.none() | st.sampled_from([0, 5, "7.5 %"]),
        "min_liability_cap": st.none() | amounts(),
        "min_liability_cap_months": st.none() | st.integers(1, 24),
        "min_payment_days": st.integers(0, 60),
        "governing_law": st.sampled_from([[], ["Germany", "Austria"]]),
        "when_silent": st.sampled_from(["allow", "require_approval", "deny"]),
        "verdict": VERDICTS,
    },
    "contract_findings": {"at_least": st.sampled_from(list(Severity)), "verdict": VERDICTS},
    "risk_tolerance": {"level": st.sampled_from(["low", "medium", "high"]), "verdict": VERDICTS},
    "commitment": {},
    "outreach": {"max_mails": st.integers(1, 10), "require_approval": st.booleans()},
    "payee": {"cooling_off_days": st.integers(0, 10), "verdict": VERDICTS},
    "data_region": {"regions": st.sampled_from([["EU"], ["US"]]), "verdict": VERDICTS},
    "taint": {"verdict": VERDICTS, "unverified_sender": VERDICTS},
    "attended": {"verdict": VERDICTS},
}


def measured() -> st.SearchStrategy[MeasuredTerm]:
    place = st.none() | st.sampled_from(["Germany", "Delaware", "Germany; Delaware"])
    number = st.none() | st.integers(0, 2000)
    return st.builds(
        MeasuredTerm,
        measure=st.sampled_from(list(Measure)),
        number=number,
        amount=st.none() | amounts(),
        place=place,
        unlimited=st.booleans(),
        certainty=st.sampled_from(list(Certainty)),
    )


@st.composite
def rules(draw: st.DrawFn) -> ActiveRule:
    kind = draw(st.sampled_from(sorted(FIELDS)))
    scope = draw(st.sampled_from([{}, {"stages": [s.value for s in Stage]}, {"categories": ["saas"]}, {"categories": ["hardware"]}]))
    fields = {name: draw(values) for name, values in FIELDS[kind].items()}
    return rule_of(kind, f"r{draw(st.integers(0, 10**6))}", applies_to=scope, **fields)


@st.composite
def facts(draw: st.DrawFn) -> Facts:
    def maybe(values: st.SearchStrategy[Any]) -> Any:
        return draw(st.none() | values)

    return Facts(
        stage=draw(st.sampled_from(list(Stage))),
        case_id="c",
        category=draw(st.sampled_from(["crm", "other"])),
        top_category=draw(st.sampled_from(["saas", "hardware"])),
        now=NOW,
        vendor_id=maybe(st.sampled_from(["acme", "bolt", "cord"])),
        vendor_status=maybe(st.sampled_from(list(VendorStatus))),
        vendor_known=draw(st.booleans()),
        data_region=maybe(st.sampled_from(["EU", "EU/Frankfurt", "US", "unspecified"])),
        all_in_total=maybe(amounts()),
        all_in_per_month=maybe(amounts()),
        ceiling=maybe(amounts()),
        budget_left=maybe(amounts()),
        spent_in_window=tuple(WindowSpend(**dict(w), amount=draw(amounts())) for w in WINDOWS if draw(st.booleans())),
        term_months=maybe(st.integers(0, 60)),
        auto_renews=maybe(st.booleans()),
        renewal_months=maybe(st.integers(0, 60)),
        notice_days=maybe(st.integers(0, 400)),
        clauses=maybe(st.lists(st.sampled_from([c.value for c in ClauseKind])).map(tuple)),
        unsure_clauses=maybe(st.lists(st.sampled_from([c.value for c in ClauseKind])).map(tuple)),
        contract_terms=maybe(st.lists(measured(), max_size=4).map(tuple)),
        contract_findings=maybe(st.lists(st.sampled_from(list(Severity))).map(tuple)),
        approval_id=maybe(st.just("APR-1")),
        approved_total=maybe(amounts()),
        contact_registered=maybe(st.booleans()),
        mails_in_case=maybe(st.integers(0, 12)),
        payee_registered=maybe(st.booleans()),
        payee_changed_at=maybe(st.integers(-20, 20).map(lambda d: NOW + timedelta(days=d))),
        sender_verified=maybe(st.booleans()),
        untrusted_origin=draw(st.booleans()),
        effect_kind=maybe(st.sampled_from(["contract.sign", "payment.instruct", "mail.send", "calendar.put"])),
        operator_present=draw(st.booleans()),
    )


def test_every_kind_is_tried_here() -> None:
    assert set(FIELDS) == set(rule_kinds())


@lawful
@given(st.lists(rules(), max_size=5), rules(), facts(), st.sets(st.sampled_from(list(Stage))))
def test_adding_a_rule_never_loosens_a_verdict(some: list[ActiveRule], one: ActiveRule, case: Facts, free: set[Stage]) -> None:
    without = evaluate(empty_policy(*some, free=frozenset(free)), case)
    with_it = evaluate(empty_policy(*some, one, free=frozenset(free)), case)
    assert with_it.verdict.strictness >= without.verdict.strictness


@lawful
@given(st.lists(rules(), max_size=6, unique_by=lambda a: a.rule.id), facts(), st.randoms())
def test_the_order_of_rules_is_nothing(some: list[ActiveRule], case: Facts, random: Any) -> None:
    shuffled = list(some)
    random.shuffle(shuffled)
    assert evaluate(empty_policy(*some), case) == evaluate(empty_policy(*shuffled), case)


@lawful
@given(st.lists(rules(), max_size=6), facts())
def test_the_strictest_outcome_wins(some: list[ActiveRule], case: Facts) -> None:
    decision = evaluate(empty_policy(*some), case)
    assert decision.verdict.strictness == max(o.verdict.strictness for o in decision.outcomes)
    assert len(decision.outcomes) == len(some) + 1


@lawful
@given(st.lists(rules(), min_size=1, max_size=6), facts())
def test_text_from_a_vendor_never_loosens_a_verdict(some: list[ActiveRule], case: Facts) -> None:
    trusted, tainted = (case.model_copy(update={"untrusted_origin": tainted}) for tainted in (False, True))
    policy = empty_policy(*some)
    assert evaluate(policy, tainted).verdict.strictness >= evaluate(policy, trusted).verdict.strictness


@lawful
@given(st.lists(rules(), min_size=1, max_size=6), facts())
def test_an_approval_never_lifts_a_denial_but_that_of_a_missing_approval(some: list[ActiveRule], case: Facts) -> None:
    policy = empty_policy(*some)
    bare = case.model_copy(update={"approval_id": None})
    denied = {o.rule for o in evaluate(policy, bare).outcomes if o.verdict is Verdict.DENY and o.kind != "commitment"}
    assert denied <= {o.rule for o in evaluate(policy, case).outcomes if o.verdict is Verdict.DENY}


@lawful
@given(facts(), st.sampled_from(["raises", "nothing", "true"]))
def test_a_rule_that_fails_denies_and_says_so(case: Facts, how: str) -> None:
    def broken(_rule: Rule, _facts: Facts) -> Any:
        return {"nothing": None, "true": True}[how]

    kind = RuleKind(kind="broken", model=Rule, judge=broken, stages=tuple(Stage))
    decision = evaluate(empty_policy(ActiveRule(Rule(id="odd", kind="broken", says="So it is."), kind)), case)
    assert decision.verdict is Verdict.DENY
    assert decision.outcomes[0].because.startswith("could not be judged: ")


@lawful
@given(st.integers(101, 100_000), st.lists(st.integers(1, 99), max_size=8), st.integers(100, 50_000))
def test_splitting_a_purchase_does_not_pass_the_rolling_cap(total: int, cuts: list[int], cap: int) -> None:
    """However a sum above the cap is cut up, not all pieces pass; what passed never exceeds the cap."""
    policy = empty_policy(rule_of("rolling_window_cap", amount=Money(amount_minor=cap, currency="EUR"), days=30))
    pieces = pieces_of(max(total, cap + 1), cuts)
    spent = 0
    refused = 0
    for piece in pieces:
        spend = WindowSpend(days=30, amount=Money(amount_minor=spent, currency="EUR"))
        case = Facts(
            stage=Stage.COMMIT,
            case_id="c",
            category="crm",
            top_category="saas",
            now=NOW,
            all_in_total=Money(amount_minor=piece, currency="EUR"),
            spent_in_window=(spend,),
        )
        if evaluate(policy, case).verdict is Verdict.ALLOW:
            spent += piece
        else:
            refused += 1
    assert refused
    assert spent <= cap


def pieces_of(total: int, percents: list[int]) -> list[int]:
    pieces = []
    for percent in percents:
        piece = total * percent // 100
        pieces.append(piece)
        total -= piece
    return [*pieces, total]


@lawful
@given(facts())
def test_the_default_holds_where_nothing_goes_without_asking(case: Facts) -> None:
    policy = empty_policy(free=frozenset())
    expected = Verdict.ALLOW if case.approval_covers else Verdict.REQUIRE_APPROVAL
    assert evaluate(policy, case).verdict is expected
    assert evaluate(replace(policy, default=Verdict.DENY), case).verdict is Verdict.DENY
