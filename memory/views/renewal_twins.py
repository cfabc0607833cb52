"""Contracts under watch that may be one and the same: read from a paper, kept in a list, or signed anew. They are asked about, never lost.

What is taken for one without asking is an entry of a list and a contract of the same vendor, at about the same price for the same period.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from memory.database import reading
from memory.domain.merchants import merchant_of, same_merchant
from memory.domain.money import Money
from memory.projections.contract_calendar import distinct_renewals, dropped_renewals
from memory.views.charge_vendors import VendorMarks, vendor_marks
from memory.views.renewals import Renewal, Window, renewal_list
from memory.views.vendor_merges import merges_in

#: Watches that a list of subscriptions made, not a contract.
LISTED = "subscription-"
#: One is at least this part of the other, in percent: a tax, a discount or a price rise apart.
_CHEAPEST, _DEAREST = 70, 150
#: The next contract of the same thing starts within so many days of the end of the last one's term.
_ABOUT = timedelta(days=62)


@dataclass(frozen=True)
class Twins:
    """Two watches that may be of one contract. `keep` says more of it: a paper before a list, the later term before the earlier."""

    keep: Renewal
    drop: Renewal

    @property
    def uids(self) -> frozenset[str]:
        """Both of them."""
        return frozenset((self.keep.uid, self.drop.uid))

    @property
    def says(self) -> str:
        """The question, in a sentence."""
        return (
            f"{self.drop.vendor_name} is watched twice: {self.keep.yearly} until {self.keep.term_end}, "
            f"and {self.drop.yearly} until {self.drop.term_end}"
        )


def likely_twins(database: sa.Engine, today: date) -> tuple[Twins, ...]:
    """Return the pairs that the operator should be asked about, by vendor."""
    lines = [line for line in renewal_list(database, today) if line.window is not Window.ENDED and line.ends_on is None]
    with reading(database) as connection:
        apart = {(row.uid, row.other_uid) for row in connection.execute(sa.select(distinct_renewals))}
        merges = merges_in(connection)
    found = []
    for at, one in enumerate(lines):
        for other in lines[at + 1 :]:
            same = merges.main_id(one.vendor_id) == merges.main_id(other.vendor_id) or _same_name(one.vendor_name, other.vendor_name)
            if same and (one.uid, other.uid) not in apart:
                found.append(_ordered(one, other))
    return tuple(sorted(found, key=lambda pair: (pair.keep.vendor_name.casefold(), pair.keep.uid, pair.drop.uid)))


def _ordered(one: Renewal, other: Renewal) -> Twins:
    drop, keep = sorted((one, other), key=lambda line: (not line.uid.startswith(LISTED), line.term_end, line.changed_at, line.uid))
    return Twins(keep, drop)


def _same_name(one: str, other: str) -> bool:
    return same_merchant(merchant_of(one).key, merchant_of(other).key)


@dataclass(frozen=True)
class Standing:
    """What is under watch, and who is who: read once for a whole import."""

    lines: tuple[Renewal, ...]
    vendors: VendorMarks
    main_ids: dict[str, str]
    """The id under which a vendor is shown, where that is another than its own."""
    superseded: frozenset[str]
    """The watches whose place another one took that still stands."""

    def with_vendor(self, vendor_id: str) -> tuple[Renewal, ...]:
        """Return what is watched with a vendor, under whichever of its ids."""
        main = self.main_ids.get(vendor_id, vendor_id)
        return tuple(line for line in self.lines if self.main_ids.get(line.vendor_id, line.vendor_id) == main)


def standing(database: sa.Engine, today: date) -> Standing:
    """Return what is under watch today."""
    lines = tuple(line for line in renewal_list(database, today) if line.window is not Window.ENDED and line.ends_on is None)
    with reading(database) as connection:
        marks, merges = vendor_marks(connection), merges_in(connection)
        gone = connection.execute(sa.select(dropped_renewals.c.uid, dropped_renewals.c.by_uid)).all()
    watched = {line.uid for line in lines}
    return Standing(
        lines, marks, {one: merges.main_id(one) for one in merges.parents}, frozenset(r.uid for r in gone if r.by_uid in watched)
    )


def listed_as(found: Standing, vendor_id: str, annual: Money, months: int | None) -> Renewal | None:
    """Return the one entry of a list that a contract is about; None where none is alike, or several are."""
    alike = [line for line in found.with_vendor(vendor_id) if line.uid.startswith(LISTED) and alike_terms(line, annual, months)]
    return alike[0] if len(alike) == 1 else None


def alike_terms(line: Renewal, annual: Money, months: int | None) -> bool:
    """Whether a watch can be of that price and period. Sums of two currencies are not compared: somebody has to look."""
    if line.annual_cost.currency != annual.currency or annual.amount_minor <= 0:
        return False
    priced = annual.amount_minor * _CHEAPEST <= line.annual_cost.amount_minor * 100 <= annual.amount_minor * _DEAREST
    return priced and (months is None or line.renewal_months is None or months == line.renewal_months)


def follows_on(line: Renewal, starts: date) -> bool:
    """Whether a contract that starts then takes up where the term of another ends, or began."""
    began = line.term_start or line.term_end
    return abs(starts - line.term_end) <= _ABOUT or abs(starts - began) <= _ABOUT
