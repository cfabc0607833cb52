"""Question: routed by topic; what reads nothing out of the ledger is not answered."""

from __future__ import annotations

import re
from collections.abc import Callable

from graphs.interaction.answer import Draft
from graphs.interaction.desk import FrontDesk, Instruction
from graphs.interaction.finding import vendors_in
from graphs.interaction.questions import approvals_open, budget_left, case_status, renewals, spend, vendor_known, why
from memory.domain.instruction import QuestionAsked

Answerer = Callable[[Instruction, FrontDesk], Draft]
_TOPICS: dict[str, Answerer] = {
    "spend": spend.answer,
    "renewals": renewals.answer,
    "case": case_status.answer,
    "why": why.answer,
    "vendor": vendor_known.answer,
    "budget": budget_left.answer,
    "approvals": approvals_open.answer,
    "status": case_status.answer,
}
#: Read more closely than the intake's first guess; the first that fits decides.
_CLOSER: tuple[tuple[str, str], ...] = (
    (r"\bdecide(?:d)?\b[^.?]*\b(?:contract|on|about|by)\b|\bnotice period\b|\blast day\b|\bterm ends?\b", "renewals"),
    (r"\bhow much\b[^.?]*\b(?:spen[dt]|paid|pay|saved?|owe|cost)\b", "spend"),
    (r"\bwhat (?:do (?:we|you) know|is known|changed)\b|\btell me about\b|\bwho (?:is|are)\b", "vendor"),
)
_ASKS = re.compile(r"^\W*(?:what|who|how|when|where|which|why|tell|show|is|are|do|does|did|has|have)\b|\?\s*$")
_WORKING = re.compile(r"\b(?:working on|going on|up to|doing|news|new)\b")


def respond(instruction: Instruction, desk: FrontDesk) -> Draft:
    """Answer from the read models and the ledger."""
    details = instruction.understood.details
    topic: str = details.topic if isinstance(details, QuestionAsked) else "status"
    low = instruction.text.casefold()
    if topic not in {"why", "budget"}:
        topic = next((name for pattern, name in _CLOSER if re.search(pattern, low)), topic)
    if topic == "vendor" and not (instruction.understood.vendor or vendors_in(desk.database, instruction.text)):
        topic = "status"
    return _TOPICS[topic](instruction, desk)


def overlooked(instruction: Instruction, desk: FrontDesk) -> Answerer | None:
    """Return who can answer words that the intake took for nothing, since reading harms nobody.

    That is a question about a vendor that is known, or about what goes on here; None when it is neither.
    """
    low = instruction.text.casefold()
    if not _ASKS.search(low):
        return None
    if vendors_in(desk.database, instruction.text):
        return vendor_known.answer
    return case_status.answer if _WORKING.search(low) and re.search(r"\byou\b|\bhere\b", low) else None
