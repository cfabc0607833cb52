"""What terms are worth, said in passing: "a year's commitment is worth 8 % to me", "my walk-away in CASE-1a2b is 600 EUR a year".

It is kept as a standing preference for every purchase; for one category, or to take it back, there is `qm preferences`.
"""

from __future__ import annotations

import re

from graphs.case_file import load_case
from graphs.interaction.answer import Draft, asking
from graphs.interaction.desk import FrontDesk, Instruction
from graphs.interaction.precedence import EXPLICIT
from graphs.wishes import Wishes, refuse_above_ceiling
from memory.domain.errors import InputError, NotFoundError, RefusedError
from memory.domain.events.workspace import TermWeighed
from memory.domain.words import one_line
from memory.views.preferences import standing_preferences

#: Without one of these words nothing here is looked at: most instructions are about something else.
_HINT = re.compile(
    r"\bworth\b|\bcosts me\b|\bprefer\b|\bwalk(?:ing)?[ -]?away\b|\bi (?:do not|don['\u2019]t|never|won['\u2019]t|will not)\b",
    re.IGNORECASE,
)
_CASE = re.compile(r"\bCASE-[0-9A-Za-z-]+")


def respond(instruction: Instruction, desk: FrontDesk) -> Draft | None:
    """Draft the keeping of what was said of a term, or None when the instruction speaks of none."""
    if not _HINT.search(instruction.text):
        return None
    from agents.negotiation.preferences.words import in_words, read_preference, speaks_of_walking_away, stated_here

    if speaks_of_walking_away(instruction.text) and re.search(r"\d", instruction.text):
        return _walk_away(instruction, desk)
    if not stated_here(instruction.text):
        return None
    try:
        preference = read_preference(instruction.text)
    except InputError as error:
        return asking(error.hint, because=f"{error.message}.") if re.search(r"\bworth\b", instruction.text, re.IGNORECASE) else None
    level = f"standing preference: {preference.key}"
    reads = in_words(preference)
    if any(s.scope == "" and s.preference == preference for s in standing_preferences(desk.database)):
        return Draft((f"That is your preference already: {reads}.",), precedence=level)
    kept = instruction.tense("I keep", "I would keep")
    told = f"{kept} as your preference for every purchase: {reads}."
    why = "It decides between offers that are within every limit; policy and ceilings stand above it."
    event = TermWeighed(preference=preference, words=one_line(instruction.text, 300), by=desk.by)
    undo = f'To take it back: qm preferences remove "{preference.key}".'
    return Draft((told, why), precedence=level, events=(event,), undo=undo)


def _walk_away(instruction: Instruction, desk: FrontDesk) -> Draft:
    from agents.negotiation.preferences.words import read_walk_away

    named = _CASE.search(instruction.text)
    if named is None:
        return asking(
            "Which case is it about? Say it with its id: my walk-away in CASE-… is 600 EUR a year.",
            because="A walk-away belongs to one case.",
        )
    try:
        limit = read_walk_away(instruction.text.replace(named[0], ""))
        case = load_case(desk.database, named[0])
        refuse_above_ceiling(case.requisition, limit)
    except (InputError, NotFoundError, RefusedError) as error:
        return asking(error.hint, because=f"{error.message}.")
    set_ = instruction.tense("I set", "I would set")
    told = f"{set_} your walk-away for {named[0]} to {limit}: nothing dearer is offered or accepted there."

    def carry_out() -> None:
        Wishes(desk.database, desk.unit_of_work, desk.ids, by=desk.by).set_walk_away(named[0], limit, instruction.text)

    undo = f"To take it back: qm preferences remove walk-away --case {named[0]}."
    return Draft((told,), references=(named[0],), case_id=named[0], precedence=f"{EXPLICIT}: walk-away", carry_out=carry_out, undo=undo)
