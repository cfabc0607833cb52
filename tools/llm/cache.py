"""Answers given before: the same prompt, slots, model, tier and answer type need no second call."""

from __future__ import annotations

import json
from typing import Protocol

from pydantic import ValidationError

from memory.domain.base import Digest, digest_of
from tools.llm.asking import Completion, read_answer
from tools.llm.port import Answered, Model, ModelRecord, Question, T
from tools.llm.schema import schema_digest


class AnswerStore(Protocol):
    """Where answers are kept: bytes by key."""

    def get(self, key: str) -> bytes | None:
        """Return what was put under `key`, or nothing."""

    def put(self, key: str, body: bytes) -> None:
        """Keep `body` under `key`; a later one replaces it."""


class MemoryAnswers:
    """An answer store that lasts as long as the process."""

    def __init__(self) -> None:
        self._bodies: dict[str, bytes] = {}

    def get(self, key: str) -> bytes | None:
        """Return what was put under `key`, or nothing."""
        return self._bodies.get(key)

    def put(self, key: str, body: bytes) -> None:
        """Keep `body` under `key`."""
        self._bodies[key] = body


def answer_key(question: Question, answer: type[T], model: str) -> Digest:
    """Return the key of an answer. Case and purpose are left out: they do not change what is asked."""
    return digest_of({"question": question.digest, "model": model, "answer": schema_digest(answer)})


class CachedModel:
    """Answers identical questions from the store. Only the raw text is kept and it is read again, so a hit is checked like a fresh answer."""

    def __init__(self, inner: Model, store: AnswerStore, *, model: str) -> None:
        self._inner = inner
        self._store = store
        self._model = model

    async def ask(self, question: Question, answer: type[T]) -> Answered[T]:
        """Return the kept answer at no cost, else ask. Raises what the inner model raises; failures are not kept."""
        key = answer_key(question, answer, self._model)
        known = _kept(self._store.get(key), question, answer)
        if known is not None:
            return known
        answered = await self._inner.ask(question, answer)
        body = {"text": answered.texts[-1], "record": answered.record.model_dump(mode="json")}
        self._store.put(key, json.dumps(body).encode())
        return answered


def _kept(body: bytes | None, question: Question, answer: type[T]) -> Answered[T] | None:
    """Return the answer in `body`; a body that cannot be read is no answer, and the model is asked again."""
    if body is None:
        return None
    try:
        kept = json.loads(body)
        text, record = kept["text"], ModelRecord.model_validate(kept["record"])
    except (ValueError, KeyError, TypeError, ValidationError):
        return None
    value, _ = read_answer(Completion(text=text), answer)
    return None if value is None else Answered(value, _free(record, question), (text,))


def _free(record: ModelRecord, question: Question) -> ModelRecord:
    """Return the record of a hit: whose question it is now, and that it took nothing."""
    nothing = {"tokens_in": 0, "tokens_out": 0, "cost_micro": record.cost_micro and 0, "latency_ms": 0, "attempts": 0}
    return record.model_copy(
        update={**nothing, "rejected_digests": (), "cached": True, "case_id": question.case_id, "purpose": question.purpose}
    )
