"""Where a case stands: what is over stays over, what is paused stays paused, and an outcome that becomes known is no worry any more."""

from __future__ import annotations

from typing import Any

import pytest

from memory.domain.events.cases import (
    CaseCancelled,
    CaseEnded,
    CaseOpened,
    CasePaused,
    CaseResumed,
    ClarificationRequested,
    StepFailed,
    StepRetried,
)
from memory.domain.events.effects import EffectConfirmed, EffectUnknown
from memory.views.cases import case_facts

CASE = "CASE-standing"
UNKNOWN = EffectUnknown(effect_key="k", effect_kind="mail.send", message="the line broke")
CONFIRMED = EffectConfirmed(effect_key="k", effect_kind="mail.send", reference="r")
FAILED = StepFailed(node="pay", error="x", message="x", wait_key="w")


def standing(core: Any, *facts: Any) -> tuple[str, str]:
    opened = CaseOpened(case_id=CASE, instruction="a desk", evidence="0" * 64, channel="test", graph_version=1)
    for number, fact in enumerate((opened, *facts)):
        core.unit_of_work.act(f"{CASE}/{number}", [fact], stream=CASE, actor="test")
    facts_now = case_facts(core.database, CASE)
    return facts_now.status, facts_now.stage


@pytest.mark.parametrize("end", [CaseCancelled(reason="no"), CaseEnded(outcome="no vendor found", reason="none")])
@pytest.mark.parametrize("late", [UNKNOWN, FAILED, StepRetried(wait_key="w", by="me"), CONFIRMED])
def test_what_comes_late_does_not_reopen_a_case_that_is_over(core: Any, end: Any, late: Any) -> None:
    before = "cancelled" if isinstance(end, CaseCancelled) else "ended"
    assert standing(core, end, late)[0] == before


def test_an_outcome_that_becomes_known_needs_nobody_any_more(core: Any) -> None:
    assert standing(core, UNKNOWN)[0] == "needs_you"
    core.unit_of_work.act(f"{CASE}/known", [CONFIRMED], stream=CASE, actor="test")
    assert case_facts(core.database, CASE).status == "running"


def test_a_receipt_changes_nothing_where_nothing_was_unknown(core: Any) -> None:
    assert standing(core, FAILED, CONFIRMED)[0] == "failed"


def test_an_outcome_that_becomes_known_during_a_pause_is_no_worry_after_it(core: Any) -> None:
    assert standing(core, UNKNOWN, CasePaused(), CONFIRMED)[0] == "paused"
    core.unit_of_work.act(f"{CASE}/resumed", [CaseResumed()], stream=CASE, actor="test")
    assert case_facts(core.database, CASE).status == "running"


ASKED = ClarificationRequested(questions=("Which one?",), missing=("need",), wait_key="q")


@pytest.mark.parametrize(("stands", "status"), [(FAILED, "failed"), (ASKED, "needs_you")])
def test_a_case_that_stands_at_something_else_stands_there_still_when_an_outcome_became_known(core: Any, stands: Any, status: str) -> None:
    before = standing(core, stands)
    assert before[0] == status
    for name, fact in (("unknown", UNKNOWN), ("known", CONFIRMED)):
        core.unit_of_work.act(f"{CASE}/{name}", [fact], stream=CASE, actor="test")
        now = case_facts(core.database, CASE)
        assert (now.status, now.stage) == before, name


def test_a_failed_step_is_still_failed_after_a_pause_in_which_an_outcome_was_unknown(core: Any) -> None:
    assert standing(core, FAILED, CasePaused(), UNKNOWN, CONFIRMED)[0] == "paused"
    core.unit_of_work.act(f"{CASE}/resumed", [CaseResumed()], stream=CASE, actor="test")
    assert case_facts(core.database, CASE).status == "failed"
