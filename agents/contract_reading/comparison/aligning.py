"""Which passage of the new text is which of the old: those whose words run on first, then those that moved, then those that are alike.

Every step is bounded: runs of equal words are found by unique phrases, alike passages among a few candidates that share rare words.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from agents.contract_reading.comparison.matching import Run, gaps, runs
from agents.contract_reading.comparison.passages import Passage, joined

_KEPT = 0.3  # share of words that run on for a passage to be the same one, changed
_ALIKE_HERE, _ALIKE_ELSEWHERE = 0.45, 0.72  # shares of common words; elsewhere more is asked for, since contracts repeat phrases
_RARE = 40  # passages a word may stand in to point at a candidate
_TELLING, _CANDIDATES = 14, 6
_PHRASE = 5  # words in common that make two passages neighbours' pieces of one
_MOVES = 4  # words that an equal passage must have to count as moved


@dataclass
class Alignment:
    """The passages of both texts, cut alike where their words run on, and what became of them: pairs of indices, and the rest."""

    old: list[Passage]
    new: list[Passage]
    equal: list[tuple[int, int]] = field(default_factory=list)
    moved: list[tuple[int, int]] = field(default_factory=list)
    changed: list[tuple[int, int]] = field(default_factory=list)
    removed: list[int] = field(default_factory=list)
    added: list[int] = field(default_factory=list)

    @property
    def shared(self) -> int:
        """Percent of the shorter text's words that stand in passages of both; 100 where a text has none."""
        held = sum(min(len(self.old[i].form), len(self.new[j].form)) for i, j in (*self.equal, *self.moved, *self.changed))
        shorter = min(sum(len(passage.form) for passage in side) for side in (self.old, self.new))
        return min(100, 100 * held // shorter) if shorter else 100


@dataclass
class _Left:
    """Passages that are not matched yet, each with the number of the gap between equal words in which it stands."""

    old: dict[int, int]
    new: dict[int, int]

    def take(self, i: int, j: int) -> None:
        del self.old[i], self.new[j]


def align(old: Sequence[Passage], new: Sequence[Passage]) -> Alignment:
    """Return which passage became which."""
    found, left = _running_on(old, new)
    _take_moved(found, left)
    _take_alike(found, left)
    found.removed, found.added = sorted(left.old), sorted(left.new)
    return found


def _running_on(old: Sequence[Passage], new: Sequence[Passage]) -> tuple[Alignment, _Left]:
    """Match passages that share running words; where one text cuts a passage in two, both are put together again."""
    words_old, words_new = _words(old), _words(new)
    equal_runs = runs(words_old, words_new)
    shared = _shared(equal_runs, _owners(old), _owners(new))
    found = Alignment([], [])
    left = _Left({}, {})
    gap_old, gap_new = _gap_numbers(equal_runs, len(words_old), len(words_new))
    starts_old, starts_new = _starts(old), _starts(new)
    for olds, news in _groups(len(old), len(new), _firm(shared, old, new)):
        one, other = joined([old[i] for i in olds]), joined([new[j] for j in news])
        found.old += [one] if one else []
        found.new += [other] if other else []
        i, j = len(found.old) - 1, len(found.new) - 1
        common = sum(shared.get((a, b), 0) for a in olds for b in news)
        if one and other and one.form == other.form:
            found.equal.append((i, j))
        elif one and other and 2 * common >= _KEPT * (len(one.form) + len(other.form)):
            found.changed.append((i, j))
        else:
            left.old |= {i: gap_old(starts_old[olds[0]])} if one else {}
            left.new |= {j: gap_new(starts_new[news[0]])} if other else {}
    return found, left


def _words(passages: Iterable[Passage]) -> list[str]:
    return [word for passage in passages for word in passage.form]


def _owners(passages: Sequence[Passage]) -> list[int]:
    return [index for index, passage in enumerate(passages) for _ in passage.form]


def _starts(passages: Sequence[Passage]) -> list[int]:
    return list(accumulate((len(passage.form) for passage in passages), initial=0))


def _shared(found: Sequence[Run], owners_old: Sequence[int], owners_new: Sequence[int]) -> Counter[tuple[int, int]]:
    """Return how many running words each pair of passages has in common."""
    pairs: Counter[tuple[int, int]] = Counter()
    for run in found:
        pairs.update(zip(owners_old[run.old : run.old + run.length], owners_new[run.new : run.new + run.length], strict=True))
    return pairs


def _firm(shared: Counter[tuple[int, int]], old: Sequence[Passage], new: Sequence[Passage]) -> list[tuple[int, int]]:
    """Return the pairs of passages that share more than a turn of phrase ("If you ..."), in order."""
    return sorted((i, j) for (i, j), count in shared.items() if count >= min(_PHRASE, (min(len(old[i].form), len(new[j].form)) + 1) // 2))


def _gap_numbers(found: Sequence[Run], olds: int, news: int) -> tuple[Callable[[int], int], Callable[[int], int]]:
    """Return, for a word of either text, the number of the gap between running words in which it stands."""
    between = list(gaps(found, olds, news))
    ends_old, ends_new = [gap[1] for gap in between], [gap[3] for gap in between]
    return (lambda word: bisect_right(ends_old, word)), (lambda word: bisect_right(ends_new, word))


def _groups(olds: int, news: int, firmly: Sequence[tuple[int, int]]) -> Iterator[tuple[list[int], list[int]]]:
    """Yield the passages in order, those of both texts together that share running words. Runs rise, so groups are neighbours."""
    i = j = at = 0
    while i < olds or j < news:
        if at == len(firmly) or (i < firmly[at][0] and i < olds):
            yield ([i], []) if i < olds else ([], [j])
            i, j = (i + 1, j) if i < olds else (i, j + 1)
            continue
        if j < firmly[at][1]:
            yield [], [j]
            j += 1
            continue
        end_old, end_new = firmly[at]
        while at < len(firmly) and (firmly[at][0] <= end_old or firmly[at][1] <= end_new):
            end_old, end_new = max(end_old, firmly[at][0]), max(end_new, firmly[at][1])
            at += 1
        yield list(range(i, end_old + 1)), list(range(j, end_new + 1))
        i, j = end_old + 1, end_new + 1


def _take_moved(found: Alignment, left: _Left) -> None:
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for j in sorted(left.new, reverse=True):
        places[found.new[j].form].append(j)
    for i in sorted(left.old):
        waiting = places.get(found.old[i].form)
        if waiting:
            j = waiting.pop()
            # A heading or a short phrase that comes back within the same gap has only been passed by an insertion.
            elsewhere = len(found.old[i].form) >= _MOVES and left.old[i] != left.new[j]
            (found.moved if elsewhere else found.equal).append((i, j))
            left.take(i, j)


def _take_alike(found: Alignment, left: _Left) -> None:
    scored = sorted(_scored(found, left), key=lambda pair: (-pair[0], pair[1], pair[2]))
    for _, i, j in scored:
        if i in left.old and j in left.new:
            found.changed.append((i, j))
            left.take(i, j)


def _scored(found: Alignment, left: _Left) -> Iterator[tuple[float, int, int]]:
    bags = {j: Counter(found.new[j].form) for j in left.new}
    index: dict[str, list[int]] = defaultdict(list)
    in_gap: dict[int, list[int]] = defaultdict(list)
    for j, bag in bags.items():
        in_gap[left.new[j]].append(j)
        for word in bag:
            index[word].append(j)
    for i, gap in left.old.items():
        mine = Counter(found.old[i].form)
        for j in dict.fromkeys([*_pointed_at(mine, index), *(in_gap[gap] if len(in_gap[gap]) <= _CANDIDATES else ())]):
            score, here = _alike(mine, bags[j]), left.new[j] == gap
            if score >= (_ALIKE_HERE if here else _ALIKE_ELSEWHERE):
                yield score + (0.1 if here else 0.0), i, j


def _pointed_at(mine: Counter[str], index: dict[str, list[int]]) -> list[int]:
    rare = sorted((word for word in mine if 0 < len(index.get(word, ())) <= _RARE), key=lambda word: len(index[word]))[:_TELLING]
    return [j for j, _ in Counter(j for word in rare for j in index[word]).most_common(_CANDIDATES)]


def _alike(one: Counter[str], other: Counter[str]) -> float:
    """Return the share of words in common, counted as often as they occur (Dice's coefficient over bags)."""
    if len(one) > len(other):
        one, other = other, one
    common = sum(min(count, other[word]) for word, count in one.items())
    return 2 * common / (one.total() + other.total())
