"""Where a case stands: its stage, what it waits for, and the last things that happened, each with its event."""

from __future__ import annotations

import re

from graphs.interaction.answer import READ_ONLY, Draft
from graphs.interaction.desk import FrontDesk, Instruction
from graphs.interaction.finding import ACTIVE, CaseLine, case_by_id, case_events, case_lines, cases_by_words, vendors_in
from memory.domain.events.authority import ApprovalRequested
from memory.domain.events.cases import ClarificationRequested
from memory.domain.words import counted, one_line
from memory.narration import narrate

_RECENT = 5
_LISTED = 10
_ALL = re.compile(r"\b(?:everything|all|cases|purchases|working on|overview|status|going on|up to|doing)\b")


def answer(instruction: Instruction, desk: FrontDesk) -> Draft:
    """Tell one case, or list the ones it could be, or those that are open."""
    lines = case_lines(desk.database)
    if not lines:
        return Draft(("There is no case yet. Say what you need, and one begins.",), precedence=READ_ONLY)
    stated = instruction.understood.case
    if stated:
        line = case_by_id(lines, stated)
        return _one(desk, line) if line else _several(f"There is no case {one_line(stated, 40)}.", lines)
    found = _found(instruction, desk, lines)
    if len(found) == 1:
        return _one(desk, found[0])
    if found:
        return _several(f"{len(found)} cases fit equally well:", found)
    return _overview(instruction, lines)


def _found(instruction: Instruction, desk: FrontDesk, lines: tuple[CaseLine, ...]) -> tuple[CaseLine, ...]:
    vendors = {p.facts.vendor_id for p in vendors_in(desk.database, instruction.text, instruction.understood.vendor)}
    found = tuple(line for line in lines if line.vendor_id in vendors) or cases_by_words(lines, instruction.text)
    still_open = tuple(line for line in found if line.status in (*ACTIVE, "paused"))
    return still_open if len(still_open) == 1 else found


def _one(desk: FrontDesk, line: CaseLine) -> Draft:
    events = case_events(desk.database, line.case_id)
    waiting = [s for s in events if isinstance(s.event, ApprovalRequested | ClarificationRequested)] if line.status == "needs_you" else []
    told = [f"{line.line}."]
    told += [f"It waits for you: {narrate(waiting[-1].event)} [{waiting[-1].event_id}]"] if waiting else []
    told.append("The last things that happened:")
    recent = events[-_RECENT:]
    told += [f"{s.at:%Y-%m-%d %H:%M} {narrate(s.event)} [{s.event_id}]" for s in recent]
    references = (line.case_id, *(s.event_id for s in recent))
    return Draft(tuple(told), references=references, case_id=line.case_id, precedence=READ_ONLY)


def _several(what: str, lines: tuple[CaseLine, ...]) -> Draft:
    listed = lines[:_LISTED]
    more = (f"and {len(lines) - _LISTED} more: qm cases list",) if len(lines) > _LISTED else ()
    return Draft((what, *(x.line for x in listed), *more), references=tuple(x.case_id for x in listed), precedence=READ_ONLY)


def _overview(instruction: Instruction, lines: tuple[CaseLine, ...]) -> Draft:
    still_open = tuple(line for line in lines if line.status in (*ACTIVE, "paused"))
    none = "" if _ALL.search(instruction.text.casefold()) else "No case matches those words. "
    if not still_open:
        return _several(f"{none}No case is open; the newest of those that are closed:", lines)
    needs = sum(1 for line in still_open if line.status == "needs_you")
    return _several(f"{none}Open: {counted(len(still_open), 'case')}, of which waiting for you: {needs}.", still_open)
