"""Money and terms against arithmetic in exact fractions, done here a second time and in another way."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from memory.domain.money import CURRENCIES, Money, Period, Price, exponent
from memory.domain.quote import PricedPer, Terms

AMOUNTS = st.integers(-(10**12), 10**12)
CURRENCY = st.sampled_from(sorted(CURRENCIES))
MONTHS_OF = {Period.MONTH: 1, Period.QUARTER: 3, Period.YEAR: 12}


def half_up(value: Fraction) -> int:
    """Half away from zero, as an invoice is rounded."""
    return floor(value + Fraction(1, 2)) if value >= 0 else -floor(-value + Fraction(1, 2))


@pytest.mark.parametrize("amount", [True, False, 57.0, "57", None, Decimal(57)])
def test_minor_units_are_whole_numbers_and_nothing_that_looks_like_one(amount: Any) -> None:
    with pytest.raises(ValidationError):
        Money(amount_minor=amount, currency="EUR")
    with pytest.raises(ValidationError):
        Price(amount_minor=amount, currency="EUR", period=Period.MONTH)


@pytest.mark.parametrize("currency", ["eur", "EURO", "", "XXX", "BTC", "DEM"])
def test_a_currency_that_is_not_in_iso_4217_is_refused(currency: str) -> None:
    with pytest.raises(ValidationError, match="ISO 4217"):
        Money(amount_minor=1, currency=currency)


def test_minor_units_have_the_digits_of_the_standard() -> None:
    assert [exponent(c) for c in ("EUR", "USD", "JPY", "KWD", "ISK", "TND", "CHF")] == [2, 2, 0, 3, 0, 3, 2]
    assert str(Money(amount_minor=123456, currency="JPY")) == "123,456 JPY"
    assert str(Money(amount_minor=123456, currency="KWD")) == "123.456 KWD"
    assert str(Money(amount_minor=-5, currency="EUR")) == "-0.05 EUR"


@given(AMOUNTS, AMOUNTS, st.lists(CURRENCY, min_size=2, max_size=2, unique=True))
def test_two_currencies_never_meet(one: int, other: int, currencies: list[str]) -> None:
    left, right = Money(amount_minor=one, currency=currencies[0]), Money(amount_minor=other, currency=currencies[1])
    for meet in (Money.__add__, Money.__sub__, Money.__lt__, Money.__le__, Money.__gt__, Money.__ge__):
        with pytest.raises(ValueError, match="cannot mix"):
            meet(left, right)
    assert left != right


@given(AMOUNTS, AMOUNTS, st.integers(-1000, 1000), CURRENCY)
def test_arithmetic_is_that_of_whole_numbers(one: int, other: int, count: int, currency: str) -> None:
    left, right = Money(amount_minor=one, currency=currency), Money(amount_minor=other, currency=currency)
    assert (left + right).amount_minor == one + other
    assert (left - right).amount_minor == one - other
    assert (left * count).amount_minor == one * count
    assert (left < right, left <= right, left > right, left >= right) == (one < other, one <= other, one > other, one >= other)


@pytest.mark.parametrize("count", [True, 1.5, "2", Decimal(2)])
def test_money_is_multiplied_by_counts_only(count: Any) -> None:
    with pytest.raises(TypeError, match="whole numbers"):
        Money(amount_minor=1, currency="EUR") * count


@given(st.decimals(-(10**9), 10**9, places=6), CURRENCY)
@example(Decimal("0.005"), "EUR")
@example(Decimal("-0.005"), "EUR")
def test_major_units_are_rounded_half_up_to_the_minor_unit(amount: Decimal, currency: str) -> None:
    assert Money.of(amount, currency).amount_minor == half_up(Fraction(amount) * 10 ** exponent(currency))


@given(AMOUNTS, CURRENCY)
def test_major_units_come_back_as_they_went(amount: int, currency: str) -> None:
    money = Money(amount_minor=amount, currency=currency)
    assert Money.of(money.amount, currency) == money


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity", "a lot", "1e40"])
def test_what_is_no_amount_is_refused_as_a_wrong_value(amount: str) -> None:
    with pytest.raises(ValueError, match="not an amount"):
        Money.of(amount, "EUR")


@given(
    price=st.integers(0, 10**9),
    period=st.sampled_from(list(Period)),
    quantity=st.integers(1, 10_000),
    per=st.sampled_from(list(PricedPer)),
    months=st.integers(1, 120),
    setup=st.integers(0, 10**7),
    tax=st.integers(0, 5000),
)
@example(price=120_006, period=Period.YEAR, quantity=1, per=PricedPer.FLAT, months=12, setup=0, tax=0)
@example(price=1, period=Period.MONTH, quantity=1, per=PricedPer.FLAT, months=13, setup=0, tax=5000)
@example(price=4_000_000_000_006, period=Period.ONCE, quantity=1, per=PricedPer.FLAT, months=84, setup=36, tax=0)
def test_terms_add_up_as_an_independent_calculation_says(
    terms: Callable[..., Terms], price: int, period: Period, quantity: int, per: PricedPer, months: int, setup: int, tax: int
) -> None:
    offered = terms(
        unit_price=Price(amount_minor=price, currency="EUR", period=period),
        quantity=quantity,
        priced_per=per,
        term_months=months,
        setup_fee=Money(amount_minor=setup, currency="EUR"),
        tax_rate_bp=tax,
    )
    periods = len(range(0, months, MONTHS_OF[period])) if period in MONTHS_OF else 1
    net = price * periods * (quantity if per is PricedPer.UNIT else 1) + setup
    gross = net + half_up(Fraction(net * tax, 10_000))
    assert offered.net_total().amount_minor == net
    assert offered.tax().amount_minor == gross - net
    assert offered.all_in_total().amount_minor == gross
    assert offered.all_in_per_month().amount_minor == half_up(Fraction(gross, months))


@given(total=st.integers(0, 10**15), months=st.integers(1, 120))
@example(total=14, months=28)
@example(total=37, months=74)
def test_a_month_s_share_is_rounded_from_the_exact_quotient(terms: Callable[..., Terms], total: int, months: int) -> None:
    once = Price(amount_minor=total, currency="EUR", period=Period.ONCE)
    share = terms(unit_price=once, term_months=months, tax_rate_bp=0).all_in_per_month().amount_minor
    assert share == half_up(Fraction(total, months))


def test_terms_in_two_currencies_are_no_terms(terms: Callable[..., Terms]) -> None:
    with pytest.raises(ValidationError, match="one currency"):
        terms(setup_fee=Money(amount_minor=100, currency="USD"))
