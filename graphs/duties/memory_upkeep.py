"""Contract and vendor memory kept in step with the ledger: what was imported, what a purchase could not leave there, what changed since."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa

from graphs.duties.duty import DueTime
from graphs.remembering import newest_noted, notes_of
from memory.domain.words import counted
from memory.duty_log import read_state
from memory.recall.port import Recall

NAME = "memory"
#: A fact carries the time at which its writer began: one that began before the last look may have been committed after it.
_MARGIN = timedelta(minutes=1)


def memory_owed(connection: sa.Connection) -> bool:
    """Whether something happened since memory was last brought up to date by the duty that a note would tell of."""
    newest, state = newest_noted(connection), read_state(connection, NAME)
    if newest is None:
        return False
    return state.ran_at is None or state.failures > 0 or newest >= state.ran_at - _MARGIN


def keep_memory(database: sa.Engine, recall: Callable[[], Recall], _due: DueTime, _now: datetime) -> str:
    """Index what is not in memory yet. Raises `UnavailableError` or `ConflictError` when memory cannot take it: it is tried again."""
    memory = recall()
    before = memory.count()
    memory.remember(notes_of(database))
    new = memory.count() - before
    return f"{counted(new, 'note')} added to memory" if new else ""
