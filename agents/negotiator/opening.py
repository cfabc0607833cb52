"""The opening: how low a first offer may be, from evidence."""

from __future__ import annotations

from decimal import Decimal

from agents.negotiation.preferences.bridge import Talk, cost_of, expected_end
from agents.negotiator.position import Position, own_walk_away
from agents.negotiator.pricing import (
    at_price,
    comparable_total,
    list_price_on,
    own_price,
    price_reaching,
    price_within,
    scaled,
    shown,
    step_of,
)
from memory.domain.base import Noun
from memory.domain.quote import Terms
from memory.domain.reasoning import WalkAway

_PREPAID = Decimal(10) / Decimal(12)
_UNBOUND = Decimal(11) / Decimal(12)
_UNDERCUT = Decimal("0.95")
_ROOM = Decimal("0.90")
_CREDIBLE = Decimal("0.50")


class Opening(Noun):
    """The lowest unit price that we ask for on our package, the lowest for less than a year in advance, and the evidence."""

    price: int
    unbound: int
    why: str


def opening_of(position: Position, talk: Talk, package: Terms, alternative: WalkAway | None) -> Opening:
    """Return the opening.

    Five sixths of the list price (a year paid in advance usually costs ten months of twelve), the best competing offer less 5 %,
    where earlier talks with this vendor ended less 5 %, nine tenths of our limit: the lowest of them, but never under half of the list price, which no seller takes for an offer.
    """
    first = talk.heard[0]
    quoted = own_price(first, package) if first.setup_fee.amount_minor else price_reaching(package, comparable_total(first))
    listed = list_price_on(position.list_price, package)
    anchor = min([quoted, *([listed.amount_minor] if listed else [])])
    ceiling = position.requisition.ceiling_for(package.term_months)
    own = own_walk_away(position, package)
    limit = price_within(package, min([ceiling, *([scaled(own, package)] if own else [])]))
    options = {"ten months' price for twelve": int(anchor * _PREPAID), "nine tenths of our limit": int(limit * _ROOM)}
    if alternative is not None:
        options[f"5 % under {alternative.source}"] = int(_price_matching(package, alternative, position) * _UNDERCUT)
    if position.record is not None and position.record.talks:
        options["5 % under where earlier talks ended"] = int(quoted * expected_end(position.record, position.today) * _UNDERCUT / 10_000)
    reason = min(options, key=lambda name: (options[name], name))
    price = max(options[reason], int(anchor * _CREDIBLE), 1)
    price = max(price - price % step_of(price), 1)
    unbound = max(int(anchor * _UNBOUND), price)
    why = f"{reason} (list {shown(package, anchor)})"
    return Opening(price=price, unbound=max(unbound - unbound % step_of(unbound), price), why=why)


def unbound_price(bound: int) -> int:
    """Return the price by the month, free to leave, that goes with a price for a year in advance: as eleven months go with ten."""
    return -int(-bound * _UNBOUND // _PREPAID)


def _price_matching(package: Terms, alternative: WalkAway, position: Position) -> int:
    """Return the highest unit price at which the package is as good as an alternative, both with their terms reckoned in."""
    low, high = 0, max(alternative.amount.amount_minor, 1) * 2
    while high - low > 1:
        middle = (low + high) // 2
        fits = cost_of(at_price(package, middle), position.effective) <= alternative.amount
        low, high = (middle, high) if fits else (low, middle)
    return low
