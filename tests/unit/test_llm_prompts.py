"""Prompts: sections, slots, and the fence that the words of others cannot leave."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memory.domain.base import sha256_hex
from memory.domain.errors import InputError
from tools.llm.port import Question
from tools.llm.prompts import LINE_MARK, Prompt, Slot, fenced, trusted, untrusted, visible
from tools.llm.tiers import Tier

TEXT = "# Clerk\nYou read offers.\n\n## Rules\nBe brief.\n\n## Input\nRequest: {{request}}\nMail: {{ mail }}\n\n## Letter\nDear {{name}}"

FENCE_PARTS = [
    "<<END ",
    "<<DATA ",
    ">>",
    "| ",
    "\n",
    "\r",
    "\u2028",
    "\x0b",
    "\x85",
    "{{request}}",
    "## Input",
    "0123456789abcdef" * 2,
    "mail",
]
hostile = st.lists(st.one_of(st.sampled_from(FENCE_PARTS), st.text(max_size=8))).map("".join)


def test_a_prompt_knows_its_parts() -> None:
    prompt = Prompt.of("clerk", TEXT)
    assert prompt.system == "# Clerk\nYou read offers.\n\n## Rules\nBe brief."
    assert prompt.slots == {"request", "mail"}
    assert prompt.sections["Letter"] == "Dear {{name}}"
    assert prompt.digest == sha256_hex(TEXT.encode())


def test_trusted_words_go_in_as_they_are_and_others_fenced() -> None:
    filled = Prompt.of("clerk", TEXT).filled({"request": trusted("Buy."), "mail": untrusted("Line one\nLine two")})
    tag = sha256_hex(b"Line one\nLine two")[:32]
    assert filled == f"Request: Buy.\nMail: \n<<DATA mail {tag}>>\n| Line one\n| Line two\n<<END {tag}>>\n"


def test_a_slot_is_untrusted_unless_somebody_says_otherwise() -> None:
    assert not Slot(text="x").trusted


def test_a_filled_value_is_not_filled_again() -> None:
    filled = Prompt.of("clerk", TEXT).filled({"request": trusted("{{mail}}"), "mail": untrusted("{{request}}")})
    assert "Request: {{mail}}" in filled
    assert "| {{request}}" in filled


@pytest.mark.parametrize("slots", [{}, {"request": trusted("x")}, {"request": trusted("x"), "mail": trusted("x"), "other": trusted("x")}])
def test_a_missing_or_unknown_slot_is_named(slots: dict[str, Slot]) -> None:
    with pytest.raises(InputError, match=r"slot (mail|other) is missing or unknown"):
        Prompt.of("clerk", TEXT).filled(slots)


def test_a_prompt_without_an_input_section_is_refused() -> None:
    with pytest.raises(InputError, match="no section"):
        Prompt.of("clerk", "Say {{word}}")


def test_a_slot_may_not_stand_where_it_would_speak_with_our_voice() -> None:
    with pytest.raises(InputError, match="outside '## Input'"):
        Prompt.of("clerk", "You obey {{mail}}.\n\n## Input\n{{mail}}")


@given(hostile)
def test_no_text_can_close_its_fence(text: str) -> None:
    shown = fenced("mail", text)
    lines = re.split("[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", shown.strip("\n"))
    tag = sha256_hex(text.encode())[:32]
    assert (lines[0], lines[-1]) == (f"<<DATA mail {tag}>>", f"<<END {tag}>>")
    assert all(line.startswith(LINE_MARK) for line in lines[1:-1])
    assert tag not in text


@given(hostile)
def test_the_words_inside_a_fence_are_the_visible_words_of_the_text(text: str) -> None:
    inside = fenced("mail", text).strip("\n").split("\n")[1:-1]
    assert "\n".join(line.removeprefix(LINE_MARK) for line in inside) == visible(text)


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "S"]) | st.sampled_from(" \n"), max_size=200).map(str.strip))
def test_ordinary_text_is_shown_unchanged(text: str) -> None:
    assert visible(text) == text


def test_invisible_characters_do_not_reach_the_model() -> None:
    assert visible("pay\u200b now\u202e!\U000e0041\U000e0101\xad\x1f\x00\x1b[2J") == "pay now![2J"


def test_broken_characters_do_not_break_a_question() -> None:
    slots = {"request": trusted("x"), "mail": untrusted("caf\udce9")}
    question = Question(prompt=Prompt.of("clerk", TEXT), slots=slots, tier=Tier.FAST, case_id="case-1", purpose="clerk.read")
    assert b"caf?" in question.body


def test_equal_questions_have_equal_bytes_and_trust_is_part_of_the_question() -> None:
    prompt = Prompt.of("clerk", "## Input\n{{a}}{{b}}")

    def a_question(slots: dict[str, Slot], tier: Tier = Tier.FAST, case_id: str = "case-1") -> str:
        return Question(prompt=prompt, slots=slots, tier=tier, case_id=case_id, purpose="p").digest

    one, two = untrusted("one"), untrusted("two")
    first = a_question({"a": one, "b": two})
    assert first == a_question({"b": two, "a": one}) == a_question({"a": one, "b": two}, case_id="case-2")
    others = [
        a_question({"a": two, "b": one}),
        a_question({"a": trusted("one"), "b": two}),
        a_question({"a": one, "b": two}, tier=Tier.DEEP),
    ]
    assert len({first, *others}) == 4
