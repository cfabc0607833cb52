"""The roles of a home, and the processes that play them.

Two roles, never in one process where it counts: the *worker* reads what strangers wrote, talks to models and runs the cases, and
holds no credential; the *dispatcher* holds the vault and performs what was authorized. `one_process` plays both on one engine,
for tests and notebooks.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

from memory.database import outages
from memory.domain.errors import QuartermasterError
from memory.engine.port import RetryJob

if TYPE_CHECKING:
    from app.bootstrap import Office
    from memory.engine.port import Engine, Queue, Schedule

_log = logging.getLogger("quartermaster")


class Role(Protocol):
    """What one kind of process does: the jobs it runs, the schedules it keeps, the queues it listens to."""

    @property
    def name(self) -> str:
        """`worker` or `dispatcher`, as its heartbeat says."""

    def begin(self) -> None:
        """Look up what a crash left half-done, before the first job runs."""

    def end(self) -> None:
        """Let go of what it held, after the last job."""

    def runners(self) -> Mapping[str, Callable[[str], object]]:
        """Return the jobs it runs, by name."""

    def schedules(self) -> Mapping[str, Schedule]:
        """Return what comes back by the clock."""


class Running:
    """One process's part in a home: its roles on one engine, from `start` to `stop`."""

    def __init__(self, office: Office, engine: Engine, roles: Sequence[Role], *, name: str) -> None:
        self._office = office
        self._engine = engine
        self._roles = tuple(roles)
        self.name = name

    def start(self) -> None:
        """Look up what a crash left, then begin to run jobs."""
        for role in self._roles:
            role.begin()
        runners = {job: _guarded(run) for role in self._roles for job, run in role.runners().items()}
        schedules = {schedule.name: schedule for role in self._roles for schedule in role.schedules().values()}
        self._engine.start(runners, schedules)

    def stop(self) -> None:
        """Stop taking jobs and wait for the running ones."""
        self._engine.stop()
        for role in self._roles:
            role.end()


@contextmanager
def running(office: Office, engine: Engine, roles: Sequence[Role], *, name: str) -> Iterator[Running]:
    """Yield the roles at work; they are stopped at the end."""
    process = Running(office, engine, roles, name=name)
    process.start()
    try:
        yield process
    finally:
        process.stop()


@contextmanager
def one_process(office: Office, engine: Engine | None = None) -> Iterator[Running]:
    """Yield worker and dispatcher in this one process, on one engine: for tests and notebooks. `qm` keeps them apart."""
    with running(office, engine or office.engine(), both_roles(office), name="local") as process:
        yield process


def both_roles(office: Office) -> tuple[Role, Role]:
    """Return the two roles of one home, the dispatcher first: what a crash left is looked up before cases go on."""
    from app.dispatcher import DispatcherRole
    from app.worker import WorkerRole

    return DispatcherRole(office, "local"), WorkerRole(office, "local")


def role_of(office: Office, role: str, name: str) -> Role:
    """Return one role, played by the process of this name."""
    # Only the one that is played is loaded: a worker's process never learns what a vault is.
    if role == "dispatcher":
        from app.dispatcher import DispatcherRole

        return DispatcherRole(office, name)
    if role == "edge":
        from app.edge import EdgeRole

        return EdgeRole(office, name)
    from app.worker import WorkerRole

    return WorkerRole(office, name)


def _guarded(run: Callable[[str], object]) -> Callable[[str], None]:
    def guarded(argument: str) -> None:
        try:
            run(argument)
        except QuartermasterError as error:
            _log.warning("%s: %s %s", argument, error.message, error.hint)
        except outages() as error:
            raise RetryJob(f"the database is away: {type(getattr(error, 'orig', error)).__name__}") from error
        except Exception:  # noqa: BLE001
            # Named edge: a job must never take the process down; the ledger and the outbox still hold what is to be done.
            _log.exception("job failed: %s", argument)

    return guarded


def queues_of(role: str | None) -> tuple[Queue, ...]:
    """Return the queues that a process of this role listens to: `worker`, `dispatcher` or `edge`; both main roles' when it is None."""
    from memory.engine.port import CASES, EDGE, HOUSE, Queue

    if role == "edge":
        return (Queue(EDGE, slots=2),)
    cases = (Queue(CASES, by_lane=True),) if role in {"worker", None} else ()
    if role == "worker":
        return cases
    from app.connectors import discover
    from tools.connectors import base

    return (*cases, Queue(HOUSE, slots=4), *base.queues_of(discover()))
