"""Jobs and the engine that runs them.

A job is a name and one string; its id is unique, so enqueuing the same id twice runs it once. Jobs are enqueued inside the
caller's transaction: they exist if and only if the facts that caused them do. Jobs of one `lane` run one at a time (a case
is a lane, so a case is never run by two workers at once).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import sqlalchemy as sa

#: Cases are run by workers; effects by the dispatcher alone, one queue per outside system; edge tasks by any worker that may read
#: vendor text; mail is fetched and anchors are signed by the dispatcher, which holds the vault.
CASES = "cases"
EDGE = "edge"
EFFECTS = "effects"


def effects_queue(effect_kind: str) -> str:
    """Return the queue of one outside system: `mail.send` waits in `effects/mail`."""
    return f"{EFFECTS}/{effect_kind.partition('.')[0]}"


#: What the dispatcher does for the house, by the clock or to find out what became of a call: it waits behind no effect.
HOUSE = effects_queue("house")


@dataclass(frozen=True)
class Queue:
    """How a queue is worked off: `slots` jobs at a time in one process, at most `at_most` starts in `per_s` seconds over all of them.

    With `by_lane` jobs of one lane never run at the same time, whichever process takes them.
    """

    name: str
    slots: int = 8
    by_lane: bool = False
    at_most: int | None = None
    per_s: float = 1.0


@dataclass(frozen=True)
class Job:
    """Work to be done once. `delay_s` holds it back by so many seconds; only processes that listen to `queue` take it."""

    job_id: str
    name: str
    argument: str
    lane: str
    delay_s: int = 0
    queue: str = CASES


#: How many seconds, minutes and hours a clock counts to, by their length in seconds.
_MARKS = {1: 60, 60: 60, 3600: 24}


@dataclass(frozen=True)
class Schedule:
    """A job that comes back: `every_s` seconds divide a minute, an hour or a day evenly, as a clock's marks do.

    It is run once for each due time by one of the processes that listen to `queue`; of the times that passed while nobody was at work
    only the last is made up for. Raises `ValueError` for any other number: a cron line could not keep it.
    """

    name: str
    every_s: int
    queue: str = CASES

    def __post_init__(self) -> None:
        counts = ((self.every_s // unit, marks) for unit, marks in _MARKS.items() if self.every_s % unit == 0)
        if not any(0 < count < marks and marks % count == 0 for count, marks in counts):
            raise ValueError(f"{self.every_s} seconds do not divide a minute, an hour or a day evenly")


JobRunner = Callable[[str], None]
"""Runs a job of one name with its argument. It handles its own errors: an exception ends the job for good, but for `RetryJob`."""


class RetryJob(Exception):  # noqa: N818  # says what to do, as `StopIteration` does
    """Raised by a runner for what will pass, such as a database that is away: the job is run again after a pause, `MAX_TRIES` times."""


#: How often a job is begun that asks to be run again, and the longest pause before the next try.
MAX_TRIES = 12
MAX_PAUSE_S = 30.0


def pause_before(attempt: int) -> float:
    """Return the seconds to wait after so many tries: half a second, doubled each time, up to `MAX_PAUSE_S`."""
    return min(MAX_PAUSE_S, 0.25 * 2.0**attempt)


class Enqueuer(Protocol):
    """Takes jobs; all that the dashboard, the command line and the write path need."""

    def enqueue(self, connection: sa.Connection, job: Job) -> None:
        """Put a job into the queue within the caller's transaction; a known `job_id` is ignored."""


class Engine(Enqueuer, Protocol):
    """Takes jobs and runs them until stopped."""

    def start(self, runners: Mapping[str, JobRunner], schedules: Mapping[str, Schedule]) -> None:
        """Begin to run jobs, each by the runner of its name; scheduled runners get the due time as argument."""

    def stop(self) -> None:
        """Stop taking jobs and wait for the running ones."""
