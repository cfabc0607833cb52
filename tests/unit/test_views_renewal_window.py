from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from memory.views.renewals import NOW_DAYS, SOON_DAYS, Window, window_of

TODAY = date(2026, 11, 22)
ORDER = [Window.ENDED, Window.MISSED, Window.NOW, Window.SOON, Window.LATER]


def test_the_last_day_to_act_is_still_in_time() -> None:
    assert window_of(TODAY, TODAY + timedelta(days=30), TODAY) is Window.NOW
    assert window_of(TODAY - timedelta(days=1), TODAY + timedelta(days=30), TODAY) is Window.MISSED


def test_the_last_day_of_the_term_still_belongs_to_it() -> None:
    assert window_of(TODAY, TODAY, TODAY) is Window.NOW
    assert window_of(TODAY - timedelta(days=1), TODAY - timedelta(days=1), TODAY) is Window.ENDED


def test_the_windows_change_at_their_thresholds() -> None:
    far = TODAY + timedelta(days=999)
    found = [window_of(TODAY + timedelta(days=d), far, TODAY) for d in (NOW_DAYS - 1, NOW_DAYS, SOON_DAYS - 1, SOON_DAYS)]

    assert found == [Window.NOW, Window.SOON, Window.SOON, Window.LATER]


@given(st.integers(-400, 400), st.integers(0, 400), st.integers(0, 200))
def test_time_only_ever_makes_a_window_narrower(days: int, notice: int, passed: int) -> None:
    decide_by = TODAY + timedelta(days=days)
    term_end = decide_by + timedelta(days=notice)

    before, after = (window_of(decide_by, term_end, TODAY + timedelta(days=d)) for d in (0, passed))

    assert ORDER.index(after) <= ORDER.index(before)
