"""The strategy: offers on the table in, next move out. Arithmetic only, and each step can be explained.

The rules, in the order in which they are asked:

1. Never above the walk-away: what the ceiling, and the best competing offer, leave for the term, all-in (tax, fees, term).
2. The opening rests on evidence: five sixths of the list price (a year paid in advance usually costs ten months of
   twelve), the best competing offer less 5 %, and nine tenths of the walk-away; the lowest of them, but never under half of
   the list price, which no seller takes for an offer.
3. A concession answers a concession: at most as large as the vendor's last one, at most half of the gap. The last
   counteroffer to a vendor that is too dear, and not on its way to our limit, goes to that limit: nothing is left to lose.
4. We accept inside the hard limits only: all-in within the ceiling, right currency, enough units, no longer than a year, not
   above list price, nothing unclear. A vendor that still concedes is given two rounds before.

Later strategies keep `decide(Position) -> Decision`.
"""

from __future__ import annotations

from decimal import Decimal

from agents.negotiator.brief import Move
from agents.negotiator.pricing import (
    YEAR,
    at_price,
    comparable_total,
    list_price_on,
    own_price,
    package_for,
    price_reaching,
    price_within,
    scaled,
    shown,
    step_of,
)
from memory.domain.base import Noun
from memory.domain.instruction import Urgency
from memory.domain.money import Money, Price
from memory.domain.quote import Terms
from memory.domain.requisition import MONTHS, Requisition

ROUNDS = {Urgency.HOT: 2, Urgency.NORMAL: 4, Urgency.COLD: 4}
QUESTIONS = {Urgency.HOT: 1, Urgency.NORMAL: 2, Urgency.COLD: 2}
_PREPAID = Decimal(10) / Decimal(12)
_UNDERCUT = Decimal("0.95")
_ROOM = Decimal("0.90")
_CREDIBLE = Decimal("0.50")
_STALLED = Decimal("0.01")


class Position(Noun):
    """Where one negotiation stands. `theirs` and `ours` are in the order they were made, the vendor's latest last.

    `best_alternative` is in the measure of `comparable_total`; `unspeakable` are amounts that must not be offered because
    naming them would tell a secret. `questions` are what the latest quote leaves open.
    """

    requisition: Requisition
    theirs: tuple[Terms, ...] = ()
    ours: tuple[Terms, ...] = ()
    list_price: Price | None = None
    best_alternative: Money | None = None
    rounds_left: int = 4
    vendor_final: bool = False
    questions: tuple[str, ...] = ()
    questions_asked: int = 0
    readable: bool = True
    denied_needs: tuple[str, ...] = ()
    unspeakable: frozenset[int] = frozenset()


class Decision(Noun):
    """The next move, the terms it concerns, and why, in words for the operator."""

    move: Move
    terms: Terms | None = None
    rationale: str
    questions: tuple[str, ...] = ()


def max_rounds(urgency: Urgency) -> int:
    """Return how many counteroffers one vendor gets: 4, in a hot case 2."""
    return ROUNDS[urgency]


def walk_away(position: Position, terms: Terms) -> Money:
    """Return the most that terms of this length may cost all-in: the ceiling or the best competing offer, whichever is less."""
    ceiling = position.requisition.ceiling_for(terms.term_months)
    best = position.best_alternative
    if best is None or best.currency != ceiling.currency:
        return ceiling
    months = terms.term_months if terms.unit_price.period in MONTHS else YEAR
    return min(ceiling, Money(amount_minor=best.amount_minor * months // YEAR, currency=best.currency))


def faults(position: Position, terms: Terms) -> tuple[str, ...]:
    """Return every hard limit that terms break; none means that they may be accepted."""
    requisition = position.requisition
    if terms.currency != requisition.ceiling.currency:
        return (f"quoted in {terms.currency}, the budget is in {requisition.ceiling.currency}",)
    found: list[str] = []
    ceiling = requisition.ceiling_for(terms.term_months)
    if terms.all_in_total() > ceiling:
        found.append(f"{terms.all_in_total()} all-in is above the ceiling of {ceiling}")
    if terms.quantity < requisition.quantity:
        found.append(f"covers {terms.quantity:,} {terms.unit}, {requisition.quantity:,} are needed")
    if terms.term_months > YEAR:
        found.append(f"binds for {terms.term_months} months")
    listed = list_price_on(position.list_price, terms)
    if listed is not None and terms.unit_price.money > listed:
        found.append(f"{terms.unit_price} is above the list price of {listed}")
    return tuple(found)


def decide(position: Position) -> Decision:
    """Return the next move. The same position always gives the same move."""
    return _before_bargaining(position) or _bargain(position, position.theirs[-1])


def _before_bargaining(position: Position) -> Decision | None:
    """Return the move when there is nothing to bargain over yet, or no more, or something is unclear; else None."""
    if position.denied_needs:
        return Decision(move=Move.WALK_AWAY, rationale="; ".join(position.denied_needs))
    if position.readable and not position.theirs:
        return Decision(move=Move.REQUEST_QUOTE, rationale="nothing has been offered yet")
    may_ask = position.questions_asked < QUESTIONS[position.requisition.urgency]
    if not position.readable:
        why = "no offer could be read in the answer"
        return (
            Decision(move=Move.CLARIFY, rationale=why) if may_ask else Decision(move=Move.WALK_AWAY, rationale=f"{why}, after asking again")
        )
    points = _open_points(position, position.theirs[-1])
    if points and may_ask:
        return Decision(move=Move.CLARIFY, rationale="asked before anything is decided: " + " ".join(points), questions=points)
    if position.theirs[-1].currency != position.requisition.ceiling.currency:
        return Decision(move=Move.WALK_AWAY, rationale="; ".join(faults(position, position.theirs[-1])))
    return None


def _bargain(position: Position, latest: Terms) -> Decision:
    broken = (*faults(position, latest), *position.questions)
    rounds = _rounds(position)
    acceptance = None if broken else Decision(move=Move.ACCEPT, terms=latest, rationale=_why_accept(position, latest))
    if acceptance is not None and (rounds == 0 or _settled(position, latest)):
        return acceptance
    counter = _counter(position, latest) if rounds else None
    ending = acceptance or Decision(move=Move.WALK_AWAY, rationale="no rounds left or no offer to add: " + "; ".join(broken))
    return counter or ending


def _open_points(position: Position, latest: Terms) -> tuple[str, ...]:
    wanted = position.requisition.ceiling.currency
    if latest.currency != wanted:
        return (f"Could you please quote in {wanted}?",)
    return position.questions


def _rounds(position: Position) -> int:
    left = min(position.rounds_left, max_rounds(position.requisition.urgency) - len(position.ours))
    # A "final" first word is tried once; a final answer to our offer is believed when it can be accepted.
    if position.vendor_final and position.ours and not faults(position, position.theirs[-1]):
        return 0
    return max(left, 0)


def _settled(position: Position, latest: Terms) -> bool:
    """Tell whether asking on would gain nothing: our offer was met, or the vendor has stopped moving."""
    if not position.ours:
        return False
    if comparable_total(latest) <= comparable_total(position.ours[-1]):
        return True
    return _last_concession(position) < comparable_total(latest).times(_STALLED).amount_minor


def _last_concession(position: Position) -> int:
    """Return by how much the vendor's last offer undercut the one before, in minor units over a year; 0 when it did not."""
    if len(position.theirs) < 2 or position.theirs[-2].currency != position.theirs[-1].currency:
        return 0
    before, after = (comparable_total(terms).amount_minor for terms in position.theirs[-2:])
    return max(before - after, 0)


def _counter(position: Position, latest: Terms) -> Decision | None:
    """Return our next offer, or None when we have nothing better to offer than what already lies on the table."""
    package = package_for(position.requisition, latest)
    limit = price_within(package, walk_away(position, package))
    asked = min(price_reaching(package, comparable_total(latest)), own_price(latest, package))
    top = min(limit - 1, asked - 1, *([listed.amount_minor] if (listed := list_price_on(position.list_price, package)) else []))
    floor = price_reaching(package, comparable_total(position.ours[-1])) if position.ours else 1
    if top < max(floor, 1):
        return None
    price, why = _opening(position, package, limit, top) if not position.ours else _next_step(position, package, floor, top, limit, asked)
    said = _speakable(position, max(min(price, top), floor), floor)
    if said is None or (position.ours and said <= floor and _stuck(position, floor, top)):
        return None
    terms = at_price(package, said)
    return Decision(move=Move.COUNTER, terms=terms, rationale=why, questions=position.questions)


def _stuck(position: Position, floor: int, top: int) -> bool:
    """Tell whether repeating our offer would be idle: the vendor has said its last word, or stands still before our limit."""
    at_limit = floor >= top - top % step_of(top)
    return position.vendor_final or (at_limit and not _last_concession(position))


def _opening(position: Position, package: Terms, limit: int, top: int) -> tuple[int, str]:
    quoted = next(terms for terms in position.theirs if terms.currency == package.currency)
    first = own_price(quoted, package) if quoted.setup_fee.amount_minor else price_reaching(package, comparable_total(quoted))
    listed = list_price_on(position.list_price, package)
    anchor = min([first, *([listed.amount_minor] if listed else [])])
    options = {"ten months' price for twelve": int(anchor * _PREPAID), "nine tenths of our limit": int(limit * _ROOM)}
    if position.best_alternative is not None:
        rival = price_within(package, scaled(position.best_alternative, package))
        options["5 % under the best competing offer"] = int(rival * _UNDERCUT)
    reason = min(options, key=lambda name: (options[name], name))
    price = max(options[reason], int(anchor * _CREDIBLE))
    price = min(price - price % step_of(price), top)
    return price, f"opening at {shown(package, price)}: {reason} (list {shown(package, anchor)})"


def _next_step(position: Position, package: Terms, floor: int, top: int, limit: int, asked: int) -> tuple[int, str]:
    conceded = _last_concession(position)
    in_price = price_reaching(package, Money(amount_minor=conceded, currency=package.currency)) if conceded else 0
    last = min(position.rounds_left, max_rounds(position.requisition.urgency) - len(position.ours)) == 1
    # A vendor that goes on conceding half as much as before may come within the limit by itself; otherwise this is the end.
    if (last or position.vendor_final) and asked - in_price // 2 > limit:
        rounded = top - top % step_of(top)
        return rounded if rounded >= floor else top, "last counteroffer: our limit, since the vendor is still above it"
    price = floor + min(in_price, (top + 1 - floor) // 2)
    price = max(price - price % step_of(price), floor)
    moved = f"up by {shown(package, price - floor)}, no more than the vendor came down"
    return price, moved if price > floor else "held: the vendor hardly moved"


def _speakable(position: Position, price: int, floor: int) -> int | None:
    while price >= floor and price in position.unspeakable:
        price -= 1
    return price if price >= max(floor, 1) else None


def _why_accept(position: Position, latest: Terms) -> str:
    ceiling = position.requisition.ceiling_for(latest.term_months)
    words = f"{latest.all_in_total()} all-in over {latest.term_months} months is within the ceiling of {ceiling}"
    if position.ours and comparable_total(latest) <= comparable_total(position.ours[-1]):
        words += "; our last offer was met"
    best = position.best_alternative
    if best is not None and best.currency == latest.currency and comparable_total(latest) > best:
        words += f"; a competing offer is cheaper by {comparable_total(latest) - best} a year, which the award weighs"
    return words
