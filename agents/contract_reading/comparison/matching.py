"""Runs of equal words in two texts, in the same order, found by phrases that are unique in both (the idea of the patience diff).

Line breaks, sentences and sections play no part here, so that a text that was only wrapped anew is one run. Each level of the search
is linear in the words, and there are few levels: two texts of 60,000 words take less than a second whatever is in them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_PHRASE = 5  # words; shorter phrases come back in any contract
_LEVELS = 8


class Run(NamedTuple):
    """`length` equal words, from word `old` of the one text and word `new` of the other."""

    old: int
    new: int
    length: int


def runs(old: Sequence[str], new: Sequence[str]) -> list[Run]:
    """Return the runs of equal words, rising in both texts, neighbours joined."""
    found: list[Run] = []
    waiting = [(0, len(old), 0, len(new), 0)]
    while waiting:
        a, c, b, d, level = waiting.pop()
        head = _same_ahead(old, new, a, b, min(c - a, d - b))
        a, b = a + head, b + head
        tail = _same_behind(old, new, c, d, min(c - a, d - b))
        c, d = c - tail, d - tail
        found += [Run(a - head, b - head, head), Run(c, d, tail)]
        if level < _LEVELS and min(c - a, d - b) >= _PHRASE:
            inner = list(_anchored(old, new, (a, c, b, d)))
            found += inner
            waiting += [(*gap, level + 1) for gap in _between(inner, (a, c, b, d))] if inner else []
    return _joined(sorted(run for run in found if run.length))


def gaps(found: Sequence[Run], olds: int, news: int) -> Iterator[tuple[int, int, int, int]]:
    """Yield what stands between the runs: the words from `a` to `c` of the old text became those from `b` to `d` of the new."""
    a = b = 0
    for run in (*found, Run(olds, news, 0)):
        if run.old > a or run.new > b:
            yield a, run.old, b, run.new
        a, b = run.old + run.length, run.new + run.length


def _anchored(old: Sequence[str], new: Sequence[str], within: tuple[int, int, int, int]) -> Iterator[Run]:
    a, c, b, d = within
    at_old, at_new = _unique_phrases(old, a, c), _unique_phrases(new, b, d)
    pairs = sorted((i, at_new[phrase]) for phrase, i in at_old.items() if phrase in at_new)
    done_old, done_new = a, b
    for i, j in _rising(pairs):
        if i < done_old or j < done_new:
            continue
        back = _same_behind(old, new, i, j, min(i - done_old, j - done_new))
        ahead = _same_ahead(old, new, i, j, min(c - i, d - j))
        yield Run(i - back, j - back, back + ahead)
        done_old, done_new = i + ahead, j + ahead


def _unique_phrases(words: Sequence[str], start: int, end: int) -> dict[tuple[str, ...], int]:
    where: dict[tuple[str, ...], int] = {}
    twice = set()
    for i in range(start, end - _PHRASE + 1):
        phrase = tuple(words[i : i + _PHRASE])
        if where.setdefault(phrase, i) != i:
            twice.add(phrase)
    return {phrase: i for phrase, i in where.items() if phrase not in twice}


def _rising(pairs: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest chain of pairs that rises in both texts."""
    tails: list[int] = []
    at: list[int] = []
    before: list[int] = []
    for index, (_, j) in enumerate(pairs):
        place = bisect_left(tails, j)
        tails[place : place + 1] = [j]
        at[place : place + 1] = [index]
        before.append(at[place - 1] if place else -1)
    chain = []
    index = at[-1] if at else -1
    while index >= 0:
        chain.append(pairs[index])
        index = before[index]
    return chain[::-1]


def _between(inner: Sequence[Run], within: tuple[int, int, int, int]) -> Iterator[tuple[int, int, int, int]]:
    a, c, b, d = within
    for run in (*inner, Run(c, d, 0)):
        if run.old > a and run.new > b:
            yield a, run.old, b, run.new
        a, b = run.old + run.length, run.new + run.length


def _same_ahead(old: Sequence[str], new: Sequence[str], i: int, j: int, most: int) -> int:
    length = 0
    while length < most and old[i + length] == new[j + length]:
        length += 1
    return length


def _same_behind(old: Sequence[str], new: Sequence[str], i: int, j: int, most: int) -> int:
    length = 0
    while length < most and old[i - 1 - length] == new[j - 1 - length]:
        length += 1
    return length


def _joined(found: Sequence[Run]) -> list[Run]:
    joined: list[Run] = []
    for run in found:
        last = joined[-1] if joined else None
        if last and last.old + last.length == run.old and last.new + last.length == run.new:
            joined[-1] = Run(last.old, last.new, last.length + run.length)
        else:
            joined.append(run)
    return joined
