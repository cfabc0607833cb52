"""The most that one purchase may cost, said in passing: "my walk-away is 600 EUR a year", "forget my walk-away in CASE-1a2b"."""

from __future__ import annotations

import re

from graphs.case_file import load_case
from graphs.interaction.answer import READ_ONLY, Draft, asking
from graphs.interaction.desk import FrontDesk, Instruction
from graphs.interaction.finding import ACTIVE, CaseLine, case_by_id, case_lines, cases_by_words
from graphs.interaction.precedence import EXPLICIT
from graphs.wishes import Wishes, refuse_above_ceiling
from memory.domain.errors import QuartermasterError
from memory.domain.money import Price
from memory.domain.words import one_line
from memory.views.preferences import walk_away_of

_CASE = re.compile(r"\bCASE-[0-9A-Za-z-]+", re.IGNORECASE)
_AWAY = re.compile(r"\bwalk(?:ing|s)?[ -]?away\b", re.IGNORECASE)
_GONE = re.compile(r"\b(?:forget|remove|drop|delete|take back|undo|no)\b", re.IGNORECASE)
#: "Brieflark must not get more than 650 EUR": a limit on money, and no request to buy.
_MONEY_LIMIT = re.compile(
    r"\b(?:must|may|shall|should|can|do|does|will|would)(?: not|n['\u2019]t) (?:\w+ )?(?:get|cost|receive|be paid|pay|give)\b.*\bmore than\b.*\d|"
    r"\b(?:cannot|won['\u2019]t|never)(?: want to)? (?:get|cost|pay|give|receive)\b.*\bmore than\b.*\d",
    re.IGNORECASE,
)
_ASKS = re.compile(r"^\W*(?:what|which|where|show|list|tell|do i|is there)\b|\?\s*$", re.IGNORECASE)
_ASKS_TO_BUY = re.compile(r"\b(?:buy|find|need|order|hire|get me|looking for|renew)\b", re.IGNORECASE)


def respond(instruction: Instruction, desk: FrontDesk) -> Draft | None:
    """Draft setting a walk-away or taking it back; None where the instruction speaks of none."""
    text = instruction.text
    if _AWAY.search(text):
        if _ASKS.search(text):
            return _told(desk)
        if re.search(r"\d", _CASE.sub("", text)):
            return _set(instruction, desk)
        return _forget(instruction, desk) if _GONE.search(text) else None
    if _MONEY_LIMIT.search(text) and not _ASKS_TO_BUY.search(text):
        from agents.negotiation.preferences.words import of_terms_alone

        if not of_terms_alone(text):
            return asking(
                "For one purchase say: my walk-away in CASE-… is 650 EUR a year. For all of them: anything over 650 EUR needs my approval.",
                because="A limit on money belongs to one case, and holds for every vendor in it; or it is a rule of your policy.",
            )
    return None


def _told(desk: FrontDesk) -> Draft:
    """Say where the operator walks away, in every case that is open."""
    told = [
        f"{_named(line)}: {away}"
        for line in case_lines(desk.database, (*ACTIVE, "paused"))
        if (away := walk_away_of(desk.database, line.case_id)) is not None
    ]
    head = "You walk away above these:" if told else "You have set no walk-away in any open case; the ceilings stand."
    return Draft((head, *told), precedence=READ_ONLY, intent="question")


def _set(instruction: Instruction, desk: FrontDesk) -> Draft:
    from agents.negotiation.preferences.words import read_walk_away

    line = _meant(instruction, desk)
    if isinstance(line, Draft):
        return line
    try:
        limit = read_walk_away(_CASE.sub("", instruction.text))
        refuse_above_ceiling(load_case(desk.database, line.case_id).requisition, limit)
    except QuartermasterError as error:
        return asking(error.hint, because=f"{error.message}.")
    set_ = instruction.tense("I set", "I would set")
    told = f"{set_} your walk-away for {_named(line)} to {limit}: nothing dearer is offered or accepted there."
    return _draft(instruction, desk, line, limit, told, f"To take it back: qm preferences remove walk-away --case {line.case_id}.")


def _forget(instruction: Instruction, desk: FrontDesk) -> Draft:
    line = _meant(instruction, desk)
    if isinstance(line, Draft):
        return line
    if load_case(desk.database, line.case_id).walk_away is None:
        return Draft((f"{_named(line)} has no walk-away of your own.",), case_id=line.case_id, precedence="none: nothing was done")
    gone = instruction.tense("I took back", "I would take back")
    return _draft(instruction, desk, line, None, f"{gone} your walk-away for {_named(line)}; its ceiling still stands.", "")


def _draft(instruction: Instruction, desk: FrontDesk, line: CaseLine, limit: Price | None, told: str, undo: str) -> Draft:
    def carry_out() -> None:
        Wishes(desk.database, desk.unit_of_work, desk.ids, by=desk.by).set_walk_away(line.case_id, limit, instruction.text)

    level = f"{EXPLICIT}: walk-away"
    return Draft((told,), references=(line.case_id,), case_id=line.case_id, precedence=level, carry_out=carry_out, undo=undo)


def _named(line: CaseLine) -> str:
    return f"{line.case_id} ({one_line(line.title, 80)})"


def _meant(instruction: Instruction, desk: FrontDesk) -> CaseLine | Draft:
    """Return the case that is meant: the one named, the one that the words fit, or the only one that is open; else the question which."""
    lines = case_lines(desk.database)
    named = _CASE.search(instruction.text)
    if named is not None:
        found = case_by_id(lines, named[0])
        return found or asking("Which case do you mean? qm cases list shows them.", because=f"There is no case {named[0]}.")
    still_open = [line for line in lines if line.status in (*ACTIVE, "paused")]
    words = re.sub(r"\b(?:walk(?:ing|s)?[ -]?away|eur|usd|month|year|above|limit)\b|\d", " ", instruction.text, flags=re.IGNORECASE)
    fitting = cases_by_words(still_open, words) or tuple(still_open)
    if len(fitting) == 1:
        return fitting[0]
    because = "\n".join(("A walk-away belongs to one case.", *(line.line for line in fitting[:8])))
    return asking("Which case is it about? Say it with its id: my walk-away in CASE-… is 600 EUR a year.", because=because)
