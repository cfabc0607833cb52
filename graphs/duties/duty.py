"""What a duty is, a due time of it, and what became of that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from graphs.duties.rhythm import Rhythm


@dataclass(frozen=True)
class DueTime:
    """One due time of a duty. `mark` names it (`2026-W48`), `at` is the instant it fell due."""

    duty: str
    mark: str
    at: datetime


@dataclass(frozen=True)
class Done:
    """What became of a due time: `says` is one sentence, empty when there was nothing to do. A failed one is tried again."""

    due: DueTime
    ok: bool
    says: str
    hint: str = ""


Work = Callable[[DueTime, datetime], str]
"""Does what is due and returns what it did in one sentence, empty when there was nothing to do. It may be called again for the
same due time, after a crash: what it writes is keyed by what it means."""

Waiting = Callable[[sa.Connection, datetime], bool]
"""Tells, by an indexed read, whether there is anything to do."""


@dataclass(frozen=True)
class Duty:
    """Something the house owes at certain times. Without `waiting` the work is done at every due time."""

    name: str
    says: str
    rhythm: Rhythm
    work: Work
    waiting: Waiting | None = None

    def latest(self, now: datetime) -> DueTime:
        """Return the last due time at or before `now`."""
        at = self.rhythm.latest(now)
        return DueTime(self.name, self.rhythm.mark(at), at)


@dataclass(frozen=True)
class DutyStanding:
    """How a duty stands: when it was done last and what it found, when it is due next, and what went wrong."""

    name: str
    says: str
    last_run: datetime | None
    found: str
    next_due: datetime
    overdue: bool
    running: bool
    failures: int
    error: str
    hint: str

    @property
    def state(self) -> str:
        """How it stands, in a word."""
        if self.failures:
            return "failing"
        if self.running:
            return "at it"
        return "late" if self.overdue else ""
