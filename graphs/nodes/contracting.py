"""Contracting: ask the chosen vendor for its paper, read it, and put the whole action before the operator."""

from __future__ import annotations

from datetime import date, timedelta

from langgraph.runtime import Runtime

from agents.contract_reader.brief import ContractBrief
from agents.negotiator import letters
from graphs.action import purchase_action
from graphs.authority import authorize_by_rule
from graphs.briefs import language_for
from graphs.case_file import CaseFile
from graphs.context import Desk
from graphs.earlier_papers import changes_for_case
from graphs.facts import ask_policy, facts_for
from graphs.mailing import contact_name, keep_letter, plan_mail, wait_key
from graphs.nodes.recalling import remember
from graphs.papers import VendorPaper, contract_among
from graphs.policy.engine import DEFAULT_RULE
from graphs.policy.facts import Stage
from graphs.recollecting import recollections_of
from graphs.state import PurchaseState
from graphs.steps import Outcome, take_step, told_by
from memory.domain.approval import Approval
from memory.domain.contract import ContractReview, Finding, Severity
from memory.domain.effects import MAIL_SEND
from memory.domain.events.authority import ApprovalRequested, approval_wait
from memory.domain.events.cases import CaseEnded
from memory.domain.events.contracts import AcceptanceSent, ContractMissing, ContractReceived, ContractReviewed
from memory.domain.events.workspace import BudgetReserved
from memory.domain.evidence import Claim, EvidenceRef, Origin
from memory.domain.policy import PolicyDecision, RuleOutcome, Verdict
from memory.domain.quote import Quote
from memory.domain.recollection import RecollectionKind
from memory.domain.vendor import VendorStatus

_MAX_ASKS = 2
#: An approval that nobody answers is a no; hot cases cannot wait as long as cold ones.
ANSWER_WITHIN = {"hot": timedelta(days=1), "normal": timedelta(days=3), "cold": timedelta(days=7)}
#: Rules that ask by their nature: why they spoke says no more than their sentence.
_SAY_IT_THEMSELVES = frozenset({DEFAULT_RULE, "commitment", "taint"})


async def request_contract(state: PurchaseState, runtime: Runtime[Desk]) -> PurchaseState:
    """Tell the winner that we want to go ahead, subject to contract, and ask for the paper."""
    desk, vendor_id, asks, time = runtime.context, state["awarded"], state.get("asks", 0), _time(state)

    async def work(case: CaseFile) -> Outcome:
        quote = case.final_quote(vendor_id)
        letter = letters.acceptance(
            operator=desk.operator.name,
            vendor=case.vendor_name(vendor_id),
            contact=contact_name(desk, vendor_id),
            need=case.requisition.need,
            terms=quote.terms,
            was_valid_until=quote.valid_until if quote.lapsed(desk.now().date()) else None,
            language=language_for(desk, case, vendor_id),
        )
        decision, judged = ask_policy(
            desk, facts_for(desk, case, Stage.OUTREACH, vendor_id=vendor_id, terms=quote.terms, effect_kind=MAIL_SEND)
        )
        mail = plan_mail(desk, case, vendor_id, "request_contract", time, letter)
        permit = authorize_by_rule(desk, case.case_id, mail, decision)
        fact = AcceptanceSent(vendor_id=vendor_id, effect_key=mail.key, body=keep_letter(desk, letter))
        return Outcome({"wait": wait_key(mail), "asks": asks}, (judged, fact, permit), (mail,))

    return await take_step(desk, state, "request_contract", time, work, actor="negotiator")


def _time(state: PurchaseState) -> int:
    """Return how often the contract was asked for: each time is a mail under a key of its own, also when it is never delivered."""
    return state.get("asks", 0) + state.get("resends", 0)


async def read_contract(state: PurchaseState, runtime: Runtime[Desk]) -> PurchaseState:
    """Read the paper: clauses, dates, and every conflict with what was agreed."""
    desk, vendor_id, asks = runtime.context, state["awarded"], state.get("asks", 0)

    async def work(case: CaseFile) -> Outcome:
        replies = case.replies_to(state["wait"])
        if not replies and case.undelivered(state["wait"]):
            return Outcome({"verdict": "undelivered", "undelivered": "request_contract"})
        found = contract_among(replies, desk.evidence) if replies else "no answer came in time"
        if isinstance(found, str):
            return _missing(vendor_id, asks, found)
        proposal = await desk.agents.contract_reader.propose(_brief(desk, case, vendor_id, found))
        received = ContractReceived(vendor_id=vendor_id, contract=found.paper.digest, filename=found.paper.filename)
        changes = changes_for_case(desk.database, desk.evidence, case.case_id, vendor_id, proposal.review, found.document.text)
        review = proposal.review.with_findings((*_remarks(found), *changes))
        told = told_by("contract_reader", proposal)
        return Outcome(
            {"contract": found.signable, "verdict": "read"}, (received, *told, ContractReviewed(vendor_id=vendor_id, review=review))
        )

    return await take_step(desk, state, "read_contract", _time(state), work, actor="contract_reader")


def _brief(desk: Desk, case: CaseFile, vendor_id: str, found: VendorPaper) -> ContractBrief:
    requisition = case.requisition
    return ContractBrief(
        case_id=case.case_id,
        tier=desk.tier_for(requisition),
        contract=found.signable,
        text=found.document.text,
        text_digest=found.text,
        pages=len(found.document.pages),
        warnings=found.document.warnings,
        recollections=recollections_of(desk.database, case.case_id, vendor_id),
        agreed=case.final_quote(vendor_id).terms,
        requisition=requisition,
        positions=desk.policy().positions(requisition.catalogue_category or requisition.category, requisition.category),
    )


def _remarks(found: VendorPaper) -> tuple[Finding, ...]:
    """Return what the operator must know of the paper as such."""
    return (Finding(severity=Severity.CONCERN, text=found.remark),) if found.remark else ()


def _missing(vendor_id: str, asks: int, reason: str) -> Outcome:
    fact = ContractMissing(vendor_id=vendor_id, reason=reason)
    if asks + 1 >= _MAX_ASKS:
        ended = CaseEnded(outcome="no contract", reason=f"{vendor_id} sent no contract that can be read: {reason}")
        return Outcome({"verdict": "ended", "asks": asks}, (fact, ended))
    return Outcome({"verdict": "missing", "asks": asks + 1}, (fact,))


async def remember_contract(state: PurchaseState, runtime: Runtime[Desk]) -> PurchaseState:
    """Put the clauses where they can be found again by meaning."""
    return await remember(state, runtime.context, f"remember_contract/{state.get('asks', 0)}")


async def prepare_approval(state: PurchaseState, runtime: Runtime[Desk]) -> PurchaseState:
    """Put the exact action, its evidence and its risks before the operator; set the money aside meanwhile."""
    desk, vendor_id = runtime.context, state["awarded"]

    async def work(case: CaseFile) -> Outcome:
        assert case.review is not None
        terms = case.final_quote(vendor_id).terms
        facts = facts_for(desk, case, Stage.COMMIT, vendor_id=vendor_id, terms=terms, review=case.review)
        decision, judged = ask_policy(desk, facts)
        blockers = [f.text for f in case.review.findings if f.severity is Severity.BLOCKER]
        if decision.verdict is Verdict.DENY or blockers:
            reason = "; ".join([*(o.says for o in decision.reasons if o.verdict is Verdict.DENY), *blockers])
            return Outcome({"verdict": "deny"}, (judged, CaseEnded(outcome="not signed", reason=reason)))
        approval = _approval(desk, case, vendor_id, decision)
        reserved = BudgetReserved(
            case_id=case.case_id, category=facts.category, top_category=facts.top_category, amount=terms.all_in_total()
        )
        update = {"verdict": "ask", "approval_id": approval.approval_id, "wait": approval_wait(approval.approval_id)}
        return Outcome(update, (judged, reserved, ApprovalRequested(approval=approval)))

    return await take_step(desk, state, "prepare_approval", 0, work, actor="gate")


def _approval(desk: Desk, case: CaseFile, vendor_id: str, decision: PolicyDecision) -> Approval:
    assert case.review is not None
    assert case.award is not None
    now = desk.now()
    return Approval(
        approval_id=f"AP-{case.case_id.removeprefix('CASE-')}",
        case_id=case.case_id,
        action=purchase_action(desk, case, vendor_id),
        evidence=(*case.award.claims, *_contract_claims(case.review)),
        risks=(
            *case.review.findings,
            *_lapsed_offer(case.final_quote(vendor_id), now.date()),
            *_other_risks(case, vendor_id),
            *_earlier_trouble(desk, case, vendor_id),
        ),
        rules=tuple(dict.fromkeys(why_asked(outcome) for outcome in decision.reasons)),
        policy_version=decision.policy_version,
        requested_at=now,
        expires_at=now + ANSWER_WITHIN[case.requisition.urgency.value],
    )


def _contract_claims(review: ContractReview) -> tuple[Claim, ...]:
    told = ("total", "initial_term", "renewal", "notice", "data_region")
    return tuple(
        Claim(
            text=f"{clause.kind.value.replace('_', ' ')}: {clause.value}",
            evidence=(EvidenceRef(digest=review.text, origin=Origin.VENDOR_DOCUMENT, span=clause.span),),
        )
        for clause in review.clauses
        if clause.kind.value in told and clause.value
    )


def why_asked(outcome: RuleOutcome) -> str:
    """Return the owner's sentence, and the figure or fact that made the rule speak where the sentence does not say it itself."""
    if not outcome.because or outcome.kind in _SAY_IT_THEMSELVES or outcome.because in outcome.says:
        return outcome.says
    return f"{outcome.says.rstrip('. ')} ({outcome.because})."


def _lapsed_offer(quote: Quote, today: date) -> tuple[Finding, ...]:
    if not quote.lapsed(today):
        return ()
    said = f"the offer was valid until {quote.valid_until}: that is over, and it stands only if the vendor's contract keeps its price"
    return (Finding(severity=Severity.CONCERN, text=said),)


def _earlier_trouble(desk: Desk, case: CaseFile, vendor_id: str) -> tuple[Finding, ...]:
    remembered = recollections_of(desk.database, case.case_id, vendor_id)
    return tuple(
        Finding(severity=Severity.CONCERN, text=f"earlier with this vendor: {line.text}")
        for line in remembered
        if line.kind is RecollectionKind.INCIDENT
    )


def _other_risks(case: CaseFile, vendor_id: str) -> tuple[Finding, ...]:
    risks: list[Finding] = []
    facts = case.candidates[vendor_id].facts
    if facts.status is not VendorStatus.CONTRACTED and facts.last_agreed is None:
        risks.append(Finding(severity=Severity.NOTE, text=f"this would be your first contract with {facts.name}"))
    missing = case.qualifications[vendor_id].missing_evidence
    if missing:
        risks.append(Finding(severity=Severity.CONCERN, text=f"not proved by the vendor's public facts: {', '.join(missing)}"))
    in_headers = {finding for m in case.messages if m.vendor_id == vendor_id for finding in m.findings}
    odd = sorted(in_headers | set(case.negotiation(vendor_id).findings))
    risks.extend(Finding(severity=Severity.CONCERN, text=f"in the vendor's mail: {finding}") for finding in odd)
    return tuple(risks)
