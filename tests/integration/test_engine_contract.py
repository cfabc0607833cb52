"""What every engine promises, held against both; and what only a durable one can: to survive a kill, and to read no pickle."""

from __future__ import annotations

import base64
import os
import pickle
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from itertools import pairwise
from pathlib import Path
from threading import Event, Lock
from typing import Any

import pytest
import sqlalchemy as sa

from memory.database import open_database, sqlite_url, writing
from memory.engine.in_process import InProcessEngine
from memory.engine.on_dbos import DbosEngine, DbosEnqueuer, prepare
from memory.engine.port import Job, JobRunner, RetryJob, Schedule
from memory.engine.pulse import Rhythm

ROOT = Path(__file__).parents[2]


class Bench:
    """An engine on a database, and the way to wait until it has nothing left to do."""

    def __init__(self, name: str, url: str) -> None:
        prepare(url)
        self.name, self.url = name, url
        self.database = open_database(url)
        self.engine: Any = InProcessEngine() if name == "in process" else DbosEngine(url, poll_s=0.05, keep_ticks_s=1, rhythm=FAST)

    def put(self, *jobs: Job) -> None:
        with writing(self.database) as connection:
            for job in jobs:
                self.engine.enqueue(connection, job)

    def start(self, runners: Mapping[str, JobRunner], schedules: Mapping[str, Schedule] | None = None) -> None:
        self.engine.start(runners, schedules or {})

    def settle(self) -> None:
        if self.name == "in process":
            self.engine.drain()
        else:
            until(lambda: not self.unfinished())

    def unfinished(self) -> list[str]:
        return [row[0] for row in self.query("SELECT workflow_uuid FROM {jobs} WHERE status NOT IN ('SUCCESS', 'ERROR')")]

    def query(self, statement: str, **values: Any) -> list[Any]:
        """Look into DBOS's own tables, which Postgres keeps in a schema of their own."""
        place = "" if self.url.startswith("sqlite") else "dbos."
        with writing(self.database) as connection:
            found = connection.execute(sa.text(statement.format(jobs=f"{place}workflow_status", inputs=f"{place}workflow_input")), values)
            return [tuple(row) for row in found] if found.returns_rows else []

    def close(self) -> None:
        self.engine.stop()
        self.database.dispose()


class Running(Bench):
    """DBOS started once for several tests, since each start and stop takes seconds: jobs wait until a test says how to run them."""

    def __init__(self, url: str) -> None:
        super().__init__("dbos", url)
        self.runners: dict[str, JobRunner] = {}
        self.known = Event()
        self.engine.start({name: partial(self.run, name) for name in ("note", "one", "two")}, {})

    def run(self, name: str, argument: str) -> None:
        assert self.known.wait(60)
        self.runners[name](argument)

    def start(self, runners: Mapping[str, JobRunner], schedules: Mapping[str, Schedule] | None = None) -> None:
        assert not schedules
        self.runners = dict(runners)
        self.known.set()

    def forget(self) -> None:
        self.known.clear()


def until(true: Callable[[], bool]) -> None:
    """Wait for what must come; the limit only keeps a broken engine from hanging the run."""
    for _ in range(1200):
        if true():
            return
        time.sleep(0.05)
    raise AssertionError("it never happened")


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def place(request: pytest.FixtureRequest) -> str:
    """The kind of database; all tests of one kind run one after the other, since a start of DBOS takes seconds."""
    return str(request.param)


@pytest.fixture(scope="module")
def running(place: str) -> Iterator[list[Running]]:
    """At most one DBOS runs in a process."""
    now: list[Running] = []
    yield now
    for one in now:
        one.close()


@pytest.fixture
def bench(request: pytest.FixtureRequest, place: str, tmp_path: Path, migrated_file: Path, running: list[Running]) -> Iterator[Bench]:
    TURN[0] += 1
    if request.param == "dbos" and running:
        yield running[0]
        running[0].forget()
        return
    url = request.getfixturevalue("postgres").migrated() if place == "postgres" else _copied(migrated_file, tmp_path)
    if request.param == "dbos":
        running.append(Running(url))
        yield running[0]
        running[0].forget()
        return
    while running and request.param == "dbos alone":
        running.pop().close()
    made = Bench(request.param, url)
    yield made
    made.close()


def _copied(migrated_file: Path, folder: Path) -> str:
    file = folder / "jobs.db"
    shutil.copy(migrated_file, file)
    return sqlite_url(file)


both = pytest.mark.parametrize("bench", ["in process", "dbos"], indirect=True)
durable = pytest.mark.parametrize("bench", ["dbos"], indirect=True)
alone = pytest.mark.parametrize("bench", ["dbos alone"], indirect=True)
FAST = Rhythm(beat_s=0.2, dead_after_s=1.5)
TURN = [0]  # jobs of one test are not those of another


def job(number: int | str, *, name: str = "note", lane: str = "a", delay_s: int = 0) -> Job:
    return Job(f"job/{TURN[0]}/{number}", name, str(number), f"{TURN[0]}/{lane}", delay_s)


@both
def test_a_job_is_run_once_per_id_with_its_argument_whenever_it_was_put(bench: Bench) -> None:
    ran: list[str] = []
    bench.put(job(1), job(1), job("Zürich 'x'"))
    bench.start({"note": ran.append})
    bench.settle()
    bench.put(job(1), job(2))
    bench.settle()
    assert sorted(ran) == ["1", "2", "Zürich 'x'"]


@both
def test_each_job_goes_to_the_runner_of_its_name(bench: Bench) -> None:
    ran: list[tuple[str, str]] = []
    bench.start({name: lambda argument, name=name: ran.append((name, argument)) for name in ("one", "two")})  # type: ignore[misc]
    bench.put(job(1, name="one"), job(2, name="two"))
    bench.settle()
    assert sorted(ran) == [("one", "1"), ("two", "2")]


def put_and_break(bench: Bench, *jobs: Job) -> None:
    with writing(bench.database) as connection:
        for one in jobs:
            bench.engine.enqueue(connection, one)
        raise ZeroDivisionError


@both
def test_a_transaction_that_is_rolled_back_leaves_no_job(bench: Bench) -> None:
    ran: list[str] = []
    with pytest.raises(ZeroDivisionError):
        put_and_break(bench, job(1), job(2))
    bench.start({"note": ran.append})
    bench.put(job(3))
    bench.settle()
    assert ran == ["3"]
    bench.put(job(1))
    bench.settle()
    assert ran == ["3", "1"], "a job that never was may still come"


@both
def test_jobs_of_one_lane_are_never_run_at_the_same_time(bench: Bench) -> None:
    busy, met, ran = Lock(), [], []

    def alone(argument: str) -> None:
        if not busy.acquire(blocking=False):
            met.append(argument)
            return
        time.sleep(0.02)
        ran.append(argument)
        busy.release()

    bench.start({"note": alone})
    bench.put(*(job(n) for n in range(8)))
    bench.settle()
    assert (met, len(ran)) == ([], 8)


@both
def test_a_job_that_breaks_does_not_stop_the_next(bench: Bench) -> None:
    ran: list[str] = []

    def run(argument: str) -> None:
        ran.append(argument)
        if argument == "1":
            raise KeyError(argument)

    bench.start({"note": run})
    bench.put(job(1))
    bench.put(job(2))
    if bench.name == "in process":
        with pytest.raises(KeyError):  # the fake hides nothing from a test
            bench.engine.drain()
    bench.settle()
    assert ran == ["1", "2"]


@durable
def test_jobs_of_different_lanes_do_not_wait_for_each_other(bench: Bench) -> None:
    second_began, ran = Event(), []

    def run(argument: str) -> None:
        if argument == "2":
            second_began.set()
        elif not second_began.wait(60):
            return
        ran.append(argument)

    bench.start({"note": run})
    bench.put(job(1, lane="a"))
    bench.put(job(2, lane="b"))
    bench.settle()
    assert sorted(ran) == ["1", "2"]


@durable
def test_a_delayed_job_lets_an_undelayed_one_of_another_lane_pass(bench: Bench) -> None:
    ran: list[str] = []
    bench.start({"note": ran.append})
    bench.put(job(1, lane="a", delay_s=1))
    bench.put(job(2, lane="b"))
    bench.settle()
    assert ran == ["2", "1"]


def test_the_fake_runs_schedules_when_told_so() -> None:
    engine, due = InProcessEngine(), []
    engine.start({"beat": due.append}, {"beat": Schedule("beat", 60)})
    engine.tick("2026-11-22T10:00:00+00:00")
    assert due == ["2026-11-22T10:00:00+00:00"]


@alone
def test_a_schedule_ticks_once_per_mark_and_its_old_ticks_are_forgotten(bench: Bench) -> None:
    due: list[str] = []
    bench.start({"beat": due.append, "note": lambda _argument: None}, {"beat": Schedule("beat", 1)})
    bench.put(job(1))
    until(lambda: len(due) >= 3)
    assert len(set(due)) == len(due)
    assert due == sorted(due)
    until(lambda: kept_ticks(bench) < len(due))
    assert bench.query("SELECT count(*) FROM {jobs} WHERE name = 'run_job'") == [(1,)], "jobs are kept"


def kept_ticks(bench: Bench) -> int:
    return int(bench.query("SELECT count(*) FROM {jobs} WHERE name = 'run_schedule' AND status = 'SUCCESS'")[0][0])


@pytest.mark.parametrize("every_s", [1, 5, 30, 60, 900, 3600, 21600])
def test_a_schedule_is_due_at_the_marks_of_a_day(every_s: int) -> None:
    from memory.engine.pulse import _mark

    midnight = datetime(2026, 11, 22, tzinfo=UTC).timestamp()
    marks = sorted({_mark(Schedule("x", every_s), midnight + second) for second in range(0, 86_400, max(1, every_s // 7))})
    assert marks[0] == midnight
    assert {b - a for a, b in pairwise(marks)} == {every_s}


@pytest.mark.parametrize("every_s", [0, -1, 7, 45, 90, 3601, 5400, 86400])
def test_an_interval_that_no_clock_keeps_is_refused(every_s: int) -> None:
    with pytest.raises(ValueError, match="evenly"):
        Schedule("poll", every_s)


@alone
def test_what_was_put_before_a_worker_ever_ran_is_run(bench: Bench) -> None:
    client = DbosEnqueuer(bench.url)
    with writing(bench.database) as connection:
        client.enqueue(connection, job(1))
    client.close()
    ran: list[str] = []
    bench.start({"note": ran.append})
    bench.settle()
    assert ran == ["1"]


class Bomb:
    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return os.mkdir, (str(self.mark),)


@alone
def test_a_row_that_holds_a_pickle_is_not_read(bench: Bench, tmp_path: Path) -> None:
    mark = tmp_path / "executed"
    body = base64.b64encode(pickle.dumps({"args": (Bomb(mark),), "kwargs": {}})).decode()
    bench.put(job(1))
    bench.query("UPDATE {inputs} SET inputs = :body WHERE workflow_uuid = :id", body=body, id=job(1).job_id)
    bench.query("UPDATE {jobs} SET serialization = 'py_pickle' WHERE workflow_uuid = :id", id=job(1).job_id)
    ran: list[str] = []
    bench.start({"note": ran.append})
    bench.put(job(2, lane="b"))
    until(lambda: bool(ran))
    assert (ran, mark.exists()) == (["2"], False)
    pickle.loads(base64.b64decode(body))
    assert mark.exists(), "the bomb of this test is a real one"


CHILD = textwrap.dedent("""
    import os, signal, sys, time
    from pathlib import Path
    from memory.engine.on_dbos import DbosEngine

    def run(argument):
        with Path(sys.argv[2]).open("a") as log:
            log.write(argument + "\\n")
        os.kill(os.getpid(), signal.SIGKILL)

    DbosEngine(sys.argv[1], poll_s=0.05).start({"note": run}, {})
    time.sleep(60)
""")


@alone
def test_a_restarted_worker_takes_over_what_a_killed_one_left(bench: Bench, tmp_path: Path) -> None:
    log = tmp_path / "log"
    bench.put(job(1))
    bench.put(job(2))
    command = [sys.executable, "-c", CHILD, bench.url, str(log)]
    killed = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, timeout=120)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert log.read_text().splitlines() == ["1"]
    ran: list[str] = []
    bench.start({"note": ran.append})
    bench.settle()
    assert sorted(ran) == ["1", "2"]


@both
def test_a_job_that_asks_to_be_run_again_is(bench: Bench) -> None:
    ran: list[str] = []

    def run(argument: str) -> None:
        ran.append(argument)
        if len(ran) < 3:
            raise RetryJob

    bench.start({"note": run})
    bench.put(job(1))
    bench.settle()
    assert ran == ["1", "1", "1"]


@alone
def test_a_schedule_that_was_missed_is_made_up_for_once_and_one_that_ran_is_not_run_again(bench: Bench) -> None:
    due: list[tuple[str, str]] = []
    bench.query("INSERT INTO schedules (name, due) VALUES ('slept', '2026-01-01T00:00:00+00:00'), ('ran', '2999-01-01T00:00:00+00:00')")
    runners = {name: lambda at, name=name: due.append((name, at)) for name in ("slept", "ran", "often")}  # type: ignore[misc]
    bench.start(runners, {"slept": Schedule("slept", 21600), "ran": Schedule("ran", 21600), "often": Schedule("often", 1)})
    until(lambda: len([1 for name, _ in due if name == "often"]) >= 3)
    assert [name for name, _ in due if name != "often"] == ["slept"]


@alone
def test_of_a_schedule_that_was_not_run_in_time_only_the_newest_due_time_is_run(bench: Bench) -> None:
    ran: list[str] = []
    client = DbosEnqueuer(bench.url)
    for due in ("2026-01-01T00:00:00+00:00", "2026-01-01T06:00:00+00:00"):
        with writing(bench.database) as connection:
            connection.execute(sa.text("DELETE FROM schedules"))
            connection.execute(sa.text("INSERT INTO schedules (name, due) VALUES ('late', :due)"), {"due": due})
            client.put_tick(connection, Schedule("late", 21600), due)
    client.close()
    bench.start({"late": ran.append}, {})
    bench.settle()
    assert ran == ["2026-01-01T06:00:00+00:00"]


def test_a_schedule_on_a_queue_that_nobody_here_listens_to_is_refused(tmp_path: Path) -> None:
    engine = DbosEngine(sqlite_url(tmp_path / "jobs.db"))
    with pytest.raises(ValueError, match="effects/nobody"):
        engine.start({"x": print}, {"x": Schedule("x", 60, queue="effects/nobody")})


OTHER = textwrap.dedent("""
    import sys, time
    from pathlib import Path
    from memory.engine.on_dbos import DbosEngine
    from memory.engine.pulse import Rhythm

    def run(argument):
        with Path(sys.argv[2]).open("a") as log:
            log.write(argument + "\\n")
        while not Path(sys.argv[2] + ".go").exists():
            time.sleep(0.02)
        with Path(sys.argv[2]).open("a") as log:
            log.write("ended " + argument + "\\n")

    engine = DbosEngine(sys.argv[1], executor_id="other", poll_s=0.05, rhythm=Rhythm(beat_s=0.2, dead_after_s=1.5))
    engine.start({"note": run}, {})
    sys.stdin.readline()
    engine.stop()
""")


@pytest.fixture
def other(bench: Bench, tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Another process on the same database, in the middle of its first job."""
    log = tmp_path / "log"
    bench.put(job(1, lane="a"))
    child = subprocess.Popen([sys.executable, "-c", OTHER, bench.url, str(log)], stdin=subprocess.PIPE, text=True, cwd=ROOT)
    until(lambda: log.exists() and log.read_text() == "1\n")
    yield child, log
    child.kill()
    child.wait()
    assert child.stdin is not None
    child.stdin.close()


@alone
def test_the_work_of_a_process_that_lives_is_left_to_it_however_long_it_takes(
    bench: Bench, other: tuple[subprocess.Popen[str], Path]
) -> None:
    _, log = other
    ran: list[str] = []
    bench.start({"note": ran.append})
    bench.put(job(2, lane="b"), job(3, lane="a"))
    until(lambda: ran == ["2"] or log.read_text() == "1\n2\n")
    time.sleep(3 * FAST.dead_after_s)
    assert ran in ([], ["2"]), "neither the job of the other nor the next of its lane"
    Path(f"{log}.go").touch()
    bench.settle()
    done = [*ran, *(line.removeprefix("ended ") for line in log.read_text().splitlines() if line.startswith("ended"))]
    assert sorted(done) == ["1", "2", "3"]


@alone
def test_the_work_of_a_killed_process_is_taken_over_by_one_of_another_name(bench: Bench, other: tuple[subprocess.Popen[str], Path]) -> None:
    child, log = other
    ran: list[str] = []
    bench.start({"note": ran.append})
    child.kill()
    bench.settle()
    assert (ran, log.read_text()) == (["1"], "1\n")


@alone
def test_a_process_that_was_frozen_and_thaws_after_its_work_was_taken_over_changes_nothing_about_it(
    bench: Bench, other: tuple[subprocess.Popen[str], Path]
) -> None:
    child, log = other
    ran: list[str] = []
    bench.start({"note": ran.append})
    # Not in the middle of a write: what a frozen process has locked in a SQLite file nobody can take from it.
    with writing(bench.database):
        os.kill(child.pid, signal.SIGSTOP)
        os.waitpid(child.pid, os.WUNTRACED)
    bench.settle()
    assert ran == ["1"]
    before = bench.query("SELECT workflow_uuid, status, executor_id, completed_at FROM {jobs} ORDER BY workflow_uuid")
    Path(f"{log}.go").touch()
    os.kill(child.pid, signal.SIGCONT)
    until(lambda: "ended 1" in log.read_text())
    assert child.stdin is not None
    child.stdin.write("stop\n")
    child.stdin.flush()
    assert child.wait(60) == 0
    assert bench.query("SELECT workflow_uuid, status, executor_id, completed_at FROM {jobs} ORDER BY workflow_uuid") == before
