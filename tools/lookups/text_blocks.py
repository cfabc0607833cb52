"""The blocks of a text that has only lines: what is a heading, an item, a row, and which lines are one wrapped paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tools.lookups.document_parts import Block, BlockKind

_ITEM = re.compile(
    r"\s*(?:[-•*\u2022\u2013\u25aa\u25cf\u25e6\uf0b7]\s+|\((?:[a-z]{1,2}|[ivx]{1,5}|\d{1,2})\)\s|(?:[a-z]|[ivx]{1,4})[.)]\s+(?=\S))"
)
_NUMBERED = re.compile(
    r"\s*(?:(?P<number>\d{1,2}(?:\.\d{1,2}){0,4})[.)]?\s+(?=[^\W\d_\"“])|(?:ARTICLE|Article|SECTION|Section|§)\s*[\dIVX]+)"
)
_NAMED = re.compile(
    r"\s*(?:ARTICLE|Article|SECTION|Section|SCHEDULE|Schedule|EXHIBIT|Exhibit|ANNEX|Annex|APPENDIX|Appendix|Anlage|Anhang)\s+[\dA-Z]+\b"
)
_ROW = re.compile(r"\S(?: {3,}|\t| \| )\S.*(?: {3,}|\t| \| )\S")
_SENTENCE_END = (".", ";", ",", ":")
_LONGEST_HEADING = 90
_SHORT = 0.6  # a line shorter than this part of the text's width ended on purpose


@dataclass(frozen=True)
class _Line:
    start: int
    text: str

    @property
    def first(self) -> int:
        return self.start + len(self.text) - len(self.text.lstrip())

    @property
    def end(self) -> int:
        return self.start + len(self.text.rstrip())


def text_blocks(text: str) -> tuple[Block, ...]:
    """Return the blocks of a text in order; every character but white space belongs to one."""
    lines = tuple(_lines(text))
    lengths = sorted(len(line.text) for line in lines if line.text.strip())
    width = lengths[len(lengths) * 8 // 10] if lengths else 0
    blocks: list[Block] = []
    run: list[_Line] = []
    for at, line in enumerate(lines):
        if run and _parts(run[-1], line, width):
            blocks.append(_block(run))
            run = []
        if line.text.strip():
            run.append(line)
            following = lines[at + 1].text if at + 1 < len(lines) else ""
            if len(run) == 1 and _is_heading(line.text, following):
                blocks.append(Block(kind=BlockKind.HEADING, start=line.first, end=line.end, level=_level(line.text)))
                run = []
    return tuple([*blocks, _block(run)] if run else blocks)


def _lines(text: str) -> Iterator[_Line]:
    at = 0
    for line in text.split("\n"):
        yield _Line(at, line)
        at += len(line) + 1


def _parts(before: _Line, line: _Line, width: int) -> bool:
    words = line.text.strip()
    if not words or _ITEM.match(line.text) or _NUMBERED.match(line.text) or _ROW.search(line.text) or _ROW.search(before.text):
        return True
    return len(before.text.strip()) < _SHORT * width and not words[0].islower()


def _block(run: list[_Line]) -> Block:
    first = run[0].text
    kind = BlockKind.TABLE_ROW if _ROW.search(first) else BlockKind.LIST_ITEM if _ITEM.match(first) else BlockKind.PARAGRAPH
    return Block(kind=kind, start=run[0].first, end=run[-1].end, level=1 if kind is BlockKind.LIST_ITEM else 0)


def _is_heading(line: str, following: str) -> bool:
    words = line.strip()
    if len(words) > _LONGEST_HEADING or words.endswith((";", ",")) or _ROW.search(line) or following.strip()[:1].islower():
        return False
    bare = words.rstrip(".:")
    letters = [ch for ch in bare if ch.isalpha()]
    if len(letters) >= 3 and all(not ch.islower() for ch in letters):
        return True
    if _NAMED.match(line):
        return len(words.split()) <= 12
    numbered = _NUMBERED.match(line)
    return bool(numbered) and not words.endswith(_SENTENCE_END[:3]) and _titled(words[numbered.end() :] if numbered else "")


def _titled(words: str) -> bool:
    """Whether most words of a short line begin with a capital, as those of a heading do."""
    long = [word for word in words.split() if len(word) > 3]
    return 0 < len(words.split()) <= 10 and sum(word[0].isupper() for word in long) * 2 > len(long) - 1


def _level(line: str) -> int:
    numbered = _NUMBERED.match(line)
    number = numbered.group("number") if numbered else None
    return number.count(".") + 1 if number else 1
