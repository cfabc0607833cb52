"""Tables in a mail, set with pipes, tabs or blanks, put into sentences: each cell beside its heading, each option a line.

A row of a price list becomes "Team licence: quantity 10 seats, unit price 120.00 EUR, total 1,200.00 EUR"; a table whose
columns are options ("Monthly | Annual") becomes one line for each option.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from agents.negotiator.aligned_text import AlignedText, Edit, Piece
from agents.negotiator.figures import CURRENCY, NUMBER
from agents.negotiator.table_cells import Cell, cells_of, makes
from agents.negotiator.table_columns import AMOUNT, ATTRIBUTE, Kind, is_amount, kind_of
from agents.negotiator.table_shapes import in_lines

_RULE = re.compile(r"[\s|:+=_\u2500-\u257f-]*")
_LEADER = re.compile(r"[ ]?\.{3,}[ ]?|[ ]?(?:\u2026|_{3,})[ ]?")

_HEADING_WITHIN = 12
_MANY = re.compile(rf"{NUMBER} ?(?:off|x|\u00d7|pcs\.?|pieces|units|users|licen[cs]es|seats)?", re.IGNORECASE)
_ONE_OFF = re.compile(
    r"\b(?:set-?\s?up|onboarding|implementation|activation|installation|shipping|delivery|freight|carriage|postage|transport|migration|configuration|deployment|provisioning|tooling|engraving|training|workshop|handling)\b",
    re.IGNORECASE,
)
_RUNNING = re.compile(r"\b(?:month\w*|year\w*|annual\w*|quarter\w*|p\.?a|p\.?m|mo|yr)\b", re.IGNORECASE)
_SUMS = re.compile(r"\b(?:total|sum|subtotal|vat|tax|net|gross|amount|balance)\b", re.IGNORECASE)
_HEADED_CURRENCY = re.compile(rf"\(?(?P<currency>{CURRENCY})\)?")


@dataclass(frozen=True)
class Row:
    """One line of a table: where it stands and where its cells do."""

    start: int
    end: int
    cells: tuple[Cell, ...]


def rows_as_sentences(text: AlignedText) -> AlignedText:
    """Return the text with its tables rewritten; what is no table stays as it is."""
    text = in_lines(text.replaced(_LEADER, lambda _found: (": ",)))
    edits: list[Edit] = []
    for block in _blocks(text.text):
        edits += _rewritten(text.text, block)
    return text.edited(edits)


def _lines(text: str) -> Iterator[Cell]:
    start = 0
    for line in text.split("\n"):
        yield start, start + len(line)
        start += len(line) + 1


def _blocks(text: str) -> Iterator[list[Row]]:
    """Return runs of lines that are set in cells, blank lines and rules between them left out."""
    block: list[Row] = []
    for start, end in _lines(text):
        line = text[start:end]
        if _RULE.fullmatch(line):
            continue
        cells = cells_of(text, start, end)
        if len(cells) >= 2:
            block.append(Row(start, end, cells))
            continue
        if block:
            yield block
            block = []
    if block:
        yield block


def _rewritten(text: str, block: Sequence[Row]) -> Iterator[Edit]:
    words = [[text[low:high] for low, high in row.cells] for row in block]
    head = _heading(words)
    if head is None:
        for row, cells in zip(block, words, strict=True):
            yield from _alone(row, cells)
        return
    for row, cells in zip(block[:head], words[:head], strict=True):
        yield from _alone(row, cells)
    if _columns_are_options(words[head], words[head + 1 :]):
        yield from _by_column(text, block[head:])
        return
    yield Edit(block[head].start, block[head].end, (" ",))
    many = any(cell.isdigit() and int(cell) > 1 for cells in words[head + 1 :] for cell in cells)
    for row in block[head + 1 :]:
        yield Edit(row.start, row.end, _sentence(text, block[head], row, many=many))


def _heading(words: Sequence[Sequence[str]]) -> int | None:
    """Return which row names the columns: it holds no amount, and a row of as many cells follows it."""
    # A heading stands near the top; whoever puts hundreds of rows before it sends no offer.
    for index, cells in enumerate(words[:-1][:_HEADING_WITHIN]):
        # What heads a column is no figure: a row that holds one is read, or it would be lost.
        if (
            any(is_amount(cell) or re.fullmatch(r"\D{0,2}\d[\d.,]*\d", cell.strip()) for cell in cells)
            or len(cells) > len(words[index + 1]) + 1
        ):
            continue
        named = [kind_of(cell) for cell in cells]
        if sum(kind is not Kind.OTHER for kind in named) >= 2 or (len(cells) >= 3 and not cells[0]):
            return index
        if len(cells) == 2 and named[1] in {Kind.EACH, Kind.SUM}:
            return index
        if len(cells) >= 3 and any(ATTRIBUTE.match(row[0]) for row in words[index + 1 : index + 1 + _HEADING_WITHIN] if row):
            return index
    return None


def _columns_are_options(head: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    named = [row for row in rows if len(row) == len(head) and ATTRIBUTE.match(row[0])]
    priced = any(sum(is_amount(cell) for cell in row[1:]) >= 2 for row in named)
    return (
        len(head) >= 3 and priced and (len(named) >= 2 or not any(kind_of(cell) in {Kind.EACH, Kind.SUM, Kind.COUNT} for cell in head[1:]))
    )


def _by_column(text: str, block: Sequence[Row]) -> Iterator[Edit]:
    """Write a table whose columns are options: all of it in the place of the first row, one line for each option."""
    head, *rows = block
    pieces: list[Piece] = []
    for column in range(1, len(head.cells)):
        pieces += [head.cells[column], ": "]
        for row in rows:
            if column < len(row.cells) and row.cells[column][1] > row.cells[column][0]:
                pieces += [text[slice(*row.cells[0])].rstrip(":"), " ", row.cells[column], ", "]
        pieces.append(";\n")
    yield Edit(head.start, head.end, tuple(pieces))
    for row in rows:
        yield Edit(row.start, row.end, (" ",))


def _alone(row: Row, cells: Sequence[str]) -> Iterator[Edit]:
    """Write a row without heading: a name and its value, or an item with count, price and sum."""
    filled = [(cell, words) for cell, words in zip(row.cells, cells, strict=True) if words.strip()]
    if len(filled) == 3 and re.fullmatch(r"\d{1,2}[.)]?", filled[0][1].strip()) and re.match(r"[^\W\d_]{3}", filled[1][1].strip()):
        filled = filled[1:]  # the number of a clause
    if len(filled) == 2 and not is_amount(filled[0][1]):
        mark = " " if filled[0][1].endswith(":") else ": "
        name = _sum_name(*filled[0]) if is_amount(filled[1][1]) else (filled[0][0],)
        yield Edit(row.start, row.end, (*name, mark, filled[1][0], ";"))
    elif len(filled) == 4 and is_amount(filled[3][1]):
        (what, label), (count, many) = sorted(filled[:2], key=lambda cell: bool(_MANY.fullmatch(cell[1].strip())))
        (each, price), (total, whole_sum) = filled[2:]
        if not makes(many, price, whole_sum):
            return
        item: tuple[Piece, ...] = (
            (what, " ", total) if _ONE_OFF.search(label) else (what, ": quantity ", count, ", unit price ", each, ", total ", total)
        )
        yield Edit(row.start, row.end, (*item, ";"))


def _sentence(text: str, head: Row, row: Row, *, many: bool) -> tuple[Piece, ...]:
    """Return the words for a row under a heading. What is paid once counts by its sum alone, or it would be counted twice."""
    cells = [text[low:high].strip() for low, high in row.cells]
    filled = [(cell, words) for cell, words in zip(row.cells, cells, strict=True) if words]
    if len(filled) == 2 and _SUMS.search(filled[0][1]) and is_amount(filled[1][1]):
        return (*_sum_name(*filled[0]), ": ", filled[1][0], ";")
    reckoned = _by_arithmetic(filled)
    if reckoned and sum(kind_of(text[low:high]) in {Kind.COUNT, Kind.EACH, Kind.SUM} for low, high in head.cells) < 3:
        return reckoned
    if len(row.cells) != len(head.cells):
        named = len(filled) == 2 and is_amount(filled[1][1]) and not is_amount(filled[0][1])
        mark = ": " if named else ", "
        return (*(piece for cell, _ in filled[:-1] for piece in (cell, mark)), filled[-1][0], ";" if named else ", ;")
    names = [text[low:high].strip().rstrip(":") for low, high in head.cells]
    kinds = [kind_of(name) for name in names]
    place = {kind: index for index, kind in reversed(list(enumerate(kinds))) if cells[index]}
    label = place.get(Kind.LABEL, next((index for index, kind in enumerate(kinds) if kind is Kind.OTHER and index == 0), None))
    if label is not None and Kind.SUM not in place and (ways := _several_prices(names, kinds, row, cells, label)):
        return ways
    pieces: list[Piece] = [row.cells[label], ": "] if label is not None else []
    last = place.get(Kind.SUM, place.get(Kind.EACH))
    if label is not None and last is not None and (mark := _paid_once(names, cells, cells[label], place, many=many)):
        return (row.cells[label], mark, *_headed("", row.cells[last], cells[last], names[last]), ";")
    if Kind.COUNT in place:
        at = place[Kind.COUNT]
        pieces += [_before_count(cells[at]), row.cells[at], _after_count(names[at], cells[at]), ", "]
    if Kind.EACH in place:
        at = place[Kind.EACH]
        pieces += _headed(_as_unit(names[at], counted=Kind.COUNT in place and Kind.SUM in place), row.cells[at], cells[at])
    if Kind.SUM in place:
        pieces += [", ", *_headed(_as_total(names[place[Kind.SUM]]), row.cells[place[Kind.SUM]], cells[place[Kind.SUM]])]
    others = [at for at, kind in enumerate(kinds) if kind is Kind.OTHER and cells[at] and at != label]
    return (*pieces, *(piece for at in others for piece in (", ", f"{names[at]} ", row.cells[at])), ";")


def _paid_once(names: Sequence[str], cells: Sequence[str], label: str, place: dict[Kind, int], *, many: bool) -> str:
    """Return how a line that is paid once goes on after its label; nothing for one that is not."""
    if _ONE_OFF.search(label):
        return " "
    # One beside lines of many is no part of the price of a unit; it is paid besides, unless it runs.
    single = many and Kind.COUNT in place and cells[place[Kind.COUNT]] in {"1", "1,00", "1.00"}
    priced = any(is_amount(cells[place[kind]]) for kind in (Kind.SUM, Kind.EACH) if kind in place)
    return " one-time: " if single and priced and not _RUNNING.search(" ".join([*names, *cells])) else ""


def _several_prices(names: Sequence[str], kinds: Sequence[Kind], row: Row, cells: Sequence[str], label: int) -> tuple[Piece, ...]:
    """Return a line for each price of a row that has several ("Monthly billing | Annual billing"); nothing for a row with one."""
    priced = [at for at, kind in enumerate(kinds) if kind is Kind.EACH and is_amount(cells[at])]
    if len(priced) < 2 or _ONE_OFF.search(" ".join(names)):
        return ()
    ways = ((row.cells[label], ": ", *_headed(names[at], row.cells[at], cells[at]), ";\n") for at in priced)
    return tuple(piece for way in ways for piece in way)


def _by_arithmetic(filled: Sequence[tuple[Cell, str]]) -> tuple[Piece, ...]:
    """Return the words for a row whose count times its price makes its sum, whatever its headings are called; else nothing."""
    for (count, many), (each, price), (total, whole_sum) in combinations(filled, 3):
        label = next((cell for cell, words in filled if re.search(r"[^\W\d_]{3,}", words) and not is_amount(words)), None)
        if label and many != "1" and is_amount(price) and is_amount(whole_sum) and makes(many, price, whole_sum):
            return (label, ": quantity ", count, ", unit price ", each, ", total ", total, ";")
    return ()


def _before_count(cell: str) -> str:
    return "for " if re.search(r"[-\u2013]| to |\+|more|up to", cell) else "quantity "


def _after_count(heading: str, cell: str) -> str:
    """Return the unit that a heading such as "Users" names, to stand after the number."""
    found = re.search(r"\b(?:users?|seats?|licen[cs]es?|contacts?|subscribers?|hours?|pieces)\b", heading, re.IGNORECASE)
    return f" {found.group().lower()}" if found and not re.search(r"[^\W\d_]{3,}$", cell) else ""


def _as_unit(heading: str, *, counted: bool) -> str:
    """Return the heading of a price column; beside a count and a sum it can only be the price of one."""
    return heading if not counted or re.search(r"\bunit price\b|\b(?:per|each)\b|/", heading, re.IGNORECASE) else f"{heading} unit price"


def _as_total(heading: str) -> str:
    return heading if re.search(r"total|sum", heading, re.IGNORECASE) else f"total {heading}"


def _headed(heading: str, cell: Cell, words: str, priced: str = "") -> list[Piece]:
    """Return a heading before its cell; the currency that only the heading (or `priced`) names goes to the number."""
    currency = _HEADED_CURRENCY.search(heading or priced)
    if currency and not AMOUNT.search(words):
        return [f"{heading.replace(currency.group(), '').strip()} {currency['currency']} ".lstrip(), cell]
    return [f"{heading} ".lstrip(), cell]


def _sum_name(cell: Cell, words: str) -> tuple[Piece, ...]:
    """Return the name of a sum, so that "Net" alone is known as one."""
    return (
        ("total ", cell)
        if re.fullmatch(r"\W*(?:net|gross|sum|net amount|gross amount|amount|net sum)\W*", words, re.IGNORECASE)
        else (cell,)
    )
