"""`act`: one transaction, one key, all or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from threading import Barrier, Thread
from typing import Any

import pytest
import sqlalchemy as sa

from memory.domain.errors import ConflictError, RefusedError
from memory.domain.events.cases import CaseCancelled, CaseOpened, CasePaused, CaseResumed
from memory.engine.port import Job
from memory.outbox import EffectStatus, Move
from memory.projections.base import Projection
from memory.unit_of_work import ADVANCE, DISPATCH, act_key

TABLES = ("events", "heads", "acts", "outbox", "cases", "authorizations", "wait_answers")


class Boom(BaseException):
    """As rude as a kill: no `except Exception` sees it."""


def contents(core: Any) -> dict[str, int]:
    return {table: core.rows(table) for table in TABLES}


def opened(case_id: str = "CASE-1") -> CaseOpened:
    return CaseOpened(case_id=case_id, instruction="an email tool", evidence="a" * 64, channel="cli", graph_version=1)


def test_a_known_key_returns_what_was_recorded_and_writes_nothing(core: Any, effects: Any, permit: Any) -> None:
    mail = effects.mail()
    first = core.act("CASE-1/rfq/0", opened(), permit(mail), effects=[mail], jobs=[Job("j", "n", "a", "l")], result={"vendors": ["a"]})
    before, queued = contents(core), core.jobs.waiting()
    again = core.act("CASE-1/rfq/0", CaseCancelled(), stream="CASE-2", effects=[effects.payment()], result={"vendors": ["b"]})
    assert (first.repeated, again.repeated) == (False, True)
    assert again.result == first.result == core.unit_of_work.recorded("CASE-1/rfq/0") == {"vendors": ["a"]}
    assert again.events == ()
    assert (contents(core), core.jobs.waiting()) == (before, queued)


def test_an_unknown_key_has_no_result(core: Any) -> None:
    assert core.unit_of_work.recorded("nothing") is None
    assert act_key("CASE-1", "rfq", 2) == "CASE-1/rfq/2"


def test_a_step_without_events_is_remembered_too(core: Any) -> None:
    core.act("empty", result={"seen": 1})
    assert core.act("empty").repeated
    assert core.unit_of_work.recorded("empty") == {"seen": 1}
    assert core.verify().ok
    core.act("one", CasePaused())
    assert core.verify().ok


@pytest.mark.parametrize("workers", [2, 6])
def test_the_same_step_from_several_threads_at_once_happens_once(open_core: Callable[..., Any], workers: int) -> None:
    first = open_core()
    cores = [first, *(open_core(first.url) for _ in range(workers - 1))]
    barrier, results = Barrier(workers), []

    def run(number: int) -> None:
        barrier.wait()
        results.append(cores[number].act("same/step/0", CasePaused(reason=str(number)), result={"by": number}))

    threads = [Thread(target=run, args=(n,)) for n in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(r.repeated for r in results) == [False] + [True] * (workers - 1)
    assert len({r.result["by"] for r in results}) == 1
    assert (first.rows("events"), first.rows("acts"), first.verify().ok) == (1, 1, True)


def test_writers_on_one_stream_wait_for_each_other_and_leave_one_chain(open_core: Callable[..., Any]) -> None:
    first = open_core()
    second = open_core(first.url, ids=PrefixedIds("B"))
    barrier = Barrier(2)

    def run(core: Any, name: str) -> None:
        barrier.wait()
        for number in range(15):
            core.act(f"{name}/{number}", CasePaused(reason=name), CaseResumed(reason=name), stream="CASE-1")

    threads = [Thread(target=run, args=(core, name)) for core, name in ((first, "a"), (second, "b"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    events = first.events(stream="CASE-1")
    assert [e.version for e in events] == list(range(1, 61))
    assert {(a.act_key, a.body["reason"]) for a in events[::2]} == {(b.act_key, b.body["reason"]) for b in events[1::2]}
    assert first.verify().ok


class PrefixedIds:
    def __init__(self, name: str) -> None:
        self.name, self.count = name, 0

    def new(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}-{self.name}{self.count}"


@pytest.mark.parametrize("error", [ValueError("bug"), Boom("killed")])
@pytest.mark.parametrize("where", ["projection", "enqueuer", "check", "job"])
def test_nothing_is_half_written_wherever_it_breaks(
    open_core: Callable[..., Any], effects: Any, permit: Any, where: str, error: BaseException
) -> None:
    def breaks(*_: Any, **__: Any) -> None:
        raise error

    healthy = open_core()
    before = contents(healthy)
    folds = healthy.projections
    if where == "projection":
        last = folds[-1]
        folds = (*folds, Projection("zz", 1, (), None, lambda connection, stored: (last.apply(connection, stored), breaks())[0]))
    jobs = BreakingJobs(error, after=0 if where == "enqueuer" else 1) if where in {"enqueuer", "job"} else None
    core = open_core(healthy.url, projections=folds, jobs=jobs)
    mail = effects.mail()
    check = breaks if where == "check" else None
    with pytest.raises(type(error)):
        core.act("k", opened(), permit(mail), effects=[mail], check=check)
    assert contents(healthy) == before
    assert healthy.unit_of_work.recorded("k") is None
    assert healthy.act("k", opened(), permit(mail), effects=[mail]).repeated is False
    assert healthy.verify().ok


class BreakingJobs:
    """An enqueuer that takes `after` jobs and breaks at the next."""

    def __init__(self, error: BaseException, after: int) -> None:
        self.error, self.left = error, after

    def enqueue(self, connection: sa.Connection, job: Job) -> None:
        if self.left == 0:
            raise self.error
        self.left -= 1


def test_an_effect_needs_the_permit_for_its_exact_digest_in_the_same_step(core: Any, effects: Any, permit: Any) -> None:
    mail, other = effects.mail(), effects.mail(body="Please send money.")
    stale = permit(mail)
    before = contents(core)
    attempts: list[dict[str, Any]] = [
        {"events": [], "effects": [mail]},
        {"events": [stale], "effects": [other]},
        {"events": [permit(effects.mail(node="another"))], "effects": [mail]},
        {"events": [permit(mail, effect_digest="0" * 64)], "effects": [mail]},
        {"events": [stale], "effects": [mail, effects.payment()]},
    ]
    for number, attempt in enumerate(attempts):
        with pytest.raises(RefusedError, match="no authorization"):
            core.act(f"k{number}", *attempt["events"], effects=attempt["effects"])
    core.act("granted", stale)
    with pytest.raises(RefusedError, match="no authorization"):
        core.act("later", effects=[mail])
    assert contents(core)["outbox"] == before["outbox"] == 0


def test_a_queued_effect_stands_in_the_outbox_with_its_job(core: Any, effects: Any, permit: Any) -> None:
    mail = effects.mail()
    core.act("k", permit(mail), effects=[mail])
    row = core.effect(mail.key)
    assert (row.status, row.attempts, row.digest, row.payload) == (EffectStatus.QUEUED, 0, mail.digest, mail.payload)
    assert (row.case_id, row.authorization_id, row.reference) == ("CASE-1", f"AU-{mail.key[:20]}", mail.payload["message_id"])
    assert [(j.name, j.argument, j.lane) for j in core.jobs.waiting()] == [(DISPATCH, mail.key, f"effect/{mail.key}")]


def test_the_same_effect_is_never_queued_twice(core: Any, effects: Any, permit: Any) -> None:
    mail = effects.mail()
    core.act("k", permit(mail), effects=[mail])
    before, other = contents(core), effects.mail(node="other")
    with pytest.raises(sa.exc.IntegrityError):
        core.act("another-key", permit(mail, authorization_id="AU-2"), effects=[mail])
    with pytest.raises(sa.exc.IntegrityError):
        core.act("twice-in-one", opened(), permit(other), effects=[other, other])
    assert contents(core) == before


def test_what_ends_a_wait_wakes_its_case_in_its_own_lane(core: Any) -> None:
    core.act("a", opened(), stream="CASE-7")
    core.act("b", CasePaused(), stream="CASE-7")
    core.act("c", CaseResumed(), stream="CASE-7")
    assert [(j.job_id, j.name, j.argument, j.lane) for j in core.jobs.waiting()] == [
        ("advance/CASE-7/1", ADVANCE, "CASE-7", "CASE-7"),
        ("advance/CASE-7/3", ADVANCE, "CASE-7", "CASE-7"),
    ]


def test_the_check_sees_the_database_before_the_write_and_stops_it(core: Any) -> None:
    core.act("a", CasePaused())

    def nobody_was_first(connection: sa.Connection) -> None:
        if connection.scalar(sa.text("SELECT version FROM heads WHERE stream = 'CASE-1'")) != 2:
            raise ConflictError("somebody was first")

    with pytest.raises(ConflictError):
        core.act("b", CaseResumed(), check=nobody_was_first)
    assert core.kinds() == ["case.paused"]


def test_a_commit_survives_a_power_cut_unless_the_step_would_be_taken_again(core: Any, effects: Any, permit: Any) -> None:
    said: list[bool] = []
    mail = effects.mail()

    def look(connection: sa.Connection) -> None:
        said.append(_survives_a_power_cut(connection))  # the transaction is told how to commit when it begins

    core.act("a decision", CasePaused(), check=look)
    core.act("a step", permit(mail), effects=[mail], durable=False, check=look)
    core.act("a burn", moves=[Move(mail.key, EffectStatus.SUBMITTED, attempt=True)], durable=False, check=look)
    core.act("an outcome", moves=[Move(mail.key, EffectStatus.CONFIRMED)], durable=False, check=look)
    assert said == [True, False, True, False]


def _survives_a_power_cut(connection: sa.Connection) -> bool:
    sqlite = connection.dialect.name == "sqlite"
    driver = connection.connection.cursor()
    driver.execute("PRAGMA synchronous" if sqlite else "SHOW synchronous_commit")
    return driver.fetchone() == ((2,) if sqlite else ("on",))


def test_a_float_in_a_result_is_refused_and_nothing_is_written(core: Any) -> None:
    with pytest.raises(TypeError, match="floats"):
        core.act("k", CasePaused(), result={"ratio": 0.5})
    assert core.rows("events") == 0


class IdsWithARival:
    """Ids, and somebody who moves every head between the ledger's look at it and its own move."""

    def __init__(self) -> None:
        self.made = 0
        self.connection: sa.Connection | None = None

    def new(self, prefix: str) -> str:
        self.made += 1
        if self.connection is not None:
            self.connection.exec_driver_sql("UPDATE heads SET version = 9")
        return f"{prefix}-{self.made}"


def test_a_head_that_moved_meanwhile_is_a_conflict(open_core: Callable[..., Any]) -> None:
    ids = IdsWithARival()
    core = open_core(ids=ids)
    core.act("a", CasePaused())

    def let_the_rival_in(connection: sa.Connection) -> None:
        ids.connection = connection

    with pytest.raises(ConflictError, match="somebody else"):
        core.act("b", CaseResumed(), check=let_the_rival_in)
    assert (core.rows("events"), core.verify().ok) == (1, True)


def test_the_clock_gives_the_time_of_every_row(core: Any) -> None:
    later = replace(core.clock, at=core.clock.at.replace(year=2027))
    core.clock.at = later.at
    core.act("a", CasePaused())
    assert core.events()[0].at.year == 2027
