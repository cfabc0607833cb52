"""Recurring charges: what leaves the account again and again, to whom, and what about it the operator must look at. Pure.

A `Charge` is one booked line of a bank, card or wallet statement. Charges of one merchant that come at a steady interval are a
`Series`. A `Subscription` is what the operator said is running (taken over from another tracker). What is odd about them is a `Flag`.
"""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from pydantic import Field

from memory.domain.base import Noun
from memory.domain.money import Money


class Cadence(StrEnum):
    """How often a charge comes."""

    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    FOUR_WEEKLY = "four_weekly"
    MONTHLY = "monthly"
    TWO_MONTHLY = "two_monthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half_yearly"
    YEARLY = "yearly"
    TWO_YEARLY = "two_yearly"

    @property
    def months(self) -> int:
        """The months between two charges; 0 for a cadence that counts in days."""
        return _MONTHS.get(self, 0)

    @property
    def days(self) -> int:
        """The days between two charges, on average."""
        return _DAYS.get(self) or round(self.months * _DAYS_A_YEAR / 12)

    @property
    def says(self) -> str:
        """The words for a person: `every 4 weeks`, `monthly`."""
        return _WORDS.get(self, self.value)

    def a_year(self, amount: Money) -> Money:
        """Return what an amount per period comes to in a year."""
        return amount.times(Decimal(12) / self.months if self.months else _DAYS_A_YEAR / self.days)


_MONTHS = {
    Cadence.MONTHLY: 1,
    Cadence.TWO_MONTHLY: 2,
    Cadence.QUARTERLY: 3,
    Cadence.HALF_YEARLY: 6,
    Cadence.YEARLY: 12,
    Cadence.TWO_YEARLY: 24,
}
_DAYS = {Cadence.WEEKLY: 7, Cadence.FORTNIGHTLY: 14, Cadence.FOUR_WEEKLY: 28}
_DAYS_A_YEAR = Decimal("365.25")
_WORDS = {
    Cadence.FORTNIGHTLY: "every 2 weeks",
    Cadence.FOUR_WEEKLY: "every 4 weeks",
    Cadence.TWO_MONTHLY: "every 2 months",
    Cadence.HALF_YEARLY: "every 6 months",
    Cadence.TWO_YEARLY: "every 2 years",
}


class Charge(Noun):
    """One booked line that took money, or gave it back: `amount` is positive for what left and negative for a refund.

    `charge_id` is stable: the same line read again, also from another export of the account, has the same charge. `name` and
    `reference` are the bank's words, and so in part a merchant's.
    """

    charge_id: str = Field(max_length=80)
    account: str = Field(max_length=80)
    booked_on: date
    amount: Money
    name: str = Field(default="", max_length=500)
    reference: str = Field(default="", max_length=500)
    counterparty_iban: str | None = None
    bank_reference: str | None = Field(default=None, max_length=500)


class Series(Noun):
    """Charges that belong together. `amount` is the last one's; `merchant` is the key that charges of one merchant share.

    `steady` says that the amount stays the same but for a price change; usage bills are not steady. `sure` is False for a series
    that shows itself only two times yet.
    """

    series_id: str = Field(max_length=80)
    merchant: str = Field(max_length=120)
    name: str = Field(max_length=120)
    cadence: Cadence
    amount: Money
    first_on: date
    last_on: date
    next_on: date
    charge_ids: tuple[str, ...] = Field(min_length=1)
    steady: bool = True
    sure: bool = True

    @property
    def annual(self) -> Money:
        """What it comes to in a year at the last amount."""
        return self.cadence.a_year(self.amount)


class Subscription(Noun):
    """What the operator said is running, as another tracker kept it. `price` is per cadence; without a cadence it was paid once.

    `next_on` is the next charge, `trial_ends_on` the last day of a trial, `cancel_by` the day by which the operator meant to cancel.
    """

    subscription_id: str = Field(max_length=80)
    name: str = Field(max_length=140)
    vendor_id: str = Field(default="", max_length=80)
    price: Money
    cadence: Cadence | None = None
    next_on: date | None = None
    started_on: date | None = None
    trial_ends_on: date | None = None
    cancel_by: date | None = None
    active: bool = True
    auto_renews: bool = True
    category: str = Field(default="", max_length=120)
    paid_with: str = Field(default="", max_length=120)
    url: str = Field(default="", max_length=500)
    notes: str = Field(default="", max_length=2000)

    @property
    def annual(self) -> Money | None:
        """What it comes to in a year; None for what was paid once."""
        return self.cadence.a_year(self.price) if self.cadence else None


class FlagKind(StrEnum):
    """Why a charge is shown to the operator."""

    UNKNOWN = "unknown"
    """It recurs, and no contract, vendor or subscription is known for it."""
    PRICE_RISE = "price_rise"
    """The same charge costs more than before."""
    TRIAL_ENDING = "trial_ending"
    """A trial is about to cost money."""
    TRIAL_CONVERTED = "trial_converted"
    """A trial began to cost money."""
    STOPPED = "stopped"
    """An expected charge did not come, though the statements reach well beyond its day."""
    AFTER_CANCELLATION = "after_cancellation"
    """Money left after the day on which a cancelled contract or subscription ended."""
    CHARGED_TWICE = "charged_twice"
    """Two equal charges on days so near that only one was due. Both are kept; one may be asked back."""


class Flag(Noun):
    """Something odd about charges. `flag_id` is the same whenever the same thing is found again; `charge_ids` prove it.

    For a price rise `before` and `after` are the two amounts and `on` the day since when; `a_year` is what it adds in a year and
    `percent_a_year` how fast it rose, as a decimal text with one digit (`12.5`).
    """

    flag_id: str = Field(max_length=120)
    kind: FlagKind
    series_id: str = Field(default="", max_length=80)
    subscription_id: str = Field(default="", max_length=80)
    vendor_id: str = Field(default="", max_length=80)
    name: str = Field(max_length=140)
    on: date
    before: Money | None = None
    after: Money | None = None
    a_year: Money | None = None
    percent_a_year: str = ""
    charge_ids: tuple[str, ...] = ()
    why: str = Field(max_length=600)
    assumed: bool = False
    """Whether `on` is not known, only usual: of a trial that nothing but its first charge shows, the earliest usual end."""


class Ending(Noun):
    """The last day of something that was cancelled: a charge to the vendor after it is not owed.

    `vendor_id`, `merchant` (the key of the charges) or `series_id` says whose charges are meant; what is empty does not count.
    """

    ended_on: date
    vendor_id: str = Field(default="", max_length=80)
    merchant: str = Field(default="", max_length=120)
    series_id: str = Field(default="", max_length=80)
    why: str = Field(default="", max_length=300)


def percent_a_year(before: Money, after: Money, days: int) -> str:
    """Return how fast a price rose, in percent a year with one digit: the rise over the years that the old price held.

    A price that held for less than a year counts as held for one, so that a rise after a month is not blown up twelvefold.
    """
    if before.amount_minor <= 0:
        return ""
    years = max(Decimal(1), Decimal(days) / _DAYS_A_YEAR)
    rise = Decimal(after.amount_minor - before.amount_minor) * 100 / before.amount_minor / years
    return str(rise.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP))
