"""Case control: pause, resume, retry or cancel, once it is clear which case is meant; otherwise the cases are listed."""

from __future__ import annotations

import re
from collections.abc import Callable

from graphs.interaction.answer import Draft, asking
from graphs.interaction.desk import FrontDesk, Instruction
from graphs.interaction.finding import ACTIVE, CaseLine, case_by_id, case_lines, cases_by_words, vendors_in, words_of
from graphs.interaction.precedence import EXPLICIT
from memory.domain.instruction import CaseCommand
from memory.domain.words import counted, one_line

_MAY: dict[str, tuple[str, ...]] = {"pause": ACTIVE, "resume": ("paused",), "retry": ("failed",), "cancel": (*ACTIVE, "paused")}
_DONE = {"pause": "paused", "resume": "resumed", "retry": "retried", "cancel": "cancelled"}
_THEN = {
    "pause": "Nothing new happens in it until you resume it; what arrives meanwhile is kept.",
    "resume": "It goes on where it stopped.",
    "retry": "The step that failed is tried again.",
    "cancel": "What was not sent yet is withdrawn and reserved budget is given back; vendors that were written to are told that nothing comes of it.",
}
_EVERYTHING = re.compile(r"\b(?:everything|all (?:cases|of them|purchases|orders)|all)\b")
_LISTED = 8


def respond(instruction: Instruction, desk: FrontDesk) -> Draft:
    """Draft the command on the case that is meant."""
    command = instruction.understood.details
    if not isinstance(command, CaseCommand):
        return asking("What should happen with which case? For example: pause CASE-…")
    lines = case_lines(desk.database)
    eligible = [line for line in lines if line.status in _MAY[command.action]]
    if instruction.understood.case:
        return _by_id(instruction, desk, command, lines)
    if command.action == "pause" and _EVERYTHING.search(instruction.text.casefold()):
        return _pause_all(instruction, desk, eligible)
    found = _meant(instruction, desk, command, eligible)
    if len(found) == 1:
        return _draft(instruction, desk, command, found[0])
    return _which(instruction, command, found, eligible, lines)


def _by_id(instruction: Instruction, desk: FrontDesk, command: CaseCommand, lines: tuple[CaseLine, ...]) -> Draft:
    stated = instruction.understood.case or ""
    line = case_by_id(lines, stated)
    if line is None:
        near = "\n".join(x.line for x in lines if x.status in _MAY[command.action])
        because = f"There is no case {one_line(stated, 40)}." + (f" Cases you could {command.action}:\n{near}" if near else "")
        return asking("Which case do you mean?", because=because)
    if line.status not in _MAY[command.action]:
        told = f"I did nothing: {line.line} cannot be {_DONE[command.action]} now."
        return Draft((told,), references=(line.case_id,), case_id=line.case_id, precedence=f"{EXPLICIT}: not possible now")
    return _draft(instruction, desk, command, line)


def _meant(instruction: Instruction, desk: FrontDesk, command: CaseCommand, eligible: list[CaseLine]) -> tuple[CaseLine, ...]:
    vendors = {p.facts.vendor_id for p in vendors_in(desk.database, instruction.text, instruction.understood.vendor)}
    by_vendor = tuple(line for line in eligible if line.vendor_id in vendors)
    if by_vendor:
        return by_vendor
    subject = command.subject or instruction.text
    if not words_of(subject) - words_of(command.action):
        return tuple(eligible) if len(eligible) == 1 else ()
    return cases_by_words(eligible, subject)


def _draft(instruction: Instruction, desk: FrontDesk, command: CaseCommand, line: CaseLine) -> Draft:
    title = one_line(line.title, 80)
    told = instruction.tense(f"I {_DONE[command.action]} {line.case_id} ({title}).", f"I would {command.action} {line.case_id} ({title}).")
    undo = {"pause": f'To let it go on: qm ask "resume {line.case_id}".', "resume": f'To hold it again: qm ask "pause {line.case_id}".'}
    return Draft(
        (told, _THEN[command.action]),
        references=(line.case_id,),
        case_id=line.case_id,
        precedence=f"{EXPLICIT}: {command.action}",
        carry_out=lambda: _command(instruction, desk, command.action)(line.case_id),
        needs_confirmation=instruction.dry_run and command.action == "cancel",
        undo=instruction.tense(undo.get(command.action, ""), ""),
    )


def _command(instruction: Instruction, desk: FrontDesk, action: str) -> Callable[[str], None]:
    reason = f"by instruction {instruction.instruction_id}"

    def carry_out(case_id: str) -> None:
        match action:
            case "pause":
                desk.service.pause(case_id, by=desk.by, reason=reason)
            case "resume":
                desk.service.resume(case_id, by=desk.by, reason=reason)
            case "retry":
                desk.service.retry(case_id, by=desk.by)
            case _:
                desk.service.cancel(case_id, by=desk.by, reason=reason)

    return carry_out


def _pause_all(instruction: Instruction, desk: FrontDesk, eligible: list[CaseLine]) -> Draft:
    if not eligible:
        return Draft(("Nothing is running, so there is nothing to pause.",), precedence=f"{EXPLICIT}: pause")

    def pause_each() -> None:
        for line in eligible:
            _command(instruction, desk, "pause")(line.case_id)

    told = instruction.tense(f"I paused {counted(len(eligible), 'case')}:", f"I would pause {counted(len(eligible), 'case')}:")
    return Draft(
        (told, *(line.line for line in eligible), _THEN["pause"]),
        references=tuple(line.case_id for line in eligible),
        precedence=f"{EXPLICIT}: pause everything",
        carry_out=pause_each,
    )


def _which(
    instruction: Instruction, command: CaseCommand, found: tuple[CaseLine, ...], eligible: list[CaseLine], lines: tuple[CaseLine, ...]
) -> Draft:
    """Ask which case is meant, showing those it could be; where none could be, say so."""
    if not eligible:
        others = cases_by_words(lines, command.subject or instruction.text)[:_LISTED]
        told = (f"No case can be {_DONE[command.action]} now.", *(line.line for line in others), "I did nothing.")
        return Draft(told, references=tuple(line.case_id for line in others), precedence=f"{EXPLICIT}: not possible now")
    shown = list(found or eligible)[:_LISTED]
    several = (
        "More than one case could be meant:" if found or (len(eligible) > 1 and not words_of(command.subject or instruction.text)) else ""
    )
    head = several or f"No case matches those words. You could {command.action}:"
    because = "\n".join((head, *(line.line for line in shown)))
    references = tuple(line.case_id for line in shown)
    return asking(f"Which one should I {command.action}? Say it with its id.", because=because, references=references)
