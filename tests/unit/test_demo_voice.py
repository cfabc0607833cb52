"""How the demo asks at a terminal: every question stands there as it was written, and every answer does what it says."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from rich.console import Console

from app.demo_voice import TerminalVoice
from memory.domain.approval import Approval, Approve, Decision, Edit, PlannedEffect, Reject
from memory.domain.errors import AnswerNeededError

PAYMENT = PlannedEffect(key="CASE-1/pay/0/0", kind="payment.instruct", payload={"execute_on": "2026-11-30", "remittance": "PO-1"})


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch, approval: Callable[..., Approval]) -> Callable[..., tuple[Decision, str]]:
    def answer(*typed: str, yes: bool = False) -> tuple[Decision, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in typed)))
        shown = io.StringIO()
        return TerminalVoice(Console(file=shown, width=120), yes=yes).decide(approval(PAYMENT)), shown.getvalue()

    return answer


def test_the_question_names_the_letters_to_type(answered: Any) -> None:
    decision, shown = answered("y", "it is fair")
    assert "Approve? [y]es, [n]o, [e]dit: " in shown
    assert isinstance(decision, Approve)
    assert decision.reason == "it is fair"


def test_what_stands_now_is_shown_when_editing(answered: Any) -> None:
    decision, shown = answered("e", "2026-12-04", "", "", "after the holidays")
    assert "Pay on [2026-11-30]: " in shown
    assert "Payment reference [PO-1]: " in shown
    assert isinstance(decision, Edit)
    assert (decision.edits.execute_on, decision.edits.remittance) == ("2026-12-04", None)


def test_a_no_is_kept_with_its_reason_and_other_letters_ask_again(answered: Any) -> None:
    decision, shown = answered("perhaps", "n", "too dear")
    assert shown.count("[n]o") == 2
    assert isinstance(decision, Reject)
    assert decision.reason == "too dear"


def test_yes_is_said_aloud_and_nobody_is_asked(answered: Any) -> None:
    decision, shown = answered(yes=True)
    assert isinstance(decision, Approve)
    assert "Approved by --yes." in shown
    assert "[y]es" not in shown


def test_silence_is_no_answer(answered: Any) -> None:
    with pytest.raises(AnswerNeededError):
        answered()
