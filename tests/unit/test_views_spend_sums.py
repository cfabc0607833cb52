"""Spend: what counts, over which window, in which currency, against which budget."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memory.domain.events.cases import CaseOpened
from memory.domain.events.contracts import PaymentConfirmed, PaymentSubmitted
from memory.domain.events.workspace import BudgetCommitted, BudgetReleased, BudgetReserved, BudgetSet
from memory.domain.money import Money, Period, Price
from memory.views.spend import budget_lines, payment_entries, spend_entries, spent_within

T0 = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def eur(amount: int) -> Money:
    return Money(amount_minor=amount, currency="EUR")


def spend(core: Any, case_id: str, *facts: Any) -> None:
    core.act(
        f"open/{case_id}",
        CaseOpened(case_id=case_id, instruction=case_id, evidence="a" * 64, channel="cli", graph_version=1),
        stream=case_id,
    )
    for number, fact in enumerate(facts):
        core.act(f"spend/{case_id}/{number}", fact, stream=case_id)


def reserved(case_id: str, amount: int, category: str = "email_marketing", currency: str = "EUR") -> BudgetReserved:
    money = Money(amount_minor=amount, currency=currency)
    return BudgetReserved(case_id=case_id, category=category, top_category="saas", amount=money)


def test_a_case_counts_once_at_its_latest_amount_until_it_is_released(core: Any) -> None:
    spend(core, "A", reserved("A", 100))
    spend(core, "B", reserved("B", 100), BudgetCommitted(case_id="B", category="email_marketing", top_category="saas", amount=eur(80)))
    spend(core, "C", reserved("C", 500), BudgetReleased(case_id="C", category="email_marketing", amount=eur(500), reason="ended"))
    assert spent_within(core.database, T0, 30, "EUR", category=None) == eur(180)
    assert spent_within(core.database, T0, 30, "EUR", category=None, without_case="A") == eur(80)
    assert {(e.case_id, e.status, e.amount.amount_minor) for e in spend_entries(core.database)} == {
        ("A", "reserved", 100),
        ("B", "committed", 80),
        ("C", "released", 500),
    }


def test_a_category_counts_under_its_own_name_and_the_one_above(core: Any) -> None:
    spend(core, "A", reserved("A", 100))
    spend(core, "B", reserved("B", 30, "crm"))
    for category, total in (("email_marketing", 100), ("crm", 30), ("saas", 130), ("hardware", 0), (None, 130)):
        assert spent_within(core.database, T0, 30, "EUR", category=category) == eur(total)
    assert [e.case_id for e in spend_entries(core.database, category="crm")] == ["B"]
    assert len(spend_entries(core.database, category="saas")) == 2


def test_another_currency_is_never_added(core: Any) -> None:
    spend(core, "A", reserved("A", 100))
    spend(core, "B", reserved("B", 999, currency="USD"))
    assert spent_within(core.database, T0, 30, "EUR", category=None) == eur(100)
    assert spent_within(core.database, T0, 30, "USD", category=None).amount_minor == 999
    assert spent_within(core.database, T0, 30, "CHF", category=None).amount_minor == 0


@settings(max_examples=20)
@given(spends=st.lists(st.tuples(st.integers(0, 10), st.integers(1, 1000)), max_size=8), window=st.integers(1, 12))
def test_a_rolling_window_holds_what_began_within_it(open_core: Callable[..., Any], spends: list[tuple[int, int]], window: int) -> None:
    core = open_core()
    for number, (days, amount) in enumerate(spends):
        core.clock.at = T0 - timedelta(days=days)
        spend(core, f"C{number}", reserved(f"C{number}", amount))
    expected = sum(amount for days, amount in spends if days <= window)
    assert spent_within(core.database, T0, window, "EUR", category=None) == eur(expected)


def test_a_budget_shows_what_is_left_over_its_own_period_negative_when_overspent(core: Any) -> None:
    def limit(category: str, amount: int, period: Period) -> BudgetSet:
        return BudgetSet(category=category, limit=Price(amount_minor=amount, currency="EUR", period=period), by="jo")

    budgets = [limit("all", 1000, Period.YEAR), limit("email_marketing", 100, Period.MONTH), limit("crm", 50, Period.QUARTER)]
    core.act("budgets", *budgets, stream="workspace")
    core.clock.at = T0 - timedelta(days=60)
    spend(core, "OLD", reserved("OLD", 70))
    core.clock.at = T0
    spend(core, "NEW", reserved("NEW", 130))
    lines = {line.category: (line.used.amount_minor, line.left.amount_minor) for line in budget_lines(core.database, T0)}
    assert lines == {"all": (200, 800), "email_marketing": (130, -30), "crm": (0, 50)}
    without = {line.category: line.left.amount_minor for line in budget_lines(core.database, T0, without_case="NEW")}
    assert without == {"all": 930, "email_marketing": 100, "crm": 50}


@pytest.mark.parametrize("status", [None, "submitted", "confirmed"])
def test_payments_are_listed_newest_first_by_case_and_status(core: Any, status: str | None) -> None:
    for number, case_id in enumerate(("A", "B")):
        core.clock.move(timedelta(hours=1))
        submitted = PaymentSubmitted(effect_key=f"k{number}", end_to_end_id=f"QM{number}", payee_id="p", amount=eur(100))
        core.act(f"pay/{number}", submitted, stream=case_id)
    line = PaymentConfirmed(end_to_end_id="QM0", amount=eur(99), booked_on=date(2026, 12, 1), statement="a" * 64, line_id="l")
    core.act("bank", line, stream="A")
    listed = [(p.end_to_end_id, p.status, p.settled) for p in payment_entries(core.database, status=status)]
    both = [("QM1", "submitted", None), ("QM0", "confirmed", eur(99))]
    assert listed == [row for row in both if status in {None, row[1]}]
    assert [p.case_id for p in payment_entries(core.database, case_id="B")] == ["B"]
