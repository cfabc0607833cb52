"""The dispatcher: performs what was authorized, looks up what is unknown, fetches mail unread and signs the ledger's anchors.

It is the only process that opens the vault. It reads nothing that strangers wrote and talks to no model.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

from app.duties import POLLED_AS_DUTY_S, dispatchers_duties
from app.model_keys import close_relay, open_relay
from app.patience import Patience
from memory.engine.port import HOUSE, Schedule
from memory.unit_of_work import DISPATCH
from tools.dispatch import RESOLVE

if TYPE_CHECKING:
    from app.bootstrap import Office
    from graphs.duties import Duties
    from tools.collection import Collection
    from tools.dispatch import Dispatcher
    from tools.llm.relay import KeyRelay

FETCH = "fetch_mail"
SWEEP = "sweep_effects"
DUTIES = "dispatcher_duties"
_SWEEP_S = 60
_LOOK_S = 10


class DispatcherRole:
    """The jobs of a process that holds the vault."""

    name = "dispatcher"

    def __init__(self, office: Office, name: str) -> None:
        self._office = office
        self._name = name
        self._relay: KeyRelay | None = None
        self._fetching = Patience("the mail", office.clock)

    @cached_property
    def _dispatcher(self) -> Dispatcher:
        return self._office.dispatcher(self._name)

    @cached_property
    def _collection(self) -> Collection:
        return self._office.collection()

    @cached_property
    def _duties(self) -> Duties:
        poll = self._collect if self._office.settings.mail.configured else None
        return dispatchers_duties(self._office, self._name, poll)

    def begin(self) -> None:
        """Look up what a crash left between call and answer."""
        self._duties.start_up()
        self._dispatcher.sweep(starting=True)
        self._relay = open_relay(self._office)

    def end(self) -> None:
        """Close the relay."""
        if self._relay is not None:
            close_relay(self._office, self._relay)
            self._relay = None

    def runners(self) -> Mapping[str, Callable[[str], object]]:
        """Return the jobs: effects, look-ups, mail, anchors."""
        return {
            DISPATCH: self._dispatcher.dispatch,
            RESOLVE: self._dispatcher.resolve,
            FETCH: lambda _due: self._fetch(),
            SWEEP: lambda _due: self._dispatcher.sweep(starting=False),
            DUTIES: lambda _due: self._do_duties(),
        }

    def schedules(self) -> Mapping[str, Schedule]:
        """Return what comes back by the clock."""
        mail = self._office.settings.mail
        often = [Schedule(FETCH, mail.poll_s, HOUSE)] if mail.configured and mail.poll_s < POLLED_AS_DUTY_S else []
        return {schedule.name: schedule for schedule in (Schedule(SWEEP, _SWEEP_S, HOUSE), Schedule(DUTIES, _LOOK_S, HOUSE), *often)}

    def _do_duties(self) -> None:
        self._dispatcher.look_for_stop()
        self._duties.run_due(self._office.clock.now())

    def _fetch(self) -> int:
        # The password may be missing, and may be put into the vault at any time: the mailbox is opened anew until it opens.
        return self._fetching.run(self._collect)

    def _collect(self) -> int:
        return self._collection.poll()
