"""The renewal watcher: renew, renegotiate or cancel, with the evidence behind each reason."""

from __future__ import annotations

from pydantic import BaseModel, Field

from agents.base import load_prompt, with_fallback
from agents.negotiator.outgoing import Allowed, Secrets, check_outgoing
from agents.renewal_watcher.brief import RenewalBrief, RenewalProposal
from agents.renewal_watcher.positions import positions_for
from agents.renewal_watcher.weighing import CANCEL, KEEP, RENEGOTIATE, Reason, chosen, reasons_of, unknown_in
from memory.domain.words import counted
from tools.llm.port import Model, ModelAnswerError, Question
from tools.llm.prompts import trusted, untrusted
from tools.llm.tiers import Tier

_WORDS = {KEEP: "Keep", RENEGOTIATE: "Renegotiate with", CANCEL: "Cancel"}


class Sentence(BaseModel):
    """What the model answers."""

    summary: str = Field(min_length=20, max_length=800)


class RenewalWatcher:
    """Weighs and recommends. The choice is arithmetic at every tier; a DEEP model may only word it."""

    name = "renewal_watcher"
    highest = Tier.DEEP

    def __init__(self, model: Model) -> None:
        self._model = model

    async def propose(self, brief: RenewalBrief) -> RenewalProposal:
        """Return the recommendation."""
        asked = brief if brief.tier >= Tier.DEEP else brief.model_copy(update={"tier": Tier.RULES})
        return await with_fallback(asked, self._model, model_way=_worded, rules_way=_by_rules)


def _by_rules(brief: RenewalBrief) -> RenewalProposal:
    reasons = reasons_of(brief)
    action, unknown = chosen(reasons), unknown_in(brief)
    return RenewalProposal(
        action=action,
        summary=_summary(brief, reasons)[:1000],
        unknown=unknown,
        positions=positions_for(brief),
        claims=tuple(reason.claim for reason in reasons),
    )


def _summary(brief: RenewalBrief, reasons: tuple[Reason, ...]) -> str:
    action = chosen(reasons)
    speaking = [reason.claim.text for reason in reasons if reason.action is action]
    against = [reason.claim.text for reason in reasons if reason.action is not action]
    words = [f"{_WORDS[action]} {brief.vendor_name}: {'; '.join(speaking) if speaking else 'nothing known speaks against it'}."]
    words += [f"Against that: {'; '.join(against)}."] if against else []
    words.append(_until(brief))
    unknown = unknown_in(brief)
    words += [f"Not known: {'; '.join(unknown)}."] if unknown else []
    return " ".join(words)


def _until(brief: RenewalBrief) -> str:
    months = f" for {counted(brief.renewal_months, 'month')}" if brief.renewal_months else ""
    cost = f" at {brief.annual} a year" if brief.annual.amount_minor else ""
    then = f"without notice it renews by itself{months}{cost}" if brief.auto_renews else "it ends by itself"
    return f"The last day to act is {brief.decide_by}; {then} after {brief.term_end}."


async def _worded(brief: RenewalBrief, model: Model) -> RenewalProposal:
    proposal = _by_rules(brief)
    question = Question(
        prompt=load_prompt("renewal_watcher"),
        slots={"summary": trusted(proposal.summary), "reasons": untrusted("\n".join(claim.text for claim in proposal.claims) or "none")},
        tier=Tier.DEEP,
        case_id=brief.case_id,
        purpose="renewal_watcher.wording",
    )
    sentence = (await model.ask(question, Sentence)).value.summary
    problems = list(check_outgoing(sentence, allowed_figures=_figures(brief, proposal), secrets=Secrets()))
    problems += [] if brief.vendor_name in sentence else ["does not name the vendor"]
    problems += [] if str(brief.decide_by) in sentence else ["does not name the last day to act"]
    if problems:
        raise ModelAnswerError("the wording was refused: " + "; ".join(problems), hint="the plain sentences are shown instead")
    return proposal.model_copy(update={"summary": sentence})


def _figures(brief: RenewalBrief, proposal: RenewalProposal) -> tuple[Allowed, ...]:
    """Return what the sentence may state: what the plain one states. The reader is the operator."""
    return (proposal.summary, *(claim.text for claim in proposal.claims), brief.vendor_name, brief.decide_by, brief.term_end, brief.annual)
