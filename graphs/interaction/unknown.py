"""Unknown: nothing is done, and the answer says so, with three things that could have been said instead."""

from __future__ import annotations

import difflib

from agents.requisition_intake import refusal
from graphs.interaction import question
from graphs.interaction.answer import READ_ONLY, Draft
from graphs.interaction.desk import FrontDesk, Instruction
from graphs.interaction.finding import words_of

EXAMPLES = (
    "Find an email marketing tool for 5,000 contacts, EU data, under 60 EUR a month",
    "Buy two 27 inch monitors for at most 300 EUR each by Friday",
    "Hire a copywriter for 10 hours at up to 60 EUR an hour",
    "Set the software budget to 400 EUR per month",
    "Have you considered Postino for email marketing?",
    "How much did we spend on software this year?",
    "Why did we pay Acme 480 EUR?",
    "What renews in January?",
    "What is the status of the email tool?",
    "How much is left of the hardware budget?",
    "Which approvals are waiting for me?",
    "Pause the laptop purchase",
    "Cancel the laptop purchase",
    "Anything over 200 EUR needs my approval",
    "Do not renew Acme",
    "Remind me 30 days before the Acme contract ends",
    "From now on I want invoices",
)


def respond(instruction: Instruction, desk: FrontDesk) -> Draft:
    """Say that nothing was done; a question that can be answered by reading is answered."""
    answer = question.overlooked(instruction, desk)
    if answer is not None:
        found = answer(instruction, desk)
        return Draft(found.sentences, references=found.references, case_id=found.case_id, precedence=READ_ONLY, intent="question")
    refused = refusal(instruction.text)
    if refused is not None:
        return Draft(("I did nothing.", refused), precedence="none: nothing was done")
    close = "\n".join(f"  {example}" for example in closest(instruction.text))
    return Draft(
        ("I did nothing: I could not tell what should be done.", "You could say, for example:", close), precedence="none: nothing was done"
    )


def closest(text: str, count: int = 3) -> tuple[str, ...]:
    """Return the examples closest to a text, by shared words and then by shape."""
    wanted, low = words_of(text), text.casefold()[:200]

    def nearness(example: str) -> tuple[int, float]:
        return len(wanted & words_of(example)), difflib.SequenceMatcher(None, low, example.casefold()).ratio()

    return tuple(sorted(EXAMPLES, key=nearness, reverse=True)[:count])
