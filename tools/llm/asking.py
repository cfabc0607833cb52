"""The contract that every model keeps, whatever produces its words: typed answers, one retry with the error, a record."""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ValidationError

from memory.domain.base import Noun, sha256_hex
from memory.domain.clock import Clock
from tools.llm.cost import Rate
from tools.llm.port import Answered, ModelAnswerError, ModelRecord, Question, T
from tools.llm.prompts import DATA_RULE
from tools.llm.schema import strict_schema

ATTEMPTS = 2
_SHOWN_BACK = 4000  # characters of a wrong answer that go back to the model
_ERRORS_SHOWN = 5
_THINKING = re.compile(r"<think>.*?</think>", re.DOTALL)


class Message(Noun):
    """One turn of the exchange with a model."""

    role: Literal["system", "user", "assistant"]
    text: str


class Completion(Noun):
    """What a model said in one turn, and what it took."""

    text: str
    tokens_in: int = 0
    tokens_out: int = 0
    stop: Literal["end", "length", "refused"] = "end"


Complete = Callable[[tuple[Message, ...], type[BaseModel]], Awaitable[Completion]]
"""Turns an exchange into the next completion, asking for JSON of the given type."""


@dataclass(frozen=True)
class Source:
    """Who answers: the model's name for the record, its price, and the clock that measures latency."""

    model: str
    clock: Clock
    rate: Rate | None = None


def opening(question: Question, answer: type[BaseModel]) -> tuple[Message, ...]:
    """Return the first messages: our words and the form of the answer, then the filled input.

    The form stands in the text as well, because local servers force it on the output without showing it to the model.
    """
    rules = [question.prompt.system]
    if not all(slot.trusted for slot in question.slots.values()):
        rules.append(DATA_RULE)
    rules.append(
        f"Answer with one JSON object that fits this JSON schema, and nothing else:\n{json.dumps(strict_schema(answer), ensure_ascii=False)}"
    )
    return Message(role="system", text="\n\n".join(rules)), Message(role="user", text=question.prompt.filled(question.slots))


@dataclass(frozen=True)
class _Exchange:
    """What has been said so far on one question."""

    messages: tuple[Message, ...]
    texts: tuple[str, ...] = ()
    tokens_in: int = 0
    tokens_out: int = 0

    def after(self, completion: Completion) -> _Exchange:
        return replace(
            self,
            texts=(*self.texts, completion.text),
            tokens_in=self.tokens_in + completion.tokens_in,
            tokens_out=self.tokens_out + completion.tokens_out,
        )

    def objecting(self, problem: str) -> _Exchange:
        said = Message(role="assistant", text=self.texts[-1][:_SHOWN_BACK] or "(nothing)")
        asked = Message(role="user", text=f"That answer does not fit: {problem}. Answer again with one JSON object that fits the schema.")
        return replace(self, messages=(*self.messages, said, asked))


async def ask_twice(question: Question, answer: type[T], *, complete: Complete, source: Source) -> Answered[T]:
    """Return the first fitting answer of at most two, the second one asked for with the error of the first.

    Raises `ModelAnswerError` with record and texts when neither fits, and what `complete` raises.
    """
    started = source.clock.now()
    exchange = _Exchange(messages=opening(question, answer))
    problem = ""
    for _ in range(ATTEMPTS):
        exchange = exchange.objecting(problem) if problem else exchange
        completion = await complete(exchange.messages, answer)
        exchange = exchange.after(completion)
        value, problem = read_answer(completion, answer)
        if value is not None:
            return Answered(value, _record(question, exchange, source, started, accepted=True), exchange.texts)
    raise ModelAnswerError(
        f"{source.model} answered {question.purpose} twice with something that does not fit: {problem}",
        hint="the rules do it instead; a larger model, or one that supports structured output, answers better",
        record=_record(question, exchange, source, started, accepted=False),
        texts=exchange.texts,
    )


def read_answer(completion: Completion, answer: type[T]) -> tuple[T | None, str]:
    """Return the answer, or nothing and what is wrong with it. Thinking aloud and code fences around the object are passed over."""
    if completion.stop == "length":
        return None, "it was cut off because it grew too long; be brief"
    spoken = _THINKING.sub("", completion.text)
    start, end = spoken.find("{"), spoken.rfind("}")
    if end < start or start < 0:
        return None, "there is no JSON object in it"
    try:
        return answer.model_validate_json(spoken[start : end + 1]), ""
    except ValidationError as error:
        return None, _complaint(error)


def _complaint(error: ValidationError) -> str:
    """Return field and reason per error, without the wrong values: they may be somebody else's words."""
    lines = [f"{'.'.join(str(part) for part in item['loc']) or 'answer'}: {item['msg']}" for item in error.errors(include_input=False)]
    return "; ".join(lines[:_ERRORS_SHOWN])


def _record(question: Question, exchange: _Exchange, source: Source, started: datetime, *, accepted: bool) -> ModelRecord:
    digests = [sha256_hex(text.encode()) for text in exchange.texts]
    return ModelRecord(
        model=source.model,
        tier=question.tier,
        case_id=question.case_id,
        purpose=question.purpose,
        prompt_name=question.prompt.name,
        prompt_digest=question.prompt.digest,
        question_digest=question.digest,
        answer_digest=digests.pop() if accepted else None,
        rejected_digests=tuple(digests),
        tokens_in=exchange.tokens_in,
        tokens_out=exchange.tokens_out,
        cost_micro=source.rate.cost_micro(exchange.tokens_in, exchange.tokens_out) if source.rate else None,
        cost_currency=source.rate.currency if source.rate else None,
        latency_ms=max(0, (source.clock.now() - started) // timedelta(milliseconds=1)),
        attempts=len(exchange.texts),
    )
