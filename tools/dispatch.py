"""The dispatcher: the only door through which anything leaves.

It drains the outbox. For each effect it checks the authorization *fact* in the ledger, burns it and takes the row for itself before
the call, mints a capability token for this one call and calls the connector with the effect's key; what is known afterwards is
recorded by `tools.outcomes`. It knows nothing of policy and cannot be talked to.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import sqlalchemy as sa

from memory import outbox
from memory.database import glancing, reading, writing
from memory.domain.approval import Authorization
from memory.domain.clock import Clock
from memory.domain.errors import EffectRejectedError, EffectUnknownError, RefusedError, UnavailableError
from memory.domain.events.authority import AuthorizationBurned
from memory.domain.seal import SealCheck
from memory.effect_jobs import RESOLVE, dispatch_job, resolve_job
from memory.ledger import read_events
from memory.outbox import OPEN, WAITING, EffectStatus, Move, OutboxRow
from memory.signed_heads import SignedHeads
from memory.unit_of_work import UnitOfWork
from tools.capability import Clearance, FencedError, Mint, Token
from tools.connectors.base import Connector, ConnectorClass, Receipt
from tools.door_book import DoorBook
from tools.guards import (
    COMMITTING,
    FIRST,
    GUARDS,
    HOLDS,
    Door,
    Guard,
    HeldError,
    Word,
    case_goes_on,
    check_guards,
    door_of,
    effects_may_leave,
    stopped_because,
)
from tools.outcomes import ACTOR, Outcomes, TakenError, checked_receipt, delay_s, words

__all__ = ["RESOLVE", "Authority", "Dispatcher"]

#: A call takes seconds; its token lives five minutes. Who is silent for longer than this has lost the effect.
LEASE = timedelta(seconds=120)
#: A row that waits for so long beyond its time has lost its job; it gets another after 1, 2, 4 ... times as long.
LOST_AFTER = timedelta(minutes=5)


class Authority(Protocol):
    """The second look: whether what the ledger calls authorized is so by today's policy and the operator's own seals."""

    def confirm(self, row: OutboxRow, authorization: Authorization) -> None:
        """Raise `RefusedError` when the effect must not leave after all."""


class LedgerAlone:
    """The authority of a core without policy: what the ledger says is enough."""

    def confirm(self, row: OutboxRow, authorization: Authorization) -> None:
        """Say yes."""


@dataclass(frozen=True)
class _Call:
    """One call under way: the row as it was burned, its number, its permit and until when the row is ours."""

    row: OutboxRow
    attempt: int
    permit: Authorization
    token_id: str
    until: datetime
    undone: frozenset[str] = frozenset()


class Dispatcher:
    """Performs authorized effects, each at most once per key.

    `name` is the process's own. Two processes may bear one name only if the second is the first one started again: it takes over
    at once what its predecessor left. Each start has an incarnation of its own, so a predecessor that was only asleep is
    fenced off.
    """

    def __init__(
        self,
        database: sa.Engine,
        unit_of_work: UnitOfWork,
        connectors: Mapping[str, Connector],
        clock: Clock,
        mint: Mint,
        *,
        authority: Authority | None = None,
        seals: SealCheck | None = None,
        book: DoorBook | None = None,
        signed: SignedHeads | None = None,
        guards: Sequence[Guard] = GUARDS,
        name: str = "local",
        lease: timedelta = LEASE,
        lost_after: timedelta = LOST_AFTER,
    ) -> None:
        self._database = database
        self._unit_of_work = unit_of_work
        self._connectors = connectors
        self._clock = clock
        self._mint = mint
        self._authority = authority or LedgerAlone()
        self._word = Word(mint, seals, book, signed)
        self._book = book
        self._outcomes = Outcomes(database, unit_of_work, mint, book)
        self._guards = tuple(guards)
        self._holding = tuple(g for g in self._guards if g in {effects_may_leave, case_goes_on})
        self._name = name
        self._holder = f"{name}/{secrets.token_hex(4)}"
        self._lease = lease
        self._lost_after = lost_after
        self._calling: set[str] = set()

    def dispatch(self, effect_key: str) -> None:
        """Perform one waiting effect and record its outcome; one that does not wait, or may not leave just now, is left alone."""
        row = self._row(effect_key)
        if row.status not in WAITING:
            return
        try:
            self._authority.confirm(row, self._permit(row))
            call = self._burn(row)
        except HeldError:
            return
        except RefusedError as error:
            self._outcomes.failed(row, row.attempts, error)
            return
        if call is not None:
            self._perform(call)

    def resolve(self, argument: str) -> None:
        """Look up an effect whose outcome is unknown, and record what is found; nothing is sent.

        What certainly did not happen goes back to its place under the same key. A call that somebody else has a running
        lease on is left alone. `argument` is the effect's key; with `/CALL/LOOK` behind it (see `next_look`) the look is
        made only when nobody has looked since: otherwise each start would begin a chain of looks of its own.
        """
        effect_key, _, look = argument.partition("/")
        row = self._row(effect_key)
        if look and look != f"{row.attempts}/{self._outcomes.times_unknown(row) - 1}":
            return
        if row.status is not EffectStatus.UNKNOWN and not self._take_over(row):
            return
        try:
            receipt = self._looked_up(row)
        except Exception as error:  # noqa: BLE001  # named edge: what cannot be looked up, for whatever reason, stays unknown
            self._outcomes.unknown(row, row.attempts, error)
            return
        if receipt is None:
            self._outcomes.delayed(
                row, row.attempts, UnavailableError("it was looked up and did not happen; it goes again under the same key")
            )
        else:
            self._outcomes.confirmed(row, row.attempts, receipt)

    def _looked_up(self, row: OutboxRow) -> Receipt | None:
        connector = self._connector(row)
        found = connector.look_up(row.kind, row.payload, key=row.effect_key)
        if found is None and connector.connector_class is ConnectorClass.NEITHER:
            raise EffectUnknownError("this system cannot be asked what became of it")
        return None if found is None else checked_receipt(found)

    def sweep(self, *, starting: bool = True) -> int:
        """Mend what a crash left: look up calls that nobody is making any more, and queue anew what lost its job.

        At a start also everything unknown is looked up; later that has its own ever rarer jobs. Returns how many were looked up.
        """
        self.look_for_stop()
        with reading(self._database) as connection:
            left = outbox.rows(connection, statuses=OPEN)
        now = self._clock.now()
        looked = [row for row in left if (starting and row.status is EffectStatus.UNKNOWN) or self._abandoned(row, now)]
        for row in looked:
            self.resolve(row.effect_key)
        for row in left:
            self._queue_anew(row, now)
        return len(looked)

    def look_for_stop(self) -> None:
        """Keep a stop that stands in the ledger in the dispatcher's own book too, before anybody can take it out of the ledger."""
        with reading(self._database) as connection:
            stopped_because(connection, self._word)

    # --- before the call -----------------------------------------------------------------------------------------------

    def _row(self, effect_key: str) -> OutboxRow:
        with glancing(self._database) as connection:
            return outbox.read(connection, effect_key)

    def _permit(self, row: OutboxRow) -> Authorization:
        """Return the permit, for the second look; raises `HeldError` when there is no point in one now, `RefusedError` without any."""
        with glancing(self._database) as connection:
            door = door_of(connection, row, self._clock.now(), self._word, FIRST)
            check_guards(self._holding, door)
        return door.permit

    def _door(self, connection: sa.Connection, row: OutboxRow) -> Door:
        return door_of(connection, row, self._clock.now(), self._word)

    def _connector(self, row: OutboxRow) -> Connector:
        connector = self._connectors.get(row.kind)
        if connector is None:
            raise RefusedError(f"nothing here can perform {row.kind}", hint="run qm doctor")
        return connector

    def _burn(self, row: OutboxRow) -> _Call | None:
        """Check every guard and use up the permit, in the transaction before the call; None when somebody else was first."""
        attempt, until = row.attempts + 1, self._clock.now() + self._lease
        token_id = self._mint.new_id()
        doors: list[Door] = []

        def check(connection: sa.Connection) -> None:
            current = outbox.read(connection, row.effect_key, lock=True)
            if current != row:
                raise TakenError(f"somebody else is at the effect {row.effect_key}")
            doors.append(self._door(connection, current))
            check_guards(self._guards, doors[-1])

        burned = AuthorizationBurned(authorization_id=row.authorization_id, effect_key=row.effect_key, attempt=attempt, token_id=token_id)
        move = Move(row.effect_key, EffectStatus.SUBMITTED, attempt=True, holder=self._holder, held_until=until)
        # From here on the row is this process's: a sweep beside us must not take a call for one that a crash left.
        self._calling.add(row.effect_key)
        try:
            done = self._unit_of_work.act(
                f"burn/{row.effect_key}/{attempt}", [burned], stream=row.case_id, actor=ACTOR, moves=[move], check=check
            )
        except TakenError:
            self._calling.discard(row.effect_key)
            return None
        except BaseException:
            self._calling.discard(row.effect_key)
            raise
        if done.repeated:
            # A burn that was recorded before is somebody else's: only the one who wrote it makes the call.
            self._calling.discard(row.effect_key)
            return None
        return _Call(row, attempt, doors[-1].permit, token_id, until, doors[-1].undone)

    # --- the call ------------------------------------------------------------------------------------------------------

    def _perform(self, call: _Call) -> None:
        row, attempt = call.row, call.attempt
        try:
            if self._book is not None and row.kind in COMMITTING:
                self._book.note_call(row.effect_key, call.token_id)
            token = self._mint.token(call.token_id, call.permit, row.payload, self._clock.now())
            clearance = Clearance(token, lambda: self._last_look(call, token), call.undone)
            receipt = checked_receipt(self._connector(row).perform(row.kind, row.payload, key=row.effect_key, clearance=clearance))
        except (EffectRejectedError, RefusedError) as error:
            self._outcomes.failed(row, attempt, error)
        except UnavailableError as error:
            self._outcomes.delayed(row, attempt, error)
        except Exception as error:  # noqa: BLE001  # named edge: whatever a connector does, the outcome is then unknown, never lost
            self._outcomes.unknown(row, attempt, error)
        else:
            self._outcomes.confirmed(row, attempt, receipt)
        finally:
            self._calling.discard(row.effect_key)

    def _last_look(self, call: _Call, token: Token) -> None:
        """Raise `FencedError` unless the call is still this process's to make: the fence against one that slept through a take-over."""
        try:
            # Each look is at what is committed by then: later than the one before it, never earlier.
            with glancing(self._database) as connection:
                row = outbox.read(connection, call.row.effect_key)
                facts = tuple(read_events(connection, stream=row.case_id, kinds=HOLDS))
                check_guards(self._holding, Door(connection, row, call.permit, facts, self._clock.now(), self._word))
        except (sa.exc.SQLAlchemyError, HeldError) as error:
            raise FencedError(f"the {call.row.kind} may not leave just now: {words(error)}") from error
        mine = (row.status, row.attempts, row.holder) == (EffectStatus.SUBMITTED, call.attempt, self._holder)
        if not mine or self._clock.now() >= min(call.until, token.expires_at):
            raise FencedError(f"the {call.row.kind} took too long; somebody else looks after it now")

    # --- what was left behind ------------------------------------------------------------------------------------------

    def _abandoned(self, row: OutboxRow, now: datetime) -> bool:
        """Whether a call is under way that nobody makes any more: its lease ran out, or it was ours and is not in our hands."""
        if row.status is not EffectStatus.SUBMITTED or row.effect_key in self._calling:
            return False
        return not row.leased(now) or row.holder.rpartition("/")[0] == self._name

    def _take_over(self, row: OutboxRow) -> bool:
        """Make an abandoned call ours to look after; from then on who made it cannot send any more."""
        now = self._clock.now()
        if not self._abandoned(row, now):
            return False
        with writing(self._database) as connection:
            return outbox.take_over(connection, row, holder=self._holder, until=now + self._lease)

    def _queue_anew(self, row: OutboxRow, now: datetime) -> None:
        """Give a row that waits far beyond its time another job. The job's name tells its age, so each age gives one at most."""
        wait = delay_s(row.attempts) if row.status is EffectStatus.DELAYED else 0
        age = now - datetime.fromisoformat(row.updated_at) - timedelta(seconds=wait)
        doublings = int(age / self._lost_after).bit_length()
        if not doublings or row.status is EffectStatus.SUBMITTED:
            return
        why = f"{row.attempts}/{row.status}/lost-{doublings}"
        job = resolve_job(row, why) if row.status is EffectStatus.UNKNOWN else dispatch_job(row, why)
        self._unit_of_work.act(f"again/{job.job_id}", [], stream=row.case_id, actor=ACTOR, jobs=[job], durable=False)
