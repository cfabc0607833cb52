"""Briefs that more than one step needs, gathered from the case file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from agents.negotiator import NegotiatorBrief, Offered, OtherVendor, Side, comparable_total, max_rounds
from agents.negotiator.language import Language, language_of_letter
from agents.negotiator.leverage import leverage_over
from graphs.alternatives import alternatives_to, rival_quotes
from graphs.case_file import CaseFile, NegotiationFile
from graphs.context import Desk
from graphs.facts import facts_for
from graphs.mailing import contact_name
from graphs.overdue import REPLY_WITHIN
from graphs.policy.engine import evaluate
from graphs.policy.facts import Stage
from graphs.recollecting import recollections_of
from memory.domain.money import Money, Price
from memory.domain.policy import Verdict
from memory.domain.preferences import Preferences
from memory.domain.quote import Counteroffer, NegotiationOutcome, Quote
from memory.domain.reasoning import WalkAway
from memory.domain.talks import TalkRecord
from memory.views.preferences import effective_preferences
from memory.views.talks import talk_record
from memory.views.vendors import current_profile

_USUAL_HOURS = 24


def brief_for(desk: Desk, case: CaseFile, vendor_id: str) -> NegotiatorBrief:
    """Return all that the negotiator may know about one vendor; also what no letter to that vendor may tell."""
    requisition, file, candidate = case.requisition, case.negotiation(vendor_id), case.candidates[vendor_id]
    limit = max_rounds(requisition.urgency)
    others = [n for n in case.negotiations.values() if n.vendor_id != vendor_id]
    return NegotiatorBrief(
        case_id=case.case_id,
        tier=desk.tier_for(requisition),
        requisition=requisition,
        vendor=candidate.facts,
        list_price_evidence=candidate.evidence,
        operator=desk.operator.name,
        contact=contact_name(desk, vendor_id),
        history=tuple(_offered(offer) for offer in file.offers),
        quote=file.quotes[-1] if file.quotes else None,
        vendor_final=file.final,
        answer_unreadable=file.last_unreadable,
        denied_needs=tuple(file.denied_needs),
        missing_evidence=case.qualifications[vendor_id].missing_evidence,
        best_alternative=_best_alternative(others),
        others=tuple(_other(case, n) for n in others),
        rounds_left=max(0, limit - len(file.counteroffers)),
        questions_asked=file.questions,
        tax_rate_bp=desk.operator.tax_rate_bp,
        today=desk.now().date(),
        reply_by=(desk.now() + REPLY_WITHIN[requisition.urgency.value]).date(),
        language=language_for(desk, case, vendor_id),
        packages=file.packages,
        doubted=any(quote.ambiguous for quote in file.quotes),
        walk_away=case.walk_away,
        recollections=recollections_of(desk.database, case.case_id, vendor_id),
    )


def bargaining_brief(desk: Desk, case: CaseFile, vendor_id: str) -> NegotiatorBrief:
    """Return the brief for the next move: with it what terms are worth, what else is open to us, and what earlier talks taught."""
    brief, today = brief_for(desk, case, vendor_id), desk.now().date()
    if not case.negotiation(vendor_id).quotes:
        return brief
    latest, rivals = case.negotiation(vendor_id).quotes[-1].terms, rival_quotes(case, vendor_id, today)
    leverage = leverage_over(latest, rivals, permitted=desk.policy().mention_lower_offers, today=today)
    return brief.model_copy(update={**vars(stakes_in(desk, case, vendor_id)), "may_package": True, "leverage": leverage})


@dataclass(frozen=True)
class Stakes:
    """What is at stake in a negotiation, whether a quote is on the table yet or not; the names are those of the negotiator's brief."""

    preferences: Preferences
    alternatives: tuple[WalkAway, ...]
    forbidden_months: tuple[int, ...]
    record: TalkRecord | None
    rounds_left: int
    walk_away: Price | None


def stakes_in(desk: Desk, case: CaseFile, vendor_id: str) -> Stakes:
    """Return what terms are worth and what is forbidden, what else is open to us, what earlier talks taught, and the rounds that are left.

    '' stands for a vendor that nobody knows yet.
    """
    need, today = case.requisition, desk.now().date()
    preferences = preferences_in(desk, case)
    record = talk_record(desk.database, case.case_id, vendor_id, need.budget_category)
    rounds = max(0, max_rounds(need.urgency) - len(case.negotiation(vendor_id).counteroffers))
    return Stakes(
        preferences=preferences,
        alternatives=alternatives_to(desk, case, vendor_id, preferences),
        forbidden_months=_forbidden_months(desk, case, vendor_id),
        record=record,
        rounds_left=_in_time(rounds, need.deadline, today, record),
        walk_away=case.walk_away,
    )


def preferences_in(desk: Desk, case: CaseFile) -> Preferences:
    """Return what counts for a case: what the operator said of terms, and the defaults below it."""
    return effective_preferences(desk.database, case.requisition.budget_category, case.requisition.category)


def _in_time(rounds: int, deadline: date | None, today: date, record: TalkRecord | None) -> int:
    """Return how many counteroffers fit before the need's own deadline, as fast as this vendor answers (a day, where nothing is known; an hour at least)."""
    if deadline is None:
        return rounds
    known = record.answer_hours if record else None
    hours = max(_USUAL_HOURS if known is None else known, 1)
    return min(rounds, max((deadline - today).days * 24 // hours, 1))


def _forbidden_months(desk: Desk, case: CaseFile, vendor_id: str) -> tuple[int, ...]:
    """Return the contract lengths that policy denies, whatever else is agreed: those at which a rule objects that does not at a month."""
    facts = facts_for(desk, case, Stage.COMMIT, vendor_id=vendor_id or None)

    def denials(months: int) -> set[str]:
        decision = evaluate(desk.policy(), facts.model_copy(update={"term_months": months}))
        return {outcome.rule for outcome in decision.outcomes if outcome.verdict is Verdict.DENY}

    least = denials(1)
    quoted = {quote.terms.term_months for quote in case.negotiation(vendor_id).quotes}
    return tuple(months for months in sorted({3, 6, 12, 24, 36, *quoted} - {1}) if denials(months) - least)


def language_for(desk: Desk, case: CaseFile, vendor_id: str) -> Language:
    """Return the language of the next letter to a vendor.

    The one the operator entered for it; else the one it last wrote in that can be told; else the standing preference; else English.
    """
    profile = current_profile(desk.database, vendor_id)
    if profile is not None and profile.facts.language:
        return Language(profile.facts.language)
    mails = [message for message in case.messages if message.vendor_id == vendor_id]
    preferred = desk.registry.preferences().get("language", "")
    earlier = Language(preferred) if preferred in list(Language) else Language.EN
    for message in mails[-3:]:
        earlier = language_of_letter(mail=desk.evidence.text(message.text), earlier=earlier)
    return earlier


def _offered(offer: Quote | Counteroffer) -> Offered:
    side = Side.VENDOR if isinstance(offer, Quote) else Side.OURS
    return Offered(round=offer.round, side=side, terms=offer.terms)


def _best_alternative(others: list[NegotiationFile]) -> Money | None:
    totals = [comparable_total(n.quotes[-1].terms) for n in others if n.quotes and n.outcome is not NegotiationOutcome.WALKED_AWAY]
    return min(totals, key=lambda m: m.amount_minor) if len({m.currency for m in totals}) == 1 else None


def _other(case: CaseFile, negotiation: NegotiationFile) -> OtherVendor:
    # What we ask of another is no price of its own: parallel talks may come to the same figure, and neither letter tells of the other.
    amounts = tuple(
        money
        for quote in negotiation.quotes
        for money in (quote.terms.unit_price.money, quote.terms.net_total(), quote.terms.all_in_total())
    )
    return OtherVendor(name=case.vendor_name(negotiation.vendor_id), amounts=amounts)
