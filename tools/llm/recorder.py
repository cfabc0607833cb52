"""Everything asked and answered goes into the evidence store, so that a run can be read again and replayed."""

from __future__ import annotations

from dataclasses import replace
from typing import Protocol

from memory.domain.base import Digest, canonical_json
from memory.domain.errors import IntegrityError
from memory.domain.evidence import Origin
from tools.llm.cache import AnswerStore, CachedModel
from tools.llm.cost import CostMeter, MeteredModel
from tools.llm.port import Answered, Model, ModelAnswerError, ModelRecord, Question, T


class EvidencePort(Protocol):
    """The part of the evidence store that a recorder needs."""

    def put(self, body: bytes, *, media_type: str, origin: Origin, source: str = "") -> Digest:
        """Keep `body` and return its sha256; keeping the same bytes again changes nothing."""


class RecordedModel:
    """Stores the question before it is asked, then each raw answer and the record, under the digests that the record names.

    All of it has the origin MODEL and so stays untrusted: a question contains the words of others. Keys and passwords
    are no part of a question and never get here.
    """

    def __init__(self, inner: Model, evidence: EvidencePort) -> None:
        self._inner = inner
        self._evidence = evidence

    async def ask(self, question: Question, answer: type[T]) -> Answered[T]:
        """Ask the inner model and return its answer with `record_digest` set. Raises what the inner model raises."""
        self._keep(question.body, "application/json", question, part="question", expected=question.digest)
        try:
            answered = await self._inner.ask(question, answer)
        except ModelAnswerError as error:
            if error.record is not None:
                self._keep_answers(error.texts, error.record, question)
            raise
        return replace(answered, record_digest=self._keep_answers(answered.texts, answered.record, question))

    def _keep_answers(self, texts: tuple[str, ...], record: ModelRecord, question: Question) -> Digest:
        accepted = (record.answer_digest,) if record.answer_digest else ()
        for text, digest in zip(texts, (*record.rejected_digests, *accepted), strict=True):
            self._keep(text.encode(), "text/plain; charset=utf-8", question, part="answer", expected=digest)
        return self._keep(canonical_json(record.model_dump(mode="json")), "application/json", question, part="record")

    def _keep(self, body: bytes, media_type: str, question: Question, *, part: str, expected: Digest | None = None) -> Digest:
        source = f"{question.case_id} {question.purpose} {part}"
        digest = self._evidence.put(body, media_type=media_type, origin=Origin.MODEL, source=source)
        if expected not in {None, digest}:
            raise IntegrityError(f"the {part} of {question.purpose} is stored under {digest}, its record says {expected}")
        return digest


def guarded_model(model: Model, *, name: str, evidence: EvidencePort, store: AnswerStore, meter: CostMeter) -> Model:
    """Return `model` recorded, cached and metered, in the order that matters: hits are recorded too, and cost nothing.

    `name` tells models apart in the cache (for `OpenAICompatible`, its `identity`).
    """
    return RecordedModel(CachedModel(MeteredModel(model, meter), store, model=name), evidence)
