"""Agents: the model's way, the rules' way, and nothing said without evidence."""

from __future__ import annotations

import asyncio
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from agents.base import Brief, Proposal, load_prompt, locate, strike_unsupported, with_fallback
from memory.domain.base import sha256_hex
from memory.domain.errors import NotFoundError
from memory.domain.evidence import Claim, EvidenceRef, Origin, Span
from tools.llm.choice import NoModel
from tools.llm.port import Answered, CostCeilingError, Model, ModelAnswerError, ModelRecord, ModelUnavailableError, Question, T
from tools.llm.prompts import Prompt, trusted
from tools.llm.tiers import Tier

MAIL = "Our price is 49 EUR per month,\nminimum term 12 months."
DIGEST = sha256_hex(MAIL.encode())
PROMPT = Prompt.of("clerk", "You sort.\n\n## Input\n{{mail}}")


class Mood(BaseModel):
    word: str


class Note(Proposal):
    text: str


def a_question() -> Question:
    return Question(prompt=PROMPT, slots={"mail": trusted("hello")}, tier=Tier.FAST, case_id="case-1", purpose="clerk.sort")


def a_record(**changes: object) -> ModelRecord:
    known = {"model": "m", "tier": Tier.FAST, "case_id": "case-1", "purpose": "clerk.sort", "prompt_name": "clerk"}
    return ModelRecord.model_validate({**known, "prompt_digest": DIGEST, "question_digest": DIGEST, **changes})


class Fixed:
    """A model with one fixed reaction per call."""

    def __init__(self, *reactions: str | Exception) -> None:
        self.reactions = list(reactions)

    async def ask(self, question: Question, answer: type[T]) -> Answered[T]:
        reaction = self.reactions.pop(0)
        if isinstance(reaction, Exception):
            raise reaction
        return Answered(answer.model_validate({"word": reaction}), a_record(tokens_in=3), (reaction,))


async def by_model(_brief: Brief, model: Model) -> Note:
    first, second = await model.ask(a_question(), Mood), await model.ask(a_question(), Mood)
    return Note(text=f"{first.value.word} {second.value.word}")


def by_rules(_brief: Brief) -> Note:
    return Note(text="by rule")


def proposed(model: Model, tier: Tier = Tier.FAST) -> Note:
    return asyncio.run(with_fallback(Brief(case_id="case-1", tier=tier), model, model_way=by_model, rules_way=by_rules))


def test_at_the_rules_tier_no_model_is_asked() -> None:
    model = Fixed("kind", "calm")
    note = proposed(model, Tier.RULES)
    assert (note.text, note.tier, note.fallback, len(model.reactions)) == ("by rule", Tier.RULES, "", 2)


def test_a_delivering_model_is_used_and_its_calls_are_kept() -> None:
    note = proposed(Fixed("kind", "calm"))
    assert (note.text, note.tier, note.fallback) == ("kind calm", Tier.FAST, "")
    assert [call.tokens_in for call in note.calls] == [3, 3]


def test_every_shortfall_of_a_model_leads_to_the_rules_and_is_named() -> None:
    for error in (ModelUnavailableError("no answer"), ModelAnswerError("junk"), CostCeilingError("spent")):
        note = proposed(Fixed("kind", error))
        assert (note.text, note.tier, note.fallback) == ("by rule", Tier.RULES, f"{error.code}: {error.message}")
        assert len(note.calls) == 1


def test_a_failed_answer_is_on_the_bill_too() -> None:
    failed = a_record(tokens_in=40, attempts=2)
    note = proposed(Fixed("kind", ModelAnswerError("junk", record=failed)))
    assert note.calls[1] == failed


def test_an_answer_no_proposal_can_be_made_of_leads_to_the_rules() -> None:
    async def too_long(_brief: Brief, model: Model) -> Note:
        word = (await model.ask(a_question(), Mood)).value.word
        return Note(text=word, claims=(Claim(text=word * 2000),))

    note = asyncio.run(with_fallback(Brief(case_id="c", tier=Tier.DEEP), Fixed("no"), model_way=too_long, rules_way=by_rules))
    assert note.text == "by rule"
    assert note.fallback.startswith("model_answer: ")
    assert len(note.calls) == 1


def test_without_a_model_the_rules_do_it() -> None:
    assert proposed(NoModel(), Tier.DEEP).fallback.startswith("model_unavailable: ")


def test_a_claim_stays_only_when_the_evidence_says_so() -> None:
    good = Claim(text="49 EUR", evidence=(EvidenceRef(digest=DIGEST, origin=Origin.VENDOR_MAIL, span=locate(MAIL, "49 EUR")),))
    bare = Claim(text="they are nice")
    shifted = Claim(
        text="39 EUR", evidence=(EvidenceRef(digest=DIGEST, origin=Origin.VENDOR_MAIL, span=Span(start=13, end=19, text="39 EUR")),)
    )
    whole = Claim(text="a mail came", evidence=(EvidenceRef(digest=DIGEST, origin=Origin.VENDOR_MAIL),))
    assert strike_unsupported([good, bare, shifted, whole], {DIGEST: MAIL}) == ((good, whole), (bare, shifted))
    assert strike_unsupported([shifted]) == ((shifted,), ())


def test_unsupported_claims_never_leave_an_agent_whichever_way_was_taken() -> None:
    def boasting(_brief: Brief) -> Note:
        return Note(text="t", claims=(Claim(text="cheapest of all"),))

    async def boasting_model(brief: Brief, _model: Model) -> Note:
        return boasting(brief)

    for tier in Tier:
        note = asyncio.run(with_fallback(Brief(case_id="c", tier=tier), NoModel(), model_way=boasting_model, rules_way=boasting))
        assert note.claims == ()
        assert [claim.text for claim in note.struck] == ["cheapest of all"]


def test_a_quote_is_found_across_line_breaks_and_line_marks() -> None:
    span = locate(MAIL, "per month,\n| minimum term")
    assert span is not None
    assert MAIL[span.start : span.end] == span.text == "per month,\nminimum term"


def test_an_invented_quote_is_not_found() -> None:
    assert locate(MAIL, "39 EUR") is None
    assert locate(MAIL, "  ") is None


@given(st.text(max_size=60), st.text(alphabet=st.characters(exclude_categories=["Cs", "Z", "Cc"]), min_size=1), st.text(max_size=60))
def test_a_located_span_covers_exactly_its_text(before: str, quote: str, after: str) -> None:
    text = before + quote + after
    span = locate(text, quote)
    assert span is not None
    assert text[span.start : span.end] == span.text == quote


def test_a_very_long_quote_gets_a_span_that_still_holds() -> None:
    text = "x" * 5000
    span = locate(text, text)
    assert span is not None
    assert text[span.start : span.end] == span.text


def test_an_agent_without_a_prompt_file_is_told_where_to_put_it() -> None:
    with pytest.raises(NotFoundError) as caught:
        load_prompt("no_such_agent")
    assert "agents/prompts/no_such_agent.md" in caught.value.hint


def test_every_shipped_prompt_has_an_input_section_and_no_slot_above_it() -> None:
    names = [source.name.removesuffix(".md") for source in (files("agents") / "prompts").iterdir() if source.name.endswith(".md")]
    assert [load_prompt(name).name for name in names] == names
