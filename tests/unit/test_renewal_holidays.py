"""Public holidays: the days noted in the ledger move the last day to act, nothing else, and back again when others count."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphs.duties import Duties, DutySetting, worker_duties
from graphs.holidays import keep_holidays
from graphs.service import Procurement
from graphs.watching import scheduled
from memory.domain.contract import ContractReview
from memory.domain.days import is_working_day
from memory.domain.errors import InputError
from memory.domain.events.contracts import RenewalDecided
from memory.domain.money import Money
from memory.domain.renewal import watch_at
from memory.domain.terms import Length, NoticeWindow, TermPlan, notice_deadline
from memory.views.calendar_entries import calendar_entries
from memory.views.holidays import free_days, house_holidays
from memory.views.renewals import renewal_of
from tools.lookups.public_holidays import public_holidays

pytestmark = pytest.mark.parametrize("new_url", ["sqlite"], indirect=True)
UID = "paper-decide-by"


def watched(core: Any, notice: NoticeWindow | None = None) -> Any:
    """Put a contract of 24 February 2026 over twelve months under watch: 60 days before its end it is Christmas Day."""
    plan = TermPlan(
        start=date(2026, 2, 24),
        initial=Length(months=12),
        renewal=Length(months=12),
        auto_renews=True,
        notice=notice or NoticeWindow(length=60),
    )
    review = ContractReview(contract="c" * 64, text="d" * 64, pages=1, clauses=(), plan=plan, auto_renews=True, notice_days=60)
    cost = Money(amount_minor=48_000, currency="EUR")
    today = core.clock.now().date()
    fact = scheduled(review, vendor_id="postbird", annual_cost=cost, uid=UID, today=today, holidays=free_days(core.database))
    core.act("watch", fact, stream="CASE-7")
    return line(core)


def line(core: Any) -> Any:
    return renewal_of(core.database, UID, core.clock.now().date())


def keep(core: Any, place: str) -> int:
    return keep_holidays(core.database, core.unit_of_work, place, core.clock.now().date(), by="test")


def run_duties(core: Any, folder: Path, place: str) -> dict[str, str]:
    setting = DutySetting(core.database, core.unit_of_work, core.clock, core.ids, UTC, place)
    crew = worker_duties(
        setting,
        service=Procurement(core.database, core.unit_of_work, core.evidence, core.clock, core.ids),
        import_statement=lambda _body, _name: SimpleNamespace(confirmed=(), contradictions=()),
        statements=folder,
        check_ledger=lambda _whole: SimpleNamespace(ok=True, events=1, problem="", stream=""),
        stop_effects=lambda _reason: None,
    )
    chosen = [duty for duty in crew if duty.name in {"holidays", "renewal_sweep", "renewal_rolls"}]
    return {done.due.duty: done.says for done in Duties(setting, chosen).run_due(core.clock.now()) if done.says}


def test_a_last_day_that_falls_on_a_holiday_moves_back_and_everything_told_of_it_follows(core: Any, tmp_path: Path) -> None:
    assert watched(core).decide_by == date(2026, 12, 25)
    core.act("wish", RenewalDecided(vendor_id="postbird", uid=UID, action="cancel", by="jo", instruction="I1"), stream="workspace")
    assert run_duties(core, tmp_path, "DE")["holidays"] == "holidays of DE noted; 1 last day to act moved"
    moved = line(core)
    assert (moved.decide_by, moved.decision, moved.revision) == (date(2026, 12, 24), "cancel", 1)
    assert {(entry.uid, entry.on) for entry in calendar_entries(core.database, date(2026, 11, 22))} >= {(UID, date(2026, 12, 24))}
    core.clock.at = datetime(2026, 12, 23, 9, tzinfo=UTC)
    assert run_duties(core, tmp_path, "DE")["renewal_sweep"] == "1 renewal told"
    assert core.events("renewal.due")[-1].body["decide_by"] == "2026-12-24"
    assert core.fingerprints() == core.rebuilt()


def test_another_setting_counts_anew_and_none_brings_the_weekends_back(core: Any) -> None:
    watched(core)
    assert [keep(core, place) for place in ("DE", "DE", "", "DE")] == [1, 0, 1, 1]
    assert [event.body["decide_by"] for event in core.events("renewal.redated")] == ["2026-12-24", "2026-12-25", "2026-12-24"]
    noted = house_holidays(core.database)
    assert noted is not None
    assert (noted.place, date(2026, 12, 25) in noted.free, date(2026, 6, 4) in noted.free) == ("DE", True, False)
    keep(core, "DE-BY")  # Corpus Christi is free in Bavaria only
    assert date(2026, 6, 4) in free_days(core.database)
    with pytest.raises(InputError, match="no public holidays are known for DE-XX"):
        keep(core, "DE-XX")


def test_a_notice_in_business_days_steps_over_the_holidays_between(core: Any) -> None:
    keep(core, "DE")
    ten = watched(core, NoticeWindow(length=40, unit="business_days"))
    # By weekends alone it would be 29 December: 1 January lies between, and 25 December is none to act on.
    assert ten.decide_by == date(2026, 12, 28)
    core.clock.at = datetime(2029, 3, 1, 9, tzinfo=UTC)
    free = free_days(core.database)
    assert line(core).decide_by == watch_at(ten.lasting, date(2029, 3, 1), free).decide_by  # type: ignore[union-attr]


def test_the_next_term_is_counted_with_the_days_that_were_noted(core: Any, tmp_path: Path) -> None:
    keep(core, "DE")
    watched(core)
    core.clock.at = datetime(2027, 2, 24, 9, tzinfo=UTC)
    assert run_duties(core, tmp_path, "DE")["renewal_rolls"] == "1 contract went on by itself"
    # 60 days before 23 February 2028 it is Christmas Day again, and a Saturday: Friday is the last day that is none.
    assert line(core).decide_by == date(2027, 12, 24)


@cache
def _free(place: str) -> frozenset[date]:
    country, _, region = place.partition("-")
    return public_holidays(country, range(2018, 2044), region or None)


@settings(max_examples=60)
@given(
    place=st.sampled_from(["DE-BY", "US-CA", "GB-ENG", "FR", "JP"]),
    start=st.dates(date(2021, 1, 1), date(2034, 12, 31)),
    months=st.sampled_from([1, 3, 12, 36]),
    notice=st.builds(
        NoticeWindow,
        length=st.integers(0, 66),
        unit=st.sampled_from(["days", "business_days", "weeks", "months"]),
        anchor=st.sampled_from(["term_end", "renewal_date", "anniversary", "month_end", "quarter_end", "any_time"]),
        clear=st.booleans(),
        received=st.booleans(),
    ),
    later=st.integers(0, 1500),
)
def test_with_real_holidays_the_last_day_to_act_is_a_working_day_in_time(
    new_url: Any, place: str, start: date, months: int, notice: NoticeWindow, later: int
) -> None:
    del new_url
    plan = TermPlan(start=start, initial=Length(months=months), renewal=Length(months=months), auto_renews=True, notice=notice)
    free, today = _free(place), start + timedelta(days=later)
    watch, deadline = watch_at(plan, today, free), notice_deadline(plan, today, free)
    assert watch is not None
    assert deadline is not None
    assert watch.decide_by <= deadline <= watch.term.end
    assert is_working_day(watch.decide_by, free)
    if notice.unit == "business_days":
        left = [watch.decide_by + timedelta(days=n) for n in range(1, (watch.term.end - watch.decide_by).days + 2)]
        assert sum(is_working_day(day, free) for day in left) >= notice.length
