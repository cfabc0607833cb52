"""Schemas, rates, cache and script: the small parts around a model."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from memory.domain.money import Price
from tools.llm.asking import Completion, read_answer
from tools.llm.cache import CachedModel, MemoryAnswers, answer_key
from tools.llm.cost import CostMeter, MemorySpendBook, Rate, Spent
from tools.llm.port import MODEL_SHORTFALLS, Answered, CostCeilingError, ModelRecord, ModelUnavailableError, Question
from tools.llm.prompts import Prompt, untrusted
from tools.llm.schema import schema_digest, strict_schema
from tools.llm.scripted import Lines, ScriptedModel, ScriptExhaustedError
from tools.llm.tiers import Tier

PROMPT = Prompt.of("clerk", "## Input\n{{mail}}")


class Kind(StrEnum):
    OFFER = "offer"
    OTHER = "other"


class Offer(BaseModel):
    type: Literal["offer"]
    price: Price | None = Field(default=None, description="as stated")
    title: str = Field(min_length=1, max_length=80)


class Other(BaseModel):
    type: Literal["other"]


class Reading(BaseModel):
    kind: Kind
    items: tuple[Offer, ...] = ()
    one: Annotated[Offer | Other, Field(discriminator="type")]


class Word(BaseModel):
    word: str


class Still:
    def now(self) -> datetime:
        return datetime(2026, 11, 22, tzinfo=UTC)


def a_question(mail: str = "hello", *, tier: Tier = Tier.FAST, purpose: str = "clerk.read") -> Question:
    return Question(prompt=PROMPT, slots={"mail": untrusted(mail)}, tier=tier, case_id="case-1", purpose=purpose)


def scripted(script: dict[str, Lines]) -> ScriptedModel:
    return ScriptedModel(script, clock=Still())


def asked(model: ScriptedModel | CachedModel, question: Question | None = None) -> Answered[Word]:
    return asyncio.run(model.ask(question or a_question(), Word))


# --- schemas


def objects_in(schema: Any) -> list[dict[str, Any]]:
    if isinstance(schema, list):
        return [found for item in schema for found in objects_in(item)]
    if not isinstance(schema, dict):
        return []
    below = [found for item in schema.values() for found in objects_in(item)]
    return [schema, *below] if isinstance(schema.get("properties"), dict) else below


def test_a_strict_schema_requires_every_field_and_allows_no_other() -> None:
    found = objects_in(strict_schema(Reading))
    assert len(found) == 4
    for schema in found:
        assert schema["required"] == list(schema["properties"])
        assert schema["additionalProperties"] is False


def test_a_strict_schema_has_no_words_that_strict_servers_refuse() -> None:
    schema = strict_schema(Reading)
    assert "title" in schema["$defs"]["Offer"]["properties"]
    text = json.dumps(schema)
    assert not [word for word in ("oneOf", "discriminator", "default", "minLength", "maxLength") if f'"{word}"' in text]
    references = [item for item in objects_in(schema) for item in item["properties"].values() if "$ref" in item]
    assert references
    assert all(set(item) == {"$ref"} for item in references)


def test_what_a_strict_schema_leaves_out_is_checked_when_the_answer_is_read() -> None:
    value, problem = read_answer(Completion(text='{"kind": "offer", "one": {"type": "offer", "title": ""}}'), Reading)
    assert value is None
    assert "one.offer.title" in problem


def test_every_change_of_the_answer_type_is_another_schema() -> None:
    narrower = type("Word", (Word,), {"__annotations__": {"word": Annotated[str, Field(max_length=3)]}})
    assert len({schema_digest(Word), schema_digest(narrower), schema_digest(Offer)}) == 3


def test_a_complaint_repeats_no_wrong_value() -> None:
    _, problem = read_answer(Completion(text='{"kind": "ignore all rules", "one": {"type": "other"}}'), Reading)
    assert problem.startswith("kind: ")
    assert "ignore all rules" not in problem


# --- cost


@given(st.integers(0, 10**7), st.integers(0, 10**6), st.integers(0, 10**8), st.integers(0, 10**8))
def test_a_cost_is_never_rounded_down(tokens_in: int, tokens_out: int, input_micro: int, output_micro: int) -> None:
    rate = Rate(currency="USD", input_micro=input_micro, output_micro=output_micro)
    exact = tokens_in * input_micro + tokens_out * output_micro
    assert 0 <= rate.cost_micro(tokens_in, tokens_out) * 1_000_000 - exact < 1_000_000


def a_record(**changes: object) -> ModelRecord:
    return asked(scripted({"clerk": [Word(word="yes")]})).record.model_copy(update=changes)


@pytest.mark.parametrize(("micro", "tokens", "refused"), [(99, 99, False), (100, 0, True), (0, 100, True)])
def test_a_ceiling_binds_in_money_and_in_tokens(*, micro: int, tokens: int, refused: bool) -> None:
    meter = CostMeter(MemorySpendBook(), currency="EUR", ceiling_micro=100, ceiling_tokens=100)
    meter.charge(a_record(cost_micro=micro, cost_currency="EUR", tokens_in=tokens, tokens_out=0))
    if refused:
        with pytest.raises(CostCeilingError):
            meter.allow("case-1")
    else:
        meter.allow("case-1")
    meter.allow("case-2")


def test_a_book_that_outlives_the_meter_keeps_the_ceiling() -> None:
    book = MemorySpendBook()
    book.add("case-1", Spent(tokens=60))
    book.add("case-1", Spent(tokens=60))
    with pytest.raises(CostCeilingError, match="120 tokens"):
        CostMeter(book, currency="EUR", ceiling_micro=1, ceiling_tokens=100).allow("case-1")


def test_a_price_in_another_currency_than_the_ceiling_is_refused() -> None:
    meter = CostMeter(MemorySpendBook(), currency="EUR", ceiling_micro=100, ceiling_tokens=100)
    with pytest.raises(ValueError, match="USD"):
        meter.charge(a_record(cost_micro=1, cost_currency="USD"))


# --- cache


def test_only_an_identical_question_is_a_hit() -> None:
    keys = {
        answer_key(a_question(), Word, "m"),
        answer_key(a_question("other"), Word, "m"),
        answer_key(a_question(tier=Tier.DEEP), Word, "m"),
        answer_key(a_question(), Word, "n"),
        answer_key(a_question(), Other, "m"),
    }
    assert len(keys) == 5
    assert answer_key(a_question(purpose="elsewhere"), Word, "m") in keys


def test_a_hit_is_marked_and_belongs_to_the_one_who_asks_now() -> None:
    inner = scripted({"clerk": [Word(word="yes")]})
    cached = CachedModel(inner, MemoryAnswers(), model="m")
    asked(cached)
    hit = asked(cached, a_question(purpose="elsewhere"))
    assert (hit.value.word, hit.record.cached, hit.record.purpose, hit.record.attempts) == ("yes", True, "elsewhere", 0)
    assert len(inner.questions) == 1


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"text": "{}", "record": {}}', b"\xff"])
def test_a_spoilt_entry_is_asked_again_and_mended(body: bytes) -> None:
    store = MemoryAnswers()
    store.put(answer_key(a_question(), Word, "m"), body)
    inner = scripted({"clerk": [Word(word="yes")]})
    cached = CachedModel(inner, store, model="m")
    assert [asked(cached).value.word, asked(cached).value.word] == ["yes", "yes"]
    assert len(inner.questions) == 1


def test_a_failure_is_not_kept() -> None:
    cached = CachedModel(scripted({"clerk": [ModelUnavailableError("down"), Word(word="yes")]}), MemoryAnswers(), model="m")
    with pytest.raises(ModelUnavailableError):
        asked(cached)
    assert asked(cached).value.word == "yes"


# --- script


def test_a_script_is_looked_up_by_purpose_before_prompt() -> None:
    model = scripted({"clerk": [Word(word="by prompt")], "clerk.read": [{"word": "by purpose"}]})
    assert asked(model).value.word == "by purpose"
    assert asked(model, a_question(purpose="clerk.sort")).value.word == "by prompt"
    assert [question.purpose for question in model.questions] == ["clerk.read", "clerk.sort"]


def test_a_script_may_be_a_function_of_the_question() -> None:
    model = scripted({"clerk": lambda question: Word(word=question.slots["mail"].text)})
    assert [asked(model, a_question(mail)).value.word for mail in ("a", "b")] == ["a", "b"]


def test_an_exhausted_script_is_no_shortfall_that_the_rules_would_cover_up() -> None:
    for model in (scripted({}), scripted({"clerk": []})):
        with pytest.raises(ScriptExhaustedError) as caught:
            asked(model)
        assert not isinstance(caught.value, MODEL_SHORTFALLS)


def test_a_script_keeps_what_a_real_model_would_have_read() -> None:
    model = scripted({"clerk": ["junk", Word(word="yes")]})
    asked(model)
    first, second = model.exchanges
    assert [message.role for message in first] == ["system", "user"]
    assert [message.role for message in second] == ["system", "user", "assistant", "user"]
    assert second[2].text == "junk"
