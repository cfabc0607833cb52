"""Lengths of time and dates as single sentences state them, in English and German: read, or left and told."""

from __future__ import annotations

from datetime import date

import pytest

from agents.contract_reading.values.stretches import lengths, stretches
from agents.contract_reading.values.written_dates import Order, ambiguous_dates, figure_order, shown_order, whole_dates


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("twelve (12) months", "12 months"),
        ("a two-year term", "2 years"),
        ("sixty (60) calendar days", "60 days"),
        ("10 business days", "10 business days"),
        ("drei Monate", "3 months"),
        ("einer Frist von vier Wochen", "4 weeks"),
        ("one quarter", "1 quarter"),
        ("thirty (60) days", None),
        ("12 monthly payments", None),
        ("1.12 months", None),
        ("none days", None),
        ("[30] days", "30 days"),
        ("[thirty (30)] days", "30 days"),
        ("fourteen (14) days", "14 days"),
        ("one hundred twenty (120) days", "120 days"),
        ("ninety (90) calendar days", "90 days"),
        ("one hundred and eighty days", "180 days"),
        ("sixty (60)-day", "60 days"),
        ("(l) year", "1 year"),
        ("one [I] year", "1 year"),
        ("one (1) year and six (6) months", "18 months"),
        ("1.5 years", "1.5 years"),
        ("30 day(s)", "30 days"),
        ("60 (thirty) days", None),
        ("one (1) year and six (9) months", None),
        ("a month-to-month basis", None),
        ("10 Werktagen", "10 business days"),
        ("fünf (5) Bankarbeitstagen", "5 business days"),
        ("dreißig (30) Kalendertagen", "30 days"),
        ("mit dreimonatiger Frist", "3 months"),
        ("eine zweijährige Laufzeit", "2 years"),
    ],
)
def test_stretches_of_time_are_read_or_left(words: str, told: str | None) -> None:
    assert [str(d) for d in lengths(words)] == ([told] if told else [])


def test_days_are_never_fewer_than_the_calendar_may_ask_for() -> None:
    longest = {"1 month": 31, "2 months": 62, "3 months": 92, "6 months": 184, "one year": 366, "2 weeks": 14, "90 days": 90}
    assert all((lengths(words)[0].days_at_most or 0) >= days for words, days in longest.items())
    assert (lengths("10 business days")[0].days_at_most or 0) >= 14


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("2026-12-01", date(2026, 12, 1)),
        ("1 December 2026", date(2026, 12, 1)),
        ("the 1st day of December, 2026", date(2026, 12, 1)),
        ("December 1st, 2026", date(2026, 12, 1)),
        ("Dec. 1, 2026", date(2026, 12, 1)),
        ("1. Dezember 2026", date(2026, 12, 1)),
        ("01.12.2026", date(2026, 12, 1)),
        ("13/12/2026", date(2026, 12, 13)),
        ("12/13/2026", date(2026, 12, 13)),
        ("03/04/2026", None),
        ("24 OCT 2011", date(2011, 10, 24)),
        ("1 december 2026", date(2026, 12, 1)),
        ("zum 28. februar 2027", date(2027, 2, 28)),
        ("30 February 2026", None),
        ("99.99.2026", None),
        ("1.2.3.2026", None),
        ("You may 2026 times try", None),
    ],
)
def test_dates_are_read_in_many_forms_or_not_at_all(words: str, day: date | None) -> None:
    assert [found for _, found in whole_dates(words)] == ([day] if day else [])


def test_american_paper_makes_an_order_of_figures_likely_and_proves_none() -> None:
    words = "Quince Inc., Delaware: delivered 3/4/2026"
    assert (shown_order(words), figure_order(words)) == (Order.UNKNOWN, Order.MONTH_FIRST)
    assert {shown_order(f"{words}, paid {day}") for day in ("12/25/2025", "1/31/2026")} == {Order.MONTH_FIRST}
    assert shown_order(f"{words}, paid 25/12/2025") is Order.DAY_FIRST
    assert shown_order(f"{words}, paid 25/12/2025 and 12/26/2025") is Order.UNKNOWN


def test_a_date_of_two_readings_is_named() -> None:
    assert ambiguous_dates("from 03/04/2026 to 13/04/2026 and 5/5/2026") == ("03/04/2026",)


@pytest.mark.parametrize("words", ["renews month-to-month", "on a month to month basis", "monatlich"])
def test_a_length_that_is_only_implied_is_a_stretch_and_none_that_is_stated(words: str) -> None:
    assert [(one.short, one.implied) for one in stretches(words)] == [("1m", True)]
    assert lengths(words) == ()


def test_a_stretch_ends_where_its_words_end() -> None:
    words = "Give notice (30 days) before, or (sixty (60) days) or [14] days."
    assert [words[one.start : one.end] for one in lengths(words)] == ["30 days", "sixty (60) days", "[14] days"]
