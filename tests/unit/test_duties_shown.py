"""What the clock brought, where the operator looks: Home, the list of approvals, doctor, `qm duties list`."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.checkup.duties import check_duties
from app.cli import run
from app.home import lay_out
from graphs.duties import Duties, Duty, DutySetting, described, standings
from graphs.duties.duty import DueTime
from graphs.duties.rhythm import Every
from memory.domain.approval import Reject
from memory.domain.errors import UnavailableError
from memory.domain.events.authority import ApprovalRejected, ApprovalRequested
from memory.domain.events.contracts import RenewalDecided, RenewalScheduled
from memory.domain.events.duties import (
    ApprovalReminded,
    LedgerBroken,
    LedgerVerified,
    RenewalDue,
    RenewalReminded,
    ReviewDue,
    StatementRefused,
)
from memory.domain.events.workspace import DecisionReviewed
from memory.domain.money import Money
from memory.views.duties import TOLD_FOR, failing_duties, notices, reminders
from memory.views.home import NeedKind, needs

ZONE = ZoneInfo("Europe/Berlin")
DAY = timedelta(days=1)


@pytest.fixture
def new_url(request: pytest.FixtureRequest) -> Callable[[], str]:
    """SQLite: the queries are the projections' own, which run on both."""
    return request.getfixturevalue("sqlite_only")  # type: ignore[no-any-return]


def needed(core: Any) -> list[tuple[NeedKind, str]]:
    return [(need.kind, need.detail) for need in needs(core.database, core.clock.now())]


def test_an_approval_that_was_called_to_mind_says_so_until_it_is_answered(core: Any, approval: Callable[..., Any], effects: Any) -> None:
    asked = approval(effects.payment())
    core.act("ask", ApprovalRequested(approval=asked))
    assert needed(core) == [(NeedKind.APPROVAL, "")]
    for step, words in (("half", "half of the time is gone"), ("day", "a day is left")):
        core.act(f"remind/{step}", ApprovalReminded(approval_id="AP-1", step=step, title="Sign and pay", expires_at=asked.expires_at))
        assert reminders(core.database)["AP-1"].says == words
        assert needed(core) == [(NeedKind.APPROVAL, f"called to mind: {words}")]
    answer = Reject(approval_id="AP-1", digest=asked.action.digest, by="jo", reason="no")
    core.act("no", ApprovalRejected(**answer.model_dump(exclude={"type"}), surface="cli"))
    assert needed(core) == []
    assert reminders(core.database) == {}


def watched(core: Any, *, days: int = 100, auto_renews: bool = True) -> RenewalDue:
    decide_by = core.clock.now().date() + days * DAY
    fact = RenewalScheduled(
        vendor_id="postbird",
        contract="c" * 64,
        term_end=decide_by + 30 * DAY,
        decide_by=decide_by,
        notice_days=30,
        auto_renews=auto_renews,
        renewal_months=12,
        annual_cost=Money.of(10, "EUR"),
        uid="R1",
    )
    schedule = core.act("watch", fact).events[0].event_id
    return RenewalDue(uid="R1", schedule=schedule, vendor_id="postbird", decide_by=decide_by, step_days=120, days_left=days)


@pytest.mark.parametrize(("auto_renews", "words"), [(True, "renews by itself for 12 months"), (False, "unless you renew it")])
def test_a_renewal_that_was_told_is_on_home_for_a_week_or_until_it_is_decided(core: Any, auto_renews: bool, words: str) -> None:
    told = watched(core, auto_renews=auto_renews)
    assert needed(core) == []
    core.act("told", told, stream="workspace")
    assert [kind for kind, detail in needed(core) if words in detail] == [NeedKind.RENEWAL]
    core.clock.move(TOLD_FOR + DAY)
    assert needed(core) == []
    core.act("told again", told.model_copy(update={"step_days": 90}), stream="workspace")
    assert len(needed(core)) == 1
    core.act("decided", RenewalDecided(vendor_id="postbird", uid="R1", action="cancel", by="jo", instruction="IN-1"), stream="workspace")
    assert needed(core) == []


def test_a_promised_reminder_is_on_home(core: Any) -> None:
    told, today = watched(core), core.clock.now().date()
    asked = RenewalDecided(vendor_id="postbird", uid="R1", action="remind", remind_on=today, by="jo", instruction="IN-1")
    core.act("asked", asked, stream="workspace")
    assert needed(core) == []
    kept = RenewalReminded(uid="R1", vendor_id="postbird", remind_on=today, decide_by=told.decide_by, instruction="IN-1")
    core.act("kept", kept, stream="workspace")
    assert [kind for kind, _ in needed(core)] == [NeedKind.RENEWAL]


def test_a_review_a_broken_ledger_and_a_refused_statement_wait_until_they_are_seen_to(core: Any) -> None:
    night, head = date(2026, 11, 22), "a" * 64
    core.act("review", ReviewDue(week="2026-W48", decisions=1), stream="workspace")
    core.act("refused", StatementRefused(filename="scan.pdf", digest=head, reason="it is a PDF", hint="Export it."), stream="workspace")
    broken = LedgerBroken(night=night, whole=True, stream="CASE-1", at_version=3, event_id="EV-9", problem="the event was changed")
    core.act("broken", broken, stream="workspace")
    assert {n.kind for n in notices(core.database, core.clock.now())} == {"review", "ledger", "statement"}
    assert dict(needed(core)) == {
        NeedKind.REVIEW: "1 decision made without you: qm review",
        NeedKind.STATEMENT: "it is a PDF. Export it.",
        NeedKind.LEDGER: "CASE-1: the event was changed. Look: qm ledger verify",
    }
    core.act("reviewed", DecisionReviewed(event_id="EV-1", verdict="right"), stream="workspace")
    core.act("mended", LedgerVerified(night=night + DAY, whole=True, events=3, head=head), stream="workspace")
    assert [kind for kind, _ in needed(core)] == [NeedKind.STATEMENT]
    core.clock.move(15 * DAY)
    assert needed(core) == []


def test_a_duty_that_keeps_failing_is_told_with_what_stands_in_its_way(core: Any) -> None:
    def away(_due: DueTime, _now: Any) -> str:
        raise UnavailableError("the folder cannot be read", hint="mend its permissions")

    setting = DutySetting(core.database, core.unit_of_work, core.clock, core.ids, ZONE)
    duties = Duties(setting, [Duty("statements", "", Every(60), away)])
    for _ in range(3):
        assert needed(core) == []
        core.clock.move(timedelta(hours=1))
        duties.run_due(core.clock.now())
    assert [(d.name, d.failures) for d in failing_duties(core.database)] == [("statements", 3)]
    assert needed(core) == [(NeedKind.DUTY, "the folder cannot be read. Mend its permissions")]
    stands = {s.name: s for s in standings(core.database, ZONE, core.clock.now())}
    assert (stands["statements"].state, stands["inbox"].state) == ("failing", "")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return lay_out(tmp_path / "home", {"timezone": "Europe/Berlin"}).root


def test_the_command_line_lists_every_duty_in_the_operator_s_time_zone(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["duties", "list", "--json", "--home", str(home)]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["timezone"] == "Europe/Berlin"
    assert [d["name"] for d in said["duties"]] == [d.name for d in described(ZONE)]
    assert {d["last_run"] for d in said["duties"]} == {None}
    weekly = next(d for d in said["duties"] if d["name"] == "weekly_review")
    assert weekly["next_due"][11:16] in {"06:00", "07:00"}, "eight o'clock in Berlin"
    assert run(["duties", "list", "--home", str(home)]) == 0
    assert "not yet" in capsys.readouterr().out


def test_doctor_tells_what_fails_what_is_late_and_what_is_next(home: Path) -> None:
    from app.bootstrap import open_office

    with open_office(home) as office:
        assert "none was due yet" in check_duties(office).says
        setting = DutySetting(office.database, office.unit_of_work, office.clock, office.ids, ZONE)
        sound = Duty("renewal_sweep", "", Every(60), lambda _due, _now: "1 renewal told")
        Duties(setting, [sound]).run_due(office.clock.now())
        assert check_duties(office).says == "1 of 19 have run; next is renewal_sweep"
        Duties(setting, [sound]).run_due(office.clock.now() + DAY)

    class Later:
        def now(self) -> Any:
            return office.clock.now() + 3 * DAY

    with open_office(home, clock=Later()) as later:
        found = check_duties(later)
        assert (found.state.value, found.mend) == ("warning", "start what does them: qm up")
        assert found.says.startswith("1 late, renewal_sweep since")


@pytest.mark.parametrize("name", ["Mars/One", "Europe", "../../etc/passwd", "", "Europe/Berlin\x00"])
def test_a_time_zone_that_does_not_exist_is_refused_with_the_mend(home: Path, name: str) -> None:
    from app.settings import load_settings
    from memory.domain.errors import InputError

    with pytest.raises(InputError, match="timezone"):
        load_settings(home, timezone=name)
    assert load_settings(home).zone == ZONE
