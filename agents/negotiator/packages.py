"""Packages of equal worth to us: what the vendor picks among them tells what it cares for (Leonardelli et al., 2019)."""

from __future__ import annotations

import numpy as np

from agents.negotiator.explaining import Look
from agents.negotiator.steps import trades

_TRADED = 2
_LEAST = 0.985
"""A second package costs us at most as much as the decided one, and at least this part of it."""
_FIRST = 0.96
"""In the first letter, far from where talks end, the decided one may be this part of a package: one step of price or one plan apart."""
_MOST_TRIED = 40


def equal_packages(look: Look, outcome: int) -> tuple[int, ...]:
    """Return the decided outcome and, where there is one, another of equal worth to us: a trade, that gives on one term and takes on another.

    Of several the one that the vendor is thought to like best is taken. The first offer of all is our best in every term, so that
    nothing can be traded against it: there two others stand in for it that trade with each other and cost hardly more.
    """
    frame, cost = look.frame, int(look.frame.costs[outcome])
    near = look.task.allowed & (frame.costs <= cost) & (frame.costs >= int(cost * _LEAST))
    differs = frame.grid != frame.grid[outcome]
    other = (differs.sum(axis=1) >= _TRADED) & differs[:, 1:].any(axis=1)
    sayable = np.array([free is None and credit is None for _fee, free, credit in frame.axes.extras])[frame.grid[:, 2]]
    found = np.flatnonzero(near & other & sayable)
    if not len(found):
        return (outcome,) if look.turns else _first_pair(look, outcome, sayable)
    return outcome, int(found[int(np.argmax(look.talks.liked(found).round(9)))])


def _first_pair(look: Look, outcome: int, sayable: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> tuple[int, ...]:
    """Return the two cheapest outcomes that trade a price against days or a plan, or the decided one where there are none."""
    frame, cost = look.frame, int(look.frame.costs[outcome])
    near = np.flatnonzero(look.task.allowed & (frame.costs >= cost) & (frame.costs <= int(cost / _FIRST)) & sayable)
    near = near[np.argsort(frame.costs[near], kind="stable")][:_MOST_TRIED]
    for place, dearer in enumerate(near):
        for cheaper in near[:place]:
            if frame.grid[cheaper, 0] != frame.grid[dearer, 0] and trades(frame.terms_of(int(cheaper)), frame.terms_of(int(dearer))):
                return int(cheaper), int(dearer)
    return (outcome,)
