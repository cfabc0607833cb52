"""Lets a case go on: reads the thread, answers the waits that the ledger has answers for, and runs the graph from there.

Level-triggered: it looks at what is, not at why it was called, so a job that comes twice or late does no harm. What LangGraph
does on resume, measured in the reference: interrupts are answered by their own id only; a thread with `next == ()` may be
unfinished, so `tasks` decides; `None` is never invoked while an interrupt waits without an answer.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from langgraph.checkpoint.base import BaseCheckpointSaver, CheckpointTuple
from langgraph.graph.state import CompiledStateGraph, StateGraph
from langgraph.types import Command, Interrupt

from graphs.context import Desk
from graphs.state import PurchaseState, RenewalState
from graphs.steps import OVER
from graphs.unwinding import unwind
from memory.database import at_once, glancing, later, reading, writing
from memory.domain.base import digest_of
from memory.domain.errors import ConflictError
from memory.projections.cases import RENEWAL, cases

if TYPE_CHECKING:
    from memory.checkpoint_saver import PrunedSaver

_HELD = OVER | {"paused"}
_STOPPED = "failed"
#: How LangGraph names the channel that starts a node.
_TRIGGER = "branch:to:"
#: An id that no interrupt has. `None` must never be invoked while something waits: LangGraph would answer it with an earlier answer.
_TO_NOBODY = {"0" * 32: None}

OpenCheckpoints = Callable[[], "AbstractAsyncContextManager[PrunedSaver]"]
PurchaseGraph = StateGraph[PurchaseState, Desk, PurchaseState, PurchaseState]
RenewalGraph = StateGraph[RenewalState, Desk, RenewalState, RenewalState]
AnyGraph = StateGraph[Any, Desk, Any, Any]
AnyCompiled = CompiledStateGraph[Any, Desk, Any, Any]


@dataclass(frozen=True)
class Stranded:
    """A case that waits at a step which is not in the graph any more."""

    case_id: str
    node: str


_PLACE = (
    "SELECT cases.status, awake.version, cases.purpose FROM cases LEFT JOIN awake ON awake.case_id = cases.case_id WHERE cases.case_id = ?"
)


@dataclass(frozen=True)
class _Place:
    status: str
    woken_by: int
    purpose: str = ""

    @property
    def may_run(self) -> bool:
        return bool(self.status) and self.status not in _HELD


class CaseRunner:
    """Runs each case on the graph of its purpose: a purchase, or the renewal of a contract (made when the first one comes)."""

    def __init__(
        self, graph: PurchaseGraph, desk: Desk, open_checkpoints: OpenCheckpoints, *, renewal: Callable[[], RenewalGraph] | None = None
    ) -> None:
        self._graph = graph
        self._make_renewal = renewal
        self._desk = desk
        self._open_checkpoints = open_checkpoints

    @cached_property
    def _purchase(self) -> AnyCompiled:
        """The graph, compiled once; each run gets a shallow copy with a saver of its own, since runs go on side by side.

        Compiling with a saver would widen the saver's allow-list by the types of our state, which holds JSON only.
        """
        return self._graph.compile()

    @cached_property
    def _renewal(self) -> AnyCompiled:
        return self._graph_of(RENEWAL).compile()

    @cached_property
    def _renewal_graph(self) -> AnyGraph | None:
        return self._make_renewal() if self._make_renewal else None

    def _graph_of(self, purpose: str) -> AnyGraph:
        graph = self._renewal_graph if purpose == RENEWAL else self._graph
        if graph is None:
            raise ConflictError("this runner knows no renewals", hint="This is a wiring mistake; report it.")
        return graph

    async def advance(self, case_id: str) -> None:
        """Run the case as far as the ledger's answers carry it; a case that is held is left alone, one that is over only unwound.

        What the run itself has made owed is done before the case rests: no fact will come that wakes it for that. A case that came to rest keeps the one checkpoint it waits at, a closed one none.
        """
        place = self._place(case_id)
        woken_by = place.woken_by
        if unwind(self._desk, case_id):
            place = self._place(case_id)
        async with self._open_checkpoints() as checkpointer:
            compiled = copy.copy(self._renewal if place.purpose == RENEWAL else self._purchase)
            compiled.checkpointer, ran = checkpointer, False
            while place.may_run:
                woken_by = place.woken_by
                step = await self._next_input(compiled, case_id)
                if step is _NOTHING:
                    checkpointer.keep_newest(case_id)
                    if not ran or not unwind(self._desk, case_id):
                        break
                    place = self._place(case_id)
                    continue
                outcome, ran = await compiled.ainvoke(step, self._config(case_id), context=self._desk, durability="sync"), True
                place = self._place(case_id)
                # A step that stopped may be one that the facts have settled already: then nobody would wake the case for it.
                if place.may_run and place.status != _STOPPED and self._only_waits(outcome):
                    woken_by = place.woken_by
                    checkpointer.keep_newest(case_id)
                    break
            if place.status in OVER:
                checkpointer.delete_thread(case_id)
        self._rest(case_id, woken_by)

    async def _next_input(self, compiled: CompiledStateGraph[Any, Any, Any, Any], case_id: str) -> Any:
        snapshot = await compiled.aget_state(self._config(case_id))
        if not snapshot.values and not snapshot.tasks:
            return {"case_id": case_id, "revision": 0}
        answers = self._answers(snapshot.interrupts)
        if answers:
            return Command(resume=answers)
        if snapshot.tasks and not any(task.interrupts for task in snapshot.tasks):
            # A crash left work between two checkpoints, undone or done and not yet taken up; nothing waits, so going on is safe.
            return None
        if any(not task.interrupts and task.result is None for task in snapshot.tasks):
            # One branch was broken off while another waits. An answer to nobody runs the broken one and leaves the wait as it is.
            return Command(resume=_TO_NOBODY)
        return _NOTHING

    def _only_waits(self, outcome: dict[str, Any]) -> bool:
        """Whether a run that was not broken off ended at gates, none of which has its answer: the thread need not be read again."""
        interrupts = outcome.get("__interrupt__", ())
        return bool(interrupts) and not self._answers(interrupts)

    def _answers(self, interrupts: Sequence[Interrupt]) -> dict[str, Any]:
        waiting = {interrupt.id: str(interrupt.value["wait_for"]) for interrupt in interrupts}
        if not waiting:
            return {}
        query = f"SELECT wait_key, answer FROM wait_answers WHERE wait_key IN ({', '.join('?' for _ in waiting)})"  # noqa: S608  # marks only
        with glancing(self._desk.database) as connection:
            known = {key: json.loads(answer) for key, answer in at_once(connection, query, tuple(waiting.values()))}
        return {interrupt_id: known[key] for interrupt_id, key in waiting.items() if key in known}

    def _place(self, case_id: str) -> _Place:
        """Look up what may be done, before the checkpoint is read: what wakes the case from now on is newer than this."""
        with glancing(self._desk.database) as connection:
            row = at_once(connection, _PLACE, (case_id,)).fetchone()
        return _Place(row[0], row[1] or 0, row[2]) if row else _Place("", 0)

    def _rest(self, case_id: str, woken_by: int) -> None:
        """Note that everything is done which the case was woken for up to that event."""
        with writing(self._desk.database) as connection:
            later(connection, "DELETE FROM awake WHERE case_id = ? AND version <= ?", (case_id, woken_by))

    async def check_waiting_threads(self) -> tuple[Stranded, ...]:
        """Return the open cases that wait at a step which today's graph does not have: no answer would ever move them.

        LangGraph drops a task whose node is gone without a word (reference, F14), so the raw checkpoints are looked at. Told by
        the node names alone; the version a case began with is in its first event. All cases are looked at once for each set of names:
        when nothing was stranded, the same program need not look again.
        """
        renewal = self._renewal_graph
        names = digest_of([_all_names(self._graph), _all_names(renewal) if renewal is not None else {}])
        with glancing(self._desk.database) as connection:
            if at_once(connection, "SELECT body FROM cursors WHERE name = ?", (_NAMES_CHECKED,)).fetchone() == (names,):
                return ()
        async with self._open_checkpoints() as checkpointer:
            found = [stranded for case_id, graph in self._open_cases() for stranded in await self._waits_of(checkpointer, case_id, graph)]
        if not found:
            with writing(self._desk.database) as connection:
                at_once(connection, _NOTE_NAMES, (_NAMES_CHECKED, names))
        return tuple(found)

    async def _waits_of(self, checkpointer: BaseCheckpointSaver[str], case_id: str, graph: AnyGraph) -> list[Stranded]:
        newest: dict[str, CheckpointTuple] = {}
        async for stored in checkpointer.alist(self._config(case_id)):
            newest.setdefault(str(stored.config["configurable"].get("checkpoint_ns", "")), stored)
        return [
            Stranded(case_id, node)
            for namespace, stored in sorted(newest.items())
            for node in _waiting_nodes(stored)
            if node not in _nodes_at(graph, namespace)
        ]

    def _open_cases(self) -> list[tuple[str, AnyGraph]]:
        open_ = sa.select(cases.c.case_id, cases.c.purpose).where(cases.c.status.not_in(OVER)).order_by(cases.c.case_id)
        with reading(self._desk.database) as connection:
            return [(row.case_id, self._graph_of(row.purpose)) for row in connection.execute(open_)]

    @staticmethod
    def _config(case_id: str) -> Any:
        return {"configurable": {"thread_id": case_id}}


_NAMES_CHECKED = "graph/names"
_NOTE_NAMES = "INSERT INTO cursors (name, body) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET body = excluded.body"


def _all_names(graph: StateGraph[Any, Any, Any, Any]) -> dict[str, Any]:
    """Return the names of all nodes, those of a sub-graph under its own node's."""
    inner = {name: spec.runnable for name, spec in graph.nodes.items()}
    return {name: _all_names(part.builder) if isinstance(part, CompiledStateGraph) else {} for name, part in inner.items()}


def _waiting_nodes(stored: CheckpointTuple) -> list[str]:
    """Return the names of the nodes that a checkpoint would run next: triggers that nothing has consumed, and sent tasks."""
    values = stored.checkpoint["channel_values"]
    sent = [send.node for send in values.get("__pregel_tasks", ())]
    return [*(name.removeprefix(_TRIGGER) for name in values if name.startswith(_TRIGGER)), *sent]


def _nodes_at(graph: StateGraph[Any, Any, Any, Any], namespace: str) -> frozenset[str]:
    """Return the node names of the graph, or of the sub-graph that a checkpoint's namespace (`node:task|node:task`) names."""
    for part in filter(None, namespace.split("|")):
        spec = graph.nodes.get(part.partition(":")[0])
        if spec is None or not isinstance(spec.runnable, CompiledStateGraph):
            return frozenset()
        graph = spec.runnable.builder
    return frozenset(graph.nodes)


class _Nothing:
    """Stands for "there is nothing to run now", since None means "go on" to LangGraph."""


_NOTHING = _Nothing()
