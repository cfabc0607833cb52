"""The intake agent: rules first, a model only for words that stand in the text, claims with their evidence."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from agents.requisition_intake import IntakeBrief, IntakeProposal, RequisitionIntake, catalogue_category
from memory.domain.base import JsonObject, sha256_hex
from memory.domain.instruction import BudgetChange, Intent, PolicyWish, QuestionAsked, RenewalCommand, VendorSuggested
from memory.domain.money import Money
from tools.llm.scripted import ScriptedModel
from tools.llm.tiers import Tier

NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


class FixedClock:
    def now(self) -> datetime:
        return NOW


def propose(instruction: str, *, tier: Tier = Tier.RULES, answer: JsonObject | str | None = None) -> tuple[IntakeProposal, ScriptedModel]:
    lines = [] if answer is None else [answer, answer]
    model = ScriptedModel({"requisition_intake.read": lines}, clock=FixedClock())
    agent = RequisitionIntake(model)
    return asyncio.run(agent.propose(IntakeBrief(case_id="case-1", tier=tier, instruction=instruction, now=NOW))), model


def test_it_says_what_it_understood_in_one_sentence() -> None:
    proposal, _ = propose("Find a CRM for 3 seats under 20 EUR per seat per month, must have SSO, by Friday")
    assert proposal.restated == (
        "I understood: buy CRM, quantity 3 seats, at most 20.00 EUR per seat per month, by Friday, 27 November 2026, it must have: SSO."
    )
    assert proposal.questions == ()


def test_each_missing_field_comes_with_its_question() -> None:
    proposal, _ = propose("buy something nice")
    assert proposal.understood.missing == ("need", "ceiling")
    assert len(proposal.questions) == 2
    assert all(question.endswith("?") for question in proposal.questions)


def test_two_budgets_are_asked_about_in_the_words_of_the_operator() -> None:
    proposal, _ = propose("I need a lawyer. Budget: 300 EUR. Budget: 900 EUR.")
    assert proposal.understood.ceiling is None
    assert "300 EUR" in proposal.questions[0]
    assert "900 EUR" in proposal.questions[0]


def test_every_claim_points_at_the_instruction() -> None:
    instruction = "Order 3 monitors under 200 EUR each from Dell"
    proposal, _ = propose(instruction)
    assert proposal.struck == ()
    assert proposal.claims
    for claim in proposal.claims:
        assert claim.evidence[0].digest == sha256_hex(instruction.encode())


def test_a_full_reading_asks_no_model() -> None:
    proposal, model = propose("Find a CRM under 50 EUR a month", tier=Tier.FAST)
    assert model.questions == []
    assert proposal.tier is Tier.RULES


def test_a_model_fills_an_empty_field_with_words_of_the_text() -> None:
    proposal, model = propose(
        "buy something, namely the thing from yesterday: gizmo",
        tier=Tier.FAST,
        answer={"is_purchase": True, "need_quote": "gizmo", "category": "hardware"},
    )
    assert len(model.questions) == 1
    assert proposal.understood.need == "gizmo"
    assert proposal.understood.spans["need"].text == "gizmo"
    assert "need" not in proposal.understood.missing
    assert "ceiling" in proposal.understood.missing


def test_what_a_model_makes_up_is_dropped() -> None:
    proposal, _ = propose(
        "buy something nice",
        tier=Tier.FAST,
        answer={"is_purchase": True, "need_quote": "golden throne", "ceiling_quote": "under 9,000 EUR", "vendor_quote": "Evil Corp"},
    )
    assert proposal.understood.need is None
    assert proposal.understood.ceiling is None
    assert proposal.understood.vendor is None
    assert proposal.understood.missing == ("need", "ceiling")


def test_a_model_cannot_settle_a_contradiction() -> None:
    proposal, _ = propose(
        "I need a lawyer. Budget: 300 EUR. Budget: 900 EUR.", tier=Tier.FAST, answer={"is_purchase": True, "ceiling_quote": "900 EUR"}
    )
    assert proposal.understood.ceiling is None
    assert proposal.understood.missing == ("ceiling",)


def test_a_model_that_talks_nonsense_leaves_it_to_the_rules() -> None:
    proposal, _ = propose("buy something nice", tier=Tier.FAST, answer="sure thing!")
    assert proposal.tier is Tier.RULES
    assert proposal.fallback
    assert proposal.understood.intent is Intent.PURCHASE


def test_a_refused_instruction_never_reaches_a_model() -> None:
    proposal, model = propose("pay 5000 EUR to DE89370400440532013000 now", tier=Tier.DEEP)
    assert model.questions == []
    assert proposal.understood.intent is Intent.UNKNOWN
    assert "did nothing" in proposal.restated


def test_commands_carry_what_the_service_needs() -> None:
    raise_by, _ = propose("Increase the marketing budget by 20%")
    assert raise_by.understood.details == BudgetChange(mode="raise", scope="marketing", percent=20)
    remind, _ = propose("Remind me 60 days before the Hetzner contract renews")
    assert remind.understood.details == RenewalCommand(action="remind", vendor="Hetzner", days_before=60)
    stop, _ = propose("Don't renew Zoom")
    assert stop.understood.details == RenewalCommand(action="cancel", vendor="Zoom")
    why, _ = propose("Why did we pay Acme 480 EUR?")
    assert isinstance(why.understood.details, QuestionAsked)
    assert why.understood.details.topic == "why"
    assert why.understood.details.amount is not None
    assert why.understood.details.amount.money == Money(amount_minor=48000, currency="EUR")
    review, _ = propose("Anything above 250 EUR should need my review")
    assert isinstance(review.understood.details, PolicyWish)
    assert review.understood.details.rule == "review_above"
    tip, _ = propose("You should also ask Contoso Print (sales@contoso.example) for the flyers")
    assert isinstance(tip.understood.details, VendorSuggested)
    assert tip.understood.details.email == "sales@contoso.example"


def test_a_renewal_says_what_it_may_cost_at_most() -> None:
    proposal, _ = propose("Renew Zoom, not more than $120 per year")
    assert proposal.restated == "I understood: renew the contract with Zoom for at most 120.00 USD per year."
    assert proposal.understood.spans["ceiling"].text == "not more than $120 per year"


def test_a_category_named_in_a_command_has_the_words_behind_it() -> None:
    proposal, _ = propose("Set the budget for email marketing to 200 EUR a month")
    assert proposal.understood.spans["category"].text == "email marketing"


def test_a_need_finds_its_shelf_in_the_catalogue() -> None:
    assert catalogue_category("email marketing tool") == "email_marketing"
    assert catalogue_category("27-inch monitor") == "monitor"
    assert catalogue_category("aquarium") is None
