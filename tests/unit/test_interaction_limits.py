"""Budgets against policy's own limits, and drafts of what would raise them."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphs.interaction.budget_limits import TIMES_A_YEAR, exceeded_limit
from graphs.interaction.drafting import added_rule, edited_rule
from graphs.policy.document import Policy
from graphs.policy.rules.category_budget import CategoryBudget
from memory.domain.money import Money, Period, Price

PERIODS = st.sampled_from([Period.MONTH, Period.QUARTER, Period.YEAR])


def policy(limit: str, per: str, software: str = "900000.00") -> Policy:
    text = (
        "version: 1\nrules:\n"
        f"  - id: crm_budget\n    kind: category_budget\n    says: A limit.\n    category: crm\n    limit: {limit} EUR\n    per: {per}\n"
        f"  - id: software_budget\n    kind: category_budget\n    says: Software too.\n    category: saas\n    limit: {software} EUR\n"
    )
    return Policy.load(text, source="policy.yaml")


def price(minor: int, period: Period) -> Price:
    return Price(amount_minor=minor, currency="EUR", period=period)


@given(limit=st.integers(1, 10**7), per=PERIODS, wish=st.integers(0, 10**7), period=PERIODS)
def test_a_limit_is_exceeded_exactly_when_a_year_of_the_wish_is_more_than_a_year_of_the_limit(
    limit: int, per: Period, wish: int, period: Period
) -> None:
    written = str(Money(amount_minor=limit, currency="EUR").amount)
    found = exceeded_limit(policy(written, per.value, software="9999999999.00"), "crm", price(wish, period))
    more = wish * TIMES_A_YEAR[period] > limit * TIMES_A_YEAR[per]
    assert (found is not None) is more


@given(wish=st.integers(20_001, 10**8), period=PERIODS, per=PERIODS)
def test_a_drafted_raise_allows_the_wish_and_not_a_cent_a_period_more_than_needed(wish: int, period: Period, per: Period) -> None:
    before = policy("1.00", per.value, software="99999999999.00")
    found = exceeded_limit(before, "crm", price(wish, period))
    assert found is not None
    drafted = edited_rule(before, "crm_budget", found.raising(price(wish, period)))
    assert drafted is not None
    assert not drafted.problem
    raised = next(line.removeprefix("+ limit: ").removesuffix(" EUR") for line in drafted.lines if line.startswith("+ limit"))
    exact = Decimal(wish) * TIMES_A_YEAR[period] / TIMES_A_YEAR[per]
    assert Decimal(raised) * 100 == exact.to_integral_value(ROUND_CEILING)


def test_a_limit_on_software_binds_the_shelves_in_it() -> None:
    found = exceeded_limit(policy("999999.00", "year"), "crm", price(95_000_000, Period.YEAR))
    assert found is not None
    assert found.rule.id == "software_budget"


def test_a_limit_in_another_currency_stands_without_being_compared() -> None:
    found = exceeded_limit(policy("999999.00", "year"), "crm", Price(amount_minor=1, currency="USD", period=Period.YEAR))
    assert found is not None
    assert not found.comparable


def test_a_new_rule_gets_an_id_of_its_own_and_the_draft_can_be_read() -> None:
    drafted = added_rule(
        policy("5.00", "year"), {"id": "crm_budget", "kind": "over_amount", "says": 'Say "hello": #1', "amount": "5.00 EUR"}
    )
    assert drafted is not None
    assert not drafted.problem
    assert "+   - id: crm_budget_2" in drafted.lines
    assert drafted.changes == ('rule crm_budget_2 is new: Say "hello": #1',)


@given(
    says=st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=80),
    names=st.lists(st.text(min_size=1, max_size=40), min_size=1, max_size=3),
)
def test_no_words_break_out_of_the_rule_they_are_written_into(says: str, names: list[str]) -> None:
    before = policy("5.00", "year")
    drafted = added_rule(before, {"id": "listed", "kind": "vendor_listed", "says": says, "deny": names})
    assert drafted is not None
    if drafted.problem:
        return
    assert [change for change in drafted.changes if not change.startswith("rule listed is new: ")] == []


def test_a_change_that_the_policy_refuses_says_why() -> None:
    drafted = edited_rule(policy("5.00", "year"), "crm_budget", {"per": "fortnight"})
    assert drafted is not None
    assert "per" in drafted.problem


@pytest.mark.parametrize("rule_id", ["nowhere", "crm_budge"])
def test_a_rule_that_is_not_written_line_by_line_is_not_drafted(rule_id: str) -> None:
    assert edited_rule(policy("5.00", "year"), rule_id, {"limit": "6.00 EUR"}) is None
    assert isinstance(policy("5.00", "year").rules[0], CategoryBudget)
