"""Whether effects are stopped: one fact stops them all, one of the operator's lets them go again."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from memory.domain.events.control import EffectsResumed, EffectsStopped
from memory.ledger import StoredEvent, read_events
from memory.schema import events

# Sought by kind alone: the index on it holds a handful of such facts, the workspace's stream thousands of others.
_NEWEST = sa.select(sa.func.max(events.c.seq)).where(events.c.kind == sa.bindparam("kind"))


def lift_key(stopped: int) -> str:
    """Return the act key of the word that lifts the stop with this running number. A seal covers it, so no lift serves for two stops."""
    return f"effects/resume/{stopped}"


def stop_in_force(connection: sa.Connection, lifts: Callable[[StoredEvent], bool] = lambda _lift: True) -> StoredEvent | None:
    """Return the stop that nobody has lifted yet, or None when effects may leave. `lifts` tells whose lift counts.

    A lift counts for the stop it was said about: an earlier one, sealed and all, that somebody writes a second time lifts nothing.
    """
    stopped = _newest(connection, EffectsStopped.kind)
    if not stopped:
        return None
    if _newest(connection, EffectsResumed.kind) > stopped:
        later = list(read_events(connection, after_seq=stopped, kinds=(EffectsResumed.kind,)))
        if any(lift.act_key == lift_key(stopped) and lifts(lift) for lift in later):
            return None
    (found,) = read_events(connection, after_seq=stopped - 1, kinds=(EffectsStopped.kind,), limit=1)
    return found


def _newest(connection: sa.Connection, kind: str) -> int:
    return int(connection.scalar(_NEWEST, {"kind": kind}) or 0)
