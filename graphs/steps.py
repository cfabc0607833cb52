"""One node = build a brief, let the agent propose, write once, return ids.

`take_step` is what makes a node safe to run again: a step whose key is in the ledger returns what was recorded then, without
asking an agent or planning an effect a second time.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar, cast

import sqlalchemy as sa

from agents.base import Proposal
from graphs.case_file import CaseFile, case_in
from graphs.context import Desk
from graphs.state import NegotiationState, PurchaseState
from memory.database import at_once, reading
from memory.domain.approval import PlannedEffect
from memory.domain.base import JsonObject
from memory.domain.errors import ConflictError
from memory.domain.events import Event
from memory.domain.events.effects import ModelAsked
from memory.domain.events.sourcing import ClaimStruck
from memory.unit_of_work import act_key, recorded_in

OVER = frozenset({"cancelled", "done", "ended"})


@dataclass(frozen=True)
class Outcome:
    """What a step decided: the state update that is recorded with it, the facts, and the effects they authorize."""

    update: JsonObject
    events: tuple[Event, ...] = ()
    effects: tuple[PlannedEffect, ...] = field(default=())


State = TypeVar("State", PurchaseState, NegotiationState)
Work = Callable[[CaseFile], Awaitable[Outcome]]


async def take_step(desk: Desk, state: State, node: str, revision: int | str, work: Work, *, actor: str) -> State:
    """Run `work` once per (case, node, revision) and return the recorded state update."""
    case_id = state["case_id"]
    key = act_key(case_id, node, revision)
    await desk.turn(key)
    with reading(desk.database) as connection:
        known = recorded_in(connection, key)
        case = case_in(connection, case_id) if known is None else None
    if case is None:
        return cast("State", known)
    outcome = await work(case)
    recorded = desk.unit_of_work.act(
        key,
        outcome.events,
        stream=case_id,
        actor=actor,
        effects=outcome.effects,
        result=outcome.update,
        check=partial(refuse_when_over, case_id),
        durable=False,  # a step that a power cut took back is taken again; what leaves the house is held back by its burn
    )
    return cast("State", recorded.result)


def refuse_when_over(case_id: str, connection: sa.Connection) -> None:
    """Raise `ConflictError` when the case was cancelled or ended while a step was thinking: nothing may follow that."""
    row = at_once(connection, "SELECT status FROM cases WHERE case_id = ?", (case_id,)).fetchone()
    if row is not None and row[0] in OVER:
        raise ConflictError(f"{case_id} is over; the step wrote nothing", hint=f"qm cases show {case_id}")


def told_by(agent: str, proposal: Proposal) -> tuple[Event, ...]:
    """Return the facts every proposal leaves: the model calls behind it, and the claims struck for want of evidence."""
    asked = tuple(ModelAsked(agent=agent, record=call.model_dump(mode="json")) for call in proposal.calls)
    struck = (ClaimStruck(agent=agent, claims=tuple(c.text for c in proposal.struck)),) if proposal.struck else ()
    return (*asked, *struck)
