"""Keeps DBOS from asking the database for work in every queue, several times a second, when there is none.

DBOS asks once per queue and poll, with a configuration read and a claim each time. Here one query per poll asks for all queues at
once whether anything waits, and DBOS goes on only where something does. It stands on two methods of DBOS's own, which the contract
test of the engine holds: without them jobs would still run, only idle processes would cost more.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from time import monotonic
from typing import Any

import sqlalchemy as sa

_CONFIGURATION_S = 5.0


def watch_for_work(poll_s: float) -> None:
    """Put a gate before the polls of the DBOS that runs in this process."""
    system = _instance()._sys_db  # noqa: SLF001
    waiting = _Waiting(system.tables.workflow_status, system.engine, poll_s)
    ask, look_up = system.dequeue_scopes, _Remembered(system.get_queue)
    system.dequeue_scopes = lambda name: ask(name) if waiting.has(name) else []
    system.get_queue = look_up


def _instance() -> Any:
    from dbos._dbos import _get_dbos_instance

    return _get_dbos_instance()


class _Waiting:
    """The queues in which something waits, asked for at most once in half a poll."""

    def __init__(self, jobs: sa.Table, database: sa.Engine, poll_s: float) -> None:
        self._jobs = jobs
        self._database = database
        self._fresh_s = poll_s / 2
        self._asked_at = 0.0
        self._asked_for: tuple[str, ...] = ()
        self._found: frozenset[str] = frozenset()
        self._lock = Lock()

    def has(self, name: str) -> bool:
        with self._lock:
            if name not in self._asked_for:
                self._asked_for = (*self._asked_for, name)
                self._query = sa.union_all(*map(self._anything_in, self._asked_for))
                self._asked_at = 0.0
            now = monotonic()
            if now - self._asked_at >= self._fresh_s:
                with self._database.connect() as connection:
                    self._found = frozenset(connection.scalars(self._query))
                self._asked_at = now
            return name in self._found

    def _anything_in(self, name: str) -> sa.Select[str]:
        # The literals let SQLite use the index over what is in flight.
        in_flight = self._jobs.c.status.in_([sa.literal_column("'ENQUEUED'"), sa.literal_column("'PENDING'")])
        waits = self._jobs.c.status == sa.literal_column("'ENQUEUED'")
        return sa.select(sa.literal(name)).where(sa.exists().where(self._jobs.c.queue_name == name, waits, in_flight))


class _Remembered:
    """A queue's configuration, read again every few seconds."""

    def __init__(self, look_up: Callable[..., Any]) -> None:
        self._look_up = look_up
        self._known: dict[str, tuple[float, Any]] = {}

    def __call__(self, name: str, **how: Any) -> Any:
        at, found = self._known.get(name, (0.0, None))
        if found is None or how or monotonic() - at >= _CONFIGURATION_S:
            found = self._look_up(name, **how)
            self._known[name] = (monotonic(), found)
        return found
