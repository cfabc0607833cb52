"""The worker: runs cases, reads the mail that was taken in, and keeps the house. It holds no credential and opens no vault."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import cached_property, partial
from typing import TYPE_CHECKING

from app.duties import workers_duties
from memory.collected import TAKE_MAIL
from memory.database import outages
from memory.engine.port import Schedule
from memory.unit_of_work import ADVANCE

if TYPE_CHECKING:
    from app.bootstrap import Office
    from graphs.duties import Duties
    from graphs.runner import CaseRunner
    from tools.reception import Reception

DUTIES = "worker_duties"
_LOOK_S = 10
#: A case that was woken so long ago and has not come to rest is woken again; one that is still at work loses nothing by it.
_LONGEST_RUN = timedelta(minutes=5)


class WorkerRole:
    """The jobs of a process that reads strangers' words."""

    name = "worker"

    def __init__(self, office: Office, name: str) -> None:
        self._office = office
        self._name = name
        self._checked = False

    @cached_property
    def _runner(self) -> CaseRunner:
        return _runner(self._office)

    @cached_property
    def _reception(self) -> Reception:
        return self._office.reception()

    @cached_property
    def _duties(self) -> Duties:
        return workers_duties(self._office, self._name)

    def begin(self) -> None:
        """Let go of what this worker held when it died; wake cases whose job was lost; read the mail that was taken in and never read."""
        self._duties.start_up()
        self._office.unit_of_work.wake_left_behind(self._office.clock.now())
        self._reception.catch_up()

    def end(self) -> None:
        """Hold nothing."""

    def runners(self) -> Mapping[str, Callable[[str], object]]:
        """Return the jobs: cases, mail, duties."""
        return {ADVANCE: self._advance, TAKE_MAIL: self._take_mail, DUTIES: self._keep}

    def schedules(self) -> Mapping[str, Schedule]:
        """Return what comes back by the clock."""
        return {DUTIES: Schedule(DUTIES, _LOOK_S)}

    def _advance(self, case_id: str) -> None:
        try:
            asyncio.run(self._runner.advance(case_id))
        except outages():
            raise  # the database is away: the engine tries again, and the case is not at fault
        except Exception as error:  # named edge: whatever broke outside a step is told to the operator, who can retry the case
            self._office.service.note_failure(case_id, error)
            raise

    def _take_mail(self, raw_digest: str) -> None:
        self._reception.take(raw_digest)

    def _keep(self, _due: str) -> None:
        if not self._checked:
            for stranded in asyncio.run(self._runner.check_waiting_threads()):
                self._office.service.note_stranded(stranded.case_id, stranded.node)
            self._checked = True
        self._reception.catch_up()
        now = self._office.clock.now()
        self._office.unit_of_work.wake_left_behind(now - _LONGEST_RUN)
        self._duties.run_due(now)


def _runner(office: Office) -> CaseRunner:
    from graphs.purchase import purchase_graph
    from graphs.renewal import renewal_graph
    from graphs.runner import CaseRunner
    from memory.checkpoints import open_checkpoints

    return CaseRunner(purchase_graph(), office.desk(), partial(open_checkpoints, office.url), renewal=renewal_graph)
