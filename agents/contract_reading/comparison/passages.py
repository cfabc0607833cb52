"""A text as passages (sentences and list items) of words, in a form in which numbering, wrapping and punctuation do not count."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from agents.contract_reader.sentences import titles

_BREAK = re.compile(
    r"\n[^\S\n]*\n"  # an empty line
    r"|\n(?=\s*(?:#{1,6}\s|\d{1,2}(?:\.\d{1,3}){1,4}\.?\s|\d{1,2}[.)]\s+[A-ZÄÖÜ]|\((?:[a-z]|[ivx]{1,4})\)\s|[§•*\u2022]\s?|(?:Article|Section|Clause|Schedule)\s\d))"
    r"|(?P<ender>(?<=[;.!?])[\"”\u2019')\]*_]*\s+(?=[\"“„(\[*_]*[A-ZÄÖÜ0-9§•]))"
)
_ABBREVIATED = re.compile(
    r"(?:\b(?:no|nos|art|sec|inc|ltd|co|corp|mr|mrs|ms|dr|e\.g|i\.e|vs|approx|incl|excl|nr|abs|bzw|ca|z\.b|d\.h|ggf|u\.s|u\.k)|\b[a-z]|\b\d{1,2}"
    r"|(?:section|clause|article|ziffer)\s\d{1,2})\.$",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+(?:['\u2019\u2010\u2011-][^\W\d_]+)*|[%€$£§]")
#: What a passage is numbered with, and where one passage refers to another: when clauses move up by one, these change and nothing else.
_NUMBERING = re.compile(
    r"[\s#*>_\u2022-]*(?:\d{1,3}(?:\.\d{1,3})+[.):]?|\d{1,3}[.):]"
    r"|\([a-z0-9]{1,4}\)|[a-z]\)|[A-Z]\.)(?=\s)",
    re.IGNORECASE,
)
#: The same in the middle of a passage, where lines were joined: "(a)", "5.2 The", never the figure of "4.50 EUR".
_INNER = re.compile(
    r"(?<!\w)\(?(?:[a-z]|[ivx]{1,4})\)(?!\w)|\b(?:[Pp]age|PAGE|[Ss]eite)\s+\d+\b(?:\s+(?:of|von)\s+\d+)?|(?<![\w.,])\d{1,2}(?:\.\d{1,2}){1,3}\.?(?=\s+[A-ZÄÖÜ][a-zäöü])"
)
_PAGE = re.compile(r"\W*(?:page|seite)\s+\d+(?:\s+(?:of|von)\s+\d+)?\W*", re.IGNORECASE)
_REFERENCE = re.compile(
    r"\b(?:sections?|sec\.|clauses?|articles?|art\.|paragraphs?|sub-?sections?|ziffern?|absatz|abs\.|abschnitte?|artikel|nr\.|item)\s+"
    r"(?P<list>[\d(][\d.()a-z]*(?:(?:,\s*|\s+(?:and|or|to|through|und|oder|bis)\s+)[\d(][\d.()a-z]*)*)|§{1,2}\s?(?P<paragraphs>\d[\d., ]*)",
    re.IGNORECASE,
)
_HEADING = re.compile(
    r"^[ \t]*(?:#{1,6}[ \t]+|\*\*)?(?P<words>(?:(?:article|section|§)[ \t]*)?(?:\d{1,2}(?:\.\d{1,2})*\.?[ \t]+|[A-Z]\.[ \t]+)?[A-ZÄÖÜ][^\n.;:]{2,70})(?:\*\*)?[ \t:]*$",
    re.MULTILINE,
)
#: "11. Insurance. The Provider ...": only whole sections, so that a section stays one change.
_RUN_IN = re.compile(
    r"^[ \t]*(?:#{1,6}[ \t]+|\*\*)?(?P<words>(?:§[ \t]*\d{1,2}|\d{1,2}[.)])[ \t]+[A-ZÄÖÜ][^\n.:;]{1,78})[.:](?=\s)", re.MULTILINE
)
_LONGEST_LETTERED = 5  # "(viii)", "Art. 5", "Seite 5"
_FORMS = str.maketrans({"\u2019": "'", "\u2018": "'", "\u2010": "-", "\u2011": "-"})


@dataclass(frozen=True)
class Word:
    """A word or figure with its place; `form` is what counts when it is compared."""

    start: int
    end: int
    form: str


@dataclass(frozen=True)
class Passage:
    """A sentence or list item with its words. `form` is equal for equal passages, whatever their numbers and wrapping."""

    start: int
    end: int
    words: tuple[Word, ...]
    form: tuple[str, ...]


def passages(text: str) -> tuple[Passage, ...]:
    """Return the passages of a text in order, without those that hold nothing but numbers of pages and clauses."""
    counting = sorted((at.start(), at.end()) for shape in (_REFERENCE, _INNER) for at in shape.finditer(text))
    return tuple(passage for start, end in _ranges(text) if (passage := _passage(text, start, end, counting)) is not None)


def headings(text: str) -> tuple[tuple[int, str], ...]:
    """Return what looks like headings, each with its place: lines of their own, and the titles at the head of a numbered section."""
    lines = {found.start(): " ".join(found["words"].split()) for found in _HEADING.finditer(text)}
    runs_in = {found.start(): " ".join(found["words"].split()) for found in _RUN_IN.finditer(text)}
    return tuple(sorted({**{at: words for at, words in runs_in.items() if titles(f"{words}.")}, **lines}.items()))


def _ranges(text: str) -> Iterator[tuple[int, int]]:
    edges = [0, *(found.end() for found in _BREAK.finditer(text) if not _within_sentence(text, found)), len(text)]
    return pairwise(edges)


def _within_sentence(text: str, found: re.Match[str]) -> bool:
    return found["ender"] is not None and bool(_ABBREVIATED.search(text[max(0, found.start() - 24) : found.start()]))


def _passage(text: str, start: int, end: int, counting: list[tuple[int, int]]) -> Passage | None:
    numbered = _NUMBERING.match(text, start, end)
    first = numbered.end() if numbered else start
    words = tuple(_words(text, first, end, _inside(counting, first, end)))
    form = tuple(word.form for word in words)
    if not form or _PAGE.fullmatch(text, start, end):
        return None
    return Passage(words[0].start, words[-1].end, words, form)


def _inside(ranges: list[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    index = max(0, bisect_left(ranges, (start, 0)) - 1)
    found = []
    while index < len(ranges) and ranges[index][0] < end:
        found.append(ranges[index])
        index += 1
    return found


def _words(text: str, start: int, end: int, counting: list[tuple[int, int]]) -> Iterator[Word]:
    """Yield the words, without numbers that only number."""
    for found in _TOKEN.finditer(text, start, end):
        if not (_counts(found.group()) and any(a <= found.start() < b for a, b in counting)):
            yield Word(found.start(), found.end(), found.group().translate(_FORMS).casefold())


def _counts(token: str) -> bool:
    return token[0].isdigit() or len(token) <= _LONGEST_LETTERED


def joined(run: Sequence[Passage]) -> Passage | None:
    """Return neighbouring passages as one; nothing for none."""
    if len(run) < 2:
        return run[0] if run else None
    words = tuple(word for passage in run for word in passage.words)
    return Passage(run[0].start, run[-1].end, words, tuple(word.form for word in words))
