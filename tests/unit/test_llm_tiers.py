"""Tiers: their order, and which one a step gets."""

from __future__ import annotations

import asyncio
import itertools
from datetime import UTC, datetime

import pytest
from pydantic import BaseModel

from tools.llm.choice import NoModel, TieredModel
from tools.llm.port import ModelUnavailableError, Question
from tools.llm.prompts import Prompt
from tools.llm.scripted import ScriptedModel
from tools.llm.tiers import Tier, chosen_tier


class Word(BaseModel):
    word: str


class Still:
    def now(self) -> datetime:
        return datetime(2026, 11, 22, tzinfo=UTC)


def test_tiers_are_ordered_by_what_they_cost_and_not_by_spelling() -> None:
    assert sorted(["deep", "fast", "rules"], key=Tier) == ["rules", "fast", "deep"]
    for low, high in itertools.combinations(Tier, 2):
        assert low < high
        assert low <= high
        assert high > low
        assert high >= low
        assert not high < low
    assert Tier.DEEP > "fast"
    assert max(Tier) is Tier.DEEP
    assert Tier("deep") == "deep"


def test_a_tier_is_not_compared_with_just_any_word() -> None:
    with pytest.raises(ValueError, match="cheap"):
        assert Tier.FAST > "cheap"


@pytest.mark.parametrize(
    ("wanted", "highest", "hot", "got"),
    [
        (Tier.DEEP, Tier.DEEP, False, Tier.DEEP),
        (Tier.DEEP, Tier.DEEP, True, Tier.FAST),
        (Tier.DEEP, Tier.FAST, False, Tier.FAST),
        (Tier.FAST, Tier.DEEP, False, Tier.FAST),
        (Tier.DEEP, Tier.RULES, True, Tier.RULES),
        (Tier.RULES, Tier.DEEP, False, Tier.RULES),
    ],
)
def test_a_step_gets_what_it_wants_up_to_what_is_configured_and_less_when_hot(*, wanted: Tier, highest: Tier, hot: bool, got: Tier) -> None:
    assert chosen_tier(wanted, highest=highest, hot=hot) is got


def a_question(tier: Tier) -> Question:
    return Question(prompt=Prompt.of("p", "## Input\nSay a word."), slots={}, tier=tier, case_id="case-1", purpose="p.word")


def scripted(word: str) -> ScriptedModel:
    return ScriptedModel({"p": lambda _: Word(word=word)}, clock=Still(), name=word)


def test_each_tier_is_answered_by_its_own_model_or_the_next_lower_one() -> None:
    both = TieredModel({Tier.FAST: scripted("fast"), Tier.DEEP: scripted("deep")})
    only_fast = TieredModel({Tier.FAST: scripted("fast")})
    assert [asyncio.run(both.ask(a_question(tier), Word)).value.word for tier in (Tier.FAST, Tier.DEEP)] == ["fast", "deep"]
    assert asyncio.run(only_fast.ask(a_question(Tier.DEEP), Word)).value.word == "fast"
    assert (both.highest, only_fast.highest, TieredModel({}).highest) == (Tier.DEEP, Tier.FAST, Tier.RULES)


@pytest.mark.parametrize("model", [NoModel(), TieredModel({}), TieredModel({Tier.DEEP: scripted("deep")})])
def test_where_no_model_is_nothing_is_asked(model: NoModel | TieredModel) -> None:
    with pytest.raises(ModelUnavailableError) as caught:
        asyncio.run(model.ask(a_question(Tier.FAST), Word))
    assert caught.value.exit_code == 6
    assert caught.value.hint


def test_a_question_at_the_rules_tier_reaches_no_model() -> None:
    model = scripted("fast")
    with pytest.raises(ModelUnavailableError):
        asyncio.run(TieredModel({Tier.FAST: model, Tier.RULES: model}).ask(a_question(Tier.RULES), Word))
    assert model.questions == []
