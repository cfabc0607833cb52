"""What the timeline says about policy, vendors, offers and permits: in the operator's words, with the reason."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from graphs.policy.facts import Stage
from memory.domain.approval import Authorization
from memory.domain.events.authority import AuthorizationGranted
from memory.domain.events.cases import PolicyEvaluated
from memory.domain.events.negotiation import QuoteReceived
from memory.domain.events.sourcing import VendorQualified
from memory.domain.evidence import Claim
from memory.domain.money import Money, Period, Price
from memory.domain.policy import PolicyDecision, RuleOutcome, Verdict
from memory.domain.quote import Quote, Terms
from memory.domain.vendor import Qualification
from memory.domain.words import counted
from memory.narration import narrate, permit_in_words

NOW = datetime(2026, 11, 22, tzinfo=UTC)
NAMES = {"postino": "Postino"}


def decided(stage: str, *outcomes: tuple[Verdict, str]) -> PolicyEvaluated:
    told = tuple(RuleOutcome(rule=f"r{n}", kind="clause", verdict=v, says=says) for n, (v, says) in enumerate(outcomes))
    verdict = max((v for v, _ in outcomes), key=lambda v: v.strictness)
    return PolicyEvaluated(decision=PolicyDecision(stage=stage, verdict=verdict, outcomes=told, policy_version="v1", facts="f" * 64))


def permit(**changes: object) -> Authorization:
    known: dict[str, object] = {
        "authorization_id": "AU-1",
        "case_id": "CASE-1",
        "effect_key": "e" * 32,
        "effect_kind": "mail.send",
        "effect_digest": "d" * 64,
        "rule": "policy: mails, default, over_500",
        "approver": "policy",
        "policy_version": "v1",
        "granted_at": NOW,
        "expires_at": NOW + timedelta(days=7),
    }
    return Authorization.model_validate(known | changes)


def test_a_verdict_says_whose_yes_it_takes_for_what_and_which_sentences_ask() -> None:
    asks = decided(
        "commit", (Verdict.REQUIRE_APPROVAL, "I look at it."), (Verdict.REQUIRE_APPROVAL, "I look at it."), (Verdict.ALLOW, "Fine.")
    )
    assert narrate(asks) == "Your yes is needed for signing and paying: I look at it"
    denies = decided("award", (Verdict.DENY, "No business with these."), (Verdict.REQUIRE_APPROVAL, "I look at it."))
    assert narrate(denies) == "Policy forbids choosing the vendor: No business with these"
    assert narrate(decided("outreach", (Verdict.ALLOW, "Fine."))) == "Policy allows writing to vendors"


@pytest.mark.parametrize("stage", Stage)
def test_every_stage_of_policy_has_plain_words(stage: Stage) -> None:
    told = narrate(decided(stage.value, (Verdict.ALLOW, "")))
    assert told.removeprefix("Policy allows ") != stage.value
    assert told.split()[2].endswith("ing")


def test_a_score_comes_with_what_speaks_for_the_vendor_and_what_does_least() -> None:
    reasons = tuple(Claim(text=text) for text in ("EU data is stated", "SSO is stated", "list price is 98 % of the ceiling"))
    judged = Qualification(vendor_id="postino", qualified=True, score=72, reasons=reasons, missing_evidence=("AVV",))
    told = narrate(VendorQualified(vendor_id="postino", qualification=judged), NAMES)
    assert told == "Postino qualifies with 72/100: EU data is stated; list price is 98 % of the ceiling; still to be proved: AVV"
    bare = judged.model_copy(update={"reasons": reasons[:1], "missing_evidence": ()})
    assert narrate(VendorQualified(vendor_id="postino", qualification=bare), NAMES) == "Postino qualifies with 72/100: EU data is stated"


@pytest.mark.parametrize(("number", "words"), [(0, "(first offer)"), (2, "(round 2)")])
def test_the_first_offer_is_called_so_and_later_ones_have_a_round(number: int, words: str) -> None:
    price = Price(amount_minor=4800, currency="EUR", period=Period.MONTH)
    terms = Terms(
        unit_price=price,
        quantity=5000,
        unit="contacts",
        term_months=12,
        billing=Period.YEAR,
        setup_fee=Money(amount_minor=0, currency="EUR"),
        tax_rate_bp=1900,
    )
    quote = Quote(quote_id="q", vendor_id="postino", round=number, terms=terms, message="a" * 64)
    assert words in narrate(QuoteReceived(quote=quote), NAMES)


def test_a_permit_names_the_one_rule_that_is_about_it() -> None:
    assert permit_in_words(permit(), "Postino") == "Mail to Postino sent without asking, as your rule 'mails' allows"
    by_default = permit(effect_kind="calendar.put", rule="policy: default, mails")
    assert permit_in_words(by_default) == "Calendar entry made without asking, as your policy allows"
    by_hand = permit(effect_kind="contract.sign", rule=None, approver="Jo")
    assert narrate(AuthorizationGranted(authorization=by_hand)) == "Signature authorized by Jo"


def test_what_is_counted_once_stands_in_the_singular() -> None:
    assert [counted(n, "category", "categories") for n in (1, 2)] == ["1 category", "2 categories"]
    assert [counted(n, "event") for n in (0, 1, 1200)] == ["0 events", "1 event", "1,200 events"]
