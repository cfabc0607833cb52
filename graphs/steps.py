"""One node = build a brief, let the agent propose, write once, return ids.

`take_step` is what makes a node safe to run again: a step whose key is in the ledger returns what was recorded then, without
asking an agent or planning an effect a second time.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar, cast

from agents.base import Proposal
from graphs.case_file import CaseFile, case_from
from graphs.context import Desk
from graphs.state import NegotiationState, PurchaseState, RenewalState
from memory.database import all_at_once, glancing
from memory.domain.approval import PlannedEffect
from memory.domain.base import JsonObject
from memory.domain.errors import ConflictError
from memory.domain.events import Event
from memory.domain.events.effects import ModelAsked
from memory.domain.events.sourcing import ClaimStruck
from memory.ledger import events_read, stream_query
from memory.unit_of_work import Look, act_key, recorded_query, result_read

OVER = frozenset({"cancelled", "done", "ended"})


@dataclass(frozen=True)
class Outcome:
    """What a step decided: the state update that is recorded with it, the facts, and the effects they authorize."""

    update: JsonObject
    events: tuple[Event, ...] = ()
    effects: tuple[PlannedEffect, ...] = field(default=())


State = TypeVar("State", PurchaseState, NegotiationState, RenewalState)
Work = Callable[[CaseFile], Awaitable[Outcome]]


async def take_step(desk: Desk, state: State, node: str, revision: int | str, work: Work, *, actor: str) -> State:
    """Run `work` once per (case, node, revision) and return the recorded state update."""
    case_id = state["case_id"]
    key = act_key(case_id, node, revision)
    await desk.turn(key)
    with glancing(desk.database) as connection:
        # In this order: what is not recorded by now, the case that was read before does not tell of either.
        events, taken = all_at_once(connection, stream_query(case_id), recorded_query(key))
        known = result_read(taken)
        if known is not None:
            return cast("State", known)
        case = case_from(case_id, events_read(events))
    outcome = await work(case)
    recorded = desk.unit_of_work.act(
        key,
        outcome.events,
        stream=case_id,
        actor=actor,
        effects=outcome.effects,
        result=outcome.update,
        check=not_over(case_id),
        durable=False,  # a step that a power cut took back is taken again; what leaves the house is held back by its burn
    )
    return cast("State", recorded.result)


def not_over(case_id: str) -> Look:
    """Return the check that raises `ConflictError` when the case was cancelled or ended while a step was thinking: nothing may follow that."""

    def judge(answer: Any) -> None:
        row = answer.fetchone()
        if row is not None and row[0] in OVER:
            raise ConflictError(f"{case_id} is over; the step wrote nothing", hint=f"qm cases show {case_id}")

    return Look(("SELECT status FROM cases WHERE case_id = ?", (case_id,)), judge)


def told_by(agent: str, proposal: Proposal) -> tuple[Event, ...]:
    """Return the facts every proposal leaves: the model calls behind it, and the claims struck for want of evidence."""
    asked = tuple(ModelAsked(agent=agent, record=call.model_dump(mode="json")) for call in proposal.calls)
    struck = (ClaimStruck(agent=agent, claims=tuple(c.text for c in proposal.struck)),) if proposal.struck else ()
    return (*asked, *struck)
