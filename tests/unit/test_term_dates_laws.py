"""What holds of every plan: terms tile time, nothing is decided too late, and a later today never gives an earlier day."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from memory.domain.days import add_months, is_working_day
from memory.domain.terms import Length, NoticeWindow, TermPlan, current_term, decide_by, ends_when_given, next_decide_by, notice_deadline

DAYS = st.dates(date(1999, 1, 1), date(2061, 12, 31))
AHEAD = st.integers(min_value=-400, max_value=6000)
LENGTHS = st.one_of(
    st.builds(Length, months=st.sampled_from([1, 2, 3, 6, 12, 13, 24, 36])),
    st.builds(Length, days=st.sampled_from([1, 7, 30, 90, 365])),
)
ANCHORS = st.sampled_from(["term_end", "renewal_date", "anniversary", "month_end", "quarter_end", "any_time"])
NOTICES = st.builds(
    NoticeWindow,
    length=st.integers(0, 120),
    unit=st.sampled_from(["days", "business_days", "weeks"]),
    anchor=ANCHORS,
    clear=st.booleans(),
    received=st.booleans(),
) | st.builds(NoticeWindow, length=st.integers(0, 12), unit=st.just("months"), anchor=ANCHORS, clear=st.booleans())


@st.composite
def plans(draw: st.DrawFn) -> TermPlan:
    start = draw(DAYS)
    initial, ends_on = (draw(LENGTHS), None) if draw(st.booleans()) else (None, start + timedelta(days=draw(st.integers(0, 1200))))
    renews = draw(st.booleans())
    return TermPlan(
        start=start,
        initial=initial,
        ends_on=ends_on,
        renewal=draw(LENGTHS),
        auto_renews=renews,
        max_renewals=draw(st.none() | st.integers(0, 4)),
        notice=draw(st.none() | NOTICES),
    )


HOLIDAYS = st.frozensets(DAYS, max_size=20)


@given(plans(), st.integers(0, 60))
@settings(max_examples=40)
def test_terms_tile_time_without_a_gap_or_an_overlap(plan: TermPlan, number: int) -> None:
    one, following = plan.term(number), plan.term(number + 1)
    assert one.start <= one.end
    assert following.start == one.end + timedelta(days=1)


@given(plans(), AHEAD)
@settings(max_examples=40)
def test_the_current_term_holds_today_or_is_the_first_or_none_is_left(plan: TermPlan, ahead: int) -> None:
    today = plan.start + timedelta(days=ahead)
    term = current_term(plan, today)
    if term is None:
        assert plan.last_number is not None
        assert plan.term(plan.last_number).end < today
    else:
        assert today <= term.end
        assert term.start <= today or term.number == 0


@given(plans(), AHEAD, HOLIDAYS)
@settings(max_examples=40)
def test_nobody_is_told_a_day_after_the_last_valid_one(plan: TermPlan, ahead: int, holidays: frozenset[date]) -> None:
    today = plan.start + timedelta(days=ahead)
    act_by, deadline, term = decide_by(plan, today, holidays), notice_deadline(plan, today, holidays), current_term(plan, today)
    if act_by is None or deadline is None or term is None:
        assert term is None
        return
    assert act_by <= deadline
    assert is_working_day(act_by, holidays)
    assert _whole_before(plan.notice, deadline, term.end + timedelta(days=1 if _names_next_day(plan) else 0), holidays)


def _names_next_day(plan: TermPlan) -> bool:
    return plan.notice is not None and plan.notice.anchor in {"renewal_date", "anniversary"}


def _whole_before(notice: NoticeWindow | None, given_on: date, end: date, holidays: frozenset[date]) -> bool:
    """The notice counted forward by other means than the code's: it does not pass the end."""
    if notice is None:
        return given_on <= end
    if notice.unit == "business_days":
        between = [given_on + timedelta(days=n) for n in range(1, (end - given_on).days + 1)]
        return given_on <= end and sum(is_working_day(day, holidays) for day in between) >= notice.length
    over = (
        add_months(given_on, notice.length)
        if notice.unit == "months"
        else given_on + timedelta(days=notice.length * (7 if notice.unit == "weeks" else 1))
    )
    return over < end if notice.clear else over <= end


@given(plans(), AHEAD, st.integers(0, 900), HOLIDAYS)
@settings(max_examples=40)
def test_a_later_today_never_gives_an_earlier_day(plan: TermPlan, ahead: int, later: int, holidays: frozenset[date]) -> None:
    today = plan.start + timedelta(days=ahead)
    first, second = (decide_by(plan, day, holidays) for day in (today, today + timedelta(days=later)))
    assert second is None or (first is not None and first <= second)


@given(plans(), AHEAD, HOLIDAYS)
@settings(max_examples=40)
def test_a_notice_on_the_last_valid_day_ends_it_with_the_current_term(plan: TermPlan, ahead: int, holidays: frozenset[date]) -> None:
    today = plan.start + timedelta(days=ahead)
    deadline, term = notice_deadline(plan, today, holidays), current_term(plan, today)
    if deadline is None or term is None or deadline < term.start:
        return
    ends = ends_when_given(plan, deadline, holidays)
    assert ends is not None
    assert deadline <= ends + timedelta(days=1)
    assert ends <= term.end


@given(plans(), AHEAD, HOLIDAYS)
@settings(max_examples=40)
def test_the_next_day_to_act_has_not_passed(plan: TermPlan, ahead: int, holidays: frozenset[date]) -> None:
    today = plan.start + timedelta(days=ahead)
    found = next_decide_by(plan, today, holidays)
    if found is None:
        assert plan.last_number is not None
    else:
        assert found[0] >= today
        assert found[0] <= found[1].end + timedelta(days=1)
