"""The quote analyst: puts the concluded negotiations side by side and recommends one, or none, and says why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from pydantic import BaseModel, Field

from agents.base import Brief, Proposal, load_prompt, with_fallback
from agents.negotiation.preferences.bridge import cost_of
from agents.negotiator.outgoing import Allowed, Secrets, check_outgoing
from agents.negotiator.position import Position, faults
from agents.negotiator.pricing import YEAR, comparable_total
from memory.domain.base import Noun, sha256_hex
from memory.domain.errors import IntegrityError
from memory.domain.evidence import Claim, EvidenceRef
from memory.domain.money import Money, Price
from memory.domain.preferences import Preferences
from memory.domain.quote import ComparisonRow, NegotiationOutcome, Quote
from memory.domain.recollection import RecollectionKind
from memory.domain.requisition import MONTHS, Requisition
from memory.domain.vendor import Qualification
from memory.domain.words import counted
from tools.llm.port import Model, ModelAnswerError, Question
from tools.llm.prompts import trusted, untrusted
from tools.llm.tiers import Tier

PRICE_WEIGHT = Decimal(60)
SCORE_WEIGHT = Decimal(40)
"""What counts in the choice: what an offer costs with its terms reckoned in, against the cheapest acceptable one, and the analyst's score."""

#: So much of what went wrong before is told beside an offer.
_MOST_BEFORE = 2
_OPEN = {NegotiationOutcome.AGREED, NegotiationOutcome.FINAL_QUOTE}


class Concluded(Noun):
    """How the negotiation with one vendor ended. `list_quote` is its first written quote: the honest baseline of a saving."""

    vendor_id: str
    vendor_name: str
    outcome: NegotiationOutcome
    rounds: int = Field(ge=0)
    list_quote: Quote | None = None
    final_quote: Quote | None = None
    reason: str = ""


class QuoteAnalystBrief(Brief):
    """The need, how each negotiation ended, what the vendor analyst found, and what the operator wants of terms.

    Without `preferences` terms are worth nothing, and totals alone count. `walk_away` is the operator's own: the most that a year
    (or what is bought once) may cost all-in.
    """

    requisition: Requisition
    concluded: tuple[Concluded, ...]
    qualifications: tuple[Qualification, ...] = ()
    preferences: Preferences = Preferences()
    walk_away: Price | None = None


class QuoteAnalystProposal(Proposal):
    """The comparison, best first; `vendor_id` is None when nothing is acceptable, and `recommendation` says why."""

    rows: tuple[ComparisonRow, ...]
    vendor_id: str | None
    recommendation: str


class Sentence(BaseModel):
    """What the model answers."""

    recommendation: str = Field(min_length=20, max_length=800)


class QuoteAnalyst:
    """Compares and recommends. The choice is arithmetic at every tier; a DEEP model may only word the recommendation."""

    name = "quote_analyst"
    highest = Tier.DEEP

    def __init__(self, model: Model) -> None:
        self._model = model

    async def propose(self, brief: QuoteAnalystBrief) -> QuoteAnalystProposal:
        """Return the comparison and the recommendation."""
        asked = brief if brief.tier >= Tier.DEEP else brief.model_copy(update={"tier": Tier.RULES})
        return await with_fallback(asked, self._model, model_way=_worded, rules_way=_by_rules)


@dataclass(frozen=True)
class _Line:
    """One negotiation, judged: its row, what speaks against it, and its value (0-100) when nothing does.

    `cost` is its total with the terms reckoned in, in minor units: the measure in which its talks were held.
    """

    concluded: Concluded
    row: ComparisonRow
    against: tuple[str, ...]
    cost: int = 0
    value: Decimal = Decimal(0)


def _by_rules(brief: QuoteAnalystBrief) -> QuoteAnalystProposal:
    lines = _valued([_line(concluded, brief) for concluded in brief.concluded])
    ordered = sorted(lines, key=lambda line: (bool(line.against), -line.value, line.cost, _shuffled(brief, line.row.vendor_id)))
    best = next((line for line in ordered if not line.against), None)
    return QuoteAnalystProposal(
        rows=tuple(line.row for line in ordered),
        vendor_id=best.row.vendor_id if best else None,
        recommendation=_recommendation(best, ordered, brief) if best else _why_none(ordered),
        claims=tuple(claim for line in ordered for claim in _claims(line)),
    )


def _shuffled(brief: QuoteAnalystBrief, vendor_id: str) -> str:
    return sha256_hex(f"{brief.requisition.requisition_id}/{vendor_id}".encode())


def _line(concluded: Concluded, brief: QuoteAnalystBrief) -> _Line:
    finding = next((found for found in brief.qualifications if found.vendor_id == concluded.vendor_id), None)
    listed, final = concluded.list_quote, concluded.final_quote
    against = _against(concluded, finding, brief)
    cost = cost_of(final.terms, brief.preferences) if final else None
    remarks = [*against, *_remarks(concluded), *_reckoned(final, cost), *_before(brief, concluded.vendor_id)]
    row = ComparisonRow(
        vendor_id=concluded.vendor_id,
        vendor_name=concluded.vendor_name,
        outcome=concluded.outcome,
        list_total=comparable_total(listed.terms) if listed else None,
        agreed_total=comparable_total(final.terms) if final else None,
        score=finding.score if finding else 0,
        within_ceiling=final is not None and within_ceiling(final, brief.requisition),
        remarks=tuple(remarks),
    )
    return _Line(concluded, row, against, cost.amount_minor if cost else 0)


def within_ceiling(quote: Quote, requisition: Requisition) -> bool:
    """Tell whether a quote costs, all-in over its term, no more than the requisition allows, in the same currency."""
    ceiling = requisition.ceiling_for(quote.terms.term_months)
    return quote.terms.currency == ceiling.currency and quote.terms.all_in_total() <= ceiling


def _against(concluded: Concluded, finding: Qualification | None, brief: QuoteAnalystBrief) -> tuple[str, ...]:
    """Return what speaks against taking an offer: every hard limit that it breaks by now, as in a negotiation, and what is unclear."""
    final = concluded.final_quote
    if final is None or concluded.outcome not in _OPEN:
        return (concluded.reason or f"no offer to take: {concluded.outcome.value.replace('_', ' ')}",)
    unfit = ("does not meet the requirements",) if finding is not None and not finding.qualified else ()
    limits = Position(requisition=brief.requisition, preferences=brief.preferences, walk_away=brief.walk_away)
    unclear = (f"unclear: {question}" for question in (*final.ambiguous, *final.doubtful_validity))
    return (*unfit, *faults(limits, final.terms), *unclear)


def _remarks(concluded: Concluded) -> tuple[str, ...]:
    listed, final = concluded.list_quote, concluded.final_quote
    remarks = [f"assumed: {text}" for text in (final.assumed if final else ())]
    if listed and final and listed.terms.billing is not final.terms.billing:
        remarks.append(f"first quoted with billing per {listed.terms.billing.value}, now per {final.terms.billing.value}")
    return tuple(remarks)


def _before(brief: QuoteAnalystBrief, vendor_id: str) -> tuple[str, ...]:
    """Return what went wrong with a vendor before: told, and not counted."""
    return tuple(f"before: {line.text}" for line in brief.recalled(vendor_id, RecollectionKind.INCIDENT)[:_MOST_BEFORE])


def _reckoned(final: Quote | None, cost: Money | None) -> tuple[str, ...]:
    if final is None or cost is None or cost == comparable_total(final.terms):
        return ()
    return (f"counts as {cost}{_a_year(final)} with its terms reckoned in",)


def _a_year(quote: Quote) -> str:
    return " a year" if quote.terms.unit_price.period in MONTHS else ""


def _valued(lines: list[_Line]) -> list[_Line]:
    """Return the lines with their value: price against the cheapest acceptable offer, and the analyst's score, weighted."""
    cheapest = min((line.cost for line in lines if not line.against), default=0)
    return [line if line.against else replace(line, value=_value(cheapest, line.cost, line.row.score)) for line in lines]


def _value(cheapest: int, cost: int, score: int) -> Decimal:
    price = Decimal(cheapest) / Decimal(cost) if cost else Decimal(1)
    return PRICE_WEIGHT * price + SCORE_WEIGHT * Decimal(score) / 100


def saving(row: ComparisonRow) -> Money | None:
    """Return first written quote less agreed total, or None when they cannot be compared or nothing was saved."""
    if row.list_total is None or row.agreed_total is None or row.list_total.currency != row.agreed_total.currency:
        return None
    saved = row.list_total - row.agreed_total
    return saved if saved.amount_minor > 0 else None


def _recommendation(best: _Line, ordered: list[_Line], brief: QuoteAnalystBrief) -> str:
    final = best.concluded.final_quote
    if final is None:
        raise IntegrityError("the best offer has no quote", hint="Report this: it cannot happen.")
    terms = final.terms
    words = [
        f"Buy from {best.row.vendor_name}: {terms.all_in_total()} all-in{_over(final)}, within the ceiling of {brief.requisition.ceiling_for(terms.term_months)}."
    ]
    saved = saving(best.row)
    if saved is not None and best.row.list_total is not None:
        percent = saved.amount_minor * 100 // best.row.list_total.amount_minor
        words.append(f"That is {saved} ({percent} %) less than its first written quote.")
    runner_up = next((line for line in ordered if line is not best and not line.against), None)
    if runner_up is not None:
        words.append(_next_best(best, runner_up))
    elif len(ordered) > 1:
        words.append("No other offer is acceptable.")
    return " ".join(words)


def _next_best(best: _Line, other: _Line) -> str:
    """Name the next best offer, and why it is not the best where its total is lower."""
    total, ours = other.row.agreed_total, best.row.agreed_total
    told = f"Next best: {other.row.vendor_name} at {total} all-in"
    if total is None or ours is None or total >= ours:
        return f"{told}."
    if other.cost < best.cost:
        return f"{told}, with a score of {other.row.score} against {best.row.score}."
    costs = [Money(amount_minor=line.cost, currency=ours.currency) for line in (other, best)]
    return f"{told}, but with its terms reckoned in it counts as {costs[0]}, and {best.row.vendor_name} as {costs[1]}."


def _over(quote: Quote) -> str:
    terms = quote.terms
    if terms.unit_price.period not in MONTHS:
        return ""
    yearly = "" if terms.term_months == YEAR else f" ({comparable_total(terms)} a year)"
    return f" over {counted(terms.term_months, 'month')}{yearly}"


def _why_none(ordered: list[_Line]) -> str:
    if not ordered:
        return "Nothing can be recommended: there is no offer."
    return "Nothing can be recommended. " + " ".join(f"{line.row.vendor_name}: {'; '.join(line.against)}." for line in ordered)


def _claims(line: _Line) -> tuple[Claim, ...]:
    name, first, final = line.row.vendor_name, line.concluded.list_quote, line.concluded.final_quote
    claims: list[Claim] = []
    if final is not None:
        claims.append(
            Claim(text=f"{name}: final offer {final.terms.unit_price} net, {line.row.agreed_total} all-in", evidence=_refs(final))
        )
    saved = saving(line.row)
    if first is not None and final is not None and saved is not None:
        claims.append(
            Claim(
                text=f"{name}: {saved} less than its first written quote of {line.row.list_total} all-in",
                evidence=(*_refs(first), *_refs(final)),
            )
        )
    return tuple(claims)


def _refs(quote: Quote) -> tuple[EvidenceRef, ...]:
    return (quote.evidence("unit_price"),)


async def _worded(brief: QuoteAnalystBrief, model: Model) -> QuoteAnalystProposal:
    proposal = _by_rules(brief)
    if proposal.vendor_id is None:
        return proposal
    question = Question(
        prompt=load_prompt("quote_analyst"),
        slots={"recommendation": trusted(proposal.recommendation), "table": untrusted(_table(proposal))},
        tier=Tier.DEEP,
        case_id=brief.case_id,
        purpose="quote_analyst.wording",
    )
    sentence = (await model.ask(question, Sentence)).value.recommendation
    name = next(row.vendor_name for row in proposal.rows if row.vendor_id == proposal.vendor_id)
    problems = list(check_outgoing(sentence, allowed_figures=_figures(proposal, brief), secrets=Secrets()))
    problems += [] if name in sentence else ["does not name the vendor recommended"]
    if problems:
        raise ModelAnswerError("the wording was refused: " + "; ".join(problems), hint="the plain sentence is shown instead")
    return proposal.model_copy(update={"recommendation": sentence})


def _table(proposal: QuoteAnalystProposal) -> str:
    return "\n".join(
        f"{row.vendor_name}: first {row.list_total}, final {row.agreed_total}, score {row.score}; {'; '.join(row.remarks)}"
        for row in proposal.rows
    )


def _figures(proposal: QuoteAnalystProposal, brief: QuoteAnalystBrief) -> tuple[Allowed, ...]:
    """Return what the sentence may state: the table's totals, scores and savings, terms, and the ceiling (the reader is the operator)."""
    figures: list[Allowed] = [row.vendor_name for row in proposal.rows]
    figures += [money for row in proposal.rows for money in (row.list_total, row.agreed_total, saving(row)) if money]
    figures += [row.score for row in proposal.rows]
    finals = [concluded.final_quote.terms for concluded in brief.concluded if concluded.final_quote]
    figures += [terms.term_months for terms in finals] + [terms.all_in_total() for terms in finals]
    figures += [brief.requisition.ceiling_for(terms.term_months) for terms in finals]
    figures += [cost_of(terms, brief.preferences) for terms in finals]
    percents = [
        saved.amount_minor * 100 // row.list_total.amount_minor for row in proposal.rows if (saved := saving(row)) and row.list_total
    ]
    return (*figures, *percents, brief.requisition.quantity)
