"""Remedies: the mails that take something back, and the tasks for what only the operator can do. Planned here, recorded by callers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from agents.negotiator import Letter, check_outgoing
from agents.negotiator import remedies as letters
from agents.negotiator.outgoing import Allowed
from agents.negotiator.secrets import secrets_of
from graphs.action import purchase_order_id
from graphs.authority import authorize_by_rule
from graphs.briefs import brief_for
from graphs.case_file import CaseFile
from graphs.context import Desk
from graphs.facts import ask_policy, facts_for
from graphs.mailing import contact_name, keep_letter, plan_mail
from graphs.policy.facts import Stage
from graphs.saga import compensation_of
from memory.domain.approval import PlannedEffect
from memory.domain.effects import MAIL_SEND
from memory.domain.errors import RefusedError
from memory.domain.events import Event
from memory.domain.events.remediation import CompensationPlanned, RemediationOpened
from memory.domain.events.workspace import BudgetReleased
from memory.domain.money import Money
from memory.domain.remediation import ReadyLetter, Remediation, TaskSeverity, Trouble, task_id
from memory.outbox import Move

#: Days until a task is due, by what went wrong. Courtesy can wait; a payment that is owed cannot.
_DUE = {
    Trouble.PAYMENT_FAILED: 3,
    Trouble.ORDER_REFUSED: 7,
    Trouble.PAID_AND_REFUSED: 14,
    Trouble.ORDERED_TWICE: 7,
    Trouble.PAID_TWICE: 14,
    Trouble.PAYMENT_DECLINED: 3,
    Trouble.MAIL_HELD: 7,
    Trouble.UNDOING_FAILED: 3,
    Trouble.ORDER_UNDELIVERED: 1,
    Trouble.MAIL_UNDELIVERED: 7,
    Trouble.PROVED_LATE: 3,
}
_SEVERITY = {
    Trouble.PAYMENT_FAILED: TaskSeverity.URGENT,
    Trouble.PAID_AND_REFUSED: TaskSeverity.URGENT,
    Trouble.PAID_TWICE: TaskSeverity.URGENT,
    Trouble.MAIL_HELD: TaskSeverity.NOTE,
    Trouble.ORDER_UNDELIVERED: TaskSeverity.URGENT,
    Trouble.MAIL_UNDELIVERED: TaskSeverity.NOTE,
}


@dataclass(frozen=True)
class Deed:
    """What is to be recorded in one transaction, under a key of its own."""

    key: str
    events: tuple[Event, ...]
    effects: tuple[PlannedEffect, ...] = ()
    moves: tuple[Move, ...] = ()


@dataclass(frozen=True)
class Slots:
    """What every letter of a case to one vendor may name."""

    operator: str
    vendor: str
    contact: str
    need: str

    def parties(self) -> dict[str, str]:
        """Return the slots by name."""
        return {"operator": self.operator, "vendor": self.vendor, "contact": self.contact, "need": self.need}


def slots_of(desk: Desk, case: CaseFile, vendor_id: str) -> Slots:
    """Return whom a letter is from and to, and what it is about."""
    return Slots(desk.operator.name, case.vendor_name(vendor_id), contact_name(desk, vendor_id), case.requisition.need)


def order_of(case: CaseFile) -> str:
    """Return the number of the order."""
    return case.order.purchase_order_id if case.order else purchase_order_id(case.case_id)


def day_due(desk: Desk, trouble: Trouble) -> date:
    """Return the day by which a task of this kind is due."""
    return (desk.now() + timedelta(days=_DUE[trouble])).date()


def opened(
    desk: Desk,
    case: CaseFile,
    vendor_id: str,
    trouble: Trouble,
    *,
    title: str,
    happened: str,
    steps: tuple[str, ...],
    letter: Letter | None,
    mark: str = "",
    awaits: Money | None = None,
    end_to_end_id: str = "",
) -> RemediationOpened:
    """Return the task as a fact."""
    contact_id = desk.registry.party_of("contact", vendor_id)
    ready = ReadyLetter(vendor_id=vendor_id, contact_id=contact_id, subject=letter.subject, body=letter.body) if letter else None
    ident = task_id(case.case_id, trouble, mark)
    return RemediationOpened(
        task=Remediation(
            task_id=ident,
            case_id=case.case_id,
            trouble=trouble,
            severity=_SEVERITY.get(trouble, TaskSeverity.IMPORTANT),
            title=title,
            happened=happened,
            steps=tuple(step.replace("TASK", ident) for step in steps),
            deadline=desk.now() + timedelta(days=_DUE[trouble]),
            vendor_id=vendor_id,
            letter=ready,
            awaits=awaits,
            end_to_end_id=end_to_end_id,
        )
    )


def withdrawal_task(desk: Desk, case: CaseFile, vendor_id: str, reason: str, *, refused: bool) -> RemediationOpened:
    """Return the task behind an order that was not paid: the signature stands, and only a letter ends it."""
    slots, number = slots_of(desk, case, vendor_id), order_of(case)
    return opened(
        desk,
        case,
        vendor_id,
        Trouble.ORDER_REFUSED if refused else Trouble.PAYMENT_DECLINED,
        title=f"Withdraw from the contract with {slots.vendor}: {reason}",
        happened=f"Order {number} is not pursued: {reason}. Nothing was paid. The contract carries your signature: "
        f"{compensation_of('sign_contract').stays}.",
        steps=(
            "Read the letter of withdrawal and send it: qm tasks send TASK (or by post, where the contract wants that)",
            "Keep the vendor's answer; until it comes the contract stands on paper",
            "Then: qm tasks done TASK --note 'what was agreed'",
        ),
        letter=letters.withdrawal(**slots.parties(), order=number, refused=refused),
    )


def mail(
    desk: Desk,
    case: CaseFile,
    vendor_id: str,
    letter: Letter,
    *,
    key: str,
    says: str,
    undoes: tuple[str, ...] = (),
    figures: tuple[Allowed, ...] = (),
) -> tuple[tuple[Event, ...], tuple[PlannedEffect, ...]]:
    """Return the facts and the effect of a mail that takes something back.

    Where it may not go by a rule (policy wants to be asked, no contact is registered, the letter would tell too much), the facts are
    a task instead: the operator sends it, or leaves it.
    """
    decision, judged = ask_policy(desk, facts_for(desk, case, Stage.OUTREACH, vendor_id=vendor_id, effect_kind=MAIL_SEND))
    try:
        _refuse_telling(desk, case, vendor_id, letter, figures)
        effect = plan_mail(desk, case, vendor_id, "compensate", key, letter, key=key)
        permit = authorize_by_rule(desk, case.case_id, effect, decision)
    except RefusedError as error:
        return (judged, _held(desk, case, vendor_id, letter, says, key, error)), ()
    planned = CompensationPlanned(undoes=undoes, compensation_key=key, vendor_id=vendor_id, says=says, body=keep_letter(desk, letter))
    return (judged, planned, permit), (effect,)


def _refuse_telling(desk: Desk, case: CaseFile, vendor_id: str, letter: Letter, figures: tuple[Allowed, ...]) -> None:
    slots = slots_of(desk, case, vendor_id)
    allowed = (order_of(case), *(slot for slot in slots.parties().values() if slot), *figures)
    problems = check_outgoing(
        f"{letter.subject}\n{letter.body}", allowed_figures=allowed, secrets=secrets_of(brief_for(desk, case, vendor_id))
    )
    if problems:
        raise RefusedError(f"the letter was held back: {'; '.join(problems)}")


def _held(desk: Desk, case: CaseFile, vendor_id: str, letter: Letter, says: str, key: str, error: RefusedError) -> RemediationOpened:
    return opened(
        desk,
        case,
        vendor_id,
        Trouble.MAIL_HELD,
        title=f"A mail to {case.vendor_name(vendor_id)} waits for you",
        happened=f"{says}: this mail may not go by itself. {error.message}",
        steps=("Read the letter; send it with: qm tasks send TASK, or leave it", "Then: qm tasks done TASK"),
        letter=letter,
        mark=key[:8],
    )


def released(case: CaseFile, amount: Money, reason: str) -> BudgetReleased:
    """Return the fact that the case's money went back to the budget."""
    requisition = case.requisition
    return BudgetReleased(
        case_id=case.case_id, category=requisition.budget_category, top_category=requisition.category, amount=amount, reason=reason
    )
