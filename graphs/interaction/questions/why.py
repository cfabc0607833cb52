"""Why something was paid or chosen: the chain from the request to the bank's line, each link with its event."""

from __future__ import annotations

import re

from graphs.interaction.answer import READ_ONLY, Draft
from graphs.interaction.desk import FrontDesk, Instruction
from graphs.interaction.finding import case_by_id, case_events, case_lines, cases_by_words, no_such_vendor, vendors_in
from graphs.interaction.questions import case_status
from graphs.interaction.questions.spend import Paid, payments_made
from memory.domain.events.authority import ApprovalEdited, ApprovalExpired, ApprovalGranted, ApprovalRejected
from memory.domain.events.cases import CaseCancelled, CaseEnded, PolicyEvaluated, RequisitionSubmitted, StepFailed
from memory.domain.events.contracts import ContractSigned, InvoiceMatched, PaymentConfirmed, PaymentSubmitted
from memory.domain.events.negotiation import NegotiationConcluded
from memory.domain.events.sourcing import AwardRecommended, VendorQualified, VendorRejected
from memory.domain.instruction import QuestionAsked
from memory.domain.money import Money
from memory.domain.vendor import VendorProfile
from memory.domain.words import counted, one_line
from memory.ledger import StoredEvent
from memory.narration import narrate

_LINKS = (
    RequisitionSubmitted,
    AwardRecommended,
    ApprovalGranted,
    ApprovalEdited,
    ApprovalRejected,
    ApprovalExpired,
    ContractSigned,
    InvoiceMatched,
    PaymentSubmitted,
    PaymentConfirmed,
    CaseEnded,
    CaseCancelled,
    StepFailed,
)
_PAYING = re.compile(r"\b(?:pay|paid|payment|charged?|cost|spen[dt]|invoiced?)\b")
_BINDING_STAGES = frozenset({"award", "commit", "pay"})
_NEAREST = 3


def answer(instruction: Instruction, desk: FrontDesk) -> Draft:
    """Answer why, or say plainly that there is no such thing and what comes nearest."""
    details = instruction.understood.details
    amount = details.amount.money if isinstance(details, QuestionAsked) and details.amount else None
    vendors = vendors_in(desk.database, instruction.text, instruction.understood.vendor)
    if amount is not None or _PAYING.search(instruction.text.casefold()):
        return _payment(instruction, desk, vendors, amount)
    return _choice(instruction, desk, vendors)


def _payment(instruction: Instruction, desk: FrontDesk, vendors: tuple[VendorProfile, ...], amount: Money | None) -> Draft:
    every = payments_made(desk.database)
    stated = instruction.understood.vendor
    if stated and not vendors:
        return _none(f"{no_such_vendor(desk.database, stated)} Nothing was paid to them.", _near(every, amount))
    ids = {v.facts.vendor_id for v in vendors}
    mine = [p for p in every if not ids or p.vendor_id in ids]
    exact = [p for p in mine if amount is None or amount in (p.settled, p.amount)]
    to = f" to {one_line(vendors[0].facts.name, 60)}" if vendors else ""
    if not exact:
        what = f"No payment of {amount}{to}" if amount else f"No payment{to}"
        return _none(f"{what} is on record.", _near(mine or list(every), amount))
    explained = [_explained(desk, p.case_id, p.end_to_end_id) for p in exact[:_NEAREST]]
    more = [f"There are {len(exact)} such payments; these are the newest {_NEAREST}."] if len(exact) > _NEAREST else []
    told = tuple(line for lines, _ in explained for line in lines)
    references = tuple(dict.fromkeys(ref for _, refs in explained for ref in refs))
    return Draft((*more, *told), references=references, case_id=exact[0].case_id if len(exact) == 1 else None, precedence=READ_ONLY)


def _near(rows: list[Paid] | tuple[Paid, ...], amount: Money | None) -> list[Paid]:
    if amount is None:
        return list(rows[:_NEAREST])
    same = [p for p in rows if p.amount.currency == amount.currency]
    return sorted(same, key=lambda p: (abs((p.settled or p.amount).amount_minor - amount.amount_minor), p.case_id))[:_NEAREST]


def _none(what: str, near: list[Paid]) -> Draft:
    told = [what]
    if near:
        told.append("Nearest on record:")
        told += [f"{p.on}: {p.settled or p.amount} to {p.vendor_id or '?'} for {one_line(p.title, 60)} ({p.case_id})" for p in near]
    return Draft(tuple(told), references=tuple(dict.fromkeys(p.case_id for p in near)), precedence=READ_ONLY)


def _explained(desk: FrontDesk, case_id: str, payment: str | None) -> tuple[list[str], list[str]]:
    events = case_events(desk.database, case_id)
    told, references = [f"{case_id}, in order:"], [case_id]
    for stored in events:
        line = _link(stored, payment)
        if line:
            told.append(f"{stored.at:%Y-%m-%d} {line} [{stored.event_id}]")
            references.append(stored.event_id)
    return told, references


def _link(stored: StoredEvent, payment: str | None) -> str:
    event = stored.event
    if isinstance(event, PolicyEvaluated):
        return _policy(event)
    if isinstance(event, AwardRecommended):
        return f"{narrate(event)}{_saving(event)}"
    if isinstance(event, PaymentSubmitted | PaymentConfirmed) and payment is not None and event.end_to_end_id != payment:
        return ""
    if isinstance(event, PaymentConfirmed):
        return f"{narrate(event)}; bank line {one_line(event.line_id, 60)}"
    return narrate(event) if isinstance(event, _LINKS) else ""


def _policy(event: PolicyEvaluated) -> str:
    decision = event.decision
    if decision.stage not in _BINDING_STAGES:
        return ""
    rules = "; ".join(f"{o.rule}: {o.says}" for o in decision.reasons) or "no rule objected"
    return f"Policy {decision.policy_version} at {decision.stage}: {decision.verdict.value.replace('_', ' ')} ({rules})"


def _saving(event: AwardRecommended) -> str:
    row = next((r for r in event.rows if r.vendor_id == event.vendor_id), None)
    if row is None or row.agreed_total is None or row.list_total is None or row.list_total.currency != row.agreed_total.currency:
        return ""
    others = f"; compared with {counted(len(event.rows) - 1, 'other offer')}" if len(event.rows) > 1 else ""
    return f" (list {row.list_total}, agreed {row.agreed_total}, saved {row.list_total - row.agreed_total}{others})"


def _choice(instruction: Instruction, desk: FrontDesk, vendors: tuple[VendorProfile, ...]) -> Draft:
    """Why a vendor was chosen or left out, or why a case stands as it does."""
    lines = case_lines(desk.database)
    if instruction.understood.case:
        line = case_by_id(lines, instruction.understood.case)
        return _of_case(desk, line.case_id, vendors) if line else case_status.answer(instruction, desk)
    if vendors:
        return _of_vendor(desk, vendors, tuple(line.case_id for line in lines))
    if instruction.understood.vendor:
        return _none(no_such_vendor(desk.database, instruction.understood.vendor), [])
    found = cases_by_words(lines, instruction.text)
    return _of_case(desk, found[0].case_id, ()) if len(found) == 1 else case_status.answer(instruction, desk)


def _of_vendor(desk: FrontDesk, vendors: tuple[VendorProfile, ...], case_ids: tuple[str, ...]) -> Draft:
    ids = {v.facts.vendor_id for v in vendors}
    for case_id in case_ids:
        if any(_about(stored, ids) for stored in case_events(desk.database, case_id)):
            return _of_case(desk, case_id, vendors)
    name = one_line(vendors[0].facts.name, 60)
    told = f"{name} is known ({vendors[0].facts.status.value}), but no case has judged it yet, so there is no decision to explain."
    return Draft((told,), references=(vendors[0].event_id,), precedence=READ_ONLY)


def _about(stored: StoredEvent, vendor_ids: set[str]) -> bool:
    event = stored.event
    return isinstance(event, VendorQualified | VendorRejected | NegotiationConcluded) and event.vendor_id in vendor_ids


def _of_case(desk: FrontDesk, case_id: str, vendors: tuple[VendorProfile, ...]) -> Draft:
    ids = {v.facts.vendor_id for v in vendors}
    judged = [s for s in case_events(desk.database, case_id) if _about(s, ids)]
    told, references = _explained(desk, case_id, None)
    about = [f"{s.at:%Y-%m-%d} {narrate(s.event)} [{s.event_id}]" for s in judged]
    return Draft((*about, *told), references=(*references, *(s.event_id for s in judged)), case_id=case_id, precedence=READ_ONLY)
