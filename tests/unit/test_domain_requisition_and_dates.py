"""Ceilings over a term, months that end early, and the last day to act."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from math import floor

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from memory.domain.contract import ContractReview, decide_by
from memory.domain.days import add_months
from memory.domain.money import Money, Period, Price
from memory.domain.requisition import Requisition

DAYS = st.dates(date(1990, 1, 1), date(2200, 1, 1))
REVIEW = ContractReview(contract="a" * 64, text="b" * 64, pages=1, clauses=())


@given(DAYS, st.integers(0, 400))
@example(date(2027, 3, 31), 30)
def test_the_last_day_to_act_is_never_too_late_and_never_on_a_weekend(term_end: date, notice: int) -> None:
    day, bare = decide_by(term_end, notice), term_end - timedelta(days=notice)
    assert day <= bare
    assert day.weekday() < 5
    assert (bare - day).days <= 2
    if bare.weekday() < 5:
        assert day == bare


@pytest.mark.parametrize(
    ("term_end", "notice", "expected"),
    [
        (date(2027, 11, 21), 60, date(2027, 9, 22)),  # a Wednesday stays
        (date(2027, 11, 20), 0, date(2027, 11, 19)),  # Saturday: the Friday before
        (date(2027, 11, 21), 0, date(2027, 11, 19)),  # Sunday: the Friday before
        (date(2024, 3, 30), 30, date(2024, 2, 29)),  # over a leap day
    ],
)
def test_the_last_day_to_act_on_known_calendars(term_end: date, notice: int, expected: date) -> None:
    assert decide_by(term_end, notice) == expected


@given(DAYS, st.integers(0, 240))
def test_months_are_added_to_the_same_day_or_the_end_of_a_shorter_month(start: date, months: int) -> None:
    end = add_months(start, months)
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
    assert end.day == min(start.day, monthrange(end.year, end.month)[1])


@given(DAYS, st.integers(0, 60), st.integers(0, 60))
def test_more_months_never_end_earlier(start: date, one: int, more: int) -> None:
    assert add_months(start, one + more) >= add_months(start, one)


@given(DAYS, st.integers(1, 60), st.none() | st.integers(0, 180))
def test_a_contract_is_decided_before_its_term_ends(start: date, months: int, notice: int | None) -> None:
    review = REVIEW.model_copy(update={"effective_on": start, "initial_term_months": months, "notice_days": notice})
    assert review.term_end is not None
    assert review.term_end + timedelta(days=1) == add_months(start, months)
    assert review.decide_by() == decide_by(review.term_end, notice or 0)


def test_without_a_start_or_a_length_there_is_no_day_to_decide_by() -> None:
    assert REVIEW.model_copy(update={"initial_term_months": 12}).decide_by() is None
    assert REVIEW.model_copy(update={"effective_on": date(2026, 1, 1)}).decide_by() is None


@given(st.integers(0, 10**9), st.sampled_from(list(Period)), st.none() | st.just("seat"), st.integers(1, 1000), st.integers(1, 120))
def test_a_ceiling_is_scaled_to_the_term_and_never_rounded_up(
    requisition: Callable[..., Requisition], amount: int, period: Period, per: str | None, quantity: int, months: int
) -> None:
    asked = requisition(ceiling=Price(amount_minor=amount, currency="EUR", period=period), ceiling_per=per, quantity=quantity)
    length = {Period.MONTH: 1, Period.QUARTER: 3, Period.YEAR: 12}.get(period)
    units = quantity if per or period in {Period.HOUR, Period.DAY} else 1
    exact = Fraction(amount * units) * (Fraction(months, length) if length else 1)
    assert asked.ceiling_for(months) == Money(amount_minor=floor(exact), currency="EUR")
