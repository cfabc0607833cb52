"""DBOS Transact behind the engine port, in the same database as the ledger.

What the measured facts made us do: JSON instead of pickle in rows, an explicit application version, jobs enqueued without
one (so that a newer worker takes them), a fixed executor id (so that a restarted worker takes back its own work).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any, NoReturn

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer, EnqueueOptions
from sqlalchemy import event

from memory.engine.port import CASES, EDGE, Job, JobRunner, Queue, Schedule, effects_queue

_WORKFLOW = "run_job"
_TICK = "run_schedule"
_TICKS_AT_ONCE = 1000
_APPLICATION = "quartermaster"
#: Raised when job names or arguments change their meaning; waiting jobs carry no version and are taken by any.
_APPLICATION_VERSION = "1"


#: What one process alone listens to: every case and every effect of this program.
ALL_QUEUES = (
    Queue(CASES, by_lane=True),
    Queue(EDGE, slots=2),
    *(Queue(effects_queue(kind)) for kind in ("mail.send", "contract.sign", "payment.instruct", "calendar.put")),
)


class DbosEnqueuer:
    """Enqueues from any process, without running anything."""

    def __init__(self, url: str) -> None:
        self._database = _database(url)
        self._client = DBOSClient(
            system_database_url=url,
            system_database_engine=self._database,
            serializer=DBOSPortableJSONSerializer(),
            application_name=_APPLICATION,
            lazy=True,
        )

    def enqueue(self, connection: sa.Connection, job: Job) -> None:
        """Put a job into its lane within the caller's transaction."""
        options = EnqueueOptions(
            workflow_name=_WORKFLOW,
            queue_name=job.queue,
            workflow_id=job.job_id,
        )
        if job.queue == CASES:
            options["queue_partition_key"] = job.lane
        if job.delay_s:
            options["delay_seconds"] = job.delay_s
        self._client.enqueue_in_transaction(connection, options, job.name, job.argument)

    def forget_ticks(self, before: datetime) -> None:
        """Delete finished runs of schedules from before then: each leaves rows that nobody asks for again.

        Jobs are never deleted: their ids are what keeps a job from being run twice.
        """
        done = self._client.list_workflows(
            name=_TICK, status=["SUCCESS", "ERROR"], end_time=before.isoformat(), limit=_TICKS_AT_ONCE, load_input=False, load_output=False
        )
        if done:
            self._client.delete_workflows([run.workflow_id for run in done])

    def close(self) -> None:
        """Let go of the database."""
        self._client.destroy()
        self._database.dispose()


class DbosEngine:
    """Runs jobs in this process. One per process: DBOS keeps its registry there.

    Finished runs of schedules are forgotten after `keep_ticks_s` seconds.
    """

    def __init__(
        self, url: str, *, executor_id: str = "local", poll_s: float = 0.1, queues: Sequence[Queue] = ALL_QUEUES, keep_ticks_s: int = 600
    ) -> None:
        self._url = url
        self._executor_id = executor_id
        self._poll_s = poll_s
        self._queues = tuple(queues)
        self._keep_ticks = timedelta(seconds=keep_ticks_s)
        self._forgotten_at: datetime | None = None
        self._enqueuer: DbosEnqueuer | None = None
        self._database: sa.Engine | None = None

    def enqueue(self, connection: sa.Connection, job: Job) -> None:
        """Put a job into its lane within the caller's transaction."""
        self._client().enqueue(connection, job)

    def _client(self) -> DbosEnqueuer:
        if self._enqueuer is None:
            self._enqueuer = DbosEnqueuer(self._url)
        return self._enqueuer

    def start(self, runners: Mapping[str, JobRunner], schedules: Mapping[str, Schedule]) -> None:
        """Launch DBOS in this process and begin to run jobs."""
        # DBOS refuses to start under a running event loop, which is where a notebook's cells run.
        with ThreadPoolExecutor(max_workers=1) as aside:
            aside.submit(self._launch, runners, schedules).result()

    def _launch(self, runners: Mapping[str, JobRunner], schedules: Mapping[str, Schedule]) -> None:
        _refuse_pickle()
        self._database = _database(self._url)
        config = DBOSConfig(
            name=_APPLICATION,
            system_database_url=self._url,
            system_database_engine=self._database,
            serializer=DBOSPortableJSONSerializer(),
            executor_id=self._executor_id,
            application_version=_APPLICATION_VERSION,
            log_level="CRITICAL",
            console_log_level="CRITICAL",
            enable_otlp=False,
            scheduler_polling_interval_sec=1.0,
        )
        DBOS(config=config)
        known = dict(runners)

        @DBOS.workflow(name=_WORKFLOW)
        def run_job(name: str, argument: str) -> None:
            known[name](argument)

        @DBOS.workflow(name=_TICK)
        def run_schedule(due: datetime, context: Any) -> None:
            if context in known:  # a schedule of an earlier start may have no runner now
                known[context](due.isoformat())
            self._tidy(due)

        DBOS.listen_queues([queue.name for queue in self._queues])
        DBOS.launch()
        for queue in self._queues:
            DBOS.register_queue(queue.name, **self._rules(queue))
        DBOS.apply_schedules(
            [
                {"schedule_name": s.name, "workflow_fn": run_schedule, "schedule": _cron(s.every_s), "context": s.name}
                for s in schedules.values()
            ]
        )

    def _rules(self, queue: Queue) -> dict[str, Any]:
        rules: dict[str, Any] = {"worker_concurrency": queue.slots, "polling_interval_sec": self._poll_s}
        if queue.by_lane:
            rules["partition_concurrency"] = 1
        if queue.at_most is not None:
            rules["limiter"] = {"limit": queue.at_most, "period": queue.per_s}
        return rules

    def _tidy(self, due: datetime) -> None:
        if self._forgotten_at is None or due - self._forgotten_at >= self._keep_ticks:
            self._forgotten_at = due
            self._client().forget_ticks(due - self._keep_ticks)

    def stop(self) -> None:
        """Stop taking jobs, wait for the running ones, and free the process for another start."""
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=10)
        if self._enqueuer is not None:
            self._enqueuer.close()
            self._enqueuer = None
        if self._database is not None:
            self._database.dispose()
            self._database = None


def prepare(url: str) -> None:
    """Make the engine's own tables in the database, so that jobs can be enqueued before a worker ever ran."""
    from dbos import run_dbos_database_migrations

    run_dbos_database_migrations(system_database_url=url)


def _database(url: str) -> sa.Engine:
    engine = sa.create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _configure_sqlite)
    return engine


def _configure_sqlite(connection: Any, _record: object) -> None:
    # DBOS begins its own transactions; IMMEDIATE makes the driver take the write lock at once.
    connection.isolation_level = "IMMEDIATE"
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=60000"):
        connection.execute(f"PRAGMA {pragma}").close()


def _cron(every_s: int) -> str:
    if every_s < 60:
        return f"*/{every_s} * * * * *"
    if every_s < 3600:
        return f"0 */{every_s // 60} * * * *"
    return f"0 0 */{every_s // 3600} * * *"


def _refuse_pickle() -> None:
    """Make rows marked as pickle unreadable: DBOS would unpickle them whatever serializer is configured."""
    from dbos._serialization import DBOSDefaultSerializer

    def refuse(_self: object, _text: str) -> NoReturn:
        raise ValueError("a job row holds a pickle, which is never read")

    setattr(DBOSDefaultSerializer, "deserialize", refuse)  # noqa: B010  # a plain assignment is a type error
