"""A contract's text as sentences, each with its place. Wrapped lines are one sentence; headings and table rows stand alone."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from memory.domain.evidence import Span

_LONGEST = 2000  # what a `Span` holds
_ABBREVIATED = re.compile(
    r"(?:\b(?:no|nos|art|arts|sec|secs|inc|ltd|co|corp|llc|plc|mr|mrs|ms|dr|e\.g|i\.e|vs|approx|incl|excl|nr|abs|bzw|ca|z\.b|d\.h|ggf|gem|st|u\.s|u\.k"
    r"|jan|feb|mar|apr|jun|jul|aug|sep|sept|oct|nov|dec)|\b[a-z]|(?:^|\n)\s*\d{1,2}|\b(?:section|clause|article|ziffer)\s\d{1,2})\.$",
    re.IGNORECASE,
)
_ENDER = re.compile(r";\s+|[.!?][\"”\u2019')\]]*\s+(?=[\"“„(\[]?[A-ZÄÖÜ0-9§•])")
_GERMAN_DAY = re.compile(r"\b\d{1,2}\.$")
_GERMAN_MONTH = re.compile(r"(?:Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)\b")
_NUMBERED = re.compile(
    r"\s*(?:\d{1,2}(?:\.\d{1,2}){1,3}\.?\s+(?!EUR|USD|GBP|CHF)|\d{1,2}[.)]\s+(?=[A-ZÄÖÜ])|\((?:[a-z]|[ivx]{1,4})\)\s|[§•*\u2013-]\s?|(?:Article|Section|Clause|Schedule)\s\d)"
)
_TITLE_WORD = r"(?:[A-ZÄÖÜ][\w'\u2019&/-]*|and|or|of|the|for|to|in|on|by|with|without|und|oder|der|die|des|von|zu|zur|zum|&|\u2013|-)"
#: "9. Exclusivity." before the sentence that it stands over: words in capitals, or few words that say nothing by themselves.
_RUN_IN = re.compile(
    r"\s*(?:(?:(?:Article|Section|Clause|Artikel|Ziffer|§)\s?)?\d{1,2}(?:\.\d{1,2}){0,3}[.)]?\s+|\([a-z]\)\s+|[A-Z]\.\s+)?"
    rf"(?!(?:The|This|These|Each|Either|Neither|No|Any|All|Every|Nothing|It|We|You|They|If|Der|Die|Das|Wir|Sie|Es)\b)"
    rf"(?:[A-ZÄÖÜ][\w'\u2019&/-]*(?:,? {_TITLE_WORD}){{0,7}}|[A-ZÄÖÜ][\w'\u2019&/-]*(?:,? [^\W\d][\w'\u2019&/-]*){{0,4}})[.:]\s*"
)
_SAYS = re.compile(
    r"\b(?:shall|will|may|must|can|cannot|should|means?|is|are|be|agrees?|has|have|pays?|gives?|applies|apply|ends?|starts?|renews?|goes|go|owns?|"
    r"wird|werden|ist|sind|hat|haben|kann|können|darf|dürfen|muss|müssen|gilt|gelten|soll|sollen|endet|beginnt|zahlt|trägt|haftet|verlängert)\b"
)
_LONGEST_TITLE = 100
_TITLE_END = re.compile(r"(?<=[^\W\d])[.]\s")
_SHORT = 0.6  # a line shorter than this part of the text's width ended on purpose


@dataclass(frozen=True)
class Sentence:
    """One sentence: `text[start:end]` of the whole.

    `told`: its words where a name in it ("at least the Notice Window before the end") was replaced by the length it stands for.
    """

    start: int
    end: int
    text: str
    told: str = ""

    @property
    def span(self) -> Span:
        """Where it stands."""
        return Span(start=self.start, end=self.end, text=self.text)

    @cached_property
    def flat(self) -> str:
        """Its words on one line, with plain quotes and hyphens, for patterns to look at."""
        return " ".join((self.told or self.text).split()).replace("\u2019", "'").replace("\u2011", "-").replace("\u2010", "-")

    @cached_property
    def body(self) -> str:
        """The same without the title that runs into it: "Term and Renewal. The term is one year." says nothing about renewal."""
        for end in _TITLE_END.finditer(self.flat, 0, _LONGEST_TITLE):
            if titles(self.flat[: end.start() + 1]) and self.flat[end.end() :]:
                return self.flat[end.end() :]
        return self.flat


def sentences(text: str) -> tuple[Sentence, ...]:
    """Return the sentences of a text in order; together they hold every character but white space between them."""
    edges = sorted({0, len(text), *_line_breaks(text), *_enders(text)})
    return tuple(piece for start, end in itertools.pairwise(edges) for piece in _pieces(text, start, end))


def _enders(text: str) -> Iterator[int]:
    for found in _ENDER.finditer(text):
        before = text[max(0, found.start() - 24) : found.start() + 1]
        if _GERMAN_DAY.search(before) and _GERMAN_MONTH.match(text, found.end()):
            continue
        if found.group()[0] == "." and (_ABBREVIATED.search(before) or _runs_in(text, found)):
            continue
        yield found.end()


def titles(words: str) -> bool:
    """Return whether words are only a heading with its full stop, as "9. Exclusivity." is: a clause that it stands over follows it."""
    return len(words) <= _LONGEST_TITLE and bool(_RUN_IN.fullmatch(words)) and not _SAYS.search(words)


def _runs_in(text: str, end: re.Match[str]) -> bool:
    """Whether what ends here is the heading of the sentence behind it, in the same line."""
    if "\n" in end.group():
        return False
    start = text.rfind("\n", max(0, end.start() - _LONGEST_TITLE), end.start()) + 1
    return (start > 0 or end.start() < _LONGEST_TITLE) and titles(text[start : end.start() + 1])


def _line_breaks(text: str) -> Iterator[int]:
    lines = text.split("\n")
    lengths = sorted(len(line) for line in lines if line.strip())
    width = lengths[len(lengths) * 8 // 10] if lengths else 0
    at = 0
    for line, following in itertools.pairwise(lines):
        at += len(line) + 1
        if _stands_alone(line, following, width):
            yield at


def _stands_alone(line: str, following: str, width: int) -> bool:
    first = following.lstrip()[:1]
    if not first or not line.strip() or _NUMBERED.match(following):
        return True
    return len(line) < _SHORT * width and not first.islower()


def _pieces(text: str, start: int, end: int) -> Iterator[Sentence]:
    while start < end:
        stop = end if end - start <= _LONGEST else _last_space(text, start, start + _LONGEST)
        words = text[start:stop]
        body = words.strip()
        if body:
            first = start + len(words) - len(words.lstrip())
            yield Sentence(first, first + len(body), body)
        start = stop


def _last_space(text: str, start: int, stop: int) -> int:
    found = text.rfind(" ", start, stop)
    return found if found > start else stop
