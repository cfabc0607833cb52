"""What terms are worth to the operator, in money: basis points of the yearly all-in cost, or an amount a year. And limits, which are no weights.

One convention holds for every worth: it is what the operator gains from a value over the *neutral* value of its term. What
binds the operator (a term, notice, paying ahead) is worth less than nothing; what helps (days to pay, a cap, support) more.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from memory.domain.base import Noun
from memory.domain.money import Money

Level = int | str
"""A value of a term: months, days or basis points; a word for billing (month, quarter, year) and for support (premium)."""


class Term(StrEnum):
    """The terms of an offer that a preference can speak of; the price itself is money and needs none."""

    TERM_MONTHS = "term_months"
    BILLING = "billing"
    PAYMENT_DAYS = "payment_days"
    PRICE_CAP = "price_increase_cap_bp"
    NOTICE_DAYS = "notice_days"
    SUPPORT = "support_level"
    SETUP_FEE = "setup_fee"


#: What a term is when it asks nothing of us and gives us nothing. An increase of 15 % stands for "no cap at all": beyond it a
#: buyer leaves.
NEUTRAL: dict[Term, Level] = {
    Term.TERM_MONTHS: 1,
    Term.BILLING: "month",
    Term.PAYMENT_DAYS: 0,
    Term.PRICE_CAP: 1500,
    Term.NOTICE_DAYS: 0,
    Term.SUPPORT: "",
}
#: What is reckoned where a vendor says nothing: the poorer reading.
UNSAID: dict[Term, Level] = {**NEUTRAL, Term.NOTICE_DAYS: 90}
#: What "I prefer" is worth where no figure was given: 2 % of the yearly cost, enough to decide between offers that are nearly alike.
PREFERRED_BP = 200
BURDENS = frozenset({Term.TERM_MONTHS, Term.BILLING, Term.NOTICE_DAYS})


class TermWorth(Noun):
    """What one value of a term is worth, against the neutral one: `worth_bp` of the yearly all-in cost and `a_year` in money, one of them as a rule.

    Between named values worth is linear. Beyond the last a burden goes on growing, and a benefit is worth no more.
    """

    kind: Literal["worth"] = "worth"
    term: Term
    value: Level
    worth_bp: int = Field(default=0, ge=-10_000, le=10_000)
    a_year: Money | None = None

    @property
    def key(self) -> str:
        """The name under which a later statement replaces this one."""
        return f"{self.term.value}={self.value}"


class TermLimit(Noun):
    """A hard limit: what lies outside is never offered and never accepted. `only` lists the words that are allowed."""

    kind: Literal["limit"] = "limit"
    term: Term
    at_most: int | None = Field(default=None, ge=0)
    at_least: int | None = Field(default=None, ge=0)
    only: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The name under which a later statement replaces this one."""
        bound = "at_most" if self.at_most is not None else "at_least" if self.at_least is not None else "only"
        return f"{self.term.value}:{bound}"

    def breach(self, value: Level) -> bool:
        """Tell whether a value lies outside."""
        if self.only:
            return str(value).lower() not in self.only
        number = value if isinstance(value, int) else 0
        return (self.at_most is not None and number > self.at_most) or (self.at_least is not None and number < self.at_least)


TermPreference = Annotated[TermWorth | TermLimit, Field(discriminator="kind")]


class Preferences(Noun):
    """Everything that counts in one negotiation: worths and limits, already merged from the defaults up to the operator's own words.

    `named` are the terms that the operator spoke of: they are negotiated even where no vendor mentions them.
    """

    worths: tuple[TermWorth, ...] = ()
    limits: tuple[TermLimit, ...] = ()
    named: frozenset[Term] = frozenset()

    def merged(self, stated: Iterable[TermWorth | TermLimit]) -> Preferences:
        """Return these with what was stated above them: a term with a worth of its own keeps none from below, a limit replaces its like."""
        own = tuple(stated)
        worths = tuple(p for p in own if isinstance(p, TermWorth))
        limits = tuple(p for p in own if isinstance(p, TermLimit))
        spoken = {p.term for p in worths}
        kept = tuple(p for p in self.worths if p.term not in spoken)
        standing = tuple(p for p in self.limits if p.key not in {limit.key for limit in limits})
        named = self.named | {p.term for p in own}
        return Preferences(worths=(*kept, *worths), limits=(*standing, *limits), named=frozenset(named))

    def preferring(self, months: int) -> Preferences:
        """Return these with contracts of that many months worth `PREFERRED_BP` more: than being free to leave, or, for one month, than longer ones."""
        others = tuple(p for p in self.worths if p.term is not Term.TERM_MONTHS)
        bound = [p for p in self.worths if p.term is Term.TERM_MONTHS]
        if months <= 1:
            known = bound or [TermWorth(term=Term.TERM_MONTHS, value=12)]
            length = [p.model_copy(update={"worth_bp": max(p.worth_bp - PREFERRED_BP, -10_000)}) for p in known]
        else:
            longer = [p for p in bound if isinstance(p.value, int) and p.value > months]
            # Twice as long binds without being preferred: without it, worth would go on rising beyond what was asked for.
            length = [
                TermWorth(term=Term.TERM_MONTHS, value=months, worth_bp=PREFERRED_BP),
                *(longer or [TermWorth(term=Term.TERM_MONTHS, value=2 * months)]),
            ]
        return self.model_copy(update={"worths": (*others, *length), "named": self.named | {Term.TERM_MONTHS}})

    def limits_on(self, term: Term) -> tuple[TermLimit, ...]:
        """Return the hard limits on a term."""
        return tuple(limit for limit in self.limits if limit.term is term)


def contradicted(preferences: Preferences) -> tuple[TermLimit, TermLimit] | None:
    """Return two limits that leave nothing between them, the least and the most; None where every limit can be kept."""
    return next(
        (
            (low, high)
            for low in preferences.limits
            for high in preferences.limits_on(low.term)
            if low.at_least is not None and high.at_most is not None and low.at_least > high.at_most
        ),
        None,
    )
