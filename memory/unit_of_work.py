"""The one way to write: events, projections, outbox rows and jobs in a single transaction, under a semantic key.

`act` is the write path of a graph node (DESIGN §7). A node that runs again, after a crash or a resume, finds its key and gets
the recorded result back: nothing is decided twice and no effect is queued twice.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from memory import outbox
from memory.database import Statement, all_at_once, at_once, glancing, later, reading, writing
from memory.domain.approval import PlannedEffect
from memory.domain.base import JsonObject, canonical_json
from memory.domain.clock import Clock
from memory.domain.errors import RefusedError
from memory.domain.events import Event
from memory.domain.events.authority import AuthorizationGranted
from memory.domain.events.cases import StepFailed
from memory.engine.port import Enqueuer, Job, effects_queue
from memory.ledger import WORKSPACE, Ledger, StoredEvent, head_query, head_read
from memory.projections.base import Projection
from memory.projections.cases import cases
from memory.schema import awake
from memory.schema import events as ledger_rows

ADVANCE = "advance_case"
DISPATCH = "dispatch_effect"
_WOKEN_AT_ONCE = 1000

Check = Callable[[sa.Connection], None]
"""Looks at the database under the lock and raises when the write must not happen."""


@dataclass(frozen=True)
class Look:
    """A check that is one question, so that it goes to the database together with those which every write asks.

    `judge` gets the cursor of the answer and raises when the write must not happen.
    """

    question: Statement
    judge: Callable[[Any], None]


@dataclass(frozen=True)
class Recorded:
    """What a write left behind: the result, the events of this call, and whether the key was known already."""

    result: JsonObject
    events: tuple[StoredEvent, ...]
    repeated: bool = False


def act_key(case_id: str, node: str, revision: int | str) -> str:
    """Return the semantic key of one step of one case."""
    return f"{case_id}/{node}/{revision}"


class UnitOfWork:
    """Writes facts. Everything that changes the ledger goes through `act`."""

    def __init__(self, engine: sa.Engine, ledger: Ledger, projections: Sequence[Projection], jobs: Enqueuer, clock: Clock) -> None:
        self._engine = engine
        self._ledger = ledger
        self._projections = tuple(projections)
        self._jobs = jobs
        self._clock = clock

    def now(self) -> datetime:
        """Return the time that what is written now gets, in UTC."""
        return self._clock.now()

    def recorded(self, key: str) -> JsonObject | None:
        """Return the result recorded under `key`, or None when that step was never taken."""
        with glancing(self._engine) as connection:
            return recorded_in(connection, key)

    def act(
        self,
        key: str,
        events: Sequence[Event],
        *,
        stream: str = WORKSPACE,
        actor: str,
        effects: Sequence[PlannedEffect] = (),
        moves: Sequence[outbox.Move] = (),
        jobs: Sequence[Job] = (),
        result: JsonObject | None = None,
        check: Check | Look | None = None,
        durable: bool = True,
    ) -> Recorded:
        """Record one step, or return what was recorded when its key is known.

        Each effect needs an `AuthorizationGranted` for its exact digest among `events`, else `RefusedError` is raised and
        nothing is written. `moves` change the status of effects in the same transaction. `check` runs under the lock, before anything is written.

        The commit survives a power cut. A step that would be taken again in the same way, if a power cut took it back, may do
        without (`durable=False`); a step that counts an attempt never does: a permit whose use was forgotten would be used again.
        """
        durable = durable or any(change.attempt for change in moves)
        with writing(self._engine, durable=durable, alone_on=self._held_alone(key, stream, events)) as connection:
            asked = (check.question,) if isinstance(check, Look) else ()
            taken, place, *answers = all_at_once(connection, recorded_query(key), head_query(connection, stream), *asked)
            known, head = result_read(taken), head_read(place, stream)
            if known is not None:
                return Recorded(known, (), repeated=True)
            if isinstance(check, Look):
                check.judge(*answers)
            elif check is not None:
                check(connection)
            stored = self._ledger.append(connection, stream, events, actor=actor, act_key=key, head=head)
            self._project(connection, stored)
            self._queue_effects(connection, stream, events, effects)
            for change in moves:
                outbox.apply(connection, change, self._clock.now().isoformat())
            for job in (*jobs, *_wakes(stored)):
                self._jobs.enqueue(connection, job)
            _mark_awake(connection, stored)
            version = stored[-1].version if stored else 0
            body = canonical_json(result or {}).decode()
            later(connection, _RECORD, (key, stream, body, version))
        return Recorded(json.loads(body), tuple(stored))

    def _held_alone(self, key: str, stream: str, events: Sequence[Event]) -> set[str]:
        """Return what no other writer may touch meanwhile: the step, the stream, and each row that several streams write to.

        What is written in the order of this lock is also numbered in it, so a rebuild folds a shared row as it was folded live.
        """
        shared = (name for event in events for p in self._projections if p.wants(event.kind) for name in p.shared(event))
        return {f"act {key}", f"stream {stream}", *shared}

    def wake_left_behind(self, before: datetime) -> int:
        """Put the cases back into the queue that were woken before then and never came to rest; returns how many.

        Their job was lost with the process that ran it, or ended on an error. Cheap: cases at rest are not looked at.
        """
        late = sa.select(awake.c.case_id, awake.c.version).join(cases, cases.c.case_id == awake.c.case_id)
        # One that failed at what it was woken for waits for the operator; what came after the failure has yet to be looked at.
        told = ledger_rows.c
        failed = (told.stream == awake.c.case_id) & (told.kind == StepFailed.kind) & (told.version > awake.c.version)
        left = (cases.c.status != "failed") | ~sa.exists().where(failed)
        late = late.where(awake.c.at <= before.isoformat(), left).order_by(awake.c.at).limit(_WOKEN_AT_ONCE)
        with reading(self._engine) as connection:
            if connection.execute(late).first() is None:
                return 0
        now = self._clock.now().isoformat()
        with writing(self._engine, alone_on=["awake"]) as connection:
            found = connection.execute(late).all()
            for row in found:
                job_id = f"advance/{row.case_id}/{row.version}/again/{now}"
                self._jobs.enqueue(connection, Job(job_id, ADVANCE, row.case_id, lane=row.case_id))
                connection.execute(awake.update().where(awake.c.case_id == row.case_id).values(at=now))
        return len(found)

    def _project(self, connection: sa.Connection, stored: Sequence[StoredEvent]) -> None:
        for event in stored:
            for projection in self._projections:
                if projection.wants(event.kind):
                    projection.apply(connection, event)

    def _queue_effects(self, connection: sa.Connection, case_id: str, events: Sequence[Event], effects: Sequence[PlannedEffect]) -> None:
        permits = {e.authorization.effect_key: e.authorization for e in events if isinstance(e, AuthorizationGranted)}
        for effect in effects:
            permit = permits.get(effect.key)
            if permit is None or permit.effect_digest != effect.digest:
                raise RefusedError(
                    f"no authorization for this exact {effect.kind}",
                    hint="an effect is queued together with its authorization, or not at all",
                )
            outbox.insert(connection, case_id, effect, permit.authorization_id, self._clock.now().isoformat())
            self._jobs.enqueue(
                connection, Job(f"dispatch/{effect.key}/0", DISPATCH, effect.key, f"effect/{effect.key}", queue=effects_queue(effect.kind))
            )


def recorded_in(connection: sa.Connection, key: str) -> JsonObject | None:
    """Return the result recorded under `key`, or None when that step was never taken."""
    return result_read(at_once(connection, *recorded_query(key)))


def recorded_query(key: str) -> Statement:
    """Return the statement that looks up what is recorded under `key`, for `result_read`."""
    return _RECORDED, (key,)


def result_read(cursor: Any) -> JsonObject | None:
    """Return the result that `recorded_query` found, or None."""
    row = cursor.fetchone()
    return json.loads(row[0]) if row is not None else None


_RECORDED = "SELECT result FROM acts WHERE act_key = ?"
_RECORD = "INSERT INTO acts (act_key, stream, result, last_version) VALUES (?, ?, ?, ?)"
_MARK_AWAKE = (
    "INSERT INTO awake (case_id, version, at) VALUES (?, ?, ?) "
    "ON CONFLICT (case_id) DO UPDATE SET version = excluded.version, at = excluded.at"
)


def _mark_awake(connection: sa.Connection, stored: Sequence[StoredEvent]) -> None:
    woken = [event for event in stored if _wakes_up(event)]
    if woken:
        last = woken[-1]
        later(connection, _MARK_AWAKE, (last.stream, last.version, last.at.isoformat()))


#: Facts that end no wait and yet give a case something to do: to begin, to go on, or to take back what it committed to.
_WAKING = frozenset(
    {
        "case.opened",
        "case.resumed",
        "case.cancelled",
        "case.ended",
        "payment.repeated",
        "refund.booked",
        "remediation.closed",
        "effect.contradicted",
        "calendar.outdated",
    }
)


def _wakes_up(event: StoredEvent) -> bool:
    return event.kind in _WAKING or bool(event.event.answers())


def _wakes(stored: Sequence[StoredEvent]) -> list[Job]:
    """Return one job per event that ends a wait: the case goes on from there."""
    return [
        Job(f"advance/{event.stream}/{event.version}", ADVANCE, event.stream, lane=event.stream) for event in stored if _wakes_up(event)
    ]
