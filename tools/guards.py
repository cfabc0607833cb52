"""The checks at the door: each refuses one way in which an effect could leave without authority, or twice.

Every guard is needed: `tests/unit/test_dispatch_guards.py` removes each in turn and an attack then succeeds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from pydantic import ValidationError

from memory.case_pause import pause_in_force
from memory.domain.approval import Authorization, ProposedAction, effect_digest
from memory.domain.effects import CONTRACT_SIGN, PAYMENT_INSTRUCT
from memory.domain.errors import ConflictError, RefusedError
from memory.domain.events.authority import ApprovalEdited, ApprovalGranted, ApprovalRequested, AuthorizationBurned, AuthorizationGranted
from memory.domain.events.cases import CaseCancelled, CasePaused, CaseResumed
from memory.domain.events.control import EffectSettled, EffectsResumed
from memory.domain.events.effects import EffectConfirmed, EffectDelayed
from memory.domain.money import Money
from memory.domain.seal import SealCheck, statement
from memory.effect_stop import lift_key, stop_in_force
from memory.ledger import WORKSPACE, StoredEvent, read_events
from memory.outbox import OutboxRow
from memory.signed_heads import SignedHeads
from memory.vouching import vouched
from tools.capability import Mint
from tools.door_book import DoorBook


@dataclass(frozen=True)
class Word:
    """Whose word a fact is. Without `seals` (a core without a vault) what stands in the ledger as the operator's counts as such.

    `book` and `signed` tell what a ledger must hold that nobody has taken anything out of.
    """

    mint: Mint
    seals: SealCheck | None = None
    book: DoorBook | None = None
    signed: SignedHeads | None = None

    def of_operator(self, stored: StoredEvent) -> bool:
        """Whether the operator said this."""
        return self.seals is None or vouched(stored, self.seals)

    def gives_back(self, stored: StoredEvent) -> bool:
        """Whether this fact gives a permit's use back, and was said by who may: the dispatcher, or the operator."""
        match stored.event:
            case EffectSettled(happened=False):
                return self.of_operator(stored)
            case EffectDelayed(seal=None):
                # Written before there were seals; what is newer and bears none was not written by a dispatcher.
                return self.seals is not None and self.seals.holds(
                    statement(stored.kind, stored.stream, stored.act_key, stored.body), None, stored.seq
                )
            case EffectDelayed():
                return self.of_dispatcher(stored)
        return False

    def of_dispatcher(self, stored: StoredEvent) -> bool:
        """Whether this fact about a call bears the dispatcher's seal."""
        fact = stored.event
        if not isinstance(fact, EffectConfirmed | EffectDelayed) or fact.seal is None:
            return False
        return self.mint.sealed_by_me(said(fact, stored.stream, stored.act_key), fact.seal)


def said(fact: EffectConfirmed | EffectDelayed, stream: str, act_key: str) -> bytes:
    """Return the bytes that the dispatcher seals when it says what became of a call."""
    return statement(fact.kind, stream, act_key, fact.stored_body())


class HeldError(ConflictError):
    """The effect may not leave just now. It keeps its place: nothing is used up and nothing fails."""


@dataclass(frozen=True)
class Door:
    """What stands at the door: the effect's row, its permit, and what the ledger says about both."""

    connection: sa.Connection
    row: OutboxRow
    permit: Authorization
    facts: tuple[StoredEvent, ...]
    now: datetime
    word: Word

    @property
    def used(self) -> set[int]:
        """The numbers of the calls that were made under the permit."""
        return {e.attempt for e in self._about(AuthorizationBurned)}

    @property
    def uses(self) -> int:
        """How many calls used the permit and did not give it back. A change of the outbox row cannot wipe one out."""
        back = {e.event.attempt for e in self.facts if isinstance(e.event, EffectDelayed | EffectSettled) and self._returned(e)}
        return len(self.used - back)

    @property
    def undone(self) -> frozenset[str]:
        """The tokens of calls that did nothing by the operator's word: what they left behind in the world counts no more."""
        said = [e.event for e in self.facts if isinstance(e.event, EffectSettled) and self._returned(e)]
        return frozenset(token_id for fact in said for token_id in fact.token_ids)

    @property
    def confirmed(self) -> bool:
        """Whether the effect is known to have happened."""
        return any(isinstance(e.event, EffectConfirmed) and e.event.effect_key == self.row.effect_key for e in self.facts)

    def granted_seq(self) -> int:
        """Where in the ledger the permit stands."""
        return max(e.seq for e in self.facts if isinstance(e.event, AuthorizationGranted) and e.event.authorization == self.permit)

    def _about(self, kind: type[AuthorizationBurned]) -> list[AuthorizationBurned]:
        return [e.event for e in self.facts if isinstance(e.event, kind) and e.event.authorization_id == self.row.authorization_id]

    def _returned(self, stored: StoredEvent) -> bool:
        event = stored.event
        ours = isinstance(event, EffectDelayed | EffectSettled) and event.effect_key == self.row.effect_key
        return ours and self.word.gives_back(stored)


Guard = Callable[[Door], None]
"""Raises `RefusedError` when the effect must not leave, `HeldError` when it must not leave yet."""

#: Effects that commit the operator: a rule can never allow them, only the operator's own answer.
COMMITTING = frozenset({CONTRACT_SIGN, PAYMENT_INSTRUCT})

_KINDS = tuple(
    event.kind
    for event in (
        *(AuthorizationGranted, AuthorizationBurned, EffectDelayed, EffectSettled, EffectConfirmed),
        *(ApprovalRequested, ApprovalGranted, ApprovalEdited, CaseCancelled, CasePaused, CaseResumed),
    )
)


#: What tells whether the effect may leave at this moment.
HOLDS = (CasePaused.kind, CaseResumed.kind)
#: The same, and which permit it has: enough for a first look.
FIRST = (AuthorizationGranted.kind, *HOLDS)


def door_of(connection: sa.Connection, row: OutboxRow, now: datetime, word: Word, kinds: Iterable[str] = _KINDS) -> Door:
    """Return what stands at the door for this effect; raises `RefusedError` when the ledger holds no permit for it."""
    facts = tuple(read_events(connection, stream=row.case_id, kinds=kinds))
    granted = [e.event.authorization for e in facts if isinstance(e.event, AuthorizationGranted)]
    permit = next((a for a in reversed(granted) if a.authorization_id == row.authorization_id), None)
    if permit is None:
        raise RefusedError("no authorization in the ledger", hint="nothing leaves without one; start the case again")
    return Door(connection, row, permit, facts, now, word)


def check_guards(guards: Iterable[Guard], door: Door) -> None:
    """Let every guard look at the effect; raises `RefusedError` when one refuses, or cannot read what it is shown."""
    for guard in guards:
        try:
            guard(door)
        except (TypeError, ValueError, KeyError, AttributeError) as error:
            raise RefusedError(f"this {door.row.kind} cannot be checked, so it does not leave", hint="run qm ledger verify") from error


def effects_may_leave(door: Door) -> None:
    """Effects are not stopped."""
    reason = stopped_because(door.connection, door.word)
    if reason:
        raise HeldError(f"effects are stopped: {reason}", hint="qm resume-effects --reason WHY")


def stopped_because(connection: sa.Connection, word: Word) -> str:
    """Return why effects are stopped; empty when they may leave. What is found is kept in the dispatcher's own book."""
    stop, book = stop_in_force(connection, word.of_operator), word.book
    if book is None or (stop is None and not book.stops):
        return "" if stop is None else str(stop.body["reason"])
    if stop is not None:
        book.note_stop(stop.seq)
        return str(stop.body["reason"])
    lifts = {e.act_key for e in read_events(connection, stream=WORKSPACE, kinds=(EffectsResumed.kind,)) if word.of_operator(e)}
    for seq in book.stops:
        if lift_key(seq) not in lifts:
            return "the word that stopped them is gone from the ledger"
        book.note_lift(seq)
    return ""


def case_goes_on(door: Door) -> None:
    """The case is not paused."""
    if pause_in_force(door.facts, door.word.of_operator) is not None:
        raise HeldError(f"{door.row.case_id} is paused", hint=f"qm cases resume {door.row.case_id}")


def not_withdrawn(door: Door) -> None:
    """The case was not cancelled since the permit was given; what undoes a cancelled case has a permit of its own, given later."""
    if any(isinstance(e.event, CaseCancelled) and e.seq > door.granted_seq() for e in door.facts):
        raise RefusedError(f"{door.row.case_id} was cancelled")


def for_this_effect(door: Door) -> None:
    """The permit was made for this effect of this case, and for no other."""
    permit, row = door.permit, door.row
    if (permit.effect_key, permit.effect_kind, permit.case_id) != (row.effect_key, row.kind, row.case_id):
        raise RefusedError("the authorization belongs to another effect")


def exact_payload(door: Door) -> None:
    """The payload is the one that was authorized, to the byte."""
    if effect_digest(door.row.kind, door.row.effect_key, door.row.payload) != door.permit.effect_digest:
        raise RefusedError("the payload is not the one that was authorized")


def single_use(door: Door) -> None:
    """The permit was not used before, unless that call certainly did nothing.

    The row counts the same calls as the ledger. So a call's number is never free for a row that was moved to another case: the
    burn of that number is recorded once, whichever case it was for.
    """
    if door.uses > 0:
        raise RefusedError("the authorization was used already")
    if len(door.used) != door.row.attempts:
        raise RefusedError("the row counts other calls than the ledger", hint="run qm ledger verify")


def not_done(door: Door) -> None:
    """Nothing has proved meanwhile that the effect happened after all."""
    if door.confirmed:
        raise RefusedError("the effect happened already")


def not_called_before(door: Door) -> None:
    """What commits the operator was not called for before, by the dispatcher's own book: nobody takes a line out of that."""
    book = door.word.book
    if door.row.kind in COMMITTING and book is not None and book.calls(door.row.effect_key) - door.undone:
        raise RefusedError(f"this {door.row.kind} was called for before, by the dispatcher's own book", hint="run qm ledger verify")


def nothing_vanished(door: Door) -> None:
    """Before what commits the operator: all that was signed of its case and of the workspace still stands in the ledger."""
    if door.row.kind not in COMMITTING or door.word.signed is None:
        return
    problem = door.word.signed.problem(door.connection, (door.row.case_id, WORKSPACE))
    if problem:
        raise RefusedError(f"the ledger does not hold what was signed: {problem}", hint="run qm ledger verify")


def not_expired(door: Door) -> None:
    """The permit still holds."""
    if door.now >= door.permit.expires_at:
        raise RefusedError("the authorization has expired", hint="approve the action again")


def within_ceiling(door: Door) -> None:
    """A payment stays within the amount the permit allows."""
    if door.row.kind != PAYMENT_INSTRUCT:
        return
    try:
        amount, ceiling = Money.model_validate(door.row.payload["amount"]), door.permit.ceiling
    except ValidationError as error:
        raise RefusedError("the payment's amount is not an amount of money") from error
    if ceiling is None or amount.currency != ceiling.currency or not 0 < amount.amount_minor <= ceiling.amount_minor:
        raise RefusedError("the payment is larger than the authorization allows")


def operator_said_yes(door: Door) -> None:
    """What commits the operator was approved by the operator: the ledger holds the answer, and it covers this payload."""
    if door.row.kind not in COMMITTING:
        return
    action = _approved_action(door.facts, door.permit.approval_id)
    wanted = (door.row.effect_key, door.permit.effect_digest)
    if action is None or wanted not in {(effect.key, effect.digest) for effect in action.effects}:
        raise RefusedError(f"{door.row.kind} needs the operator's own approval of this exact payload", hint="qm approvals list")


def _approved_action(facts: Iterable[StoredEvent], approval_id: str | None) -> ProposedAction | None:
    """Return what the operator said yes to, as the ledger has it: the question's action, or the one it was changed to."""
    asked: ProposedAction | None = None
    for stored in facts:
        event = stored.event
        if isinstance(event, ApprovalRequested) and event.approval.approval_id == approval_id:
            asked = event.approval.action
        elif isinstance(event, ApprovalGranted) and event.approval_id == approval_id:
            return asked if asked is not None and asked.digest == event.digest else None
        elif isinstance(event, ApprovalEdited) and event.approval_id == approval_id:
            return event.action
    return None


GUARDS: tuple[Guard, ...] = (
    *(effects_may_leave, case_goes_on, not_withdrawn, for_this_effect, exact_payload),
    *(single_use, not_done, not_called_before, nothing_vanished, not_expired, within_ceiling, operator_said_yes),
)
