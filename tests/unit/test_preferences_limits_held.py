"""The operator's limits where they are held: a least length, limits that leave nothing, and amounts in another currency."""

from __future__ import annotations

import pytest

from agents.negotiation.preferences.axes import Bounds
from agents.negotiation.preferences.bridge import Talk, frame_for
from agents.negotiator.brief import Move
from agents.negotiator.position import Position, faults, longest_term
from agents.negotiator.strategy import decide
from memory.domain.money import Money, Period, Price
from memory.domain.preference_defaults import defaults_for
from memory.domain.preferences import Preferences, Term, TermLimit, TermWorth, contradicted
from memory.domain.quote import Terms
from memory.domain.requisition import Requisition
from memory.domain.worth import adjusted, comparable_total, shown_level, worth_of


def eur(minor: int) -> Money:
    return Money(amount_minor=minor, currency="EUR")


def offer(price: int, months: int, currency: str = "EUR", **changes: object) -> Terms:
    known = {
        "unit_price": Price(amount_minor=price, currency=currency, period=Period.MONTH),
        "quantity": 1,
        "unit": "plan",
        "term_months": months,
        "billing": Period.MONTH,
        "setup_fee": Money(amount_minor=0, currency=currency),
        "tax_rate_bp": 0,
    }
    return Terms.model_validate({**known, **changes})


def position(latest: Terms, *said: TermWorth | TermLimit) -> Position:
    need = Requisition(
        requisition_id="r",
        need="email tool",
        category="saas",
        quantity=1,
        unit="plan",
        ceiling=Price(amount_minor=6000, currency="EUR", period=Period.MONTH),
    )
    return Position(requisition=need, theirs=(latest,), preferences=defaults_for("saas").merged(said))


TWO_YEARS_AT_LEAST = TermLimit(term=Term.TERM_MONTHS, at_least=24)


def test_an_offer_that_binds_for_less_than_the_operator_asked_for_is_never_in_order() -> None:
    short = offer(5000, 12)
    (fault,) = faults(position(short, TWO_YEARS_AT_LEAST), short)
    assert "12 months" in fault
    assert "at least 24 months" in fault
    assert not faults(position(short, TWO_YEARS_AT_LEAST), offer(5000, 24))


def test_a_least_length_means_nothing_for_what_is_bought_once() -> None:
    bought = offer(5000, 1, unit_price=Price(amount_minor=5000, currency="EUR", period=Period.ONCE), billing=Period.ONCE)
    assert not [fault for fault in faults(position(bought, TWO_YEARS_AT_LEAST), bought) if "month" in fault and "binds" in fault]


def test_who_asks_for_two_years_at_least_may_be_bound_for_two_years_and_no_longer() -> None:
    assert longest_term(Preferences(limits=(TWO_YEARS_AT_LEAST,))) == 24
    assert longest_term(Preferences(limits=(TWO_YEARS_AT_LEAST, TermLimit(term=Term.TERM_MONTHS, at_most=36)))) == 36
    assert longest_term(Preferences(limits=(TermLimit(term=Term.TERM_MONTHS, at_least=6),))) == 12


def test_a_talk_with_a_least_length_asks_for_that_length() -> None:
    decided = decide(position(offer(5000, 12), TWO_YEARS_AT_LEAST))
    assert decided.move is Move.COUNTER
    assert decided.terms is not None
    assert decided.terms.term_months == 24


def test_talks_that_end_on_a_limit_name_it() -> None:
    both = (TWO_YEARS_AT_LEAST, TermLimit(term=Term.TERM_MONTHS, at_most=12))
    decided = decide(position(offer(5000, 12), *both))
    assert decided.move is Move.WALK_AWAY
    assert "at least 24 months" in decided.rationale
    assert not decided.stands


@pytest.mark.parametrize(
    ("limits", "term"),
    [
        (((12, None), (None, 24)), Term.TERM_MONTHS),
        (((12, None), (None, 12)), None),
        (((12, None), (6, None)), None),
        (((None, 24),), None),
    ],
)
def test_limits_that_leave_nothing_are_known(limits: tuple[tuple[int | None, int | None], ...], term: Term | None) -> None:
    stated = Preferences(limits=tuple(TermLimit(term=Term.TERM_MONTHS, at_most=most, at_least=least) for most, least in limits))
    found = contradicted(stated)
    assert (found[0].term if found else None) is term


PREMIUM = {code: TermWorth(term=Term.SUPPORT, value="premium", a_year=Money(amount_minor=60_000, currency=code)) for code in ("EUR", "JPY")}


@pytest.mark.parametrize(("code", "gain"), [("EUR", 60_000), ("JPY", 0)])
def test_an_amount_in_another_currency_is_left_out(code: str, gain: int) -> None:
    preferences = Preferences(worths=(PREMIUM[code],))
    with_it = offer(10_000, 12, support_level="premium")
    assert comparable_total(with_it) - adjusted(with_it, preferences) == eur(gain)


@pytest.mark.parametrize("code", ["EUR", "JPY"])
def test_the_outcomes_of_a_negotiation_reckon_like_a_single_offer(code: str) -> None:
    preferences = Preferences(worths=(PREMIUM[code],), named=frozenset({Term.SUPPORT}))
    with_it = offer(10_000, 12, support_level="premium")
    bounds = Bounds(9000, 9000, 12_000, (12, Period.MONTH))
    frame = frame_for(with_it, Talk((), with_it, (with_it,)), preferences, bounds, lambda _terms: True)
    assert all(frame.cost_of(k) == adjusted(frame.terms_of(k), preferences) for k in range(len(frame.costs)))


def test_one_month_is_said_as_one() -> None:
    assert (shown_level(Term.TERM_MONTHS, 1), shown_level(Term.PAYMENT_DAYS, 30)) == ("1 month", "30 days")


@pytest.mark.parametrize(("said", "year", "two"), [(200, 200, 200), (-800, -800, -1672)])
def test_who_prefers_a_year_is_not_taken_to_prefer_two_and_what_costs_goes_on_costing(said: int, year: int, two: int) -> None:
    preferences = Preferences(worths=(TermWorth(term=Term.TERM_MONTHS, value=12, worth_bp=said),))
    found = [worth_of(preferences, Term.TERM_MONTHS, months)[0] for months in (12, 24)]
    assert found[0] == year
    assert abs(found[1] - two) <= 1
