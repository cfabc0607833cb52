"""When a step fails for good: the fact is recorded, the case waits for the operator, and a retry goes back to that step."""

from __future__ import annotations

from typing import Any

from langgraph.errors import NodeError
from langgraph.runtime import Runtime
from langgraph.types import Command

from graphs.context import Desk
from graphs.gates import Repair, wait_for
from graphs.steps import not_over
from memory.domain.errors import ConflictError, QuartermasterError
from memory.domain.events.cases import StepFailed
from memory.unit_of_work import act_key


def repair_key(case_id: str, place: str, repairs: int) -> str:
    """Return the key of the wait for the operator's retry of a failed step."""
    return f"repair/{case_id}/{place}/{repairs}"


async def on_error(state: dict[str, Any], error: NodeError, runtime: Runtime[Desk]) -> Command[str]:
    """Record the failure and hand the case to the operator; the step itself wrote nothing."""
    case_id, repairs = state["case_id"], state.get("repairs", 0)
    place = "/".join(part for part in (error.node, state.get("vendor_id", "")) if part)
    wait = repair_key(case_id, place, repairs)
    known = error.error if isinstance(error.error, QuartermasterError) else None
    fact = StepFailed(
        node=place,
        error=known.code if known else type(error.error).__name__,
        message=known.message if known else f"unexpected {type(error.error).__name__}",
        hint=(known.hint if known else "") or f"mend it, then: qm cases retry {case_id}",
        wait_key=wait,
    )
    try:
        key = act_key(case_id, f"failed/{place}", repairs)
        runtime.context.unit_of_work.act(key, [fact], stream=case_id, actor="graph", check=not_over(case_id))
    except ConflictError:
        pass  # a case that was cancelled meanwhile has no failed steps, and nobody will ask for a retry
    # Not under `wait`: the step that is tried again still needs the key of the answer it was reading.
    return Command(goto="repair", update={"failed": error.node, "repair_wait": wait})


async def repair(state: dict[str, Any]) -> Command[str]:
    """Wait for the operator's retry, then go back to the step that failed."""
    wait_for(state["repair_wait"], Repair)
    return Command(goto=state["failed"], update={"repairs": state.get("repairs", 0) + 1})
