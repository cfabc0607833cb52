"""Which charges recur: found among shopping, through weekends, month ends, price changes and changed spellings; nothing found in noise."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memory.domain.charge_series import find_series
from memory.domain.charges import Cadence, Charge, Series
from memory.domain.days import add_months
from memory.domain.money import Money
from memory.domain.recurrence import least
from tools.sandbox.bank_years import BankYears, bank_years

#: Seeds that were never looked at while the rules were made.
_FRESH_SEEDS = (1009, 1013, 1019)


def charge(number: int, day: date, minor: int, name: str = "Notion", currency: str = "EUR") -> Charge:
    amount = Money(amount_minor=minor, currency=currency)
    return Charge(charge_id=f"c{number}", account="main", booked_on=day, amount=amount, name=name)


def run(days: list[date], minors: list[int], name: str = "Notion", begin: int = 0) -> list[Charge]:
    return [charge(begin + n, day, minor, name) for n, (day, minor) in enumerate(zip(days, minors, strict=True))]


def months(first: date, count: int, step: int = 1) -> list[date]:
    return [add_months(first, n * step) for n in range(count)]


def charges_of(account: BankYears) -> list[Charge]:
    return [charge(n, line.booked_on, line.minor, line.name) for n, line in enumerate(account.lines)]


@pytest.mark.parametrize(
    ("cadence", "days"),
    [
        (Cadence.WEEKLY, [date(2026, 1, 6) + timedelta(days=7 * n) for n in range(10)]),
        (Cadence.FOUR_WEEKLY, [date(2026, 1, 6) + timedelta(days=28 * n) for n in range(6)]),
        (Cadence.MONTHLY, months(date(2026, 1, 15), 5)),
        (Cadence.MONTHLY, months(date(2024, 1, 31), 14)),
        (Cadence.QUARTERLY, months(date(2025, 11, 30), 5, 3)),
        (Cadence.HALF_YEARLY, months(date(2024, 8, 31), 4, 6)),
        (Cadence.YEARLY, [date(2024, 2, 29), date(2025, 2, 28), date(2026, 2, 28)]),
    ],
)
def test_a_cadence_is_told_also_at_month_ends_and_on_a_leap_day(cadence: Cadence, days: list[date]) -> None:
    (series,) = find_series(run(days, [999] * len(days)))
    assert (series.cadence, len(series.charge_ids), series.steady) == (cadence, len(days), True)


def test_bookings_after_weekends_and_some_days_late_are_of_the_same_month() -> None:
    late = [0, 2, 1, 0, 3, 1, 0, 2]
    (series,) = find_series(run([day + timedelta(days=n) for day, n in zip(months(date(2026, 1, 3), 8), late, strict=True)], [1000] * 8))
    assert (series.cadence, len(series.charge_ids)) == (Cadence.MONTHLY, 8)


def test_the_next_charge_after_a_short_month_is_due_on_the_true_day() -> None:
    (series,) = find_series(run([date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 28)], [999] * 3))
    assert series.next_on == date(2026, 3, 31)


def test_a_jump_of_the_price_beside_a_second_plan_keeps_both_apart() -> None:
    first = run(months(date(2026, 1, 5), 10), [99] * 6 + [1999] * 4)
    second = run(months(date(2026, 1, 20), 10), [1949] * 10, begin=100)
    found = find_series([*first, *second])
    assert {series.charge_ids for series in found} == {tuple(c.charge_id for c in first), tuple(c.charge_id for c in second)}


def test_two_equal_plans_of_one_merchant_are_two_series() -> None:
    first, second = run(months(date(2026, 1, 5), 8), [999] * 8), run(months(date(2026, 1, 5), 8), [999] * 8, begin=100)
    found = find_series([*first, *second])
    assert [len(series.charge_ids) for series in found] == [8, 8]


def test_a_changed_spelling_goes_on_as_one_series() -> None:
    before, after = (
        run(months(date(2026, 1, 9), 4), [875] * 4, "SLACK T012AB34C Dublin IE"),
        run(months(date(2026, 5, 9), 4), [875] * 4, "Slack Technologies Limited", begin=50),
    )
    (series,) = find_series([*before, *after])
    assert len(series.charge_ids) == 8


def test_currencies_are_kept_apart() -> None:
    euros = run(months(date(2026, 1, 9), 4), [875] * 4)
    dollars = [c.model_copy(update={"charge_id": f"d{n}", "amount": Money(amount_minor=875, currency="USD")}) for n, c in enumerate(euros)]
    assert sorted(series.amount.currency for series in find_series([*euros, *dollars])) == ["EUR", "USD"]


def test_a_refund_is_no_part_of_a_series_and_no_lower_price() -> None:
    paid = run(months(date(2026, 1, 9), 5), [875] * 5)
    (series,) = find_series([*paid, charge(99, date(2026, 3, 20), -875)])
    assert series.charge_ids == tuple(c.charge_id for c in paid)


@settings(max_examples=8)
@given(seed=st.integers(0, 10_000))
def test_the_order_in_which_charges_come_changes_nothing(seed: int) -> None:
    account = charges_of(bank_years(seed % 40, years=1, subscriptions=5))[:160]
    mixed = list(account)
    Random(seed).shuffle(mixed)
    assert find_series(mixed) == find_series(account)


def test_a_known_series_keeps_its_id_when_older_and_newer_charges_come() -> None:
    all_of_it = run(months(date(2025, 1, 5), 18), [999] * 18)
    (first,) = find_series(all_of_it[6:12])
    (longer,) = find_series(all_of_it, [first])
    assert longer.series_id == first.series_id
    assert len(longer.charge_ids) == 18


def test_subscriptions_are_found_among_shopping_and_shopping_is_not() -> None:
    right, found, true = 0, 0, 0
    for seed in _FRESH_SEEDS:
        account = bank_years(seed, years=1)
        of = {f"c{n}": line.series for n, line in enumerate(account.lines)}
        size = Counter(of.values())
        series = find_series(charges_of(account))
        true += sum(1 for name, fact in account.truth.items() if size[name] >= max(2, least(fact.cadence)))
        found += len(series)
        right += sum(1 for one in series if _is_true(one, of, size, account))
    assert right / true >= 0.93
    assert right / found >= 0.95


def _is_true(series: Series, of: dict[str, str], size: Counter[str], account: BankYears) -> bool:
    ((name, held),) = Counter(of[ident] for ident in series.charge_ids).most_common(1)
    whole = held >= 0.8 * len(series.charge_ids) and held >= 0.8 * size[name]
    return bool(name) and whole and series.cadence is account.truth[name].cadence


@settings(max_examples=8)
@given(seed=st.integers(0, 10_000))
def test_random_shopping_at_few_merchants_makes_hardly_a_series(seed: int) -> None:
    chance = Random(seed)
    shops = [f"Shop {letter}" for letter in "abcdefgh"]
    days = sorted(date(2026, 1, 1) + timedelta(days=chance.randrange(365)) for _ in range(150))
    bought = [charge(n, day, chance.choice((350, 500, 899, chance.randint(100, 9000))), chance.choice(shops)) for n, day in enumerate(days)]
    assert len(find_series(bought)) <= 1
