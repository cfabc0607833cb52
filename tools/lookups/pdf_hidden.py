"""Words on a PDF page that a reader does not see: not painted, in the colour of the ground, tiny, or beside the page.

They are switched off before the text is taken, so that they are no part of it, and are told. Whether light words, and words that stand
in a coloured box, can be seen is judged on the picture of the page itself: a white heading on a dark banner is seen, white on white is not.
A scan is different: there the words are not painted because the picture shows them, and they are the text layer that is read.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from tools.lookups.document_parts import DocumentWarning, WarningKind, noticed
from tools.lookups.pdf_objects import Box, Painted, fill_colour, in_pixels, letter_height, painted, words_of

if TYPE_CHECKING:
    from pypdfium2 import PdfPage

#: Letters below this size, in points, are no letters for people.
_SMALLEST = 2.0
#: Lighter than this (each part of the colour, of 255), words may vanish on paper.
_LIGHT = 225
#: Less difference between the darkest and the lightest point than this, of 255, and there is nothing to see.
_CONTRAST = 20
#: Colours that differ by less than this in each part may not be told apart.
_ALIKE = 60
#: A page with more coloured boxes than that is a drawing; then each word is looked at on the picture.
_MOST_GROUNDS = 300
#: A picture over this part of the page is a scan.
_SCAN = 0.5
_PICTURE_WIDTH = 1000
_NOT_PAINTED = (3, 7)  # text rendering modes of PDF 32000-1, table 106
_EXCERPTS = 20


@dataclass(frozen=True)
class PageLook:
    """What was found on a page: the warnings, and whether its words are a scan's text layer."""

    warnings: tuple[DocumentWarning, ...] = ()
    text_layer: bool = False


@dataclass(frozen=True)
class _Ground:
    order: int
    box: Box
    colour: tuple[int, int, int]


def without_hidden(page: PdfPage, number: int) -> PageLook:
    """Switch off what is hidden on the page and return what it was."""
    import pypdfium2.raw as pdfium

    objects = tuple(painted(page))
    texts = [item for item in objects if item.kind == pdfium.FPDF_PAGEOBJ_TEXT]
    if not texts:
        return PageLook()
    paper = page.get_bbox()
    scan = any(_covers(item.box, paper, _SCAN) for item in objects if item.kind == pdfium.FPDF_PAGEOBJ_IMAGE)
    reasons = {at: why for at, text in enumerate(texts) if (why := _plainly_hidden(text, paper, scan=scan))}
    reasons |= _unseen(page, paper, objects, {at: text for at, text in enumerate(texts) if at not in reasons})
    layer = scan and any(_mode(text) in _NOT_PAINTED for at, text in enumerate(texts) if at not in reasons)
    return PageLook(_put_out(page, number, texts, reasons), layer)


def _plainly_hidden(text: Painted, paper: Box, *, scan: bool) -> str:
    if not scan and _mode(text) in _NOT_PAINTED:
        return "not painted"
    if not _touches(text.box, paper):
        return "beside the page"
    if letter_height(text) < _SMALLEST:
        return "in letters too small to see"
    return "transparent" if fill_colour(text.raw)[3] == 0 else ""


def _unseen(page: PdfPage, paper: Box, objects: tuple[Painted, ...], texts: dict[int, Painted]) -> dict[int, str]:
    """Return which of the doubtful texts cannot be seen on the picture of the page."""
    import pypdfium2.raw as pdfium

    order = {id(item): at for at, item in enumerate(objects)}
    grounds = [
        _Ground(at, item.box, fill_colour(item.raw)[:3])
        for at, item in enumerate(objects)
        if item.kind == pdfium.FPDF_PAGEOBJ_PATH and _filled(item)
    ]
    doubtful = {at: text for at, text in texts.items() if _mode(text) not in _NOT_PAINTED and _doubtful(text, order[id(text)], grounds)}
    if not doubtful:
        return {}
    bitmap = page.render(scale=min(2.0, _PICTURE_WIDTH / max(paper[2] - paper[0], paper[3] - paper[1], 1.0)), grayscale=True)
    try:
        pixels, width, height, stride = bytes(bitmap.buffer), bitmap.width, bitmap.height, bitmap.stride
    finally:
        bitmap.close()
    boxes = {at: in_pixels(page, text.box, (width, height)) for at, text in doubtful.items()}
    return {at: "in the colour of the ground" for at, box in boxes.items() if _contrast(pixels, (width, height, stride), box) < _CONTRAST}


def _doubtful(text: Painted, order: int, grounds: list[_Ground]) -> bool:
    """Whether words may not be seen: light ones, those under something, those on a ground like themselves."""
    colour = fill_colour(text.raw)[:3]
    if min(colour) >= _LIGHT or len(grounds) > _MOST_GROUNDS:
        return True
    over = (ground for ground in grounds if _stands_in(text.box, ground.box))
    return any(ground.order > order or max(abs(a - b) for a, b in zip(ground.colour, colour, strict=True)) < _ALIKE for ground in over)


def _contrast(pixels: bytes, size: tuple[int, int, int], box: tuple[int, int, int, int]) -> int:
    width, height, stride = size
    left, right = (max(0, min(width - 1, x)) for x in (box[0], box[2]))
    top, bottom = (max(0, min(height - 1, y)) for y in (box[1], box[3]))
    rows = [pixels[row * stride + left : row * stride + right + 1] for row in range(top, bottom + 1)]
    # Only the rows of the letters themselves: an edge of a box beside them is no contrast.
    inner = rows[len(rows) // 4 : len(rows) - len(rows) // 4] or rows
    return max(map(max, inner)) - min(map(min, inner))


def _put_out(page: PdfPage, number: int, texts: list[Painted], reasons: dict[int, str]) -> tuple[DocumentWarning, ...]:
    import pypdfium2.raw as pdfium

    if not reasons:
        return ()
    textpage = page.get_textpage()
    try:
        words = {at: words_of(texts[at].raw, textpage) for at in reasons}
    finally:
        textpage.close()
    for at in reasons:
        pdfium.FPDFPageObj_SetIsActive(texts[at].raw, 0)
    found = ((why, " ".join(words[at] for at in run)) for why, run in groupby(sorted(reasons), key=lambda at: reasons[at]))
    told = [(why, said) for why, said in found if said.strip()]
    return tuple(
        noticed(WarningKind.HIDDEN_TEXT, f"Page {number} holds words {why}; they were not read.", excerpt=said, page=number)
        for why, said in told[:_EXCERPTS]
    )


def _mode(text: Painted) -> int:
    import pypdfium2.raw as pdfium

    return int(pdfium.FPDFTextObj_GetTextRenderMode(text.raw))


def _filled(path: Painted) -> bool:
    import ctypes

    import pypdfium2.raw as pdfium

    mode, stroke = ctypes.c_int(), ctypes.c_int()
    return bool(pdfium.FPDFPath_GetDrawMode(path.raw, mode, stroke)) and mode.value != 0


def _stands_in(box: Box, ground: Box) -> bool:
    across, up = (box[0] + box[2]) / 2, (box[1] + box[3]) / 2
    return ground[0] <= across <= ground[2] and ground[1] <= up <= ground[3]


def _touches(box: Box, paper: Box) -> bool:
    return box[0] < paper[2] and box[2] > paper[0] and box[1] < paper[3] and box[3] > paper[1]


def _covers(box: Box, paper: Box, part: float) -> bool:
    across = min(box[2], paper[2]) - max(box[0], paper[0])
    up = min(box[3], paper[3]) - max(box[1], paper[1])
    whole = (paper[2] - paper[0]) * (paper[3] - paper[1])
    return across > 0 and up > 0 and across * up >= part * whole
