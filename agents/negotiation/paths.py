"""The concession paths that a plan chooses among, as levels of our own gain."""

from __future__ import annotations

import numpy as np

from agents.negotiation.space import Ints

ENDS = 16
SHAPES = (0.5, 1.0, 2.5)
CREEPS = (0.25, 0.6)


def paths_from(start: int, levels: int, turns: int) -> Ints:
    """Return paths of levels (path, turn): from `start` to every end, by every shape, and creeping until a drop on the last turn."""
    time = np.linspace(0, 1, turns)
    shapes = [time**power for power in SHAPES] + [np.where(time < 1, creep * (0.3 + 0.7 * time), 1.0) for creep in CREEPS]
    ends = np.unique(np.linspace(start, levels - 1, min(levels - start, ENDS)).round().astype(int))
    rows = [np.rint(start + (end - start) * shape) for end in ends for shape in shapes]
    return np.array(rows, dtype=np.intp)
