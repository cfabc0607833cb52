"""The questions that go with what is missing, worded as the intake words them."""

from __future__ import annotations

from agents.requisition_intake.missing import QUESTIONS
from memory.domain.instruction import Understood


def questions_for(understood: Understood) -> tuple[str, ...]:
    """Return one question per missing field, in order."""
    return tuple(QUESTIONS.get(name, f"What is the {name.replace('_', ' ')}?") for name in understood.missing)
