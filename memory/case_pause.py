"""Whether a case is paused: a fact of anybody's holds it, one of the operator's about this very pause lets it go on."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from memory.domain.events.cases import CasePaused, CaseResumed
from memory.ledger import StoredEvent


def unpause_key(case_id: str, paused: int) -> str:
    """Return the act key of the word that lifts the pause with this running number. A seal covers it, so no word serves for two pauses."""
    return f"{case_id}/resume/{paused}"


def pause_in_force(facts: Iterable[StoredEvent], lifts: Callable[[StoredEvent], bool] = lambda _lift: True) -> StoredEvent | None:
    """Return the pause that nobody has lifted yet among the facts of one case, in ledger order; None when the case goes on.

    `lifts` tells whose word counts. One from before there were seals names no pause: it lifts what stands before it.
    """
    pause: StoredEvent | None = None
    for stored in facts:
        if isinstance(stored.event, CasePaused):
            pause = stored
        elif isinstance(stored.event, CaseResumed) and pause is not None:
            about_it = stored.event.seal is None or stored.act_key == unpause_key(stored.stream, pause.seq)
            if about_it and lifts(stored):
                pause = None
    return pause
