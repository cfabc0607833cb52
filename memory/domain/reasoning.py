"""Why a move of a negotiation was made: what was believed, expected and compared, as facts that replay. For the operator's eyes only."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from memory.domain.base import Noun
from memory.domain.money import Money

MOST_POINTS = 60

PointKind = Literal["frontier", "theirs", "ours", "decided"]


class OutcomePoint(Noun):
    """An outcome as a point: its worth to us and, as far as we can tell, to the vendor, both in thousandths.

    `frontier` points are those that nobody can better without loss to the other; the rest are offers that were made.
    """

    kind: PointKind
    ours: int
    theirs: int
    label: str = Field(max_length=200)
    round: int | None = None


class WalkAway(Noun):
    """The most that a deal may cost us, reckoned with its terms over a year, and what it comes from."""

    amount: Money
    source: str


class Reasoning(Noun):
    """One round's reason. Amounts are yearly all-in costs with the terms reckoned in; utilities and chances are in thousandths.

    `standing_total` and `asked_total` are the same two offers as letters state them: all-in over a year, nothing reckoned in.
    `limit_likely` is our best guess of the most that the vendor would still give way to, with its 80 % interval, never dearer than
    an offer of its own that breaks no limit of ours; None where no deal is thought likely or nothing is known. It holds if the vendor
    can meet us at all, and `no_deal_chance` is the chance that it cannot: None in reasons from before it was kept. `expected` is the
    cost of the deal that going on was worth as much as, an end without a deal counted as walking away. `deal_chance` is the chance
    that the vendor signs an offer of ours in this or a later round; that we take one of its own in the end comes on top.
    `walk_away_utility` is what walking away is worth on the scale of the other utilities (0: the dearest outcome of this round's
    table, 1000: the cheapest), and may lie outside of it; None in reasons from before it was kept.
    """

    round: int = Field(ge=0)
    move: str
    words: str = Field(max_length=2000)
    standing_utility: int | None = None
    standing_cost: Money | None = None
    asked_utility: int | None = None
    asked_cost: Money | None = None
    standing_total: Money | None = None
    asked_total: Money | None = None
    walk_away: WalkAway | None = None
    walk_away_utility: int | None = None
    limit_low: Money | None = None
    limit_likely: Money | None = None
    limit_high: Money | None = None
    no_deal_chance: int | None = Field(default=None, ge=0, le=1000)
    expected: Money | None = None
    deal_chance: int = Field(default=0, ge=0, le=1000)
    behaviours: dict[str, int] = Field(default_factory=dict)
    learned_from: int = Field(default=0, ge=0)
    points: tuple[OutcomePoint, ...] = Field(default=(), max_length=MOST_POINTS)
