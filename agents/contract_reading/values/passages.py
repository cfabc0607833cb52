"""The passages that a finder marked, best first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Passages = Sequence[tuple[int, int, float]]
"""`(start, end, probability)` of each."""
_TOUCH = 12


def best(text: str, passages: Mapping[str, Passages], category: str, most: int, least: float) -> list[tuple[int, int, float]]:
    """Return the best passages of a category, the parts of one sentence joined: a page break may part it."""
    joined: list[tuple[int, int, float]] = []
    for one in sorted((one[0], one[1], one[2]) for one in passages.get(category, ()) if one[2] >= least):
        if joined and one[0] - joined[-1][1] <= _TOUCH and text[joined[-1][1] - 1] not in ".;":
            last = joined.pop()
            joined.append((last[0], max(one[1], last[1]), max(one[2], last[2])))
        else:
            joined.append(one)
    return sorted(joined, key=lambda one: -one[2])[:most]
