"""Answers of models and what a case used on them survive a restart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from memory.answers import SqlAnswers, model_use
from memory.domain.events.effects import ModelAsked


def test_an_answer_is_kept_under_its_key_and_a_later_one_replaces_it(core: Any, open_core: Callable[..., Any]) -> None:
    kept = SqlAnswers(core.database)
    assert kept.get("a" * 64) is None
    kept.put("a" * 64, b"\x00first")
    kept.put("b" * 64, b"other")
    kept.put("a" * 64, b"second")
    again = SqlAnswers(open_core(core.url).database)
    assert (again.get("a" * 64), again.get("b" * 64), core.rows("answers")) == (b"second", b"other", 2)


def test_what_a_case_used_is_the_sum_of_its_own_questions(core: Any) -> None:
    core.act("a", ModelAsked(agent="negotiator", record={"cost_micro": 5, "tokens_in": 10, "tokens_out": 1}))
    core.act("b", ModelAsked(agent="negotiator", record={"cost_micro": None, "tokens_in": 7}))
    core.act("c", ModelAsked(agent="negotiator", record={"cost_micro": 99, "tokens_in": 99}), stream="CASE-2")
    assert model_use(core.database, "CASE-1") == (5, 18)
    assert model_use(core.database, "CASE-9") == (0, 0)
