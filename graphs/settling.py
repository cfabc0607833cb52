"""Control over effects: stop them all, let them go again, and settle by hand what nobody here can look up."""

from __future__ import annotations

import sqlalchemy as sa

from memory import outbox
from memory.database import reading
from memory.domain.clock import IdMaker
from memory.domain.errors import ConflictError, InputError
from memory.domain.events import Event
from memory.domain.events.authority import AuthorizationBurned
from memory.domain.events.control import EffectSettled, EffectsResumed, EffectsStopped
from memory.domain.events.effects import EffectConfirmed
from memory.domain.seal import Sealer, sealed
from memory.effect_jobs import dispatch_job
from memory.effect_stop import lift_key, stop_in_force
from memory.engine.port import Job
from memory.ledger import WORKSPACE, StoredEvent, read_events
from memory.outbox import WAITING, EffectStatus, Move, OutboxRow
from memory.unit_of_work import UnitOfWork
from tools.door_book import DoorBook


class EffectControl:
    """The operator's hand on the door. Stopping needs no seal; letting go and settling do, where there is a vault."""

    def __init__(
        self, database: sa.Engine, unit_of_work: UnitOfWork, ids: IdMaker, *, sealer: Sealer | None = None, book: DoorBook | None = None
    ) -> None:
        self._database = database
        self._unit_of_work = unit_of_work
        self._ids = ids
        self._sealer = sealer
        self._book = book

    def stop(self) -> StoredEvent | None:
        """Return the stop in force, or None when effects may leave."""
        with reading(self._database) as connection:
            return stop_in_force(connection)

    def stop_effects(self, *, by: str, reason: str) -> bool:
        """Let nothing leave any more, from this moment on; what waits keeps its place. False when they were stopped already."""
        if self.stop() is not None:
            return False
        fact = EffectsStopped(by=by, reason=_reason(reason))
        done = self._unit_of_work.act(f"effects/stop/{self._ids.new('CMD')}", [fact], stream=WORKSPACE, actor=by)
        if self._book is not None:
            self._book.note_stop(done.events[-1].seq)
        return True

    def resume_effects(self, *, by: str, reason: str) -> int:
        """Let effects leave again, and queue anew what waits; returns how many that are. Raises `ConflictError` when none is stopped."""
        stopped = self._stopped()
        if not stopped:
            raise ConflictError("effects are not stopped", hint="nothing was changed")
        with reading(self._database) as connection:
            waiting = outbox.rows(connection, statuses=WAITING)
        key = lift_key(stopped)
        fact = sealed(EffectsResumed(by=by, reason=_reason(reason)), stream=WORKSPACE, act_key=key, sealer=self._sealer)
        jobs = [dispatch_job(row, f"{row.attempts}/after-stop-{stopped}") for row in waiting]
        self._unit_of_work.act(key, [fact], stream=WORKSPACE, actor=by, jobs=jobs)
        if self._book is not None:
            self._book.note_lift(stopped)
        return len(waiting)

    def _stopped(self) -> int:
        """Return the running number of the stop in force; of one that is gone from the ledger, the book's; 0 when there is none."""
        stop = self.stop()
        if stop is not None:
            return stop.seq
        return min(self._book.stops, default=0) if self._book is not None else 0

    def settle(self, effect_key: str, *, happened: bool, by: str, reason: str) -> EffectStatus:
        """Record what the operator found out about an effect whose outcome is unknown, and return where it stands then.

        What happened is confirmed. What did not happen goes again under the same key: its permit's use is given back.

        Raises:
            NotFoundError: there is no such effect.
            ConflictError: its outcome is not unknown.
        """
        with reading(self._database) as connection:
            row = outbox.read(connection, effect_key)
        to = EffectStatus.CONFIRMED if happened else EffectStatus.QUEUED
        key = f"settle/{row.attempts}/{effect_key}"
        settled = EffectSettled(
            effect_key=effect_key,
            effect_kind=row.kind,
            attempt=row.attempts,
            happened=happened,
            by=by,
            reason=_reason(reason),
            token_ids=self._calls_of(row),
        )
        facts: list[Event] = [sealed(settled, stream=row.case_id, act_key=key, sealer=self._sealer)]
        jobs: list[Job] = [] if happened else [dispatch_job(row, f"{row.attempts}/settled")]
        if happened:
            facts.append(EffectConfirmed(effect_key=effect_key, effect_kind=row.kind, reference=row.reference, detail={"settled_by": by}))

        def check(connection: sa.Connection) -> None:
            _expect_unknown(outbox.read(connection, effect_key, lock=True), row.attempts)

        moves = [Move(effect_key, to, note=f"settled by {by}")]
        done = self._unit_of_work.act(key, facts, stream=row.case_id, actor=by, moves=moves, jobs=jobs, check=check)
        if done.repeated:
            raise ConflictError("this effect was settled already", hint="nothing was changed; qm effects list")
        return to

    def _calls_of(self, row: OutboxRow) -> tuple[str, ...]:
        with reading(self._database) as connection:
            burned = [e.event for e in read_events(connection, stream=row.case_id, kinds=(AuthorizationBurned.kind,))]
        return tuple(e.token_id for e in burned if isinstance(e, AuthorizationBurned) and e.effect_key == row.effect_key)


def _expect_unknown(row: OutboxRow, attempt: int) -> None:
    if row.status is not EffectStatus.UNKNOWN or row.attempts != attempt:
        raise ConflictError(
            f"the effect is {row.status}, not unknown: there is nothing to settle", hint=f"qm effects show {row.effect_key}"
        )


def _reason(reason: str) -> str:
    if not reason.strip():
        raise InputError("a reason is missing", hint="--reason says why; it is kept in the ledger")
    return reason.strip()
