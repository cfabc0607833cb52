"""The scout: candidates with evidence, each vendor once, in an order that no list position decides."""

from __future__ import annotations

import asyncio
import random
import re
from datetime import UTC, datetime

import pytest

from agents.vendor_scout import CatalogueFind, ScoutBrief, ScoutProposal, SuggestedVendor, VendorScout, vendor_id_of
from memory.domain.base import sha256_hex
from memory.domain.evidence import EvidenceRef, Origin
from memory.domain.money import Period, Price
from memory.domain.requisition import Requisition
from memory.domain.vendor import VendorFacts, VendorProfile, VendorStatus
from tools.llm.choice import NoModel
from tools.llm.port import Model
from tools.llm.scripted import ScriptedModel
from tools.llm.tiers import Tier
from tools.lookups.catalogue import Catalogue
from tools.lookups.catalogue_row import row_text

NOW = datetime(2026, 11, 22, tzinfo=UTC)
TOLD = EvidenceRef(digest=sha256_hex(b"instruction"), origin=Origin.OPERATOR)


class FixedClock:
    def now(self) -> datetime:
        return NOW


def a_need(**changes: object) -> Requisition:
    ceiling = Price(amount_minor=6000, currency="EUR", period=Period.MONTH)
    known = {
        "requisition_id": "req-7",
        "need": "email marketing tool",
        "category": "saas",
        "catalogue_category": "email_marketing",
        "quantity": 5000,
        "unit": "contacts",
        "ceiling": ceiling,
        "must_have": ("EU data residency",),
    }
    return Requisition.model_validate({**known, **changes})


def finds(must_have: tuple[str, ...] = (), catalogue: Catalogue | None = None) -> tuple[CatalogueFind, ...]:
    matches = (catalogue or Catalogue.demo()).find("email_marketing", 5000, must_have)
    texts = [row_text(match.product) for match in matches]
    return tuple(
        CatalogueFind(match=match, digest=sha256_hex(text.encode()), text=text) for match, text in zip(matches, texts, strict=True)
    )


def profile(name: str, **changes: object) -> VendorProfile:
    facts = VendorFacts.model_validate({"vendor_id": vendor_id_of(name), "name": name, "category": "email_marketing", **changes})
    return VendorProfile(facts=facts, version=1, as_of=NOW, changed_by="operator", event_id="ev-1", evidence=(TOLD,))


def scouted(model: Model | None = None, **known: object) -> ScoutProposal:
    brief = ScoutBrief.model_validate({"case_id": "case-1", "requisition": a_need(), **known})
    return asyncio.run(VendorScout(model or NoModel()).propose(brief))


def names(proposal: ScoutProposal) -> list[str]:
    return [candidate.facts.name for candidate in proposal.candidates]


def test_the_catalogues_vendors_become_candidates_with_evidence_for_price_and_region():
    proposal = scouted(finds=finds())
    assert sorted(names(proposal)) == ["Brieflark", "Papertern", "Postino"]
    for candidate in proposal.candidates:
        assert any("list price" in claim.text for claim in candidate.claims)
        assert any(claim.text.startswith("data is kept in") for claim in candidate.claims)
        assert candidate.evidence
    assert proposal.struck == ()


def test_every_claim_covers_the_words_it_points_at():
    found = finds()
    texts = {find.digest: find.text for find in found}
    for claim in scouted(finds=found).claims:
        for ref in claim.evidence:
            assert ref.span is not None
            assert texts[ref.digest][ref.span.start : ref.span.end] == ref.span.text


def test_a_claim_whose_row_was_tampered_with_is_struck():
    first, *rest = finds()
    forged = first.model_copy(update={"text": re.sub(r"[0-9]", "8", first.text)})
    proposal = scouted(finds=(forged, *rest))
    assert proposal.struck
    assert all(
        "list price" not in claim.text
        for candidate in proposal.candidates
        if candidate.facts.vendor_id == first.match.product.vendor_id
        for claim in candidate.claims
    )


def test_the_order_does_not_depend_on_the_order_of_what_came_in():
    known = [profile(f"Vendor {number}") for number in range(6)]
    found = list(finds())
    wanted = names(scouted(finds=tuple(found), known=tuple(known)))
    for seed in range(5):
        random.Random(seed).shuffle(known)
        random.Random(seed).shuffle(found)
        assert names(scouted(finds=tuple(found), known=tuple(known))) == wanted


def test_equals_are_not_ordered_by_name_in_every_case():
    known = tuple(profile(f"Vendor {number}") for number in range(8))
    orders = {tuple(names(scouted(known=known, requisition=a_need(requisition_id=f"req-{number}")))) for number in range(10)}
    assert len(orders) > 5


def test_each_vendor_appears_once_and_memory_adds_what_it_knows():
    remembered = profile(
        "Brieflark",
        contact_id="contact-9",
        status=VendorStatus.CONTRACTED,
        last_agreed=Price(amount_minor=4750, currency="EUR", period=Period.MONTH),
    )
    proposal = scouted(finds=finds(), known=(remembered,))
    found = [candidate for candidate in proposal.candidates if candidate.facts.vendor_id == "brieflark"]
    assert len(found) == 1
    assert (found[0].facts.contact_id, found[0].facts.status) == ("contact-9", VendorStatus.CONTRACTED)
    assert found[0].facts.list_price is not None
    assert "agreed before: 47.50 EUR per month" in [claim.text for claim in found[0].claims]


def test_a_blocked_vendor_is_left_out_and_named():
    proposal = scouted(finds=finds(), known=(profile("Postino", status=VendorStatus.BLOCKED),))
    assert "Postino" not in names(proposal)
    assert proposal.left_out == ("Postino: blocked",)


def test_vendors_of_another_trade_stay_out_unless_the_operator_names_them():
    other = profile("Chairmaker", category="office_chair")
    assert names(scouted(known=(other,))) == []
    assert names(scouted(known=(other,), suggested=(SuggestedVendor(name="chairmaker", evidence=(TOLD,)),))) == ["Chairmaker"]


def test_a_suggested_vendor_comes_first_and_an_unknown_one_makes_no_claims_of_its_own():
    suggested = (SuggestedVendor(name="Nobody Knows GmbH", website="https://nobody.example", evidence=(TOLD,)),)
    first = scouted(finds=finds(), suggested=suggested).candidates[0]
    assert (first.facts.vendor_id, first.facts.list_price, first.found_in) == ("nobody-knows-gmbh", None, "operator")
    assert [claim.text for claim in first.claims] == ["suggested by the operator"]


def test_a_suggestion_without_evidence_makes_no_claim():
    proposal = scouted(requisition=a_need(vendor="Somebody"))
    assert names(proposal) == ["Somebody"]
    assert proposal.candidates[0].claims == ()
    assert [claim.text for claim in proposal.struck] == ["suggested by the operator"]


def test_no_more_candidates_than_asked_for_and_the_rest_is_named():
    known = tuple(profile(f"Vendor {number}") for number in range(15))
    proposal = scouted(known=known)
    assert len(proposal.candidates) == 10
    assert len(proposal.left_out) == 5
    assert len(scouted(known=known, max_candidates=3).candidates) == 3


@pytest.mark.parametrize(("name", "slug"), [("Möbel & Söhne", "mobel-sohne"), ("ACME Inc.", "acme-inc")])
def test_ids_of_new_vendors_are_plain(name, slug):
    assert vendor_id_of(name) == slug


def test_a_name_without_latin_letters_still_gets_an_id():
    assert vendor_id_of("株式会社").startswith("vendor-")


def test_a_model_can_set_a_candidate_aside_only_with_words_that_stand_in_its_row():
    plain = names(scouted(finds=finds()))
    last_in_row = next(find for find in finds() if find.match.product.vendor == plain[0])
    quote = last_in_row.match.product.product
    vendor_id = last_in_row.match.product.vendor_id

    def answering(words: str) -> ScriptedModel:
        answer = {"candidates": [{"vendor_id": vendor_id, "fits": False, "quote": words}]}
        return ScriptedModel({"vendor_scout.relevance": [answer]}, clock=FixedClock())

    aside = scouted(answering(quote), finds=finds(), tier=Tier.FAST)
    assert names(aside) == [*plain[1:], plain[0]]
    assert any(claim.text == "may be another kind of product" for claim in aside.claims)
    assert names(scouted(answering("it is a bicycle"), finds=finds(), tier=Tier.FAST)) == plain
