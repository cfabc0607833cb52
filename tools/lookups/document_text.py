"""Text of a PDF, page by page, as it is shown. What cannot be read says why; nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import takewhile
from typing import TYPE_CHECKING

from memory.domain.base import Noun
from memory.domain.errors import InputError
from tools.lookups.base import Lookup

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

MAX_BYTES = 20_000_000
MAX_PAGES = 300
MAX_CHARACTERS = 1_500_000
_PASSWORD_NEEDED = 4  # FPDF_ERR_PASSWORD of pdfium's public header fpdfview.h
_FURNITURE_LINES = 3
# pdfium puts U+FFFE (in older versions U+0002) where a word was broken at the end of a line.
_BROKEN_WORD = re.compile("[\ufffe\x02]\\s*")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f]")


class DocumentText(Noun):
    """The text of each page and of the whole; the pages stand in `text` in order, each from a new line, since a sentence may run on."""

    pages: tuple[str, ...]
    text: str


def read_pdf(body: bytes) -> DocumentText:
    """Return the text of a PDF, without the header and footer lines that come back on every page.

    Raises `InputError` for a file that is too large, is no PDF, is encrypted, has too many pages or holds no text.
    """
    if len(body) > MAX_BYTES:
        raise InputError(f"the file has {len(body):,} bytes; at most {MAX_BYTES:,} are read", hint="ask for a smaller file")
    if b"%PDF-" not in body[:1024]:
        raise InputError("the file is not a PDF", hint="ask for the contract as a PDF, or export it as one")
    pages = _without_furniture(_pages(body))
    text = "\n".join(pages)
    if not text.strip():
        raise InputError(
            "the PDF holds no text, only pictures of pages", hint="ask for the original file, or run it through text recognition first"
        )
    if len(text) > MAX_CHARACTERS:
        raise InputError(
            f"the PDF holds {len(text):,} characters; at most {MAX_CHARACTERS:,} are read", hint="split it and read the contract itself"
        )
    return DocumentText(pages=tuple(pages), text=text)


def _pages(body: bytes) -> list[str]:
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(body) as document:
            if len(document) > MAX_PAGES:
                raise InputError(
                    f"the PDF has {len(document)} pages; at most {MAX_PAGES} are read", hint="split it and read the contract itself"
                )
            return [_page_text(document, number) for number in range(len(document))]
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD_NEEDED or "password" in str(error).casefold():
            raise InputError("the PDF is locked with a password", hint="ask for a copy without one") from error
        raise InputError("the PDF is damaged and cannot be read", hint="ask for it again, or print it to a new PDF") from error


def _page_text(document: PdfDocument, number: int) -> str:
    page = document[number]
    words = page.get_textpage()
    try:
        raw = str(words.get_text_bounded())
    finally:
        words.close()
        page.close()
    plain = _BROKEN_WORD.sub("", raw.encode(errors="replace").decode().replace("\r\n", "\n").replace("\r", "\n"))
    return _UNPRINTABLE.sub("", plain).strip("\n")


def _without_furniture(pages: list[str]) -> list[str]:
    """Drop leading and trailing lines that are the same on every page but for their digits."""
    rows = [page.split("\n") for page in pages]
    if len(rows) < 2:
        return pages
    top = _repeated([row[:_FURNITURE_LINES] for row in rows])
    bottom = _repeated([row[top:][::-1][:_FURNITURE_LINES] for row in rows])
    return ["\n".join(row[top : len(row) - bottom]) for row in rows]


def _repeated(edges: list[list[str]]) -> int:
    depth = min(len(edge) for edge in edges)
    return sum(1 for _ in takewhile(lambda i: len({re.sub(r"\d+", "0", edge[i].strip()) for edge in edges}) == 1, range(depth)))


LOOKUP: Lookup[Callable[[bytes], DocumentText]] = Lookup(
    name="document_text", summary="the text of a PDF, page by page", open=lambda _context: read_pdf
)
