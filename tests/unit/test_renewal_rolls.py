"""Tacit renewals: the next term is watched by itself, whoever was asleep, in the operator's time zone; nothing decided carries over."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.renewal_calendar import calendar_of, keep_feed
from graphs.charge_desk import ChargeDesk
from graphs.duties import Duties, DutySetting, worker_duties
from graphs.renewal_desk import RenewalDesk
from graphs.service import Procurement
from graphs.watching import scheduled
from memory.database import reading
from memory.domain.charges import Charge, Flag, FlagKind
from memory.domain.contract import ContractReview
from memory.domain.errors import ConflictError
from memory.domain.events.charges import ChargeFlagged, ChargeObserved, SubscriptionWatched
from memory.domain.events.contracts import RenewalDecided, RenewalScheduled
from memory.domain.events.renewals import NoticeAnswered, NoticeSent, RenewalEnded
from memory.domain.money import Money
from memory.domain.remediation import Trouble
from memory.domain.renewal import RenewalAction, lead_days, plan_of, watch_at
from memory.domain.terms import Length, NoticeWindow, TermPlan
from memory.ledger import verify
from memory.projections.duties import LADDER, ladder_of
from memory.views.calendar_entries import EntryKind, calendar_entries
from memory.views.remediations import open_tasks
from memory.views.renewal_outlook import Level, risks_ahead, vendor_standings
from memory.views.renewals import Window, renewal_list, renewal_of

pytestmark = pytest.mark.parametrize("new_url", ["sqlite"], indirect=True)
BERLIN = ZoneInfo("Europe/Berlin")
COST = Money(amount_minor=48_000, currency="EUR")
UID = "paper-decide-by"


def a_review(start: date = date(2026, 3, 1), months: int = 12, notice: int = 60, *, renews: bool = True) -> ContractReview:
    return ContractReview(
        contract="c" * 64,
        text="d" * 64,
        pages=1,
        clauses=(),
        effective_on=start,
        initial_term_months=months,
        renewal_months=months,
        auto_renews=renews,
        notice_days=notice,
    )


class House:
    """A core with a worker's duties in Berlin, and the desk for renewals."""

    def __init__(self, core: Any, folder: Path) -> None:
        self.core = core
        setting = DutySetting(core.database, core.unit_of_work, core.clock, core.ids, BERLIN)
        crew = worker_duties(
            setting,
            service=Procurement(core.database, core.unit_of_work, core.evidence, core.clock, core.ids),
            import_statement=lambda _body, _name: SimpleNamespace(confirmed=(), contradictions=()),
            statements=folder,
            check_ledger=lambda _whole: self.check(),
            stop_effects=lambda _reason: None,
        )
        self.duties = Duties(setting, crew)
        self.desk = RenewalDesk(core.database, core.unit_of_work, core.evidence, core.clock, core.ids, BERLIN)

    def check(self) -> Any:
        with reading(self.core.database) as connection:
            return verify(connection)

    def watch(self, **about: Any) -> RenewalScheduled:
        review = a_review(**about)
        fact = scheduled(review, vendor_id="postbird", annual_cost=COST, uid=UID, today=self.core.clock.now().date(), category="crm")
        assert fact is not None
        self.core.act("watch", fact, stream="workspace")
        return fact

    def at(self, *moment: int) -> dict[str, str]:
        self.core.clock.at = datetime(*moment, tzinfo=UTC)  # type: ignore[misc,arg-type]
        done = self.duties.run_due(self.core.clock.now())
        assert all(d.ok for d in done), done
        return {d.due.duty: d.says for d in done if d.says}

    def line(self) -> Any:
        return renewal_of(self.core.database, UID, self.desk.today)


@pytest.fixture
def house(core: Any, tmp_path: Path) -> House:
    found = House(core, tmp_path / "statements")
    found.core.clock.at = datetime(2026, 11, 22, 9, tzinfo=UTC)
    return found


def test_a_contract_that_nobody_ended_is_watched_in_its_next_term_from_the_operators_midnight_on(house: House) -> None:
    first = house.watch()
    assert (first.term_start, first.term_end, first.decide_by) == (date(2026, 3, 1), date(2027, 2, 28), date(2026, 12, 30))
    house.core.act("wish", RenewalDecided(vendor_id="postbird", uid=UID, action="keep", by="jo", instruction="I1"), stream="workspace")
    # The term's last day, one minute before midnight in Berlin: it still runs.
    assert "renewal_rolls" not in house.at(2027, 2, 28, 22, 59)
    assert house.at(2027, 2, 28, 23, 0)["renewal_rolls"] == "1 contract went on by itself"
    line = house.line()
    assert (line.uid, line.term_start, line.term_end, line.decide_by) == (UID, date(2027, 3, 1), date(2028, 2, 29), date(2027, 12, 31))
    assert line.decision == ""
    assert [e.body["decision"] for e in house.core.events("renewal.rolled")] == ["keep"]
    assert "renewal_rolls" not in house.at(2027, 3, 1, 12, 0)
    assert house.core.fingerprints() == house.core.rebuilt()


def test_years_that_a_house_slept_through_are_made_up_in_one_step_and_the_list_knew_before(house: House) -> None:
    house.watch()
    house.core.clock.at = datetime(2030, 5, 1, 9, tzinfo=UTC)
    assert (house.line().term_end, house.line().window) == (date(2031, 2, 28), Window.LATER)
    house.at(2030, 5, 1, 9, 0)
    assert len(house.core.events("renewal.rolled")) == 1
    assert house.line().term_end == date(2031, 2, 28)
    assert house.line().schedule == house.core.events("renewal.scheduled")[-1].event_id


def test_a_contract_that_ends_for_good_does_not_go_on_and_is_at_no_risk(house: House) -> None:
    house.watch()
    ended = RenewalEnded(uid=UID, vendor_id="postbird", ends_on=date(2027, 2, 28), reason="notice was confirmed")
    assert house.line().without_a_word == "renews by itself"
    house.core.act("end", ended, stream="workspace")
    assert house.line().without_a_word == "it ends for good: that is confirmed"
    assert house.at(2027, 3, 2, 9, 0).keys().isdisjoint({"renewal_rolls", "renewal_starts", "renewal_sweep"})
    assert (house.line().window, house.line().at_risk) == (Window.ENDED, False)
    assert house.line().without_a_word == "it ended for good"
    assert risks_ahead(house.core.database, date(2027, 2, 1)) == ()


def test_a_term_under_notice_does_not_go_on_unless_the_vendor_refused_the_notice(house: House) -> None:
    house.watch()
    house.core.clock.at = datetime(2026, 12, 1, 9, tzinfo=UTC)
    sent = NoticeSent(uid=UID, vendor_id="postbird", effect_key="k", body="b" * 64)
    house.core.act("sent", sent, stream="CASE-1")
    assert "renewal_rolls" not in house.at(2027, 3, 2, 9, 0)
    assert (house.line().window, house.line().term_end) == (Window.ENDED, date(2027, 2, 28))
    refused = NoticeAnswered(uid=UID, vendor_id="postbird", reading="refused", message="e" * 64, trusted=True)
    house.core.act("no", refused, stream="CASE-1")
    assert house.at(2027, 3, 2, 10, 0)["renewal_rolls"] == "1 contract went on by itself"
    assert house.line().term_end == date(2028, 2, 29)


def test_a_month_end_and_a_leap_day_do_not_drift_over_many_renewals(house: House) -> None:
    house.core.clock.at = datetime(2028, 2, 1, 9, tzinfo=UTC)
    house.watch(start=date(2028, 1, 31), months=1, notice=7)
    house.at(2028, 12, 31, 12, 0)
    assert (house.line().term_start, house.line().term_end) == (date(2028, 12, 31), date(2029, 1, 30))


def test_a_case_is_opened_once_early_enough_to_switch_and_not_for_what_ends_each_month(house: House) -> None:
    fact = house.watch()
    assert fact.lead_days == 120
    house.at(2026, 11, 22, 9, 0)
    house.at(2026, 11, 22, 9, 10)
    (started,) = house.core.events("renewal.started")
    assert "38 days are left" in started.body["why"]
    with pytest.raises(ConflictError, match="about this renewal already"):
        house.desk.start(UID, by="operator", channel="test")
    assert lead_days("crm", 31) is None
    assert lead_days("crm", 92) == 46
    assert lead_days("contractor", 365) == 60


def test_a_wish_that_takes_steps_gets_a_case_and_one_that_does_not_gets_none(house: House) -> None:
    house.core.clock.at = datetime(2026, 4, 1, 9, tzinfo=UTC)
    house.watch()
    assert house.desk.decide(UID, RenewalAction.KEEP, by="operator", surface="test").case_id == ""
    assert house.at(2026, 11, 22, 9, 0).get("renewal_starts") is None
    cancelled = house.desk.decide(UID, RenewalAction.CANCEL, by="operator", surface="test")
    assert house.line().renewal_case == cancelled.case_id != ""


def test_what_nobody_answered_is_kept_when_its_term_ends_and_the_next_term_asks_anew(house: House) -> None:
    house.watch()
    house.at(2026, 11, 22, 9, 0)
    (started,) = house.core.events("renewal.started")
    house.at(2027, 3, 1, 9, 0)
    assert house.line().renewal_case == ""
    house.at(2027, 9, 15, 9, 0)
    assert [e.body["schedule"] == started.body["schedule"] for e in house.core.events("renewal.started")] == [True, False]


def test_a_charge_after_the_end_becomes_one_task_with_the_letter(house: House) -> None:
    house.watch()
    house.core.act("end", RenewalEnded(uid=UID, vendor_id="postbird", ends_on=date(2027, 2, 28), reason="confirmed"), stream="workspace")
    flag = Flag(
        flag_id="f1",
        kind=FlagKind.AFTER_CANCELLATION,
        vendor_id="postbird",
        name="POSTBIRD",
        on=date(2027, 3, 4),
        after=COST,
        why="a debit",
    )
    house.core.act("flag", ChargeFlagged(flag=flag), stream="workspace")
    assert house.at(2027, 3, 5, 9, 0)["late_charges"] == "1 charged after the end"
    assert "late_charges" not in house.at(2027, 3, 5, 9, 30)
    (card,) = open_tasks(house.core.database)
    assert card.task.trouble is Trouble.CHARGED_AFTER_END
    assert card.task.letter is not None
    assert "480.00 EUR" in card.task.letter.body
    assert "28 February 2027" in card.task.letter.body


def test_the_calendar_stays_the_same_byte_for_byte_until_a_date_moves(house: House, tmp_path: Path, any_of: Any) -> None:
    from memory.domain.charges import Cadence, Subscription

    house.watch()
    trial = Subscription(
        subscription_id="s1",
        name="Tryout",
        price=COST,
        cadence=Cadence.YEARLY,
        started_on=date(2026, 11, 1),
        trial_ends_on=date(2026, 12, 1),
    )
    house.core.act("sub", SubscriptionWatched(subscription=trial, source="e" * 64, by="jo"), stream="workspace")
    today = house.desk.today
    entries = calendar_entries(house.core.database, today)
    assert [(e.kind, e.on) for e in entries] == [
        (EntryKind.TRIAL_END, date(2026, 12, 1)),
        (EntryKind.DECIDE_BY, date(2026, 12, 30)),
        (EntryKind.CHARGE, date(2027, 3, 1)),
    ]
    assert len({e.uid for e in entries}) == 3
    assert {e.kind: e.alarms_days for e in entries}[EntryKind.DECIDE_BY] == LADDER
    before = calendar_of(entries)
    house.core.clock.at += timedelta(days=3)
    assert calendar_of(calendar_entries(house.core.database, today)) == before
    assert (keep_feed(house.core.database, tmp_path, today), keep_feed(house.core.database, tmp_path, today)) == (True, False)
    house.at(2027, 3, 1, 9, 0)
    after = {e.uid: e for e in calendar_entries(house.core.database, house.desk.today)}
    assert (after[UID].on, after[UID].revision) == (date(2027, 12, 31), 1)
    assert after[UID].changed_at == house.core.events("renewal.scheduled")[-1].at
    assert keep_feed(house.core.database, tmp_path, house.desk.today)
    assert (tmp_path / "renewals.ics").read_bytes().count(b"BEGIN:VEVENT") == 2


def test_a_trial_that_only_a_first_charge_shows_is_in_the_calendar_as_an_assumption_until_it_is_charged_again(house: House) -> None:
    def charged(day: date, minor: int) -> None:
        amount = Money(amount_minor=minor, currency="EUR")
        charge = Charge(charge_id=f"c{day}", account="main", booked_on=day, amount=amount, name="SHINYTOOL")
        read = ChargeObserved(
            statement="e" * 64, filename="b", account="main", first_day=day, last_day=day, charges=(charge,), already_known=0
        )
        house.core.act(f"paid-{day}", read, stream="workspace")
        ChargeDesk(house.core.database, house.core.unit_of_work, house.core.evidence, house.core.clock).tell(by="jo")

    charged(date(2026, 11, 20), 0)
    entries = calendar_entries(house.core.database, house.desk.today)
    assert [(e.on, e.void) for e in entries] == [(date(2026, 11, 27), False), (date(2026, 12, 4), False), (date(2026, 12, 20), False)]
    assert all("assumed" in e.summary and "Nothing says when it ends" in e.description for e in entries)
    charged(date(2026, 11, 27), 900)
    later = calendar_entries(house.core.database, date(2026, 11, 28))
    assert [(e.on, e.void) for e in later] == [(date(2026, 12, 4), True), (date(2026, 12, 20), True)]
    assert all(e.revision > next(b.revision for b in entries if b.uid == e.uid) for e in later)


def test_a_renewal_is_at_high_risk_when_days_run_out_and_says_by_what_it_is_shown(house: House) -> None:
    house.watch()
    today = date(2026, 12, 10)
    (risk,) = risks_ahead(house.core.database, today)
    assert (risk.level, risk.line.uid) == (Level.HIGH, UID)
    assert "20 days are left" in risk.signs[0].says
    (last,) = risks_ahead(house.core.database, date(2026, 12, 29))
    assert "1 day is left" in last.signs[0].says
    assert risk.signs[0].evidence == (house.core.events("renewal.scheduled")[0].event_id,)
    house.desk.state_usage(UID, by="jo", used=2, paid_for=10, unit="seats")
    (risk,) = risks_ahead(house.core.database, today)
    assert [standing.favoured for standing in vendor_standings(house.core.database, today)] == []
    house.desk.note_incident(UID, "The service was down for a day", by="jo", on=today)
    (standing,) = vendor_standings(house.core.database, today)
    assert (standing.favoured, standing.signs[0].good) == (False, False)
    assert any("2 of 10 seats" in sign.says and len(sign.evidence[0]) == 64 for sign in risk.signs)


def test_a_list_of_contracts_is_as_old_ledgers_wrote_it_too(house: House) -> None:
    old = RenewalScheduled(
        vendor_id="postbird",
        contract="c" * 64,
        term_end=date(2027, 2, 28),
        decide_by=date(2027, 1, 29),
        notice_days=30,
        auto_renews=True,
        renewal_months=12,
        annual_cost=COST,
        uid="old",
    )
    house.core.act("old", old, stream="workspace")
    house.at(2027, 3, 1, 9, 0)
    (line,) = renewal_list(house.core.database, date(2027, 3, 1))
    assert (line.term_start, line.term_end, line.decide_by) == (date(2027, 3, 1), date(2028, 2, 29), date(2028, 1, 28))


@settings(max_examples=40)
@given(
    start=st.dates(date(2020, 1, 1), date(2026, 12, 31)),
    months=st.sampled_from([1, 3, 12, 24, 36]),
    notice=st.integers(0, 200),
    later=st.integers(0, 4000),
)
def test_a_watched_term_holds_its_day_and_is_decided_within_its_notice(
    new_url: Any, start: date, months: int, notice: int, later: int
) -> None:
    del new_url
    plan, today = plan_of(a_review(start, months, notice)), start + timedelta(days=later)
    assert plan is not None
    watch = watch_at(plan, today)
    assert watch is not None
    assert watch.term.start <= today <= watch.term.end
    assert watch.decide_by <= watch.term.end - timedelta(days=notice)
    assert watch.decide_by.weekday() < 5
    steps = ladder_of(watch.days)
    assert set(steps) <= set(LADDER)
    assert all(2 * step <= watch.days for step in steps) or steps == LADDER[-1:]


def test_a_term_of_business_days_of_notice_is_decided_before_the_weekend(new_url: Any) -> None:
    del new_url
    plan = TermPlan(
        start=date(2026, 1, 1),
        initial=Length(months=12),
        renewal=Length(months=12),
        auto_renews=True,
        notice=NoticeWindow(length=10, unit="business_days"),
    )
    watch = watch_at(plan, date(2026, 11, 22))
    assert watch is not None
    assert watch.decide_by == date(2026, 12, 17)
