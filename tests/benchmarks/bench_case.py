"""How much the durable pattern costs: a case against a bare LangGraph graph with the same nodes and the same checkpointer.

LangGraph is measured twice: with the house's own saver, and with the asynchronous one that ships with it. Both graphs have eight steps and two gates and carry 5 KB of state. The case also writes what a purchase writes: each step one
transaction with facts, projections and a semantic key, three of them an authorized effect with its outbox row and its job, the
gates answered by facts of the ledger. It is run by the product's own runner, on the product's own database and job queue.
"""

from __future__ import annotations

import asyncio
import copy
import statistics
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from types import SimpleNamespace
from typing import Any, cast

import pytest
from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, interrupt

from app.ports import RandomIds, SystemClock
from graphs.gates import Clarification, wait_for
from graphs.runner import CaseRunner
from graphs.state import PurchaseState
from graphs.steps import Outcome, take_step
from memory.checkpoints import open_checkpoints
from memory.database import open_database
from memory.domain.events.cases import CaseOpened, ClarificationGiven
from memory.domain.events.sourcing import ClaimStruck
from memory.engine.on_dbos import DbosEnqueuer, prepare
from memory.ledger import Ledger
from memory.migrate import migrate
from memory.projections.base import discover
from memory.unit_of_work import UnitOfWork

_STEPS = ("read", "look", "compare", "ask", "sign", "order", "pay", "close")
_GATES = {"ask": "await_yes", "pay": "await_money"}
_EFFECTS = frozenset({"ask", "order", "pay"})
_CASES, _WARM = 30, 4
_LOAD = "x" * 5_000

Opened = Callable[[], AbstractAsyncContextManager[Any]]


def _wired(step: Callable[[str], Any], gate: Callable[[str], Any], state: Any) -> StateGraph[Any, Any, Any, Any]:
    graph = StateGraph(state)
    order: list[str] = []
    for name in _STEPS:
        graph.add_node(name, step(name))
        order.append(name)
        if name in _GATES:
            graph.add_node(_GATES[name], gate(_GATES[name]))
            order.append(_GATES[name])
    for before, after in zip([START, *order], [*order, END], strict=True):
        graph.add_edge(before, after)
    return graph


async def _bare_case(compiled: Any, opened: Opened, thread: str) -> float:
    started, config = time.perf_counter(), {"configurable": {"thread_id": thread}}
    async with opened() as saver:
        graph = copy.copy(compiled)
        graph.checkpointer = saver
        await graph.ainvoke({"case_id": thread, "verdict": _LOAD}, config, durability="sync")
        while (snapshot := await graph.aget_state(config)).interrupts:
            answers = {i.id: {"text": "yes"} for i in snapshot.interrupts}
            await graph.ainvoke(Command(resume=answers), config, durability="sync")
    return time.perf_counter() - started


def _bare_graph() -> Any:
    def step(name: str) -> Any:
        async def run(_state: PurchaseState) -> PurchaseState:
            return {"outcome": name}

        return run

    def gate(name: str) -> Any:
        async def wait(_state: PurchaseState) -> PurchaseState:
            interrupt({"wait_for": name})
            return {}

        return wait

    return _wired(step, gate, PurchaseState).compile()


async def _at_once(_key: str) -> None:
    """Let a step begin."""


class _House:
    """The product's core on one database, with the job queue of a real home."""

    def __init__(self, url: str, effects: Any, permit: Any) -> None:
        self.database, self.clock, self.effects, self.permit = open_database(url), SystemClock(), effects, permit
        migrate(self.database, discover())
        prepare(url)
        self.jobs = DbosEnqueuer(url)
        self.unit_of_work = UnitOfWork(self.database, Ledger(self.clock, RandomIds()), discover(), self.jobs, self.clock)
        self.desk: Any = SimpleNamespace(database=self.database, unit_of_work=self.unit_of_work, clock=self.clock, turn=_at_once)
        self.runner = CaseRunner(cast("Any", self.graph()), self.desk, lambda: open_checkpoints(url))

    def graph(self) -> Any:
        def step(name: str) -> Any:
            async def run(state: PurchaseState) -> PurchaseState:
                async def work(_case: object) -> Outcome:
                    fact = ClaimStruck(agent=name, claims=("nothing proves this",))
                    update: dict[str, Any] = {"outcome": name, **({"verdict": _LOAD} if name == "read" else {})}
                    if name in _GATES:
                        update["wait"] = f"{state['case_id']}/{name}"
                    if name not in _EFFECTS:
                        return Outcome(update, (fact,))
                    mail = self.effects.mail(state["case_id"], name)
                    return Outcome(update, (fact, self.permit(mail, state["case_id"])), (mail,))

                return await take_step(self.desk, state, name, 0, work, actor="bench")

            return run

        def gate(_name: str) -> Any:
            async def wait(state: PurchaseState) -> PurchaseState:
                wait_for(state["wait"], Clarification)
                return {}

            return wait

        return _wired(step, gate, PurchaseState)

    async def case(self, case_id: str) -> float:
        opened = CaseOpened(case_id=case_id, instruction="bench", evidence="a" * 64, channel="bench", graph_version=1)
        started = time.perf_counter()
        self.unit_of_work.act(f"{case_id}/open", [opened], stream=case_id, actor="operator")
        await self.runner.advance(case_id)
        for name in _GATES:
            wait = f"{case_id}/{name}"
            fact = ClarificationGiven(wait_key=wait, text="yes")
            self.unit_of_work.act(f"answer/{wait}", [fact], stream=case_id, actor="operator")
            await self.runner.advance(case_id)
        return time.perf_counter() - started

    def close(self) -> None:
        self.jobs.close()
        self.database.dispose()


def _shipped(url: str) -> Opened:
    """Return the saver that LangGraph ships for an asynchronous graph on such a database; it asks for no more durability than ours."""
    if url.startswith("sqlite"):
        return lambda: _shipped_on_sqlite(url.removeprefix("sqlite:///"))
    from langgraph.checkpoint.postgres.aio import AsyncPostgresSaver

    dsn = url.replace("+psycopg", "") + "&options=-csynchronous_commit%3Doff"
    return lambda: AsyncPostgresSaver.from_conn_string(dsn if "?" in url else dsn.replace("&", "?", 1))


@asynccontextmanager
async def _shipped_on_sqlite(path: str) -> AsyncIterator[Any]:
    from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

    async with AsyncSqliteSaver.from_conn_string(path) as saver:
        await saver.conn.execute("PRAGMA synchronous=NORMAL")
        yield saver


def _measured(house: _House, bare_url: str, shipped_url: str) -> tuple[float, float, float]:
    """Return the median seconds of a case and of bare runs with each saver, taken in turns so that all meet the same machine."""
    compiled = _bare_graph()
    ways: tuple[Callable[[int], Any], ...] = (
        lambda n: house.case(f"CASE-{n}"),
        lambda n: _bare_case(compiled, lambda: open_checkpoints(bare_url), f"bare-{n}"),
        lambda n: _bare_case(compiled, _shipped(shipped_url), f"bare-{n}"),
    )
    asyncio.run(_set_up(_shipped(shipped_url)))
    seconds = [[asyncio.run(way(n)) for way in ways] for n in range(_CASES + _WARM)]
    ours, bare, shipped = (statistics.median(column) for column in zip(*seconds[_WARM:], strict=True))
    return ours, bare, shipped


async def _set_up(opened: Opened) -> None:
    async with opened() as saver:
        await saver.setup()


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_case_against_a_bare_graph(kind, tmp_path, effects, permit, request, capsys):
    if kind == "sqlite":
        url, *bare = (f"sqlite:///{tmp_path / name}.db" for name in ("house", "bare", "shipped"))
    else:
        server = request.getfixturevalue("postgres")
        url, *bare = (server.make() for _ in range(3))
    house = _House(url, effects, permit)
    try:
        ours, own, shipped = _measured(house, *bare)
    finally:
        house.close()
    with capsys.disabled():
        sys.stdout.write(
            f"\n{kind}: case p50 {ours * 1000:.1f} ms (8 steps, 2 gates, 3 effects); bare LangGraph p50 with the same saver {own * 1000:.1f} ms: "
            f"ratio {ours / own:.2f}; with the saver it ships {shipped * 1000:.1f} ms: ratio {ours / shipped:.2f}\n"
        )
