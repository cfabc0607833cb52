"""Checkpoints: they come back after a restart, load nothing but JSON, and do not wait for a loop that waits for them."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from typing import Any, TypedDict

import ormsgpack
import pytest
import sqlalchemy as sa

from memory.checkpoints import open_checkpoints, serializer
from memory.domain.events.cases import CasePaused

ROOT = Path(__file__).parents[2]


class State(TypedDict, total=False):
    case_id: str
    seen: list[int]
    answer: str


def graph(step: Any) -> Any:
    from langgraph.graph import END, START, StateGraph
    from langgraph.types import interrupt

    def gate(_state: State) -> State:
        return {"answer": interrupt({"ask": "yes?"})}

    builder = StateGraph(State)
    builder.add_node("step", step)
    builder.add_node("gate", gate)
    builder.add_edge(START, "step")
    builder.add_edge("step", "gate")
    builder.add_edge("gate", END)
    return builder


CONFIG: Any = {"configurable": {"thread_id": "CASE-1"}}


def test_a_waiting_case_is_resumed_by_another_process_s_eyes(core: Any) -> None:
    from langgraph.types import Command

    ran: list[str] = []

    async def step(state: State) -> State:
        ran.append(state["case_id"])
        return {"seen": [1, 2]}

    async def start() -> str:
        async with open_checkpoints(core.url) as saver:
            app = graph(step).compile(checkpointer=saver)
            result = await app.ainvoke({"case_id": "CASE-1"}, CONFIG, durability="sync")
            return str(result["__interrupt__"][0].id)

    async def resume(interrupt_id: str) -> Any:
        async with open_checkpoints(core.url) as saver:
            app = graph(step).compile(checkpointer=saver)
            return await app.ainvoke(Command(resume={interrupt_id: "yes"}), CONFIG, durability="sync")

    waiting = asyncio.run(start())
    assert asyncio.run(resume(waiting)) == {"case_id": "CASE-1", "seen": [1, 2], "answer": "yes"}
    assert ran == ["CASE-1"], "the step before the gate is not run again"


def test_a_node_that_writes_to_the_same_database_does_not_wait_for_its_own_loop(core: Any) -> None:
    """Each superstep stores a checkpoint while nodes write facts: neither may hold the file across the event loop."""

    async def step(state: State) -> State:
        for number in range(10):
            core.act(f"{state['case_id']}/{number}", CasePaused(), stream=state["case_id"])
            await asyncio.sleep(0)
        return {"seen": [core.rows("events")]}

    async def run() -> None:
        async with open_checkpoints(core.url) as saver:
            app = graph(step).compile(checkpointer=saver)
            threads = [{"configurable": {"thread_id": f"CASE-{n}"}} for n in range(4)]
            await asyncio.wait_for(
                asyncio.gather(*(app.ainvoke({"case_id": c["configurable"]["thread_id"]}, c, durability="sync") for c in threads)), 60
            )
            found = [item async for item in saver.alist(CONFIG, limit=2)]
            assert len(found) == 2
            assert await saver.aget_tuple(CONFIG) is not None
            await saver.adelete_thread("CASE-1")
            assert await saver.aget_tuple(CONFIG) is None

    asyncio.run(run())
    assert core.rows("events") == 40
    assert core.verify().ok


def crafted(mark: Path) -> tuple[str, bytes]:
    """A row as an attacker would write it: LangGraph's own extension that calls a function by name."""
    call = ormsgpack.packb(("os", "mkdir", (str(mark),)), option=ormsgpack.OPT_PASSTHROUGH_DATACLASS)
    return "msgpack", ormsgpack.packb(ormsgpack.Ext(1, call))


def test_a_crafted_row_runs_nothing(tmp_path: Path) -> None:
    mark = tmp_path / "executed"
    serializer().loads_typed(crafted(mark))
    assert not mark.exists()


def test_the_crafted_row_of_the_test_above_is_a_real_one(tmp_path: Path) -> None:
    code = textwrap.dedent(f"""
        import sys, warnings
        sys.path.insert(0, {str(Path(__file__).parent)!r})
        warnings.simplefilter("ignore")
        from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer
        JsonPlusSerializer().loads_typed(("msgpack", bytes.fromhex({crafted(tmp_path / "executed")[1].hex()!r})))
    """)
    environment = {name: value for name, value in os.environ.items() if name != "LANGGRAPH_STRICT_MSGPACK"}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment, cwd=tmp_path, capture_output=True)
    assert (tmp_path / "executed").exists()


@pytest.mark.parametrize("value", [{"a": [1, "x", None, True]}, "text", [1, 2], 2**40])
def test_json_comes_back_as_it_went(value: Any) -> None:
    assert serializer().loads_typed(serializer().dumps_typed(value)) == value


def test_a_class_of_ours_in_the_state_does_not_come_back_as_one(core: Any) -> None:
    from memory.domain.money import Money

    back = serializer().loads_typed(serializer().dumps_typed({"total": Money(amount_minor=1, currency="EUR")}))
    assert not isinstance(back["total"], Money)


def test_the_strict_switch_stands_before_langgraph_is_imported() -> None:
    code = (
        "import os; os.environ.pop('LANGGRAPH_STRICT_MSGPACK', None); import memory.checkpoints; import sys; "
        "assert 'langgraph.checkpoint.serde.jsonplus' not in sys.modules; assert os.environ['LANGGRAPH_STRICT_MSGPACK'] == 'true'"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, capture_output=True)


def test_checkpoints_lie_beside_the_ledger_in_one_database_and_leave_it_alone(core: Any) -> None:
    async def open_and_close() -> None:
        async with open_checkpoints(core.url):
            pass

    core.act("a", CasePaused())
    head = core.verify().head
    asyncio.run(open_and_close())
    tables = set(sa.inspect(core.database).get_table_names())
    assert {"checkpoints", "writes" if core.database.dialect.name == "sqlite" else "checkpoint_writes", "events"} <= tables
    assert core.verify().head == head


_OPENS_ON_A_SIGN = """
import asyncio, sys, time
from pathlib import Path
from memory.checkpoints import close_checkpoints, open_checkpoints
import memory.checkpoint_saver

url, ready, sign = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])

async def opened():
    async with open_checkpoints(url) as saver:
        return await saver.aget_tuple({"configurable": {"thread_id": "CASE-1"}})

ready.touch()
while not sign.exists():
    time.sleep(0.001)
assert asyncio.run(opened()) is None
close_checkpoints(url)
"""


def test_processes_that_start_together_on_a_new_postgres_do_not_wait_for_each_other(postgres: Any, tmp_path: Path) -> None:
    """LangGraph indexes its tables `CONCURRENTLY`, which waits for a process that stands and waits for its turn: a deadlock."""
    url, sign = postgres.make(), tmp_path / "sign"
    readies = [tmp_path / f"ready-{number}" for number in range(4)]
    command = (sys.executable, "-P", "-W", "error", "-c", textwrap.dedent(_OPENS_ON_A_SIGN), url)
    processes = [subprocess.Popen([*command, str(ready), str(sign)], cwd=ROOT, stderr=subprocess.PIPE) for ready in readies]
    while not all(ready.exists() for ready in readies):
        assert all(process.poll() is None for process in processes)
        time.sleep(0.01)
    sign.touch()
    told = [process.communicate()[1].decode() for process in processes]
    assert [process.returncode for process in processes] == [0] * len(processes), told
