"""Compares two versions of a contract: what moved, changed, came and went, and what that means."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence

from agents.contract_reading.comparison.aligning import Alignment, align
from agents.contract_reading.comparison.effects import Touched, effects
from agents.contract_reading.comparison.nouns import Bearing, Comparison, Effect, Fate, PassageChange, Stretch, Version, WordChange
from agents.contract_reading.comparison.passages import Passage, headings, passages
from agents.contract_reading.comparison.prices import price_moves
from agents.contract_reading.comparison.word_diff import word_diff
from memory.domain.contract import ClauseKind
from memory.domain.errors import InputError
from memory.domain.evidence import Span

MAX_CHARACTERS = 1_500_000


def compare(old: Version, new: Version) -> Comparison:
    """Return what differs from `old` to `new`. Raises `InputError` for a text that is longer than any contract that is read."""
    for version in (old, new):
        if len(version.text) > MAX_CHARACTERS:
            raise InputError(
                f"a version holds {len(version.text):,} characters; at most {MAX_CHARACTERS:,} are compared",
                hint="compare the contract itself",
            )
    found = align(passages(old.text), passages(new.text))
    changes = tuple(_changes(found, old, new))
    touched = Touched(
        _touching([c.old for c in changes if c.old]),
        _touching([c.new for c in changes if c.new]),
        _touching([c.new for c in changes if c.new and c.fate is Fate.ADDED]),
    )
    totals = (old.review.total if old.review else None, new.review.total if new.review else None)
    moves = tuple(price_moves(changes, old.text, new.text, totals))
    return Comparison(changes=changes, effects=effects(old, new, touched, moves) if changes else (), shared=found.shared)


def worst_first(comparison: Comparison) -> tuple[PassageChange, ...]:
    """Return the changes by what they mean: those behind the worst effects first, then those about clauses, then the rest in order."""
    order = {Bearing.WORSE: 0, Bearing.UNCLEAR: 1, Bearing.BETTER: 2}

    def rank(change: PassageChange) -> tuple[int, int]:
        proved = [effect for effect in comparison.effects if _behind(change, effect)]
        best = min(((order[effect.bearing], -effect.weight) for effect in proved), default=None)
        return best or ((3, 0) if change.clauses else (5, 0) if change.fate is Fate.MOVED else (4, 0))

    return tuple(sorted(comparison.changes, key=rank))


def _behind(change: PassageChange, effect: Effect) -> bool:
    sides = ((change.old, effect.old), (change.new, effect.new))
    return any(place is not None and span is not None and place.start < span.end and span.start < place.end for place, span in sides)


def _changes(found: Alignment, old: Version, new: Version) -> Iterator[PassageChange]:
    """Yield the changes in the order of the new text; what was removed stands behind what it followed."""
    before, after = found.old, found.new
    titles_old, titles_new = _Titles(old.text), _Titles(new.text)
    kinds_old, kinds_new = _Kinds(old), _Kinds(new)
    met = {i: j for pairs in (found.equal, found.moved, found.changed) for i, j in pairs}
    told: list[tuple[tuple[int, int], PassageChange]] = []

    def tell(at: tuple[int, int], fate: Fate, olds: Sequence[Passage], news: Sequence[Passage]) -> None:
        place_old, place_new = _place(olds), _place(news)
        heading = titles_new.over(place_new) if place_new else titles_old.over(place_old)
        words = word_diff(olds[0], news[0]) if olds and news and fate is not Fate.MOVED else ()
        clauses = tuple(dict.fromkeys([*kinds_old.at(place_old), *kinds_new.at(place_new)]))
        told.append((at, PassageChange(fate=fate, old=place_old, new=place_new, heading=heading, words=words, clauses=clauses)))

    for i, j in found.changed:
        if _only_numbered(word_diff(before[i], after[j]), old.text, new.text):
            continue
        tell((j, 1), Fate.CHANGED, [before[i]], [after[j]])
    for run in _runs_of_pairs(found.moved):
        tell((run[0][1], 1), Fate.MOVED, [before[i] for i, _ in run], [after[j] for _, j in run])
    for new_run in _runs(found.added, after, titles_new):
        tell((new_run[0], 1), Fate.ADDED, [], [after[j] for j in new_run])
    known = sorted(met)
    for old_run in _runs(found.removed, before, titles_old):
        place = bisect_left(known, old_run[0])
        tell((met[known[place - 1]] if place else -1, 2), Fate.REMOVED, [before[i] for i in old_run], [])
    yield from (change for _, change in sorted(told, key=lambda pair: pair[0]))


#: "1.1" or "4." that was put before a word: joined lines leave list numbers in the middle of a passage.
_NUMBER = re.compile(r"\d{1,2}(?:\.\d{1,2})*")
_BEHIND = re.compile(r"[.)]?[\s*_]+[\"“„(\[]?[A-ZÄÖÜ]")


def _only_numbered(words: Sequence[WordChange], old: str, new: str) -> bool:
    """Return whether numbers of list items are all that differs."""
    return all(_number_alone(new, change.new, change.old) or _number_alone(old, change.old, change.new) for change in words)


def _number_alone(text: str, place: Stretch, other: Stretch) -> bool:
    alone = other.start == other.end and _NUMBER.fullmatch(text, place.start, place.end)
    return bool(alone and _BEHIND.match(text, place.end))


def _place(run: Sequence[Passage]) -> Stretch | None:
    return Stretch(start=run[0].start, end=run[-1].end) if run else None


def _runs(indices: Sequence[int], texts: Sequence[Passage], titles: _Titles) -> Iterator[list[int]]:
    """Yield neighbours under one heading together: a new section is one change."""
    run: list[int] = []
    for index in indices:
        if run and (index != run[-1] + 1 or titles.number(texts[index].start) != titles.number(texts[run[-1]].start)):
            yield run
            run = []
        run.append(index)
    if run:
        yield run


def _runs_of_pairs(pairs: Sequence[tuple[int, int]]) -> Iterator[list[tuple[int, int]]]:
    run: list[tuple[int, int]] = []
    for pair in sorted(pairs):
        if run and pair != (run[-1][0] + 1, run[-1][1] + 1):
            yield run
            run = []
        run.append(pair)
    if run:
        yield run


class _Titles:
    """The headings of a text, by place."""

    def __init__(self, text: str) -> None:
        found = headings(text)
        self._starts = [start for start, _ in found]
        self._words = [words for _, words in found]

    def number(self, at: int) -> int:
        return bisect_right(self._starts, at)

    def over(self, place: Stretch | None) -> str:
        index = self.number(place.start) - 1 if place else -1
        return self._words[index] if index >= 0 else ""


class _Kinds:
    """The clauses that were read in a version, by place."""

    def __init__(self, version: Version) -> None:
        self._clauses = version.review.clauses if version.review else ()

    def at(self, place: Stretch | None) -> Iterator[ClauseKind]:
        if place is not None:
            yield from (c.kind for c in self._clauses if c.span.start < place.end and place.start < c.span.end)


def _touching(places: Sequence[Stretch]) -> Callable[[Span], bool]:
    """Return whether a span overlaps one of the places."""
    rows = sorted((place.start, place.end) for place in places)

    def touches(span: Span) -> bool:
        return any(start < span.end and span.start < end for start, end in rows)

    return touches
