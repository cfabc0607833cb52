"""Sourcing: who could sell it, who qualifies, and which quote is the best."""

from __future__ import annotations

from langgraph.runtime import Runtime

from agents.quote_analyst import Concluded, QuoteAnalystBrief
from agents.vendor_analyst import AnalystBrief
from agents.vendor_scout import CatalogueFind, ScoutBrief, SuggestedVendor
from graphs.briefs import preferences_in
from graphs.case_file import CaseFile
from graphs.context import Desk
from graphs.recollecting import recollections_about
from graphs.state import PurchaseState
from graphs.steps import Outcome, take_step, told_by
from memory.domain.catalogue import Exclusion
from memory.domain.events import Event
from memory.domain.events.cases import CaseEnded
from memory.domain.events.effects import reply_wait
from memory.domain.events.sourcing import AwardRecommended, VendorDiscovered, VendorQualified, VendorRejected
from memory.domain.evidence import Claim, EvidenceRef, Origin
from memory.domain.requisition import Requisition
from memory.domain.vendor import Candidate, Qualification, VendorFacts
from memory.domain.words import one_line
from memory.views.names import merged_names
from memory.views.vendors import vendor_list
from tools.lookups.catalogue_row import row_text

#: More parallel negotiations cost a vendor's goodwill and gain little (Magentic Marketplace: first-offer bias grows with choice).
_MAX_NEGOTIATIONS = 5
_MAX_EXCLUSIONS = 10


async def discover_vendors(state: PurchaseState, runtime: Runtime[Desk]) -> PurchaseState:
    """Gather candidates from memory, the catalogue and the operator's suggestions."""
    desk = runtime.context

    async def work(case: CaseFile) -> Outcome:
        requisition = case.requisition
        brief = ScoutBrief(
            case_id=case.case_id,
            tier=desk.tier_for(requisition),
            requisition=requisition,
            finds=_catalogue_finds(desk, requisition),
            known=tuple(p for p in vendor_list(desk.database) if p.facts.category == requisition.catalogue_category),
            suggested=_suggested(desk, requisition),
        )
        proposal = await desk.agents.scout.propose(brief)
        found = tuple(VendorDiscovered(candidate=c) for c in proposal.candidates)
        excluded = _excluded(desk, requisition, without={c.facts.vendor_id for c in proposal.candidates})
        told = told_by("vendor_scout", proposal)
        if found:
            return Outcome({"verdict": "found"}, (*told, *found, *excluded))
        ended = CaseEnded(outcome="no vendor found", reason=_nobody_found(requisition, excluded))
        return Outcome({"verdict": "nobody"}, (*told, *excluded, ended))

    return await take_step(desk, state, "discover_vendors", 0, work, actor="vendor_scout")


def _nobody_found(requisition: Requisition, excluded: tuple[Event, ...]) -> str:
    suggest = f"suggest one: qm vendors add, or qm ask 'try VENDOR for {requisition.need}'"
    names = {e.candidate.facts.vendor_id: e.candidate.facts.name for e in excluded if isinstance(e, VendorDiscovered)}
    out = [
        f"{names.get(e.vendor_id, e.vendor_id)} ({'; '.join(claim.text for claim in e.qualification.reasons)})"
        for e in excluded
        if isinstance(e, VendorRejected)
    ]
    if not out:
        return f"no vendor known for {requisition.need}; {suggest}"
    return f"nobody known for {requisition.need} fits: {', '.join(out)}; ask for less, or {suggest}"


def _catalogue_finds(desk: Desk, requisition: Requisition) -> tuple[CatalogueFind, ...]:
    catalogue = desk.catalogue()
    if requisition.catalogue_category is None:
        return ()
    finds = []
    for match in catalogue.find(requisition.catalogue_category, requisition.quantity, requisition.must_have):
        text = row_text(match.product)
        digest = desk.evidence.put_text(text, origin=Origin.CATALOGUE, source=match.product.source.url)
        finds.append(CatalogueFind(match=match, digest=digest, text=text))
    return tuple(finds)


def _excluded(desk: Desk, requisition: Requisition, *, without: set[str]) -> tuple[Event, ...]:
    """Return what the catalogue itself speaks against, each with the row that says so: silence would look like an oversight.

    A vendor with another plan that fits is a candidate (`without`), whatever its smaller plans lack.
    """
    if requisition.catalogue_category is None:
        return ()
    _, exclusions = desk.catalogue().survey(requisition.catalogue_category, requisition.quantity, requisition.must_have)
    told: dict[str, tuple[Event, ...]] = {}
    for exclusion in [e for e in exclusions if e.product.vendor_id not in without][:_MAX_EXCLUSIONS]:
        told.setdefault(exclusion.product.vendor_id, _seen_and_rejected(desk, exclusion))
    return tuple(fact for facts in told.values() for fact in facts)


def _seen_and_rejected(desk: Desk, exclusion: Exclusion) -> tuple[Event, ...]:
    product = exclusion.product
    digest = desk.evidence.put_text(row_text(product), origin=Origin.CATALOGUE, source=product.source.url)
    row = (EvidenceRef(digest=digest, origin=Origin.CATALOGUE),)
    facts = VendorFacts(
        vendor_id=product.vendor_id,
        name=product.vendor,
        website=product.website,
        category=product.category,
        data_region=product.data_region if product.region_source else None,
        features=product.features,
        plan=product.plan,
        fictional=product.fictional,
    )
    reasons = tuple(Claim(text=reason, evidence=row) for reason in exclusion.reasons)
    judged = Qualification(vendor_id=product.vendor_id, qualified=False, score=0, reasons=reasons)
    seen = VendorDiscovered(candidate=Candidate(facts=facts, found_in="catalogue", evidence=row))
    return seen, VendorRejected(vendor_id=product.vendor_id, qualification=judged)


def _suggested(desk: Desk, requisition: Requisition) -> tuple[SuggestedVendor, ...]:
    if requisition.vendor is None:
        return ()
    known = {p.facts.name.lower(): p.facts for p in vendor_list(desk.database)}
    by_id = {facts.vendor_id: facts for facts in known.values()}
    other_name = merged_names(desk.database).get(requisition.vendor.casefold(), "")
    facts = known.get(requisition.vendor.lower()) or by_id.get(other_name)
    return (SuggestedVendor(name=requisition.vendor, vendor_id=facts.vendor_id if facts else None),)


async def qualify_vendors(state: PurchaseState, runtime: Runtime[Desk]) -> PurchaseState:
    """Hold every candidate against the hard constraints, and name the evidence that is missing."""
    desk = runtime.context

    async def work(case: CaseFile) -> Outcome:
        candidates = tuple(c for vendor_id, c in case.candidates.items() if vendor_id not in case.qualifications)
        digests = {ref.digest for c in candidates for ref in (*c.evidence, *(e for claim in c.claims for e in claim.evidence))}
        brief = AnalystBrief(
            case_id=case.case_id,
            tier=desk.tier_for(case.requisition),
            requisition=case.requisition,
            candidates=candidates,
            texts={digest: desk.evidence.text(digest) for digest in sorted(digests)},
            recollections=recollections_about(desk.database, case.case_id, [c.facts.vendor_id for c in candidates]),
        )
        proposal = await desk.agents.analyst.propose(brief)
        judged = tuple(
            (VendorQualified if q.qualified else VendorRejected)(vendor_id=q.vendor_id, qualification=q) for q in proposal.qualifications
        )
        qualified = [q.vendor_id for q in proposal.qualifications if q.qualified]
        invited = [v for v in qualified if desk.registry.party_of("contact", v)][:_MAX_NEGOTIATIONS]
        told = told_by("vendor_analyst", proposal)
        if invited:
            return Outcome({"candidates": invited}, (*told, *judged))
        ended = _nobody_to_write_to(case, qualified)
        return Outcome({"candidates": []}, (*told, *judged, ended))

    return await take_step(desk, state, "qualify_vendors", 0, work, actor="vendor_analyst")


def _nobody_to_write_to(case: CaseFile, qualified: list[str]) -> CaseEnded:
    if not qualified:
        return CaseEnded(outcome="no vendor qualifies", reason="none of the vendors found meets every must-have; see their reasons")
    names = ", ".join(case.vendor_name(v) for v in qualified[:_MAX_NEGOTIATIONS])
    reason = f"{names} qualify, but you have registered no contact: qm vendors add --vendor {qualified[0]} --email ADDRESS, then ask again"
    return CaseEnded(outcome="no contact registered", reason=reason)


def _nobody_reached(case: CaseFile) -> CaseEnded | None:
    """Return the end of a case none of whose requests was delivered: that is no answer of the market, and can be mended."""
    files = [file for file in case.negotiations.values() if file.rfq is not None]
    lost = [case.undelivered(reply_wait(file.rfq.effect_key)) for file in files if file.rfq is not None]
    if not lost or not all(lost):
        return None
    names = ", ".join(case.vendor_name(file.vendor_id) for file in files)
    return CaseEnded(
        outcome="no vendor could be reached",
        reason=f"no request for quotation could be delivered to {names}: {one_line(lost[0], 200)}. "
        f"Look at qm doctor and the contacts (qm vendors show {files[0].vendor_id}), then ask again",
    )


async def compare_quotes(state: PurchaseState, runtime: Runtime[Desk]) -> PurchaseState:
    """Put the concluded negotiations side by side and recommend one, or none."""
    desk = runtime.context

    async def work(case: CaseFile) -> Outcome:
        concluded = tuple(
            Concluded(
                vendor_id=n.vendor_id,
                vendor_name=case.vendor_name(n.vendor_id),
                outcome=n.concluded.outcome,
                rounds=n.concluded.rounds,
                list_quote=n.concluded.list_quote,
                final_quote=n.concluded.final_quote,
                reason=n.concluded.reason,
            )
            for n in case.negotiations.values()
            if n.concluded is not None
        )
        brief = QuoteAnalystBrief(
            case_id=case.case_id,
            tier=desk.tier_for(case.requisition),
            requisition=case.requisition,
            concluded=concluded,
            qualifications=tuple(case.qualifications.values()),
            preferences=preferences_in(desk, case),
            walk_away=case.walk_away,
            recollections=recollections_about(desk.database, case.case_id, [c.vendor_id for c in concluded]),
        )
        proposal = await desk.agents.quote_analyst.propose(brief)
        award = AwardRecommended(
            vendor_id=proposal.vendor_id, rows=proposal.rows, claims=proposal.claims, recommendation=proposal.recommendation
        )
        told = told_by("quote_analyst", proposal)
        if proposal.vendor_id:
            return Outcome({"awarded": proposal.vendor_id}, (*told, award))
        ended = _nobody_reached(case) or CaseEnded(outcome="no acceptable quote", reason=proposal.recommendation)
        return Outcome({"awarded": ""}, (*told, award, ended))

    return await take_step(desk, state, "compare_quotes", 0, work, actor="quote_analyst")
