"""Where one negotiation stands, and the hard limits on any offer in it."""

from __future__ import annotations

from datetime import date

from agents.negotiator.brief import Move
from agents.negotiator.pricing import YEAR, comparable_total, list_price_on
from memory.domain.base import Noun
from memory.domain.instruction import Urgency
from memory.domain.money import Money, Price
from memory.domain.preference_defaults import defaults_for
from memory.domain.preferences import Preferences, Term
from memory.domain.quote import Terms
from memory.domain.reasoning import Reasoning, WalkAway
from memory.domain.requisition import MONTHS, Requisition
from memory.domain.talks import TalkRecord
from memory.domain.worth import breaches, shown_level

ROUNDS = {Urgency.HOT: 2, Urgency.NORMAL: 4, Urgency.COLD: 4}


class Position(Noun):
    """Where one negotiation stands. `theirs` and `ours` are in the order they were made, the vendor's latest last.

    `answered` says for each of ours how many of the vendor's offers it had seen; without it they took turns. `best_alternative`
    is in the measure of `comparable_total`, `alternatives` in that of the preferences, which stand for the category's defaults
    while they are None. `walk_away` is the operator's own: the most that a year (or what is bought once) may cost all-in.
    `unspeakable` are amounts that must not be offered because naming them would tell a secret. `questions` are what the latest
    quote leaves open, `before_accepting` what is open only about taking it: until when it stands. `may_package` says whether several packages may be put into one letter.
    """

    requisition: Requisition
    theirs: tuple[Terms, ...] = ()
    ours: tuple[Terms, ...] = ()
    answered: tuple[int, ...] = ()
    list_price: Price | None = None
    best_alternative: Money | None = None
    alternatives: tuple[WalkAway, ...] = ()
    walk_away: Price | None = None
    preferences: Preferences | None = None
    forbidden_months: tuple[int, ...] = ()
    record: TalkRecord | None = None
    today: date | None = None
    seed: int = 0
    rounds_left: int = 4
    vendor_final: bool = False
    questions: tuple[str, ...] = ()
    before_accepting: tuple[str, ...] = ()
    questions_asked: int = 0
    readable: bool = True
    denied_needs: tuple[str, ...] = ()
    unspeakable: frozenset[int] = frozenset()
    may_package: bool = False

    @property
    def effective(self) -> Preferences:
        """The preferences that count."""
        need = self.requisition
        return self.preferences if self.preferences is not None else defaults_for(need.budget_category, need.category)

    @property
    def hot(self) -> bool:
        """Whether there is no time for long talks."""
        return self.requisition.urgency is Urgency.HOT


class Decision(Noun):
    """The next move, the terms it concerns, and why, in words for the operator.

    `packages` are several offers of equal worth to us, `terms` the first of them. `stands` tells of a walk-away that the vendor's
    last offer broke no hard limit: it stays on the table for the award.
    """

    move: Move
    terms: Terms | None = None
    rationale: str
    questions: tuple[str, ...] = ()
    packages: tuple[Terms, ...] = ()
    stands: bool = False
    reasoning: Reasoning | None = None


def max_rounds(urgency: Urgency) -> int:
    """Return how many counteroffers one vendor gets: 4, in a hot case 2."""
    return ROUNDS[urgency]


def faults(position: Position, terms: Terms) -> tuple[str, ...]:
    """Return every hard limit that terms break; none means that they may be offered and accepted."""
    requisition = position.requisition
    if terms.currency != requisition.ceiling.currency:
        return (f"quoted in {terms.currency}, the budget is in {requisition.ceiling.currency}",)
    found: list[str] = []
    ceiling = requisition.ceiling_for(terms.term_months)
    if terms.all_in_total() > ceiling:
        found.append(f"{terms.all_in_total()} all-in is above the ceiling of {ceiling}")
    own = own_walk_away(position, terms)
    if own is not None and comparable_total(terms) > own:
        found.append(f"{comparable_total(terms)} all-in is above your walk-away of {own}")
    if terms.quantity < requisition.quantity:
        found.append(f"covers {terms.quantity:,} {terms.unit}, {requisition.quantity:,} are needed")
    if terms.term_months > longest_term(position.effective) or terms.term_months in position.forbidden_months:
        found.append(f"binds for {terms.term_months} months")
    if terms.unit_price.period in MONTHS and terms.term_months < shortest_term(position.effective):
        limit = shown_level(Term.TERM_MONTHS, shortest_term(position.effective))
        found.append(f"binds for {shown_level(Term.TERM_MONTHS, terms.term_months)} only, your limit is at least {limit}")
    listed = list_price_on(position.list_price, terms)
    if listed is not None and terms.unit_price.money > listed:
        found.append(f"{terms.unit_price} is above the list price of {listed}")
    return (*found, *breaches(terms, _apart_from_term(position.effective, terms)))


def own_walk_away(position: Position, terms: Terms) -> Money | None:
    """Return the operator's own walk-away over a year, or as a whole for what is bought once; None where none was set."""
    own = position.walk_away
    if own is None or own.currency != terms.currency:
        return None
    if own.period not in MONTHS:
        return own.money
    return Money(amount_minor=own.amount_minor * YEAR // MONTHS[own.period], currency=own.currency)


def longest_term(preferences: Preferences) -> int:
    """Return for how many months we bind ourselves at most: a year, unless the operator said otherwise or asked for longer."""
    bounds = [limit.at_most for limit in preferences.limits_on(Term.TERM_MONTHS) if limit.at_most is not None]
    return min(bounds, default=max(YEAR, shortest_term(preferences)))


def shortest_term(preferences: Preferences) -> int:
    """Return for how many months the operator wants a running contract at least; 0 where it said nothing."""
    return max((limit.at_least or 0 for limit in preferences.limits_on(Term.TERM_MONTHS)), default=0)


def _apart_from_term(preferences: Preferences, terms: Terms) -> Preferences:
    """Leave out what is told already, and what means nothing for a purchase bought once."""
    running = terms.unit_price.period in MONTHS
    spoken = {Term.TERM_MONTHS} if running else {Term.TERM_MONTHS, Term.BILLING, Term.NOTICE_DAYS, Term.PRICE_CAP}
    return preferences.model_copy(update={"limits": tuple(limit for limit in preferences.limits if limit.term not in spoken)})
