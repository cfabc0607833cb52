"""A process's pulse: it shows that it lives, takes over the work of those that do not, and puts what is due into the queue.

Time is the database server's on Postgres, so that clocks of machines need not agree; on SQLite all processes share one clock. A process
that slept itself (a laptop's lid, a stopped process) cannot tell who died meanwhile, and waits one round before it judges others.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Event, Thread
from time import time

import sqlalchemy as sa

from memory.database import reading, writing
from memory.engine.port import Schedule
from memory.schema import heartbeats, schedules

_log = logging.getLogger("quartermaster.engine")
_BLINK_S = 0.5


@dataclass(frozen=True)
class Rhythm:
    """How often a process shows that it lives, and after how much silence it counts as dead, in seconds."""

    beat_s: float = 3.0
    dead_after_s: float = 10.0


def now_of(connection: sa.Connection) -> datetime:
    """Return the time that all processes of this database share."""
    if connection.dialect.name == "postgresql":
        found: datetime = connection.scalar(sa.text("SELECT clock_timestamp()"))
        return found.astimezone(UTC)
    return datetime.now(UTC)


class Pulse:
    """Beats in a thread of its own, so that no job, however long, makes a process look dead.

    `take_over` gets the names of the processes that live; `put_due` puts one due schedule into the queue, within a transaction.
    """

    def __init__(
        self,
        database: sa.Engine,
        name: str,
        role: str,
        *,
        take_over: Callable[[Sequence[str]], None],
        put_due: Callable[[sa.Connection, Schedule, str], None],
        rhythms: Sequence[Schedule],
        rhythm: Rhythm,
    ) -> None:
        self._database = database
        self._name = name
        self._role = role
        self._take_over = take_over
        self._put_due = put_due
        self._marks = dict.fromkeys(rhythms, 0)
        self._rhythm = rhythm
        self._ended = Event()
        self._thread = Thread(target=self._beat_on, name=f"pulse-{name}", daemon=True)
        self._ahead = 0.0
        self._last = 0.0

    def start(self) -> None:
        """Show that this process lives, before it takes a job; then go on doing so."""
        with writing(self._database) as connection:
            self._show(connection)
        self._thread.start()

    def stop(self) -> None:
        """Sign off."""
        self._ended.set()
        if self._thread.is_alive():
            self._thread.join()
        with writing(self._database) as connection:
            connection.execute(heartbeats.delete().where(heartbeats.c.worker == self._name))

    def _beat_on(self) -> None:
        while not self._ended.wait(min(_BLINK_S, self._rhythm.beat_s)):
            try:
                self._beat()
            except sa.exc.SQLAlchemyError as error:
                # Named edge: a database that is away for a moment must not stop the pulse; the next beat tries again.
                _log.warning("no pulse: %s", type(error).__name__)

    def _beat(self) -> None:
        """Look at the clock only; the database is asked when something is due."""
        now = time() + self._ahead
        silence = now - self._last
        due = [schedule for schedule, mark in self._marks.items() if _mark(schedule, now) > mark]
        if silence >= self._rhythm.beat_s:
            with writing(self._database) as connection:
                self._show(connection)
            if silence < self._rhythm.dead_after_s:
                self._take_over(self._living())
        for schedule in due:
            self._put(schedule, _mark(schedule, now))

    def _show(self, connection: sa.Connection) -> None:
        now = now_of(connection)
        self._last = now.timestamp()
        self._ahead = self._last - time()
        at = now.isoformat()
        if not connection.execute(heartbeats.update().where(heartbeats.c.worker == self._name).values(at=at)).rowcount:
            connection.execute(heartbeats.insert().values(worker=self._name, at=at, detail="", role=self._role))

    def _living(self) -> list[str]:
        limit = datetime.fromtimestamp(self._last - self._rhythm.dead_after_s, UTC).isoformat()
        with reading(self._database) as connection:
            return list(connection.scalars(sa.select(heartbeats.c.worker).where(heartbeats.c.at >= limit)))

    def _put(self, schedule: Schedule, mark: int) -> None:
        """Put the newest due time of a schedule into the queue, unless another process did: what was missed before it is not made up for."""
        due = datetime.fromtimestamp(mark, UTC).isoformat()
        with writing(self._database) as connection:
            if connection.execute(_IF_NEWER, {"name": schedule.name, "due": due}).rowcount:
                self._put_due(connection, schedule, due)
        self._marks[schedule] = mark


_IF_NEWER = sa.text(
    "INSERT INTO schedules (name, due) VALUES (:name, :due) ON CONFLICT (name) DO UPDATE SET due = excluded.due "
    "WHERE schedules.due < excluded.due"
)


def is_newest(database: sa.Engine, name: str, due: str) -> bool:
    """Whether no later due time of this schedule is in the queue: an older one that waited so long has nothing left to do."""
    with reading(database) as connection:
        return bool(connection.scalar(sa.select(schedules.c.due).where(schedules.c.name == name)) == due)


def _mark(schedule: Schedule, now: float) -> int:
    """Return the last time the schedule was due, in seconds since 1970: the marks of a day in UTC."""
    return int(now // schedule.every_s) * schedule.every_s
