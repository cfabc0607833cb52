"""A model that answers from a script: for tests, notebooks and demos. It keeps the same contract as a real one."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

from pydantic import BaseModel

from memory.domain.base import JsonObject
from memory.domain.clock import Clock
from memory.domain.errors import NotFoundError, QuartermasterError
from tools.llm.asking import Completion, Message, Source, ask_twice
from tools.llm.cost import Rate
from tools.llm.port import Answered, Question, T

Reply = BaseModel | JsonObject | str | QuartermasterError | Completion
"""A noun or object to give as JSON, raw text (junk too), a whole completion, or an error to raise."""

Lines = Sequence[Reply] | Callable[[Question], Reply]
"""Replies in order, or a function that makes one."""


class ScriptExhaustedError(NotFoundError):
    """The script has no line for this question. Not one of the shortfalls that lead to RULES: a test must notice."""

    code = "script_exhausted"


class ScriptedModel:
    """Answers from a script, by the question's purpose, else by its prompt's name, and remembers the questions.

    A wrong reply is met with the next one, as with a real model. Tokens are counted as words.
    """

    def __init__(self, script: Mapping[str, Lines], *, clock: Clock, name: str = "scripted", rate: Rate | None = None) -> None:
        self._script = {key: lines if callable(lines) else list(lines) for key, lines in script.items()}
        self._source = Source(model=name, clock=clock, rate=rate)
        self.questions: list[Question] = []
        self.exchanges: list[tuple[Message, ...]] = []
        """The messages of every call, in order: what a real model would have read."""

    @property
    def identity(self) -> str:
        """The name under which answers are cached."""
        return self._source.model

    async def ask(self, question: Question, answer: type[T]) -> Answered[T]:
        """Return the next scripted answer. Raises `ModelAnswerError` after two wrong ones, scripted errors, `ScriptExhaustedError`."""
        self.questions.append(question)

        async def complete(messages: tuple[Message, ...], _answer: type[BaseModel]) -> Completion:
            self.exchanges.append(messages)
            return _completion(self._next(question), messages)

        return await ask_twice(question, answer, complete=complete, source=self._source)

    def _next(self, question: Question) -> Reply:
        lines = self._script.get(question.purpose, self._script.get(question.prompt.name))
        if callable(lines):
            return lines(question)
        if not lines:
            raise ScriptExhaustedError(f"the script has no more lines for {question.purpose}", hint=f"add one under {question.purpose!r}")
        return lines.pop(0)


def _completion(reply: Reply, messages: tuple[Message, ...]) -> Completion:
    if isinstance(reply, QuartermasterError):
        raise reply
    if isinstance(reply, Completion):
        return reply
    text = reply.model_dump_json() if isinstance(reply, BaseModel) else reply if isinstance(reply, str) else json.dumps(reply)
    return Completion(text=text, tokens_in=sum(len(message.text.split()) for message in messages), tokens_out=len(text.split()))
