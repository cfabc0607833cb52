"""Purchase: opens a case, also when something is missing (the case then asks), and says what was assumed and what will stop it."""

from __future__ import annotations

from agents.requisition_intake import catalogue_category
from graphs.interaction.answer import Draft
from graphs.interaction.desk import FrontDesk, Instruction
from graphs.interaction.foresight import denial_of, foresee
from graphs.interaction.loosening import asks_for_less
from graphs.interaction.precedence import EXPLICIT, Precedence
from graphs.interaction.questions_to_ask import questions_for
from memory.domain.base import sha256_hex
from memory.domain.instruction import Category, Understood
from memory.domain.money import Period, Price
from memory.domain.policy import RuleOutcome, Verdict
from memory.domain.requisition import Requisition
from memory.domain.words import one_line
from memory.views.registry import RegistryView

_STATED = ("need", "quantity", "ceiling", "deadline", "must_have", "nice_to_have", "vendor")


def respond(instruction: Instruction, desk: FrontDesk) -> Draft:
    """Draft the opening of a case."""
    understood = instruction.understood
    case_id = case_of(instruction.instruction_id)
    precedence = Precedence()
    sentences = [_restated(understood), *_filled(understood, RegistryView(desk.database).preferences(), precedence)]
    questions = questions_for(understood)
    sentences += _policy_ahead(instruction, desk, precedence)
    shown = None if instruction.dry_run else case_id
    sentences.append(_next(instruction, case_id, questions))

    def open_case() -> None:
        # The id follows from the instruction's, so that an instruction carried out twice finds its own case again.
        desk.service.start(instruction.text, channel=instruction.surface, case_id=case_id)

    return Draft(
        tuple(s for s in sentences if s),
        references=(shown,) if shown else (),
        case_id=shown,
        precedence=str(precedence),
        carry_out=open_case,
        questions=questions,
        undo="" if instruction.dry_run else f'To take it back: qm ask "cancel {case_id}".',
    )


def case_of(instruction_id: str) -> str:
    """Return the id of the case that an instruction opens."""
    return f"CASE-{sha256_hex(f'case of {instruction_id}'.encode())[:10]}"


def _restated(u: Understood) -> str:
    number = f"{u.quantity:,} {u.unit or ''}".strip() if u.quantity else ""
    ceiling = f"at most {_ceiling(u.ceiling, u.ceiling_per)}" if u.ceiling else ""
    deadline = f"by {u.deadline}" if u.deadline else ""
    vendor = f"from {one_line(u.vendor, 60)}" if u.vendor else ""
    must = f"must have: {one_line(', '.join(u.must_have), 200)}" if u.must_have else ""
    nice = f"nice to have: {one_line(', '.join(u.nice_to_have), 200)}" if u.nice_to_have else ""
    urgency = "urgent" if u.urgency.value == "hot" else "no hurry" if u.urgency.value == "cold" else ""
    parts = [p for p in (one_line(u.need or "something to buy", 120), number, ceiling, deadline, vendor, must, nice, urgency) if p]
    return f"I understood: {'; '.join(parts)}."


def _ceiling(price: Price, per: str | None) -> str:
    amount = str(price.money if per and price.period is Period.ONCE else price)
    return f"{amount} {'each' if per in {'each', 'piece'} else f'per {per}'}" if per else amount


def _filled(u: Understood, preferences: dict[str, str], precedence: Precedence) -> list[str]:
    """Say what the instruction left open and which level filled it."""
    stated = [name.replace("_", "-") for name in _STATED if getattr(u, name)]
    precedence.add(EXPLICIT, *stated)
    sentences = []
    standing = [w.strip() for w in preferences.get("must_have", "").split(";") if w.strip()]
    added = [w for w in standing if w.casefold() not in {m.casefold() for m in u.must_have}]
    if added:
        precedence.add("standing preference", *(f"must-have {one_line(w, 60)}" for w in added))
        sentences.append(f"Your standing preference adds: {one_line(', '.join(added), 200)}.")
    if u.quantity is None and "quantity" not in u.missing:
        precedence.add("default", "quantity 1")
        sentences.append("You gave no quantity, so by default it is one.")
    return sentences


def _policy_ahead(instruction: Instruction, desk: FrontDesk, precedence: Precedence) -> list[str]:
    u, policy = instruction.understood, desk.policy()
    denied = denial_of(policy, u.vendor) if u.vendor else None
    told = []
    if asks_for_less(instruction.text):
        precedence.add("policy", policy.version)
        told.append("What you said about approvals, rules or limits changes nothing here: policy stands above an instruction.")
    if denied is not None:
        precedence.add("policy", denied.id)
        told.append(
            f"Policy stands above this and does not let us buy from {one_line(u.vendor or '', 60)}: {denied.says} (rule {denied.id})"
        )
    if u.need is None or u.ceiling is None or u.missing:
        return told
    foresight = foresee(desk, instruction, _as_asked(u))
    for outcome in foresight.now:
        effect = "stops it" if outcome.verdict is Verdict.DENY else "asks for your approval"
        told.append(f"Before it starts, policy {effect}: {_reason(outcome)}")
    for outcome in foresight.at_the_ceiling:
        effect = "would stop it" if outcome.verdict is Verdict.DENY else "will ask for your approval"
        told.append(f"If all of the ceiling is spent, policy {effect}: {_reason(outcome)}")
    precedence.add("policy", *(o.rule for o in (*foresight.now, *foresight.at_the_ceiling)))
    return told or ["Nothing in your policy speaks against starting; whatever binds money still follows your policy's rules."]


def _reason(outcome: RuleOutcome) -> str:
    return f"{outcome.says} ({outcome.rule}: {outcome.because})"


def _as_asked(u: Understood) -> Requisition:
    assert u.need is not None
    assert u.ceiling is not None
    return Requisition(
        requisition_id="foresight",
        need=u.need,
        category=(u.category or Category.SERVICES).value,
        catalogue_category=catalogue_category(u.need),
        quantity=u.quantity or 1,
        unit=u.unit or "unit",
        ceiling=u.ceiling,
        ceiling_per=u.ceiling_per,
    )


def _next(instruction: Instruction, case_id: str, questions: tuple[str, ...]) -> str:
    opened = instruction.tense(f"I opened {case_id}", "I would open a case")
    if questions:
        return f"{opened}; before it starts I need to know: {' '.join(questions)}"
    return f"{opened}: I look for vendors, ask them for quotes, negotiate, and come back to you before anything is signed or paid."
