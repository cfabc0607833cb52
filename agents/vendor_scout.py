"""The vendor scout: who could sell what a requisition asks for, from memory, the catalogue and the operator's suggestions."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from pydantic import BaseModel, Field

from agents.base import Brief, Proposal, load_prompt, locate, strike_unsupported, with_fallback
from memory.domain.base import Digest, Noun, sha256_hex
from memory.domain.catalogue import Match
from memory.domain.evidence import Claim, EvidenceRef, Origin
from memory.domain.requisition import Requisition
from memory.domain.vendor import Candidate, VendorFacts, VendorProfile, VendorStatus
from tools.llm.port import Model, Question
from tools.llm.prompts import trusted, untrusted
from tools.llm.tiers import Tier
from tools.lookups.catalogue import vendor_facts
from tools.lookups.catalogue_row import row_evidence

MOST_CANDIDATES = 10
"""More options make a choice worse, not better (Magentic Marketplace, arXiv 2510.25779: welfare falls from 3 to 100 results)."""


class CatalogueFind(Noun):
    """A catalogue match, and where its row is kept: `digest` is the stored row's, `text` what is stored there."""

    match: Match
    digest: Digest
    text: str


class SuggestedVendor(Noun):
    """A vendor the operator wants looked at. `vendor_id` when the registry knows it; `evidence` is the instruction."""

    name: str
    website: str | None = None
    vendor_id: str | None = None
    evidence: tuple[EvidenceRef, ...] = ()


class ScoutBrief(Brief):
    """What the scout may know: the need, what the catalogue and memory hold, and whom the operator named."""

    requisition: Requisition
    finds: tuple[CatalogueFind, ...] = ()
    known: tuple[VendorProfile, ...] = ()
    suggested: tuple[SuggestedVendor, ...] = ()
    max_candidates: int = Field(default=MOST_CANDIDATES, ge=1, le=MOST_CANDIDATES)


class ScoutProposal(Proposal):
    """Whom to look at, best first, each vendor once; and who was left out, with the reason."""

    candidates: tuple[Candidate, ...]
    left_out: tuple[str, ...] = ()


class Relevance(BaseModel):
    """The model's view of one candidate: whether it is the kind of thing needed, and the words in its evidence that say so."""

    vendor_id: str
    fits: bool
    quote: str = Field(max_length=300)


class Relevances(BaseModel):
    """What the model answers."""

    candidates: list[Relevance] = Field(max_length=MOST_CANDIDATES)


@dataclass
class _Lead:
    """What is gathered about one vendor before it becomes a candidate."""

    facts: VendorFacts
    found_in: str
    score: int = 0
    suggested: bool = False
    claims: list[Claim] = field(default_factory=list)
    evidence: list[EvidenceRef] = field(default_factory=list)


class VendorScout:
    """Puts candidates forward. A FAST model may set aside what is of the wrong kind, and must quote the words that say so."""

    name = "vendor_scout"
    highest = Tier.FAST

    def __init__(self, model: Model) -> None:
        self._model = model

    async def propose(self, brief: ScoutBrief) -> ScoutProposal:
        """Return the candidates, best first, each vendor once."""
        return await with_fallback(brief, self._model, model_way=_sorted_by_model, rules_way=_by_rules, texts=_texts(brief))


def vendor_id_of(name: str) -> str:
    """Return the id under which a vendor not yet known is kept: its name in lower-case letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80] or "vendor-" + sha256_hex(name.encode())[:10]


def _texts(brief: ScoutBrief) -> dict[Digest, str]:
    return {find.digest: find.text for find in brief.finds}


def _by_rules(brief: ScoutBrief) -> ScoutProposal:
    leads = _leads(brief)
    blocked = [lead for lead in leads if lead.facts.status is VendorStatus.BLOCKED]
    open_leads = sorted((lead for lead in leads if lead not in blocked), key=lambda lead: _order(lead, brief))
    chosen, beyond = open_leads[: brief.max_candidates], open_leads[brief.max_candidates :]
    candidates, struck = [], list[Claim]()
    for lead in chosen:
        kept, unsupported = strike_unsupported(lead.claims, _texts(brief))
        struck += unsupported
        candidates.append(Candidate(facts=lead.facts, claims=kept, found_in=lead.found_in, evidence=tuple(dict.fromkeys(lead.evidence))))
    left_out = [f"{lead.facts.name}: blocked" for lead in blocked] + [
        f"{lead.facts.name}: more than {brief.max_candidates} candidates" for lead in beyond
    ]
    claims = tuple(claim for candidate in candidates for claim in candidate.claims)
    return ScoutProposal(candidates=tuple(candidates), left_out=tuple(left_out), claims=claims, struck=tuple(struck))


def _order(lead: _Lead, brief: ScoutBrief) -> tuple[bool, int, bool, str]:
    """Order by suggestion, score and custom; equals by a hash over case and vendor, so that no name and no place in a file wins."""
    shuffled = sha256_hex(f"{brief.requisition.requisition_id}/{lead.facts.vendor_id}".encode())
    return not lead.suggested, -lead.score, lead.facts.status is not VendorStatus.CONTRACTED, shuffled


def _leads(brief: ScoutBrief) -> list[_Lead]:
    leads: dict[str, _Lead] = {}
    for find in sorted(brief.finds, key=_best_first):
        leads.setdefault(find.match.product.vendor_id, _from_catalogue(find, brief.requisition))
    wanted = (*brief.suggested, *([SuggestedVendor(name=brief.requisition.vendor)] if brief.requisition.vendor else []))
    for profile in sorted(brief.known, key=lambda profile: profile.facts.vendor_id):
        _add_known(leads, profile, brief.requisition, wanted)
    for suggestion in wanted:
        _add_suggested(leads, suggestion)
    return list(leads.values())


def _best_first(find: CatalogueFind) -> tuple[int, int, int, str]:
    cost = find.match.cost
    return -find.match.score, 0 if cost else 1, cost.stated.amount_minor if cost else 0, find.match.product.product_id


def _from_catalogue(find: CatalogueFind, requisition: Requisition) -> _Lead:
    match, product = find.match, find.match.product
    spans = row_evidence(product).spans

    def ref(name: str) -> tuple[EvidenceRef, ...]:
        return (EvidenceRef(digest=find.digest, origin=Origin.CATALOGUE, span=spans[name]),)

    lead = _Lead(vendor_facts(match), "catalogue", match.score, evidence=[EvidenceRef(digest=find.digest, origin=Origin.CATALOGUE)])
    if match.cost is not None:
        tier = next((f"tier:{tier.up_to}" for tier in product.tiers if tier.up_to >= max(requisition.quantity, product.minimum)), "price")
        words = f"{product.product} {product.plan}: list price {match.cost.stated} for {requisition.quantity:,} {requisition.unit}"
        lead.claims.append(Claim(text=words, evidence=ref(tier)))
    if product.region_source is not None:
        lead.claims.append(Claim(text=f"data is kept in {product.data_region}", evidence=(*ref("region"), *ref("region_quote"))))
    lead.claims += [
        Claim(text=f"{limit.name}: at most {limit.amount:,} {limit.unit}", evidence=ref(f"limit:{limit.name}")) for limit in product.limits
    ]
    return lead


def _add_known(leads: dict[str, _Lead], profile: VendorProfile, requisition: Requisition, wanted: tuple[SuggestedVendor, ...]) -> None:
    facts, found = profile.facts, leads.get(profile.facts.vendor_id)
    if found is not None:
        kept = {
            "contact_id": facts.contact_id or found.facts.contact_id,
            "status": facts.status,
            "last_agreed": facts.last_agreed,
            "name": facts.name,
        }
        found.facts = found.facts.model_copy(update=kept)
        found.evidence += profile.evidence
    elif _same_trade(facts, requisition) or any(_is_meant(suggestion, facts) for suggestion in wanted):
        found = leads[facts.vendor_id] = _Lead(facts, "memory", evidence=list(profile.evidence))
        if facts.list_price is not None:
            found.claims.append(
                Claim(text=f"list price {facts.list_price}, as known on {profile.as_of:%Y-%m-%d}", evidence=profile.evidence)
            )
        if facts.data_region is not None:
            found.claims.append(Claim(text=f"data is kept in {facts.data_region}", evidence=profile.evidence))
    if found is not None and facts.last_agreed is not None:
        found.claims.append(Claim(text=f"agreed before: {facts.last_agreed}", evidence=profile.evidence))


def _same_trade(facts: VendorFacts, requisition: Requisition) -> bool:
    return facts.category is not None and facts.category == requisition.catalogue_category


def _is_meant(suggestion: SuggestedVendor, facts: VendorFacts) -> bool:
    if suggestion.vendor_id is not None:
        return suggestion.vendor_id == facts.vendor_id
    return suggestion.name.strip().casefold() == facts.name.casefold() or vendor_id_of(suggestion.name) == facts.vendor_id


def _add_suggested(leads: dict[str, _Lead], suggestion: SuggestedVendor) -> None:
    lead = next((lead for lead in leads.values() if _is_meant(suggestion, lead.facts)), None)
    if lead is None:
        facts = VendorFacts(
            vendor_id=suggestion.vendor_id or vendor_id_of(suggestion.name), name=suggestion.name, website=suggestion.website
        )
        lead = leads.setdefault(facts.vendor_id, _Lead(facts, "operator"))
    lead.suggested = True
    lead.evidence += suggestion.evidence
    lead.claims.append(Claim(text="suggested by the operator", evidence=suggestion.evidence))


async def _sorted_by_model(brief: ScoutBrief, model: Model) -> ScoutProposal:
    proposal = _by_rules(brief)
    if len(proposal.candidates) < 2:
        return proposal
    question = Question(
        prompt=load_prompt("vendor_scout"),
        slots={"need": trusted(_need(brief.requisition)), "candidates": untrusted(_shown(proposal, _texts(brief)))},
        tier=brief.tier,
        case_id=brief.case_id,
        purpose="vendor_scout.relevance",
    )
    answer = (await model.ask(question, Relevances)).value
    off_topic = {item.vendor_id: claim for item in answer.candidates if not item.fits and (claim := _quoted(item, proposal, _texts(brief)))}
    ordered = sorted(proposal.candidates, key=lambda candidate: candidate.facts.vendor_id in off_topic)
    noted = tuple(
        candidate.model_copy(update={"claims": (*candidate.claims, off_topic[candidate.facts.vendor_id])})
        if candidate.facts.vendor_id in off_topic
        else candidate
        for candidate in ordered
    )
    return proposal.model_copy(update={"candidates": noted, "claims": (*proposal.claims, *off_topic.values())})


def _quoted(item: Relevance, proposal: ScoutProposal, texts: dict[Digest, str]) -> Claim | None:
    """Return the doubt as a claim when the quoted words really stand in the vendor's evidence."""
    candidate = next((candidate for candidate in proposal.candidates if candidate.facts.vendor_id == item.vendor_id), None)
    for ref in candidate.evidence if candidate else ():
        span = locate(texts.get(ref.digest, ""), item.quote)
        if span is not None:
            return Claim(text="may be another kind of product", evidence=(EvidenceRef(digest=ref.digest, origin=ref.origin, span=span),))
    return None


def _need(requisition: Requisition) -> str:
    return (
        f"{requisition.need}, {requisition.quantity:,} {requisition.unit}; must have: {', '.join(requisition.must_have) or 'nothing named'}"
    )


def _shown(proposal: ScoutProposal, texts: dict[Digest, str]) -> str:
    parts = []
    for candidate in proposal.candidates:
        evidence = "\n".join(texts[ref.digest] for ref in candidate.evidence if ref.digest in texts)
        parts.append(f"vendor_id: {candidate.facts.vendor_id}\n{evidence or candidate.facts.name}")
    return "\n\n".join(parts)
