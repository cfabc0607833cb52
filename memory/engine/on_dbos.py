"""DBOS Transact behind the engine port, in the same database as the ledger.

What the measured facts made us do: JSON instead of pickle in rows, an explicit application version, jobs enqueued without
one (so that a newer worker takes them), a name for each process and a pulse (so that the work of a dead one is taken over), schedules
of our own (those of DBOS are run by any process, and forget what was due while all slept).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Event
from typing import Any, NoReturn

import sqlalchemy as sa
from dbos import DBOS, DBOSClient, DBOSConfig, DBOSPortableJSONSerializer, EnqueueOptions
from sqlalchemy import event

from memory.database import ENGINE_POOL, WAL_PAGES, open_postgres
from memory.engine.enqueuing import Repeater
from memory.engine.gate import watch_for_work
from memory.engine.port import CASES, EDGE, MAX_TRIES, Job, JobRunner, Queue, RetryJob, Schedule, effects_queue, pause_before
from memory.engine.pulse import Pulse, Rhythm, is_newest

_WORKFLOW = "run_job"
_TICK = "run_schedule"
_TICKS_AT_ONCE = 1000
_APPLICATION = "quartermaster"
#: How often DBOS looks for schedules of its own: it has none.
_NEVER_S = 86_400.0
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
        self._repeater = Repeater(self._compose, DBOSPortableJSONSerializer().serialize)

    def enqueue(self, connection: sa.Connection, job: Job) -> None:
        """Put a job into its lane within the caller's transaction."""
        if job.delay_s:
            self._compose(connection, job)
        else:
            self._repeater.put(connection, job, lane=job.lane if job.queue == CASES else None)

    def _compose(self, connection: sa.Connection, job: Job) -> None:
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

    def put_tick(self, connection: sa.Connection, schedule: Schedule, due: str) -> None:
        """Put a due schedule into its queue within the caller's transaction; runs of one schedule never meet."""
        options = EnqueueOptions(workflow_name=_TICK, queue_name=schedule.queue, workflow_id=f"tick/{schedule.name}/{due}")
        if schedule.queue == CASES:
            options["queue_partition_key"] = f"tick/{schedule.name}"
        self._client.enqueue_in_transaction(connection, options, schedule.name, due)

    def executors_at_work(self) -> set[str]:
        """Return the names of the processes that have begun a job and not ended it."""
        begun = self._client.list_workflows(status="PENDING", load_input=False, load_output=False)
        return {run.executor_id for run in begun if run.executor_id}

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

    `executor_id` is this process's own among all that live: of two that share one, the later takes over what the other is doing.
    A restarted process that goes by the same name takes back its own work at once; that of any other dead one is taken over when it was
    silent for `rhythm.dead_after_s`. Finished runs of schedules are forgotten after `keep_ticks_s` seconds.
    """

    def __init__(
        self,
        url: str,
        *,
        executor_id: str = "local",
        role: str = "worker",
        poll_s: float = 0.13,
        queues: Sequence[Queue] = ALL_QUEUES,
        keep_ticks_s: int = 600,
        rhythm: Rhythm | None = None,
    ) -> None:
        self._url = url
        self._executor_id = executor_id
        self._role = role
        self._poll_s = poll_s
        self._queues = tuple(queues)
        self._keep_ticks = timedelta(seconds=keep_ticks_s)
        self._rhythm = rhythm or Rhythm()
        self._forgotten_at: datetime | None = None
        self._enqueuer: DbosEnqueuer | None = None
        self._database: sa.Engine | None = None
        self._pulse: Pulse | None = None
        self._stopping = Event()

    def enqueue(self, connection: sa.Connection, job: Job) -> None:
        """Put a job into its lane within the caller's transaction."""
        self._client().enqueue(connection, job)

    def _client(self) -> DbosEnqueuer:
        if self._enqueuer is None:
            self._enqueuer = DbosEnqueuer(self._url)
        return self._enqueuer

    def start(self, runners: Mapping[str, JobRunner], schedules: Mapping[str, Schedule]) -> None:
        """Launch DBOS in this process and begin to run jobs; raises `ValueError` for a schedule on a queue that is not listened to."""
        deaf = sorted({s.queue for s in schedules.values()} - {queue.name for queue in self._queues})
        if deaf:
            raise ValueError(f"schedules on queues that this process does not listen to: {', '.join(deaf)}")
        # DBOS refuses to start under a running event loop, which is where a notebook's cells run.
        with ThreadPoolExecutor(max_workers=1) as aside:
            aside.submit(self._launch, runners, schedules).result()

    def _launch(self, runners: Mapping[str, JobRunner], schedules: Mapping[str, Schedule]) -> None:
        _refuse_pickle()
        self._stopping.clear()
        self._database = _database(self._url)
        DBOS(config=self._config(self._database))
        known = dict(runners)

        @DBOS.workflow(name=_WORKFLOW)
        def run_job(name: str, argument: str) -> None:
            self._run(known[name], argument)

        @DBOS.workflow(name=_TICK)
        def run_schedule(name: str, due: str) -> None:
            if self._database is not None and is_newest(self._database, name, due):
                self._run(known[name], due)
            self._tidy(datetime.fromisoformat(due))

        pulse = Pulse(
            self._database,
            self._executor_id,
            self._role,
            take_over=self._take_over,
            put_due=self._client().put_tick,
            rhythms=tuple(schedules.values()),
            rhythm=self._rhythm,
        )
        DBOS.listen_queues([queue.name for queue in self._queues])
        DBOS.launch()
        watch_for_work(self._poll_s)
        for queue in self._queues:
            DBOS.register_queue(queue.name, **self._rules(queue))
        self._forget_schedules()
        pulse.start()
        self._pulse = pulse

    def _config(self, database: sa.Engine) -> DBOSConfig:
        return DBOSConfig(
            name=_APPLICATION,
            system_database_url=self._url,
            system_database_engine=database,
            serializer=DBOSPortableJSONSerializer(),
            executor_id=self._executor_id,
            application_version=_APPLICATION_VERSION,
            log_level="CRITICAL",
            console_log_level="CRITICAL",
            enable_otlp=False,
            use_listen_notify=False,  # nobody here sends or awaits messages of DBOS, which would hold a connection for them
            scheduler_polling_interval_sec=_NEVER_S,
        )

    def _run(self, runner: JobRunner, argument: str) -> None:
        """Run a job; one that asks for it is run again after a pause, as long as this process is not told to stop."""
        for attempt in range(1, MAX_TRIES + 1):
            try:
                runner(argument)
            except RetryJob:
                if attempt == MAX_TRIES or self._stopping.wait(pause_before(attempt)):
                    raise
            else:
                return

    def _take_over(self, living: Sequence[str]) -> None:
        """Put the work of dead processes back into its queues; whoever listens there takes it. Idempotent, so that all may do it at once."""
        running = self._client().executors_at_work()
        dead = sorted(running - {self._executor_id, *living})
        if dead:
            DBOS._recover_pending_workflows(dead)  # noqa: SLF001  # what DBOS itself does at launch, for other names; held by the contract test

    @staticmethod
    def _forget_schedules() -> None:
        """Take out schedules that an older version left with DBOS: it ran them in any process, whatever queues that listened to."""
        for schedule in DBOS.list_schedules():
            DBOS.delete_schedule(schedule["schedule_name"])

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
        """Stop taking jobs, wait for the running ones, sign off, and free the process for another start."""
        self._stopping.set()
        DBOS.destroy(destroy_registry=True, workflow_completion_timeout_sec=10)
        if self._pulse is not None:
            self._pulse.stop()
            self._pulse = None
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
    if not url.startswith("sqlite"):
        return open_postgres(url, ENGINE_POOL)
    engine = sa.create_engine(url)
    event.listen(engine, "connect", _configure_sqlite)
    return engine


def _configure_sqlite(connection: Any, _record: object) -> None:
    # DBOS begins its own transactions; IMMEDIATE makes the driver take the write lock at once.
    connection.isolation_level = "IMMEDIATE"
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=60000", f"wal_autocheckpoint={WAL_PAGES}"):
        connection.execute(f"PRAGMA {pragma}").close()


def _refuse_pickle() -> None:
    """Make rows marked as pickle unreadable: DBOS would unpickle them whatever serializer is configured."""
    from dbos._serialization import DBOSDefaultSerializer

    def refuse(_self: object, _text: str) -> NoReturn:
        raise ValueError("a job row holds a pickle, which is never read")

    setattr(DBOSDefaultSerializer, "deserialize", refuse)  # noqa: B010  # a plain assignment is a type error
