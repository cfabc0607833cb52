"""The outcome space: every combination of the values that the terms under negotiation can take."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from memory.domain.errors import InputError

Floats = npt.NDArray[np.float64]
Singles = npt.NDArray[np.float32]
Ints = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]
Value = float | str

MOST_OUTCOMES = 200_000


@dataclass(frozen=True, slots=True)
class Issue:
    """One term under negotiation and the values it can take, in their natural order."""

    name: str
    values: tuple[Value, ...]


@dataclass(frozen=True, eq=False)
class Space:
    """All outcomes: row `i` of `grid` holds, per issue, the position of outcome `i`'s value.

    `permitted` says which outcomes may be offered or accepted at all: the hard limits, whatever an outcome is worth.
    """

    issues: tuple[Issue, ...]
    grid: npt.NDArray[np.int16]
    permitted: Mask
    _rows: dict[tuple[int, ...], int] = field(init=False, repr=False, default_factory=dict)

    def __post_init__(self) -> None:
        """Raise `InputError` when the parts do not fit together."""
        if self.grid.ndim != 2 or self.grid.shape[1] != len(self.issues) or self.permitted.shape != (len(self.grid),):
            raise InputError("the outcome grid does not fit its issues and limits", hint="build it with Space.product")
        if not len(self.grid) or len(self.grid) > MOST_OUTCOMES:
            raise InputError(
                f"{len(self.grid):,} outcomes cannot be negotiated over", hint=f"name at least one and at most {MOST_OUTCOMES:,} outcomes"
            )

    @classmethod
    def product(cls, issues: tuple[Issue, ...], permitted: Callable[[tuple[Value, ...]], bool] | None = None) -> Space:
        """Return the space of all combinations, the last issue changing fastest; `permitted` sees the values of an outcome."""
        ranges = [range(len(issue.values)) for issue in issues]
        grid = np.array(list(itertools.product(*ranges)), dtype=np.int16).reshape(-1, len(issues))
        space = cls(issues, grid, np.ones(len(grid), dtype=np.bool_))
        if permitted is not None:
            space.permitted[:] = [bool(permitted(space.values_of(i))) for i in range(space.size)]
        return space

    @property
    def size(self) -> int:
        """How many outcomes there are."""
        return len(self.grid)

    def values_of(self, outcome: int) -> tuple[Value, ...]:
        """Return the values of an outcome, in the order of the issues."""
        return tuple(issue.values[k] for issue, k in zip(self.issues, self.grid[outcome], strict=True))

    def outcome_of(self, values: tuple[Value, ...]) -> int:
        """Return the outcome with exactly these values. Raises `InputError` when there is none."""
        if not self._rows:
            self._rows.update({tuple(row): i for i, row in enumerate(self.grid.tolist())})
        try:
            return self._rows[tuple(issue.values.index(value) for issue, value in zip(self.issues, values, strict=True))]
        except (ValueError, KeyError):
            raise InputError(f"{values} is no outcome of this negotiation", hint="use a value of each issue, in their order") from None
