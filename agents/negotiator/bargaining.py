"""The bargaining itself: the engine decides, and rules around it that no belief about the vendor can talk away.

1. Nothing is offered or accepted that breaks a hard limit or is worse than walking away: those outcomes are masked, and the
   guard looks at the engine's move once more, in typed terms.
2. The first offer is anchored in evidence: no price below the opening stands in the frame.
3. No giving way without getting: while the vendor has moved nothing, our next offer costs us no more than our last one, except
   at the planned end; it may have another shape.
4. A hot case takes what is nearly as good as going on.
5. No offer of ours is taken back: the next one costs us no less than the last, unless the vendor itself asks for less by now.
6. What breaks no limit but is worse than another offer is not taken; it stays on the table, for the award to weigh.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from agents.negotiation import Decision as Decided
from agents.negotiation import MoveKind, Negotiation, Task, Turn
from agents.negotiation.preferences.axes import Bounds, speakable
from agents.negotiation.preferences.bridge import Talk, best_of, frame_for, place, prior_from, task_for
from agents.negotiation.preferences.frame import Frame, same_basis, values_of
from agents.negotiator.brief import Move
from agents.negotiator.explaining import Look, changes_in_words, reasoning_of
from agents.negotiator.opening import Opening, opening_of, unbound_price
from agents.negotiator.packages import equal_packages
from agents.negotiator.position import Decision, Position, faults, longest_term, max_rounds, own_walk_away, shortest_term
from agents.negotiator.pricing import at_price, comparable_total, list_price_on, own_price, package_for
from memory.domain.money import Money, Period
from memory.domain.preferences import Preferences, Term
from memory.domain.quote import Terms
from memory.domain.reasoning import WalkAway
from memory.domain.requisition import MONTHS
from memory.domain.worth import adjusted_cost, level_of, worth_of

_GOOD_ENOUGH = 0.9
"""In a hot case we take an offer that is worth this part of what going on is expected to bring."""

_ALIKE = 0.02
"""Two offers that differ by this part of what there is to win are the same to us: one for the other is nothing given, nothing taken back."""

_OFTEN = 2
"""A vendor that has refused us so often without moving is taken at its word."""


@dataclass(frozen=True, eq=False)
class Table:
    """One negotiation as the engine sees it, at the vendor's latest offer."""

    position: Position
    talk: Talk
    rounds: int
    broken: tuple[str, ...]

    @cached_property
    def base(self) -> Terms:
        """What we ask for besides the price."""
        return _permitted_package(package_for(self.position.requisition, self.talk.latest), self.position.effective)

    @cached_property
    def opening(self) -> Opening:
        """The lowest price that we may ask for, and the evidence for it."""
        return opening_of(self.position, self.talk, self.base, self.alternative)

    @cached_property
    def alternative(self) -> WalkAway | None:
        """The best other deal, reckoned with its terms."""
        known = [a for a in self.position.alternatives if a.amount.currency == self.talk.latest.currency]
        best = self.position.best_alternative
        if best is not None and best.currency == self.talk.latest.currency:
            # It tells no terms of its own, so it is reckoned with those that we ask for.
            worths = [worth_of(self.position.effective, term, level_of(self.base, term), best.currency) for term in Term]
            known.append(WalkAway(amount=adjusted_cost(best, worths), source="the best competing offer"))
        return best_of(known)

    @cached_property
    def frame(self) -> Frame:
        """The outcomes."""
        asked = own_price(self.talk.latest, self.base)
        listed = list_price_on(self.position.list_price, self.base)
        most = min([asked, *([listed.amount_minor] if listed else [])])
        plan = (self.base.term_months, self.base.billing)
        secret = self.position.unspeakable
        # What the vendor asks itself by now may be asked for, however high the talks began; without the year that it asks it for, more.
        least = min(speakable(self.opening.price, secret), asked)
        unbound = min(speakable(self.opening.unbound, secret), asked if self._offered_unbound else unbound_price(asked))
        bounds = Bounds(least, unbound, most, plan, secret)
        return frame_for(self.base, self.talk, self.position.effective, bounds, lambda terms: not _money_faults(self.position, terms))

    @property
    def _offered_unbound(self) -> bool:
        """Whether the vendor's price is for less than we ask it for: a shorter term, or paid less far ahead."""
        latest, base = self.talk.latest, self.base
        return latest.term_months < base.term_months or (latest.term_months == base.term_months and latest.billing is not base.billing)

    @cached_property
    def standing(self) -> int:
        """The vendor's latest offer as an outcome."""
        return place(self.frame, self.talk.latest)

    @cached_property
    def task(self) -> Task:
        """The engine's task, with what was learned of the vendor."""
        exact = self.frame.outcome_of(self.talk.latest) is not None
        barred = self.standing if self.broken or not exact else None
        total = len(self.talk.pairs) + self.rounds + 1
        task = task_for(self.frame, self.alternative, rounds=total, seed=self.position.seed, barred=barred)
        first, today = self.talk.heard[0], self.position.today
        prior = prior_from(self.position.record, self.frame, task, first, today)
        return (
            task
            if prior is None
            else Task(task.space, task.utility, task.reservation, total, moves_first=False, seed=task.seed, prior=prior)
        )

    @cached_property
    def turns(self) -> tuple[Turn, ...]:
        """What happened before the latest offer."""
        return tuple(
            Turn(theirs=None if theirs is None else place(self.frame, theirs), ours=place(self.frame, ours))
            for theirs, ours in self.talk.pairs
        )

    @property
    def last(self) -> int | None:
        """Our last offer."""
        return self.turns[-1].ours if self.turns else None

    def lawful(self, outcome: int) -> bool:
        """Tell whether an outcome may be offered or accepted."""
        return bool(self.task.allowed[outcome])

    def cost(self, outcome: int) -> int:
        """Return what an outcome costs us, reckoned with its terms."""
        return int(self.frame.costs[outcome])

    @property
    def moved(self) -> bool:
        """Whether the vendor's latest offer is better for us than every one before."""
        before = [self.cost(turn.theirs) for turn in self.turns if turn.theirs is not None]
        return not before or self.cost(self.standing) < min(before)

    def reshaped(self, outcome: int) -> bool:
        """Whether an outcome is our last offer in another shape: other terms than the price, and nearly the same worth to us."""
        if self.last is None or not self.lawful(outcome) or not (self.frame.grid[outcome][1:] != self.frame.grid[self.last][1:]).any():
            return False
        costs = self.frame.costs[self.task.allowed]
        return abs(self.cost(outcome) - self.cost(self.last)) <= _ALIKE * int(costs.max() - costs.min())

    @property
    def stubborn(self) -> bool:
        """Whether the vendor has answered us more than once, and never with a better offer than its first."""
        heard = [self.cost(turn.theirs) for turn in self.turns if turn.theirs is not None]
        return len(heard) >= _OFTEN and min(*heard, self.cost(self.standing)) >= heard[0]


def bargain(position: Position, latest: Terms) -> Decision:
    """Return the move in a negotiation with an offer in our currency on the table."""
    table = Table(position, _talk(position, latest), _rounds(position), (*faults(position, latest), *position.questions))
    talks = Negotiation.replayed(table.task, table.turns)
    decided = talks.turn(table.standing)
    kind, outcome, why = _ruled(table, talks, decided)
    look = Look(table.frame, table.task, talks, decided.why, table.standing, latest, tuple(table.turns), table.alternative, position.record)
    if kind is MoveKind.OFFER and outcome is not None:
        return _offered(table, look, outcome, why)
    if kind is MoveKind.ACCEPT:
        words = _why_accept(position, latest)
        return Decision(move=Move.ACCEPT, terms=latest, rationale=words, reasoning=reasoning_of(look, Move.ACCEPT, None, words))
    words = _why_not(table)
    stands = not table.broken
    return Decision(move=Move.WALK_AWAY, rationale=words, stands=stands, reasoning=reasoning_of(look, Move.WALK_AWAY, None, words))


def _offered(table: Table, look: Look, outcome: int, why: str) -> Decision:
    position = table.position
    several = _several(table, look, outcome)
    outcome, terms = several[0], table.frame.terms_of(several[0])
    broken = faults(position, terms)
    if broken or not table.lawful(outcome):  # the guard outside of the strategy: no such letter, whatever went wrong before
        words = "no offer within the limits is left: " + "; ".join(broken)
        return Decision(move=Move.WALK_AWAY, rationale=words, stands=not table.broken)
    packages = tuple(table.frame.terms_of(o) for o in several) if len(several) > 1 else ()
    reasoning = reasoning_of(look, Move.COUNTER, outcome, why)
    questions = (*position.questions, *position.before_accepting)
    return Decision(move=Move.COUNTER, terms=terms, rationale=why, questions=questions, packages=packages, reasoning=reasoning)


def _several(table: Table, look: Look, outcome: int) -> tuple[int, ...]:
    """Return the outcomes to offer in one letter: several of about equal worth where they may be, else the decided one."""
    if not table.position.may_package or table.rounds <= 1 or table.position.hot:
        return (outcome,)
    several = equal_packages(look, outcome)
    broken = any(faults(table.position, table.frame.terms_of(o)) or _no_dearer_than_asked(table, o) != o for o in several)
    return (outcome,) if broken else several


def _ruled(table: Table, talks: Negotiation, decided: Decided) -> tuple[MoveKind, int | None, str]:
    """Return the engine's move as the rules around it allow."""
    takeable = table.lawful(table.standing)
    if table.rounds == 0:
        return (MoveKind.ACCEPT if takeable else MoveKind.END), None, ""
    if decided.kind is not MoveKind.OFFER or decided.outcome is None:
        return decided.kind, decided.outcome, ""
    outcome, why = _not_for_nothing(table, decided.outcome)
    if takeable and (table.cost(outcome) >= table.cost(table.standing) or _met(table) or _good_enough(table, talks)):
        return MoveKind.ACCEPT, table.standing, ""
    if table.last is not None and table.cost(outcome) < table.cost(table.last) and not table.reshaped(outcome):
        if not table.lawful(table.last):  # another vendor is better than what we asked for by now: nobody takes an offer back
            return (MoveKind.ACCEPT if takeable else MoveKind.END), None, ""
        outcome, why = table.last, "held: an offer once made is not taken back"
    if outcome == table.last and table.rounds == 1 and not takeable and (table.position.vendor_final or table.stubborn):
        # What we asked for it has refused for good, so only more can still win it. A vendor that moves is left to move on.
        outcome, why = _utmost(table, talks), "last counteroffer: our limit, since the vendor is still above it"
    if outcome == table.last and _idle(table):
        return (MoveKind.ACCEPT if takeable else MoveKind.END), None, ""
    return MoveKind.OFFER, _no_dearer_than_asked(table, outcome), why


def _no_dearer_than_asked(table: Table, outcome: int) -> int:
    """Return the outcome at the vendor's own price, where it has come below ours on the same plan but breaks a limit by another term."""
    terms, latest = table.frame.terms_of(outcome), table.talk.latest
    alike = values_of(terms)[1:4] == values_of(latest)[1:4] and same_basis(terms, latest)
    if not alike or terms.unit_price.amount_minor <= latest.unit_price.amount_minor:
        return outcome
    cheaper = table.frame.outcome_of(at_price(terms, latest.unit_price.amount_minor))
    return outcome if cheaper is None or not table.lawful(cheaper) else cheaper


def _utmost(table: Table, talks: Negotiation) -> int:
    """Return the permitted outcome that the vendor is thought to like best: at the end there is nothing left to lose."""
    allowed = np.flatnonzero(table.task.allowed)
    return int(allowed[int(np.argmax(talks.liked(allowed).round(9)))])


def _not_for_nothing(table: Table, outcome: int) -> tuple[int, str]:
    """Return the outcome to offer: our last one again where the engine would give way to a vendor that moved nothing."""
    if table.last is None:
        asked = table.frame.terms_of(outcome).unit_price
        return outcome, f"opening at {asked}: {table.opening.why}"
    if table.rounds == 1 and not table.moved:
        return outcome, "last counteroffer: what this vendor is likeliest to sign"
    if outcome == table.last or table.reshaped(outcome):
        return outcome, _HELD if outcome == table.last else f"{_RESHAPED}{_changed(table, outcome)}"
    if not table.moved and table.cost(outcome) > table.cost(table.last) and table.lawful(table.last):
        return table.last, "held: the vendor hardly moved"
    given = table.cost(outcome) - table.cost(table.last)
    if given <= 0:
        return outcome, f"another shape of the same worth to us{_changed(table, outcome)}"
    step = Money(amount_minor=given, currency=table.base.currency)
    return outcome, f"{step} a year more than our last offer with its terms reckoned in{_changed(table, outcome)}, since the vendor moved"


def _changed(table: Table, outcome: int) -> str:
    """Return what is other than in our last offer, in brackets: the step may lie in a term and not in the price."""
    changes = "" if table.last is None else changes_in_words(table.frame.terms_of(table.last), table.frame.terms_of(outcome))
    return f" ({changes})" if changes else ""


_HELD = "held: there is more to gain than to give yet"
_RESHAPED = "another shape of about the same worth to us, for vendors that answer new offers only"


def _met(table: Table) -> bool:
    """Whether the vendor's offer is as good for us as what we asked for."""
    return table.last is not None and table.cost(table.standing) <= table.cost(table.last)


def _good_enough(table: Table, talks: Negotiation) -> bool:
    if not table.position.hot or talks.look is None:
        return False
    gain = float(table.task.utility[table.standing]) - table.task.reservation
    return bool(table.turns) and gain >= _GOOD_ENOUGH * talks.look.worth


def _idle(table: Table) -> bool:
    """Tell whether repeating our offer would be idle: the vendor has said its last word, or stands still before our limit."""
    if table.position.vendor_final or table.last is None:
        return True
    worst = int(table.frame.costs[table.task.allowed].max())
    return not table.moved and table.cost(table.last) >= worst


def _talk(position: Position, latest: Terms) -> Talk:
    """Pair our offers with those they answered; what was said in another currency was no offer yet."""
    answered = position.answered or tuple(range(1, len(position.ours) + 1))
    pairs = []
    for ours, count in zip(position.ours, answered, strict=True):
        seen = [terms for terms in position.theirs[:count] if terms.currency == latest.currency]
        if ours.currency == latest.currency:
            pairs.append((seen[-1] if seen else None, ours))
    heard = tuple(terms for terms in position.theirs if terms.currency == latest.currency)
    return Talk(tuple(pairs), latest, heard or (latest,))


def _rounds(position: Position) -> int:
    left = max(min(position.rounds_left, max_rounds(position.requisition.urgency) - len(position.ours)), 0)
    # A "final" first word is tried once; a final answer to our offer is believed when it can be accepted, and tried once when not.
    if position.vendor_final and position.ours and not faults(position, position.theirs[-1]):
        return 0
    return min(left, 1) if position.vendor_final else left


def _money_faults(position: Position, terms: Terms) -> tuple[str, ...]:
    """Return the faults of price, plan, fees and quantity; the operator's limits on other terms are weighed by value."""
    limits = position.effective.model_copy(update={"limits": tuple(p for p in position.effective.limits if p.term.value in _HARD)})
    return faults(position.model_copy(update={"preferences": limits}), terms)


_HARD = frozenset({"term_months", "billing", "setup_fee"})


def _permitted_package(package: Terms, preferences: Preferences) -> Terms:
    """Return the package on a plan that the operator's limits permit: no longer, and not paid further ahead."""
    if package.unit_price.period not in MONTHS:
        return package
    months = min(max(package.term_months, shortest_term(preferences)), longest_term(preferences))
    only = [limit.only for limit in preferences.limits_on(Term.BILLING) if limit.only]
    ahead = [period for period in (Period.YEAR, Period.QUARTER, Period.MONTH) if all(period.value in words for words in only)]
    billing = package.billing if package.billing in ahead or not ahead else ahead[0]
    return package.model_copy(update={"term_months": months, "billing": Period.MONTH if months == 1 else billing})


def _why_accept(position: Position, latest: Terms) -> str:
    ceiling = position.requisition.ceiling_for(latest.term_months)
    words = f"{latest.all_in_total()} all-in over {latest.term_months} months is within the ceiling of {ceiling}"
    if position.ours and same_basis(latest, position.ours[-1]) and comparable_total(latest) <= comparable_total(position.ours[-1]):
        words += "; our last offer was met"
    return words


def _why_not(table: Table) -> str:
    if table.broken:
        return "no rounds left or no offer to add: " + "; ".join(table.broken)
    cheaper = table.alternative
    own = own_walk_away(table.position, table.talk.latest)
    if cheaper is None:
        return f"nothing to add{f'; your walk-away is {own}' if own else ''}"
    cost = table.frame.cost_of(table.standing)
    return f"its last offer, {cost} a year with its terms, is no better than {cheaper.source} ({cheaper.amount}); it stays on the table for the award"
