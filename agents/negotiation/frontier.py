"""The outcomes worth thinking about: those on the frontier between our utility and some plausible vendor's."""

from __future__ import annotations

import numpy as np

from agents.negotiation.space import Floats, Ints, Singles, Space

BLOCK = 4096
UNSHARED = 200_000
MOST = 192


def width_of(space: Space) -> int:
    """Return how many columns an issue takes in `one_hot`: the largest number of values any issue has."""
    return max(len(issue.values) for issue in space.issues)


def one_hot(space: Space, outcomes: Ints) -> Floats:
    """Return one row per outcome with a 1 at each of its values: times value weights it gives additive utilities."""
    width = width_of(space)
    rows = np.zeros((len(outcomes), len(space.issues) * width))
    np.put_along_axis(rows, space.grid[outcomes].astype(np.intp) + np.arange(len(space.issues)) * width, 1.0, axis=1)
    return rows


def likings(rows: Singles, values: Singles) -> Singles:
    """Return what each vendor (row of value weights) gets from each outcome (row of `one_hot`): outcome by vendor.

    The product is taken in blocks too small for BLAS to share among threads: on a busy machine its threads wait for one another
    for longer than they work, and the sums do not depend on how many there are.
    """
    result = np.empty((len(rows), len(values)), dtype=np.float32)
    turned = np.ascontiguousarray(values.T)
    step = max(UNSHARED // max(turned.size, 1), 1)
    for start in range(0, len(rows), step):
        np.dot(rows[start : start + step], turned, out=result[start : start + step])
    return result


def frontier_union(space: Space, utility: Floats, allowed: Ints, vendors: Floats) -> Ints:
    """Return the allowed outcomes, from our best to our worst, that lie on the frontier with some vendor (row of value weights).

    An outcome lies on it when the vendor likes it more than everything that we like better. Of too many, those are kept that lie
    on the frontier with most vendors.
    """
    order = allowed[np.argsort(-utility[allowed], kind="stable")]
    values = vendors.astype(np.float32)
    best = np.full(len(vendors), np.float32(-1.0))
    kept, votes = list[Ints](), list[Ints]()
    for start in range(0, len(order), BLOCK):
        block = order[start : start + BLOCK]
        liked = np.concatenate((best[:, None], likings(one_hot(space, block).astype(np.float32), values).T), axis=1)
        rising = np.maximum.accumulate(liked, axis=1)
        count = (rising[:, 1:] > rising[:, :-1] + 1e-6).sum(axis=0)
        kept.append(block[count > 0])
        votes.append(count[count > 0])
        best = rising[:, -1]
    if not kept:
        return order
    found, counts = np.concatenate(kept), np.concatenate(votes)
    if len(found) <= MOST:
        return found
    return found[np.sort(np.argsort(-counts, kind="stable")[:MOST])]
