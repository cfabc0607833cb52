"""The vendor catalogue: products with a list price, each fact with the page, the date and the words it was read from."""

import re
import unicodedata
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from memory.domain.base import Noun
from memory.domain.money import Money, Period, Price

LARGEST = 10**12 - 1
"""No amount, limit or quantity in a catalogue is larger: more is a slip of the keyboard."""

UNSPECIFIED = "unspecified"
"""The data region of a product whose source does not say where data is kept."""


def _one_printable_line(value: str) -> str:
    if any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} for char in value):
        raise ValueError("contains an invisible or control character; keep it to one line of plain text")
    return value


def _no_separator(value: str) -> str:
    if any(mark in value for mark in "|;:"):
        raise ValueError("must not contain '|', ';' or ':', which separate items in the CSV form")
    return value


Line = Annotated[str, StringConstraints(min_length=1, max_length=300, strip_whitespace=True), AfterValidator(_one_printable_line)]
"""One line of visible text, at most 300 characters."""

Term = Annotated[
    str,
    StringConstraints(min_length=1, max_length=120, strip_whitespace=True),
    AfterValidator(_one_printable_line),
    AfterValidator(_no_separator),
]
"""A short line that can stand in a list."""

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
"""Lower-case letters, digits and single hyphens."""

CategorySlug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$", max_length=60)]
"""A snake_case noun: email_marketing, crm, monitor."""

Region = Annotated[str, StringConstraints(pattern=r"^(unspecified|[A-Z]{2}(/[A-Za-z][A-Za-z -]{0,40})?)$")]
"""Where data is kept: "EU", "US", another two-letter code, optionally with a place ("EU/Frankfurt"); or "unspecified"."""

WebAddress = Annotated[str, StringConstraints(pattern=r"^https?://[^\s<>\"]+$", max_length=500)]
"""An http or https address. It is shown as text and never fetched."""

_PER = re.compile(r"^(?:(?P<count>[1-9][0-9,]*) )?(?P<unit>[A-Za-z][A-Za-z -]{0,40})$")


def _readable_per(value: str) -> str:
    if not _PER.match(value):
        raise ValueError('write "flat", or what one price buys: "seat", "1,000 contacts", "server"')
    return value


PerUnit = Annotated[str, AfterValidator(_readable_per)]
"""What one price buys: "flat" (the whole plan), or a number and a noun ("seat", "1,000 contacts")."""


class Billing(StrEnum):
    """How often the vendor bills. A price per month may be billed yearly, in advance."""

    MONTHLY = "monthly"
    YEARLY = "yearly"
    ONCE = "once"


class Source(Noun):
    """Where a fact was read: the page, the day it was read, the page's own date if it shows one, and its exact words.

    `transcribes` names the vendor's page when `url` is a public transcript of it.
    """

    url: WebAddress
    title: Line
    read_on: date
    page_date: date | None = None
    transcribes: WebAddress | None = None
    quote: Line

    @model_validator(mode="after")
    def _not_from_the_future(self) -> Self:
        if self.page_date and self.page_date > self.read_on:
            raise ValueError("page_date is later than read_on; a page cannot be dated after it was read")
        return self

    @property
    def stated_on(self) -> date:
        """The day for which the words are known to hold: the page's own date, else the day it was read."""
        return self.page_date or self.read_on


class Limit(Noun):
    """A stated ceiling of the plan, for example `contacts <= 5000 contacts`."""

    name: Term
    amount: int = Field(ge=0, le=LARGEST, strict=True)
    unit: Term


class Tier(Noun):
    """The price from `start` up to and including `up_to` of what is counted, in minor units of the product's own price."""

    start: int = Field(default=1, ge=1, le=LARGEST, strict=True)
    up_to: int = Field(ge=1, le=LARGEST, strict=True)
    amount_minor: int = Field(ge=0, le=LARGEST, strict=True)


class Product(Noun):
    """One plan of one product, as its source states it.

    `counted` is what a quantity means here ("contacts", "seats", "pageviews", "pieces"). With `tiers`, `price` is that of
    the first tier. `starting_price` marks a "from" price: it is not taken for the price of a quantity that the source
    does not name. `lacks` holds what the source says the plan does *not* have; a feature in neither list is unknown.
    """

    product_id: Slug
    vendor: Line
    vendor_id: Slug
    product: Line
    plan: Line
    category: CategorySlug
    price: Price
    starting_price: bool = False
    per: PerUnit = "flat"
    counted: Term
    minimum: int = Field(default=1, ge=1, le=LARGEST, strict=True)
    billing: Billing
    limits: tuple[Limit, ...] = Field(default=(), max_length=40)
    tiers: tuple[Tier, ...] = Field(default=(), max_length=60)
    data_region: Region = UNSPECIFIED
    region_source: Source | None = None
    features: tuple[Term, ...] = Field(default=(), max_length=60)
    lacks: tuple[Term, ...] = Field(default=(), max_length=60)
    website: WebAddress | None = None
    contact_id: Slug | None = None
    source: Source
    fictional: bool = False

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        if self.price.amount_minor > LARGEST:
            raise ValueError(f"a price of {self.price} cannot be right")
        _check_tiers(self.price, self.tiers)
        if (self.data_region == UNSPECIFIED) == (self.region_source is not None):
            raise ValueError('a data region needs its own region_source, and "unspecified" has none')
        if (self.billing is Billing.ONCE) != (self.price.period is Period.ONCE):
            raise ValueError("billing once goes with a price once, and a running price with monthly or yearly billing")
        if set(self.features) & set(self.lacks):
            raise ValueError("the same feature stands in features and in lacks")
        return self

    @property
    def block(self) -> int:
        """How many of what is counted one price buys; 0 when the price is flat."""
        if self.per == "flat":
            return 0
        found = _PER.match(self.per)
        return int((found["count"] or "1").replace(",", "")) if found else 1

    def limit_of(self, name: str) -> Limit | None:
        """Return the stated limit with this name, if there is one."""
        return next((limit for limit in self.limits if limit.name == name), None)


def _check_tiers(price: Price, tiers: tuple[Tier, ...]) -> None:
    if any(tier.start > tier.up_to for tier in tiers) or any(one.up_to >= two.start for one, two in pairwise(tiers)):
        raise ValueError("tiers must follow one another: each starts after the one before has ended, and ends after it starts")
    if tiers and tiers[0].amount_minor != price.amount_minor:
        raise ValueError("the price must be that of the first tier")


class Cost(Noun):
    """What a quantity costs by list price. A running price has a month and a year; a purchase has `once`."""

    stated: Price
    per_month: Money | None = None
    per_year: Money | None = None
    once: Money | None = None


class Match(Noun):
    """A product that no evidence speaks against, with its score (0-100, higher is better), why, and what is not known."""

    product: Product
    cost: Cost | None
    score: int = Field(ge=0, le=100)
    reasons: tuple[str, ...]
    missing: tuple[str, ...]


class Exclusion(Noun):
    """A product of the wanted category that evidence speaks against, and what that evidence is."""

    product: Product
    reasons: tuple[str, ...] = Field(min_length=1)
