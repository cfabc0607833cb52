"""The dates others got wrong, as a table: what the last day to give notice is, and where the terms lie."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from pydantic import ValidationError

from memory.domain.days import add_months, day_in, month_end, working_day_on_or_before, working_days_before
from memory.domain.terms import (
    Length,
    NoticeWindow,
    TermPlan,
    current_term,
    decide_by,
    ends_when_given,
    next_decide_by,
    notice_deadline,
    plan_from_end,
)

YEAR = Length(months=12)


def day(text: str) -> date:
    return date.fromisoformat(text)


def yearly(start: str, notice: NoticeWindow | None = None, *, first: int = 12) -> TermPlan:
    return TermPlan(start=day(start), initial=Length(months=first), renewal=YEAR, auto_renews=True, notice=notice)


def test_a_notice_is_reckoned_from_the_end_of_the_current_term_and_not_of_the_first_one() -> None:
    plan = plan_from_end(day("2025-08-28"), YEAR, NoticeWindow(length=2, unit="months"))
    today = day("2026-02-11")
    assert current_term(plan, today).end == day("2026-08-28")
    assert notice_deadline(plan, today) == day("2026-06-28")  # a Sunday
    assert decide_by(plan, today, on_working_day=False) == day("2026-06-28")
    assert decide_by(plan, today) == day("2026-06-26")


@pytest.mark.parametrize(
    ("today", "end", "deadline"),
    [
        ("2020-01-01", "2023-07-31", "2023-04-30"),
        ("2023-07-31", "2023-07-31", "2023-04-30"),
        ("2023-08-01", "2024-07-31", "2024-04-30"),
        ("2026-11-23", "2027-07-31", "2027-04-30"),
    ],
)
def test_three_years_and_then_yearly_end_every_july(today: str, end: str, deadline: str) -> None:
    plan = yearly("2020-08-01", NoticeWindow(length=3, unit="months"), first=36)
    assert current_term(plan, day(today)).end == day(end)
    assert notice_deadline(plan, day(today)) == day(deadline)


@pytest.mark.parametrize(
    ("end", "notice", "deadline"),
    [
        ("2025-12-31", NoticeWindow(length=90), "2025-10-02"),
        ("2026-12-31", NoticeWindow(length=90), "2026-10-02"),
        ("2026-12-31", NoticeWindow(length=90, clear=True), "2026-10-01"),
        ("2026-12-31", NoticeWindow(length=90, anchor="renewal_date"), "2026-10-03"),
        ("2026-12-31", NoticeWindow(length=6, unit="weeks"), "2026-11-19"),
        ("2026-12-31", NoticeWindow(length=3, unit="months"), "2026-09-30"),
        ("2026-05-31", NoticeWindow(length=3, unit="months"), "2026-02-28"),
        ("2028-05-31", NoticeWindow(length=3, unit="months"), "2028-02-29"),
        ("2026-03-31", NoticeWindow(length=1, unit="months"), "2026-02-28"),
        ("2026-02-28", NoticeWindow(length=1, unit="months"), "2026-01-28"),
        ("2026-12-31", NoticeWindow(length=5, unit="business_days"), "2026-12-24"),
        ("2027-01-03", NoticeWindow(length=1, unit="business_days"), "2026-12-31"),
        ("2026-11-14", NoticeWindow(length=1, unit="months", anchor="month_end"), "2026-09-30"),
        ("2026-11-14", NoticeWindow(length=6, unit="weeks", anchor="quarter_end"), "2026-08-19"),
        ("2026-12-31", NoticeWindow(length=6, unit="weeks", anchor="quarter_end"), "2026-11-19"),
        ("2026-12-31", NoticeWindow(length=0), "2026-12-31"),
    ],
)
def test_the_last_valid_day_before_an_end(end: str, notice: NoticeWindow, deadline: str) -> None:
    plan = TermPlan(start=day("2024-01-01"), ends_on=day(end), notice=notice)
    assert notice_deadline(plan, day("2025-06-01")) == day(deadline)


def test_business_days_skip_the_public_holidays_that_are_given() -> None:
    plan = TermPlan(start=day("2026-01-01"), ends_on=day("2026-12-31"), notice=NoticeWindow(length=5, unit="business_days"))
    christmas = frozenset({day("2026-12-25"), day("2026-12-24")})
    assert notice_deadline(plan, day("2026-06-01"), christmas) == day("2026-12-22")
    assert decide_by(plan, day("2026-06-01"), christmas | {day("2026-12-22"), day("2026-12-21")}) == day("2026-12-18")


def test_the_day_to_act_moves_back_over_a_weekend_and_a_holiday_together() -> None:
    plan = TermPlan(start=day("2026-01-01"), ends_on=day("2027-01-03"), notice=NoticeWindow(length=7))
    assert notice_deadline(plan, day("2026-06-01")) == day("2026-12-27")
    assert decide_by(plan, day("2026-06-01"), frozenset({day("2026-12-25")})) == day("2026-12-24")


def test_a_notice_that_must_arrive_is_sent_earlier_than_one_that_counts_when_sent() -> None:
    sent, arrived = (NoticeWindow(length=30, received=received, transit_days=4) for received in (False, True))
    plans = [TermPlan(start=day("2026-01-01"), ends_on=day("2026-12-31"), notice=notice) for notice in (sent, arrived)]
    assert [notice_deadline(plan, day("2026-03-01")) for plan in plans] == [day("2026-12-01")] * 2
    assert [decide_by(plan, day("2026-03-01")) for plan in plans] == [day("2026-12-01"), day("2026-11-27")]


def test_a_start_on_the_29th_of_february_keeps_its_day_through_the_years() -> None:
    plan = yearly("2024-02-29")
    assert [plan.term(number).end.isoformat() for number in range(5)] == [
        "2025-02-27",
        "2026-02-27",
        "2027-02-27",
        "2028-02-28",
        "2029-02-27",
    ]
    assert plan.term(4).start == day("2028-02-29")


def test_a_start_on_the_31st_of_january_does_not_drift_to_the_28th() -> None:
    plan = TermPlan(start=day("2026-01-31"), initial=Length(months=1), renewal=Length(months=1), auto_renews=True)
    assert [plan.term(number).start.isoformat() for number in range(5)] == [
        "2026-01-31",
        "2026-02-28",
        "2026-03-31",
        "2026-04-30",
        "2026-05-31",
    ]
    assert add_months(day("2026-01-31"), 1) == day("2026-02-28")
    assert add_months(day("2024-02-29"), 12) == day("2025-02-28")
    assert add_months(day("2026-03-31"), -13) == day("2025-02-28")


def test_a_long_initial_term_has_a_day_to_act_before_each_anniversary() -> None:
    plan = yearly("2024-05-01", NoticeWindow(length=60, anchor="anniversary"), first=36)
    assert notice_deadline(plan, day("2024-05-01")) == day("2025-03-02")
    assert notice_deadline(plan, day("2025-05-01")) == day("2026-03-02")
    assert ends_when_given(plan, day("2025-03-02")) == day("2025-04-30")
    assert ends_when_given(plan, day("2025-03-03")) == day("2026-04-30")


def test_what_does_not_renew_is_over_and_an_option_to_renew_is_not_a_renewal() -> None:
    plan = TermPlan(start=day("2026-01-01"), initial=YEAR, renewal=YEAR, notice=NoticeWindow(length=30))
    assert current_term(plan, day("2026-12-31")).number == 0
    assert current_term(plan, day("2027-01-01")) is None
    assert decide_by(plan, day("2027-01-01")) is None
    assert next_decide_by(plan, day("2026-12-15")) is None


def test_renewals_that_are_counted_come_to_an_end() -> None:
    plan = TermPlan(start=day("2020-01-01"), initial=YEAR, renewal=YEAR, auto_renews=True, max_renewals=2)
    assert current_term(plan, day("2022-12-31")).number == 2
    assert current_term(plan, day("2023-01-01")) is None


def test_a_day_that_has_passed_is_told_and_so_is_the_next_one() -> None:
    plan = yearly("2026-01-01", NoticeWindow(length=60))
    today = day("2026-11-20")
    assert decide_by(plan, today) == day("2026-10-30")  # 1 November is a Sunday
    following, term = next_decide_by(plan, today)
    assert (following, term.end) == (day("2027-11-01"), day("2027-12-31"))
    assert ends_when_given(plan, today) == day("2027-12-31")
    assert ends_when_given(plan, day("2026-11-01")) == day("2026-12-31")


def test_a_notice_at_any_time_ends_it_so_long_after() -> None:
    plan = yearly("2026-01-01", NoticeWindow(length=30, anchor="any_time"))
    assert ends_when_given(plan, day("2026-03-10")) == day("2026-04-09")
    assert notice_deadline(plan, day("2026-03-10")) == day("2026-12-01")


def test_a_contract_that_runs_on_by_the_month_ends_with_the_month_the_notice_reaches() -> None:
    month = Length(months=1)
    notice = NoticeWindow(length=1, unit="months", anchor="month_end")
    plan = TermPlan(start=day("2025-04-01"), initial=YEAR, renewal=month, auto_renews=True, notice=notice)
    assert ends_when_given(plan, day("2025-06-01")) == day("2026-03-31")
    assert ends_when_given(plan, day("2026-06-15")) == day("2026-07-31")
    assert next_decide_by(plan, day("2026-06-15"), on_working_day=False)[0] == day("2026-06-30")


def test_a_window_opens_before_it_closes() -> None:
    window = NoticeWindow(length=30, opens=90)
    assert (window.first_day(day("2026-12-31")), window.last_day(day("2026-12-31"))) == (day("2026-10-02"), day("2026-12-01"))
    with pytest.raises(ValidationError, match="opens earlier than it closes"):
        NoticeWindow(length=30, opens=10)


def test_a_plan_that_says_nothing_or_too_much_of_its_length_is_refused() -> None:
    for wrong in (
        {},
        {"initial": YEAR, "ends_on": day("2027-01-01")},
        {"ends_on": day("2025-01-01")},
        {"initial": YEAR, "auto_renews": True},
    ):
        with pytest.raises(ValidationError):
            TermPlan(start=day("2026-01-01"), **wrong)
    with pytest.raises(ValidationError, match="one of the two"):
        Length(months=1, days=1)


def test_it_is_the_operators_day_that_counts() -> None:
    late = datetime(2026, 12, 1, 23, 30, tzinfo=UTC)
    assert day_in("Europe/Berlin", late) == day("2026-12-02")
    assert day_in("America/New_York", late) == day("2026-12-01")


def test_working_days_and_month_ends_are_plain() -> None:
    assert working_day_on_or_before(day("2026-11-22")) == day("2026-11-20")
    assert working_days_before(day("2026-11-23"), 1) == day("2026-11-20")
    assert month_end(day("2028-02-03")) == day("2028-02-29")


def test_the_holidays_of_a_country_come_from_its_own_calendar() -> None:
    from memory.domain.errors import InputError
    from tools.lookups.public_holidays import public_holidays

    assert day("2026-10-03") in public_holidays("DE", [2026])
    assert day("2026-01-06") in public_holidays("DE", [2026], "BY") - public_holidays("DE", [2026])
    with pytest.raises(InputError, match="no public holidays are known for XX"):
        public_holidays("XX", [2026])
