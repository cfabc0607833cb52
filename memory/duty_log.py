"""How far each duty has come: the last due time that is done, who holds it now, and when a failed one is tried again.

No truth: what a duty found is in the ledger under keys of its own. Losing a row costs a look, and does nothing twice.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa
from pydantic import Field

from memory.database import writing
from memory.domain.base import Noun, UtcTime
from memory.schema import cursors

_PREFIX = "duty/"
#: A holder that says nothing for this long is taken for dead. No duty takes nearly as long.
LEASE = timedelta(minutes=5)
#: The longest time between two tries of a duty that fails.
LONGEST_PAUSE = timedelta(hours=1)
#: A due time that is done and lies further ahead than this was done by a clock that was wrong.
_FORESEEN = timedelta(days=1)
_FIRST_PAUSE = timedelta(minutes=1)


class DutyState(Noun):
    """Where one duty stands. `done_until` is the latest due time that is done; an empty `holder` means that nobody is at it."""

    done_until: UtcTime | None = None
    ran_at: UtcTime | None = None
    says: str = ""
    holder: str = ""
    held_until: UtcTime | None = None
    failures: int = Field(default=0, ge=0)
    retry_at: UtcTime | None = None
    error: str = ""
    hint: str = ""

    def open_for(self, due_at: datetime, now: datetime) -> bool:
        """Whether the due time may be taken now: not done, not held by somebody alive, and not pausing after a failure.

        Times further ahead than they can be were written by a clock that was wrong, and count for nothing.
        """
        if self.done_until is not None and due_at <= self.done_until <= now + _FORESEEN:
            return False
        if self.held_until is not None and now < self.held_until <= now + LEASE:
            return False
        return self.retry_at is None or not now < self.retry_at <= now + LONGEST_PAUSE

    def held(self, holder: str, now: datetime) -> DutyState:
        """Return the state with a holder."""
        return self.model_copy(update={"holder": holder, "held_until": now + LEASE})

    def done(self, due_at: datetime, now: datetime, says: str) -> DutyState:
        """Return the state after the due time was done; it keeps what the last run that found something said."""
        return DutyState(done_until=due_at, ran_at=now, says=says or self.says)

    def failed(self, now: datetime, error: str, hint: str) -> DutyState:
        """Return the state after a failure: tried again after 1, 2, 4, ... minutes, at most `LONGEST_PAUSE`."""
        pause = min(_FIRST_PAUSE * 2 ** min(self.failures, 10), LONGEST_PAUSE)
        later = {"failures": self.failures + 1, "retry_at": now + pause, "error": error, "hint": hint, "ran_at": now}
        return self.model_copy(update={"holder": "", "held_until": None, **later})


def read_states(connection: sa.Connection) -> dict[str, DutyState]:
    """Return the state of every duty that ever ran, by name."""
    rows = connection.execute(sa.select(cursors).where(cursors.c.name.between(_PREFIX, _PREFIX + "~")))
    return {row.name.removeprefix(_PREFIX): DutyState.model_validate_json(row.body) for row in rows}


def lock_of(duty: str) -> str:
    """Return what a writer must be alone on to change the state of a duty."""
    return _PREFIX + duty


def read_state(connection: sa.Connection, duty: str) -> DutyState:
    """Return the state of one duty."""
    return DutyState.model_validate_json(connection.scalar(sa.select(cursors.c.body).where(cursors.c.name == _PREFIX + duty)) or "{}")


def keep_state(connection: sa.Connection, duty: str, state: DutyState) -> None:
    """Write the state of one duty; the writer is alone on it."""
    name, body = _PREFIX + duty, state.model_dump_json(exclude_defaults=True)
    if not connection.execute(cursors.update().where(cursors.c.name == name).values(body=body)).rowcount:
        connection.execute(cursors.insert().values(name=name, body=body))


def let_go(database: sa.Engine, worker: str, duties: Iterable[str]) -> None:
    """Free what `worker` held when it died: it has been started again, so nobody is at it."""
    for duty in duties:
        with writing(database, alone_on=[lock_of(duty)]) as connection:
            state = read_state(connection, duty)
            if state.holder.partition("/")[0] == worker:
                keep_state(connection, duty, state.model_copy(update={"holder": "", "held_until": None}))
