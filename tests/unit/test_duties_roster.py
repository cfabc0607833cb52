"""The roster under everything that can happen to it: sleep, clocks set back, crashes, two workers at once, failures."""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from graphs.duties import Duties, Duty, DutySetting
from graphs.duties.duty import DueTime
from graphs.duties.renewals import RenewalSweep
from graphs.duties.rhythm import Every, Nightly, Weekly
from memory.database import reading
from memory.domain.errors import UnavailableError
from memory.domain.events.contracts import RenewalDecided, RenewalScheduled
from memory.domain.events.duties import ReviewDue
from memory.domain.money import Money
from memory.duty_log import LEASE, LONGEST_PAUSE, read_states
from memory.projections.duties import LADDER
from memory.schema import cursors

BERLIN = ZoneInfo("Europe/Berlin")
MINUTE = timedelta(minutes=1)


class Killed(BaseException):
    """Stands for SIGKILL: nothing that handles errors sees it."""


def setting_of(core: Any) -> DutySetting:
    return DutySetting(core.database, core.unit_of_work, core.clock, core.ids, BERLIN)


class House:
    """Two workers on one database, and a world that does to them what the test says."""

    def __init__(self, core: Any) -> None:
        self.core, self.setting = core, setting_of(core)
        self.mishaps: list[str] = []
        self.calls: Counter[tuple[str, str]] = Counter()
        sweep = RenewalSweep(self.setting)
        self.duties = (
            Duty("minutely", "", Every(60), self.record),
            Duty("nightly", "", Nightly(time(2, 30), BERLIN), self.record),
            Duty("weekly", "", Weekly(time(8), BERLIN), self.record),
            Duty("ladder", "", Every(60), self.upset(sweep.sweep), sweep.steps_waiting),
            Duty("promises", "", Every(60), self.upset(sweep.keep_promises), sweep.promises_waiting),
        )
        self.workers = [Duties(self.setting, self.duties, worker=name) for name in ("one", "two")]

    def record(self, due: DueTime, now: datetime) -> str:
        def work(due: DueTime, _now: datetime) -> str:
            self.core.unit_of_work.act(f"test/{due.duty}/{due.mark}", [ReviewDue(week=f"{due.duty} {due.mark}", decisions=1)], actor="t")
            return "done"

        says = self.upset(work)(due, now)
        self.calls[due.duty, due.mark] += 1
        return says

    def upset(self, work: Callable[[DueTime, datetime], str]) -> Callable[[DueTime, datetime], str]:
        def upset(due: DueTime, now: datetime) -> str:
            mishap = self.mishaps.pop() if self.mishaps else ""
            if mishap == "fails":
                raise UnavailableError("the server is away", hint="wait")
            if mishap == "breaks":
                raise ZeroDivisionError
            if mishap == "killed before":
                raise Killed
            if mishap == "meanwhile":  # the other worker looks while this one is at it
                self.workers[1].run_due(now)
            says = work(due, now)
            if mishap == "killed after":
                raise Killed
            return says

        return upset

    def run(self, number: int) -> None:
        worker = self.workers[number]
        try:
            worker.run_due(self.core.clock.now())
        except Killed:
            self.restart(number)

    def restart(self, number: int) -> None:
        self.workers[number] = Duties(self.setting, self.duties, worker=("one", "two")[number])
        self.workers[number].start_up()

    def schedule(self, uid: str, days: int, remind_in: int | None) -> None:
        today = self.core.clock.now().astimezone(BERLIN).date()
        scheduled = RenewalScheduled(
            vendor_id="postbird",
            contract="c" * 64,
            term_end=today + timedelta(days=days + 30),
            decide_by=today + timedelta(days=days),
            notice_days=30,
            auto_renews=True,
            renewal_months=12,
            annual_cost=Money.of(10, "EUR"),
            uid=uid,
        )
        self.core.act(f"schedule/{uid}", scheduled)
        if remind_in is not None:
            day = today + timedelta(days=remind_in)
            decided = RenewalDecided(vendor_id="postbird", uid=uid, action="remind", remind_on=day, by="jo", instruction=f"IN-{uid}")
            self.core.act(f"remind/{uid}", decided, stream="workspace")

    def settle(self, at: datetime) -> None:
        """Let both workers run, with time passing, until nothing pauses and nobody holds anything."""
        self.mishaps.clear()
        self.core.clock.at = max(at, self.core.clock.now()) + LEASE + LONGEST_PAUSE
        for _ in range(2):
            self.core.clock.move(LONGEST_PAUSE)
            for worker in self.workers:
                worker.run_due(self.core.clock.now())


@pytest.fixture
def new_url(request: pytest.FixtureRequest) -> Callable[[], str]:
    """SQLite for the many examples; what databases do differently is in the tests with threads, which name theirs."""
    return request.getfixturevalue("sqlite_only")  # type: ignore[no-any-return]


MISHAPS = ["", "fails", "breaks", "killed before", "killed after", "meanwhile"]
HAPPENINGS = st.one_of(
    st.tuples(st.just("run"), st.integers(0, 1)),
    st.tuples(st.just("restart"), st.integers(0, 1)),
    st.tuples(st.just("mishaps"), st.lists(st.sampled_from(MISHAPS), max_size=6)),
    st.tuples(st.just("forward"), st.timedeltas(timedelta(seconds=5), timedelta(days=40))),
    st.tuples(st.just("back"), st.timedeltas(timedelta(seconds=1), timedelta(hours=12))),
    st.tuples(st.just("contract"), st.tuples(st.integers(-5, 200), st.none() | st.integers(-3, 60))),
)


@settings(max_examples=40)
@given(happenings=st.lists(HAPPENINGS, min_size=4, max_size=25))
def test_whatever_happens_each_due_time_is_done_once_or_a_later_one_stands_for_it(
    open_core: Callable[..., Any], happenings: list[tuple[str, Any]]
) -> None:
    house = House(open_core())
    clock, latest, contracts = house.core.clock, house.core.clock.now(), 0
    for kind, value in happenings:
        match kind:
            case "run":
                house.run(value)
            case "restart":
                house.restart(value)
            case "mishaps":
                house.mishaps = list(value)
            case "forward":
                clock.move(value)
            case "back":
                clock.move(-value)
            case "contract":
                contracts += 1
                house.schedule(f"R{contracts}", *value)
        latest = max(latest, clock.now())
    house.settle(latest)

    recorded = Counter(e.body["week"] for e in house.core.events("review.due"))
    assert set(recorded.values()) <= {1}, "a due time was recorded twice"
    now = clock.now()
    for duty in house.duties[:3]:
        assert recorded[f"{duty.name} {duty.latest(now).mark}"] == 1, "the latest due time was left out"
    promised = Counter(e.body["uid"] for e in house.core.events("renewal.reminded"))
    wanted = {r.body["uid"] for r in house.core.events("renewal.decided") if r.body["remind_on"] <= f"{now.astimezone(BERLIN):%Y-%m-%d}"}
    assert promised == dict.fromkeys(wanted, 1), "a promise was broken, or kept twice"
    _check_ladders(house, now)
    assert house.core.rebuilt() == house.core.rebuilt()
    assert house.core.verify().ok


def _check_ladders(house: House, now: datetime) -> None:
    told: dict[str, list[int]] = {}
    for event in house.core.events("renewal.due"):
        told.setdefault(event.body["uid"], []).extend([*event.body["passed_over"], event.body["step_days"]])
    for event in house.core.events("renewal.scheduled"):
        left = (datetime.fromisoformat(event.body["decide_by"]).date() - now.astimezone(BERLIN).date()).days
        assert told.get(event.body["uid"], []) == [step for step in LADDER if step >= left], "each step once, in order, told or named"


def test_a_duty_that_fails_keeps_nobody_waiting_and_is_tried_again_later_each_time(core: Any) -> None:
    house, tried, sound = House(core), [], Counter[str]()

    def broken(_due: DueTime, now: datetime) -> str:
        tried.append(now)
        raise UnavailableError("the server is away", hint="wait")

    def well(due: DueTime, _now: datetime) -> str:
        sound[due.mark] += 1
        return "done"

    worker = Duties(house.setting, [Duty("broken", "", Every(60), broken), Duty("sound", "", Every(60), well)], worker="one")
    for _ in range(200):
        done = {d.due.duty: d for d in worker.run_due(core.clock.now())}
        assert done["sound"].ok
        assert "broken" not in done or (done["broken"].ok, done["broken"].says) == (False, "the server is away")
        core.clock.move(MINUTE)
    assert len(sound) == sound.total() == 200
    assert [(later - earlier) // MINUTE for earlier, later in itertools.pairwise(tried)] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert [e.body["attempt"] for e in core.events("duty.failed")] == [1, 2, 4, 8]
    stands = worker.standing(core.clock.now())[0]
    assert (stands.failures, stands.error, stands.hint, stands.overdue) == (9, "the server is away", "wait", False)
    assert not any(stands.overdue for stands in Duties(house.setting, house.duties).standing(core.clock.now())), (
        "what never ran is not late"
    )


def test_a_week_of_sleep_is_caught_up_with_one_run_of_each(core: Any) -> None:
    house = House(core)
    house.workers[0].run_due(core.clock.now())
    assert not any(stands.overdue for stands in house.workers[0].standing(core.clock.now()))
    core.clock.move(timedelta(days=7, hours=3))
    assert all(stands.overdue for stands in house.workers[0].standing(core.clock.now()))
    done = house.workers[0].run_due(core.clock.now())
    assert sorted(d.due.duty for d in done) == ["minutely", "nightly", "weekly"]
    assert house.workers[0].run_due(core.clock.now()) == ()
    assert {mark for duty, mark in house.calls if duty == "nightly"} == {"2026-11-22", "2026-11-29"}


def test_what_a_dead_worker_held_is_taken_over_after_its_lease_and_at_once_by_itself(core: Any) -> None:
    house = House(core)
    for number, wait in ((0, timedelta(0)), (1, LEASE)):
        core.clock.move(timedelta(days=30))
        house.mishaps = ["killed before"]
        with pytest.raises(Killed):
            house.workers[0].run_due(core.clock.now())
        assert "minutely" not in {due.duty for due in house.workers[1].due(core.clock.now())}
        assert house.workers[1].standing(core.clock.now())[0].running
        core.clock.move(wait)
        if number == 0:
            house.restart(0)
        assert "minutely" in {d.due.duty for d in house.workers[number].run_due(core.clock.now())}


@pytest.mark.parametrize("fails", [True, False])
def test_a_frozen_worker_that_thaws_after_the_take_over_says_nothing_about_it(core: Any, fails: bool) -> None:
    house = House(core)

    def frozen(_due: DueTime, _now: datetime) -> str:
        core.clock.move(LEASE)
        house.workers[1].run_due(core.clock.now())
        if fails:
            raise UnavailableError("thawed too late")
        return "thawed too late"

    slow = Duties(house.setting, [Duty("minutely", "", Every(60), frozen)], worker="one")
    assert slow.run_due(core.clock.now())[0].ok is not fails
    with reading(core.database) as connection:
        state = read_states(connection)["minutely"]
    assert (state.failures, state.says, state.holder) == (0, "done", "")
    assert state.done_until == core.clock.now()
    assert core.events("duty.failed") == []


def test_a_clock_that_was_years_ahead_stops_no_duty_once_it_is_right_again(core: Any) -> None:
    house, right = House(core), core.clock.now()
    core.clock.at = datetime(2031, 1, 1, tzinfo=UTC)
    house.mishaps = ["fails", "", ""]
    house.workers[0].run_due(core.clock.now())
    core.clock.at = right
    assert {due.duty for due in house.workers[0].due(right)} >= {"minutely", "nightly", "weekly"}
    assert all(done.ok for done in house.workers[0].run_due(right))
    assert house.workers[0].run_due(right) == ()


def test_a_log_that_was_lost_costs_a_look_and_repeats_no_fact(core: Any) -> None:
    house = House(core)
    house.schedule("R1", 100, 0)
    house.workers[0].run_due(core.clock.now())
    before = core.rows("events")
    core.sql(f"DELETE FROM {cursors.name}")
    house.workers[0].run_due(core.clock.now())
    assert core.rows("events") == before


class TestOnBothDatabases:
    """What only the database can keep apart."""

    @pytest.fixture(params=["sqlite", "postgres"])
    def new_url(self, request: pytest.FixtureRequest, sqlite_only: Callable[[], str]) -> Iterator[Callable[[], str]]:
        if request.param == "sqlite":
            yield sqlite_only
            return
        server, made = request.getfixturevalue("postgres"), []

        def make() -> str:
            made.append(server.migrated())
            return str(made[-1])

        yield make
        for url in made:
            server.drop(url)

    def test_of_four_workers_who_look_at_once_one_does_each_due_time(self, open_core: Callable[..., Any]) -> None:
        first = open_core()
        cores = [first, *(open_core(first.url, ids=first.ids) for _ in range(3))]
        lock, calls = threading.Lock(), Counter[str]()

        def work(due: DueTime, _now: datetime) -> str:
            with lock:
                calls[due.mark] += 1
            return "done"

        start = threading.Barrier(len(cores))

        def run(core: Any, name: str) -> None:
            worker = Duties(setting_of(core), [Duty(f"d{n}", "", Every(60), work) for n in range(5)], worker=name)
            start.wait()
            for minute in range(4):
                worker.run_due(first.clock.now() + minute * MINUTE)

        threads = [threading.Thread(target=run, args=(core, f"w{n}")) for n, core in enumerate(cores)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with reading(first.database) as connection:
            assert connection.scalar(sa.select(sa.func.count()).select_from(cursors)) == 5
        assert max(calls.values()) <= 5
        assert calls[f"{first.clock.now() + 3 * MINUTE:%Y-%m-%dT%H:%M:%SZ}"] == 5
