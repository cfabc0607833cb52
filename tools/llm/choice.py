"""Which model answers: none at all, or one per tier."""

from __future__ import annotations

from collections.abc import Mapping

from tools.llm.port import Answered, Model, ModelUnavailableError, Question, T
from tools.llm.tiers import Tier


class NoModel:
    """The RULES tier as a model: it never answers, so every agent takes its deterministic way."""

    async def ask(self, question: Question, answer: type[T]) -> Answered[T]:
        """Raise `ModelUnavailableError`."""
        raise ModelUnavailableError(
            f"no model answers {question.purpose} as {answer.__name__} at tier {question.tier}",
            hint="this is fine: the rules do it; set a model in config.toml to have better wording",
        )


class TieredModel:
    """Hands each question to the model of its tier; when that tier has none, to the next lower one that has."""

    def __init__(self, models: Mapping[Tier, Model]) -> None:
        self._models = dict(models)

    @property
    def highest(self) -> Tier:
        """The highest tier that has a model, RULES when there is none."""
        return max((tier for tier in self._models if tier > Tier.RULES), default=Tier.RULES)

    async def ask(self, question: Question, answer: type[T]) -> Answered[T]:
        """Ask the model of the question's tier. Raises what it raises, and `ModelUnavailableError` when there is none."""
        return await self._model(question.tier).ask(question, answer)

    def _model(self, wanted: Tier) -> Model:
        fitting = [tier for tier in self._models if Tier.RULES < tier <= wanted]
        return self._models[max(fitting)] if fitting else NoModel()
