"""From a purchase to its rehearsal: seats, things bought once, hot cases, offers made already; the product's own strategy plays."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from agents.negotiation import MoveKind
from agents.negotiation.preferences.words import read_preference
from agents.negotiation.rehearsal import EVERY_KIND, Planned, SimulatedVendor, StrategyName, VendorKind, hold_talk, players, rehearse
from agents.negotiation.rehearsal.purchase import imagined_quote, in_words, planned_purchase
from agents.negotiator.position import Position, faults
from memory.domain.instruction import Urgency
from memory.domain.money import Money, Period, Price
from memory.domain.preference_defaults import defaults_for
from memory.domain.quote import PricedPer, Terms
from memory.domain.reasoning import WalkAway
from memory.domain.requisition import Requisition


def eur(amount: int, period: Period = Period.MONTH) -> Price:
    return Price(amount_minor=amount, currency="EUR", period=period)


def need(**changes: Any) -> Requisition:
    fields = {"requisition_id": "R", "need": "a tool", "category": "saas", "quantity": 10, "unit": "seats", "ceiling": eur(30_000)}
    return Requisition.model_validate({**fields, **changes})


PURCHASES = {
    "a monthly ceiling": need(),
    "a yearly ceiling": need(ceiling=eur(360_000, Period.YEAR)),
    "a ceiling per seat": need(ceiling=eur(3000), ceiling_per="seat"),
    "bought once": need(category="hardware", quantity=4, unit="laptops", ceiling=eur(500_000, Period.ONCE)),
    "bought once, each": need(category="hardware", quantity=4, unit="laptops", ceiling=eur(125_000, Period.ONCE), ceiling_per="each"),
    "a day's rate": need(category="contractor", quantity=5, unit="days", ceiling=eur(60_000, Period.DAY)),
}


@pytest.mark.parametrize("name", PURCHASES)
@pytest.mark.parametrize("listed", [True, False])
def test_every_kind_of_purchase_can_be_rehearsed_before_its_first_quote(name: str, listed: bool) -> None:
    requisition = PURCHASES[name]
    price = eur(29_000, Period.MONTH if requisition.ceiling.period in {Period.MONTH, Period.YEAR} else Period.ONCE) if listed else None
    position = Position(requisition=requisition, list_price=price)
    planned = planned_purchase(position)
    assert not planned.our_turn
    assert planned.task.allowed.any()
    assert all(not faults(position, planned.terms_of(int(o))) for o in planned.task.allowed.nonzero()[0][::7] if planned.terms_of)
    report = rehearse(planned, runs=2, seed=1, strategies=(StrategyName.LINEAR,))
    together = report.strategies[0].together
    assert (together.breaches, together.misread) == (0, 0)
    if together.totals is not None:
        assert together.totals.p90 <= requisition.ceiling_for(12).amount_minor


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_the_products_own_strategy_keeps_every_limit_in_typed_terms_too(kind: VendorKind) -> None:
    planned = planned_purchase(Position(requisition=need(urgency=Urgency.HOT), list_price=eur(29_000)))
    new_player = players(StrategyName.ENGINE, planned)
    talk = hold_talk(planned, new_player(), SimulatedVendor(planned, kind, 3))
    assert (talk.breaches, talk.misread) == (0, 0)
    assert talk.rounds <= planned.task.rounds
    assert all(step.words for step in talk.steps if step.ours)


def test_the_products_own_strategy_makes_the_same_moves_again() -> None:
    planned = planned_purchase(Position(requisition=need(urgency=Urgency.HOT), list_price=eur(29_000)))
    new_player = players(StrategyName.ENGINE, planned)
    first, again = (hold_talk(planned, new_player(), SimulatedVendor(planned, VendorKind.TOUGH, 4)) for _ in range(2))
    assert first.steps == again.steps


def terms(price: int, **changes: Any) -> Terms:
    base = imagined_quote(Position(requisition=need(), list_price=eur(29_000)), 1900)
    return base.model_copy(update={"unit_price": eur(price), **changes})


def test_offers_made_already_are_where_the_rehearsal_starts() -> None:
    heard, asked = (terms(29_000), terms(27_500, payment_days=30)), (terms(21_000, billing=Period.YEAR),)
    planned = planned_purchase(Position(requisition=need(), list_price=eur(29_000), theirs=heard, ours=asked, answered=(1,), rounds_left=3))
    assert planned.our_turn
    assert planned.terms_of is not None
    assert [planned.terms_of(outcome) for outcome in planned.theirs] == list(heard)
    assert [planned.terms_of(outcome) for outcome in planned.ours] == list(asked)
    assert planned.task.rounds == 1 + 3 + 1


def test_while_the_vendor_owes_an_answer_it_is_the_next_to_speak() -> None:
    position = Position(
        requisition=need(), theirs=(terms(29_000),), ours=(terms(21_000, billing=Period.YEAR),), answered=(1,), rounds_left=3
    )
    planned = planned_purchase(position)
    assert not planned.our_turn
    talk = hold_talk(planned, players(StrategyName.LINEAR, planned)(), SimulatedVendor(planned, VendorKind.CONCEDING, 1))
    assert not talk.steps[0].ours


def test_a_price_the_operator_would_never_pay_is_in_no_deal() -> None:
    bounds = defaults_for("saas").merged([read_preference("I don't want to be bound longer than a month")])
    planned = planned_purchase(Position(requisition=need(), list_price=eur(29_000), preferences=bounds))
    assert planned.terms_of is not None
    allowed = [planned.terms_of(int(outcome)) for outcome in planned.task.allowed.nonzero()[0]]
    assert allowed
    assert {offer.term_months for offer in allowed} == {1}


def test_an_offer_that_no_planned_outcome_is_stands_for_one_within_every_limit_and_the_best_other_deal() -> None:
    cheap = WalkAway(amount=Money(amount_minor=60_000, currency="EUR"), source="another quote")
    position = Position(
        requisition=need(quantity=5000, unit="contacts", ceiling=eur(7500)), list_price=eur(5900), alternatives=(cheap,), seed=3
    )
    planned = planned_purchase(position)
    reports = rehearse(planned, (VendorKind.CONCEDING, VendorKind.LYING), runs=2, seed=77).of(StrategyName.ENGINE)
    assert reports.together.breaches == 0
    assert reports.together.share is not None
    assert reports.together.share.p10 >= 0


def played(planned: Planned, kind: VendorKind, seed: int) -> list[int]:
    talk = hold_talk(planned, players(StrategyName.LINEAR, planned)(), SimulatedVendor(planned, kind, seed))
    assert planned.terms_of is not None
    made = [step.outcome for step in talk.steps if not step.ours and step.kind is MoveKind.OFFER]
    return [planned.terms_of(outcome).unit_price.amount_minor for outcome in made if outcome is not None]


@pytest.mark.parametrize("kind", [kind for kind in EVERY_KIND if kind is not VendorKind.ERRATIC])
def test_a_vendor_names_no_higher_price_than_before_and_none_above_its_list(kind: VendorKind) -> None:
    planned = planned_purchase(Position(requisition=need(), list_price=eur(29_000)))
    for seed in range(10):
        prices = played(planned, kind, seed)
        assert prices[0] <= 29_000
        assert sum(after > before for before, after in pairwise(prices)) <= 1


def test_terms_are_told_in_one_line() -> None:
    offer = terms(
        2900,
        priced_per=PricedPer.UNIT,
        setup_fee=Money(amount_minor=5000, currency="EUR"),
        free_months=2,
        notice_days=30,
        price_increase_cap_bp=500,
        support_level="premium",
    )
    told = in_words(offer)
    for part in (
        "29.00 EUR per month per seat",
        "12 months",
        "set-up 50.00 EUR",
        "2 months free",
        "30 days' notice",
        "at most 5 %",
        "premium",
    ):
        assert part in told
