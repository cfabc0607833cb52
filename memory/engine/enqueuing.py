"""Enqueues many jobs at the price of their rows: what DBOS says to the database for one job is noted and said again for the next.

DBOS composes two statements for each job, which costs more than all else that a step writes. So the first jobs of a process go in by
its own door while somebody listens, and later ones repeat the statements that were heard, with their own id, queue, lane and argument.
Nothing is assumed about its tables: what differs between two jobs in any other way is never repeated, and DBOS goes on composing.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy import event

from memory.database import later
from memory.engine.port import Job

_ID, _QUEUE, _LANE, _INPUTS, _MADE_BY = "workflow_uuid", "queue_name", "queue_partition_key", "inputs", "creator_xid"
#: The parameters in which one job differs from another.
_OWN = frozenset({_ID, _QUEUE, _LANE, _INPUTS, _MADE_BY})


@dataclass(frozen=True)
class Heard:
    """One statement as it went to the database, with the names and values of its parameters in order."""

    text: str
    names: tuple[str, ...]
    values: tuple[Any, ...]

    def common(self) -> tuple[str, ...]:
        """What it shares with the same statement for another job, in words: the driver's own wrappers are never equal."""
        return self.text, *(f"{name}={v!r}" for name, v in zip(self.names, self.values, strict=True) if name not in _OWN)

    def said_for(self, job: Job, inputs: str, *, lane: str | None) -> tuple[Any, ...]:
        """Return its values for another job."""
        own = {_ID: job.job_id, _QUEUE: job.queue, _LANE: lane, _INPUTS: inputs, _MADE_BY: str(uuid4())}
        return tuple(own.get(name, value) for name, value in zip(self.names, self.values, strict=True))


class Repeater:
    """Puts jobs into the queue as `compose` does, without composing, once two jobs were put by it."""

    def __init__(self, compose: Callable[[sa.Connection, Job], None], write_down: Callable[[object], str]) -> None:
        self._compose = compose
        self._write_down = write_down
        self._first: tuple[Job, tuple[Heard, ...]] | None = None
        self._known: tuple[Heard, ...] = ()
        self._inputs: Callable[[Job], str] | None = None
        self._given_up = False
        self._lock = Lock()

    def put(self, connection: sa.Connection, job: Job, *, lane: str | None) -> None:
        """Put a job that is to start at once into its queue, within the caller's transaction."""
        if self._inputs is not None:
            inputs = self._inputs(job)
            for heard in self._known:
                later(connection, heard.text, heard.said_for(job, inputs, lane=lane))
            return
        if self._given_up:
            self._compose(connection, job)
            return
        said: list[Heard] = []
        note = _listener(said)
        event.listen(connection, "before_cursor_execute", note)
        try:
            self._compose(connection, job)
        finally:
            event.remove(connection, "before_cursor_execute", note)
        self._learn(job, tuple(said))

    def _learn(self, job: Job, said: tuple[Heard, ...]) -> None:
        with self._lock:
            if self._first is None:
                self._first = job, said
                return
            before, known = self._first
            if before.job_id == job.job_id:
                return
            if [heard.common() for heard in said] == [heard.common() for heard in known]:
                self._known, self._inputs = known, self._inputs_like(before, known)
            self._given_up = self._inputs is None

    def _inputs_like(self, job: Job, known: tuple[Heard, ...]) -> Callable[[Job], str] | None:
        """Return how to write down a job's name and argument, told by how those of `job` were; None when that is not plain."""
        texts = {v for heard in known for name, v in zip(heard.names, heard.values, strict=True) if name == _INPUTS and v is not None}
        before, mark, after = "".join(texts).partition(self._write_down([job.name, job.argument]))
        if len(texts) != 1 or not mark:
            return None
        return lambda other: f"{before}{self._write_down([other.name, other.argument])}{after}"


def _listener(said: list[Heard]) -> Callable[..., None]:
    def note(_connection: object, _cursor: object, text: str, values: Any, context: Any, _many: bool) -> None:
        if isinstance(values, tuple):
            said.append(Heard(text, tuple(context.compiled.positiontup), values))
        else:
            names = tuple(_NAMED.findall(text))
            said.append(Heard(_NAMED.sub("?", text), names, tuple(values[name] for name in names)))

    return note


#: How a parameter stands in a statement for Postgres.
_NAMED = re.compile(r"%\((\w+)\)s")
