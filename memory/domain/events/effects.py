"""What became of effects."""

from typing import ClassVar

from pydantic import Field

from memory.domain.base import Digest, JsonObject
from memory.domain.events.base import Event
from memory.domain.seal import Seal


def effect_wait(effect_key: str) -> str:
    """Return the key of the wait that the end of this effect ends."""
    return f"effect/{effect_key}"


def reply_wait(effect_key: str) -> str:
    """Return the key of the wait for the answer to a mail of ours."""
    return f"reply/{effect_key}"


class EffectConfirmed(Event):
    """The effect happened; the receipt says under which reference.

    Anybody may tell that it happened, so that it never happens again. What it made (`evidence`) counts with the dispatcher's seal only.
    """

    kind: ClassVar[str] = "effect.confirmed"
    version: ClassVar[int] = 2
    effect_key: str
    effect_kind: str
    reference: str
    evidence: tuple[Digest, ...] = ()
    detail: JsonObject = Field(default_factory=dict)
    seal: Seal | None = None

    def answers(self) -> tuple[tuple[str, JsonObject], ...]:
        """The receipt ends the wait for the effect."""
        return ((effect_wait(self.effect_key), {"status": "confirmed", "reference": self.reference, "evidence": list(self.evidence)}),)


class EffectFailed(Event):
    """The effect is known not to have happened."""

    kind: ClassVar[str] = "effect.failed"
    effect_key: str
    effect_kind: str
    error: str
    message: str

    def answers(self) -> tuple[tuple[str, JsonObject], ...]:
        """A refusal ends the wait for the effect, and for an answer to it."""
        answer = {"status": "failed", "error": self.error, "message": self.message}
        return ((effect_wait(self.effect_key), answer), (reply_wait(self.effect_key), answer))


class EffectUnknown(Event):
    """The call broke: the effect may have happened. It is looked up, never repeated on hope; no wait ends."""

    kind: ClassVar[str] = "effect.unknown"
    effect_key: str
    effect_kind: str
    message: str


class EffectDelayed(Event):
    """Call number `attempt` certainly did nothing: the use of the permit is given back, and the effect stays under its key.

    Counts only with the dispatcher's seal: who could write this fact freely could use a permit twice.
    """

    kind: ClassVar[str] = "effect.delayed"
    version: ClassVar[int] = 2
    effect_key: str
    effect_kind: str
    message: str
    attempt: int
    seal: Seal | None = None


class EffectContradicted(Event):
    """Proof came in that an effect happened which stands as failed or cancelled. Its end stays as it is; the operator is told."""

    kind: ClassVar[str] = "effect.contradicted"
    effect_key: str
    effect_kind: str
    stands: str
    says: str
    evidence: tuple[Digest, ...] = ()


class ModelAsked(Event):
    """A model was asked: which, at what cost, and where prompt and answer are kept."""

    kind: ClassVar[str] = "model.asked"
    agent: str
    record: JsonObject
