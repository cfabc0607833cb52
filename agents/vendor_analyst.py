"""The vendor analyst: does a candidate meet the hard constraints, how well does it fit, and what must still be asked."""

from __future__ import annotations

from decimal import Decimal

from pydantic import BaseModel, Field

from agents.base import Brief, Proposal, load_prompt, locate, with_fallback
from agents.vendor_constraints import Finding, Standing, judge
from memory.domain.base import Digest, sha256_hex
from memory.domain.evidence import Claim, EvidenceRef
from memory.domain.recollection import RecollectionKind
from memory.domain.requisition import MONTHS, Requisition
from memory.domain.vendor import Candidate, Qualification, VendorStatus
from tools.llm.port import Model, Question
from tools.llm.prompts import trusted, untrusted
from tools.llm.tiers import Tier

PRICE_POINTS = 40
MUST_POINTS = 30
NICE_POINTS = 10
HISTORY_POINTS = 10
CONTACT_POINTS = 10
"""The weights of the score; they add up to 100."""

TOO_DEAR = Decimal(2)
"""A list price above twice the ceiling is out of reach of any negotiation; up to there, negotiation may help."""


class AnalystBrief(Brief):
    """The need and the candidates. `texts` are the decoded texts of the evidence, by digest, as far as they are at hand."""

    requisition: Requisition
    candidates: tuple[Candidate, ...]
    texts: dict[Digest, str] = Field(default_factory=dict)


class AnalystProposal(Proposal):
    """One finding for each candidate: qualified ones by falling score, then the rejected ones."""

    qualifications: tuple[Qualification, ...]


class Passage(BaseModel):
    """Words in a candidate's evidence that bear on a must-have the rules found nothing about."""

    vendor_id: str
    wish: str
    quote: str = Field(max_length=300)


class Passages(BaseModel):
    """What the model answers."""

    passages: list[Passage] = Field(max_length=60)


class VendorAnalyst:
    """Judges candidates. A FAST model may point out passages the rules overlooked; it neither rejects nor spares a question."""

    name = "vendor_analyst"
    highest = Tier.FAST

    def __init__(self, model: Model) -> None:
        self._model = model

    async def propose(self, brief: AnalystBrief) -> AnalystProposal:
        """Return the findings, qualified candidates first."""
        return await with_fallback(brief, self._model, model_way=_with_passages, rules_way=_by_rules, texts=brief.texts)


def _by_rules(brief: AnalystBrief) -> AnalystProposal:
    findings = [_qualification(candidate, brief) for candidate in brief.candidates]
    ordered = sorted(findings, key=lambda found: (not found.qualified, -found.score, _shuffled(brief, found.vendor_id)))
    return AnalystProposal(qualifications=tuple(ordered), claims=tuple(claim for found in ordered for claim in found.reasons))


def _shuffled(brief: AnalystBrief, vendor_id: str) -> str:
    return sha256_hex(f"{brief.requisition.requisition_id}/{vendor_id}".encode())


def _qualification(candidate: Candidate, brief: AnalystBrief) -> Qualification:
    requisition, facts = brief.requisition, candidate.facts
    must = [judge(wish, candidate, brief.texts) for wish in requisition.must_have]
    nice = [judge(wish, candidate, brief.texts) for wish in requisition.nice_to_have]
    price = price_ratio(candidate, requisition)
    against = [finding for finding in must if finding.standing is Standing.CONTRADICTED]
    too_dear = price is not None and price > TOO_DEAR
    blocked = facts.status is VendorStatus.BLOCKED
    reasons = [_reason(finding) for finding in (*against, *(one for one in must if one.standing is Standing.PROVEN))]
    reasons += [_reason(finding) for finding in nice if finding.standing is Standing.PROVEN]
    reasons += _before(brief, facts.vendor_id)
    if price is not None:
        reasons.append(Claim(text=_price_words(candidate, requisition, price), evidence=_price_evidence(candidate)))
    points = _price_points(price) + _wish_points(must, MUST_POINTS) + _wish_points(nice, NICE_POINTS)
    points += HISTORY_POINTS if facts.status is VendorStatus.CONTRACTED else HISTORY_POINTS // 2
    points += CONTACT_POINTS if facts.contact_id else 0
    qualified = not (against or too_dear or blocked)
    return Qualification(
        vendor_id=facts.vendor_id,
        qualified=qualified,
        score=min(points, 100),
        reasons=tuple(reason for reason in reasons if reason.supported),
        missing_evidence=_missing(must, price, requisition) if qualified else (),
    )


def _before(brief: AnalystBrief, vendor_id: str) -> list[Claim]:
    """Return what went wrong with a vendor before, where words prove it: told among the reasons, and not counted in the score."""
    lines = brief.recalled(vendor_id, RecollectionKind.INCIDENT)
    return [Claim(text=f"before: {line.text}", evidence=(line.source,)) for line in lines if isinstance(line.source, EvidenceRef)]


def _reason(finding: Finding) -> Claim:
    return Claim(text=finding.words, evidence=finding.evidence)


def _missing(must: list[Finding], price: Decimal | None, requisition: Requisition) -> tuple[str, ...]:
    asked = [finding.wish for finding in must if finding.standing is Standing.NOT_STATED]
    if price is None:
        asked.append(f"the net price for {requisition.quantity:,} {requisition.unit} in {requisition.ceiling.currency}")
    return tuple(asked)


def price_ratio(candidate: Candidate, requisition: Requisition) -> Decimal | None:
    """Return list price / ceiling over the same time, or None when the two cannot be compared."""
    price, ceiling = candidate.facts.list_price, requisition.ceiling
    if price is None or price.currency != ceiling.currency or ceiling.amount_minor == 0:
        return None
    if price.period in MONTHS and ceiling.period in MONTHS:
        yearly = price.amount_minor * 12 // MONTHS[price.period]
        return Decimal(yearly) / Decimal(max(requisition.ceiling_for(12).amount_minor, 1))
    if price.period is ceiling.period:
        return Decimal(price.amount_minor) / Decimal(ceiling.amount_minor)
    return None


def _price_points(ratio: Decimal | None) -> int:
    """Return full points up to half the ceiling, none at twice the ceiling, in between on a line; half for an unknown price."""
    if ratio is None:
        return PRICE_POINTS // 2
    share = (TOO_DEAR - max(min(ratio, TOO_DEAR), Decimal("0.5"))) / Decimal("1.5")
    return int(PRICE_POINTS * share)


def _wish_points(findings: list[Finding], most: int) -> int:
    """Return a full share for what is proven, a third for what is not stated, nothing for what is contradicted."""
    if not findings:
        return most
    thirds = {Standing.PROVEN: 3, Standing.NOT_STATED: 1, Standing.CONTRADICTED: 0}
    return most * sum(thirds[finding.standing] for finding in findings) // (3 * len(findings))


def _price_words(candidate: Candidate, requisition: Requisition, ratio: Decimal) -> str:
    percent = int((ratio * 100).to_integral_value())
    words = f"list price {candidate.facts.list_price} is {percent} % of the ceiling of {requisition.ceiling}"
    if ratio > TOO_DEAR:
        return f"{words}: out of reach"
    return f"{words}; negotiation may help" if ratio > 1 else words


def _price_evidence(candidate: Candidate) -> tuple[EvidenceRef, ...]:
    claim = next((claim for claim in candidate.claims if "list price" in claim.text), None)
    return claim.evidence if claim else ()


async def _with_passages(brief: AnalystBrief, model: Model) -> AnalystProposal:
    proposal = _by_rules(brief)
    open_points = "\n".join(f"{found.vendor_id}: {wish}" for found in proposal.qualifications for wish in found.missing_evidence)
    if not open_points or not brief.texts:
        return proposal
    question = Question(
        prompt=load_prompt("vendor_analyst"),
        slots={"open": untrusted(open_points), "evidence": untrusted(_shown(brief)), "need": trusted(brief.requisition.need)},
        tier=brief.tier,
        case_id=brief.case_id,
        purpose="vendor_analyst.passages",
    )
    answer = (await model.ask(question, Passages)).value
    added = {found.vendor_id: _claims(found, answer, brief) for found in proposal.qualifications}
    noted = tuple(found.model_copy(update={"reasons": (*found.reasons, *added[found.vendor_id])}) for found in proposal.qualifications)
    claims = (*proposal.claims, *(claim for several in added.values() for claim in several))
    return proposal.model_copy(update={"qualifications": noted, "claims": claims})


def _claims(found: Qualification, answer: Passages, brief: AnalystBrief) -> tuple[Claim, ...]:
    """Return the passages that really stand in the vendor's evidence. The question stays open: the vendor shall confirm it."""
    candidate = next(candidate for candidate in brief.candidates if candidate.facts.vendor_id == found.vendor_id)
    claims: list[Claim] = []
    for passage in answer.passages:
        if passage.vendor_id != found.vendor_id or passage.wish not in found.missing_evidence:
            continue
        for ref in candidate.evidence:
            span = locate(brief.texts.get(ref.digest, ""), passage.quote)
            if span is not None:
                claims.append(Claim(text=f"{passage.wish}: see the passage", evidence=(ref.model_copy(update={"span": span}),)))
                break
    return tuple(claims)


def _shown(brief: AnalystBrief) -> str:
    rows = []
    for candidate in brief.candidates:
        evidence = "\n".join(brief.texts[ref.digest] for ref in candidate.evidence if ref.digest in brief.texts)
        rows.append(f"vendor_id: {candidate.facts.vendor_id}\n{evidence}")
    return "\n\n".join(rows)
