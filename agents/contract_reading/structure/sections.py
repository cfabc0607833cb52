"""The sections and clauses of a contract: number, heading and place, each within the one it belongs to.

Everything is a place in the text, never a copy. Numbers are the paper's own ("5.2", "4(a)", "IV"); what has none is not a section.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from agents.contract_reader.sentences import titles

_MOST = 5000
_MARK = re.compile(
    r"(?:(?:^|\n)[ \t>#*|]{0,12}|(?<=[.;:])[ \t]{1,4}(?=\d{1,2}\.\d))"
    r"(?:(?P<word>(?:ARTICLE|Article|SECTION|Section|CLAUSE|Clause|Artikel|Ziffer|Abschnitt|§)[ \t]{0,3})(?P<named>\d{1,3}(?:\.\d{1,3}){0,4}[a-z]?|[IVXL]{1,7})\b[.:)]?"
    r"|(?P<dotted>\d{1,3}(?:\.\d{1,3}){1,4})[.:)]?(?=[ \t\n]+[^\d\s])|(?P<plain>\d{1,3})[.)](?=[ \t\n]+[A-Z\"\u201c\u201e(*Ä-Ü])"
    r"|\((?P<roman>[ivx]{2,5})\)(?=\s)|\((?P<letter>[a-z])\)(?=\s)|(?P<capital>[A-H])\.(?=[ \t]+[A-Z]))"
)
_HEADING = re.compile(r"[*_ \t.:\u2013-]{0,6}(?P<words>[A-ZÄÖÜ][^\n.;:]{1,78}?)[*_]{0,3}(?=\s*(?:[.:]|\n|[\u2013\u2014]|$))")
_NO_HEADING = re.compile(r"\b(?:shall|will|may|must|means?|is|are|agrees?|has|have|wird|ist|hat|kann|darf)\b")
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50}


@dataclass(frozen=True)
class Section:
    """A numbered part of a text: `text[start:end]` with all that is below it; `number` is whole ("5.2(a)")."""

    number: str
    start: int
    end: int
    depth: int
    parent: int | None
    heading: tuple[int, int] | None = None


def sections(text: str) -> tuple[Section, ...]:
    """Return the sections in the order of the text; `parent` is the place of the section above in what is returned."""
    found: list[Section] = []
    open_ones: list[int] = []
    for mark in _marks(text):
        depth = _depth(mark, found, open_ones)
        while open_ones and found[open_ones[-1]].depth >= depth:
            _close(found, open_ones.pop(), mark.start)
        parent = open_ones[-1] if open_ones else None
        found.append(Section(_number(mark, found, parent), mark.start, len(text), depth, parent, _heading(text, mark.end)))
        open_ones.append(len(found) - 1)
    return tuple(found)


@dataclass(frozen=True)
class _Mark:
    start: int
    end: int
    kind: str
    label: str


def _marks(text: str) -> Iterator[_Mark]:
    for made, found in enumerate(_MARK.finditer(text)):
        if made >= _MOST:
            return
        kind = next(name for name in ("named", "dotted", "plain", "roman", "letter", "capital") if found[name])
        start = found.start() + len(found.group()) - len(found.group().lstrip(" \t\n>#*|"))
        yield _Mark(start, found.end(), kind, found[kind])


def _close(found: list[Section], place: int, end: int) -> None:
    one = found[place]
    found[place] = Section(one.number, one.start, end, one.depth, one.parent, one.heading)


def _depth(mark: _Mark, found: list[Section], open_ones: list[int]) -> int:
    if mark.kind in {"named", "plain"}:
        return mark.label.count(".") + 1
    if mark.kind == "dotted":
        return mark.label.count(".") + 1 if not mark.label.endswith(".0") else 1
    if mark.kind == "capital":
        return 2
    above = next((found[place].depth for place in reversed(open_ones) if not found[place].number.endswith(")")), 0)
    return above + (2 if mark.kind == "roman" and any(found[place].number.endswith(")") for place in open_ones) else 1)


def _number(mark: _Mark, found: list[Section], parent: int | None) -> str:
    label = str(_arabic(mark.label)) if mark.kind == "named" and mark.label.isalpha() and mark.label.isupper() else mark.label
    label = label.removesuffix(".0")
    if mark.kind in {"roman", "letter"}:
        return (found[parent].number if parent is not None else "") + f"({label})"
    return f"{found[parent].number}.{label}" if mark.kind == "capital" and parent is not None else label


def _arabic(roman: str) -> int:
    values = [_ROMAN[letter] for letter in roman]
    return sum(-one if one < following else one for one, following in zip(values, [*values[1:], 0], strict=True))


def _heading(text: str, at: int) -> tuple[int, int] | None:
    found = _HEADING.match(text, at, at + 120)
    if found is None or _NO_HEADING.search(found["words"]):
        return None
    if text[found.end() : found.end() + 1] in {".", ":"} and not titles(f"{' '.join(found['words'].split())}."):
        return None  # a short sentence: "Late payments bear interest at 1.5 % ..."
    return found.start("words"), found.end("words")


def plain_number(words: str) -> str:
    """Return the number by which a reference names a section: "IV" as 4, without spaces and a last full stop."""
    bare = re.sub(r"\s+", "", words).rstrip(".")
    return str(_arabic(bare)) if re.fullmatch(r"[IVXL]+", bare) else bare
