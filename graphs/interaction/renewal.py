"""Renewal action: notes what becomes of a contract at the end of its term. It sends nothing; a notice letter is only prepared."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, timedelta

import sqlalchemy as sa

from graphs.interaction import control
from graphs.interaction.answer import Draft, asking
from graphs.interaction.desk import FrontDesk, Instruction
from graphs.interaction.finding import ACTIVE, case_lines, cases_by_words, no_such_vendor, vendors_in
from graphs.interaction.foresight import denial_of
from graphs.interaction.notice_letter import notice_letter
from graphs.interaction.precedence import EXPLICIT, Precedence
from graphs.renewal_desk import RenewalDesk
from graphs.renewal_file import load_renewal
from memory.database import reading
from memory.domain.errors import NotFoundError
from memory.domain.events.contracts import RenewalDecided
from memory.domain.instruction import CaseCommand, Intent, RenewalCommand
from memory.domain.money import Money
from memory.domain.renewal import RenewalAction
from memory.domain.vendor import VendorProfile
from memory.domain.words import counted, one_line
from memory.projections.contract_calendar import renewals
from memory.views.vendors import current_profile

#: Without another wish, the reminder comes this long before the last day to act.
_REMIND_DAYS = 14
_OPEN = (*ACTIVE, "paused")


@dataclass(frozen=True)
class RenewalLine:
    """One watched contract."""

    uid: str
    case_id: str
    vendor_id: str
    decide_by: date
    term_end: date
    notice_days: int
    auto_renews: bool
    renewal_months: int | None
    annual: Money
    decision: str


def renewal_lines(database: sa.Engine) -> tuple[RenewalLine, ...]:
    """Return every watched contract, by its last day to act."""
    with reading(database) as connection:
        rows = connection.execute(sa.select(renewals).order_by(renewals.c.decide_by, renewals.c.uid)).all()
    return tuple(
        RenewalLine(
            r.uid,
            r.case_id,
            r.vendor_id,
            date.fromisoformat(r.decide_by),
            date.fromisoformat(r.term_end),
            r.notice_days,
            r.auto_renews,
            r.renewal_months,
            Money(amount_minor=r.annual_minor, currency=r.currency),
            r.decision,
        )
        for r in rows
    )


def respond(instruction: Instruction, desk: FrontDesk) -> Draft:
    """Draft the decision on one contract, or ask which."""
    command = instruction.understood.details
    if not isinstance(command, RenewalCommand):
        return asking("What should happen with which contract? For example: do not renew VENDOR.")
    lines = renewal_lines(desk.database)
    vendors = vendors_in(desk.database, instruction.text, command.vendor)
    if not vendors:
        by_words = _by_words(instruction, desk, command, lines)
        if by_words is not None:
            return by_words
        stated = command.vendor or instruction.understood.vendor
        listed = "\n".join(_line(line, line.vendor_id) for line in lines)
        because = no_such_vendor(desk.database, stated) if stated else ""
        known = f"Contracts I watch:\n{listed}" if listed else "I watch no contract yet: qm contracts import FILE."
        return asking("Which contract do you mean?", because="\n".join(x for x in (because, known) if x))
    name = one_line(vendors[0].facts.name, 60)
    today = instruction.now.date()
    current = [line for line in lines if line.vendor_id == vendors[0].facts.vendor_id and (line.auto_renews or line.term_end >= today)]
    if not current:
        because = f"I watch no running contract with {name}."
        return asking("If there is one, import it: qm contracts import FILE.", because=because, references=(vendors[0].event_id,))
    chosen = current[0] if len(current) == 1 else _chosen(instruction, current)
    if chosen is None:
        listed = "\n".join(_line(line, name) for line in current)
        return asking("Which of them? Say the case's id.", because=f"There are {len(current)} contracts with {name}:\n{listed}")
    return _decide(instruction, desk, command, chosen, vendors[0])


def _by_words(instruction: Instruction, desk: FrontDesk, command: RenewalCommand, lines: tuple[RenewalLine, ...]) -> Draft | None:
    """Find the contract by what was bought ("the email tool"); "cancel" may also mean a purchase that is still going on."""
    if command.vendor or instruction.understood.vendor:
        return None
    watched = {line.case_id: line for line in lines}
    found = cases_by_words([c for c in case_lines(desk.database) if c.case_id in watched or c.status in _OPEN], instruction.text)
    if len(found) != 1:
        return None
    if found[0].case_id not in watched:
        subject = CaseCommand(action="cancel", subject=instruction.text[:120])
        meant = instruction.understood.model_copy(update={"intent": Intent.CASE_CONTROL, "details": subject})
        if command.action != "cancel":
            return None
        return replace(control.respond(replace(instruction, understood=meant), desk), intent=Intent.CASE_CONTROL.value)
    profile = current_profile(desk.database, watched[found[0].case_id].vendor_id)
    return _decide(instruction, desk, command, watched[found[0].case_id], profile) if profile else None


def of_a_bought_case(instruction: Instruction, desk: FrontDesk) -> Draft | None:
    """Return what "cancel the email tool" means once it is bought: not to renew. None when a case that goes on is meant, or none is."""
    command = instruction.understood.details
    if not isinstance(command, CaseCommand) or command.action != "cancel" or instruction.understood.case or instruction.understood.vendor:
        return None
    watched = {line.case_id: line for line in renewal_lines(desk.database)}
    candidates = [c for c in case_lines(desk.database) if c.case_id in watched or c.status in _OPEN]
    found = cases_by_words(candidates, command.subject or instruction.text)
    if len(found) != 1 or found[0].case_id not in watched or found[0].status in _OPEN:
        return None
    line = watched[found[0].case_id]
    profile = current_profile(desk.database, line.vendor_id)
    if profile is None:
        return None
    draft = _decide(instruction, desk, RenewalCommand(action="cancel"), line, profile)
    return replace(draft, intent=Intent.RENEWAL_ACTION.value)


def _chosen(instruction: Instruction, lines: list[RenewalLine]) -> RenewalLine | None:
    stated = (instruction.understood.case or "").casefold()
    found = [line for line in lines if stated and line.case_id.casefold().endswith(stated)]
    return found[0] if len(found) == 1 else None


def _line(line: RenewalLine, name: str) -> str:
    decided = f", decided: {line.decision}" if line.decision else ""
    return f"{name}: decide by {line.decide_by}, term ends {line.term_end}, {line.annual} a year{decided} ({line.case_id})"


def _decide(instruction: Instruction, desk: FrontDesk, command: RenewalCommand, line: RenewalLine, vendor: VendorProfile) -> Draft:
    precedence = Precedence()
    name = one_line(vendor.facts.name, 60)
    action = "keep" if command.action == "renew" else command.action
    precedence.add(EXPLICIT, action)
    denied = denial_of(desk.policy(), vendor.facts.name, vendor.facts.vendor_id)
    if action == "keep" and denied is not None:
        precedence.add("policy", denied.id)
        told = f"Policy stands above this: {denied.says} (rule {denied.id}). Keeping {name} was not noted."
        return Draft((told, _dates(line, instruction)), references=(line.case_id,), precedence=str(precedence))
    remind_on = _remind_on(command, line, precedence) if action == "remind" else None
    event = RenewalDecided(
        vendor_id=line.vendor_id, uid=line.uid, action=action, remind_on=remind_on, by=desk.by, instruction=instruction.instruction_id
    )
    noted = instruction.tense("Noted", "I would note")
    needed = _needed(instruction, desk, action, line, vendor, remind_on)
    asked = None if action == "remind" else _asked(desk, line, action)
    return Draft(
        (f"{noted}: {_told(action, name, remind_on)}", _dates(line, instruction), *needed),
        references=(line.case_id, vendor.event_id),
        case_id=line.case_id if line.case_id.startswith("CASE-") else None,
        precedence=str(precedence),
        events=() if asked else (event,),
        carry_out=asked,
        needs_confirmation=instruction.dry_run and action == "cancel",
    )


def _asked(desk: FrontDesk, line: RenewalLine, action: str) -> Callable[[], None] | None:
    """Return how to answer the renewal case that waits for this decision, or None where none waits."""
    renewals_desk = RenewalDesk(desk.database, desk.unit_of_work, desk.evidence, desk.clock, desk.ids, UTC)
    try:
        going = renewals_desk.open_case(renewals_desk.line(line.uid))
    except NotFoundError:
        return None
    found = load_renewal(desk.database, going) if going else None
    if found is None or found.recommended is None or found.decided is not None:
        return None

    def answer() -> None:
        renewals_desk.decide(line.uid, RenewalAction(action), by=desk.by, surface="chat")

    return answer


def _remind_on(command: RenewalCommand, line: RenewalLine, precedence: Precedence) -> date:
    if command.days_before is not None:
        precedence.add(EXPLICIT, f"{command.days_before} days before the term ends")
        return line.term_end - timedelta(days=command.days_before)
    precedence.add("default", f"{_REMIND_DAYS} days before the last day to act")
    return line.decide_by - timedelta(days=_REMIND_DAYS)


def _told(action: str, name: str, remind_on: date | None) -> str:
    return {
        "keep": f"keep {name}.",
        "cancel": f"{name} is not to be renewed.",
        "renegotiate": f"{name} is to be renegotiated before it renews.",
        "remind": f"a reminder about {name} on {remind_on}.",
    }[action]


def _dates(line: RenewalLine, instruction: Instruction) -> str:
    renews = f"it renews by itself for {counted(line.renewal_months or 12, 'month')}" if line.auto_renews else "it does not renew by itself"
    if line.decide_by < instruction.now.date():
        return f"The last day to give notice was {line.decide_by} and has passed; the term ends {line.term_end} and {renews}, unless they agree otherwise."
    return f"Last day to act: {line.decide_by} ({counted(line.notice_days, 'day')} of notice); the term ends {line.term_end} and {renews}; {line.annual} a year."


def _needed(
    instruction: Instruction, desk: FrontDesk, action: str, line: RenewalLine, vendor: VendorProfile, remind_on: date | None
) -> tuple[str, ...]:
    name = one_line(vendor.facts.name, 60)
    if action == "cancel" and (line.auto_renews or line.notice_days):
        today = instruction.now.date()
        letter = notice_letter(desk.database, name, line.term_end, line.notice_days, today, in_time=today <= line.decide_by)
        when = "so that it arrives by that day" if today <= line.decide_by else "at once; they need not accept it"
        return (
            "Nothing was sent. The notice is prepared for the way that the contract names, and goes only with your yes: qm approvals list.",
            f"To send it yourself {when}, keep the proof:",
            *letter,
        )
    if action == "cancel":
        return ("Nothing has to be sent: it ends by itself.",)
    if action == "keep":
        return ("Nothing has to be sent." if line.auto_renews else "It does not renew by itself: order the next term before it ends.",)
    if action == "renegotiate":
        return (f"A case asks {name} and others for the next term; a new offer is what moves a price.",)
    if remind_on is not None and remind_on > line.decide_by:
        return (f"Mind that this is after the last day to act, {line.decide_by}.",)
    return ()
