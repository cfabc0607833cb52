"""What is left of a budget, or of all of them."""

from __future__ import annotations

from graphs.interaction.answer import READ_ONLY, Draft
from graphs.interaction.categories import in_words, read_budgets, top_category
from graphs.interaction.desk import FrontDesk, Instruction
from graphs.interaction.questions.subject import category_asked, named_subject
from memory.domain.words import one_line
from memory.views.spend import WHOLE_HOUSE, BudgetLine, budget_lines


def answer(instruction: Instruction, desk: FrontDesk) -> Draft:
    """Tell the budget that is asked about; without one, all of them."""
    lines = budget_lines(desk.database, instruction.now)
    if not lines:
        return Draft(('There is no budget yet. Set one: qm ask "set the software budget to 400 EUR a month".',), precedence=READ_ONLY)
    asked = category_asked(instruction.text, instruction.understood.category)
    mine = [line for line in lines if _meant(line, asked)]
    head: tuple[str, ...] = ()
    if asked is not None and not mine:
        head = (f"There is no budget for {in_words(asked)}. Budgets that exist:",)
    elif asked is None and (subject := named_subject(instruction.text)):
        head = (f"I know no category {one_line(subject, 60)!r}. Budgets that exist:",)
    known = read_budgets(desk.database)
    shown = mine or list(lines)
    return Draft((*head, *(_line(x) for x in shown)), references=tuple(known[x.category].event_id for x in shown), precedence=READ_ONLY)


def _meant(line: BudgetLine, asked: str | None) -> bool:
    return asked is None or line.category in {asked, WHOLE_HOUSE} or top_category(line.category) == asked


def _line(line: BudgetLine) -> str:
    over = " (overspent)" if line.left.amount_minor < 0 else ""
    return f"{in_words(line.category)}: {line.left} left{over} of {line.limit} per {line.period.value}; {line.used} is spent or set aside."
