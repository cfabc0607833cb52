"""The nightly proof of the ledger: since the last signed anchor, and from the first event on Sundays. A break stops all effects."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from graphs.duties.duty import DueTime
from graphs.duties.roster import DutySetting
from memory.database import reading
from memory.domain.base import Digest
from memory.domain.errors import IntegrityError
from memory.domain.events import Event
from memory.domain.events.duties import LedgerBroken, LedgerVerified
from memory.domain.words import counted
from memory.ledger import read_events

#: How many nights back a check of the whole ledger is looked for: it is made weekly, and nights can be missed.
_LOOK_BACK = 30
_SUNDAY = 6


class Broken(Protocol):
    """The first place where a chain does not hold."""

    @property
    def stream(self) -> str:
        """The chain."""

    @property
    def version(self) -> int:
        """The place in it."""

    @property
    def event_id(self) -> str:
        """The event, as far as it is known."""

    @property
    def problem(self) -> str:
        """What does not hold."""


class Finding(Protocol):
    """What a check of the ledger found; `memory.ledger.Verification` is one."""

    @property
    def events(self) -> int:
        """How many events were checked."""

    @property
    def head(self) -> Digest:
        """The digest over the heads of all chains."""

    @property
    def first_break(self) -> Broken | None:
        """The first break, or None."""


CheckLedger = Callable[[bool], Finding]
"""Checks the ledger: whole (True), or from the last signed anchor on. May raise `IntegrityError` where a break is found otherwise."""

StopEffects = Callable[[str], object]
"""Stops all effects, for a reason; stopping twice is no error."""


@dataclass(frozen=True)
class NightlyCheck:
    """Checks, records, and on a break stops the effects before anything else."""

    setting: DutySetting
    check_ledger: CheckLedger
    stop_effects: StopEffects

    def check(self, due: DueTime, _now: datetime) -> str:
        """Check the ledger for one night."""
        night = date.fromisoformat(due.mark)
        whole = self._whole_is_due(night)
        fact = self._checked(night, whole)
        if isinstance(fact, LedgerBroken):
            self.stop_effects(f"the ledger is broken at {fact.stream} version {fact.at_version}: {fact.problem}")
        self.setting.unit_of_work.act(f"duty/ledger/{due.mark}", [fact], actor="clock")
        if isinstance(fact, LedgerVerified):
            return f"{'the whole ledger' if whole else 'since the last anchor'}: {counted(fact.events, 'event')} verified"
        return "the ledger is broken; effects are stopped"

    def _checked(self, night: date, whole: bool) -> LedgerVerified | LedgerBroken:
        try:
            found = self.check_ledger(whole)
        except IntegrityError as error:
            return LedgerBroken(night=night, whole=whole, stream="", at_version=0, event_id="", problem=error.message)
        wrong = found.first_break
        if wrong is None:
            return LedgerVerified(night=night, whole=whole, events=found.events, head=found.head)
        return LedgerBroken(
            night=night, whole=whole, stream=wrong.stream, at_version=wrong.version, event_id=wrong.event_id, problem=wrong.problem
        )

    def _whole_is_due(self, night: date) -> bool:
        """Whether no whole check was made on the last Sunday or since: a Sunday that was slept through is made up."""
        sunday = night - timedelta(days=(night.weekday() - _SUNDAY) % 7)
        kinds = (LedgerVerified.kind, LedgerBroken.kind)
        with reading(self.setting.database) as connection:
            recent = [e.event for e in read_events(connection, kinds=kinds, newest_first=True, limit=_LOOK_BACK)]
        return not any(_was_whole_since(event, sunday) for event in recent)


def _was_whole_since(event: Event, sunday: date) -> bool:
    return isinstance(event, LedgerVerified | LedgerBroken) and event.whole and event.night >= sunday
