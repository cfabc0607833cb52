"""The numbers that Word puts before paragraphs: clauses refer to each other by them, and no run of the text holds them.

After ECMA-376 part 1, 17.9: a paragraph names a list (`numId`) and a level; each level has a format, a start and a text such as `%1.%2`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from docx.oxml.ns import qn

from tools.lookups.html_numbers import lettered, roman

if TYPE_CHECKING:
    from docx.document import Document
    from lxml.etree import _Element

_PLACE = re.compile(r"%([1-9])")
_LEVELS = 9


@dataclass(frozen=True)
class _Level:
    start: int
    made: str
    text: str
    legal: bool


@dataclass
class Numbering:
    """Counts the paragraphs of a document's lists in order."""

    _lists: dict[str, tuple[str, dict[int, _Level], dict[int, int]]] = field(default_factory=dict)
    _counts: dict[str, list[int | None]] = field(default_factory=dict)
    _begun: set[tuple[str, int]] = field(default_factory=set)

    @classmethod
    def of(cls, document: Document) -> Numbering:
        """Read the lists that a document defines."""
        from docx.opc.constants import RELATIONSHIP_TYPE

        found = [rel for rel in document.part.rels.values() if rel.reltype == RELATIONSHIP_TYPE.NUMBERING and not rel.is_external]
        root = getattr(found[0].target_part, "_element", None) if found else None
        if root is None:
            return cls()
        abstract = {one.get(qn("w:abstractNumId"), ""): _levels(one) for one in root.findall(qn("w:abstractNum"))}
        lists = {}
        for one in root.findall(qn("w:num")):
            kind = _value(one, "w:abstractNumId")
            levels = dict(abstract.get(kind, {}))
            starts: dict[int, int] = {}
            for override in one.findall(qn("w:lvlOverride")):
                at = _number(override.get(qn("w:ilvl")), 0)
                if said := _value(override, "w:startOverride"):
                    starts[at] = _number(said, 1)
                if (inner := override.find(qn("w:lvl"))) is not None:
                    levels[at] = _level(inner)
            lists[one.get(qn("w:numId"), "")] = (kind, levels, starts)
        return cls(lists)

    def mark(self, list_id: str, level: int) -> str:
        """Return what stands before the next paragraph of a list at a level: `3.2`, `(a)`, `-` for a bullet, or nothing."""
        if list_id not in self._lists or not 0 <= level < _LEVELS:
            return ""
        kind, levels, starts = self._lists[list_id]
        counts = self._counts.setdefault(kind, [None] * _LEVELS)
        if level in starts and (list_id, level) not in self._begun:
            counts[level] = None
        self._begun.add((list_id, level))
        first = starts.get(level, levels[level].start if level in levels else 1)
        before = counts[level]
        counts[level] = first if before is None else before + 1
        counts[level + 1 :] = [None] * (_LEVELS - level - 1)
        return self._written(levels, counts, level)

    @staticmethod
    def _written(levels: dict[int, _Level], counts: list[int | None], level: int) -> str:
        here = levels.get(level)
        if here is None or here.made == "none":
            return ""
        if here.made == "bullet":
            return "-"

        def place(found: re.Match[str]) -> str:
            at = int(found.group(1)) - 1
            other = levels.get(at)
            count = counts[at]
            number = count if count is not None else other.start if other else 1
            return _formatted(number, "decimal" if here.legal or other is None else other.made)

        return _PLACE.sub(place, here.text).strip()


def _levels(abstract: _Element) -> dict[int, _Level]:
    return {_number(one.get(qn("w:ilvl")), 0): _level(one) for one in abstract.findall(qn("w:lvl"))}


def _level(one: _Element) -> _Level:
    return _Level(
        start=_number(_value(one, "w:start"), 1),
        made=_value(one, "w:numFmt") or "decimal",
        text=_value(one, "w:lvlText"),
        legal=one.find(qn("w:isLgl")) is not None,
    )


def _value(parent: _Element, name: str) -> str:
    child = parent.find(qn(name))
    return "" if child is None else str(child.get(qn("w:val"), ""))


def _number(said: str | None, otherwise: int) -> int:
    text = (said or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 6 else otherwise


def _formatted(number: int, made: str) -> str:
    if made in {"bullet", "none"}:
        return ""
    made_of: dict[str, Callable[[int], str]] = {"lowerLetter": lettered, "lowerRoman": roman, "decimalZero": lambda n: f"{n:02d}"}
    if made in {"upperLetter", "upperRoman"}:
        return made_of[f"lower{made[5:]}"](number).upper()
    return made_of.get(made, str)(number)
