"""Re-runs a case: the real graph and agents on a scratch house, fed with what was recorded, compared step by step."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from langgraph.graph.state import CompiledStateGraph, StateGraph

from graphs.case_replay.answers import RecordedAnswers, RecordedRecall
from graphs.case_replay.comparing import Comparison, Difference
from graphs.case_replay.record import CaseRecord, Entry, read_record, stored_rows
from graphs.case_replay.scratch import LayeredEvidence, Scratch, scratch_house
from graphs.case_replay.script import Script, ScriptedWork
from graphs.context import Agents, Desk
from graphs.policies import PolicyShelf
from graphs.policy.document import Policy
from graphs.runner import AnyGraph, CaseRunner
from memory.checkpoints import open_checkpoints
from memory.database import reading
from memory.domain.errors import QuartermasterError
from memory.domain.requisition import Requisition
from memory.projections.base import Projection
from memory.views.registry import RegistryView
from tools.llm.port import Model
from tools.llm.tiers import Tier

#: Nothing moved for this long while steps wait their turn: the run is broken off and begun again from its checkpoints, as after a
#: crash. It happens where the record itself was interrupted.
_PATIENCE_S = 3.0
_TRIES = 2
#: Follows from what is compared beside it: an effect's payload, the text of a letter.
_DERIVED = frozenset({"effect_digest"})
_VERSIONS = frozenset({"policy_version"})

MakeAgents = Callable[[Model], Agents]


class Verdict(StrEnum):
    """How a step came out."""

    SAME = "same"
    DIFFERS = "differs"
    ASKS_ANEW = "would ask anew"
    NOT_REACHED = "not reached"


@dataclass(frozen=True)
class ReplayedStep:
    """One recorded step, and what would be decided in its place today. `at` is when it was recorded, None for one that wrote no fact."""

    key: str
    node: str
    at: datetime | None
    verdict: Verdict
    differences: tuple[Difference, ...] = ()
    asks_anew: tuple[str, ...] = ()


@dataclass(frozen=True)
class CaseReplay:
    """The replay of one case. `stands_still` says where and why it did not go on; `next_step` is what comes after the record."""

    case_id: str
    policy: str
    steps: tuple[ReplayedStep, ...]
    inputs: int
    stands_still: str = ""
    next_step: str = ""

    @property
    def same(self) -> bool:
        """Whether every step would be decided as it was."""
        return not self.stands_still and all(step.verdict is Verdict.SAME for step in self.steps)

    def of(self, verdict: Verdict) -> tuple[ReplayedStep, ...]:
        """Return the steps with this verdict."""
        return tuple(step for step in self.steps if step.verdict is verdict)


def replay_case(
    case_id: str, graph: AnyGraph, desk: Desk, agents: MakeAgents, projections: Sequence[Projection], *, policy: Policy | None = None
) -> CaseReplay:
    """Decide every step of a case again and compare; `desk` is the live one and is only read.

    `policy` takes the place of the policies that were in force. Steps are asked of models only as far as answers are recorded.

    Raises `NotFoundError` when there is no such case, `IntegrityError` when the ledger holds what this program does not know.
    """
    with reading(desk.database) as live, scratch_house(projections) as scratch:
        record = read_record(live, case_id, _step_names(graph))
        scratch.feed(stored_rows(live, 0, record.first_seq - 1))
        return asyncio.run(_Replay(record, graph, desk, agents, scratch, policy).run())


class _Replay:
    def __init__(
        self, record: CaseRecord, graph: AnyGraph, live: Desk, agents: MakeAgents, scratch: Scratch, policy: Policy | None
    ) -> None:
        evidence = LayeredEvidence(scratch.database, live.evidence, scratch.clock)
        self._comparison = Comparison(evidence.get, _DERIVED | (_VERSIONS if policy else frozenset()))
        self._script = Script(record, scratch, self._comparison, evidence)
        self._policy = policy
        desk = _desk(live, self._script, agents, scratch, evidence, policy)
        self._runner = CaseRunner(graph, desk, lambda: open_checkpoints(scratch.url), renewal=lambda: graph)
        self._record = record
        self._trouble = ""

    async def run(self) -> CaseReplay:
        """Play the record out, or as far as today's graph follows it."""
        self._script.feed_inputs(through_holds=False)
        tries = 0
        while not self._script.over and tries < _TRIES:
            before = self._script.position
            await self._advance()
            self._script.feed_inputs(through_holds=self._script.position == before)
            tries = tries + 1 if self._script.position == before else 0
        await self._look_ahead()
        return self._result()

    async def _advance(self) -> None:
        """Let the graph run until it waits for something that is not recorded yet, or nothing moves any more."""
        script = self._script
        running = asyncio.ensure_future(self._runner.advance(self._record.case_id))
        exhausted = asyncio.ensure_future(script.exhausted.wait())
        try:
            while not running.done():
                before = script.position
                await asyncio.wait({running, exhausted}, timeout=_PATIENCE_S, return_when=asyncio.FIRST_COMPLETED)
                if exhausted.done() or (script.position == before and script.holder is None and script.parked):
                    break
        finally:
            for task in (running, exhausted):
                task.cancel()
            ended, _ = await asyncio.gather(running, exhausted, return_exceptions=True)
        if isinstance(ended, Exception):
            self._trouble = ended.message if isinstance(ended, QuartermasterError) else f"{type(ended).__name__}: {ended}"

    async def _look_ahead(self) -> None:
        """See which step an open case would take next, which is not in the record yet."""
        if self._script.over and not self._script.parked:
            await self._advance()

    def _result(self) -> CaseReplay:
        script = self._script
        steps = tuple(_replayed(entry) for entry in self._record.steps)
        missed = next((entry for entry in self._record.steps if not entry.decided), None)
        ahead = [self._name(key) for key, known in script.parked.items() if not known]
        return CaseReplay(
            case_id=self._record.case_id,
            policy=self._policy.version if self._policy else "as recorded",
            steps=steps,
            inputs=len(self._record.entries) - len(steps),
            stands_still=self._why(missed, ahead) if missed else "",
            next_step="" if missed else ", ".join(ahead),
        )

    def _why(self, missed: Entry, ahead: list[str]) -> str:
        came = f"; today's graph comes to {', '.join(ahead)} instead, which the record does not have" if ahead else ""
        trouble = f"; it broke off: {self._trouble}" if self._trouble else ""
        return f"today's graph does not come to {self._name(missed.key)}{came}{trouble}"

    def _name(self, key: str) -> str:
        return key.removeprefix(f"{self._record.case_id}/")


class _ReplayDesk(Desk):
    """The desk of a replay: a step waits its turn, and thinks as hard as it did."""

    script: Script

    async def turn(self, key: str) -> None:
        await self.script.turn(key)

    def tier_for(self, requisition: Requisition | None = None) -> Tier:
        del requisition
        entry = self.script.current()
        return max((Tier(str(record["tier"])) for record in entry.asked()), default=Tier.RULES) if entry else Tier.RULES


def _desk(
    live: Desk, script: Script, agents: MakeAgents, scratch: Scratch, evidence: LayeredEvidence, policy: Policy | None
) -> _ReplayDesk:
    """Return a desk like the live one, on the scratch house."""
    work, recall = ScriptedWork(script), RecordedRecall(script.current)
    ports = {field.name: getattr(live, field.name) for field in fields(live)}
    ports |= {
        "database": scratch.database,
        "unit_of_work": work,
        "evidence": evidence,
        "registry": RegistryView(scratch.database),
        "recall": lambda: recall,
        "policy": (lambda: policy) if policy else PolicyShelf(scratch.database, work, evidence).current,
        "agents": agents(RecordedAnswers(evidence, script.current)),
        "clock": scratch.clock,
    }
    desk = _ReplayDesk(**ports)
    object.__setattr__(desk, "script", script)  # the desk is frozen, and the script is no port
    return desk


def _replayed(entry: Entry) -> ReplayedStep:
    verdict = Verdict.SAME
    if not entry.decided:
        verdict = Verdict.NOT_REACHED
    elif entry.asks_anew:
        verdict = Verdict.ASKS_ANEW
    elif entry.differences:
        verdict = Verdict.DIFFERS
    at = entry.events[0].at if entry.events else None
    return ReplayedStep(entry.key, entry.node, at, verdict, entry.differences, tuple(dict.fromkeys(entry.asks_anew)))


def _step_names(graph: StateGraph[Any, Any, Any, Any]) -> frozenset[str]:
    """Return the names of all steps of a graph and of the graphs in it."""
    inner = [spec.runnable.builder for spec in graph.nodes.values() if isinstance(spec.runnable, CompiledStateGraph)]
    return frozenset(graph.nodes).union(*(_step_names(each) for each in inner))


__all__ = ["CaseReplay", "Difference", "MakeAgents", "ReplayedStep", "Verdict", "replay_case"]
