"""What became of a call: recorded once, with what follows from it.

Confirmed, failed, delayed (certainly nothing was sent: tried again under the same key) or unknown (looked up, never repeated on
hope). Nothing here calls a connector.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from memory import outbox
from memory.database import glancing
from memory.domain.errors import ConflictError, EffectUnknownError, QuartermasterError, UnavailableError
from memory.domain.events import Event
from memory.domain.events.authority import AuthorizationBurned
from memory.domain.events.effects import EffectConfirmed, EffectDelayed, EffectFailed, EffectUnknown
from memory.effect_jobs import dispatch_job, next_look
from memory.engine.port import Job
from memory.ledger import read_events
from memory.outbox import EffectStatus, Move, OutboxRow, may_become
from memory.unit_of_work import UnitOfWork
from tools.capability import Mint
from tools.connectors.base import Receipt
from tools.door_book import DoorBook
from tools.guards import said

#: Who says what became of a call, and all else at the door, as the ledger tells it.
ACTOR = "dispatcher"
#: A call that certainly did nothing is made again after 5, 10, 20 ... seconds, at most an hour apart, and given up after so many.
_MAX_ATTEMPTS = 12
_MAX_DELAY_S = 3600
_RESOLVE_DELAY_S = 30
_MAX_LOOK_UPS = 12


class Outcomes:
    """Records outcomes, each under the seal of the dispatcher where it gives a permit back or proves that something happened."""

    def __init__(self, database: sa.Engine, unit_of_work: UnitOfWork, mint: Mint, book: DoorBook | None) -> None:
        self._database = database
        self._unit_of_work = unit_of_work
        self._mint = mint
        self._book = book

    def confirmed(self, row: OutboxRow, attempt: int, receipt: Receipt) -> None:
        """Record that the effect happened, with its receipt."""
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

    def failed(self, row: OutboxRow, attempt: int, error: QuartermasterError) -> None:
        """Record that the effect did not happen, and will not."""
        event = EffectFailed(effect_key=row.effect_key, effect_kind=row.kind, error=error.code, message=words(error))
        self._record(row, attempt, f"fail/{attempt}", event, EffectStatus.FAILED, note=words(error))

    def delayed(self, row: OutboxRow, attempt: int, error: UnavailableError) -> None:
        """Give the permit's use back and try again later, under the same key; after so many calls the effect is given up."""
        if attempt >= _MAX_ATTEMPTS:
            self.failed(row, attempt, error)
            return
        if self._book is not None:
            self._book.note_nothing(row.effect_key)
        step = f"delay/{attempt}"
        event = EffectDelayed(effect_key=row.effect_key, effect_kind=row.kind, message=words(error), attempt=attempt)
        seal = self._mint.seal(said(event, row.case_id, f"{step}/{row.effect_key}"))
        again = dispatch_job(row, attempt, delay_s=delay_s(attempt))
        self._record(row, attempt, step, event.model_copy(update={"seal": seal}), EffectStatus.DELAYED, note=words(error), jobs=[again])

    def unknown(self, row: OutboxRow, attempt: int, error: Exception) -> None:
        """Record that the outcome is not known, and look it up later: ever more rarely, at last only after a start."""
        looks = self.times_unknown(row)
        if looks >= _MAX_LOOK_UPS:
            return
        event = EffectUnknown(effect_key=row.effect_key, effect_kind=row.kind, message=words(error))
        delay = min(_MAX_DELAY_S, _RESOLVE_DELAY_S * 2**looks)
        look_up = next_look(row, attempt, looks, delay_s=delay)
        self._record(row, attempt, f"unknown/{attempt}/{looks}", event, EffectStatus.UNKNOWN, note=words(error), jobs=[look_up])

    def times_unknown(self, row: OutboxRow) -> int:
        """Return how often the last call was found to have an unknown outcome."""
        looks = 0
        with glancing(self._database) as connection:
            for stored in read_events(connection, stream=row.case_id, kinds=(EffectUnknown.kind, AuthorizationBurned.kind)):
                if stored.body["effect_key"] == row.effect_key:
                    looks = looks + 1 if stored.kind == EffectUnknown.kind else 0
        return looks

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
                raise TakenError(f"more is known about the effect {row.effect_key}")

        moves = [Move(row.effect_key, to, note=note)]
        try:
            self._unit_of_work.act(
                f"{step}/{row.effect_key}",
                [event],
                stream=row.case_id,
                actor=ACTOR,
                moves=moves,
                jobs=jobs,
                check=check,
                durable=False,
            )
        except TakenError:
            return


class TakenError(ConflictError):
    """The effect moved between the look and the lock."""


def delay_s(attempt: int) -> int:
    """Return how many seconds a call waits that follows call number `attempt`, which certainly did nothing."""
    return min(_MAX_DELAY_S, 5 << max(0, attempt - 1))


def checked_receipt(receipt: object) -> Receipt:
    """Return what a connector handed back when it is a receipt; raises `EffectUnknownError` when it is none."""
    if not isinstance(receipt, Receipt):
        raise EffectUnknownError("the connector gave no receipt", hint="look the effect up")
    return receipt


def words(error: Exception) -> str:
    """Return what may be kept of an error."""
    # Errors that are not ours may quote payloads or credentials, so only their type is kept.
    return error.message if isinstance(error, QuartermasterError) else type(error).__name__
