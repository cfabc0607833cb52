"""Facts about control over effects: stopped and started again, settled by the operator."""

from typing import ClassVar

from memory.domain.events.base import Event
from memory.domain.seal import OperatorFact


class EffectsStopped(Event):
    """Nothing leaves any more: the operator said so, or the house found its own records broken. Anybody may stop."""

    kind: ClassVar[str] = "effects.stopped"
    by: str
    reason: str


class EffectsResumed(OperatorFact):
    """The operator lets effects leave again; what waited is queued anew."""

    kind: ClassVar[str] = "effects.resumed"
    by: str
    reason: str


class EffectSettled(OperatorFact):
    """The operator found out what became of an effect that nobody here can look up.

    `happened` false gives back the use of the permit that call number `attempt` took: the effect goes again under its key.
    `token_ids` names the calls made up to then: what one of them left behind (a note in the outbox folder) counts no more.
    Named by their tokens, which nobody can guess, and not by number: a call of later can never pass for one of these.
    """

    kind: ClassVar[str] = "effect.settled"
    version: ClassVar[int] = 2
    effect_key: str
    effect_kind: str
    attempt: int
    happened: bool
    by: str
    reason: str
    token_ids: tuple[str, ...] = ()
