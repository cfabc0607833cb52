"""The stretch of time a question names."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphs.interaction.windows import find_window

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("spend this month", "2026-11-01", "2026-11-30"),
        ("spend last month", "2026-10-01", "2026-10-31"),
        ("spend this quarter", "2026-10-01", "2026-12-31"),
        ("spend last quarter", "2026-07-01", "2026-09-30"),
        ("spend this year", "2026-01-01", "2026-12-31"),
        ("spend last year", "2025-01-01", "2025-12-31"),
        ("spend last week", "2026-11-09", "2026-11-15"),
        ("in the last 30 days", "2026-10-23", "2026-11-22"),
        ("in 2025", "2025-01-01", "2025-12-31"),
        ("since 2025", "2025-01-01", "2026-11-22"),
        ("in March", "2026-03-01", "2026-03-31"),
        ("in February 2024", "2024-02-01", "2024-02-29"),
        ("since October", "2026-10-01", "2026-11-22"),
        ("in December", "2025-12-01", "2025-12-31"),
        ("what changed two weeks ago", "2026-11-08", "2026-11-22"),
    ],
)
def test_a_stretch_of_time_looks_back(text: str, start: str, end: str) -> None:
    window = find_window(text, TODAY)
    assert window is not None
    assert (window.start.isoformat(), window.end.isoformat()) == (start, end)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("what renews in January", "2027-01-01", "2027-01-31"),
        ("what renews in November", "2026-11-01", "2026-11-30"),
        ("what renews next month", "2026-12-01", "2026-12-31"),
        ("next quarter", "2027-01-01", "2027-03-31"),
        ("in the next 30 days", "2026-11-22", "2026-12-22"),
    ],
)
def test_a_stretch_of_time_looks_ahead_where_the_question_does(text: str, start: str, end: str) -> None:
    window = find_window(text, TODAY, ahead=True)
    assert window is not None
    assert (window.start.isoformat(), window.end.isoformat()) == (start, end)


@pytest.mark.parametrize("text", ["how much may I spend", "what did we decide", "the marketing tool", "a secondary separate question"])
def test_words_that_only_look_like_months_are_no_time(text: str) -> None:
    assert find_window(text, TODAY) is None


@given(
    text=st.lists(
        st.sampled_from(
            [
                "in",
                "since",
                "last",
                "next",
                "this",
                "past",
                "coming",
                "999",
                "30",
                "0",
                "may",
                "january",
                "feb",
                "2026",
                "2099",
                "days",
                "years",
                "month",
                "quarter",
                "week",
                "ago",
                "two",
            ]
        ),
        max_size=8,
    ).map(" ".join),
    today=st.dates(date(2020, 1, 1), date(2090, 12, 31)),
    ahead=st.booleans(),
)
def test_every_stretch_ends_no_earlier_than_it_starts(text: str, today: date, ahead: bool) -> None:
    window = find_window(text, today, ahead=ahead)
    assert window is None or window.start <= window.end
