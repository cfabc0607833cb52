"""The two controls: the product with one of its rules taken out. A harness that lets them pass proves nothing.

`task-ids`: keys are LangGraph's task ids instead of what a step means, and checkpoints are written at the end of a run, so that a step
that runs again has another id. `trust-next`: a thread with nothing under `next` counts as finished.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable
from typing import Any

NAMES = ("task-ids", "trust-next")
#: Stands between a key's meaning and the task id in it, so that a run can still be judged by the meaning.
MARK = "#"


def take_out(rule: str) -> None:
    """Change the program of this process; `rule` is empty for the product as it is."""
    if rule == "task-ids":
        _keys_by_task()
        _write_checkpoints_at_the_end()
    elif rule == "trust-next":
        _trust_next()
    elif rule:
        raise ValueError(rule)


def _keys_by_task() -> None:
    import graphs.purchase  # noqa: F401  # every module that names the two functions is loaded by it
    from memory import outbox, unit_of_work

    for real in (outbox.effect_key, unit_of_work.act_key):
        keyed = _keyed_by_task(real)
        for name, module in list(sys.modules.items()):
            if name.startswith("graphs.") and getattr(module, real.__name__, None) is real:
                setattr(module, real.__name__, keyed)


def _keyed_by_task(real: Callable[..., str]) -> Callable[..., str]:
    from langgraph.runtime import get_runtime

    @functools.wraps(real)
    def keyed(case_id: str, node: str, revision: int | str, *rest: Any) -> str:
        execution = getattr(get_runtime(), "execution_info", None)
        task = execution.task_id if execution is not None else ""
        return real(case_id, node, f"{revision}{MARK}{task}", *rest)

    return keyed


def _write_checkpoints_at_the_end() -> None:
    from langgraph.graph.state import CompiledStateGraph

    run = CompiledStateGraph.ainvoke

    async def ainvoke(self: Any, *args: Any, **rest: Any) -> Any:
        if "durability" in rest:
            rest["durability"] = "exit"
        return await run(self, *args, **rest)

    CompiledStateGraph.ainvoke = ainvoke  # type: ignore[method-assign]


def _trust_next() -> None:
    from graphs import runner

    careful = runner.CaseRunner._next_input

    async def trusting(self: Any, compiled: Any, case_id: str) -> Any:
        snapshot = await compiled.aget_state(self._config(case_id))
        if snapshot.values and not snapshot.next:
            return runner._NOTHING
        return await careful(self, compiled, case_id)

    runner.CaseRunner._next_input = trusting  # type: ignore[method-assign]
