"""What waits for the operator's yes or no."""

from __future__ import annotations

import re

import sqlalchemy as sa

from graphs.interaction.answer import READ_ONLY, Draft
from graphs.interaction.desk import FrontDesk, Instruction
from graphs.interaction.finding import ACTIVE, case_lines, cases_by_words, vendors_in
from graphs.interaction.questions import case_status, why
from memory.database import reading
from memory.domain.approval import ApprovalStatus
from memory.domain.money import Money
from memory.domain.words import counted, one_line
from memory.projections.approvals import approvals

_OF_ONE = re.compile(r"^\W*(?:is|was|has|does|did)\b")
_BY_WHOM = re.compile(r"\bwho\b|\bapproved\b")


def answer(instruction: Instruction, desk: FrontDesk) -> Draft:
    """List open approvals and questions; "who approved" is told from the case it is about."""
    low, understood = instruction.text.casefold(), instruction.understood
    if _BY_WHOM.search(low) and (understood.case or understood.vendor or vendors_in(desk.database, instruction.text)):
        return why.answer(instruction, desk)
    if understood.case or (_OF_ONE.search(low) and len(cases_by_words(case_lines(desk.database, (*ACTIVE, "paused")), low)) == 1):
        return case_status.answer(instruction, desk)
    query = sa.select(approvals).where(approvals.c.status == ApprovalStatus.OPEN.value).order_by(approvals.c.expires_at)
    with reading(desk.database) as connection:
        rows = connection.execute(query).all()
    told = [
        f"{one_line(r.title, 160)}: {Money(amount_minor=r.total_minor, currency=r.currency)}, answer by {r.expires_at[:16].replace('T', ' ')} UTC, "
        f"silence is a no ({r.approval_id}, {r.case_id})"
        for r in rows
    ]
    asking = [line for line in case_lines(desk.database, ("needs_you", "failed")) if line.case_id not in {r.case_id for r in rows}]
    told += [line.line for line in asking]
    others = f", and {counted(len(asking), 'other case')}" if asking else ""
    head = f"Waiting for you: {counted(len(rows), 'approval')}{others}."
    references = (*(r.approval_id for r in rows), *(r.case_id for r in rows), *(line.case_id for line in asking))
    return Draft((head if told else "Nothing waits for you.", *told), references=references, precedence=READ_ONLY)
