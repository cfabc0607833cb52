"""The cells of a table's lines: between pipes or tabs, parted by blanks, or told by their own arithmetic."""

from __future__ import annotations

import re

from agents.negotiator.figures import CURRENCY, NUMBER, value_of, whole

Cell = tuple[int, int]
"""Where a cell begins and ends in the text."""
_LONGEST_ROW = 200
_GAP = re.compile(r"[ \u00a0]{2,}|\t+")
_SIGN = re.compile(r"(?:^|[^\d\s,.'-])\s*[€$£]\Z")
_CODE_ALONE = re.compile(CURRENCY)


def _money(number: str) -> str:
    return rf"(?:(?:{CURRENCY}) ?(?:{number})|(?:{number})(?: ?(?:{CURRENCY}))?)"


_PLAIN = r"\d{1,3}(?:[.,'\u2019]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
# A row whose cells only a blank parts: its arithmetic tells how to read it. Blanks may also group thousands.
_ARITHMETIC = tuple(
    re.compile(
        rf"(?P<label>\S.*?)\s(?P<count>\d{{1,6}})\s(?:x |\u00d7 |pcs\.? |pieces |users |licences |hours )?"
        rf"(?P<each>{_money(number)})\s(?P<sum>{_money(number)})"
    )
    for number in (_PLAIN, NUMBER)
) + tuple(
    re.compile(rf"(?P<count>\d{{1,6}})(?: ?[x\u00d7])?\s(?P<label>\S.*?)\s(?P<each>{_money(number)})\s(?P<sum>{_money(number)})")
    for number in (_PLAIN, NUMBER)
)


def cells_of(text: str, start: int, end: int) -> tuple[Cell, ...]:
    """Return where the cells of a line stand: between pipes or tabs, parted by blanks, or told by the line's own arithmetic; else nothing."""
    line = text[start:end]
    if "|" in line or "\t" in line.strip():
        return _piped(text, start, end)
    if _GAP.search(line.strip()):
        return _spaced(text, start, end)
    for pattern in _ARITHMETIC if len(line) <= _LONGEST_ROW else ():
        found = pattern.fullmatch(line.strip())
        if found and makes(found["count"], found["each"], found["sum"]):
            shift = start + len(line) - len(line.lstrip())
            return tuple(
                (shift + low, shift + high) for low, high in sorted(found.span(name) for name in ("label", "count", "each", "sum"))
            )
    return ()


def _piped(text: str, start: int, end: int) -> tuple[Cell, ...]:
    """Return the cells between pipes or tabs; an empty one is kept, or the columns would not line up."""
    line = text[start:end].rstrip()
    inner = line.strip()
    mark = "|" if "|" in line else "\t"
    low = start + (len(line) - len(line.lstrip(" |")) if inner.startswith("| ") and _outlined(line) else 0)
    high = start + (len(line.rstrip("| ")) if _outlined(line) else len(line))
    cells, at = [], low
    for piece in text[low:high].split(mark):
        cells.append(_stripped(text, at, at + len(piece)))
        at += len(piece) + 1
    return tuple(cells)


def _outlined(line: str) -> bool:
    """Whether the pipes stand around the row, not only between its cells."""
    return line.strip().startswith("|") and line.strip().endswith("|") and line.count("|") > 1


def _spaced(text: str, start: int, end: int) -> tuple[Cell, ...]:
    cells, at = [], start
    for gap in _GAP.finditer(text, start, end):
        if _SIGN.search(text[at : gap.start()]) or (
            _CODE_ALONE.fullmatch(text[at : gap.start()].strip()) and text[gap.end() : gap.end() + 1].isdigit()
        ):
            continue  # "£  9.50", "EUR  80.00" are set in one column
        if text[at : gap.start()].strip():
            cells.append(_stripped(text, at, gap.start()))
        at = gap.end()
    if text[at:end].strip():
        cells.append(_stripped(text, at, end))
    return tuple(cells)


def _stripped(text: str, start: int, end: int) -> Cell:
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), max(start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip()))


def makes(count: str, each: str, total: str) -> bool:
    """Whether a count times a price makes the sum: then the row needs no heading to be understood."""
    numbers = [re.search(NUMBER, piece) for piece in (each, total)]
    many = whole(count) if re.fullmatch(NUMBER, count.strip()) else None
    if many is None or not 0 < many <= 1_000_000 or None in numbers:
        return False
    unit, whole_sum = (value_of(found.group())[0] for found in numbers if found)
    return unit * many == whole_sum
