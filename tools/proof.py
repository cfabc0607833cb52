"""Proof from outside: who answers our mail has got it, what the bank has booked was instructed. It settles what nobody could tell."""

from __future__ import annotations

from memory.domain.base import Digest
from memory.domain.events import Event
from memory.domain.events.effects import EffectConfirmed, EffectContradicted
from memory.outbox import EffectStatus, Move, OutboxRow, may_become

_NOT_DONE = frozenset({EffectStatus.FAILED, EffectStatus.CANCELLED})


def proved(row: OutboxRow, evidence: Digest, says: str) -> tuple[tuple[Event, ...], tuple[Move, ...]]:
    """Return the facts and the move that confirm an effect, to be recorded with what proves it; nothing when its end is known."""
    if not may_become(row.status, EffectStatus.CONFIRMED):
        return (), ()
    confirmed = EffectConfirmed(
        effect_key=row.effect_key, effect_kind=row.kind, reference=row.reference, evidence=(evidence,), detail={"found_in": says}
    )
    return (confirmed,), (Move(row.effect_key, EffectStatus.CONFIRMED, note=says),)


def contradicted(row: OutboxRow, evidence: Digest, says: str, *, also: EffectStatus | None = None) -> tuple[Event, ...]:
    """Return the fact that an effect happened which stands as not done, for the operator; nothing when it stands otherwise.

    `also` is a further status that means "not done" for this very effect.

    Its end is not moved: what was decided because of it (another vendor asked, an order withdrawn) was decided.
    """
    if row.status not in _NOT_DONE and row.status is not also:
        return ()
    fact = EffectContradicted(effect_key=row.effect_key, effect_kind=row.kind, stands=row.status.value, says=says, evidence=(evidence,))
    return (fact,)
