"""The operator's hand on the door: stopping, letting go, settling, and a pause that holds effects too."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest

from graphs.service import Procurement
from graphs.settling import EffectControl
from memory.case_pause import unpause_key
from memory.domain.base import JsonObject
from memory.domain.errors import ConflictError, EffectUnknownError, InputError, NotFoundError
from memory.domain.events.cases import CaseOpened, CasePaused, CaseResumed
from memory.domain.events.control import EffectsResumed
from memory.domain.seal import Seal
from memory.effect_jobs import RESOLVE
from memory.engine.port import HOUSE
from memory.ledger import WORKSPACE
from memory.outbox import EffectStatus
from memory.unit_of_work import DISPATCH
from tools.capability import Clearance, Mint
from tools.connectors.base import ConnectorClass, Receipt
from tools.dispatch import Dispatcher

NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
MINT = Mint.fresh()


@dataclass
class Post:
    """Takes every mail; breaks off as often as it is told."""

    breaks: int = 0
    calls: list[str] = field(default_factory=list)
    during: list[Any] = field(default_factory=list)
    system = "post"
    kinds = frozenset({"mail.send"})
    connector_class = ConnectorClass.NEITHER

    def perform(self, kind: str, payload: JsonObject, *, key: str, clearance: Clearance) -> Receipt:
        for act in self.during:
            act()
        clearance.last_look()
        self.calls.append(key)
        if self.breaks:
            self.breaks -= 1
            raise EffectUnknownError("cut")
        return Receipt(reference=key, at=NOW)

    def look_up(self, kind: str, payload: JsonObject, *, key: str) -> Receipt | None:
        return None


@dataclass
class House:
    core: Any
    post: Post
    dispatcher: Dispatcher
    control: EffectControl
    key: str

    @property
    def status(self) -> EffectStatus:
        return self.core.effect(self.key).status  # type: ignore[no-any-return]

    def drain(self) -> None:
        """Run every job that waits, once."""
        for job in self.core.jobs.waiting():
            self.core.jobs._queue.remove(job)
            if job.name == DISPATCH:
                self.dispatcher.dispatch(job.argument)


@pytest.fixture
def house(core: Any, effects: Any, permit: Any) -> House:
    mail = effects.mail()
    opened = CaseOpened(case_id="CASE-1", instruction="x", evidence="a" * 64, channel="cli", graph_version=1)
    core.act("open", opened)
    core.act("k", permit(mail), effects=[mail])
    post = Post()
    dispatcher = Dispatcher(core.database, core.unit_of_work, {"mail.send": post}, core.clock, MINT)
    return House(core, post, dispatcher, EffectControl(core.database, core.unit_of_work, core.ids), mail.key)


def test_while_effects_are_stopped_nothing_leaves_nothing_is_used_up_and_nothing_fails(house: House) -> None:
    assert house.control.stop_effects(by="operator", reason="something is odd")
    house.drain()
    house.dispatcher.dispatch(house.key)
    assert (house.post.calls, house.status) == ([], EffectStatus.QUEUED)
    assert house.core.events("authorization.burned") == []
    assert house.control.resume_effects(by="operator", reason="all is well") == 1
    house.drain()
    assert (house.post.calls, house.status) == ([house.key], EffectStatus.CONFIRMED)


def test_stopping_twice_is_one_stop_and_letting_go_twice_is_refused(house: House) -> None:
    assert house.control.stop_effects(by="nightly", reason="the ledger is broken")
    assert not house.control.stop_effects(by="operator", reason="again")
    stop = house.control.stop()
    assert stop is not None
    assert stop.body == {"by": "nightly", "reason": "the ledger is broken"}
    house.control.resume_effects(by="operator", reason="mended")
    assert house.control.stop() is None
    with pytest.raises(ConflictError, match="not stopped"):
        house.control.resume_effects(by="operator", reason="mended")
    assert house.control.stop_effects(by="operator", reason="and again")
    assert [e.kind for e in house.core.events(stream=WORKSPACE)] == ["effects.stopped", "effects.resumed", "effects.stopped"]


def test_a_stop_that_comes_while_a_call_is_being_prepared_still_holds_it(house: House) -> None:
    house.post.during = [lambda: house.control.stop_effects(by="operator", reason="wait")]
    house.drain()
    assert (house.post.calls, house.status) == ([], EffectStatus.DELAYED)
    house.post.during = []
    house.drain()
    assert house.post.calls == [], "the job that would try again finds the stop"
    house.control.resume_effects(by="operator", reason="go")
    house.drain()
    assert (house.post.calls, house.status) == ([house.key], EffectStatus.CONFIRMED)


def test_a_reason_is_needed(house: House) -> None:
    with pytest.raises(InputError, match="reason"):
        house.control.stop_effects(by="operator", reason="  ")
    assert house.core.events(stream=WORKSPACE) == []


def test_a_lift_that_the_operator_did_not_seal_lifts_nothing(house: House) -> None:
    class NothingIsSealed:
        def holds(self, statement: bytes, seal: object, seq: int) -> bool:
            return False

    core = house.core
    wary = Dispatcher(core.database, core.unit_of_work, {"mail.send": house.post}, core.clock, MINT, seals=NothingIsSealed())
    house.control.stop_effects(by="operator", reason="stop")
    core.act("forged", EffectsResumed(by="operator", reason="by a worker"), stream=WORKSPACE)
    wary.dispatch(house.key)
    assert house.post.calls == []


def test_a_paused_case_holds_its_effects_and_they_go_when_it_goes_on(house: House) -> None:
    core = house.core
    service = Procurement(core.database, core.unit_of_work, core.evidence, core.clock, core.ids)
    service.pause("CASE-1", by="operator")
    house.drain()
    assert (house.post.calls, house.status) == ([], EffectStatus.QUEUED)
    service.resume("CASE-1", by="operator")
    house.drain()
    assert (house.post.calls, house.status) == ([house.key], EffectStatus.CONFIRMED)


@dataclass
class OnlyTheBossSeals:
    """A seal that nobody but its holder can make; what it said is known by its bytes."""

    said: set[bytes] = field(default_factory=set)

    def seal(self, statement: bytes) -> Seal:
        self.said.add(statement)
        return Seal(key="a" * 64, signature="b" * 64)

    def holds(self, statement: bytes, seal: Seal | None, seq: int) -> bool:
        return seal is not None and statement in self.said


def test_a_pause_is_lifted_by_the_operators_word_about_this_pause_and_by_no_other(house: House) -> None:
    core, boss = house.core, OnlyTheBossSeals()
    wary = Dispatcher(core.database, core.unit_of_work, {"mail.send": house.post}, core.clock, MINT, seals=boss)
    service = Procurement(core.database, core.unit_of_work, core.evidence, core.clock, core.ids, sealer=boss)
    service.pause("CASE-1", by="operator")
    service.resume("CASE-1", by="operator")
    (true,) = core.events(CaseResumed.kind)
    service.pause("CASE-1", by="operator")
    (_, pause) = core.events(CasePaused.kind)
    core.act("forged", CaseResumed(reason="by a worker"))
    core.act("an old word again", true.event)
    core.act(unpause_key("CASE-1", pause.seq), true.event.model_copy(update={"reason": "bent"}))
    wary.dispatch(house.key)
    assert (house.post.calls, house.status) == ([], EffectStatus.QUEUED)
    service.pause("CASE-1", by="operator")
    service.resume("CASE-1", by="operator")
    wary.dispatch(house.key)
    assert house.post.calls == [house.key]


@pytest.mark.parametrize("happened", [True, False], ids=["it happened", "it did not"])
def test_what_cannot_be_looked_up_is_settled_by_the_operator_once(house: House, happened: bool) -> None:
    house.post.breaks = 1
    house.drain()
    house.dispatcher.resolve(house.key)
    unknown = house.status
    assert unknown is EffectStatus.UNKNOWN, "a system that cannot be asked never says that nothing happened"
    house.control.settle(house.key, happened=happened, by="operator", reason="the vendor told me on the phone")
    with pytest.raises(ConflictError):
        house.control.settle(house.key, happened=not happened, by="operator", reason="changed my mind")
    house.drain()
    assert house.status == EffectStatus.CONFIRMED
    assert house.post.calls == [house.key] * (1 if happened else 2)
    (fact,) = house.core.events("effect.settled")
    assert (fact.body["happened"], fact.body["attempt"]) == (happened, 1)
    assert house.core.verify().ok


def test_a_look_up_waits_behind_no_effect(house: House) -> None:
    house.post.breaks = 1
    house.drain()
    (look,) = house.core.jobs.waiting()
    assert (look.name, look.queue) == (RESOLVE, HOUSE)


def test_only_the_unknown_can_be_settled(house: House) -> None:
    with pytest.raises(ConflictError, match="queued"):
        house.control.settle(house.key, happened=True, by="operator", reason="x")
    with pytest.raises(NotFoundError):
        house.control.settle("0" * 32, happened=True, by="operator", reason="x")
    house.drain()
    with pytest.raises(ConflictError, match="confirmed"):
        house.control.settle(house.key, happened=False, by="operator", reason="x")
