"""The negotiation with one vendor: ask for a quote, read the answer, decide the next move, until there is nothing to gain."""

from __future__ import annotations

from langgraph.runtime import Runtime

from agents.negotiator import (
    Move,
    NegotiatorProposal,
    differences_against,
    read_quote,
)
from graphs.authority import authorize_by_rule
from graphs.briefs import bargaining_brief
from graphs.case_file import CaseFile, NegotiationFile
from graphs.context import Desk
from graphs.facts import ask_policy, facts_for
from graphs.mailing import keep_letter, plan_mail, wait_key
from graphs.overdue import REPLY_WITHIN
from graphs.papers import papers_of
from graphs.picks import picked
from graphs.policy.facts import Stage
from graphs.state import NegotiationState
from graphs.steps import Outcome, take_step, told_by
from memory.domain.answers import Answer, TermAnswer
from memory.domain.approval import PlannedEffect
from memory.domain.effects import MAIL_SEND
from memory.domain.errors import RefusedError
from memory.domain.events import Event
from memory.domain.events.negotiation import (
    CounterofferProposed,
    NegotiationConcluded,
    NegotiationReasoned,
    QuoteReceived,
    QuoteUnreadable,
    RfqIssued,
)
from memory.domain.quote import Counteroffer, NegotiationOutcome, Quote, Terms

_AGENT = "negotiator"

_MAX_UNREADABLE = 2
#: Findings that are the negotiation itself: visible as offers, and kept as `on_our_terms`; the rest is odd and goes to the operator.
_HAGGLING = frozenset({"changed", "refused", "unanswered", "other_option", "declines"})


async def request_quote(state: NegotiationState, runtime: Runtime[Desk]) -> NegotiationState:
    """Write to the vendor: what is needed, and what must be confirmed in writing."""
    return await _move(state, runtime.context, "request_quote", 0)


async def read_reply(state: NegotiationState, runtime: Runtime[Desk]) -> NegotiationState:
    """Read what came in answer to our last mail: an offer, something unreadable, or nothing."""
    desk, vendor_id, round_ = runtime.context, state["vendor_id"], state["round"]

    async def work(case: CaseFile) -> Outcome:
        replies = case.replies_to(state["wait"])
        if not replies and (lost := case.undelivered(state["wait"])):
            return _conclude(case, vendor_id, round_, NegotiationOutcome.FAILED, f"our mail could not be delivered: {lost}")
        if not replies:
            return _conclude(case, vendor_id, round_, NegotiationOutcome.NO_REPLY, "no answer came in time")
        message = replies[-1]
        file = case.negotiation(vendor_id)
        papers, unread = papers_of(desk, message)
        text = desk.evidence.text(message.text)
        ours = _taken_up(file, text)
        reading = read_quote(
            text,
            message=message.text,
            quote_id=f"Q-{case.case_id.removeprefix('CASE-')}-{vendor_id}-{round_}",
            vendor_id=vendor_id,
            round=round_,
            requisition=case.requisition,
            earlier=file.quotes[-1].terms if file.quotes else None,
            ours=ours,
            received_on=desk.now().date(),
            tax_rate_bp=desk.operator.tax_rate_bp,
            attachments=papers,
            plan=file.quotes[-1].plan if file.quotes else None,
        )
        told = (*(finding.says for finding in reading.findings if finding.kind not in _HAGGLING), *unread)
        if reading.quote is not None:
            answers = reading.answers or _nearest(file, reading.quote, text)
            received = QuoteReceived(
                quote=reading.quote, final=reading.final, denied_needs=reading.denied_needs, findings=told, on_our_terms=answers
            )
            return Outcome({"round": round_, "outcome": "quoted", "final": reading.final}, (received,))
        problems = reading.problems or ("no offer could be read",)
        unreadable = QuoteUnreadable(
            vendor_id=vendor_id, round=round_, message=message.text, problems=problems, denied_needs=reading.denied_needs, findings=told
        )
        if len(file.unreadable) + 1 >= _MAX_UNREADABLE and not file.quotes:
            ended = _conclude(case, vendor_id, round_, NegotiationOutcome.FAILED, "; ".join(problems))
            return Outcome(ended.update, (unreadable, *ended.events))
        return Outcome({"round": round_, "outcome": "unreadable"}, (unreadable,))

    return await take_step(desk, state, f"read_reply/{vendor_id}", round_, work, actor=_AGENT)


def _taken_up(file: NegotiationFile, answer: str) -> Terms | None:
    """Return which offer of ours an answer is held against: of several packages the one that it names, else none of them."""
    if file.packages:
        return picked(answer, file.packages)
    return file.counteroffers[-1].terms if file.counteroffers else None


def _nearest(file: NegotiationFile, quote: Quote, text: str) -> tuple[TermAnswer, ...]:
    """Return what an offer that names none of our packages does with the terms of the one that it keeps most of; without packages nothing."""
    answers = [differences_against(package, quote, text) for package in file.packages]
    return max(answers, key=lambda told: sum(answer.answer is Answer.KEPT for answer in told), default=())


async def make_move(state: NegotiationState, runtime: Runtime[Desk]) -> NegotiationState:
    """Counter, ask, accept or leave: decided by arithmetic, allowed by policy, sent through the outbox."""
    return await _move(state, runtime.context, "make_move", state["round"] + 1)


async def _move(state: NegotiationState, desk: Desk, node: str, round_: int) -> NegotiationState:
    vendor_id = state["vendor_id"]

    async def work(case: CaseFile) -> Outcome:
        proposal = await desk.agents.negotiator.propose(bargaining_brief(desk, case, vendor_id))
        told = (*told_by(_AGENT, proposal), *_reasons(vendor_id, round_, proposal))
        ending = _ending(proposal)
        if ending is not None:
            ended = _conclude(case, vendor_id, round_, ending, proposal.rationale)
            return Outcome(ended.update, (*told, *ended.events))
        sent = _send(desk, case, vendor_id, node, round_, proposal)
        return Outcome(sent.update, (*told, *sent.events), sent.effects)

    return await take_step(desk, state, f"{node}/{vendor_id}", round_, work, actor=_AGENT)


def _reasons(vendor_id: str, round_: int, proposal: NegotiatorProposal) -> tuple[Event, ...]:
    """Return why the move was made, as the engine saw it; nothing where nothing was bargained over."""
    if proposal.reasoning is None:
        return ()
    return (NegotiationReasoned(vendor_id=vendor_id, round=round_, reasoning=proposal.reasoning),)


def _ending(proposal: NegotiatorProposal) -> NegotiationOutcome | None:
    """Return how a move ends the talks; an offer within the limits that only another betters stays on the table."""
    if proposal.move is Move.WALK_AWAY:
        return NegotiationOutcome.FINAL_QUOTE if proposal.stands else NegotiationOutcome.WALKED_AWAY
    return NegotiationOutcome.AGREED if proposal.move is Move.ACCEPT else None


def _send(desk: Desk, case: CaseFile, vendor_id: str, node: str, round_: int, proposal: NegotiatorProposal) -> Outcome:
    stage = Stage.OUTREACH if proposal.move in {Move.REQUEST_QUOTE, Move.CLARIFY} else Stage.COUNTEROFFER
    decision, judged = ask_policy(desk, facts_for(desk, case, stage, vendor_id=vendor_id, terms=proposal.terms, effect_kind=MAIL_SEND))
    try:
        _refuse_held(proposal)
        effect = plan_mail(desk, case, vendor_id, node, round_, proposal.letter)
        permit = authorize_by_rule(desk, case.case_id, effect, decision)
    except RefusedError as error:
        ended = _conclude(case, vendor_id, round_, NegotiationOutcome.FAILED, error.message)
        return Outcome(ended.update, (judged, *ended.events))
    fact = _fact(desk, case, vendor_id, round_, proposal, effect)
    update = {"round": round_, "wait": wait_key(effect), "outcome": "sent"}
    return Outcome(update, (judged, fact, permit), (effect,))


def _refuse_held(proposal: NegotiatorProposal) -> None:
    if proposal.held:
        raise RefusedError(f"the letter was held back: {'; '.join(proposal.held)}")


def _fact(desk: Desk, case: CaseFile, vendor_id: str, round_: int, proposal: NegotiatorProposal, effect: PlannedEffect) -> Event:
    body = keep_letter(desk, proposal.letter)
    if proposal.move is Move.COUNTER and proposal.terms is not None:
        ours = Counteroffer(vendor_id=vendor_id, round=round_, terms=proposal.terms, rationale=proposal.rationale)
        return CounterofferProposed(counteroffer=ours, effect_key=effect.key, body=body, packages=proposal.packages)
    reply_by = desk.now() + REPLY_WITHIN[case.requisition.urgency.value]
    return RfqIssued(vendor_id=vendor_id, effect_key=effect.key, subject=proposal.letter.subject, body=body, reply_by=reply_by)


def _conclude(case: CaseFile, vendor_id: str, round_: int, outcome: NegotiationOutcome, reason: str) -> Outcome:
    file = case.negotiation(vendor_id)
    last = file.quotes[-1] if file.quotes else None
    # A vendor that stops answering, or is left at a price within the limits, still stands at its last written quote.
    if outcome in {NegotiationOutcome.NO_REPLY, NegotiationOutcome.FAILED} and last is not None:
        outcome = NegotiationOutcome.FINAL_QUOTE
    fact = NegotiationConcluded(
        vendor_id=vendor_id,
        outcome=outcome,
        rounds=len(file.counteroffers),
        list_quote=file.quotes[0] if file.quotes else None,
        final_quote=last,
        reason=reason,
        category=case.requisition.budget_category,
    )
    return Outcome({"round": round_, "outcome": outcome.value, "negotiations": {vendor_id: outcome.value}}, (fact,))
