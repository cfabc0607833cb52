"""One contract, one watch: what a new paper, a list or the operator's word takes the place of, and what calendars are told of it."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from app.renewal_calendar import calendar_of
from app.wording import days_left
from graphs.duties import DueTime, DutySetting
from graphs.duties.watch_upkeep import WatchUpkeep
from graphs.renewal_desk import RenewalDesk
from graphs.service import Procurement
from graphs.twin_watches import take_the_place, tell_apart
from graphs.wallos_import import read_wallos, take_over
from graphs.watching import scheduled
from memory.database import reading
from memory.domain.contract import ContractReview
from memory.domain.errors import ConflictError, InputError, NotFoundError
from memory.domain.events.renewals import RenewalEnded
from memory.domain.money import Money
from memory.domain.terms import Length, NoticeWindow, TermPlan
from memory.views.calendar_entries import calendar_entries
from memory.views.home import needs
from memory.views.renewal_twins import likely_twins, listed_as, standing
from memory.views.renewals import dropped_list, renewal_list

pytestmark = pytest.mark.parametrize("new_url", ["sqlite"], indirect=True)
TODAY = date(2026, 11, 22)
COST = Money(amount_minor=48_000, currency="EUR")


def watch(core: Any, uid: str, start: date = date(2026, 3, 1), *, stream: str = "workspace", cost: Money = COST) -> None:
    plan = TermPlan(start=start, initial=Length(months=12), renewal=Length(months=12), auto_renews=True, notice=NoticeWindow(length=60))
    review = ContractReview(
        contract="c" * 64, text="d" * 64, pages=1, clauses=(), plan=plan, auto_renews=True, notice_days=60, renewal_months=12
    )
    fact = scheduled(review, vendor_id="postbird", annual_cost=cost, uid=uid, today=TODAY)
    core.act(f"watch/{uid}/{core.clock.now()}", fact, stream=stream)


def upkeep(core: Any) -> WatchUpkeep:
    setting = DutySetting(core.database, core.unit_of_work, core.clock, core.ids, UTC)
    service = Procurement(core.database, core.unit_of_work, core.evidence, core.clock, core.ids)
    return WatchUpkeep(setting, lambda case_id, reason: service.cancel(case_id, by="clock", reason=reason))


def due(core: Any) -> tuple[DueTime, datetime]:
    return DueTime("upkeep", "now", core.clock.now()), core.clock.now()


def uids(core: Any) -> list[str]:
    return [line.uid for line in renewal_list(core.database, TODAY)]


def give_way(core: Any, old: str, new: str) -> None:
    take_the_place(old, new, reason="signed anew", by="jo", database=core.database, unit_of_work=core.unit_of_work, today=TODAY)


def apart(core: Any, one: str, other: str) -> bool:
    return tell_apart(one, other, by="jo", database=core.database, unit_of_work=core.unit_of_work, today=TODAY)


def told(core: Any) -> dict[str, tuple[str, int]]:
    events = Calendar.from_ical(calendar_of(calendar_entries(core.database, TODAY))).walk("VEVENT")
    return {str(event["UID"]): (str(event.get("STATUS", "")), int(event["SEQUENCE"])) for event in events}


def test_what_gave_way_reminds_nobody_and_is_taken_back_in_every_calendar_until_it_is_told_apart(core: Any) -> None:
    watch(core, "old-decide-by")
    watch(core, "new-decide-by", date(2026, 10, 1))
    (pair,) = likely_twins(core.database, TODAY)
    assert (pair.drop.uid, pair.keep.uid) == ("old-decide-by", "new-decide-by")
    with pytest.raises(InputError, match="a reason is needed"):
        take_the_place(
            "old-decide-by", "new-decide-by", reason=" ", by="jo", database=core.database, unit_of_work=core.unit_of_work, today=TODAY
        )
    give_way(core, "old-decide-by", "new-decide-by")
    assert uids(core) == ["new-decide-by"]
    with reading(core.database) as connection:
        assert connection.exec_driver_sql("SELECT uid FROM renewal_times").scalars().all() == ["new-decide-by"]
    assert told(core)["old-decide-by"] == ("CANCELLED", 1)
    assert told(core)["old-charge"] == ("CANCELLED", 1)
    assert told(core)["new-decide-by"] == ("", 0)
    with pytest.raises(NotFoundError):
        give_way(core, "old-decide-by", "new-decide-by")
    assert apart(core, "old-decide-by", "new-decide-by")
    assert (uids(core), likely_twins(core.database, TODAY)) == (["old-decide-by", "new-decide-by"], ())
    assert told(core)["old-decide-by"] == ("", 2)
    assert dropped_list(core.database, TODAY) == ()
    assert core.fingerprints() == core.rebuilt()


def test_an_end_for_good_is_told_with_a_higher_sequence_until_its_day_has_passed(core: Any) -> None:
    watch(core, "old-decide-by")
    core.act(
        "end", RenewalEnded(uid="old-decide-by", vendor_id="postbird", ends_on=date(2027, 2, 28), reason="confirmed"), stream="workspace"
    )
    assert told(core) == {"old-decide-by": ("CANCELLED", 1), "old-charge": ("CANCELLED", 1)}
    later = calendar_entries(core.database, date(2027, 1, 15))
    assert [entry.uid for entry in later] == ["old-charge"]


def test_the_entry_of_a_purchase_is_told_to_be_outdated_once_for_each_change(core: Any) -> None:
    watch(core, "CASE-1-decide-by", stream="CASE-1")
    watch(core, "new-decide-by")
    mine = upkeep(core)
    with reading(core.database) as connection:
        assert not mine.entries_outdated(connection, core.clock.now())
    give_way(core, "CASE-1-decide-by", "new-decide-by")
    assert [mine.tell_entries(*due(core)), mine.tell_entries(*due(core))] == ["1 calendar entry to put anew", ""]
    (fact,) = core.events("calendar.outdated")
    assert (fact.stream, fact.body["gone"], fact.body["reason"]) == ("CASE-1", True, "signed anew")
    apart(core, "CASE-1-decide-by", "new-decide-by")
    assert mine.tell_entries(*due(core)) == "1 calendar entry to put anew"
    assert core.events("calendar.outdated")[-1].body["gone"] is False


def test_a_renewal_case_about_what_gave_way_is_closed(core: Any) -> None:
    watch(core, "old-decide-by")
    watch(core, "new-decide-by", date(2026, 10, 1))
    desk = RenewalDesk(core.database, core.unit_of_work, core.evidence, core.clock, core.ids, UTC)
    case_id = desk.start("old-decide-by", by="jo", channel="test")
    give_way(core, "old-decide-by", "new-decide-by")
    mine = upkeep(core)
    assert [mine.close_cases(*due(core)), mine.close_cases(*due(core))] == ["1 renewal case closed", ""]
    assert [event.stream for event in core.events("case.cancelled")] == [case_id]


ROW = {
    "Name": "Postbird",
    "Payment Cycle": "Yearly",
    "Next Payment": "2027-03-01",
    "Price": "€500",
    "Active": "Yes",
    "Renewal": "Automatic",
}


def wallos(core: Any, **change: str) -> Any:
    found, remarks = read_wallos(json.dumps([ROW | change]), filename="wallos.json")
    at_hand = {"database": core.database, "unit_of_work": core.unit_of_work, "evidence": core.evidence}
    return take_over(found, remarks, **at_hand, by="jo", today=TODAY)


def test_a_list_and_a_paper_of_the_same_contract_make_one_watch_whichever_came_first(core: Any) -> None:
    assert wallos(core).renewals == ("subscription-postbird-decide-by",)
    listed = listed_as(standing(core.database, TODAY), "postbird", COST, 12)
    assert listed is not None
    assert listed_as(standing(core.database, TODAY), "postbird", Money(amount_minor=9_900, currency="EUR"), 12) is None
    watch(core, "paper-decide-by")
    give_way(core, listed.uid, "paper-decide-by")
    again = wallos(core, Notes="seen again")
    assert (again.renewals, "watched already" in again.remarks[0], uids(core)) == ((), True, ["paper-decide-by"])


def test_another_contract_of_the_vendor_is_kept_and_asked_about_and_what_a_list_ended_is_dropped(core: Any) -> None:
    watch(core, "paper-decide-by")
    assert wallos(core, Price="€90").renewals == ("subscription-postbird-decide-by",)
    (pair,) = likely_twins(core.database, TODAY)
    assert pair.drop.uid == "subscription-postbird-decide-by"
    assert not apart(core, *sorted(pair.uids))
    assert likely_twins(core.database, TODAY) == ()
    with pytest.raises(ConflictError, match="said so before"):
        apart(core, *sorted(pair.uids))
    wallos(core, Price="€90", Active="No")
    assert uids(core) == ["paper-decide-by"]
    assert "does not go on" in core.events("renewal.dropped")[0].body["reason"]


def test_home_counts_the_days_to_act_as_the_renewals_page_does_in_the_operators_time_zone(core: Any) -> None:
    watch(core, "old-decide-by")  # to be decided by 30 December 2026
    for instant, zone, left in (
        (datetime(2026, 12, 24, 23, 30, tzinfo=UTC), "Asia/Tokyo", 5),
        (datetime(2026, 12, 25, 2, 0, tzinfo=UTC), "America/Los_Angeles", 6),
        (datetime(2026, 12, 31, 3, 0, tzinfo=UTC), "America/Los_Angeles", 0),
    ):
        there = ZoneInfo(zone)
        (line,) = renewal_list(core.database, instant.astimezone(there).date())
        (need,) = needs(core.database, instant, there)
        assert need.due is not None
        assert (need.days_left, line.days_left, need.due > instant) == (left, left, True)
    assert [days_left(days) for days in (5, 1, 0, -1)] == ["5 days left", "1 day left", "last day", "time is up"]
