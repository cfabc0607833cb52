"""The outcomes worth thinking about: those on the frontier between our utility and some plausible vendor's."""

from __future__ import annotations

import numpy as np

from agents.negotiation.space import Floats, Ints, Space

BLOCK = 8192


def width_of(space: Space) -> int:
    """Return how many columns an issue takes in `one_hot`: the largest number of values any issue has."""
    return max(len(issue.values) for issue in space.issues)


def one_hot(space: Space, outcomes: Ints) -> Floats:
    """Return one row per outcome with a 1 at each of its values: times value weights it gives additive utilities."""
    width = width_of(space)
    rows = np.zeros((len(outcomes), len(space.issues) * width))
    np.put_along_axis(rows, space.grid[outcomes].astype(np.intp) + np.arange(len(space.issues)) * width, 1.0, axis=1)
    return rows


def frontier_union(space: Space, utility: Floats, allowed: Ints, vendors: Floats) -> Ints:
    """Return the allowed outcomes, from our best to our worst, that lie on the frontier with some vendor (row of value weights).

    An outcome lies on it when the vendor likes it more than everything that we like better.
    """
    order = allowed[np.argsort(-utility[allowed], kind="stable")]
    best = np.full(len(vendors), -1.0)
    kept: list[Ints] = []
    for start in range(0, len(order), BLOCK):
        block = order[start : start + BLOCK]
        liked = np.concatenate((best[:, None], vendors @ one_hot(space, block).T), axis=1)
        rising = np.maximum.accumulate(liked, axis=1)
        kept.append(block[(rising[:, 1:] > rising[:, :-1] + 1e-9).any(axis=0)])
        best = rising[:, -1]
    return np.concatenate(kept) if kept else order
