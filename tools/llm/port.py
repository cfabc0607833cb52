"""The model port: a typed question in, a typed answer and its record out.

A model that cannot answer raises; it never answers with something of another shape. Whoever asks has a deterministic
way to go on (`agents.base.with_fallback`), so each error here means "take the RULES way".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from pydantic import BaseModel, Field

from memory.domain.base import Digest, Noun, canonical_json, sha256_hex
from memory.domain.errors import RefusedError, UnavailableError
from memory.domain.money import Currency
from tools.llm.prompts import Prompt, Slot
from tools.llm.tiers import Tier

T = TypeVar("T", bound=BaseModel)


class Question(Noun):
    """What is asked: a prompt, the values of its slots, and on whose account."""

    prompt: Prompt
    slots: Mapping[str, Slot]
    tier: Tier
    case_id: str
    purpose: str
    """What the answer is for, as `agent.step` (for example `negotiator.reply`)."""

    @property
    def body(self) -> bytes:
        """What is asked, whoever asks, as canonical JSON: equal questions have equal bytes. This is what gets recorded."""
        slots = {name: slot.model_dump() for name, slot in self.slots.items()}
        return canonical_json({"prompt": self.prompt.text, "prompt_name": self.prompt.name, "slots": slots, "tier": self.tier.value})

    @property
    def digest(self) -> Digest:
        """The sha256 of `body`."""
        return sha256_hex(self.body)


class ModelRecord(Noun):
    """How an answer came about, for the ledger. Numbers are integers, so that it has a canonical form."""

    model: str
    tier: Tier
    case_id: str
    purpose: str
    prompt_name: str
    prompt_digest: Digest
    question_digest: Digest
    answer_digest: Digest | None = None
    """The sha256 of the raw text of the accepted answer; none when no answer was accepted."""
    rejected_digests: tuple[Digest, ...] = ()
    """The same for the answers that did not fit."""
    tokens_in: int = Field(default=0, ge=0)
    tokens_out: int = Field(default=0, ge=0)
    cost_micro: int | None = Field(default=None, ge=0)
    """Millionths of one unit of `cost_currency` (not of its minor unit): 1_250 is 0.00125 EUR. None when no price is known."""
    cost_currency: Currency | None = None
    latency_ms: int = Field(default=0, ge=0)
    attempts: int = Field(default=0, ge=0)
    """How often the model was called: 1, 2 after a wrong answer, 0 when the answer came from the cache."""
    cached: bool = False


@dataclass(frozen=True, slots=True)
class Answered(Generic[T]):
    """An answer of the type asked for, the raw texts behind it (the accepted one last), and its record."""

    value: T
    record: ModelRecord
    texts: tuple[str, ...]
    record_digest: Digest | None = None
    """Where the record is kept in the evidence store, once a recorder has put it there."""


class Model(Protocol):
    """Something that answers questions."""

    async def ask(self, question: Question, answer: type[T]) -> Answered[T]:
        """Return an answer of type `answer` (a pydantic model that is a JSON object).

        Raises:
            ModelUnavailableError: there is no model, or it does not answer in time.
            ModelAnswerError: it answered twice with something that does not fit the type.
            CostCeilingError: the case has used up what it may spend on models.
        """


class ModelUnavailableError(UnavailableError):
    """No model for this tier, or it does not answer: take the RULES way."""

    code = "model_unavailable"


class ModelAnswerError(UnavailableError):
    """The model answered twice with something else than was asked: take the RULES way. It has cost tokens all the same."""

    code = "model_answer"

    def __init__(self, message: str, *, hint: str = "", record: ModelRecord | None = None, texts: tuple[str, ...] = ()) -> None:
        super().__init__(message, hint=hint)
        self.record = record
        self.texts = texts


class CostCeilingError(RefusedError):
    """The case may not spend more on models: take the RULES way."""

    code = "model_cost_ceiling"


MODEL_SHORTFALLS = (ModelUnavailableError, ModelAnswerError, CostCeilingError)
"""Every way in which a model can fall short; each one leads to RULES and none stops a case."""
