"""Bytes to text with care: marks of an encoding first, then UTF-8, then a guess that is told; bytes that are no text are refused."""

from __future__ import annotations

import codecs
import re

from memory.domain.errors import InputError
from tools.connectors.mail.characters import without_invisible
from tools.lookups.block_writer import MAX_CHARACTERS, invisible_characters, too_long
from tools.lookups.document_parts import DocumentFormat, DocumentText, DocumentWarning, WarningKind, noticed
from tools.lookups.text_blocks import text_blocks

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_SOFT_HYPHEN = "\u00ad"
_LOOKED_AT = 4000
#: In a text of an old Western encoding most characters are ASCII and most others letters; in bytes of something else they are not.
_PLAUSIBLE = 0.75
_SIGNS = frozenset(
    "\u20ac\u00a7\u2013\u2014\u201c\u201d\u201e\u2018\u2019\u00a3\u00b0\u00b4\u00a0\u2022\u00a9\u00ae\u2026\u00ab\u00bb\u2122\u00b1\u00d7"
)


def decoded_text(body: bytes, claimed: str | None = None) -> tuple[str, tuple[DocumentWarning, ...]]:
    """Return the text of bytes and, when its encoding was guessed, a warning.

    `claimed` is an encoding somebody names; it is believed when the bytes bear it out. Raises `InputError` for bytes that are no text.
    """
    for mark, codec in _MARKS:
        if body.startswith(mark):
            return _strict(body[len(mark) :] if codec == "utf-8" else body, codec), ()
    if b"\0" in body[:_LOOKED_AT]:
        return _wide(body)
    for codec in ("utf-8", *_known(claimed)):
        try:
            return _checked(body.decode(codec)), ()
        except UnicodeDecodeError:
            continue
    return _old(body)


def _known(claimed: str | None) -> tuple[str, ...]:
    if not claimed or not re.fullmatch(r"(?:iso-?8859-(?:1|2|15)|latin-?[12]|windows-125[0-8]|cp125\d|us-ascii)", claimed.strip().lower()):
        return ()
    return ("cp1252",) if "8859-1" in claimed.lower().removesuffix("5") or "ascii" in claimed.lower() else (claimed.strip().lower(),)


def _strict(body: bytes, codec: str) -> str:
    try:
        return _checked(body.decode(codec))
    except UnicodeDecodeError as error:
        raise _no_text() from error


def _wide(body: bytes) -> tuple[str, tuple[DocumentWarning, ...]]:
    """Return text in UTF-16 without its mark: the zero bytes stand on one side of each pair, which Western text makes plain."""
    head = body[:_LOOKED_AT]
    even, odd = head[::2].count(0), head[1::2].count(0)
    codec = "utf-16-le" if odd > 10 * even else "utf-16-be" if even > 10 * odd else ""
    if not codec or max(even, odd) * 3 < len(head) // 2:
        raise _no_text()
    warning = noticed(WarningKind.ENCODING_GUESSED, "The file does not say its encoding; it was read as UTF-16.")
    return _strict(body[: len(body) // 2 * 2], codec), (warning,)


def _old(body: bytes) -> tuple[str, tuple[DocumentWarning, ...]]:
    try:
        text = _checked(body.decode("cp1252"))
    except UnicodeDecodeError as error:
        raise _no_text() from error
    above = [ch for ch in text[:200_000] if ord(ch) > 127]
    head = text[:_LOOKED_AT]
    if sum(ch.isascii() for ch in head) < _PLAUSIBLE * len(head) or sum(ch.isalpha() or ch in _SIGNS for ch in above) < _PLAUSIBLE * len(
        above
    ):
        raise _no_text()
    return text, (
        noticed(WarningKind.ENCODING_GUESSED, "The file is not in UTF-8; it was read as Windows-1252 (Latin-1). Look at its accents."),
    )


def _checked(text: str) -> str:
    controls = len(_CONTROLS.findall(text[:200_000]))
    if "\0" in text or controls * 200 > len(text[:200_000]):
        raise _no_text()
    return text


def _no_text() -> InputError:
    return InputError(
        "the file is neither text nor a document that can be read", hint="give the contract as PDF, DOCX, HTML, or as text in UTF-8"
    )


def read_text(text: str, filename: str = "", *, warnings: tuple[DocumentWarning, ...] = ()) -> DocumentText:
    """Return pasted or plain text as a document, line by line as it is. Raises `InputError` when it is empty or too long."""
    plain, removed = without_invisible(text.replace("\f", "\n").replace(_SOFT_HYPHEN, "").replace("\u2028", "\n").replace("\u2029", "\n"))
    if not plain.strip():
        raise InputError("the file holds no text", hint="give the contract as a PDF, or as text")
    if len(plain) > MAX_CHARACTERS:
        raise too_long(len(plain))
    return DocumentText(
        pages=(plain,),
        text=plain,
        format=DocumentFormat.TEXT,
        filename=filename,
        blocks=text_blocks(plain),
        warnings=(*warnings, *invisible_characters(removed)),
    )
