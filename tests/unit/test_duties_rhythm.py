"""When a duty falls due: once for each mark, day or week, also where clocks are moved."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphs.duties.rhythm import Every, Nightly, Rhythm, Weekly, local_instant

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = [ZoneInfo(n) for n in ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia", "Australia/Lord_Howe")]
INSTANTS = st.datetimes(datetime(2009, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
RHYTHMS = st.one_of(
    st.sampled_from([1, 30, 60, 3600]).map(Every),
    st.builds(Nightly, st.sampled_from([time(0), time(2, 30), time(23, 59)]), st.sampled_from(ZONES)),
    st.builds(Weekly, st.sampled_from([time(0), time(2, 30), time(8)]), st.sampled_from(ZONES)),
)


@given(rhythm=RHYTHMS, now=INSTANTS, later=st.timedeltas(timedelta(0), timedelta(days=20)))
def test_due_times_are_the_same_for_everybody_who_asks(rhythm: Rhythm, now: datetime, later: timedelta) -> None:
    latest, following = rhythm.latest(now), rhythm.following(now)
    assert latest <= now < following
    assert rhythm.latest(latest) == latest
    assert rhythm.latest(following - timedelta(microseconds=1)) == latest
    assert rhythm.mark(rhythm.latest(latest)) == rhythm.mark(latest)
    at = rhythm.latest(now + later)
    assert at == latest or (at >= following and rhythm.mark(at) != rhythm.mark(latest))


@given(zone=st.sampled_from(ZONES), start=INSTANTS)
def test_each_night_and_each_week_falls_due_once(zone: ZoneInfo, start: datetime) -> None:
    nightly, weekly = Nightly(time(2, 30), zone), Weekly(time(8), zone)
    hours = [start + timedelta(hours=n) for n in range(24 * 30)]
    nights = {nightly.latest(h) for h in hours}
    assert len({nightly.mark(n) for n in nights}) == len(nights)
    assert len(nights) in {30, 31} or zone.key == "Pacific/Apia"
    weeks = {weekly.latest(h) for h in hours}
    assert {w.astimezone(zone).weekday() for w in weeks} == {0}
    assert len({weekly.mark(w) for w in weeks}) == len(weeks) in {5, 6}


def test_half_past_two_that_does_not_exist_falls_due_once_an_hour_later() -> None:
    nightly = Nightly(time(2, 30), BERLIN)
    due = nightly.latest(datetime(2027, 3, 28, 12, tzinfo=UTC))
    assert due == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
    assert due.astimezone(BERLIN).time() == time(3, 30)
    assert nightly.mark(due) == "2027-03-28"
    assert nightly.following(due) == datetime(2027, 3, 29, 0, 30, tzinfo=UTC)


def test_half_past_two_that_exists_twice_falls_due_the_first_time_only() -> None:
    nightly = Nightly(time(2, 30), BERLIN)
    first, second = datetime(2026, 10, 25, 0, 30, tzinfo=UTC), datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    assert first.astimezone(BERLIN).time() == second.astimezone(BERLIN).time()
    assert nightly.latest(second) == nightly.latest(first) == first
    assert nightly.following(first) == datetime(2026, 10, 26, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "mark"),
    [("2026-11-23T07:00:00Z", "2026-W48"), ("2026-11-23T06:59:59Z", "2026-W47"), ("2027-01-03T12:00:00Z", "2026-W53")],
)
def test_a_week_is_the_operator_s_iso_week_from_monday_morning_on(at: str, mark: str) -> None:
    weekly = Weekly(time(8), BERLIN)
    assert weekly.mark(weekly.latest(datetime.fromisoformat(at))) == mark


def test_a_day_that_a_country_skipped_has_its_instant_on_the_next() -> None:
    apia = ZoneInfo("Pacific/Apia")
    assert local_instant(date(2011, 12, 30), time(2, 30), apia) == local_instant(date(2011, 12, 31), time(2, 30), apia)
