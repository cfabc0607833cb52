"""What renews when, and by when it must be decided."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from graphs.interaction.answer import READ_ONLY, Draft
from graphs.interaction.desk import FrontDesk, Instruction
from graphs.interaction.finding import no_such_vendor, vendors_in
from graphs.interaction.renewal import RenewalLine, renewal_lines
from graphs.interaction.windows import find_window
from memory.database import reading
from memory.domain.words import counted, one_line
from memory.ledger import read_events
from memory.views.vendors import vendor_list, vendor_names

_AHEAD_DAYS = 90


def answer(instruction: Instruction, desk: FrontDesk) -> Draft:
    """List the contracts that are meant, by their last day to act."""
    lines = [line for line in renewal_lines(desk.database) if line.auto_renews or line.term_end >= instruction.now.date()]
    names = vendor_names(vendor_list(desk.database))
    vendors = vendors_in(desk.database, instruction.text, instruction.understood.vendor)
    if instruction.understood.vendor and not vendors:
        return Draft((no_such_vendor(desk.database, instruction.understood.vendor),), precedence=READ_ONLY)
    if vendors:
        ids = {v.facts.vendor_id for v in vendors}
        mine = [line for line in lines if line.vendor_id in ids]
        named = one_line(vendors[0].facts.name, 60)
        return _told(desk, f"Contracts with {named}:" if mine else f"I watch no running contract with {named}.", mine, names)
    return _in_time(instruction, desk, lines, names)


def _in_time(instruction: Instruction, desk: FrontDesk, lines: list[RenewalLine], names: dict[str, str]) -> Draft:
    today = instruction.now.date()
    window = find_window(instruction.text, today, ahead=True)
    if window is not None:
        mine = [line for line in lines if line.term_end in window or line.decide_by in window]
        when = str(window)
    else:
        mine = [line for line in lines if line.decide_by <= today + timedelta(days=_AHEAD_DAYS)]
        when = f"within the next {_AHEAD_DAYS} days"
    if mine:
        return _told(desk, f"{counted(len(mine), 'contract')} to decide on or ending {when}:", mine, names)
    later = [line for line in lines if line.decide_by >= today][:1]
    return _told(desk, f"Nothing has to be decided and nothing ends {when}.{' Next after that:' if later else ''}", later, names)


def _told(desk: FrontDesk, head: str, lines: list[RenewalLine], names: dict[str, str]) -> Draft:
    told = [_line(line, one_line(names.get(line.vendor_id, line.vendor_id), 60)) for line in lines]
    references = tuple(dict.fromkeys(ref for line in lines for ref in (*_proofs(desk.database, line), line.case_id)))
    return Draft((head, *told), references=references, precedence=READ_ONLY)


def _line(line: RenewalLine, name: str) -> str:
    renews = f"renews by itself for {counted(line.renewal_months or 12, 'month')}" if line.auto_renews else "ends unless ordered again"
    decided = f"; decided: {line.decision}" if line.decision else ""
    return f"{name}: decide by {line.decide_by}, the term ends {line.term_end} and {renews}; {line.annual} a year{decided} ({line.case_id})"


def _proofs(database: sa.Engine, line: RenewalLine) -> tuple[str, ...]:
    with reading(database) as connection:
        events = read_events(connection, stream=line.case_id, kinds=("renewal.scheduled",), newest_first=True)
        return tuple(e.event_id for e in events if e.body["uid"] == line.uid)[:1]
