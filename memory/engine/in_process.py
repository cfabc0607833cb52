"""The engine's fake, shipped beside it: jobs in memory, run in order when asked, gone with the process."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy import event

from memory.engine.port import MAX_TRIES, Job, JobRunner, RetryJob, Schedule


class InProcessEngine:
    """Runs jobs on `drain`, one after the other; a job of an uncommitted transaction is forgotten with it."""

    def __init__(self) -> None:
        self._queue: list[Job] = []
        self._seen: set[str] = set()
        self._runners: dict[str, JobRunner] = {}
        self._schedules: dict[str, Schedule] = {}

    def enqueue(self, connection: sa.Connection, job: Job) -> None:
        """Take the job when the caller's transaction commits."""
        pending = [job]

        def take(_connection: sa.Connection) -> None:
            for committed in pending:
                if committed.job_id not in self._seen:
                    self._seen.add(committed.job_id)
                    self._queue.append(committed)
            pending.clear()

        # The listeners stay: removing one while SQLAlchemy calls them breaks the rollback and hides what caused it.
        event.listen(connection, "commit", take)
        event.listen(connection, "rollback", lambda _connection: pending.clear())

    def start(self, runners: Mapping[str, JobRunner], schedules: Mapping[str, Schedule]) -> None:
        """Learn how to run jobs; nothing runs before `drain`."""
        self._runners = dict(runners)
        self._schedules = dict(schedules)

    def stop(self) -> None:
        """Forget the runners."""
        self._runners = {}

    def waiting(self) -> tuple[Job, ...]:
        """Return the jobs that wait to be run, in order."""
        return tuple(self._queue)

    def tick(self, due: str) -> None:
        """Run every schedule once, as if its time had come."""
        for schedule in self._schedules.values():
            self._runners[schedule.name](due)

    def _run(self, job: Job) -> None:
        for attempt in range(MAX_TRIES):
            try:
                self._runners[job.name](job.argument)
            except RetryJob:
                if attempt == MAX_TRIES - 1:
                    raise
            else:
                return

    def drain(self) -> int:
        """Run queued jobs until none is left, ignoring delays; returns how many ran."""
        count = 0
        while self._queue:
            job = self._queue.pop(0)
            self._run(job)
            count += 1
        return count
