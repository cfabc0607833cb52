"""How the demo asks at a terminal: every question stands there as it was written, and every answer does what it says."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from app.demo_voice import TerminalVoice, payee_in
from memory.domain.approval import Approval, Approve, Decision, Edit, PlannedEffect, Reject
from memory.domain.contract import Finding, Severity
from memory.domain.errors import AnswerNeededError
from memory.domain.registry import Payee

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


def test_a_yes_that_nobody_gave_is_not_called_one(approval: Any) -> None:
    shown = io.StringIO()
    decision = TerminalVoice(Console(file=shown, width=120), yes=False, alone=True).decide(approval(PAYMENT))
    assert isinstance(decision, Approve)
    assert decision.reason == "approved: nobody at a terminal (demo)"
    assert "--yes" not in shown.getvalue()


def test_the_card_tells_why_then_the_risks_and_the_exact_effects_last(approval: Any) -> None:
    pay = PlannedEffect(key="CASE-1/pay/0/0", kind="payment.instruct", payload={"payee_id": "postbird-main", "execute_on": "2026-11-30"})
    asked = approval(pay).model_copy(
        update={
            "rules": ("Over 500 EUR I look at it (685.44 EUR is more).",),
            "risks": (Finding(severity=Severity.NOTE, text="first time"),),
        }
    )
    known = {"postbird-main": Payee(name="Postbird GmbH", iban="DE02120300000000202051", country="DE")}
    shown = io.StringIO()
    TerminalVoice(Console(file=shown, width=120), yes=True, payee=known.get).decide(asked)
    told = shown.getvalue()
    order = ["What it rests on", "Why you are asked", "Over 500 EUR", "Risks", "note: first time", "The exact effects", "digest"]
    assert [told.index(part) for part in order] == sorted(told.index(part) for part in order)
    assert "payee_id: postbird-main: Postbird GmbH, IBAN ending in 2051" in told
    assert "DE02" not in told


def test_the_card_can_look_into_the_registry_of_a_home(tmp_path: Path) -> None:
    from app.bootstrap import open_office
    from app.sandbox_world import make_demo_home, seed

    make_demo_home(tmp_path)
    with open_office(tmp_path) as office:
        seed(office)
    found = payee_in(tmp_path)("brieflark-bank")
    assert found is not None
    assert "Brieflark" in found.name
    assert payee_in(tmp_path)("nobody") is None


def test_silence_is_no_answer(answered: Any) -> None:
    with pytest.raises(AnswerNeededError):
        answered()
