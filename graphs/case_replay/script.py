"""The script of a replay: whose turn it is, and what becomes of a step that has been decided again.

Each step waits for its place in the ledger, so it is decided on exactly the facts that stood before it; what the world and the
operator said is fed in between. Whatever a step decides today, the record is followed: the step is compared, the recorded facts
and the recorded result take its place, and the next step is judged on its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from graphs.case_replay.comparing import Comparison
from graphs.case_replay.record import CaseRecord, Entry
from graphs.case_replay.scratch import Scratch
from memory.domain.approval import PlannedEffect
from memory.domain.base import JsonObject
from memory.domain.errors import ConflictError
from memory.domain.events import Event
from memory.domain.events.cases import CaseCancelled, CasePaused, StepFailed
from memory.evidence import EvidenceStore
from memory.ledger import WORKSPACE
from memory.unit_of_work import Recorded, UnitOfWork

#: After these a case is held: what was under way before must have begun when they are fed.
_HOLDS = frozenset({CasePaused.kind, CaseCancelled.kind})


class Script:
    """The recorded acts of a case, and how far they have been played."""

    def __init__(self, record: CaseRecord, scratch: Scratch, comparison: Comparison, evidence: EvidenceStore) -> None:
        self.record = record
        self.position = 0
        self.holder: Entry | None = None
        self.parked: dict[str, bool] = {}
        self._scratch = scratch
        self._comparison = comparison
        self._evidence = evidence
        self._results: dict[str, JsonObject] = {}
        self._moved = asyncio.Event()
        #: Set when every recorded act was played, or nobody who waits can ever have its turn.
        self.exhausted = asyncio.Event()

    @property
    def over(self) -> bool:
        """Whether every recorded act was played."""
        return self.position >= len(self.record.entries)

    def current(self) -> Entry | None:
        """Return the recorded act of the step that is being decided."""
        return self.holder

    def recorded(self, key: str) -> JsonObject | None:
        """Return the recorded result of a step that was played already."""
        return self._results.get(key)

    def feed_inputs(self, *, through_holds: bool) -> None:
        """Feed everything up to the next step; unless `through_holds`, stop before a fact that holds the case."""
        while not self.over and (not self._next.node or self._next.decided):
            if not through_holds and self._next.stream == self.record.case_id and _HOLDS & set(self._next.kinds):
                break
            self._play(self._next)
        if not self.over and self.holder is None:
            self._scratch.clock.at = self._next.moment(self._evidence)
        if self.over and self.parked:
            self.exhausted.set()

    async def turn(self, key: str) -> None:
        """Wait until it is this step's turn; a step that the record does not know, or not any more, waits for ever."""
        while key not in self._results and key not in self.record.silent:
            entry = self._upcoming(key)
            self.parked[key] = entry is not None
            self.feed_inputs(through_holds=True)
            if entry is not None and not self.over and self._next is entry:
                self.parked.pop(key)
                self.holder = entry
                self._scratch.clock.at = entry.moment(self._evidence)
                return
            await self._moved.wait()
        self.parked.pop(key, None)

    def decided(self, key: str, events: Sequence[Event], effects: Sequence[PlannedEffect], result: JsonObject) -> JsonObject:
        """Compare what a step decided with its record, and return the recorded result.

        Raises `ConflictError` when the step gave up in the record, and would not today: it gives up here too.
        """
        if key in self._results:
            return self._results[key]
        if key in self.record.silent:
            return self._silent(key, events, result)
        entry = self._concerned(key)
        if entry is None:
            self.parked[key] = False
            if key.startswith(f"{self.record.case_id}/"):
                raise ConflictError(f"the record knows no step {key}")
            # A deed of the compensator waits for nobody: it is named as what comes next, and the graph goes on.
            return self._results.setdefault(key, {})
        if not entry.decided:
            self._compare(entry, key, events, effects, result)
        if entry.key != key and entry.failed:
            raise ConflictError("as recorded, this step gives up here")
        self._follow(entry)
        if entry.key != key:
            self._go_on_as_recorded(events)
        return self._results[entry.key]

    def _compare(self, entry: Entry, key: str, events: Sequence[Event], effects: Sequence[PlannedEffect], result: JsonObject) -> None:
        entry.decided = True
        found = [*self._comparison.events(entry.events, events), *self._comparison.effects(self._effects(entry), effects)]
        if entry.key == key:
            found += self._comparison.way_on(self.record.results.get(key, {}), result)
        entry.differences = tuple(found)

    def _silent(self, key: str, events: Sequence[Event], result: JsonObject) -> JsonObject:
        """Take a step that wrote no fact: it has no place in the ledger, and needs a row only when it is not silent today."""
        recorded = self.record.results[key]
        found = (*self._comparison.events((), events), *self._comparison.way_on(recorded, result))
        if found:
            entry = Entry(key, self.record.case_id, node=key.split("/")[1], decided=True, differences=found)
            self.record.entries.insert(self.position, entry)
            self.position += 1
        self._results[key] = recorded
        return recorded

    def _follow(self, entry: Entry) -> None:
        if not self.over and self._next is entry:
            self._play(entry)
        else:
            # Decided without waiting (a step that only fails): its facts are fed when their place comes.
            self._results[entry.key] = self.record.results.get(entry.key, {})
        self.feed_inputs(through_holds=False)

    def _go_on_as_recorded(self, events: Sequence[Event]) -> None:
        """A step that fails today and did not then: answer the wait for its repair, so that the record can be followed."""
        for event in events:
            if isinstance(event, StepFailed):
                self._scratch.answer(event.wait_key, self.record.case_id, {"by": "replay"})

    def _play(self, entry: Entry) -> None:
        result = self.record.results.get(entry.key, {})
        self._scratch.feed_entry(entry, result, self._effects(entry))
        self._results[entry.key] = result
        self.holder = None if self.holder is entry else self.holder
        self.position += 1
        self._moved.set()
        self._moved = asyncio.Event()

    def _effects(self, entry: Entry) -> list[Any]:
        if entry.stream == WORKSPACE:
            return []
        return [self.record.effects[key] for key in entry.effect_keys() if key in self.record.effects]

    @property
    def _next(self) -> Entry:
        return self.record.entries[self.position]

    def _concerned(self, key: str) -> Entry | None:
        """Return the recorded act that a write is to be held against: of the step whose turn it is, also when that gives up."""
        holder = self.holder
        if holder is not None and holder.same_step(key):
            return holder
        return self._upcoming(key)

    def _upcoming(self, key: str) -> Entry | None:
        return next((e for e in self.record.entries[self.position :] if e.node and not e.decided and e.belongs_to(key)), None)


class ScriptedWork(UnitOfWork):
    """The write path of a replay: what a step would write is compared and dropped."""

    def __init__(self, script: Script) -> None:
        self._script = script

    def recorded(self, key: str) -> JsonObject | None:
        """Return the recorded result of a step that was played already."""
        return self._script.recorded(key)

    def act(
        self, key: str, events: Sequence[Event], *, effects: Sequence[PlannedEffect] = (), result: JsonObject | None = None, **rest: Any
    ) -> Recorded:
        """Compare one step with its record and return the recorded result."""
        del rest
        return Recorded(self._script.decided(key, events, effects, result or {}), ())
