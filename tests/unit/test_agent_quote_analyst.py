"""The quote analyst: the comparison, the choice, the honest saving, or no recommendation at all."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.quote_analyst import Concluded, QuoteAnalyst, QuoteAnalystBrief, QuoteAnalystProposal
from memory.domain.base import sha256_hex
from memory.domain.evidence import Span
from memory.domain.money import Money, Period, Price
from memory.domain.preferences import Preferences, Term, TermLimit, TermWorth
from memory.domain.quote import NegotiationOutcome, Quote, Terms
from memory.domain.requisition import Requisition
from memory.domain.vendor import Qualification
from tools.llm.choice import NoModel
from tools.llm.port import Model
from tools.llm.scripted import ScriptedModel
from tools.llm.tiers import Tier


class FixedClock:
    def now(self) -> datetime:
        return datetime(2026, 11, 22, tzinfo=UTC)


NEED = Requisition(
    requisition_id="r",
    need="email marketing tool",
    category="saas",
    quantity=5000,
    unit="contacts",
    ceiling=Price(amount_minor=6000, currency="EUR", period=Period.MONTH),
)


def quote(vendor: str, price: int, **changes: object) -> Quote:
    currency = str(changes.pop("currency", "EUR"))
    terms: dict[str, object] = {
        "unit_price": Price(amount_minor=price, currency=currency, period=Period.MONTH),
        "quantity": 5000,
        "unit": "contacts",
        "term_months": 12,
        "billing": Period.YEAR,
        "setup_fee": Money(amount_minor=0, currency=currency),
        "tax_rate_bp": 1900,
    }
    ambiguous = changes.pop("ambiguous", ())
    made = Terms.model_validate({**terms, **changes})
    spans = {"unit_price": Span(start=0, end=3, text="abc")}
    return Quote.model_validate(
        {
            "quote_id": "q",
            "vendor_id": vendor,
            "round": 0,
            "terms": made,
            "message": sha256_hex(f"{vendor}{price}".encode()),
            "spans": spans,
            "ambiguous": ambiguous,
        }
    )


def ended(
    name: str, first: int, final: int | None, outcome: NegotiationOutcome = NegotiationOutcome.AGREED, **changes: object
) -> Concluded:
    vendor = name.lower()
    return Concluded(
        vendor_id=vendor,
        vendor_name=name,
        outcome=outcome,
        rounds=2,
        list_quote=quote(vendor, first),
        final_quote=quote(vendor, final, **changes) if final is not None else None,
    )


def scored(name: str, score: int, *, qualified: bool = True) -> Qualification:
    return Qualification(vendor_id=name.lower(), qualified=qualified, score=score)


def compared(
    *concluded: Concluded, scores: tuple[Qualification, ...] = (), model: Model | None = None, tier: Tier = Tier.RULES
) -> QuoteAnalystProposal:
    brief = QuoteAnalystBrief(case_id="c", tier=tier, requisition=NEED, concluded=concluded, qualifications=scores)
    return asyncio.run(QuoteAnalyst(model or NoModel()).propose(brief))


def test_the_cheapest_acceptable_offer_is_recommended_with_its_saving_against_the_first_quote():
    proposal = compared(ended("Brieflark", 5900, 4750), ended("Postino", 6400, 4990))
    assert proposal.vendor_id == "brieflark"
    assert proposal.recommendation == (
        "Buy from Brieflark: 678.30 EUR all-in over 12 months, within the ceiling of 720.00 EUR. That is 164.22 EUR (19 %) less than its first written quote. "
        "Next best: Postino at 712.57 EUR all-in."
    )
    assert [row.vendor_id for row in proposal.rows] == ["brieflark", "postino"]
    assert (str(proposal.rows[0].list_total), str(proposal.rows[0].agreed_total)) == ("842.52 EUR", "678.30 EUR")


def test_a_clearly_better_vendor_may_cost_a_little_more():
    scores = (scored("Brieflark", 50), scored("Postino", 90))
    assert compared(ended("Brieflark", 5900, 4750), ended("Postino", 6400, 4990), scores=scores).vendor_id == "postino"


def test_what_is_above_the_ceiling_is_never_recommended():
    proposal = compared(ended("Postino", 6400, 6080))
    assert proposal.vendor_id is None
    assert proposal.recommendation == "Nothing can be recommended. Postino: 868.22 EUR all-in is above the ceiling of 720.00 EUR."
    assert not proposal.rows[0].within_ceiling


@pytest.mark.parametrize(
    ("concluded", "scores", "why"),
    [
        (ended("Acme", 5900, 4750, setup_fee=Money(amount_minor=9000, currency="EUR")), (), "above the ceiling"),
        (ended("Acme", 5900, 4000, currency="USD"), (), "quoted in USD"),
        (ended("Acme", 5900, 4000, quantity=2500), (), "covers 2,500 contacts, 5,000 are needed"),
        (ended("Acme", 5900, 4000, ambiguous=("Net or gross?",)), (), "unclear: Net or gross?"),
        (ended("Acme", 5900, 4000), (scored("Acme", 90, qualified=False),), "does not meet the requirements"),
        (ended("Acme", 5900, 4000, NegotiationOutcome.WALKED_AWAY), (), "no offer to take: walked away"),
        (ended("Acme", 5900, None, NegotiationOutcome.NO_REPLY), (), "no offer to take: no reply"),
    ],
)
def test_an_unacceptable_offer_is_named_with_the_reason(concluded, scores, why):
    proposal = compared(concluded, scores=scores)
    assert proposal.vendor_id is None
    assert why in proposal.recommendation


def test_without_any_negotiation_nothing_is_recommended():
    assert compared().recommendation == "Nothing can be recommended: there is no offer."


def test_no_saving_is_claimed_where_there_is_none():
    proposal = compared(ended("Brieflark", 4750, 4750))
    assert "less than" not in proposal.recommendation
    assert len(proposal.claims) == 1


def test_every_claim_points_at_the_mails_it_rests_on():
    claims = compared(ended("Brieflark", 5900, 4750)).claims
    assert [len(claim.evidence) for claim in claims] == [1, 2]


@given(st.lists(st.tuples(st.integers(1000, 9000), st.integers(0, 100)), min_size=1, max_size=6), st.randoms())
@settings(max_examples=150, deadline=None)
def test_the_choice_is_within_the_ceiling_and_independent_of_the_order(offers, chance):
    concluded = [ended(f"Vendor{number}", 9000, price) for number, (price, _) in enumerate(offers)]
    scores = tuple(scored(f"Vendor{number}", score) for number, (_, score) in enumerate(offers))
    first = compared(*concluded, scores=scores)
    chance.shuffle(concluded)
    assert compared(*concluded, scores=scores) == first
    fitting = [one for one in concluded if one.final_quote and one.final_quote.terms.all_in_total() <= NEED.ceiling_for(12)]
    assert (first.vendor_id is None) is (not fitting)
    assert first.vendor_id is None or first.vendor_id in {one.vendor_id for one in fitting}


def worded(sentence: str) -> ScriptedModel:
    return ScriptedModel({"quote_analyst.wording": [{"recommendation": sentence}] * 2}, clock=FixedClock())


def test_a_model_may_word_the_recommendation_with_the_given_figures():
    said = "Brieflark is the best offer at 678.30 EUR all-in for 12 months, 164.22 EUR below its first quote."
    assert compared(ended("Brieflark", 5900, 4750), model=worded(said), tier=Tier.DEEP).recommendation == said


@pytest.mark.parametrize(
    "said",
    [
        "Brieflark costs just 600.00 EUR all-in for 12 months.",
        "Take the cheap one, it is very good for you.",
        "Brieflark saves about a fifth, 20 %, of its first quote.",
    ],
)
def test_a_wording_with_other_figures_or_without_the_vendor_is_replaced(said):
    proposal = compared(ended("Brieflark", 5900, 4750), model=worded(said), tier=Tier.DEEP)
    assert proposal.recommendation.startswith("Buy from Brieflark: 678.30 EUR")
    assert proposal.fallback.startswith("model_answer: the wording was refused")


def worth(term: Term, value: int | str, **worths: int) -> Preferences:
    return Preferences(worths=(TermWorth(term=term, value=value, **worths),), named=frozenset({term}))


def limited(term: Term, **bounds: object) -> Preferences:
    return Preferences(limits=(TermLimit.model_validate({"term": term, **bounds}),))


BOUND, FREE = ended("Bound", 5900, 4750), ended("Free", 5900, 4850, term_months=1, billing=Period.MONTH)


def awarded(*concluded: Concluded, preferences: Preferences | None = None, walk_away: Price | None = None) -> QuoteAnalystProposal:
    brief = QuoteAnalystBrief(
        case_id="c", tier=Tier.RULES, requisition=NEED, concluded=concluded, preferences=preferences or Preferences(), walk_away=walk_away
    )
    return asyncio.run(QuoteAnalyst(NoModel()).propose(brief))


def test_the_award_weighs_terms_as_the_operator_does_and_says_so():
    assert awarded(BOUND, FREE).vendor_id == "bound"
    proposal = awarded(BOUND, FREE, preferences=worth(Term.TERM_MONTHS, 12, worth_bp=-3000))
    assert proposal.vendor_id == "free"
    assert proposal.recommendation == (
        "Buy from Free: 57.72 EUR all-in over 1 month (692.58 EUR a year), within the ceiling of 60.00 EUR. "
        "That is 149.94 EUR (17 %) less than its first written quote. "
        "Next best: Bound at 678.30 EUR all-in, but with its terms reckoned in it counts as 881.79 EUR, and Free as 692.58 EUR."
    )
    assert proposal.rows[1].remarks == ("counts as 881.79 EUR a year with its terms reckoned in",)


def test_an_offer_that_wins_by_its_score_alone_is_said_to():
    scores = (scored("Brieflark", 50), scored("Postino", 90))
    said = compared(ended("Brieflark", 5900, 4750), ended("Postino", 6400, 4990), scores=scores).recommendation
    assert said.endswith("Next best: Brieflark at 678.30 EUR all-in, with a score of 50 against 90.")


@pytest.mark.parametrize(
    ("preferences", "why"),
    [
        (limited(Term.TERM_MONTHS, at_most=6), "binds for 12 months"),
        (limited(Term.BILLING, only=("month",)), "billing"),
        (limited(Term.SUPPORT, only=("premium",)), "support"),
        (limited(Term.PAYMENT_DAYS, at_least=60), "payment days"),
    ],
)
def test_what_breaks_a_hard_limit_of_the_operators_is_never_recommended(preferences, why):
    proposal = awarded(BOUND, preferences=preferences)
    assert proposal.vendor_id is None
    assert why in proposal.recommendation


def test_the_operators_walk_away_counts_whenever_it_was_set():
    own = Price(amount_minor=5650, currency="EUR", period=Period.MONTH)
    proposal = awarded(BOUND, walk_away=own)
    assert proposal.vendor_id is None
    assert "678.30 EUR all-in is above your walk-away of 678.00 EUR" in proposal.recommendation
    assert awarded(BOUND, walk_away=own.model_copy(update={"amount_minor": 5653})).vendor_id == "bound"


def test_running_terms_mean_nothing_for_what_is_bought_once():
    once = {"unit_price": Price(amount_minor=50_000, currency="EUR", period=Period.ONCE), "term_months": 1, "billing": Period.ONCE}
    need = NEED.model_copy(update={"ceiling": Price(amount_minor=90_000, currency="EUR", period=Period.ONCE)})
    brief = QuoteAnalystBrief(
        case_id="c",
        tier=Tier.RULES,
        requisition=need,
        concluded=(ended("Acme", 50_000, 50_000, **once),),
        preferences=limited(Term.NOTICE_DAYS, at_most=30).merged(worth(Term.TERM_MONTHS, 1, worth_bp=500).worths),
    )
    proposal = asyncio.run(QuoteAnalyst(NoModel()).propose(brief))
    assert proposal.vendor_id == "acme"
    assert not [remark for remark in proposal.rows[0].remarks if "reckoned in" in remark]
