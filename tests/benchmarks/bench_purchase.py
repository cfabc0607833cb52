"""How much the whole pattern costs: a purchase case against a bare LangGraph graph with as many steps and the same checkpointer.

The purchase is the whole demo: real mail servers on loopback, simulated vendors, polling and waits included. The bare graph has as
many steps and gates as the case really passed, counted from its own ledger; it writes the same checkpoints and does nothing else.
"""

from __future__ import annotations

import asyncio
import sys
import time
from typing import Any, TypedDict

from langgraph.graph import END, START, StateGraph
from langgraph.types import Command, interrupt

from app.demo import QuietVoice, run_demo
from memory.checkpoints import open_checkpoints
from memory.database import reading
from memory.ledger import read_events

_RUNS = 3


class _State(TypedDict, total=False):
    n: int


async def _bare(path: str, steps: int, gates: int) -> float:
    """Return the seconds that a bare graph takes: `steps` no-op nodes, of which every few is followed by an interrupt and a resume."""
    graph = StateGraph(_State)

    async def step(state: _State) -> _State:
        return {"n": state.get("n", 0) + 1}

    async def gate(state: _State) -> _State:
        interrupt("go on?")
        return {"n": state.get("n", 0)}

    names = []
    every = max(1, steps // gates)
    for i in range(steps):
        names.append(f"step{i}")
        graph.add_node(names[-1], step)
        if i % every == every - 1 and sum(n.startswith("gate") for n in names) < gates:
            names.append(f"gate{i}")
            graph.add_node(names[-1], gate)
    for before, after in zip([START, *names], [*names, END], strict=True):
        graph.add_edge(before, after)
    started = time.perf_counter()
    config: Any = {"configurable": {"thread_id": "bare"}}
    async with open_checkpoints(path) as saver:
        app = graph.compile(checkpointer=saver)
        await app.ainvoke({"n": 0}, config, durability="sync")
        while (snapshot := await app.aget_state(config)).interrupts:
            await app.ainvoke(Command(resume={i.id: True for i in snapshot.interrupts}), config, durability="sync")
    return time.perf_counter() - started


def test_a_whole_purchase_against_a_bare_graph(tmp_path, capsys):
    seconds, bare = [], []
    for run in range(_RUNS):
        home = tmp_path / f"home{run}"
        result = run_demo(home, QuietVoice())
        assert result.status == "done"
        seconds.append(result.seconds)
        steps, gates = _passed(home, result.case)
        bare.append(asyncio.run(_bare(str(tmp_path / f"bare{run}.db"), steps, gates)))
    with capsys.disabled():
        sys.stdout.write(f"\nwhole demo case {min(seconds):.1f} s (min of {_RUNS}), with mail servers, polling and waits\n")
        sys.stdout.write(f"bare LangGraph, {steps} steps and {gates} gates, same checkpointer: {min(bare):.2f} s\n")
        sys.stdout.write(f"ratio {min(seconds) / min(bare):.1f}\n")


def _passed(home, case_id) -> tuple[int, int]:
    from app.bootstrap import open_office

    with open_office(home) as office, reading(office.database) as connection:
        keys = {e.act_key for e in read_events(connection, stream=case_id) if e.act_key.startswith(case_id)}
        answers = [e for e in read_events(connection, stream=case_id) if e.event.answers()]
    return len(keys), len(answers)
