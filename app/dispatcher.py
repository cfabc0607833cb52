"""The dispatcher: performs what was authorized, looks up what is unknown, fetches mail unread and signs the ledger's anchors.

It is the only process that opens the vault. It reads nothing that strangers wrote and talks to no model.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from memory.engine.port import Schedule
from memory.unit_of_work import DISPATCH
from tools.dispatch import RESOLVE

if TYPE_CHECKING:
    from app.bootstrap import Office
    from memory.engine.port import JobRunner
    from tools.collection import Collection
    from tools.dispatch import Dispatcher

FETCH = "fetch_mail"
SWEEP = "sweep_effects"
_SWEEP_S = 60


class DispatcherRole:
    """The jobs of a process that holds the vault."""

    name = "dispatcher"

    def __init__(self, office: Office, name: str) -> None:
        self._office = office
        self._name = name

    @cached_property
    def _dispatcher(self) -> Dispatcher:
        return self._office.dispatcher(self._name)

    @cached_property
    def _collection(self) -> Collection:
        return self._office.collection()

    def begin(self) -> None:
        """Look up what a crash left between call and answer."""
        self._dispatcher.sweep(starting=True)

    def runners(self) -> Mapping[str, JobRunner]:
        """Return the jobs: effects, look-ups, mail, anchors."""
        return {DISPATCH: self._dispatcher.dispatch, RESOLVE: self._dispatcher.resolve, FETCH: self._fetch, SWEEP: self._sweep}

    def schedules(self) -> Mapping[str, Schedule]:
        """Return what comes back by the clock."""
        found = {SWEEP: Schedule(SWEEP, _SWEEP_S)}
        if self._office.settings.mail.configured:
            found[FETCH] = Schedule(FETCH, self._office.settings.mail.poll_s)
        return found

    def _fetch(self, _due: str) -> None:
        self._collection.poll()

    def _sweep(self, _due: str) -> None:
        self._dispatcher.sweep(starting=False)
