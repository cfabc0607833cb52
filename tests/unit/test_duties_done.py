"""What each duty does when its time has come, with a clock that is moved by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from graphs.duties import Duties, DutySetting, described, dispatcher_duties, worker_duties
from graphs.duties.anchors import ANCHOR_AFTER
from graphs.duties.crew import LEFT_BEHIND_AFTER
from graphs.service import Procurement
from memory.anchors import anchor, make_signing_key, signer_from
from memory.database import reading
from memory.domain.approval import Approval, Reject
from memory.domain.errors import IntegrityError, RefusedError
from memory.domain.events.authority import ApprovalRequested
from memory.domain.events.cases import CaseCancelled, CaseOpened, RequisitionSubmitted
from memory.domain.events.contracts import RenewalDecided, RenewalScheduled
from memory.domain.events.effects import EffectConfirmed
from memory.domain.money import Money
from memory.ledger import verify
from memory.narration import narrate
from memory.outbox import EffectStatus, Move
from memory.projections.duties import LADDER

BERLIN = ZoneInfo("Europe/Berlin")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Shift:
    """A worker on a core: its duties run when the test says so."""

    def __init__(self, core: Any, folder: Path) -> None:
        self.core, self.stops, self.whole = core, [], []
        setting = DutySetting(core.database, core.unit_of_work, core.clock, core.ids, BERLIN)
        self.service = Procurement(core.database, core.unit_of_work, core.evidence, core.clock, core.ids)
        crew = worker_duties(
            setting,
            service=self.service,
            import_statement=lambda _body, _name: SimpleNamespace(confirmed=(), contradictions=()),
            statements=folder,
            check_ledger=self.check,
            stop_effects=self.stops.append,
            keep_calendar=lambda _now: False,
        )
        self.duties = Duties(setting, crew)
        self.setting = setting

    def check(self, whole: bool) -> Any:
        self.whole.append(whole)
        with reading(self.core.database) as connection:
            return verify(connection)

    def run(self, *, at: datetime | None = None, after: timedelta = timedelta(0)) -> dict[str, str]:
        self.core.clock.at = (at or self.core.clock.now()) + after
        done = self.duties.run_due(self.core.clock.now())
        assert all(d.ok for d in done), done
        return {d.due.duty: d.says for d in done if d.says}


@pytest.fixture
def shift(core: Any, tmp_path: Path) -> Shift:
    found = Shift(core, tmp_path / "statements")
    found.run()
    return found


# --- approvals -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def ask(core: Any, approval: Callable[..., Approval], effects: Any) -> Callable[..., Approval]:
    def ask(hours: int = 72, approval_id: str = "AP-1", case_id: str = "CASE-1") -> Approval:
        asked = approval(effects.payment(case_id), case_id=case_id, approval_id=approval_id)
        times = {"requested_at": core.clock.now(), "expires_at": core.clock.now() + hours * HOUR}
        asked = asked.model_copy(update=times)
        core.act(f"ask/{approval_id}", ApprovalRequested(approval=asked), stream=case_id)
        return asked

    return ask


def test_an_approval_is_called_to_mind_at_half_of_its_time_and_a_day_before_the_end_once_each(
    shift: Shift, ask: Callable[..., Any]
) -> None:
    asked, start = ask(72), shift.core.clock.now()
    steps = []
    for hour in range(73):
        shift.run(at=start, after=hour * HOUR)
        shift.run()
        steps += [(hour, e.body["step"]) for e in shift.core.events("approval.reminded")[len(steps) :]]
    assert steps == [(36, "half"), (48, "day")]
    assert [e.stream for e in shift.core.events("approval.reminded")] == ["CASE-1", "CASE-1"]
    assert [e.body["approval_id"] for e in shift.core.events("approval.expired")] == [asked.approval_id]
    assert shift.core.rows("approval_times") == 0


def test_reminders_that_were_both_slept_through_are_given_once_and_say_so(shift: Shift, ask: Callable[..., Any]) -> None:
    ask(72)
    assert shift.run(after=60 * HOUR)["approval_reminders"] == "1 approval called to mind"
    fact = shift.core.events("approval.reminded")[0].event
    assert (fact.step, fact.passed_over) == ("day", ("half",))
    assert "Sign and pay" in narrate(fact)
    assert "approval_reminders" not in shift.run(after=HOUR)


@pytest.mark.parametrize(("hours", "wanted"), [(20, [10]), (24, [12]), (30, [6, 15]), (48, [24])])
def test_a_short_question_is_not_reminded_of_before_it_was_asked_nor_twice_at_once(
    shift: Shift, ask: Callable[..., Any], hours: int, wanted: list[int]
) -> None:
    ask(hours)
    start, told = shift.core.clock.now(), []
    for hour in range(1, hours):
        told += [hour] * ("approval_reminders" in shift.run(at=start, after=hour * HOUR))
    assert told == wanted


def test_what_was_answered_cancelled_or_has_expired_is_not_reminded_of(shift: Shift, ask: Callable[..., Any]) -> None:
    asked = ask(72, "AP-1")
    ask(72, "AP-2", "CASE-2")
    ask(30, "AP-3", "CASE-3")
    shift.service.decide(Reject(approval_id="AP-1", digest=asked.action.digest, by="jo", reason="no"), surface="test")
    shift.core.act("cancel", CaseCancelled(), stream="CASE-2")
    shift.run(after=40 * HOUR)
    assert shift.core.events("approval.reminded") == []
    assert [e.body["approval_id"] for e in shift.core.events("approval.expired")] == ["AP-3"]


# --- renewals --------------------------------------------------------------------------------------------------------------


def watch(core: Any, *, decide_by: date, uid: str = "R1", auto_renews: bool = True, key: str = "") -> None:
    scheduled = RenewalScheduled(
        vendor_id="postbird",
        contract="c" * 64,
        term_end=decide_by + 30 * DAY,
        decide_by=decide_by,
        notice_days=30,
        auto_renews=auto_renews,
        renewal_months=12,
        annual_cost=Money.of(10, "EUR"),
        uid=uid,
    )
    core.act(key or f"watch/{uid}", scheduled)


def decide(core: Any, action: str, instruction: str, *, on: date | None = None) -> None:
    fact = RenewalDecided(vendor_id="postbird", uid="R1", action=action, remind_on=on, by="jo", instruction=instruction)
    core.act(f"decide/{instruction}", fact, stream="workspace")


def told(core: Any) -> list[tuple[int, int]]:
    return [(e.body["step_days"], e.body["days_left"]) for e in core.events("renewal.due")]


def test_a_contract_is_told_on_each_step_of_the_ladder_on_the_operator_s_day(shift: Shift) -> None:
    start, decide_by = shift.core.clock.now(), date(2027, 6, 1)
    watch(shift.core, decide_by=decide_by)
    ahead = (decide_by - start.date()).days
    for day in sorted({ahead - step + near for step in LADDER for near in (-1, 0, 1)}):
        shift.run(at=start, after=day * DAY)
    assert told(shift.core) == [(step, step) for step in LADDER]
    # Midnight in Berlin is 23:00 UTC the day before: that is when the day begins.
    watch(shift.core, decide_by=date(2027, 12, 8), uid="R2")
    assert shift.core.clock.now() < datetime(2027, 6, 10, tzinfo=UTC)
    assert "renewal_sweep" not in shift.run(at=datetime(2027, 6, 10, 21, 59, tzinfo=UTC))
    assert shift.run(at=datetime(2027, 6, 10, 22, 0, tzinfo=UTC))["renewal_sweep"] == "1 renewal told"


def test_steps_that_went_by_unseen_are_told_by_the_nearest_which_names_them(shift: Shift) -> None:
    watch(shift.core, decide_by=date(2026, 11, 22) + 25 * DAY)
    shift.run(after=HOUR)
    fact = shift.core.events("renewal.due")[0].event
    assert (fact.step_days, fact.days_left, fact.passed_over) == (30, 25, (180, 120, 90))
    assert "25 days left" in narrate(fact)
    assert "180, 120, 90" in narrate(fact)
    shift.run(after=30 * DAY)
    late = shift.core.events("renewal.due")[1].event
    assert (late.step_days, late.days_left, late.passed_over) == (1, -5, (7,))
    assert "went by 5 days ago" in narrate(late)
    shift.run(after=30 * DAY)
    assert len(shift.core.events("renewal.due")) == 2


def test_what_is_to_be_kept_and_renews_by_itself_is_told_no_more_until_the_wish_changes(shift: Shift) -> None:
    watch(shift.core, decide_by=date(2026, 11, 22) + 125 * DAY)
    shift.run(after=HOUR)
    decide(shift.core, "keep", "IN-1")
    shift.run(after=10 * DAY)
    assert told(shift.core) == [(180, 125)]
    decide(shift.core, "cancel", "IN-2")
    shift.run(after=HOUR)
    assert told(shift.core) == [(180, 125), (120, 115)]
    shift.run(after=30 * DAY)
    assert told(shift.core)[2:] == [(90, 85)], "a notice that is to be sent is the operator's to send: the ladder goes on"


def test_a_contract_that_ends_by_itself_is_told_also_when_it_is_to_be_kept(shift: Shift) -> None:
    watch(shift.core, decide_by=date(2026, 11, 22) + 125 * DAY, auto_renews=False)
    decide(shift.core, "keep", "IN-1")
    shift.run(after=HOUR)
    assert told(shift.core) == [(180, 125)]


def test_a_new_term_begins_a_new_ladder_and_the_same_one_again_too(shift: Shift) -> None:
    for number, days in enumerate((100, 100, 465)):
        watch(shift.core, decide_by=date(2026, 11, 22) + days * DAY, key=f"term {number}")
        shift.run(after=HOUR)
    assert told(shift.core) == [(120, 100), (120, 100)]


def test_a_promised_reminder_is_given_on_its_day_and_once_for_each_time_it_was_asked_for(shift: Shift) -> None:
    watch(shift.core, decide_by=date(2028, 1, 1))
    decide(shift.core, "remind", "IN-1", on=date(2026, 11, 25))
    assert "promised_reminders" not in shift.run(at=datetime(2026, 11, 24, 22, 59, tzinfo=UTC))
    assert shift.run(at=datetime(2026, 11, 24, 23, 0, tzinfo=UTC))["promised_reminders"] == "1 promised reminder given"
    decide(shift.core, "remind", "IN-2", on=date(2026, 11, 25))
    shift.run(after=HOUR)
    shift.run(after=DAY)
    facts = [e.event for e in shift.core.events("renewal.reminded")]
    assert [(f.instruction, f.remind_on) for f in facts] == [("IN-1", date(2026, 11, 25)), ("IN-2", date(2026, 11, 25))]
    assert "You wanted to hear" in narrate(facts[0])


# --- review, ledger, cases that were left, anchors ----------------------------------------------------------------------------


def decided_alone(core: Any, permit: Any, effects: Any, number: int) -> None:
    mail = effects.mail(f"CASE-{number}")
    core.act(f"alone/{number}", permit(mail, f"CASE-{number}"), stream=f"CASE-{number}", effects=[mail])


def test_a_review_is_due_on_monday_morning_when_there_is_something_to_review(shift: Shift, permit: Any, effects: Any) -> None:
    shift.run(at=datetime(2026, 11, 23, 12, tzinfo=UTC))
    assert shift.core.events("review.due") == [], "nothing was decided"
    decided_alone(shift.core, permit, effects, 1)
    shift.run(at=datetime(2026, 11, 30, 6, 59, tzinfo=UTC))
    assert shift.core.events("review.due") == []
    assert shift.run(at=datetime(2026, 11, 30, 7, 0, tzinfo=UTC))["weekly_review"] == "2026-W49: 1 decision to look at"
    shift.run(after=3 * DAY)
    shift.run(at=datetime(2026, 12, 24, 12, tzinfo=UTC))
    assert [e.body["week"] for e in shift.core.events("review.due")] == ["2026-W49", "2026-W52"], "a fortnight's sleep is one review"


def test_the_ledger_is_proved_each_night_and_whole_on_sundays_or_when_one_was_slept_through(shift: Shift) -> None:
    shift.core.act("something", CaseOpened(case_id="CASE-1", instruction="x", evidence="a" * 64, channel="cli", graph_version=1))
    for day in range(23, 32):
        shift.run(at=datetime(2026, 11, 1, 12, tzinfo=UTC) + (day - 1) * DAY)
    shift.run(at=datetime(2026, 12, 9, 12, tzinfo=UTC))
    nights = [(e.body["night"][5:], e.body["whole"]) for e in shift.core.events("ledger.verified")]
    days = [("11-22", True)] + [(f"11-{d}", False) for d in range(23, 29)] + [("11-29", True), ("11-30", False), ("12-01", False)]
    assert nights == [*days, ("12-09", True)]
    assert shift.whole == [whole for _, whole in nights]
    assert shift.stops == []


def test_a_break_stops_the_effects_and_is_told(shift: Shift) -> None:
    shift.core.act("something", CaseOpened(case_id="CASE-1", instruction="x", evidence="a" * 64, channel="cli", graph_version=1))
    shift.core.unlock("events")
    shift.core.sql("UPDATE events SET canonical = :other WHERE stream = 'CASE-1'", other=b'{"forged":1}')
    shift.run(after=DAY)
    fact = shift.core.events("ledger.broken")[0].event
    assert (fact.stream, fact.at_version, fact.night) == ("CASE-1", 1, date(2026, 11, 23))
    assert shift.stops == [f"the ledger is broken at CASE-1 version 1: {fact.problem}"]
    assert "effects are stopped" in narrate(fact)
    assert shift.core.rows("duty_notices") == 1


def test_a_case_that_a_crash_left_between_two_steps_is_put_back_into_the_queue(shift: Shift, requisition: Callable[..., Any]) -> None:
    opened = CaseOpened(case_id="CASE-1", instruction="x", evidence="a" * 64, channel="cli", graph_version=1)
    shift.core.act("open", opened, RequisitionSubmitted(requisition=requisition(), restated="x"))
    waiting = len(shift.core.jobs.waiting())
    shift.run(after=LEFT_BEHIND_AFTER / 2)
    assert len(shift.core.jobs.waiting()) == waiting
    assert shift.run(after=LEFT_BEHIND_AFTER)["left_behind"] == "1 case put back into the queue"
    assert len(shift.core.jobs.waiting()) == waiting + 1


def test_a_vendor_that_stays_silent_is_waited_for_no_longer(shift: Shift, effects: Any, permit: Any, requisition: Any) -> None:
    opened = CaseOpened(case_id="CASE-1", instruction="x", evidence="a" * 64, channel="cli", graph_version=1)
    mail = effects.mail()
    shift.core.act("open", opened, RequisitionSubmitted(requisition=requisition(), restated="x"), permit(mail), effects=[mail])
    receipt = EffectConfirmed(effect_key=mail.key, effect_kind="mail.send", reference="r")
    shift.core.act("sent", receipt, moves=[Move(mail.key, EffectStatus.SUBMITTED), Move(mail.key, EffectStatus.CONFIRMED)])
    assert "overdue_replies" not in shift.run(after=4 * DAY)
    assert shift.run(after=HOUR)["overdue_replies"] == "1 wait given up"
    assert "overdue_replies" not in shift.run(after=HOUR)


class Vault:
    """A dispatcher's part: what signs, and what stops effects."""

    def __init__(self, shift: Shift) -> None:
        self.core, self.stops = shift.core, []
        self.signer = signer_from(make_signing_key())
        crew = dispatcher_duties(shift.setting, sign_anchor=self.sign, stop_effects=self.stops.append, poll_inbox=lambda: 2)
        self.duties = Duties(shift.setting, crew, worker="vault")

    def sign(self) -> Any:
        return anchor(self.core.database, self.signer, self.core.clock)


def test_the_dispatcher_signs_soon_after_something_happened_and_never_for_nothing(shift: Shift) -> None:
    vault, signed = Vault(shift), []
    for minute in range(0, 300, 10):
        if minute in {0, 10, 100, 110}:
            shift.core.act(f"at {minute}", CaseCancelled())
        shift.core.clock.at += 10 * timedelta(minutes=1)
        done = vault.duties.run_due(shift.core.clock.now())
        signed += [minute for d in done if d.says == "signed"]
        assert "2 mails fetched" in [d.says for d in done]
    assert signed == [0, 60, 120], f"the second one {ANCHOR_AFTER} after the first at the earliest, with what came since"
    assert vault.stops == []


def test_a_break_that_is_met_while_signing_stops_the_effects_too(shift: Shift) -> None:
    vault = Vault(shift)
    shift.core.act("something", CaseCancelled())
    shift.core.unlock("events")
    shift.core.sql("UPDATE events SET canonical = :other WHERE stream = 'CASE-1'", other=b'{"forged":1}')
    shift.core.clock.move(HOUR)
    failed = [d for d in vault.duties.run_due(shift.core.clock.now()) if not d.ok]
    assert [d.due.duty for d in failed] == ["anchor"]
    assert len(vault.stops) == 1
    assert "broken" in vault.stops[0]
    with pytest.raises(IntegrityError):
        vault.sign()


def test_those_who_only_look_see_every_duty_and_do_none(shift: Shift) -> None:
    onlooker = Duties(shift.setting, described(BERLIN), worker="nobody")
    stands = {s.name: s for s in onlooker.standing(shift.core.clock.now())}
    assert stands["weekly_review"].last_run == shift.core.clock.now()
    assert stands["weekly_review"].next_due == datetime(2026, 11, 23, 7, tzinfo=UTC)
    assert stands["inbox"].last_run is None
    assert {d.due.duty for d in onlooker.run_due(shift.core.clock.now()) if not d.ok} == {"inbox", "anchor", "memory"}
    with pytest.raises(RefusedError):
        described(BERLIN)[0].work(described(BERLIN)[0].latest(shift.core.clock.now()), shift.core.clock.now())
