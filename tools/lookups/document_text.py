"""Text of a PDF, page by page, as it is shown. What cannot be read says why; nothing is guessed.

Filled form fields are read; words that nobody sees are not, and are told as warnings. The text layer of a scan is read and told as such.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import takewhile
from typing import TYPE_CHECKING

from memory.domain.errors import InputError
from tools.connectors.mail.characters import without_invisible
from tools.lookups.base import Lookup
from tools.lookups.block_writer import invisible_characters
from tools.lookups.document_parts import DocumentFormat, DocumentText, DocumentWarning, WarningKind, noticed
from tools.lookups.pdf_forms import opened_page
from tools.lookups.pdf_hidden import without_hidden
from tools.lookups.text_blocks import text_blocks

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument

MAX_BYTES = 20_000_000
MAX_PAGES = 300
MAX_CHARACTERS = 1_500_000
_PASSWORD_NEEDED = 4  # FPDF_ERR_PASSWORD of pdfium's public header fpdfview.h
_FURNITURE_LINES = 3
_MOST_WARNINGS = 60
_SOFT_HYPHEN = "\u00ad"
# pdfium puts U+FFFE (in older versions U+0002) where a word was broken at the end of a line.
_BROKEN_WORD = re.compile("[\ufffe\x02]\\s*")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f]")


def read_pdf(body: bytes, filename: str = "") -> DocumentText:
    """Return the text of a PDF, without the header and footer lines that come back on every page.

    Raises `InputError` for a file that is too large, is no PDF, is encrypted, has too many pages or holds no text.
    """
    if len(body) > MAX_BYTES:
        raise InputError(f"the file has {len(body):,} bytes; at most {MAX_BYTES:,} are read", hint="ask for a smaller file")
    if b"%PDF-" not in body[:1024]:
        raise InputError("the file is not a PDF", hint="ask for the contract as a PDF, or export it as one")
    read, warnings = _pages(body)
    pages = tuple(_without_furniture(read))
    text = "\n".join(pages)
    if not text.strip():
        raise _without_words(warnings)
    return DocumentText(
        pages=pages, text=text, format=DocumentFormat.PDF, filename=filename, blocks=text_blocks(text), warnings=tuple(warnings)
    )


def _without_words(warnings: list[DocumentWarning]) -> InputError:
    if any(warning.kind is WarningKind.HIDDEN_TEXT for warning in warnings):
        return InputError(
            "the PDF holds no text that can be seen, only hidden words", hint="do not trust it; ask for the contract in another form"
        )
    return InputError(
        "the PDF holds no text, only pictures of pages",
        hint="ask for the original file, or run it through text recognition (OCR) first and give the PDF with its text layer",
    )


def _pages(body: bytes) -> tuple[list[str], list[DocumentWarning]]:
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(body) as document:
            if len(document) > MAX_PAGES:
                raise InputError(
                    f"the PDF has {len(document)} pages; at most {MAX_PAGES} are read", hint="split it and read the contract itself"
                )
            return _read_pages(document)
    except pypdfium2.PdfiumError as error:
        if getattr(error, "err_code", None) == _PASSWORD_NEEDED or "password" in str(error).casefold():
            raise InputError("the PDF is locked with a password", hint="ask for a copy without one") from error
        raise InputError("the PDF is damaged and cannot be read", hint="ask for it again, or print it to a new PDF") from error


def _read_pages(document: PdfDocument) -> tuple[list[str], list[DocumentWarning]]:
    pages: list[str] = []
    warnings: list[DocumentWarning] = []
    scanned: list[int] = []
    invisible = held = 0
    for number in range(len(document)):
        text, hidden, layer = _page_text(document, number)
        plain, removed = without_invisible(text.replace(_SOFT_HYPHEN, ""))
        invisible, held = invisible + removed, held + len(plain)
        if held > MAX_CHARACTERS:
            raise InputError(
                f"the PDF holds {held:,} characters or more; at most {MAX_CHARACTERS:,} are read",
                hint="split it and read the contract itself",
            )
        pages.append(plain)
        warnings += hidden[: max(0, _MOST_WARNINGS - len(warnings))]
        scanned += [number + 1] if layer else []
    return pages, [*warnings, *_about_pages(pages, scanned), *invisible_characters(invisible)]


def _about_pages(pages: list[str], scanned: list[int]) -> list[DocumentWarning]:
    told: list[DocumentWarning] = []
    if scanned:
        says = f"{_which(scanned)} scanned: a machine recognised the words. Hold figures and dates against the picture."
        told.append(noticed(WarningKind.TEXT_LAYER, says, page=scanned[0]))
    empty = [number for number, page in enumerate(pages, 1) if not page.strip()]
    if empty and len(empty) < len(pages):
        says = f"{_which(empty)} without text, a picture or empty: what stands there was not read."
        told.append(noticed(WarningKind.PAGES_WITHOUT_TEXT, says, page=empty[0]))
    return told


def _which(numbers: list[int]) -> str:
    if len(numbers) == 1:
        return f"Page {numbers[0]} is"
    more = f" and {len(numbers) - 10} more" if len(numbers) > 10 else ""
    return f"Pages {', '.join(map(str, numbers[:10]))}{more} are"


def _page_text(document: PdfDocument, number: int) -> tuple[str, tuple[DocumentWarning, ...], bool]:
    page = opened_page(document, number)
    try:
        look = without_hidden(page, number + 1)
        words = page.get_textpage()
        try:
            raw = str(words.get_text_bounded())
        finally:
            words.close()
    finally:
        page.close()
    plain = _BROKEN_WORD.sub("", raw.encode(errors="replace").decode().replace("\r\n", "\n").replace("\r", "\n"))
    return _UNPRINTABLE.sub("", plain).strip("\n"), look.warnings, look.text_layer


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
