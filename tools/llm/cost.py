"""What models cost, and the ceiling that each case has."""

from __future__ import annotations

from typing import Protocol

from pydantic import Field

from memory.domain.base import Noun
from memory.domain.money import Currency
from tools.llm.port import Answered, CostCeilingError, Model, ModelAnswerError, ModelRecord, Question, T

_MILLION = 1_000_000


class Rate(Noun):
    """What a provider asks per million tokens, in millionths of a unit of `currency`: 0.25 USD is 250_000. Zero for a local model."""

    currency: Currency
    input_micro: int = Field(ge=0)
    output_micro: int = Field(ge=0)

    def cost_micro(self, tokens_in: int, tokens_out: int) -> int:
        """Return the cost in millionths of a unit, rounded up so that a sum of small calls is never too low."""
        return -(-(tokens_in * self.input_micro + tokens_out * self.output_micro) // _MILLION)


class Spent(Noun):
    """What a case has used up."""

    cost_micro: int = Field(default=0, ge=0)
    tokens: int = Field(default=0, ge=0)


class SpendBook(Protocol):
    """Where the use per case is kept."""

    def spent(self, case_id: str) -> Spent:
        """Return what the case has used so far."""

    def add(self, case_id: str, spent: Spent) -> None:
        """Add to it."""


class MemorySpendBook:
    """A spend book that lasts as long as the process."""

    def __init__(self) -> None:
        self._by_case: dict[str, Spent] = {}

    def spent(self, case_id: str) -> Spent:
        """Return what the case has used so far."""
        return self._by_case.get(case_id, Spent())

    def add(self, case_id: str, spent: Spent) -> None:
        """Add to it."""
        known = self.spent(case_id)
        self._by_case[case_id] = Spent(cost_micro=known.cost_micro + spent.cost_micro, tokens=known.tokens + spent.tokens)


class CostMeter:
    """The ceiling per case, in money and in tokens; tokens also bind where a model is free or its price unknown.

    A case may go over by the calls under way when it reaches the ceiling, never by a later one.
    """

    def __init__(self, book: SpendBook, *, currency: str, ceiling_micro: int, ceiling_tokens: int) -> None:
        self._book = book
        self._currency = currency
        self._ceiling = Spent(cost_micro=ceiling_micro, tokens=ceiling_tokens)

    def allow(self, case_id: str) -> None:
        """Do nothing while the case is below its ceiling; raise `CostCeilingError` once it is not."""
        spent = self._book.spent(case_id)
        if spent.cost_micro >= self._ceiling.cost_micro or spent.tokens >= self._ceiling.tokens:
            raise CostCeilingError(
                f"case {case_id} has used {spent.cost_micro / _MILLION:.4f} {self._currency} and {spent.tokens} tokens on models, which is its ceiling",
                hint="the rules go on without a model; raise the ceiling per case in config.toml to change that",
            )

    def charge(self, record: ModelRecord) -> None:
        """Add the cost of one question. Raises `ValueError` when its price is in another currency than the ceiling."""
        if record.cost_currency not in {None, self._currency}:
            raise ValueError(f"the ceiling is in {self._currency} and the price of {record.model} in {record.cost_currency}")
        self._book.add(record.case_id, Spent(cost_micro=record.cost_micro or 0, tokens=record.tokens_in + record.tokens_out))


class MeteredModel:
    """Asks only while the case may spend, and charges wrong answers too."""

    def __init__(self, inner: Model, meter: CostMeter) -> None:
        self._inner = inner
        self._meter = meter

    async def ask(self, question: Question, answer: type[T]) -> Answered[T]:
        """Ask the inner model. Raises `CostCeilingError` before the call, and what the model raises."""
        self._meter.allow(question.case_id)
        try:
            answered = await self._inner.ask(question, answer)
        except ModelAnswerError as error:
            if error.record is not None:
                self._meter.charge(error.record)
            raise
        self._meter.charge(answered.record)
        return answered
