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
from memory.domain.errors import EffectRejectedError, EffectUnknownError, QuartermasterError, RefusedError, UnavailableError
from memory.domain.events import Event
from memory.domain.events.authority import AuthorizationBurned
from memory.domain.events.effects import EffectConfirmed, EffectDelayed, EffectFailed, EffectUnknown
from memory.engine.port import Job
from memory.outbox import EffectStatus, Move, OutboxRow
from memory.unit_of_work import DISPATCH, UnitOfWork
from tools.connectors.base import Connector, Receipt
from tools.guards import GUARDS, Guard, permit_for

_ACTOR = "dispatcher"
RESOLVE = "resolve_effect"
#: A system that is down is tried again after 5, 10, 20 ... seconds, at most an hour apart, and given up after this many calls.
_MAX_ATTEMPTS = 12
_MAX_DELAY_S = 3600
_RESOLVE_DELAY_S = 30


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
            self._burn(row, attempt)
        except RefusedError as error:
            self._failed(row, attempt, error)
            return
        try:
            receipt = self._connector(row).perform(row.kind, row.payload, key=row.effect_key)
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
        if row.status not in {EffectStatus.UNKNOWN, EffectStatus.SUBMITTING}:
            return
        try:
            receipt = self._connector(row).look_up(row.kind, row.payload, key=row.effect_key)
        except (EffectUnknownError, UnavailableError) as error:
            self._unknown(row, row.attempts, error)
            return
        if receipt is None:
            self._failed(row, row.attempts, EffectRejectedError(f"the {row.kind} was looked up and did not happen"))
        else:
            self._confirmed(row, row.attempts, receipt)

    def sweep(self) -> int:
        """After a start: look up what a crash left between call and answer; returns how many effects that were."""
        with reading(self._database) as connection:
            left = outbox.rows(connection, statuses=(EffectStatus.SUBMITTING,))
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

    def _burn(self, row: OutboxRow, attempt: int) -> None:
        """Check every guard and use up the permit, in the transaction before the call."""

        def check(connection: sa.Connection) -> None:
            current = outbox.read(connection, row.effect_key)
            if current.status is not row.status or current.attempts != row.attempts:
                raise RefusedError("somebody else is performing this effect")
            permit = permit_for(connection, current)
            for guard in self._guards:
                guard(connection, current, permit, self._clock.now())

        self._unit_of_work.act(
            f"burn/{row.effect_key}/{attempt}",
            [AuthorizationBurned(authorization_id=row.authorization_id, effect_key=row.effect_key, attempt=attempt)],
            stream=row.case_id,
            actor=_ACTOR,
            moves=[Move(row.effect_key, EffectStatus.SUBMITTING, attempt=True)],
            check=check,
        )

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
        again = partial(Job, f"dispatch/{row.effect_key}/{attempt}", DISPATCH, row.effect_key, f"effect/{row.effect_key}")
        delay = min(_MAX_DELAY_S, 5 * 2 ** (attempt - 1))
        self._record(row, f"delay/{attempt}", event, EffectStatus.DELAYED, note=_words(error), jobs=[again(delay_s=delay)])

    def _unknown(self, row: OutboxRow, attempt: int, error: Exception) -> None:
        event = EffectUnknown(effect_key=row.effect_key, effect_kind=row.kind, message=_words(error))
        look_up = Job(f"resolve/{row.effect_key}/{attempt}", RESOLVE, row.effect_key, f"effect/{row.effect_key}", _RESOLVE_DELAY_S)
        self._record(row, f"unknown/{attempt}", event, EffectStatus.UNKNOWN, note=_words(error), jobs=[look_up])


def _words(error: Exception) -> str:
    # Errors that are not ours may quote payloads or credentials, so only their type is kept.
    return error.message if isinstance(error, QuartermasterError) else type(error).__name__
