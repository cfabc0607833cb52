"""Vendor suggestion: a candidate in the profiles, to be qualified like any other. Never a contact, never a payee."""

from __future__ import annotations

import re
import unicodedata

from agents.requisition_intake import catalogue_category
from graphs.interaction.answer import Draft, asking
from graphs.interaction.desk import FrontDesk, Instruction
from graphs.interaction.finding import near_vendors
from graphs.interaction.foresight import denial_of
from graphs.interaction.precedence import EXPLICIT
from memory.domain.base import sha256_hex
from memory.domain.events.sourcing import VendorUpdated
from memory.domain.evidence import EvidenceRef, Origin
from memory.domain.instruction import VendorSuggested
from memory.domain.vendor import VendorFacts, VendorProfile, VendorStatus
from memory.domain.words import one_line
from memory.views.registry import RegistryView
from memory.views.vendors import current_profile, vendor_list


def respond(instruction: Instruction, desk: FrontDesk) -> Draft:
    """Draft a candidate, or the completion of a profile that exists."""
    suggested = instruction.understood.details
    if not isinstance(suggested, VendorSuggested) or not (suggested.name or suggested.website):
        return asking("Which vendor do you mean? A name or a web address will do.")
    name = one_line(suggested.name or _site(suggested.website or ""), 120)
    known = _known(desk, name)
    denied = denial_of(desk.policy(), name, *((known.facts.vendor_id, known.facts.name) if known else ()))
    if denied is not None:
        told = f"Policy stands above a suggestion: {denied.says} (rule {denied.id}). {name} was not noted."
        return Draft((told,), precedence=f"policy: {denied.id}")
    facts = _facts(instruction, suggested, name, known)
    return _draft(instruction, desk, suggested, facts, known)


def _draft(instruction: Instruction, desk: FrontDesk, suggested: VendorSuggested, facts: VendorFacts, known: VendorProfile | None) -> Draft:
    name = one_line(facts.name, 60)
    references = (known.event_id,) if known else ()
    contact = _contact_note(desk, suggested, facts)
    if known is not None and known.facts == facts:
        told = f"{name} is known already ({facts.status.value}, version {known.version} of its profile); nothing to change."
        return Draft((told, contact), references=references, precedence=f"{EXPLICIT}: nothing new")
    noted = instruction.tense("noted", "would be noted")
    told = (
        f"{name} {noted} as a candidate{f' for {_shelf(facts)}' if facts.category else ''}: it is qualified like any other before we buy there."
        if known is None
        else f"What you said about {name} {noted} in its profile; its standing ({facts.status.value}) stays."
    )
    near = [n for n in near_vendors(desk.database, facts.name) if n.casefold() != facts.name.casefold()] if known is None else []
    alike = f"There is also {' and '.join(near)}; say so if you meant that." if near else ""
    evidence = EvidenceRef(digest=instruction.digest, origin=Origin.OPERATOR)
    event = VendorUpdated(facts=facts, by=desk.by, evidence=(evidence,))
    return Draft((told, alike, contact), references=references, precedence=f"{EXPLICIT}: {name}", events=(event,))


def _facts(instruction: Instruction, suggested: VendorSuggested, name: str, known: VendorProfile | None) -> VendorFacts:
    website = one_line(suggested.website, 300) if suggested.website else None
    category = (catalogue_category(suggested.purpose) if suggested.purpose else None) or catalogue_category(instruction.text)
    if known is None:
        return VendorFacts(vendor_id=vendor_id_of(name), name=name, website=website, category=category, status=VendorStatus.CANDIDATE)
    # What is known already stands: a suggestion fills gaps and never overwrites what was looked at.
    fresh = {"website": known.facts.website or website, "category": known.facts.category or category}
    return known.facts.model_copy(update=fresh)


def _known(desk: FrontDesk, name: str) -> VendorProfile | None:
    same = (p for p in vendor_list(desk.database) if p.facts.name.casefold() == name.casefold())
    return next(same, None) or current_profile(desk.database, vendor_id_of(name))


def vendor_id_of(name: str) -> str:
    """Return the id for a vendor's name: lower case, letters and digits, single hyphens; a digest where no letter is left."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().casefold()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:80].strip("-")
    return slug or f"vendor-{sha256_hex(name.encode())[:8]}"


def _site(website: str) -> str:
    return re.sub(r"^https?://", "", website).removeprefix("www.").split("/")[0]


def _shelf(facts: VendorFacts) -> str:
    return (facts.category or "").replace("_", " ")


def _contact_note(desk: FrontDesk, suggested: VendorSuggested, facts: VendorFacts) -> str:
    if RegistryView(desk.database).party_of("contact", facts.vendor_id) is not None:
        return ""
    seen = f" ({one_line(suggested.email, 100)} was read in your words and not added)" if suggested.email else ""
    return f"To let me write to {one_line(facts.name, 60)}, add a contact yourself: qm vendors add --help{seen}."
