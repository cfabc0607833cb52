from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.wording import ago, amounts, at_time, days_away, on_day, plain, shortened, time_left, urgency_colour
from memory.domain.money import Money
from memory.domain.words import counted

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-1, "time is up"),
        (0, "time is up"),
        (30, "1 min left"),
        (720, "12 min left"),
        (7200, "2 h left"),
        (86_400, "24 h left"),
        (172_800, "2 days left"),
    ],
)
def test_time_left_rounds_down_so_that_nobody_is_late(seconds: int, words: str) -> None:
    assert time_left(NOW + timedelta(seconds=seconds), NOW) == words


def test_urgency_grows_as_time_runs_out() -> None:
    found = [urgency_colour(NOW + timedelta(hours=h), NOW) for h in (200, 48, 5)]

    assert found == ["blue", "orange", "red"]
    assert urgency_colour(None, NOW) == "gray"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(5, "just now"), (300, "5 min ago"), (7300, "2 h ago"), (90_000, "1 day ago"), (200_000, "2 days ago"), (86_400 * 20, "2 Nov 2026")],
)
def test_how_long_ago_is_told_in_words(seconds: int, words: str) -> None:
    assert ago(NOW - timedelta(seconds=seconds), NOW) == words


def test_days_counts_and_sums_read_naturally() -> None:
    assert [days_away(d) for d in (0, 1, 12, -1, -3)] == ["today", "tomorrow", "in 12 days", "1 day ago", "3 days ago"]
    assert (counted(1, "thing"), counted(2, "thing"), counted(1200, "event")) == ("1 thing", "2 things", "1,200 events")
    assert amounts([]) == "—"
    assert amounts([Money(amount_minor=100, currency="EUR"), Money(amount_minor=5, currency="JPY")]) == "1.00 EUR + 5 JPY"
    assert (on_day(date(2026, 12, 4)), at_time(NOW)) == ("4 Dec 2026", "22 Nov 2026, 12:00 UTC")


@given(st.text(max_size=200))
def test_no_mark_of_markdown_survives_unescaped(text: str) -> None:
    shown = plain(text)

    assert "\n" not in shown
    assert not re.search(r"(?<!\\)[$*_`\[\]<>()#|~!&]", re.sub(r"\\[!-/:-@\[-`{-~]", "", shown))
    assert re.search(r"[:@](?=[^\u2060])", shown) is None


@pytest.mark.parametrize("text", ["www.evil.example", "a@b.example", "http://evil.example", ":material/verified:", "WWW.evil.example"])
def test_what_becomes_a_link_or_an_icon_after_the_markdown_is_broken_up(text: str) -> None:
    assert text not in plain(text).replace("\\", "")
    assert plain(text).replace("\\", "").replace("\u2060", "") == text


@given(st.text(max_size=300), st.integers(1, 50))
def test_shortened_text_is_one_line_and_never_longer_than_asked(text: str, limit: int) -> None:
    shown = shortened(text, limit)

    assert len(shown) <= limit
    assert "\n" not in shown
