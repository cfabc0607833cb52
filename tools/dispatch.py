"""The dispatcher: the only door through which anything leaves.

It drains the outbox. For each effect it checks the authorization *fact* in the ledger, burns it and marks the row before the
call, calls the connector with the effect's key, and records what is known afterwards: confirmed, failed, delayed (certainly
nothing was sent) or unknown (looked up, never repeated on hope). It knows nothing of policy and cannot be talked to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import sqlalchemy as sa

from memory import outbox
from memory.database import reading
from memory.domain.clock import Clock
from memory.domain.errors import (
    ConflictError,
    EffectRejectedError,
    EffectUnknownError,
    QuartermasterError,
    RefusedError,
    UnavailableError,
)
from memory.domain.events import Event
from memory.domain.events.authority import AuthorizationBurned
from memory.domain.events.effects import EffectConfirmed, EffectDelayed, EffectFailed, EffectUnknown
from memory.engine.port import Job, effects_queue
from memory.ledger import read_events
from memory.outbox import EffectStatus, Move, OutboxRow
from memory.unit_of_work import DISPATCH, UnitOfWork
from tools.connectors.base import Connector, Receipt
from tools.guards import GUARDS, Guard, check_guards

_ACTOR = "dispatcher"
RESOLVE = "resolve_effect"
#: A system that is down is tried again after 5, 10, 20 ... seconds, at most an hour apart, and given up after this many calls.
_MAX_ATTEMPTS = 12
_MAX_DELAY_S = 3600
_RESOLVE_DELAY_S = 30
_MAX_LOOK_UPS = 12


class Dispatcher:
    """Performs authorized effects, each at most once per key."""

    def __init__(
        self,
        database: sa.Engine,
        unit_of_work: UnitOfWork,
        connectors: Mapping[str, Connector],
        clock: Clock,
        guards: Sequence[Guard] = GUARDS,
    ) -> None:
        self._database = database
        self._unit_of_work = unit_of_work
        self._connectors = connectors
        self._clock = clock
        self._guards = tuple(guards)

    def dispatch(self, effect_key: str) -> None:
        """Perform one queued effect and record its outcome; an effect that is not waiting is left alone."""
        row = self._row(effect_key)
        if row.status not in {EffectStatus.QUEUED, EffectStatus.DELAYED}:
            return
        attempt = row.attempts + 1
        try:
            mine = self._burn(row, attempt)
        except RefusedError as error:
            self._failed(row, attempt, error)
            return
        if not mine:
            return
        try:
            receipt = _proof(self._connector(row).perform(row.kind, row.payload, key=row.effect_key))
        except (EffectRejectedError, RefusedError) as error:
            self._failed(row, attempt, error)
        except UnavailableError as error:
            self._delayed(row, attempt, error)
        except Exception as error:  # noqa: BLE001  # named edge: whatever a connector does, the outcome is then unknown, never lost
            self._unknown(row, attempt, error)
        else:
            self._confirmed(row, attempt, receipt)

    def resolve(self, effect_key: str) -> None:
        """Look up an effect whose outcome is unknown, and record what is found; nothing is sent."""
        row = self._row(effect_key)
        if row.status not in {EffectStatus.UNKNOWN, EffectStatus.SUBMITTED}:
            return
        try:
            found = self._connector(row).look_up(row.kind, row.payload, key=row.effect_key)
            receipt = None if found is None else _proof(found)
        except Exception as error:  # noqa: BLE001  # named edge: what cannot be looked up, for whatever reason, stays unknown
            self._unknown(row, row.attempts, error)
            return
        if receipt is None:
            self._failed(row, row.attempts, EffectRejectedError(f"the {row.kind} was looked up and did not happen"))
        else:
            self._confirmed(row, row.attempts, receipt)

    def sweep(self) -> int:
        """After a start: look up what a crash left between call and answer, and what is unknown; returns how many effects that were."""
        with reading(self._database) as connection:
            left = outbox.rows(connection, statuses=(EffectStatus.SUBMITTED, EffectStatus.UNKNOWN))
        for row in left:
            self.resolve(row.effect_key)
        return len(left)

    def _row(self, effect_key: str) -> OutboxRow:
        with reading(self._database) as connection:
            return outbox.read(connection, effect_key)

    def _connector(self, row: OutboxRow) -> Connector:
        connector = self._connectors.get(row.kind)
        if connector is None:
            raise RefusedError(f"nothing here can perform {row.kind}", hint="run qm doctor")
        return connector

    def _burn(self, row: OutboxRow, attempt: int) -> bool:
        """Check every guard and use up the permit, in the transaction before the call; False when somebody else was first."""

        def check(connection: sa.Connection) -> None:
            current = outbox.read(connection, row.effect_key)
            if (current.status, current.attempts) != (row.status, row.attempts):
                raise _TakenError(f"somebody else is at the effect {row.effect_key}")
            check_guards(self._guards, connection, current, self._clock.now())

        burned = AuthorizationBurned(authorization_id=row.authorization_id, effect_key=row.effect_key, attempt=attempt)
        moves = [Move(row.effect_key, EffectStatus.SUBMITTED, attempt=True)]
        try:
            done = self._unit_of_work.act(
                f"burn/{row.effect_key}/{attempt}", [burned], stream=row.case_id, actor=_ACTOR, moves=moves, check=check
            )
        except _TakenError:
            return False
        # A burn that was recorded before is somebody else's: only the one who wrote it makes the call.
        return not done.repeated

    def _record(self, row: OutboxRow, step: str, event: Event, to: EffectStatus, *, note: str = "", jobs: Sequence[Job] = ()) -> None:
        self._unit_of_work.act(
            f"{step}/{row.effect_key}",
            [event],
            stream=row.case_id,
            actor=_ACTOR,
            moves=[Move(row.effect_key, to, note=note)],
            jobs=jobs,
        )

    def _confirmed(self, row: OutboxRow, attempt: int, receipt: Receipt) -> None:
        event = EffectConfirmed(
            effect_key=row.effect_key,
            effect_kind=row.kind,
            reference=receipt.reference,
            evidence=receipt.evidence,
            detail=receipt.detail,
        )
        self._record(row, f"confirm/{attempt}", event, EffectStatus.CONFIRMED, note=receipt.reference)

    def _failed(self, row: OutboxRow, attempt: int, error: QuartermasterError) -> None:
        event = EffectFailed(effect_key=row.effect_key, effect_kind=row.kind, error=error.code, message=_words(error))
        self._record(row, f"fail/{attempt}", event, EffectStatus.FAILED, note=_words(error))

    def _delayed(self, row: OutboxRow, attempt: int, error: UnavailableError) -> None:
        if attempt >= _MAX_ATTEMPTS:
            self._failed(row, attempt, error)
            return
        event = EffectDelayed(effect_key=row.effect_key, effect_kind=row.kind, message=_words(error), attempt=attempt)
        again = partial(
            Job, f"dispatch/{row.effect_key}/{attempt}", DISPATCH, row.effect_key, f"effect/{row.effect_key}", queue=effects_queue(row.kind)
        )
        delay = min(_MAX_DELAY_S, 5 * 2 ** (attempt - 1))
        self._record(row, f"delay/{attempt}", event, EffectStatus.DELAYED, note=_words(error), jobs=[again(delay_s=delay)])

    def _unknown(self, row: OutboxRow, attempt: int, error: Exception) -> None:
        """Record that the outcome is not known, and look it up later: ever more rarely, at last only after a start."""
        looks = self._times_unknown(row)
        if looks >= _MAX_LOOK_UPS:
            return
        event = EffectUnknown(effect_key=row.effect_key, effect_kind=row.kind, message=_words(error))
        delay = min(_MAX_DELAY_S, _RESOLVE_DELAY_S * 2**looks)
        job_id, lane = f"resolve/{row.effect_key}/{attempt}/{looks}", f"effect/{row.effect_key}"
        look_up = Job(job_id, RESOLVE, row.effect_key, lane, delay, effects_queue(row.kind))
        self._record(row, f"unknown/{attempt}/{looks}", event, EffectStatus.UNKNOWN, note=_words(error), jobs=[look_up])

    def _times_unknown(self, row: OutboxRow) -> int:
        with reading(self._database) as connection:
            stored = read_events(connection, stream=row.case_id, kinds=(EffectUnknown.kind,))
            return sum(1 for event in stored if event.body["effect_key"] == row.effect_key)


class _TakenError(ConflictError):
    """The effect moved between the look and the lock."""


def _proof(receipt: object) -> Receipt:
    if not isinstance(receipt, Receipt):
        raise EffectUnknownError("the connector gave no receipt", hint="look the effect up")
    return receipt


def _words(error: Exception) -> str:
    # Errors that are not ours may quote payloads or credentials, so only their type is kept.
    return error.message if isinstance(error, QuartermasterError) else type(error).__name__
