"""The anomalies of language models that haggle (A2A-NT's kinds), as a property of every proposal: none of them can happen.

The vendor is free to say anything in each round: other prices, terms, quantities, fees, taxes, currencies, "final" or not.
"""

from __future__ import annotations

import asyncio

from hypothesis import given, settings
from hypothesis import strategies as st

from agents.negotiator import Move, Negotiator, NegotiatorBrief, NegotiatorProposal, Offered, Side
from agents.negotiator.position import max_rounds
from agents.negotiator.pricing import list_price_on
from memory.domain.instruction import Urgency
from memory.domain.money import Money, Period, Price
from memory.domain.preference_defaults import defaults_for
from memory.domain.preferences import Preferences, Term, TermLimit, TermWorth
from memory.domain.quote import PricedPer, Quote, Terms
from memory.domain.reasoning import WalkAway
from memory.domain.requisition import Requisition
from memory.domain.vendor import VendorFacts
from memory.domain.worth import adjusted, breaches, comparable_total
from tools.llm.choice import NoModel

EUR = "EUR"


def eur(minor: int) -> Money:
    return Money(amount_minor=minor, currency=EUR)


said = st.builds(
    lambda price, currency, plan, fee, tax, quantity, days, cap, notice, free, per: Terms(
        unit_price=Price(amount_minor=price, currency=currency, period=Period.MONTH),
        priced_per=per,
        quantity=quantity,
        unit="seat",
        term_months=plan[0],
        billing=plan[1],
        setup_fee=Money(amount_minor=fee, currency=currency),
        tax_rate_bp=tax,
        payment_days=days,
        price_increase_cap_bp=cap,
        notice_days=notice,
        free_months=free,
    ),
    st.integers(1, 20_000),
    st.sampled_from([EUR] * 9 + ["USD"]),
    st.sampled_from([(1, Period.MONTH), (12, Period.MONTH), (12, Period.YEAR), (36, Period.YEAR)]),
    st.sampled_from([0, 0, 9900, 200_000]),
    st.sampled_from([0, 700, 1900, 2500]),
    st.sampled_from([10, 10, 10, 5, 12]),
    st.sampled_from([None, 0, 14, 60]),
    st.sampled_from([None, 300, 900]),
    st.sampled_from([None, 30, 180]),
    st.sampled_from([None, None, None, 3]),
    st.sampled_from([PricedPer.FLAT, PricedPer.FLAT, PricedPer.UNIT]),
)
wishes = st.sampled_from(
    [
        (),
        (TermLimit(term=Term.NOTICE_DAYS, at_most=60),),
        (TermLimit(term=Term.SETUP_FEE, at_most=0), TermWorth(term=Term.TERM_MONTHS, value=12, worth_bp=-2000)),
        (TermLimit(term=Term.BILLING, only=("month",)), TermLimit(term=Term.TERM_MONTHS, at_most=1)),
        (TermLimit(term=Term.PRICE_CAP, at_most=500), TermWorth(term=Term.SUPPORT, value="premium", a_year=eur(20_000))),
    ]
)


def brief_of(need: Requisition, history: list[Offered], known: dict[str, object]) -> NegotiatorBrief:
    latest = history[-1].terms
    quote = Quote(quote_id="q", vendor_id="v", round=len(history), message="a" * 64, terms=latest)
    ours = sum(offered.side is Side.OURS for offered in history)
    return NegotiatorBrief.model_validate(
        {
            "case_id": "c",
            "requisition": need,
            "operator": "Ada Example",
            "history": tuple(history),
            "quote": quote,
            "rounds_left": max_rounds(need.urgency) - ours,
            **known,
        }
    )


@given(
    st.lists(said, min_size=12, max_size=12),
    st.integers(2000, 20_000),
    st.none() | st.integers(1000, 15_000),
    st.none() | st.integers(20_000, 200_000),
    st.none() | st.integers(2000, 20_000),
    wishes,
    st.sampled_from([Urgency.NORMAL, Urgency.HOT]),
    st.booleans(),
)
@settings(max_examples=5, deadline=None)
def test_no_proposal_breaks_a_limit_whatever_the_vendor_says(mails, ceiling, listed, rival, own, said_of_terms, urgency, final):
    need = Requisition(
        requisition_id="r",
        need="a tool",
        category="saas",
        quantity=10,
        unit="seat",
        ceiling=Price(amount_minor=ceiling, currency=EUR, period=Period.MONTH),
        urgency=urgency,
    )
    preferences = defaults_for("saas").merged(said_of_terms)
    walk_away = Price(amount_minor=min(own, ceiling), currency=EUR, period=Period.MONTH) if own else None
    price = Price(amount_minor=listed, currency=EUR, period=Period.MONTH) if listed else None
    alternatives = (WalkAway(amount=eur(rival), source="the offer of another"),) if rival else ()
    known: dict[str, object] = {
        "vendor": VendorFacts(vendor_id="v", name="Vendor", list_price=price),
        "preferences": preferences,
        "walk_away": walk_away,
        "alternatives": alternatives,
        "vendor_final": final,
        "may_package": True,
    }
    history: list[Offered] = []
    asked = 0
    for mail in mails:
        history.append(Offered(round=len(history), side=Side.VENDOR, terms=mail))
        proposal = asyncio.run(Negotiator(NoModel()).propose(brief_of(need, history, {**known, "questions_asked": asked})))
        asked += proposal.move is Move.CLARIFY
        _judge(proposal, need, mail, preferences, walk_away, price, alternatives)
        if proposal.move in {Move.ACCEPT, Move.WALK_AWAY}:
            return
        if proposal.terms is not None:
            history.append(Offered(round=len(history), side=Side.OURS, terms=proposal.terms))
    raise AssertionError("deadlock: the talk did not end")


def _judge(
    proposal: NegotiatorProposal,
    need: Requisition,
    mail: Terms,
    preferences: Preferences,
    walk_away: Price | None,
    listed: Price | None,
    alternatives: tuple[WalkAway, ...],
) -> None:
    bound = (*((proposal.terms,) if proposal.terms else ()), *proposal.packages)
    for terms in bound:
        assert _sound(terms, need, preferences, walk_away, listed), terms
        # Overpaying: nothing is offered or taken that is worse than another offer we have.
        assert all(adjusted(terms, preferences) <= other.amount for other in alternatives)
    if proposal.move is Move.ACCEPT:
        assert proposal.terms == mail  # fee exclusion and substitution: exactly what the vendor said, fee, quantity and tax included
    if proposal.move is Move.COUNTER:
        assert all(terms.unit_price.amount_minor <= _asked(mail, terms) for terms in bound)
    sound = _sound(mail, need, preferences, walk_away, listed)
    better = sound and all(adjusted(mail, preferences) < other.amount for other in alternatives)
    if proposal.move is Move.WALK_AWAY and sound:
        assert not better or not mail.all_in_total().amount_minor  # irrational refusal
        assert proposal.stands


def _sound(terms: Terms, need: Requisition, preferences: Preferences, walk_away: Price | None, listed: Price | None) -> bool:
    if terms.currency != EUR or terms.quantity < need.quantity:
        return False
    within = terms.all_in_total() <= need.ceiling_for(terms.term_months)  # with tax and fees: out of budget, before tax
    own = walk_away is None or comparable_total(terms) <= eur(walk_away.amount_minor * 12)
    limits = [limit.at_most for limit in preferences.limits_on(Term.TERM_MONTHS)] or [12]
    top = list_price_on(listed, terms)
    bound = terms.term_months <= min(months for months in limits if months is not None)
    return within and own and bound and (top is None or terms.unit_price.money <= top) and not breaches(terms, preferences)


def _asked(mail: Terms, terms: Terms) -> int:
    """Return the vendor's own price where it is on the same basis, else the most there is."""
    known = ("priced_per", "quantity", "term_months", "billing", "setup_fee", "free_months")
    same = all(getattr(mail, name) == getattr(terms, name) for name in known)
    return mail.unit_price.amount_minor if same else 10**9
