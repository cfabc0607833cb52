"""Renewing: gather what is known, recommend, and do what the operator decided: keep, or talk about the next term."""

from __future__ import annotations

from datetime import timedelta

from langgraph.runtime import Runtime

from graphs.case_file import CaseFile
from graphs.context import Desk
from graphs.renewal_facts import bought_in, category_of, findings_of, renewal_brief
from graphs.renewal_file import load_renewal
from graphs.state import GRAPH_VERSION, RenewalState
from graphs.steps import Outcome, take_step, told_by
from memory.domain.errors import NotFoundError
from memory.domain.events.cases import CaseOpened
from memory.domain.events.renewals import RenegotiationStarted, RenewalClosed, RenewalRecommended, decision_wait
from memory.domain.evidence import Origin
from memory.domain.renewal import Recommendation
from memory.domain.words import counted
from memory.views.renewals import Renewal, renewal_of

#: An offer has to be on the table this long before the last day to act.
_IN_HAND = timedelta(days=14)
_ACTOR = "renewal_watcher"


def watched(desk: Desk, case_id: str) -> Renewal | None:
    """Return the contract that a renewal case is about, as long as the term that it was opened for goes on."""
    about = load_renewal(desk.database, case_id).about
    try:
        line = renewal_of(desk.database, about.uid, desk.today())
    except NotFoundError:
        return None
    return line if line.schedule == about.schedule and line.renewal_case == case_id and line.ends_on is None else None


def closed(line: Renewal, outcome: str, summary: str) -> RenewalClosed:
    """Return the end of a renewal case as a fact."""
    return RenewalClosed.model_validate({"uid": line.uid, "vendor_id": line.vendor_id, "outcome": outcome, "summary": summary})


def term_over(desk: Desk, case: CaseFile) -> RenewalClosed:
    """Return the end of a renewal case whose term ended meanwhile."""
    about = load_renewal(desk.database, case.case_id).about
    return RenewalClosed(uid=about.uid, vendor_id=about.vendor_id, outcome="undecided", summary="The term that this was about is over")


async def recommend_renewal(state: RenewalState, runtime: Runtime[Desk]) -> RenewalState:
    """Gather usage, spend, prices and incidents, and put a recommendation before the operator, unless the operator decided already."""
    desk, revision = runtime.context, state.get("revision", 0)

    async def work(case: CaseFile) -> Outcome:
        line = watched(desk, case.case_id)
        if line is None:
            return Outcome({"verdict": "gone"}, (term_over(desk, case),))
        if line.decision in {"keep", "renegotiate", "cancel"}:
            return Outcome({"verdict": "decided", "decision": line.decision})
        brief = renewal_brief(desk, case.case_id, line)
        proposal = await desk.agents.renewal_watcher.propose(brief)
        recommendation = Recommendation(
            uid=line.uid,
            schedule=line.schedule,
            vendor_id=line.vendor_id,
            action=proposal.action,
            summary=proposal.summary,
            reasons=proposal.claims,
            unknown=proposal.unknown,
            positions=proposal.positions,
        )
        wait = decision_wait(case.case_id, revision)
        asked = RenewalRecommended(
            recommendation=recommendation, digest=recommendation.digest, findings=findings_of(desk, brief), wait_key=wait
        )
        return Outcome({"verdict": "ask", "wait": wait}, (*told_by(_ACTOR, proposal), asked))

    return await take_step(desk, state, "recommend_renewal", revision, work, actor=_ACTOR)


async def keep_contract(state: RenewalState, runtime: Runtime[Desk]) -> RenewalState:
    """Nothing is sent: the contract goes on, or its next term has to be ordered."""
    desk = runtime.context

    async def work(case: CaseFile) -> Outcome:
        line = watched(desk, case.case_id)
        if line is None:
            return Outcome({"outcome": "gone"}, (term_over(desk, case),))
        if line.auto_renews:
            months = f" for {counted(line.renewal_months, 'month')}" if line.renewal_months else ""
            words = f"Kept: {line.vendor_name} renews by itself{months} after {line.term_end}. Nothing was sent"
        else:
            words = f"Kept: {line.vendor_name} does not renew by itself; order the next term before {line.term_end}. Nothing was sent"
        return Outcome({"outcome": "kept"}, (closed(line, "kept", words),))

    return await take_step(desk, state, "keep_contract", 0, work, actor=_ACTOR)


async def start_renegotiation(state: RenewalState, runtime: Runtime[Desk]) -> RenewalState:
    """Open a purchase case for the same need: its vendor is asked first, others are asked too, and the running contract is the way out."""
    desk = runtime.context

    async def work(case: CaseFile) -> Outcome:
        line = watched(desk, case.case_id)
        if line is None:
            return Outcome({"outcome": "gone"}, (term_over(desk, case),))
        negotiation, words = f"{case.case_id}-N", instruction_for(desk, line)
        digest = desk.evidence.put_text(words, origin=Origin.SYSTEM, source=f"renegotiation of {line.uid}")
        opened = CaseOpened(case_id=negotiation, instruction=words, evidence=digest, channel="renewal", graph_version=GRAPH_VERSION)
        # A case of its own, so a stream of its own: its key makes it open once, however often this step is begun again.
        desk.unit_of_work.act(f"{negotiation}/open", [opened], stream=negotiation, actor=_ACTOR)
        started = RenegotiationStarted(uid=line.uid, vendor_id=line.vendor_id, negotiation=negotiation, instruction=words)
        summary = (
            f"Renegotiating: {negotiation} asks {line.vendor_name} and others for the next term. Until it is signed, the contract "
            f"{'renews by itself' if line.auto_renews else 'ends'} after {line.term_end}; the last day to act is {line.decide_by}"
        )
        return Outcome({"outcome": "renegotiating"}, (started, closed(line, "renegotiating", summary)))

    return await take_step(desk, state, "start_renegotiation", 0, work, actor=_ACTOR)


def instruction_for(desk: Desk, line: Renewal) -> str:
    """Return what is asked for: what was bought, from whom, for no more than it costs now, in time to act on it."""
    bought, today = bought_in(desk, line), desk.today()
    parts = [bought.requisition.need if bought else category_of(desk, line, None).replace("_", " ") or f"the service of {line.vendor_name}"]
    if bought is not None:
        parts[0] += f" for {bought.requisition.quantity:,} {bought.requisition.unit}"
        parts += bought.requisition.must_have
    parts.append(f"from {line.vendor_name}")
    if line.annual_cost.amount_minor:
        parts.append(f"at most {line.annual_cost} a year")
    by = line.decide_by - _IN_HAND
    if by > today:
        parts.append(f"by {by}")
    return f"Renegotiate: {', '.join(parts)}"
