"""What becomes of an effect: done once, refused, put off, or unknown until it is looked up. Never twice, never lost."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest

from memory.domain.base import JsonObject
from memory.domain.errors import ConflictError, EffectRejectedError, EffectUnknownError, RefusedError, UnavailableError
from memory.engine.port import Job
from memory.outbox import EffectStatus
from memory.unit_of_work import DISPATCH
from tools.capability import LIFETIME, Clearance, Mint, TokenCheck
from tools.connectors.base import ConnectorClass, Receipt
from tools.dispatch import LEASE, RESOLVE, Dispatcher

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
#: All dispatchers of one home have one key.
MINT = Mint.fresh()


class Killed(BaseException):
    """What a kill looks like from inside: nothing catches it."""


@dataclass
class Provider:
    """The world: it logs every call, does what is scripted, and can be asked afterwards."""

    script: list[BaseException | object] = field(default_factory=list)
    looks: list[BaseException | object] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    looked: list[str] = field(default_factory=list)
    done: set[str] = field(default_factory=set)
    before: Callable[[], None] = lambda: None
    system = "provider"
    kinds = frozenset({"mail.send"})
    connector_class = ConnectorClass.LOOKUP

    def perform(self, kind: str, payload: JsonObject, *, key: str, clearance: Clearance) -> Receipt:
        self.calls.append(key)
        self.before()
        outcome = self.script.pop(0) if self.script else None
        if isinstance(outcome, BaseException):
            raise outcome
        self.done.add(key)
        return self.receipt(key) if outcome is None else outcome  # type: ignore[return-value]

    def look_up(self, kind: str, payload: JsonObject, *, key: str) -> Receipt | None:
        self.looked.append(key)
        outcome = self.looks.pop(0) if self.looks else None
        if isinstance(outcome, BaseException):
            raise outcome
        if outcome is not None:
            return outcome  # type: ignore[return-value]
        return self.receipt(key) if key in self.done else None

    @staticmethod
    def receipt(key: str) -> Receipt:
        return Receipt(reference=f"ref-{key[:6]}", at=NOW)


@dataclass
class Desk:
    core: Any
    provider: Provider
    dispatcher: Dispatcher
    key: str

    @property
    def status(self) -> EffectStatus:
        return self.core.effect(self.key).status  # type: ignore[no-any-return]

    def facts(self) -> list[str]:
        return [k for k in self.core.kinds() if k not in {"authorization.granted", "authorization.burned"}]

    def job(self, job: Job) -> None:
        {DISPATCH: self.dispatcher.dispatch, RESOLVE: self.dispatcher.resolve}[job.name](job.argument)


@pytest.fixture
def desk(core: Any, effects: Any, permit: Any) -> Desk:
    mail = effects.mail()
    core.act("k", permit(mail), effects=[mail])
    provider = Provider()
    return Desk(core, provider, dispatcher_for(core, provider), mail.key)


def dispatcher_for(core: Any, provider: Provider, **rest: Any) -> Dispatcher:
    return Dispatcher(core.database, core.unit_of_work, {"mail.send": provider}, core.clock, MINT, **rest)


def test_an_effect_is_performed_once_however_often_its_job_comes(desk: Desk) -> None:
    for _ in range(3):
        desk.dispatcher.dispatch(desk.key)
        desk.dispatcher.resolve(desk.key)
    assert (desk.provider.calls, desk.provider.looked) == ([desk.key], [])
    assert (desk.status, desk.facts()) == (EffectStatus.CONFIRMED, ["effect.confirmed"])
    (fact,) = desk.core.events("effect.confirmed")
    assert fact.body["reference"] == f"ref-{desk.key[:6]}"
    assert desk.core.effect(desk.key).attempts == 1


def test_the_permit_is_burned_before_the_call(desk: Desk) -> None:
    seen: list[Any] = []
    desk.provider.before = lambda: seen.append((desk.core.kinds()[-1], desk.status, desk.core.effect(desk.key).attempts))
    desk.dispatcher.dispatch(desk.key)
    assert seen == [("authorization.burned", EffectStatus.SUBMITTED, 1)]


@pytest.mark.parametrize("error", [EffectRejectedError("mailbox full"), RefusedError("no contact")])
def test_a_no_of_the_provider_is_final(desk: Desk, error: Exception) -> None:
    desk.provider.script = [error]
    desk.dispatcher.dispatch(desk.key)
    desk.dispatcher.dispatch(desk.key)
    assert (desk.status, desk.facts(), len(desk.provider.calls)) == (EffectStatus.FAILED, ["effect.failed"], 1)
    assert desk.core.effect(desk.key).note == str(error)


def test_a_system_that_is_away_delays_and_the_same_key_is_done_later_once(desk: Desk) -> None:
    desk.provider.script = [UnavailableError("away"), UnavailableError("away")]
    desk.dispatcher.dispatch(desk.key)
    assert (desk.status, desk.facts()) == (EffectStatus.DELAYED, ["effect.delayed"])
    desk.dispatcher.dispatch(desk.key)
    desk.dispatcher.dispatch(desk.key)
    desk.dispatcher.dispatch(desk.key)
    assert (desk.provider.calls, desk.provider.done) == ([desk.key] * 3, {desk.key})
    assert (desk.status, desk.facts()) == (EffectStatus.CONFIRMED, ["effect.delayed", "effect.delayed", "effect.confirmed"])
    delays = [j.delay_s for j in desk.core.jobs.waiting() if j.name == DISPATCH]
    assert delays == [0, 5, 10]
    assert len({j.job_id for j in desk.core.jobs.waiting()}) == len(desk.core.jobs.waiting())


def test_a_system_that_stays_away_is_given_up_after_hours_not_at_once_and_not_never(desk: Desk) -> None:
    desk.provider.script = [UnavailableError("away") for _ in range(50)]
    ran = 0
    while desk.status in {EffectStatus.QUEUED, EffectStatus.DELAYED}:
        desk.dispatcher.dispatch(desk.key)
        ran += 1
    delays = [j.delay_s for j in desk.core.jobs.waiting() if j.name == DISPATCH]
    assert (desk.status, ran, len(desk.provider.calls)) == (EffectStatus.FAILED, 12, 12)
    assert delays == sorted(delays)
    assert max(delays) == 3600
    assert 3600 < sum(delays) < 24 * 3600


ODD = [
    ValueError("bug"),
    KeyError("x"),
    OSError("reset"),
    TimeoutError(),
    EffectUnknownError("cut"),
    RecursionError(),
    AssertionError(),
    ConflictError("c"),
]


@pytest.mark.parametrize("error", ODD, ids=lambda e: type(e).__name__)
@pytest.mark.parametrize("happened", [True, False], ids=["it happened", "it did not"])
def test_a_broken_call_is_unknown_and_settled_by_looking_never_by_trying(desk: Desk, error: Exception, happened: bool) -> None:
    desk.provider.script = [error]
    desk.dispatcher.dispatch(desk.key)
    assert (desk.status, desk.facts()) == (EffectStatus.UNKNOWN, ["effect.unknown"])
    desk.dispatcher.dispatch(desk.key)
    if happened:
        desk.provider.done.add(desk.key)
    (look,) = [j for j in desk.core.jobs.waiting() if j.name == RESOLVE]
    assert look.delay_s == 30
    desk.job(look)
    desk.job(look)
    assert (desk.provider.calls, desk.provider.looked) == ([desk.key], [desk.key])
    if happened:
        assert (desk.status, desk.facts()[-1]) == (EffectStatus.CONFIRMED, "effect.confirmed")
        return
    assert (desk.status, desk.facts()[-1]) == (EffectStatus.DELAYED, "effect.delayed"), "it certainly did not happen, so it is not over"
    (again,) = [j for j in desk.core.jobs.waiting() if j.name == DISPATCH and j.delay_s]
    desk.job(again)
    assert (desk.status, desk.provider.calls) == (EffectStatus.CONFIRMED, [desk.key] * 2)


@pytest.mark.parametrize("answer", ["done", {"reference": "r"}, 42, object()], ids=["text", "mapping", "number", "object"])
def test_an_answer_that_is_no_receipt_is_unknown(desk: Desk, answer: object) -> None:
    desk.provider.script = [answer]
    desk.dispatcher.dispatch(desk.key)
    assert desk.status is EffectStatus.UNKNOWN
    desk.dispatcher.resolve(desk.key)
    assert (desk.status, len(desk.provider.calls)) == (EffectStatus.CONFIRMED, 1)


def test_the_words_of_a_strange_error_are_not_kept_for_they_may_hold_a_secret(desk: Desk) -> None:
    desk.provider.script = [ValueError("login failed for jo with password hunter2")]
    desk.dispatcher.dispatch(desk.key)
    (fact,) = desk.core.events("effect.unknown")
    assert "hunter2" not in json.dumps(fact.body)
    assert "hunter2" not in desk.core.effect(desk.key).note


@pytest.mark.parametrize("error", [UnavailableError("away"), EffectUnknownError("?"), ValueError("bug"), RefusedError("no connector")])
def test_what_cannot_be_looked_up_stays_unknown_and_is_looked_up_again(desk: Desk, error: Exception) -> None:
    desk.provider.script = [OSError()]
    desk.provider.looks = [error] * 3
    desk.dispatcher.dispatch(desk.key)
    for number in range(3):
        looks = [j for j in desk.core.jobs.waiting() if j.name == RESOLVE]
        assert len(looks) == number + 1, "without another job nobody would ever look again"
        desk.job(looks[-1])
        assert desk.status is EffectStatus.UNKNOWN
    desk.provider.done.add(desk.key)
    desk.job([j for j in desk.core.jobs.waiting() if j.name == RESOLVE][-1])
    assert (desk.status, len(desk.provider.calls)) == (EffectStatus.CONFIRMED, 1)
    assert [j.delay_s for j in desk.core.jobs.waiting() if j.name == RESOLVE] == [30, 60, 120, 240]


def test_looking_up_ends_some_time_and_begins_again_after_a_start(desk: Desk) -> None:
    desk.provider.script, desk.provider.looks = [OSError()], [UnavailableError("away")] * 40
    desk.dispatcher.dispatch(desk.key)
    for _ in range(30):
        desk.dispatcher.resolve(desk.key)
    assert desk.facts().count("effect.unknown") == 12
    assert (desk.status, len(desk.provider.looked)) == (EffectStatus.UNKNOWN, 30)
    desk.provider.looks, desk.provider.done = [], {desk.key}
    assert desk.dispatcher.sweep() == 1
    assert (desk.status, len(desk.provider.calls)) == (EffectStatus.CONFIRMED, 1)


def test_a_kind_that_nothing_can_perform_fails_and_says_so(desk: Desk) -> None:
    Dispatcher(desk.core.database, desk.core.unit_of_work, {}, desk.core.clock, MINT).dispatch(desk.key)
    assert desk.status is EffectStatus.FAILED
    assert "nothing here can perform mail.send" in desk.core.effect(desk.key).note


@pytest.mark.parametrize("happened", [True, False], ids=["after the provider", "before the provider"])
def test_a_crash_between_burn_and_record_is_settled_by_the_sweep(desk: Desk, open_core: Callable[..., Any], happened: bool) -> None:
    desk.provider.script = [Killed()]
    if happened:
        desk.provider.before = lambda: desk.provider.done.add(desk.key)
    with pytest.raises(Killed):
        desk.dispatcher.dispatch(desk.key)
    assert (desk.status, desk.facts()) == (EffectStatus.SUBMITTED, [])
    desk.provider.before = lambda: None
    restarted = dispatcher_for(open_core(desk.core.url, ids=Ids()), desk.provider)
    restarted.dispatch(desk.key)  # the engine takes the job up again
    assert restarted.sweep() == 1
    assert restarted.sweep() == 0
    assert desk.provider.calls == [desk.key]
    assert desk.status is (EffectStatus.CONFIRMED if happened else EffectStatus.DELAYED)
    restarted.dispatch(desk.key)
    assert desk.provider.calls == [desk.key] * (1 if happened else 2)
    assert desk.status is EffectStatus.CONFIRMED


def test_one_effect_that_cannot_be_looked_up_does_not_stop_the_sweep_of_the_others(core: Any, effects: Any, permit: Any) -> None:
    mails = [effects.mail(node=f"n{i}") for i in range(3)]
    core.act("k", *(permit(m) for m in mails), effects=mails)
    provider = Provider(script=[Killed(), Killed(), Killed()], looks=[ValueError("bug"), object(), UnavailableError("away")])
    dispatcher = dispatcher_for(core, provider)
    for mail in mails:
        with pytest.raises(Killed):
            dispatcher.dispatch(mail.key)
    assert dispatcher.sweep() == 3
    assert {core.effect(m.key).status for m in mails} == {EffectStatus.UNKNOWN}
    assert len(provider.looked) == 3


class Ids:
    def __init__(self) -> None:
        self.count = 0

    def new(self, prefix: str) -> str:
        self.count += 1
        return f"{prefix}-other-{id(self)}-{self.count}"


@pytest.mark.parametrize("dispatchers", [2, 5])
def test_several_dispatchers_on_the_same_effect_at_once_call_the_provider_once(
    desk: Desk, open_core: Callable[..., Any], dispatchers: int
) -> None:
    barrier, errors = Barrier(dispatchers), []
    others = [dispatcher_for(open_core(desk.core.url, ids=Ids()), desk.provider) for _ in range(dispatchers)]

    def run(dispatcher: Dispatcher) -> None:
        barrier.wait()
        try:
            dispatcher.dispatch(desk.key)
        except Exception as error:  # noqa: BLE001
            errors.append(error)

    threads = [Thread(target=run, args=(other,)) for other in others]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (errors, desk.provider.calls) == ([], [desk.key])
    assert (desk.status, desk.facts()) == (EffectStatus.CONFIRMED, ["effect.confirmed"])


def test_a_dispatcher_that_read_the_row_too_early_leaves_it_to_the_one_that_was_faster(desk: Desk, open_core: Callable[..., Any]) -> None:
    """The slow one has read `queued`; the fast one burns the permit and is still calling."""
    slow = dispatcher_for(open_core(desk.core.url, ids=Ids()), desk.provider)
    early = slow._row(desk.key)
    slow._row = lambda effect_key: early  # type: ignore[method-assign]
    desk.provider.before = lambda: slow.dispatch(desk.key)
    desk.dispatcher.dispatch(desk.key)
    assert (desk.provider.calls, desk.facts()) == ([desk.key], ["effect.confirmed"])


def test_an_effect_that_was_withdrawn_meanwhile_is_left_alone(desk: Desk) -> None:
    early = desk.dispatcher._row(desk.key)
    desk.dispatcher._row = lambda effect_key: early  # type: ignore[method-assign]
    desk.core.sql("UPDATE outbox SET status = 'cancelled'")
    desk.dispatcher.dispatch(desk.key)
    assert (desk.provider.calls, desk.facts(), desk.status) == ([], [], EffectStatus.CANCELLED)


CHILD = textwrap.dedent("""
    import os, signal, sys
    from pathlib import Path
    from app.ports import RandomIds, SystemClock
    from memory.database import open_database
    from memory.engine.in_process import InProcessEngine
    from memory.ledger import Ledger
    from memory.projections.base import discover
    from memory.unit_of_work import UnitOfWork
    from tools.capability import Mint
    from tools.connectors.base import ConnectorClass, Receipt
    from tools.dispatch import Dispatcher
    from tools.vault import Secret

    database, log, key, when = open_database(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], sys.argv[4]
    clock = SystemClock()

    class Provider:
        connector_class = ConnectorClass.LOOKUP

        def perform(self, kind, payload, *, key, clearance):
            if when == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            with log.open("a") as file:
                file.write(f"call {key}\\n")
            if when == "after":
                os.kill(os.getpid(), signal.SIGKILL)
            return Receipt(reference=key, at=clock.now())

        def look_up(self, kind, payload, *, key):
            found = log.exists() and f"call {key}" in log.read_text()
            return Receipt(reference=key, at=clock.now()) if found else None

    work = UnitOfWork(database, Ledger(clock, RandomIds()), discover(), InProcessEngine(), clock)
    dispatcher = Dispatcher(database, work, {"mail.send": Provider()}, clock, Mint(Secret(b"k" * 32)))
    swept = dispatcher.sweep()
    dispatcher.dispatch(key)
    print(swept)
""")


@pytest.mark.parametrize(("when", "status"), [("before", EffectStatus.CONFIRMED), ("after", EffectStatus.CONFIRMED)])
def test_a_process_killed_around_the_call_never_calls_twice(
    core: Any, effects: Any, permit: Any, tmp_path: Path, when: str, status: EffectStatus
) -> None:
    mail = effects.mail()
    core.act("k", permit(mail, expires_at=datetime(2099, 1, 1, tzinfo=UTC)), effects=[mail])
    log = tmp_path / "provider.log"

    def child(moment: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", CHILD, core.url, str(log), mail.key, moment]
        return subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ, cwd=Path(__file__).parents[2])

    assert child(when).returncode == -signal.SIGKILL
    assert core.effect(mail.key).status is EffectStatus.SUBMITTED
    again = child("never")
    assert (again.returncode, again.stdout.strip()) == (0, "1"), again.stderr
    calls = log.read_text().splitlines() if log.exists() else []
    assert calls == [f"call {mail.key}"], "the call that was never made is made now, the one that was made is not made again"
    assert core.effect(mail.key).status is status
    assert core.verify().ok
    live = core.fingerprints()
    assert core.rebuilt() == live


def test_a_call_whose_lease_runs_is_left_alone_by_others_and_taken_over_when_it_ran_out(desk: Desk, open_core: Callable[..., Any]) -> None:
    desk.provider.script = [Killed()]
    with pytest.raises(Killed):
        desk.dispatcher.dispatch(desk.key)
    core = open_core(desk.core.url, ids=Ids())
    other = dispatcher_for(core, desk.provider, name="two")
    other.resolve(desk.key)
    assert (other.sweep(), desk.provider.looked, desk.status) == (0, [], EffectStatus.SUBMITTED)
    core.clock.move(LEASE)
    assert other.sweep(starting=False) == 1
    assert (desk.provider.looked, desk.status) == ([desk.key], EffectStatus.DELAYED)


def test_a_row_that_waits_far_beyond_its_time_gets_another_job_ever_more_rarely(desk: Desk) -> None:
    def jobs() -> int:
        return sum(j.name == DISPATCH for j in desk.core.jobs.waiting())

    desk.dispatcher.sweep()
    assert jobs() == 1
    found = []
    for _ in range(60):
        desk.core.clock.move(timedelta(minutes=1))
        desk.dispatcher.sweep(starting=False)
        found.append(jobs() - 1)
    assert (found[3], found[4], found[9], found[19], found[39], found[-1]) == (0, 1, 2, 3, 4, 4)


def test_a_receipt_that_could_not_be_written_down_is_found_again_by_the_next_sweep(desk: Desk) -> None:
    class OutOfOrderError(RuntimeError):
        pass

    def broken(*_given: Any, **_named: Any) -> None:
        raise OutOfOrderError

    outcomes = desk.dispatcher._outcomes
    confirmed, outcomes.confirmed = outcomes.confirmed, broken  # type: ignore[method-assign]
    with pytest.raises(OutOfOrderError):
        desk.dispatcher.dispatch(desk.key)
    outcomes.confirmed = confirmed  # type: ignore[method-assign]
    assert desk.status is EffectStatus.SUBMITTED
    assert desk.dispatcher.sweep(starting=False) == 1
    assert (desk.status, desk.provider.calls) == (EffectStatus.CONFIRMED, [desk.key])


def test_the_token_of_a_call_is_logged_by_its_id_and_ends_within_five_minutes(desk: Desk) -> None:
    seen: list[Clearance] = []
    perform = desk.provider.perform

    def watched(kind: str, payload: JsonObject, *, key: str, clearance: Clearance) -> Receipt:
        seen.append(clearance)
        return perform(kind, payload, key=key, clearance=clearance)

    desk.provider.perform = watched  # type: ignore[method-assign]
    desk.dispatcher.dispatch(desk.key)
    (burned,) = desk.core.events("authorization.burned")
    token = seen[0].token
    assert burned.body["token_id"] == token.token_id
    assert token.expires_at - NOW == LIFETIME
    check = TokenCheck(MINT.public_key)
    given: dict[str, Any] = {"kind": "mail.send", "key": desk.key, "payload": desk.core.effect(desk.key).payload, "now": NOW}
    for change in (
        {"kind": "contract.sign"},
        {"key": "k"},
        {"payload": {**given["payload"], "contact_id": "c-x"}},
        {"now": NOW + LIFETIME},
    ):
        with pytest.raises(RefusedError):
            check.redeem(token, **{**given, **change})
    assert check.redeem(token, **given).party == "c-postbird"
    with pytest.raises(RefusedError, match="used already"):
        check.redeem(token, **given)
    with pytest.raises(RefusedError, match="not made by the dispatcher"):
        TokenCheck(Mint.fresh().public_key).redeem(token, **given)
    assert token.value.reveal().decode() not in repr(token) + repr(seen[0])
