"""Two versions of one passage, word by word, with the places in both texts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from agents.contract_reading.comparison.nouns import Stretch, WordChange
from agents.contract_reading.comparison.passages import Passage, Word

_MOST = 250_000  # pairs of words that are compared one by one; a longer passage has its middle told as one change


def word_diff(old: Passage, new: Passage) -> tuple[WordChange, ...]:
    """Return the stretches of words that differ, from left to right. Every word outside of them is the same in both."""
    return tuple(
        WordChange(old=_stretch(old.words, a, b, old.start), new=_stretch(new.words, c, d, new.start))
        for a, b, c, d in _runs(old.form, new.form)
    )


def _runs(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int, int, int]]:
    head = 0
    while head < min(len(old), len(new)) and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < min(len(old), len(new)) - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    a, b = old[head : len(old) - tail], new[head : len(new) - tail]
    if len(a) * len(b) > _MOST:
        yield head, len(old) - tail, head, len(new) - tail
        return
    for what, i, j, k, m in SequenceMatcher(a=a, b=b, autojunk=False).get_opcodes():
        if what != "equal":
            yield head + i, head + j, head + k, head + m


def _stretch(words: Sequence[Word], first: int, end: int, start: int) -> Stretch:
    if first < end:
        return Stretch(start=words[first].start, end=words[end - 1].end)
    at = words[first - 1].end if first else start
    return Stretch(start=at, end=at)
