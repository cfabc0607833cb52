"""What a model is shown of a long contract: its beginning, and the passages that look most like a clause of some kind, in their order.

A right passage is among the three best of its kind for 94 % of the clauses that are there (the model card says how that was measured), so
that a long contract costs less than a third of its words.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, zip_longest

Marked = Mapping[str, Sequence[tuple[int, int, float]]]
"""For each category the passages that may be of it: start, end and probability, best first."""

_WHOLE = 12_000  # characters up to which a contract is shown whole
_MOST = 60_000
_BEST = 5  # passages of one category
_SHARE = 0.3
_HEAD = 1_500  # parties, dates and definitions
_CUT = "\n[…]\n"


def excerpt_for_model(text: str, marked: Marked, read: Iterable[tuple[int, int]]) -> str:
    """Return what of a contract is worth a model's time; the whole of a short one, and of one that nobody marked passages in.

    `read` are the places that the rules read: they are shown last, as room is left.
    """
    if len(text) <= _WHOLE or not marked:
        return text[:_MOST]
    best = (sorted(passages, key=lambda passage: -passage[2])[:_BEST] for passages in marked.values())
    by_rank = (passage[:2] for rank in zip_longest(*best) for passage in rank if passage is not None)
    room = min(_MOST, int(len(text) * _SHARE))
    return _CUT.join(text[start:end] for start, end in _joined(_within(room, chain([(0, _HEAD)], by_rank, read))))


def _within(room: int, wanted: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the places that fit, taken in the order in which they are wanted; one that is there already costs nothing."""
    taken: list[tuple[int, int]] = []
    for start, end in wanted:
        if any(a <= start and end <= b for a, b in taken):
            continue
        cost = end - start + len(_CUT)
        if cost <= room:
            taken.append((start, end))
            room -= cost
    return taken


def _joined(places: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return places in order, those that meet as one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if found and start <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found
