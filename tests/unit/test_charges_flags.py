"""What is odd about charges: price rises and what only looks like one, trials, missing and doubled charges, charges after an end."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memory.domain.charge_flags import Ledgered, find_flags, trials_of, usual_ends
from memory.domain.charge_series import find_series
from memory.domain.charges import Cadence, Charge, Ending, Flag, FlagKind, Subscription, percent_a_year
from memory.domain.days import add_months
from memory.domain.money import Money


def charge(day: date, minor: int, name: str = "Notion", ident: str = "") -> Charge:
    amount = Money(amount_minor=minor, currency="EUR")
    return Charge(charge_id=ident or f"{name}-{day}-{minor}", account="main", booked_on=day, amount=amount, name=name)


def monthly(minors: list[int], first: date = date(2026, 1, 5), name: str = "Notion") -> list[Charge]:
    return [charge(add_months(first, n), minor, name) for n, minor in enumerate(minors)]


def flags(charges: list[Charge], *, until: date = date(2026, 12, 8), endings: tuple[Ending, ...] = ()) -> list[Flag]:
    ordered = sorted(charges, key=lambda one: (one.booked_on, one.charge_id))
    return list(find_flags(Ledgered(ordered, find_series(ordered), {"main": until}, endings)))


def kinds(found: list[Flag]) -> list[FlagKind]:
    return [flag.kind for flag in found]


def eur(minor: int) -> Money:
    return Money(amount_minor=minor, currency="EUR")


def test_a_price_rise_tells_old_and_new_since_when_and_how_much_a_year() -> None:
    (rise,) = flags(monthly([1000] * 6 + [1200] * 6))
    assert (rise.kind, rise.before, rise.after, rise.on) == (FlagKind.PRICE_RISE, eur(1000), eur(1200), date(2026, 7, 5))
    assert (rise.a_year, rise.percent_a_year) == (eur(2400), "20.0")


def test_a_rise_is_told_with_its_first_charge() -> None:
    (rise,) = flags(monthly([99] * 11 + [1999]))
    assert (rise.before, rise.after, rise.on) == (eur(99), eur(1999), date(2026, 12, 5))


@pytest.mark.parametrize(
    "minors",
    [
        [1000] * 12,
        [1200] * 6 + [1000] * 6,
        [1000] * 5 + [1900] + [1000] * 6,
        [1003, 990, 1017, 981, 1008, 1022, 995, 1011, 979, 1004, 1015, 988],
        [2100, 3500, 1800, 4200, 2600, 3900, 2200, 3100, 2900, 4000, 1900, 3300],
    ],
    ids=["the same", "a fall", "one odd bill", "an exchange rate", "usage"],
)
def test_no_rise_is_made_of_what_is_none(minors: list[int]) -> None:
    assert FlagKind.PRICE_RISE not in kinds(flags(monthly(minors)))


def test_a_refund_is_no_fall_and_the_next_charge_no_rise() -> None:
    assert flags([*monthly([1000] * 12), charge(date(2026, 5, 20), -400)]) == []


def test_percent_a_year_counts_a_price_that_held_for_two_years_over_both() -> None:
    assert percent_a_year(eur(1000), eur(1200), 730) == "10.0"
    assert percent_a_year(eur(1000), eur(1200), 30) == "20.0"
    assert percent_a_year(eur(0), eur(1200), 30) == ""


def test_a_trial_that_began_to_cost_is_told_whether_it_began_with_nothing_or_little() -> None:
    for small in (0, 100):
        found = flags([charge(date(2025, 12, 22), small), *monthly([1900] * 12)])
        assert kinds(found) == [FlagKind.TRIAL_CONVERTED]
        assert (found[0].before, found[0].after) == (eur(small), eur(1900))


def test_a_first_small_charge_of_a_stranger_may_be_a_trial_for_some_weeks() -> None:
    new = charge(date(2026, 11, 25), 0, "Shinytool")
    (trial,) = flags([*monthly([1000] * 12), new])
    assert (trial.kind, trial.name) == (FlagKind.TRIAL_ENDING, "Shinytool")
    # Nothing says how long it runs: the earliest usual end comes first, and all of it is called what it is.
    assert (trial.on, trial.assumed) == (date(2026, 12, 2), True)
    assert [days for days, _ in usual_ends(trial)] == [7, 14, 30]
    assert "Nothing says when it ends" in trial.why
    assert "2026-12-09 or 2026-12-25" in trial.why
    as_before = trial.model_copy(update={"on": date(2026, 12, 25), "assumed": False})
    assert usual_ends(as_before) == usual_ends(trial)
    assert flags([*monthly([1000] * 12), charge(date(2026, 3, 25), 0, "Shinytool")]) == []


def test_a_charge_that_did_not_come_is_told_once_the_statements_reach_well_beyond_its_day() -> None:
    stopped = monthly([1000] * 6)
    assert kinds(flags(stopped)) == [FlagKind.STOPPED]
    assert flags(stopped, until=date(2026, 7, 9)) == []


def test_a_second_equal_charge_on_one_day_is_kept_and_told_unless_it_was_given_back() -> None:
    twice = [*monthly([1000] * 12), charge(date(2026, 6, 5), 1000, ident="again")]
    (found,) = flags(twice)
    assert (found.kind, found.charge_ids[1:]) == (FlagKind.CHARGED_TWICE, ("again",)) or found.charge_ids[0] == "again"
    assert flags([*twice, charge(date(2026, 6, 9), -1000)]) == []


def test_charges_after_the_end_are_told_with_their_sum_and_those_before_are_not() -> None:
    charges = monthly([1000] * 12)
    ending = Ending(ended_on=date(2026, 9, 30), merchant="notion", why="its cancellation is confirmed")
    (found,) = flags(charges, endings=(ending,))
    assert (found.kind, found.after, len(found.charge_ids)) == (FlagKind.AFTER_CANCELLATION, eur(3000), 3)
    assert flags(charges, endings=(ending.model_copy(update={"ended_on": date(2026, 12, 4)}),)) == []


def test_the_same_charges_give_the_same_flags_with_the_same_ids() -> None:
    charges = [*monthly([1000] * 6 + [1300] * 6), *monthly([900] * 4, name="Figma")]
    assert flags(charges) == flags(charges)
    assert len({flag.flag_id for flag in flags(charges)}) == len(flags(charges))


def test_a_watched_trial_is_told_within_its_last_weeks() -> None:
    one = Subscription(subscription_id="s", name="Miro", price=eur(1000), cadence=Cadence.MONTHLY, trial_ends_on=date(2026, 12, 2))
    assert kinds(list(trials_of([one], date(2026, 11, 22)))) == [FlagKind.TRIAL_ENDING]
    assert trials_of([one], date(2026, 10, 1)) == ()
    assert trials_of([one], date(2026, 12, 2) + timedelta(days=1)) == ()
    assert trials_of([one.model_copy(update={"active": False})], date(2026, 11, 22)) == ()


def yearly(minors: list[int], last: date = date(2026, 3, 15)) -> list[Charge]:
    return [charge(last.replace(year=last.year - len(minors) + 1 + n), minor, "Acme Cloud") for n, minor in enumerate(minors)]


def rises(charges: list[Charge]) -> list[tuple[int, int]]:
    found = [flag for flag in flags(charges) if flag.kind is FlagKind.PRICE_RISE]
    return [(flag.before.amount_minor, flag.after.amount_minor) for flag in found if flag.before and flag.after]


@pytest.mark.parametrize(
    "minors",
    [
        [10000, 12000],
        [10000, 12000, 14400],
        [40000, 42000, 48000],
        [10000, 10000, 12000],
        [10000, 12000, 12000],
        [11999, 12999, 13999, 13999],
    ],
)
def test_each_rise_of_a_yearly_price_is_told(minors: list[int]) -> None:
    assert rises(yearly(minors)) == [(old, new) for old, new in pairwise(minors) if old < new]


def test_each_rise_of_a_monthly_price_is_told_when_each_price_came_again() -> None:
    assert rises(monthly([1000, 1000, 1200, 1200, 1500, 1500])) == [(1000, 1200), (1200, 1500)]
    assert rises(monthly([1000, 1200, 1200, 1200])) == [(1000, 1200)]


@given(
    first=st.integers(500, 100_000),
    by=st.lists(st.integers(3, 49), max_size=3),
    held=st.lists(st.integers(3, 5), min_size=4, max_size=4),
)
@settings(max_examples=40, deadline=None)
def test_every_rise_of_prices_that_each_came_again_is_told_once(first: int, by: list[int], held: list[int]) -> None:
    prices = [first]
    for percent in by:
        prices.append(prices[-1] * (100 + percent) // 100)
    run = [price for price, months in zip(prices, held, strict=False) for _ in range(months)]
    assert rises(monthly(run, first=date(2025, 1, 5))) == list(pairwise(prices))


@given(
    st.lists(st.integers(1000, 1900), min_size=2, max_size=6, unique=True),
    st.lists(st.integers(2200, 4000), min_size=2, max_size=6, unique=True),
)
@settings(max_examples=40, deadline=None)
def test_bills_by_usage_never_make_a_price_rise(little: list[int], much: list[int]) -> None:
    # Bills of usage are each another sum, and go down as well as up by more than an exchange rate.
    assert rises(monthly([minor for pair in zip(much, little, strict=False) for minor in pair])) == []


def test_a_first_charge_of_the_rest_of_a_month_is_no_lower_price() -> None:
    part = charge(date(2026, 1, 14), 600)
    assert rises([part, *monthly([1000] * 6, first=date(2026, 2, 1))]) == []


def test_two_purchases_a_year_apart_at_far_prices_are_no_rise() -> None:
    assert rises(yearly([8000, 30000])) == []


@given(count=st.integers(3, 9), place=st.integers(0, 8), late=st.integers(0, 3))
@settings(max_examples=40, deadline=None)
def test_one_charge_too_many_never_hides_a_subscription_and_is_told_itself(count: int, place: int, late: int) -> None:
    run = monthly([1000] * count, first=date(2026, 3, 5))
    twin = charge(run[place % count].booked_on + timedelta(days=late), 1000, ident="again")
    charges = sorted([*run, twin], key=lambda one: (one.booked_on, one.charge_id))
    (series,) = find_series(charges)
    assert (series.cadence, len(series.charge_ids), series.sure) == (Cadence.MONTHLY, count, True)
    (told,) = [flag for flag in flags(charges, until=charges[-1].booked_on) if flag.kind is FlagKind.CHARGED_TWICE]
    assert "again" in told.charge_ids


def test_two_plans_of_one_price_stay_two_however_few_months_they_ran() -> None:
    both = [*monthly([1000] * 3), *(charge(one.booked_on, 1000, ident=f"b{one.booked_on}") for one in monthly([1000] * 3))]
    assert [len(one.charge_ids) for one in find_series(both)] == [3, 3]
    assert FlagKind.CHARGED_TWICE not in kinds(flags(both))


def test_a_first_bill_below_the_others_is_no_rise_where_the_amounts_only_drift() -> None:
    assert rises(monthly([2013, 2261, 2304, 2287, 2251, 2298])) == []
    assert rises(monthly([1007, 1031, 1058, 1094])) == []
