"""The parts of a Word file, unpacked within limits before any parser sees them: no bomb, no entities, nothing fetched."""

from __future__ import annotations

import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator
from pyexpat import ExpatError, ParserCreate
from typing import TYPE_CHECKING

from memory.domain.errors import InputError

if TYPE_CHECKING:
    from docx.document import Document

MAX_PACKED = 20_000_000
MAX_UNPACKED = 64_000_000
MAX_MARKUP = 24_000_000
_MOST_PARTS = 2000
#: XML packs well, yet no page of words packs like this: 200 to 1 is a bomb.
_MOST_RATIO = 200
_RATIO_FROM = 2_000_000
_MACROS = "vbaProject.bin"
_DAMAGE = (zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, ValueError, NotImplementedError)
_DAMAGED_HINT = "ask for it again, or open it and save it as a new DOCX or as PDF"


def opened_docx(body: bytes) -> Document:
    """Return the opened document.

    Raises `InputError` when it is too large, packs too much, declares entities, is locked, is another kind of file, or is damaged.
    """
    import docx
    from docx.opc.exceptions import OpcError
    from lxml.etree import XMLSyntaxError

    checked_package(body)
    try:
        return docx.Document(io.BytesIO(body))
    except ValueError as error:
        raise InputError("the file is an Office file, but no Word document", hint="give the contract as DOCX or as PDF") from error
    except (OpcError, KeyError, AttributeError, TypeError, IndexError, XMLSyntaxError, zipfile.BadZipFile, OSError) as error:
        raise InputError("the Word file is damaged and cannot be read", hint=_DAMAGED_HINT) from error


def checked_package(body: bytes) -> tuple[str, ...]:
    """Return the names of a package's parts after each was unpacked once within limits; raises `InputError`."""
    if len(body) > MAX_PACKED:
        raise InputError(
            f"the file has {len(body):,} bytes; at most {MAX_PACKED:,} are read", hint="save it without its pictures, or as PDF"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as package:
            return tuple(_checked_parts(package))
    except (*_DAMAGE, RuntimeError) as error:
        if "password" in str(error).lower():
            raise InputError("the Word file is locked with a password", hint="ask for a copy without one") from error
        raise InputError("the Word file is damaged and cannot be read", hint=_DAMAGED_HINT) from error


def _checked_parts(package: zipfile.ZipFile) -> Iterator[str]:
    parts = package.infolist()
    _within_limits(parts)
    markup = 0
    for part in parts:
        unpacked = package.read(part)
        if _is_markup(part.filename, unpacked):
            markup += len(unpacked)
            if markup > MAX_MARKUP:
                raise _bomb(f"more than {MAX_MARKUP:,} bytes of words")
            _without_entities(unpacked)
        yield part.filename


def unpacked_size(body: bytes) -> int:
    """Return how many bytes a package says it unpacks to; unpacking stops there, whatever is packed."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as package:
            return sum(part.file_size for part in package.infolist())
    except _DAMAGE:
        return 0


def has_macros(names: tuple[str, ...]) -> bool:
    """Whether a package carries macros."""
    return any(name.endswith(_MACROS) for name in names)


def _within_limits(parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > _MOST_PARTS:
        raise _bomb(f"{len(parts):,} parts")
    if len({part.filename for part in parts}) != len(parts):
        raise InputError("the Word file holds two parts of one name, so that it says two things at once", hint=_DAMAGED_HINT)
    whole = sum(part.file_size for part in parts)
    if whole > MAX_UNPACKED:
        raise _bomb(f"{whole:,} bytes unpacked")
    if any(part.file_size > _RATIO_FROM and part.file_size > _MOST_RATIO * max(part.compress_size, 1) for part in parts):
        raise _bomb("a part that unpacks to more than 200 times its size")


def _bomb(what: str) -> InputError:
    return InputError(f"the Word file holds {what}: it is built to overwhelm its reader", hint="do not open it; ask the sender for a PDF")


def _is_markup(name: str, part: bytes) -> bool:
    """Whether a parser may come to see a part: by its name, or by how it begins, since a part may be named anything."""
    begins = part[:200].lstrip(b"\xef\xbb\xbf \t\r\n\0")
    return name.lower().endswith((".xml", ".rels")) or begins.startswith((b"<", b"\xff\xfe", b"\xfe\xff"))


def _without_entities(part: bytes) -> None:
    """Refuse a part that declares a document type: Office never does, and entities are made there. No element is built for it."""
    if not part:
        return
    parser = ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(part, True)
    except ExpatError as error:
        raise InputError("the Word file is damaged and cannot be read", hint=_DAMAGED_HINT) from error


def _refuse(*_: object) -> None:
    raise InputError("the Word file declares XML entities: it is built to overwhelm its reader", hint="do not open it; ask for a PDF")
