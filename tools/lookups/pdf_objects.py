"""What is painted on a PDF page: every text, filled path and picture with its place, those in forms of the page too."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

Box = tuple[float, float, float, float]
"""Left, bottom, right, top in points of the page, from its lower left corner."""
Matrix = tuple[float, float, float, float, float, float]

_UNMOVED: Matrix = (1, 0, 0, 1, 0, 0)
#: More objects than that are drawings; no page of text has them.
_MOST_OBJECTS = 100_000
_DEEPEST = 12


@dataclass(frozen=True)
class Painted:
    """One object of a page; `box` is where it stands on the page, `moved` what its coordinates are multiplied with."""

    raw: Any
    kind: int
    box: Box
    moved: Matrix


def painted(page: PdfPage) -> Iterator[Painted]:
    """Return the texts, paths, pictures and shadings of a page in the order in which they are painted."""
    import pypdfium2.raw as pdfium

    left = _MOST_OBJECTS
    pending: list[tuple[Any, Matrix, int]] = [
        (pdfium.FPDFPage_GetObject(page, at), _UNMOVED, 0) for at in reversed(range(min(pdfium.FPDFPage_CountObjects(page), left)))
    ]
    while pending and left:
        left -= 1
        raw, moved, depth = pending.pop()
        kind = pdfium.FPDFPageObj_GetType(raw)
        if kind != pdfium.FPDF_PAGEOBJ_FORM:
            yield Painted(raw, kind, _placed(_bounds(raw), moved), moved)
        elif depth < _DEEPEST:
            inner = times(matrix(raw), moved)
            count = min(pdfium.FPDFFormObj_CountObjects(raw), left)
            pending.extend((pdfium.FPDFFormObj_GetObject(raw, at), inner, depth + 1) for at in reversed(range(count)))


def matrix(raw: Any) -> Matrix:
    """Return the matrix of an object."""
    import pypdfium2.raw as pdfium

    found = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(raw, found):
        return _UNMOVED
    return (found.a, found.b, found.c, found.d, found.e, found.f)


def times(first: Matrix, then: Matrix) -> Matrix:
    """Return the matrix that does `first` and `then` the other (PDF 32000-1, 8.3.4)."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def letter_height(item: Painted) -> float:
    """Return the font size of a text in points of the page."""
    import pypdfium2.raw as pdfium

    size = ctypes.c_float()
    pdfium.FPDFTextObj_GetFontSize(item.raw, size)
    _, _, c, d, _, _ = times(matrix(item.raw), item.moved)
    return abs(size.value) * math.hypot(c, d)


def fill_colour(raw: Any) -> tuple[int, int, int, int]:
    """Return red, green, blue and opacity, each 0 to 255; black where the object has no plain colour."""
    import pypdfium2.raw as pdfium

    parts = [ctypes.c_uint() for _ in range(4)]
    if not pdfium.FPDFPageObj_GetFillColor(raw, *parts):
        return (0, 0, 0, 255)
    red, green, blue, alpha = (part.value for part in parts)
    return (red, green, blue, alpha)


def words_of(raw: Any, textpage: Any) -> str:
    """Return the text of a text object."""
    import pypdfium2.raw as pdfium

    size = pdfium.FPDFTextObj_GetText(raw, textpage, None, 0)
    if size <= 2:
        return ""
    buffer = (ctypes.c_ushort * (size // 2 + 1))()
    pdfium.FPDFTextObj_GetText(raw, textpage, buffer, size)
    return bytes(buffer)[: size - 2].decode("utf-16-le", errors="replace")


def in_pixels(page: PdfPage, box: Box, size: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return a box of the page as left, top, right, bottom on its picture of this width and height, also when the page is turned."""
    import pypdfium2.raw as pdfium

    points: list[tuple[int, int]] = []
    for x, y in ((box[0], box[1]), (box[2], box[3])):
        across, down = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDF_PageToDevice(page, 0, 0, size[0], size[1], 0, x, y, across, down)
        points.append((across.value, down.value))
    (a, b), (c, d) = points
    return (min(a, c), min(b, d), max(a, c), max(b, d))


def _bounds(raw: Any) -> Box:
    import pypdfium2.raw as pdfium

    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    pdfium.FPDFPageObj_GetBounds(raw, left, bottom, right, top)
    return (left.value, bottom.value, right.value, top.value)


def _placed(box: Box, moved: Matrix) -> Box:
    if moved == _UNMOVED:
        return box
    a, b, c, d, e, f = moved
    corners = [(x, y) for x in box[::2] for y in box[1::2]]
    across = [a * x + c * y + e for x, y in corners]
    up = [b * x + d * y + f for x, y in corners]
    return (min(across), min(up), max(across), max(up))
