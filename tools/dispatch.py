"""The dispatcher: the only door through which anything leaves.

It drains the outbox. For each effect it checks the authorization *fact* in the ledger, burns it and takes the row for itself before
the call, mints a capability token for this one call, calls the connector with the effect's key, and records what is known
afterwards: confirmed, failed, delayed (certainly nothing was sent) or unknown (looked up, never repeated on hope). It knows
nothing of policy and cannot be talked to.
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
from memory.domain.seal import SealCheck
from memory.effect_jobs import RESOLVE, dispatch_job, next_look, resolve_job
from memory.engine.port import Job
from memory.ledger import read_events
from memory.outbox import OPEN, WAITING, EffectStatus, Move, OutboxRow, may_become
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
    said,
    stopped_because,
)

__all__ = ["RESOLVE", "Authority", "Dispatcher"]

_ACTOR = "dispatcher"
#: A call that certainly did nothing is made again after 5, 10, 20 ... seconds, at most an hour apart, and given up after so many.
_MAX_ATTEMPTS = 12
_MAX_DELAY_S = 3600
_RESOLVE_DELAY_S = 30
_MAX_LOOK_UPS = 12
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
            self._fail(row, row.attempts, error)
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
        if look and look != f"{row.attempts}/{self._times_unknown(row) - 1}":
            return
        if row.status is not EffectStatus.UNKNOWN and not self._take_over(row):
            return
        try:
            receipt = self._looked_up(row)
        except Exception as error:  # noqa: BLE001  # named edge: what cannot be looked up, for whatever reason, stays unknown
            self._unknown(row, row.attempts, error)
            return
        if receipt is None:
            self._delay(row, row.attempts, UnavailableError("it was looked up and did not happen; it goes again under the same key"))
        else:
            self._confirm(row, row.attempts, receipt)

    def _looked_up(self, row: OutboxRow) -> Receipt | None:
        connector = self._connector(row)
        found = connector.look_up(row.kind, row.payload, key=row.effect_key)
        if found is None and connector.connector_class is ConnectorClass.NEITHER:
            raise EffectUnknownError("this system cannot be asked what became of it")
        return None if found is None else _proof(found)

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
                raise _TakenError(f"somebody else is at the effect {row.effect_key}")
            doors.append(self._door(connection, current))
            check_guards(self._guards, doors[-1])

        burned = AuthorizationBurned(authorization_id=row.authorization_id, effect_key=row.effect_key, attempt=attempt, token_id=token_id)
        move = Move(row.effect_key, EffectStatus.SUBMITTED, attempt=True, holder=self._holder, held_until=until)
        # From here on the row is this process's: a sweep beside us must not take a call for one that a crash left.
        self._calling.add(row.effect_key)
        try:
            done = self._unit_of_work.act(
                f"burn/{row.effect_key}/{attempt}", [burned], stream=row.case_id, actor=_ACTOR, moves=[move], check=check
            )
        except _TakenError:
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
            receipt = _proof(self._connector(row).perform(row.kind, row.payload, key=row.effect_key, clearance=clearance))
        except (EffectRejectedError, RefusedError) as error:
            self._fail(row, attempt, error)
        except UnavailableError as error:
            self._delay(row, attempt, error)
        except Exception as error:  # noqa: BLE001  # named edge: whatever a connector does, the outcome is then unknown, never lost
            self._unknown(row, attempt, error)
        else:
            self._confirm(row, attempt, receipt)
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
            raise FencedError(f"the {call.row.kind} may not leave just now: {_words(error)}") from error
        mine = (row.status, row.attempts, row.holder) == (EffectStatus.SUBMITTED, call.attempt, self._holder)
        if not mine or self._clock.now() >= min(call.until, token.expires_at):
            raise FencedError(f"the {call.row.kind} took too long; somebody else looks after it now")

    # --- after the call ------------------------------------------------------------------------------------------------

    def _record(
        self, row: OutboxRow, attempt: int, step: str, event: Event, to: EffectStatus, *, note: str = "", jobs: Sequence[Job] = ()
    ) -> None:
        """Record what is known of one call, unless more is known by now.

        Need not survive a power cut: the burn before it does, and an effect that was burned and not recorded is looked up.
        """

        def check(connection: sa.Connection) -> None:
            current = outbox.read(connection, row.effect_key, lock=True)
            # A receipt is proof whichever call it is of; any other word counts for the call it is about, and for no later one.
            about = to is EffectStatus.CONFIRMED or current.attempts == attempt
            if not about or not (may_become(current.status, to) or current.status is to is EffectStatus.UNKNOWN):
                raise _TakenError(f"more is known about the effect {row.effect_key}")

        moves = [Move(row.effect_key, to, note=note)]
        try:
            self._unit_of_work.act(
                f"{step}/{row.effect_key}",
                [event],
                stream=row.case_id,
                actor=_ACTOR,
                moves=moves,
                jobs=jobs,
                check=check,
                durable=False,
            )
        except _TakenError:
            return

    def _confirm(self, row: OutboxRow, attempt: int, receipt: Receipt) -> None:
        event = EffectConfirmed(
            effect_key=row.effect_key,
            effect_kind=row.kind,
            reference=receipt.reference,
            evidence=receipt.evidence,
            detail=receipt.detail,
        )
        step = f"confirm/{attempt}"
        seal = self._mint.seal(said(event, row.case_id, f"{step}/{row.effect_key}"))
        self._record(row, attempt, step, event.model_copy(update={"seal": seal}), EffectStatus.CONFIRMED, note=receipt.reference)

    def _fail(self, row: OutboxRow, attempt: int, error: QuartermasterError) -> None:
        event = EffectFailed(effect_key=row.effect_key, effect_kind=row.kind, error=error.code, message=_words(error))
        self._record(row, attempt, f"fail/{attempt}", event, EffectStatus.FAILED, note=_words(error))

    def _delay(self, row: OutboxRow, attempt: int, error: UnavailableError) -> None:
        """Give the permit's use back and try again later, under the same key; after so many calls the effect is given up."""
        if attempt >= _MAX_ATTEMPTS:
            self._fail(row, attempt, error)
            return
        if self._book is not None:
            self._book.note_nothing(row.effect_key)
        step = f"delay/{attempt}"
        event = EffectDelayed(effect_key=row.effect_key, effect_kind=row.kind, message=_words(error), attempt=attempt)
        seal = self._mint.seal(said(event, row.case_id, f"{step}/{row.effect_key}"))
        again = dispatch_job(row, attempt, delay_s=_delay_s(attempt))
        self._record(row, attempt, step, event.model_copy(update={"seal": seal}), EffectStatus.DELAYED, note=_words(error), jobs=[again])

    def _unknown(self, row: OutboxRow, attempt: int, error: Exception) -> None:
        """Record that the outcome is not known, and look it up later: ever more rarely, at last only after a start."""
        looks = self._times_unknown(row)
        if looks >= _MAX_LOOK_UPS:
            return
        event = EffectUnknown(effect_key=row.effect_key, effect_kind=row.kind, message=_words(error))
        delay = min(_MAX_DELAY_S, _RESOLVE_DELAY_S * 2**looks)
        look_up = next_look(row, attempt, looks, delay_s=delay)
        self._record(row, attempt, f"unknown/{attempt}/{looks}", event, EffectStatus.UNKNOWN, note=_words(error), jobs=[look_up])

    def _times_unknown(self, row: OutboxRow) -> int:
        """Return how often the last call was found to have an unknown outcome."""
        looks = 0
        with glancing(self._database) as connection:
            for stored in read_events(connection, stream=row.case_id, kinds=(EffectUnknown.kind, AuthorizationBurned.kind)):
                if stored.body["effect_key"] == row.effect_key:
                    looks = looks + 1 if stored.kind == EffectUnknown.kind else 0
        return looks

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
        wait = _delay_s(row.attempts) if row.status is EffectStatus.DELAYED else 0
        age = now - datetime.fromisoformat(row.updated_at) - timedelta(seconds=wait)
        doublings = int(age / self._lost_after).bit_length()
        if not doublings or row.status is EffectStatus.SUBMITTED:
            return
        why = f"{row.attempts}/{row.status}/lost-{doublings}"
        job = resolve_job(row, why) if row.status is EffectStatus.UNKNOWN else dispatch_job(row, why)
        self._unit_of_work.act(f"again/{job.job_id}", [], stream=row.case_id, actor=_ACTOR, jobs=[job], durable=False)


class _TakenError(ConflictError):
    """The effect moved between the look and the lock."""


def _delay_s(attempt: int) -> int:
    return min(_MAX_DELAY_S, 5 << max(0, attempt - 1))


def _proof(receipt: object) -> Receipt:
    if not isinstance(receipt, Receipt):
        raise EffectUnknownError("the connector gave no receipt", hint="look the effect up")
    return receipt


def _words(error: Exception) -> str:
    # Errors that are not ours may quote payloads or credentials, so only their type is kept.
    return error.message if isinstance(error, QuartermasterError) else type(error).__name__
