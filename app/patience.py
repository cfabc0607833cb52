"""Patience with what comes back every second and fails: it is tried ever more rarely, and the same failure is told once."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta

from memory.domain.clock import Clock
from memory.domain.errors import QuartermasterError

_LONGEST = timedelta(minutes=5)
_log = logging.getLogger("quartermaster")


class Patience:
    """Runs one piece of work, `what`. After a failure it waits 2, 4, 8 ... seconds, at most five minutes."""

    def __init__(self, what: str, clock: Clock) -> None:
        self._what = what
        self._clock = clock
        self._failures = 0
        self._not_before = clock.now()
        self._told = ""

    def run(self, work: Callable[[], int]) -> int:
        """Do the work and return what it returns; 0 while it is not its time, and when it fails for a reason of our own."""
        now = self._clock.now()
        if now < self._not_before:
            return 0
        try:
            done = work()
        except QuartermasterError as error:
            self._failures += 1
            self._not_before = now + min(_LONGEST, timedelta(seconds=2 ** min(self._failures, 10)))
            self._tell(error)
            return 0
        self._failures, self._told = 0, ""
        return done

    def _tell(self, error: QuartermasterError) -> None:
        if error.message != self._told:
            self._told = error.message
            _log.warning(
                "%s: %s %s It is tried again, ever more rarely; qm doctor tells how it stands.", self._what, error.message, error.hint
            )
