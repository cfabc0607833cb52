"""The mutation table: each guard is taken away in turn, and the one scenario that it is there for goes wrong.

Every scenario returns what went wrong; with every guard in place that is nothing.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from graphs.settling import EffectControl
from memory import outbox, unit_of_work
from memory.domain.approval import PlannedEffect
from memory.domain.base import JsonObject
from memory.domain.effects import PAYMENT_INSTRUCT
from memory.domain.errors import EffectUnknownError, RefusedError, UnavailableError
from memory.domain.events.cases import CasePaused
from memory.domain.events.effects import EffectDelayed
from memory.domain.money import Money
from memory.domain.registry import Account, Payee
from memory.outbox import EffectStatus
from tools import dispatch as dispatching
from tools import guards
from tools.capability import Clearance, Mint, TokenCheck
from tools.connectors.base import ConnectorClass, ConnectorContext, Receipt
from tools.connectors.payment import CONNECTOR as PAYMENT
from tools.dispatch import LEASE, Dispatcher
from tools.outcomes import Outcomes
from tools.sandbox.gatehouse import Gatehouse
from tools.sandbox.ports import MemoryEvidence, MemoryRegistry
from tools.vault import Secret

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
MINT = Mint.fresh()


class Killed(BaseException):
    """What a kill looks like from inside."""


@dataclass
class World:
    """A provider that does everything each time it is asked, and can be asked afterwards: nothing but our guards prevents a double."""

    done: list[JsonObject] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    before: list[Callable[[], None]] = field(default_factory=list)
    after: list[BaseException] = field(default_factory=list)
    careful: bool = False
    system = "world"
    kinds = frozenset({"mail.send", "payment.instruct", "contract.sign"})
    connector_class = ConnectorClass.LOOKUP

    def perform(self, kind: str, payload: JsonObject, *, key: str, clearance: Clearance) -> Receipt:
        if self.before:
            self.before.pop(0)()
        if self.careful:
            clearance.last_look()
        self.done.append(payload)
        self.keys.append(key)
        if self.after:
            raise self.after.pop(0)
        return Receipt(reference=key, at=NOW)

    def look_up(self, kind: str, payload: JsonObject, *, key: str) -> Receipt | None:
        return Receipt(reference=key, at=NOW) if key in self.keys else None


@dataclass
class Stage:
    core: Any
    effects: Any
    permit: Any
    approved: Any
    folder: Path
    world: World = field(default_factory=World)

    def dispatcher(self, name: str = "one", **rest: Any) -> Dispatcher:
        connectors = dict.fromkeys(self.world.kinds, self.world)
        return Dispatcher(
            self.core.database, self.core.unit_of_work, connectors, self.core.clock, MINT, guards=guards.GUARDS, name=name, **rest
        )

    def mail(self, **permit: Any) -> PlannedEffect:
        mail = self.effects.mail()
        self.core.act("queue", self.permit(mail, **permit), effects=[mail])
        return mail  # type: ignore[no-any-return]

    def stands(self, effect: PlannedEffect) -> EffectStatus:
        return self.core.effect(effect.key).status  # type: ignore[no-any-return]

    def again(self, effect: PlannedEffect) -> None:
        """Put a row back into the queue, as an intruder would."""
        self.core.sql("UPDATE outbox SET status = 'queued' WHERE effect_key = :key", key=effect.key)


@pytest.fixture
def new_url(sqlite_only: Callable[[], str]) -> Callable[[], str]:
    """What a guard is for does not depend on the kind of database."""
    return sqlite_only


@pytest.fixture
def stage(core: Any, effects: Any, permit: Any, approved: Any, tmp_path: Path) -> Stage:
    return Stage(core, effects, permit, approved, tmp_path)


Mutation = Callable[[pytest.MonkeyPatch], None]
Scenario = Callable[[Stage], str]
TABLE: dict[str, tuple[Mutation, Scenario]] = {}


def guard(name: str, mutation: Mutation) -> Callable[[Scenario], Scenario]:
    def listed(scenario: Scenario) -> Scenario:
        TABLE[name] = (mutation, scenario)
        return scenario

    return listed


def without(*taken: guards.Guard) -> Mutation:
    return lambda patch: patch.setattr(guards, "GUARDS", tuple(g for g in guards.GUARDS if g not in taken))


def replaced(owner: object, name: str, by: object) -> Mutation:
    return lambda patch: patch.setattr(owner, name, by)


def _keys_of_the_run(patch: pytest.MonkeyPatch) -> None:
    """Keys that name the run of a step and not the step: what a task id is."""
    runs = itertools.count()
    patch.setattr(outbox, "effect_key", lambda *parts: f"{next(runs):032x}")
    patch.setattr(unit_of_work, "act_key", lambda *parts: f"act {next(runs)}")


@guard("semantic key", _keys_of_the_run)
def a_step_that_runs_again_after_a_crash(stage: Stage) -> str:
    for _ in range(2):
        key = outbox.effect_key("CASE-1", "rfq", 0)
        mail = PlannedEffect(key=key, kind="mail.send", payload={**stage.effects.mail().payload, "message_id": f"<{key}@buyer.example>"})
        permit = stage.permit(mail, authorization_id=f"AU-{key[-8:]}")
        stage.core.act(unit_of_work.act_key("CASE-1", "rfq", 0), permit, effects=[mail])
        stage.dispatcher().dispatch(mail.key)
    return "" if len(stage.world.done) == 1 else "the mail left twice"


def _no_burn(self: Dispatcher, row: Any) -> Any:
    with self._database.connect() as connection:
        door = self._door(connection, row)
        return dispatching._Call(row, row.attempts, door.permit, "token", NOW + LEASE)


@guard("burn before call", replaced(Dispatcher, "_burn", _no_burn))
def a_crash_right_behind_the_provider(stage: Stage) -> str:
    mail = stage.mail()
    stage.world.after = [Killed()]
    with pytest.raises(Killed):
        stage.dispatcher().dispatch(mail.key)
    restarted = stage.dispatcher()
    restarted.sweep()
    restarted.dispatch(mail.key)
    return "" if len(stage.world.done) == 1 else "the mail left twice"


@guard("digest check", without(guards.exact_payload))
def an_edited_payload(stage: Stage) -> str:
    (payment,) = stage.approved(stage.effects.payment())
    stage.core.sql("UPDATE outbox SET payload = replace(payload, 'p-postbird', 'p-mallory')")
    stage.dispatcher().dispatch(payment.key)
    return "money went to somebody else" if stage.world.done else ""


@guard("single use", without(guards.single_use))
def a_replayed_permit(stage: Stage) -> str:
    mail = stage.mail()
    stage.world.after = [EffectUnknownError("cut")]
    stage.dispatcher().dispatch(mail.key)
    stage.again(mail)
    stage.dispatcher().dispatch(mail.key)
    return "" if len(stage.world.done) == 1 else "the mail left twice"


@guard("proof that it happened", without(guards.not_done))
def a_confirmed_effect_queued_again(stage: Stage) -> str:
    mail = stage.mail()
    stage.world.before = [lambda: (_ for _ in ()).throw(UnavailableError("away"))]
    stage.dispatcher().dispatch(mail.key)
    stage.dispatcher().dispatch(mail.key)
    stage.again(mail)
    # The first call gave its use back and the second is the proof; a third finds a permit whose last use it can forge away.
    true = stage.core.events("effect.delayed")[0].event
    seal = MINT.seal(guards.said(true.model_copy(update={"attempt": 2, "seal": None}), "CASE-1", "bent"))
    stage.core.act("bent", true.model_copy(update={"attempt": 2, "seal": seal}))
    stage.dispatcher().dispatch(mail.key)
    return "" if len(stage.world.done) == 1 else "the mail left twice"


@guard("seal on a use given back", replaced(guards.Word, "gives_back", lambda _self, _stored: True))
def a_forged_word_that_nothing_was_sent(stage: Stage) -> str:
    mail = stage.mail()
    stage.world.after = [EffectUnknownError("cut")]
    stage.dispatcher().dispatch(mail.key)
    stage.core.act("forged", EffectDelayed(effect_key=mail.key, effect_kind=mail.kind, message="honestly", attempt=1))
    stage.again(mail)
    stage.dispatcher().dispatch(mail.key)
    return "" if len(stage.world.done) == 1 else "the mail left twice"


@guard("sweep at the start", replaced(Dispatcher, "sweep", lambda _self, **_rest: 0))
def a_crash_between_burn_and_call(stage: Stage) -> str:
    mail = stage.mail()
    stage.world.before = [lambda: (_ for _ in ()).throw(Killed())]
    with pytest.raises(Killed):
        stage.dispatcher().dispatch(mail.key)
    restarted = stage.dispatcher()
    restarted.sweep()
    restarted.dispatch(mail.key)
    return "" if (len(stage.world.done), stage.stands(mail)) == (1, EffectStatus.CONFIRMED) else "the mail is lost"


@guard("look-up of the unknown", replaced(Dispatcher, "resolve", lambda _self, _key: None))
def a_broken_call(stage: Stage) -> str:
    mail = stage.mail()
    stage.world.after = [OSError("cut")]
    dispatcher = stage.dispatcher()
    dispatcher.dispatch(mail.key)
    dispatcher.resolve(mail.key)
    return "" if stage.stands(mail) is EffectStatus.CONFIRMED else "nobody ever learns that the mail has left"


def _on_hope(self: Outcomes, row: Any, attempt: int, error: Exception) -> None:
    self.delayed(row, attempt, UnavailableError("it broke"))


@guard("unknown is not failed", replaced(Outcomes, "unknown", _on_hope))
def a_broken_call_whose_job_comes_again(stage: Stage) -> str:
    mail = stage.mail()
    stage.world.after = [OSError("cut")]
    dispatcher = stage.dispatcher()
    dispatcher.dispatch(mail.key)
    dispatcher.dispatch(mail.key)
    return "" if len(stage.world.done) == 1 else "the mail left twice"


def _anybody_s(self: Dispatcher, row: Any, now: datetime) -> bool:
    return row.status is EffectStatus.SUBMITTED


@guard("lease", replaced(Dispatcher, "_abandoned", _anybody_s))
def a_second_dispatcher_that_starts_during_a_call(stage: Stage) -> str:
    mail, other = stage.mail(), stage.dispatcher("two")

    def meanwhile() -> None:
        other.sweep()
        other.dispatch(mail.key)

    stage.world.before = [meanwhile]
    stage.dispatcher().dispatch(mail.key)
    return "" if len(stage.world.done) == 1 else "the mail left twice"


@guard("last look", replaced(Dispatcher, "_last_look", lambda _self, _call, _token: None))
def a_dispatcher_that_slept_through_a_take_over(stage: Stage) -> str:
    mail, other = stage.mail(), stage.dispatcher("two")
    stage.world.careful = True

    def asleep() -> None:
        stage.core.clock.move(LEASE)
        other.sweep()
        other.dispatch(mail.key)

    stage.world.before = [asleep]
    stage.dispatcher().dispatch(mail.key)
    return "" if len(stage.world.done) == 1 else "the mail left twice"


@guard("expiry", without(guards.not_expired))
def a_permit_from_last_month(stage: Stage) -> str:
    mail = stage.mail()
    stage.core.clock.move(timedelta(days=30))
    stage.dispatcher().dispatch(mail.key)
    return "an old permit still works" if stage.world.done else ""


@guard("ceiling", without(guards.within_ceiling))
def a_payment_above_its_ceiling(stage: Stage) -> str:
    (payment,) = stage.approved(stage.effects.payment(), ceiling=1)
    stage.dispatcher().dispatch(payment.key)
    return "more was paid than allowed" if stage.world.done else ""


@guard("operator's yes", without(guards.operator_said_yes))
def a_payment_that_nobody_approved(stage: Stage) -> str:
    payment = stage.effects.payment()
    stage.core.act("queue", stage.permit(payment, ceiling=Money.of(10**6, "EUR")), effects=[payment])
    stage.dispatcher().dispatch(payment.key)
    return "a rule paid" if stage.world.done else ""


@guard("stop", without(guards.effects_may_leave))
def everything_is_stopped(stage: Stage) -> str:
    mail = stage.mail()
    EffectControl(stage.core.database, stage.core.unit_of_work, stage.core.ids).stop_effects(by="jo", reason="stop")
    stage.dispatcher().dispatch(mail.key)
    return "something left all the same" if stage.world.done else ""


@guard("pause", without(guards.case_goes_on))
def the_case_is_held(stage: Stage) -> str:
    mail = stage.mail()
    stage.core.act("pause", CasePaused())
    stage.dispatcher().dispatch(mail.key)
    return "something left all the same" if stage.world.done else ""


def _nobody_looks_twice(self: Dispatcher, *given: Any, authority: Any = None, **rest: Any) -> None:
    _made(self, *given, **rest)


_made = Dispatcher.__init__


@guard("second look", replaced(Dispatcher, "__init__", _nobody_looks_twice))
def what_policy_would_not_allow_today(stage: Stage) -> str:
    class Strict:
        def confirm(self, row: Any, authorization: Any) -> None:
            raise RefusedError("not by today's policy")

    mail = stage.mail()
    stage.dispatcher(authority=Strict()).dispatch(mail.key)
    return "a forged permit was enough" if stage.world.done else ""


@guard("capability token", replaced(TokenCheck, "redeem", lambda _self, _token, **_rest: None))
def a_call_past_the_dispatcher(stage: Stage) -> str:
    """Code in the dispatcher's process that calls the connector itself, with a token of its own making."""
    gate = Gatehouse()
    registry = MemoryRegistry(
        payees={"p-postbird": Payee(name="Postbird", iban="DE89370400440532013000", country="DE")},
        accounts={"a-house": Account(name="House", iban="DE89370400440532013000", country="DE")},
    )
    context = ConnectorContext(stage.folder, MemoryEvidence(), registry, gate.clock, lambda _: Secret(""), gate.tokens)
    payment = stage.effects.payment()
    assert payment.payload["execute_on"] == date(2026, 12, 1).isoformat()
    forged = Gatehouse(clock=gate.clock).clear(PAYMENT_INSTRUCT, payment.payload, payment.key)
    with suppress(RefusedError):
        PAYMENT.open(context).perform(PAYMENT_INSTRUCT, payment.payload, key=payment.key, clearance=forged)
    return "money was instructed without a permit" if list(stage.folder.glob("payments/*.xml")) else ""


@pytest.mark.parametrize("name", sorted(TABLE))
def test_with_every_guard_the_scenario_ends_well(stage: Stage, name: str) -> None:
    assert TABLE[name][1](stage) == ""


@pytest.mark.parametrize("name", sorted(TABLE))
def test_without_this_guard_it_does_not(stage: Stage, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mutation, scenario = TABLE[name]
    mutation(monkeypatch)
    assert scenario(stage), f"nothing went wrong without {name}: is it needed at all?"
