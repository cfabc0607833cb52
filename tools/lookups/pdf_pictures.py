"""Pictures of PDF pages with a passage marked where it stands: drawn in a process of its own, no larger than a screen."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from memory.domain.errors import InputError
from tools.lookups.document_apart import Limits, ask_apart
from tools.lookups.document_text import MAX_BYTES
from tools.lookups.pdf_forms import opened_page
from tools.lookups.pdf_hidden import without_hidden
from tools.lookups.pdf_objects import Box, in_pixels

if TYPE_CHECKING:
    from PIL.Image import Image
    from pypdfium2 import PdfPage

#: The width a page is drawn at, and the most pixels of its longer side.
_WIDTH, _LONGEST = 1000, 1800
_MARK = (255, 224, 92)
_EDGE = (196, 120, 0)
_END_LETTERS = 40
#: Neither white space nor the sign of a broken word is looked at when a passage is sought.
_PASSED_OVER = frozenset("\ufffe\x02\u00ad\x00")


@dataclass(frozen=True)
class PagePicture:
    """A page as PNG, its size in pixels, and the rectangles of the passage on it (left, top, right, bottom), none when not found."""

    png: bytes
    width: int
    height: int
    marks: tuple[tuple[int, int, int, int], ...] = ()

    def packed(self) -> bytes:
        """Return it as bytes, for the way between processes."""
        return json.dumps({"width": self.width, "height": self.height, "marks": self.marks}).encode() + b"\n" + self.png

    @classmethod
    def unpacked(cls, packed: bytes) -> PagePicture:
        """Return what `packed` made."""
        head, _, png = packed.partition(b"\n")
        told = json.loads(head)
        marks = tuple((int(m[0]), int(m[1]), int(m[2]), int(m[3])) for m in told["marks"])
        return cls(png, int(told["width"]), int(told["height"]), marks)


def picture_apart(body: bytes, page: int, *, words: str = "", near: float = 0.0, limits: Limits | None = None) -> PagePicture:
    """Return a picture of a page, from 1, with `words` marked; where they stand more than once, the place next to `near` (0 to 1).

    Raises `InputError` when the page cannot be drawn within the limits.
    """
    if len(body) > MAX_BYTES:
        raise InputError(f"the file has {len(body):,} bytes; at most {MAX_BYTES:,} are drawn", hint="download it and open it in a viewer")
    return PagePicture.unpacked(ask_apart({"do": "picture", "page": page, "words": words, "near": near}, body, limits or Limits(work_s=20)))


def page_picture(body: bytes, page: int, *, words: str = "", near: float = 0.0) -> PagePicture:
    """Return a picture of a page, drawn in this process; as `picture_apart` otherwise."""
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(body) as document:
            if not 1 <= page <= len(document):
                raise InputError(f"the document has {len(document)} page(s), and no page {page}", hint="choose another page")
            opened = opened_page(document, page - 1)
            try:
                without_hidden(opened, page)
                return _drawn(opened, words, near)
            finally:
                opened.close()
    except pypdfium2.PdfiumError as error:
        raise InputError("the page cannot be drawn", hint="download the document and open it in a viewer") from error


def _drawn(page: PdfPage, words: str, near: float) -> PagePicture:
    across, up = page.get_size()
    scale = min(_WIDTH / max(across, 1.0), _LONGEST / max(across, up, 1.0))
    bitmap = page.render(scale=scale)
    try:
        picture = bitmap.to_pil().convert("RGB")
    finally:
        bitmap.close()
    marks = tuple(in_pixels(page, box, picture.size) for box in passage_boxes(page, words, near))
    return PagePicture(_png(_marked(picture, marks)), picture.width, picture.height, marks)


def _marked(picture: Image, marks: Sequence[tuple[int, int, int, int]]) -> Image:
    from PIL import Image, ImageChops, ImageDraw

    if not marks:
        return picture
    colour = Image.new("RGB", picture.size, (255, 255, 255))
    pen = ImageDraw.Draw(colour)
    for mark in marks:
        pen.rectangle(mark, fill=_MARK)
    under = ImageChops.multiply(picture, colour)
    edge = ImageDraw.Draw(under)
    for left, _, right, bottom in marks:
        edge.line((left, bottom, right, bottom), fill=_EDGE, width=2)
    return under


def _png(picture: Image) -> bytes:
    body = io.BytesIO()
    picture.quantize(64).save(body, "PNG")
    return body.getvalue()


def passage_boxes(page: PdfPage, words: str, near: float = 0.0) -> tuple[Box, ...]:
    """Return the boxes of a passage on its page, one for each line, in points; none when it does not stand there."""
    import pypdfium2.raw as pdfium

    if not words.strip():
        return ()
    textpage = page.get_textpage()
    try:
        letters = [
            (at, chr(code)) for at in range(pdfium.FPDFText_CountChars(textpage)) if (code := pdfium.FPDFText_GetUnicode(textpage, at))
        ]
        seen = [(at, ch) for at, ch in letters if not ch.isspace() and ch not in _PASSED_OVER]
        found = _found("".join(ch for _, ch in seen), "".join(ch for ch in words if not ch.isspace() and ch not in _PASSED_OVER), near)
        if found is None:
            return ()
        return tuple(_lines(_boxes(textpage, [at for at, _ in seen[found[0] : found[1]]])))
    finally:
        textpage.close()


def _found(page: str, words: str, near: float) -> tuple[int, int] | None:
    """Return where the words stand, by their ends when the middle was read otherwise then."""
    if not words:
        return None
    wanted = near * len(page)
    if starts := _places(page, words):
        start = min(starts, key=lambda at: abs(at - wanted))
        return start, start + len(words)
    head, tail = words[:_END_LETTERS], words[-_END_LETTERS:]
    pairs = [
        (start, end + len(tail))
        for start in _places(page, head)
        for end in _places(page, tail)
        if 0 < end + len(tail) - start <= 1.5 * len(words)
    ]
    return min(pairs, key=lambda pair: abs(pair[0] - wanted)) if pairs else None


def _places(page: str, words: str) -> list[int]:
    places: list[int] = []
    at = page.find(words)
    while at >= 0 and len(places) < 200:
        places.append(at)
        at = page.find(words, at + 1)
    return places


def _boxes(textpage: Any, letters: Sequence[int]) -> Iterator[Box]:
    import pypdfium2.raw as pdfium

    box = pdfium.FS_RECTF()
    for at in letters:
        if pdfium.FPDFText_GetLooseCharBox(textpage, at, box):
            yield (box.left, min(box.bottom, box.top), box.right, max(box.bottom, box.top))


def _lines(boxes: Iterator[Box]) -> Iterator[Box]:
    """Join the boxes of letters that stand on one line."""
    line: Box | None = None
    for box in boxes:
        if line is None:
            line = box
        elif min(line[3], box[3]) - max(line[1], box[1]) > 0.5 * min(line[3] - line[1], box[3] - box[1]):
            line = (min(line[0], box[0]), min(line[1], box[1]), max(line[2], box[2]), max(line[3], box[3]))
        else:
            yield line
            line = box
    if line is not None:
        yield line
