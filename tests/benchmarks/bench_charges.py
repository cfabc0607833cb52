"""How many of the subscriptions of seeded accounts are found, and how much of what is found is one. `make bench` runs it.

An account holds 16 subscriptions of eleven shapes (steady, raised, at a moving exchange rate, by usage, yearly, quarterly, at month
ends, two plans of one merchant, after a trial, stopped, with skipped months) among about 500 lines of shopping a year. A series counts as
found when one that was detected holds four fifths of its charges, little else, and has its cadence.
"""

from __future__ import annotations

import sys
import time
from collections import Counter

from memory.domain.charge_series import find_series
from memory.domain.charges import Charge
from memory.domain.money import Money
from memory.domain.recurrence import least
from tools.sandbox.bank_years import BankYears, bank_years

_SEEDS = range(20_000, 20_040)


def test_what_recurs_is_found_and_what_does_not_is_not() -> None:
    for years in (1, 2, 3):
        true = right = found = 0
        began = time.process_time()
        accounts = [bank_years(seed, years=years) for seed in _SEEDS]
        for account in accounts:
            counts = _scored(account)
            true, right, found = true + counts[0], right + counts[1], found + counts[2]
        spent = (time.process_time() - began) / len(accounts)
        sys.stdout.write(
            f"\n{years} year(s): recall {right / true:.3f} of {true}, precision {right / found:.3f} of {found}, {spent:.2f} s CPU an account\n"
        )
        assert right >= 0.95 * true
        assert right >= 0.97 * found


def _scored(account: BankYears) -> tuple[int, int, int]:
    of = {f"c{number}": line.series for number, line in enumerate(account.lines)}
    size = Counter(of.values())
    charges = [
        Charge(
            charge_id=f"c{number}",
            account="main",
            booked_on=line.booked_on,
            amount=Money(amount_minor=line.minor, currency="EUR"),
            name=line.name,
            reference=line.reference,
        )
        for number, line in enumerate(account.lines)
    ]
    found = find_series(charges)
    right = set()
    for series in found:
        ((name, held),) = Counter(of[ident] for ident in series.charge_ids).most_common(1)
        whole = held >= 0.8 * len(series.charge_ids) and held >= 0.8 * size[name]
        if name and whole and series.cadence is account.truth[name].cadence:
            right.add(name)
    true = {name for name, fact in account.truth.items() if size[name] >= max(2, least(fact.cadence))}
    return len(true), len(right & true), len(found)
