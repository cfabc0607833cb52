"""From a negotiation in typed terms to the engine's task: frame, utility, limits, what walking away is worth, and what was learned.

Limits on money and amount, the policy's and the operator's are a mask; the best alternative is the reservation. Rebuilt from the
whole history every time, so that a restart changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from math import erfc, sqrt

import numpy as np

from agents.negotiation.preferences.axes import Bounds, axes_for
from agents.negotiation.preferences.frame import MOST_OUTCOMES, Frame, Permits, framed, same_basis
from agents.negotiation.prior import VendorPrior
from agents.negotiation.task import Task
from memory.domain.money import Money
from memory.domain.preferences import Preferences, Term
from memory.domain.quote import Terms
from memory.domain.reasoning import WalkAway
from memory.domain.requisition import MONTHS
from memory.domain.talks import TalkRecord
from memory.domain.worth import adjusted

_RUNNING_ONLY = frozenset({Term.TERM_MONTHS, Term.BILLING, Term.PRICE_CAP, Term.NOTICE_DAYS})
_LAST_QUARTER = 3
_LATE_DAYS = 21
_HAIR = 1e-9
"""Rounding of floats must not put an outcome of exactly our walk-away's cost on the wrong side of it."""


@dataclass(frozen=True)
class Talk:
    """The talk so far: `pairs` holds, per counteroffer of ours, the vendor's offer it answered (None: none yet); then what is on the table."""

    pairs: tuple[tuple[Terms | None, Terms], ...]
    latest: Terms
    heard: tuple[Terms, ...]


def frame_for(base: Terms, talk: Talk, preferences: Preferences, bounds: Bounds, permits: Permits) -> Frame:
    """Return the frame. Offers that do not fit into it any more (another basis of price, too many wishes) count by their cost."""
    fitting = preferences if base.unit_price.period in MONTHS else bought_once(preferences)
    ours = [ours for _theirs, ours in talk.pairs if same_basis(ours, base)]
    theirs = [terms for terms in talk.heard if same_basis(terms, base)]
    while True:
        offered = (*theirs, *ours)
        axes = axes_for(base, offered, ours, fitting, bounds, permits)
        if axes.size <= MOST_OUTCOMES or len(theirs) + len(ours) <= 2:
            return framed(base, axes, fitting, permits, bounds.floor, offered)
        theirs, ours = (theirs[1:], ours) if len(theirs) > max(len(ours), 1) else (theirs, ours[1:])


def bought_once(preferences: Preferences) -> Preferences:
    """Return the preferences that speak of something bought once: no term, billing, increase or notice."""
    return Preferences(
        worths=tuple(p for p in preferences.worths if p.term not in _RUNNING_ONLY),
        limits=tuple(p for p in preferences.limits if p.term not in _RUNNING_ONLY),
        named=preferences.named - _RUNNING_ONLY,
    )


def place(frame: Frame, terms: Terms) -> int:
    """Return the outcome of terms: exactly, or the nearest in cost where they are none of the frame."""
    found = frame.outcome_of(terms)
    if found is not None:
        return found
    return int(np.abs(frame.costs - adjusted(terms, frame.preferences).amount_minor).argmin())


def task_for(
    frame: Frame, alternative: WalkAway | None, *, rounds: int, seed: int, prior: VendorPrior | None = None, barred: int | None = None
) -> Task:
    """Return the engine's task. `alternative` is the best other deal; without one, whatever the limits permit is worth having.

    `barred` is an outcome that must not be accepted although the limits permit it: something in the vendor's offer is unclear.
    """
    permitted = frame.permitted.copy()
    if barred is not None:
        permitted[barred] = False
    worst = float(frame.utility[permitted].min()) if permitted.any() else 0.0
    reservation = worst
    if alternative is not None and alternative.amount.currency == frame.base.currency:
        reservation = max(worst, frame.utility_of(alternative.amount.amount_minor))
    space = frame.space
    space.permitted[:] = permitted
    return Task(space, frame.utility, reservation - _HAIR, rounds, moves_first=False, seed=seed, prior=prior)


def prior_from(record: TalkRecord | None, frame: Frame, task: Task, first: Terms, today: date | None) -> VendorPrior | None:
    """Return what earlier talks say of this one: where they ended, as a part of the way from walking away to our best outcome.

    An end above today's walk-away is no end that could be reached: it counts for the chance that there is no deal at all.
    """
    if record is None or not record.talks or not task.allowed.any():
        return None
    ended = expected_end(record, today)
    quoted = adjusted(first, frame.preferences).amount_minor
    worst, best = frame.cost_at(task.reservation).amount_minor, int(frame.costs[task.allowed].min())
    if worst <= best:
        return None
    reached = (worst - quoted * ended // 10_000) * 1000 // (worst - best)
    spread = max(quoted * max(record.spread_bp, 200) // 10_000 * 1000 // (worst - best), 40)
    beyond = round(500 * erfc(reached / spread / sqrt(2)))
    total = sum(record.manners.values())
    manners = {name: count * 1000 // total for name, count in sorted(record.manners.items())} if total else {}
    return VendorPrior(
        talks=record.talks, reached=min(max(reached, 20), 990), reached_spread=min(spread, 400), beyond=beyond, behaviours=manners
    )


def expected_end(record: TalkRecord, today: date | None) -> int:
    """Return where earlier talks ended, in basis points of the first quote; near a quarter's end as they ended then."""
    return max(record.ended_bp - (record.quarter_end_bp if today is not None and near_quarter_end(today) else 0), 0)


def near_quarter_end(day: date) -> bool:
    """Tell whether a day lies in the last three weeks of a quarter, when sales desks look at their targets."""
    quarter = (day.month - 1) // 3
    next_one = date(day.year + (quarter == _LAST_QUARTER), 1 + (quarter + 1) % 4 * 3, 1)
    return (next_one - day).days <= _LATE_DAYS


def best_of(candidates: Sequence[WalkAway]) -> WalkAway | None:
    """Return the cheapest alternative; of equals the first."""
    return min(candidates, key=lambda c: c.amount.amount_minor) if candidates else None


def cost_of(terms: Terms, preferences: Preferences) -> Money:
    """Return what an offer costs a year with its terms reckoned in; running terms count for nothing in what is bought once."""
    return adjusted(terms, preferences if terms.unit_price.period in MONTHS else bought_once(preferences))
