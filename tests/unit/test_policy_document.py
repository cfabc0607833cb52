"""A policy file: what is wrong is named with file, line, rule, field and mend; what differs is told in words."""

from __future__ import annotations

from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphs.policy.backtest import backtest
from graphs.policy.changes import diff
from graphs.policy.document import Policy
from graphs.policy.engine import evaluate
from graphs.policy.facts import Stage
from graphs.policy.rules.over_amount import OverAmount
from memory.domain.base import sha256_hex
from memory.domain.errors import InputError, IntegrityError
from memory.domain.money import Money
from memory.domain.policy import Verdict

SAMPLE = (files("graphs.policy") / "sample_policy.yaml").read_text(encoding="utf-8")
HEAD = "version: 2\nwithout_asking: [commit]\nrules:\n"
RULE = "  - id: big\n    kind: over_amount\n    says: Big ones are mine.\n    amount: 500.00 EUR\n"


def load(text: str) -> Policy:
    return Policy.load(text, source="policy.yaml")


def refused(text: str) -> tuple[str, str]:
    with pytest.raises(InputError) as caught:
        load(text)
    assert caught.value.message.startswith("policy.yaml")
    assert caught.value.hint
    return caught.value.message, caught.value.hint


def test_the_version_is_the_declared_number_and_the_texts_hash() -> None:
    policy = load(HEAD + RULE)
    assert policy.version == f"2-{sha256_hex((HEAD + RULE).encode())[:12]}"
    assert load(HEAD + RULE + "# a remark\n").version != policy.version


@pytest.mark.parametrize(
    ("written", "minor"),
    [
        ("500.00 EUR", 50000),
        ("500 EUR", 50000),
        ("1,200.50 EUR", 120050),
        ("0 EUR", 0),
        ("{amount: 500.00, currency: EUR}", 50000),
        ('"12 EUR"', 1200),
    ],
)
def test_money_is_written_with_its_currency(written: str, minor: int) -> None:
    rule = load(HEAD + RULE.replace("500.00 EUR", written)).rules[0]
    assert isinstance(rule, OverAmount)
    assert rule.amount == Money(amount_minor=minor, currency="EUR")


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("500.00", "'500.00' is not an amount of money; write the amount and its currency in one piece, for example 500.00 EUR"),
        ("500", "500 has no currency"),
        ("true", "True has no currency"),
        ("1.200 EUR", "'1.200' has more decimals than EUR; thousands are written 1,200 or 1200"),
        ("500 EURO", "is not an amount of money"),
        ("500 XYZ", "'XYZ' is not an ISO 4217 currency code"),
        ("-5 EUR", "is not an amount of money"),
        ("EUR 500", "is not an amount of money"),
        ("{amount: 500}", "field amount.amount_minor is missing"),
    ],
)
def test_any_other_amount_is_refused_with_the_mend(written: str, told: str) -> None:
    message, _ = refused(HEAD + RULE.replace("500.00 EUR", written))
    assert "line 7" in message
    assert "rule big" in message
    assert told in message


@pytest.mark.parametrize(
    ("wrong", "line", "told", "mend"),
    [
        (RULE + "    limit: 5 EUR\n", 8, "rule big: there is no field limit", "did you mean amount?"),
        (RULE + "    on: commit\n", 8, "rule big: there is no field on", "did you mean applies_to?"),
        (RULE + "    applies_to: {stages: [comit]}\n", 8, "applies_to.stages.0", "use one of the words"),
        (RULE + "    applies_to: {stage: [commit]}\n", 8, "there is no field applies_to.stage", "did you mean stages?"),
        (RULE + "    applies_to: {stages: []}\n", 8, "at least 1 item", "correct the field"),
        (RULE + "    verdict: allow\n", 8, "a rule can only make things stricter", "correct the field"),
        (RULE + "    amount: 600 EUR\n", 8, "amount is written twice", "keep one"),
        (RULE + RULE, 8, "rule big: this id is taken", "an id of its own"),
        (RULE.replace("id: big", "id: default"), 4, "this id is taken", "an id of its own"),
        (RULE.replace("over_amount", "over_amout"), 5, "there is no kind 'over_amout'", "did you mean over_amount?"),
        (RULE.replace("    kind: over_amount\n", ""), 4, "there is no kind None", "known kinds: attended"),
        (RULE.replace("    says: Big ones are mine.\n", ""), 4, "the field says is missing", "add says"),
        (RULE.replace("id: big", "id: Big One"), 4, "field id", "correct"),
        (RULE.replace("id: big", "id: 7"), 4, "field id", "put quotes"),
        ("  - big\n", 4, "a rule is a list of named fields", "- id:"),
    ],
)
def test_a_fault_in_a_rule_is_told_with_line_and_mend(wrong: str, line: int, told: str, mend: str) -> None:
    message, hint = refused(HEAD + wrong)
    assert message.startswith(f"policy.yaml, line {line}: ")
    assert told in message
    assert mend in hint


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "holds no policy"),
        ("# only a remark\n", "holds no policy"),
        ("just words", "a policy is a list of named fields"),
        ("- a\n- b\n", "a policy is a list of named fields"),
        ("version: 1\nrules: []\n", "rules"),
        ("version: 1.5\nrules: [{}]\n", "version"),
        ("version: true\nrules: [{}]\n", "version"),
        (HEAD.replace("[commit]", "[comit]") + RULE, "without_asking.0"),
        ("version: 1\ndefault: allow\nrules: [{}]\n", "default"),
        ("version: 1\nsurprise: 1\nrules: [{}]\n", "there is no field surprise"),
        ("version: 1\nrules: [\n", "not readable YAML"),
        ("version: 1\nrules: &a [*a]\n", "aliases"),
        ("version: 1\n\tx: 1\n", "not readable YAML"),
        ("version: 1\nrules: \x00\n", "not readable YAML"),
        ("[" * 5000, "nested too deeply"),
        ("{a: [" * 40, "nested too deeply"),
        ("version: !!python/object:os.system 1\nrules: [{}]\n", "tags (!name) are not used"),
        ("? [a]\n: 1\n", "a field's name must be a plain word"),
        ("version: 1\n---\nversion: 2\n", "not readable YAML"),
        ("x" * 1_000_000, "1,000,000 characters"),
    ],
)
def test_a_file_that_is_no_policy_is_refused_in_words(text: str, told: str) -> None:
    message, _ = refused(text)
    assert told in message


def test_several_faults_are_told_at_once_and_the_rest_counted() -> None:
    many = "".join(RULE.replace("big", f"r{n}").replace("500.00 EUR", str(n)) for n in range(7))
    message, _ = refused(HEAD + many)
    assert message.count("policy.yaml, line") == 5
    assert message.endswith("and 2 more")


@settings(max_examples=80, deadline=None)
@given(st.integers(0, len(SAMPLE) - 1), st.text(max_size=6), st.integers(0, 30))
def test_no_edit_of_a_policy_breaks_anything_but_the_policy(at: int, put: str, cut: int) -> None:
    text = SAMPLE[:at] + put + SAMPLE[at + cut :]
    assert loads_or_told(text)


def loads_or_told(text: str) -> bool:
    try:
        return bool(load(text).rules)
    except InputError as error:
        return error.message.startswith("policy.yaml")


def test_an_edit_that_breaks_the_owners_example_is_refused() -> None:
    message, hint = refused(SAMPLE.replace("amount: 500.00 EUR", "amount: 900.00 EUR"))
    assert 'the example "A year of an email tool at 685 EUR comes to my desk" is broken: expected over_500 among the reasons' in message
    assert "changed your mind" in hint


def test_an_example_may_not_name_a_rule_that_is_not_there() -> None:
    example = "examples:\n  - says: x\n    facts: {stage: commit, category: crm, all_in_total: 600 EUR}\n    expect: require_approval\n    because: [bigg]\n"
    assert "there is no rule bigg" in refused(HEAD + RULE + example)[0]
    assert load(HEAD + RULE + example.replace("bigg", "big")).examples[0].because == ("big",)


def test_an_example_with_an_unknown_fact_is_told_which_are_known() -> None:
    example = "examples:\n  - says: x\n    facts: {stage: commit, category: crm, totl: 600 EUR}\n    expect: allow\n"
    message, hint = refused(HEAD + RULE + example)
    assert "example 1: there is no field facts.totl" in message
    assert "all_in_total" in hint


def test_the_same_policy_differs_in_nothing() -> None:
    assert diff(load(SAMPLE), load(SAMPLE + "\n# a remark\n")) == ()


def test_what_changed_is_told_in_words() -> None:
    new = "version: 3\ndefault: deny\nwithout_asking: [award]\nrules:\n" + RULE.replace("500.00", "800")
    new += "  - id: away\n    kind: attended\n    says: Not while I am away.\n"
    old = HEAD + RULE + "  - id: taint\n    kind: taint\n    says: Vendors are vendors.\n"
    assert diff(load(old), load(new)) == (
        "default: require_approval → deny",
        "award now goes without asking",
        "commit no longer goes without asking",
        "rule taint is gone: Vendors are vendors.",
        "rule away is new: Not while I am away.",
        "rule big: amount 500.00 EUR → 800.00 EUR",
    )


def test_a_backtest_says_what_a_draft_would_have_changed() -> None:
    examples = [example.facts for example in load(SAMPLE).examples[:5]]
    past = [(evaluate(load(SAMPLE), facts), facts) for facts in examples]
    draft = load("version: 2\nwithout_asking: [outreach, commit]\nrules:\n" + RULE.replace("500.00", "900"))
    found = backtest(draft, past)
    assert found.judged == 5
    assert [(c.before, c.after) for c in found.changed] == [
        (Verdict.REQUIRE_APPROVAL, Verdict.ALLOW),
        (Verdict.DENY, Verdict.ALLOW),
        (Verdict.DENY, Verdict.REQUIRE_APPROVAL),
        (Verdict.DENY, Verdict.REQUIRE_APPROVAL),
    ]
    assert found.in_words == "4 of 5 past decisions would have differed: 0 stricter, 4 looser."
    assert backtest(load(SAMPLE), past).changed == ()


def test_a_backtest_on_other_facts_than_were_judged_is_refused() -> None:
    policy = load(SAMPLE)
    facts = policy.examples[0].facts
    decision = evaluate(policy, facts)
    with pytest.raises(IntegrityError):
        backtest(policy, [(decision, facts.model_copy(update={"stage": Stage.PAY}))])


def test_a_policy_is_read_from_its_own_text_again() -> None:
    policy = load(SAMPLE)
    assert load(policy.text) == policy
