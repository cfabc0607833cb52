"""Remembering: what a case taught goes into contract and vendor memory. A hint store never stops a purchase."""

from __future__ import annotations

from langgraph.runtime import Runtime

from graphs.case_file import CaseFile
from graphs.context import Desk
from graphs.remembering import notes_of
from graphs.state import PurchaseState
from graphs.steps import Outcome, take_step
from memory.domain.errors import ConflictError, IntegrityError, UnavailableError
from memory.domain.events.workspace import MemoryMissed


async def remember_purchase(state: PurchaseState, runtime: Runtime[Desk]) -> PurchaseState:
    """Keep how the negotiations went, and what is now known of the vendors."""
    return await remember(state, runtime.context, "remember_purchase")


async def remember(state: PurchaseState, desk: Desk, step: str) -> PurchaseState:
    """Hand the notes of the case to memory; when memory is away, say so: it is rebuilt from the ledger by one command."""

    async def work(case: CaseFile) -> Outcome:
        try:
            desk.recall().remember(notes_of(desk.database, case.case_id))
        except (UnavailableError, ConflictError, IntegrityError) as error:
            return Outcome({}, (MemoryMissed(reason=error.message),))
        return Outcome({})

    return await take_step(desk, state, step, 0, work, actor="memory")
