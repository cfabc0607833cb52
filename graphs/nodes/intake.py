"""Intake: the operator's words become a requisition, or a question."""

from __future__ import annotations

from langgraph.runtime import Runtime

from agents.requisition_intake import IntakeBrief, IntakeProposal, catalogue_category
from graphs.case_file import CaseFile
from graphs.context import Desk
from graphs.facts import ask_policy, facts_for
from graphs.policy.facts import Stage
from graphs.state import PurchaseState
from graphs.steps import Outcome, take_step, told_by
from memory.domain.events.cases import CaseEnded, ClarificationRequested, RequisitionSubmitted
from memory.domain.instruction import Intent, Understood
from memory.domain.policy import Verdict
from memory.domain.requisition import Requisition
from memory.views.vendors import vendor_list

_AGENT = "requisition_intake"
#: After this many answers that leave something open, the case ends instead of asking for ever.
_MAX_QUESTIONS = 4


async def read_request(state: PurchaseState, runtime: Runtime[Desk]) -> PurchaseState:
    """Read the instruction, and the answers to earlier questions below it."""
    desk, revision = runtime.context, state.get("revision", 0)

    async def work(case: CaseFile) -> Outcome:
        brief = IntakeBrief(
            case_id=case.case_id,
            tier=desk.tier_for(),
            instruction=case.instruction(),
            now=desk.now(),
            known_vendors=tuple(p.facts.name for p in vendor_list(desk.database)),
            home_currency=desk.operator.home_currency,
        )
        proposal = await desk.agents.intake.propose(brief)
        told = told_by(_AGENT, proposal)
        if _answerable(proposal):
            requisition = to_requisition(proposal.understood, desk.registry.preferences(), case.case_id)
            fact = RequisitionSubmitted(requisition=requisition, restated=proposal.restated)
            return Outcome({"revision": revision, "verdict": "submitted"}, (*told, fact))
        if revision >= _MAX_QUESTIONS:
            ended = CaseEnded(outcome="not understood", reason="the request is still unclear; nothing was done")
            return Outcome({"revision": revision, "verdict": "ended"}, (*told, ended))
        wait = f"clarification/{case.case_id}/{revision}"
        questions = proposal.questions or ("What do you need, how much of it, and what may it cost?",)
        asked = ClarificationRequested(wait_key=wait, questions=questions, missing=proposal.understood.missing)
        return Outcome({"revision": revision, "verdict": "unclear", "wait": wait}, (*told, asked))

    return await take_step(desk, state, "read_request", revision, work, actor=_AGENT)


def _answerable(proposal: IntakeProposal) -> bool:
    understood = proposal.understood
    return understood.intent is Intent.PURCHASE and not understood.missing and understood.need is not None


def to_requisition(understood: Understood, preferences: dict[str, str], case_id: str) -> Requisition:
    """Return the requisition of a complete purchase request.

    Precedence: what the instruction says, then standing preferences, then defaults; `filled_by` tells which filled a field
    that the instruction left open. (Policy stands above all three: it judges the result.)
    """
    assert understood.need is not None
    assert understood.ceiling is not None
    filled: dict[str, str] = {}
    must_have = _with_standing(understood.must_have, preferences, "must_have", filled)
    nice_to_have = _with_standing(understood.nice_to_have, preferences, "nice_to_have", filled)
    if understood.quantity is None:
        filled["quantity"] = "default"
    return Requisition(
        requisition_id=f"PR-{case_id.removeprefix('CASE-')}",
        need=understood.need,
        category=understood.category.value if understood.category else "services",
        catalogue_category=catalogue_category(understood.need),
        quantity=understood.quantity or 1,
        unit=understood.unit or "unit",
        ceiling=understood.ceiling,
        ceiling_per=understood.ceiling_per,
        deadline=understood.deadline,
        must_have=must_have,
        nice_to_have=nice_to_have,
        urgency=understood.urgency,
        vendor=understood.vendor,
        spans=understood.spans,
        filled_by=filled,
    )


def _with_standing(stated: tuple[str, ...], preferences: dict[str, str], name: str, filled: dict[str, str]) -> tuple[str, ...]:
    standing = (wish.strip() for wish in preferences.get(name, "").split(";"))
    added = tuple(wish for wish in standing if wish and wish.lower() not in {s.lower() for s in stated})
    if added:
        filled[name] = "standing preference"
    return (*stated, *added)


async def check_request(state: PurchaseState, runtime: Runtime[Desk]) -> PurchaseState:
    """Ask policy whether this may be bought at all."""
    desk = runtime.context

    async def work(case: CaseFile) -> Outcome:
        decision, fact = ask_policy(desk, facts_for(desk, case, Stage.PRECHECK))
        if decision.verdict is not Verdict.DENY:
            return Outcome({"verdict": decision.verdict.value}, (fact,))
        reasons = "; ".join(o.says for o in decision.reasons)
        return Outcome({"verdict": "deny"}, (fact, CaseEnded(outcome="refused by policy", reason=reasons)))

    return await take_step(desk, state, "check_request", 0, work, actor="policy")
