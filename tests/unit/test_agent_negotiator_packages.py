"""Several offers in one letter: from the first one on, of about equal worth to us, and each better for the vendor in something."""

from __future__ import annotations

import pytest

from agents.negotiator import Move
from agents.negotiator.position import Position, faults
from agents.negotiator.steps import trades
from agents.negotiator.strategy import decide
from memory.domain.instruction import Urgency
from memory.domain.money import Money, Period, Price
from memory.domain.quote import Terms
from memory.domain.requisition import Requisition
from memory.domain.worth import adjusted


def terms(price: int = 5900, **changes: object) -> Terms:
    known: dict[str, object] = {
        "unit_price": Price(amount_minor=price, currency="EUR", period=Period.MONTH),
        "quantity": 5000,
        "unit": "contacts",
        "term_months": 12,
        "billing": Period.YEAR,
        "setup_fee": Money(amount_minor=0, currency="EUR"),
        "tax_rate_bp": 1900,
        "payment_days": 30,
    }
    return Terms.model_validate({**known, **changes})


def position(*theirs: Terms, ceiling: int = 6000, urgency: Urgency = Urgency.NORMAL, **changes: object) -> Position:
    need = Requisition(
        requisition_id="r",
        need="email marketing tool",
        category="saas",
        quantity=5000,
        unit="contacts",
        urgency=urgency,
        ceiling=Price(amount_minor=ceiling, currency="EUR", period=Period.MONTH),
    )
    return Position.model_validate({"requisition": need, "theirs": theirs, "may_package": True, **changes})


MONTHLY = {"term_months": 1, "billing": Period.MONTH}


@pytest.mark.parametrize("ceiling", [6000, 7500, 9000])
@pytest.mark.parametrize("theirs", [terms(), terms(**MONTHLY), terms(payment_days=14, notice_days=60), terms(payment_days=14, **MONTHLY)])
def test_the_first_counteroffer_holds_two_packages_that_trade_one_term_against_another(theirs, ceiling):
    where = position(theirs, ceiling=ceiling)
    decision = decide(where)
    assert decision.move is Move.COUNTER
    assert len(decision.packages) == 2
    first, second = decision.packages
    assert first == decision.terms
    assert trades(first, second)
    assert trades(second, first)
    costs = [adjusted(package, where.effective).amount_minor for package in decision.packages]
    assert max(costs) * 0.955 <= min(costs)
    assert [faults(where, package) for package in decision.packages] == [(), ()]


@pytest.mark.parametrize("changes", [{"may_package": False}, {"urgency": Urgency.HOT}, {"rounds_left": 1}])
def test_one_offer_stands_alone_where_packages_are_not_wanted(changes):
    assert decide(position(terms(), **changes)).packages == ()


def test_two_offers_of_which_one_is_better_for_the_vendor_in_everything_are_no_trade():
    assert not trades(terms(4500), terms(4600))
    assert not trades(terms(4500), terms(4600, payment_days=14))
    assert trades(terms(4500, payment_days=14), terms(4600))
