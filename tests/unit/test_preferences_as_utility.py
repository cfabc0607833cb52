"""Preferences as a utility: money is the measure, limits are no weights, and typed terms survive the way to an outcome and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.negotiation.preferences.axes import Bounds, axes_for
from agents.negotiation.preferences.bridge import Talk, frame_for, place, task_for
from agents.negotiation.preferences.frame import MOST_OUTCOMES
from memory.domain.money import Money, Period, Price
from memory.domain.preference_defaults import DEFAULTS, defaults_for
from memory.domain.preferences import Preferences, Term, TermLimit, TermWorth
from memory.domain.quote import Terms
from memory.domain.reasoning import WalkAway
from memory.domain.worth import adjusted, breaches, comparable_total, worth_of

MakeTerms = Callable[..., Terms]


def eur(minor: int) -> Money:
    return Money(amount_minor=minor, currency="EUR")


def flat(price: int = 5000, **changes: Any) -> Terms:
    known: dict[str, Any] = {
        "unit_price": Price(amount_minor=price, currency="EUR", period=Period.MONTH),
        "quantity": 10,
        "unit": "seat",
        "term_months": 12,
        "billing": Period.YEAR,
        "setup_fee": eur(0),
        "tax_rate_bp": 1900,
    }
    return Terms.model_validate({**known, **changes})


def stated(*said: TermWorth | TermLimit) -> Preferences:
    return Preferences().merged(said)


YEAR_COSTS_8 = TermWorth(term=Term.TERM_MONTHS, value=12, worth_bp=-800)


def test_a_year_that_costs_eight_percent_must_be_eight_percent_cheaper() -> None:
    preferences = stated(YEAR_COSTS_8)
    monthly = flat(1000, term_months=1, billing=Period.MONTH, tax_rate_bp=0)
    assert adjusted(monthly, preferences) == eur(12_000)
    assert adjusted(flat(1000, tax_rate_bp=0), preferences) == eur(12_960)
    assert adjusted(flat(925, tax_rate_bp=0), preferences) < adjusted(monthly, preferences)
    assert adjusted(flat(927, tax_rate_bp=0), preferences) > adjusted(monthly, preferences)


def test_between_named_values_worth_is_linear_and_beyond_them_burdens_grow_and_benefits_do_not() -> None:
    preferences = stated(YEAR_COSTS_8, TermWorth(term=Term.PAYMENT_DAYS, value=30, worth_bp=100))
    assert worth_of(preferences, Term.TERM_MONTHS, 1) == (0, 0)
    assert -800 < worth_of(preferences, Term.TERM_MONTHS, 6)[0] < 0
    assert worth_of(preferences, Term.TERM_MONTHS, 24)[0] < -1600
    assert worth_of(preferences, Term.PAYMENT_DAYS, 15) == (50, 0)
    assert worth_of(preferences, Term.PAYMENT_DAYS, 90) == (100, 0)
    assert worth_of(preferences, Term.PAYMENT_DAYS, None) == (0, 0)


def test_an_amount_is_worth_as_much_whatever_the_price() -> None:
    preferences = stated(TermWorth(term=Term.SUPPORT, value="premium", a_year=eur(48_000)))
    for price in (5000, 50_000):
        with_it, without = flat(price, support_level="Premium, 24/7"), flat(price)
        assert adjusted(without, preferences) - adjusted(with_it, preferences) == eur(48_000)


def test_what_the_operator_says_of_a_term_takes_the_place_of_every_default_on_it() -> None:
    merged = defaults_for("saas").merged([YEAR_COSTS_8])
    assert [w for w in merged.worths if w.term is Term.TERM_MONTHS] == [YEAR_COSTS_8]
    assert any(w.term is Term.PAYMENT_DAYS for w in merged.worths)
    assert merged.named == {Term.TERM_MONTHS}


def test_every_default_has_its_reason_and_a_narrower_category_goes_first() -> None:
    assert all(len(line.because) > 20 for line in DEFAULTS)
    saas = {w.worth_bp for w in defaults_for("crm", "saas").worths if w.term is Term.TERM_MONTHS}
    other = {w.worth_bp for w in defaults_for("services").worths if w.term is Term.TERM_MONTHS}
    assert (saas, other) == ({-500}, {-300})


def test_limits_are_told_apart_from_worths() -> None:
    preferences = stated(TermLimit(term=Term.NOTICE_DAYS, at_most=30), TermLimit(term=Term.BILLING, only=("month",)))
    assert len(breaches(flat(), preferences)) == 2
    assert not breaches(flat(billing=Period.MONTH, notice_days=30), preferences)
    assert "90" in breaches(flat(billing=Period.MONTH, notice_days=90), preferences)[0]


any_terms = st.builds(
    lambda price, plan, fee, payment, cap, notice: flat(
        price, term_months=plan[0], billing=plan[1], setup_fee=eur(fee), payment_days=payment, price_increase_cap_bp=cap, notice_days=notice
    ),
    st.integers(100, 20_000),
    st.sampled_from([(1, Period.MONTH), (12, Period.MONTH), (12, Period.YEAR), (24, Period.YEAR)]),
    st.sampled_from([0, 4900, 29_900]),
    st.sampled_from([None, 7, 14, 45]),
    st.sampled_from([None, 0, 300, 700]),
    st.sampled_from([None, 30, 90]),
)


@given(st.lists(any_terms, min_size=1, max_size=7), st.integers(3000, 9000))
@settings(max_examples=25, deadline=None)
def test_terms_become_an_outcome_and_back_exactly_and_its_cost_is_that_of_the_terms(offers: list[Terms], most: int) -> None:
    preferences = defaults_for("saas")
    base = flat(payment_days=30)
    latest = offers[-1]
    talk = Talk(
        tuple(zip(offers[:-1:2], offers[1:-1:2], strict=False)), latest, tuple(offers[::2]) if len(offers) % 2 else (*offers[::2], latest)
    )
    bounds = Bounds(most // 2, most * 3 // 4, most, (12, Period.YEAR))
    frame = frame_for(base, talk, preferences, bounds, lambda t: comparable_total(t) <= eur(most * 12))
    assert frame.space.size <= MOST_OUTCOMES
    there = place(frame, latest)
    assert frame.terms_of(there) == latest
    for outcome in range(0, frame.space.size, max(frame.space.size // 40, 1)):
        terms = frame.terms_of(outcome)
        assert frame.outcome_of(terms) == outcome
        assert frame.cost_of(outcome) == adjusted(terms, preferences)
        if frame.permitted[outcome]:
            assert comparable_total(terms) <= eur(most * 12)
    assert frame.utility.min() >= 0
    assert frame.utility.max() <= 1


def test_a_hard_limit_of_the_operator_is_a_mask_whatever_it_would_be_worth() -> None:
    preferences = defaults_for("saas").merged([TermLimit(term=Term.NOTICE_DAYS, at_most=30)])
    latest = flat(4000, notice_days=90)
    bounds = Bounds(3000, 3500, 4000, (12, Period.YEAR))
    frame = frame_for(flat(), Talk((), latest, (latest,)), preferences, bounds, lambda _t: True)
    permitted = {frame.terms_of(int(i)).notice_days for i in frame.permitted.nonzero()[0]}
    assert permitted == {30}
    assert not frame.permitted[place(frame, latest)]


def test_a_term_that_nobody_speaks_of_is_not_negotiated_and_one_the_operator_names_is() -> None:
    latest = flat(4000)
    bounds = Bounds(3000, 3500, 4000, (12, Period.YEAR))
    plain = axes_for(flat(), (latest,), (), defaults_for("saas"), bounds, lambda _t: True)
    assert (plain.notice, plain.cap, plain.payment, plain.support) == ((None,), (None,), (None,), (None,))
    named = defaults_for("saas").merged([TermWorth(term=Term.SUPPORT, value="premium", worth_bp=300)])
    assert axes_for(flat(), (latest,), (), named, bounds, lambda _t: True).support == (None, "premium")


def test_a_secret_amount_is_no_step_of_the_price_but_the_vendors_own_price_is() -> None:
    latest = flat(4000)
    bounds = Bounds(3000, 3500, 4000, (12, Period.YEAR), frozenset({3000, 3500, 4000}))
    axes = axes_for(flat(), (latest,), (), defaults_for("saas"), bounds, lambda _t: True)
    assert 4000 in axes.prices
    assert not {3000, 3500} & set(axes.prices)


def test_a_discount_for_a_year_is_not_asked_for_without_the_year() -> None:
    latest = flat(4000, billing=Period.MONTH)
    bounds = Bounds(3000, 3600, 4000, (12, Period.YEAR))
    frame = frame_for(flat(), Talk((), latest, (latest,)), defaults_for("saas"), bounds, lambda _t: True)
    monthly = [frame.terms_of(i).unit_price.amount_minor for i in range(frame.space.size) if frame.terms_of(i).billing is Period.MONTH]
    assert min(monthly) >= 3600


def test_free_months_are_taken_where_they_are_offered_and_never_asked_for() -> None:
    latest = flat(4000, free_months=3, payment_days=14)
    bounds = Bounds(3000, 3500, 4000, (12, Period.YEAR))
    frame = frame_for(flat(), Talk((), latest, (latest,)), defaults_for("saas"), bounds, lambda _t: True)
    with_free = [frame.terms_of(i) for i in range(frame.space.size) if frame.terms_of(i).free_months]
    assert with_free == [latest]


@pytest.mark.parametrize("cost", [30_000, 50_000])
def test_the_best_alternative_is_what_walking_away_is_worth(cost: int) -> None:
    latest = flat(4000)
    bounds = Bounds(2000, 3500, 4000, (12, Period.YEAR))
    frame = frame_for(flat(), Talk((), latest, (latest,)), Preferences(), bounds, lambda _t: True)
    task = task_for(frame, WalkAway(amount=eur(cost), source="the offer of another"), rounds=5, seed=1)
    assert all(frame.cost_of(int(i)) <= eur(cost) for i in task.allowed.nonzero()[0])
    assert bool(task.allowed[place(frame, latest)]) == (adjusted(latest, Preferences()) <= eur(cost))


def test_being_free_to_leave_and_paying_by_the_month_are_bargained_over_wherever_there_is_a_monthly_price() -> None:
    bounds = Bounds(4000, 4500, 5000, (12, Period.YEAR))
    monthly = axes_for(flat(), (flat(),), (), defaults_for("saas"), bounds, lambda _t: True)
    assert set(monthly.plans) == {(1, Period.MONTH), (12, Period.MONTH), (12, Period.YEAR)}
    price = Price(amount_minor=60_000, currency="EUR", period=Period.YEAR)
    yearly = axes_for(flat(unit_price=price), (flat(unit_price=price),), (), defaults_for("saas"), bounds, lambda _t: True)
    assert set(yearly.plans) == {(12, Period.YEAR)}


@pytest.mark.parametrize("category", ["saas", "services", "contractor"])
def test_a_length_of_contract_that_is_always_preferred_gains_two_percent_and_nothing_else_changes(category: str) -> None:
    plain = defaults_for(category)

    def worth(preferences: Preferences, months: int) -> int:
        return worth_of(preferences, Term.TERM_MONTHS, months)[0]

    for months in (1, 3, 12):
        preferring = plain.preferring(months)
        assert all(worth(preferring, months) > worth(preferring, other) for other in (1, 2, 3, 6, 12, 24, 36) if other != months)
        assert [w for w in preferring.worths if w.term is not Term.TERM_MONTHS] == [
            w for w in plain.worths if w.term is not Term.TERM_MONTHS
        ]
    assert worth(plain.preferring(1), 12) == worth(plain, 12) - 200
    assert worth(plain.preferring(12), 12) == worth(Preferences().preferring(12), 12) == 200


def test_what_is_said_of_the_length_with_a_figure_goes_before_the_standing_preference() -> None:
    assert [w for w in defaults_for("saas").preferring(1).merged([YEAR_COSTS_8]).worths if w.term is Term.TERM_MONTHS] == [YEAR_COSTS_8]
