"""Whether effects are stopped: one fact stops them all, one of the operator's lets them go again."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from memory.database import at_once
from memory.domain.events.control import EffectsResumed, EffectsStopped
from memory.ledger import StoredEvent, read_events

# Sought by kind alone: the index on it holds a handful of such facts, the workspace's stream thousands of others. Asked twice for
# every effect, so it is written out; the sum keeps Postgres from walking back through all events to find the first of a kind.
_NEWEST = "SELECT (SELECT max(seq + 0) FROM events WHERE kind = ?), (SELECT max(seq + 0) FROM events WHERE kind = ?)"
#: More lifts than any operator gives; of a flood of them that nobody sealed the newest are looked at, and the stop stays in force.
_LIFTS = 10_000


def lift_key(stopped: int) -> str:
    """Return the act key of the word that lifts the stop with this running number. A seal covers it, so no lift serves for two stops."""
    return f"effects/resume/{stopped}"


def stop_in_force(connection: sa.Connection, lifts: Callable[[StoredEvent], bool] = lambda _lift: True) -> StoredEvent | None:
    """Return the stop that nobody has lifted yet, or None when effects may leave. `lifts` tells whose lift counts.

    A lift counts for the stop it was said about: an earlier one, sealed and all, that somebody writes a second time lifts nothing.
    """
    stopped, resumed = at_once(connection, _NEWEST, (EffectsStopped.kind, EffectsResumed.kind)).fetchone()
    if not stopped:
        return None
    if resumed and resumed > stopped:
        later = list(read_events(connection, after_seq=stopped, kinds=(EffectsResumed.kind,), newest_first=True, limit=_LIFTS))
        if any(lift.act_key == lift_key(stopped) and lifts(lift) for lift in later):
            return None
    (found,) = read_events(connection, after_seq=stopped - 1, kinds=(EffectsStopped.kind,), limit=1)
    return found
