"""The worker: runs cases, dispatches effects, polls the inbox and keeps the house, each as a job of the engine."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

from memory.database import writing
from memory.domain.errors import QuartermasterError
from memory.engine.port import Schedule
from memory.schema import heartbeats
from memory.unit_of_work import ADVANCE, DISPATCH
from tools.dispatch import RESOLVE

if TYPE_CHECKING:
    from langgraph.checkpoint.base import BaseCheckpointSaver

    from app.bootstrap import Office
    from graphs.runner import CaseRunner
    from memory.engine.port import Engine
    from tools.dispatch import Dispatcher
    from tools.reception import Reception

POLL = "poll_inbox"
KEEP = "keep_house"
BEAT = "beat"
_KEEP_S = 60
_BEAT_S = 10
_log = logging.getLogger("quartermaster.worker")


class Worker:
    """One worker on one home."""

    def __init__(self, office: Office, engine: Engine, *, name: str = "local") -> None:
        self._office = office
        self._engine = engine
        self._name = name
        self._runner = _runner(office)
        self._dispatcher: Dispatcher = office.dispatcher()
        self._reception: Reception | None = None
        self._checked = False

    def start(self) -> None:
        """Look up what a crash left half-done, then begin to run jobs."""
        self._dispatcher.sweep()
        schedules = {KEEP: Schedule(KEEP, _KEEP_S), BEAT: Schedule(BEAT, _BEAT_S)}
        if self._office.settings.mail.configured:
            schedules[POLL] = Schedule(POLL, self._office.settings.mail.poll_s)
        self._beat("")
        self._engine.start(
            {
                ADVANCE: self._guarded(self._advance),
                DISPATCH: self._guarded(self._dispatcher.dispatch),
                RESOLVE: self._guarded(self._dispatcher.resolve),
                POLL: self._guarded(self._poll),
                KEEP: self._guarded(self._keep),
                BEAT: self._guarded(self._beat),
            },
            schedules,
        )

    def stop(self) -> None:
        """Stop taking jobs, wait for the running ones, and sign off."""
        self._engine.stop()
        with writing(self._office.database) as connection:
            connection.execute(heartbeats.delete().where(heartbeats.c.worker == self._name))

    def _guarded(self, run: Callable[[str], object]) -> Callable[[str], None]:
        def guarded(argument: str) -> None:
            try:
                run(argument)
            except QuartermasterError as error:
                _log.warning("%s: %s %s", argument, error.message, error.hint)
            except Exception:  # noqa: BLE001
                # Named edge: a job must never take the worker down; the ledger and the outbox still hold what is to be done.
                _log.exception("job failed: %s", argument)

        return guarded

    def _advance(self, case_id: str) -> None:
        try:
            asyncio.run(self._runner.advance(case_id))
        except Exception as error:  # named edge: whatever broke outside a step is told to the operator, who can retry the case
            self._office.service.note_failure(case_id, error)
            raise

    def _poll(self, _due: str) -> None:
        if self._reception is None:
            self._reception = self._office.reception()
        self._reception.poll()

    def _keep(self, _due: str) -> None:
        if not self._checked:
            for stranded in asyncio.run(self._runner.check_waiting_threads()):
                self._office.service.note_stranded(stranded.case_id, stranded.node)
            self._checked = True
        self._office.service.expire_approvals()
        self._office.service.give_up_waiting()

    def _beat(self, _due: str) -> None:
        at = self._office.clock.now().isoformat()
        with writing(self._office.database) as connection:
            changed = connection.execute(heartbeats.update().where(heartbeats.c.worker == self._name).values(at=at))
            if not changed.rowcount:
                connection.execute(heartbeats.insert().values(worker=self._name, at=at, detail=""))


def _runner(office: Office) -> CaseRunner:
    from graphs.purchase import purchase_graph
    from graphs.runner import CaseRunner

    path = str(office.home.database)
    return CaseRunner(purchase_graph(), office.desk(), lambda: _checkpoints(path))


@asynccontextmanager
async def _checkpoints(path: str) -> AsyncIterator[BaseCheckpointSaver[str]]:
    """Yield the saver for one run of a case, in an event loop made for that run."""
    from memory.checkpoints import open_checkpoints

    async with open_checkpoints(path) as saver:
        try:
            yield saver
        finally:
            # A run that broke off leaves calls in their threads; SQLite crashes the process when it is closed under one.
            await asyncio.get_running_loop().shutdown_default_executor()


@contextmanager
def running(office: Office, engine: Engine | None = None) -> Iterator[Worker]:
    """Yield a started worker; it is stopped at the end."""
    worker = Worker(office, engine or office.engine())
    worker.start()
    try:
        yield worker
    finally:
        worker.stop()
