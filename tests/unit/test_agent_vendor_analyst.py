"""The analyst: proven, contradicted or not stated; never guessed."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from agents.vendor_analyst import AnalystBrief, AnalystProposal, VendorAnalyst
from agents.vendor_constraints import Standing, judge
from memory.domain.base import sha256_hex
from memory.domain.evidence import Claim, EvidenceRef, Origin, Span
from memory.domain.money import Period, Price
from memory.domain.requisition import Requisition
from memory.domain.vendor import Candidate, VendorFacts, VendorStatus
from tools.llm.choice import NoModel
from tools.llm.port import Model
from tools.llm.scripted import ScriptedModel
from tools.llm.tiers import Tier

ROW = "Vendor: Acme\nPrice: 59.00 EUR per month\nHas: SAML login\nHas: Stats API\nDoes not have: phone support\nDoes not have: audit log streaming\nWords: hosted with care, GDPR first"
DIGEST = sha256_hex(ROW.encode())
TEXTS = {DIGEST: ROW}


class FixedClock:
    def now(self) -> datetime:
        return datetime(2026, 11, 22, tzinfo=UTC)


def eur(amount_minor: int, period: Period = Period.MONTH) -> Price:
    return Price(amount_minor=amount_minor, currency="EUR", period=period)


def ref(words: str) -> EvidenceRef:
    start = ROW.index(words)
    return EvidenceRef(digest=DIGEST, origin=Origin.CATALOGUE, span=Span(start=start, end=start + len(words), text=words))


def candidate(name: str = "Acme", **changes: object) -> Candidate:
    known = {
        "vendor_id": name.lower(),
        "name": name,
        "data_region": "EU/Frankfurt",
        "features": ("SAML login", "Stats API"),
        "list_price": eur(5900),
        "contact_id": "contact-1",
    }
    facts = VendorFacts.model_validate({**known, **changes})
    claims = (
        Claim(text=f"list price {facts.list_price}", evidence=(ref("59.00 EUR per month"),)),
        Claim(text=f"data is kept in {facts.data_region}", evidence=(ref("hosted with care"),)),
    )
    return Candidate(facts=facts, claims=claims, found_in="catalogue", evidence=(EvidenceRef(digest=DIGEST, origin=Origin.CATALOGUE),))


def a_need(*must_have: str, **changes: object) -> Requisition:
    known = {
        "requisition_id": "r",
        "need": "a tool",
        "category": "saas",
        "quantity": 5000,
        "unit": "contacts",
        "ceiling": eur(6000),
        "must_have": must_have,
    }
    return Requisition.model_validate({**known, **changes})


def analysed(
    *candidates: Candidate, need: Requisition | None = None, model: Model | None = None, tier: Tier = Tier.RULES
) -> AnalystProposal:
    brief = AnalystBrief(case_id="c", tier=tier, requisition=need or a_need("EU data residency"), candidates=candidates, texts=TEXTS)
    return asyncio.run(VendorAnalyst(model or NoModel()).propose(brief))


@pytest.mark.parametrize(
    ("wish", "region", "standing"),
    [
        ("EU data residency", "EU/Frankfurt", Standing.PROVEN),
        ("EU hosting", "DE", Standing.PROVEN),
        ("data in the EU", "US", Standing.CONTRADICTED),
        ("hosted in Europe", "US/Virginia", Standing.CONTRADICTED),
        ("EU data residency", None, Standing.NOT_STATED),
        ("no US servers", "US", Standing.CONTRADICTED),
        ("no US servers", "EU", Standing.PROVEN),
        ("no us servers", "US", Standing.CONTRADICTED),
        ("servers in Germany", "DE", Standing.PROVEN),
        ("servers in Germany", "EU", Standing.NOT_STATED),
        ("German data centre", "FR", Standing.CONTRADICTED),
        ("GDPR compliant", "EU", Standing.PROVEN),
        ("GDPR compliant", "US", Standing.NOT_STATED),
        ("SSO", "EU", Standing.PROVEN),
        ("single sign-on", "EU", Standing.PROVEN),
        ("API access", "EU", Standing.PROVEN),
        ("phone support", "EU", Standing.CONTRADICTED),
        ("audit log", "EU", Standing.NOT_STATED),
        ("pay by invoice", "EU", Standing.NOT_STATED),
        ("two-factor login", "EU", Standing.NOT_STATED),
    ],
)
def test_a_must_have_is_proven_contradicted_or_not_stated(wish, region, standing):
    finding = judge(wish, candidate(data_region=region), TEXTS)
    assert finding.standing is standing
    assert bool(finding.evidence) is (standing is not Standing.NOT_STATED)


def test_proof_points_at_the_words():
    finding = judge("SSO", candidate(), TEXTS)
    assert finding.evidence[0].span is not None
    assert finding.evidence[0].span.text == "Has: SAML login"


def test_a_contradicted_must_have_rejects_with_the_claim():
    found = analysed(candidate(data_region="US")).qualifications[0]
    assert not found.qualified
    assert found.reasons[0].text == "EU data residency: data is kept in US"
    assert found.reasons[0].supported
    assert found.missing_evidence == ()


def test_what_is_not_stated_is_asked_for_and_does_not_reject():
    found = analysed(candidate(data_region=None), need=a_need("EU data residency", "pay by invoice", "SSO")).qualifications[0]
    assert found.qualified
    assert found.missing_evidence == ("EU data residency", "pay by invoice")


@pytest.mark.parametrize(("price", "qualified"), [(5900, True), (9000, True), (12_000, True), (12_001, False), (40_000, False)])
def test_a_list_price_above_the_ceiling_may_come_down_but_not_from_twice_as_much(price, qualified):
    assert analysed(candidate(list_price=eur(price))).qualifications[0].qualified is qualified


def test_prices_per_year_and_month_are_compared_over_the_same_time():
    reason = analysed(candidate(list_price=eur(72_000, Period.YEAR))).qualifications[0].reasons[-1]
    assert "is 100 % of the ceiling of 60.00 EUR per month" in reason.text


def test_an_unknown_or_foreign_price_is_asked_for():
    for price in (None, Price(amount_minor=5900, currency="USD", period=Period.MONTH)):
        found = analysed(candidate(list_price=price)).qualifications[0]
        assert found.missing_evidence == ("the net price for 5,000 contacts in EUR",)


def test_a_blocked_vendor_does_not_qualify():
    assert not analysed(candidate(status=VendorStatus.BLOCKED)).qualifications[0].qualified


def test_qualified_candidates_come_first_by_score_whatever_the_input_order():
    cheap, dear, far = (
        candidate("Cheap", list_price=eur(3000)),
        candidate("Dear", list_price=eur(9000)),
        candidate("Far", data_region="US", list_price=eur(1000)),
    )
    for order in ((cheap, dear, far), (far, dear, cheap), (dear, far, cheap)):
        assert [found.vendor_id for found in analysed(*order).qualifications] == ["cheap", "dear", "far"]


def test_the_best_conceivable_candidate_scores_100_and_every_score_is_within_bounds():
    best = candidate(list_price=eur(3000), status=VendorStatus.CONTRACTED)
    assert analysed(best, need=a_need("SSO", "API")).qualifications[0].score == 100
    assert 0 <= analysed(candidate(data_region="US", list_price=eur(99_000), contact_id=None)).qualifications[0].score < 20


def test_every_reason_has_evidence():
    proposal = analysed(candidate(), candidate("Other", data_region="US"), need=a_need("SSO", "EU hosting"))
    assert all(claim.supported for found in proposal.qualifications for claim in found.reasons)
    assert proposal.struck == ()


def test_a_model_may_point_at_a_passage_but_the_question_stays_open():
    def answering(quote: str) -> ScriptedModel:
        passages = {"passages": [{"vendor_id": "acme", "wish": "GDPR contract", "quote": quote}]}
        return ScriptedModel({"vendor_analyst.passages": [passages]}, clock=FixedClock())

    need = a_need("GDPR contract")
    acme = candidate(data_region=None)
    pointed = analysed(acme, need=need, model=answering("GDPR first"), tier=Tier.FAST).qualifications[0]
    assert pointed.reasons[-1].text == "GDPR contract: see the passage"
    assert pointed.missing_evidence == ("GDPR contract",)
    invented = analysed(acme, need=need, model=answering("certified by everyone"), tier=Tier.FAST).qualifications[0]
    assert all("passage" not in claim.text for claim in invented.reasons)
