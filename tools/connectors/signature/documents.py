"""Opening a PDF with care: what is not one, is locked, or could change what it shows, is named before anyone signs it."""

from __future__ import annotations

import asyncio
import contextlib
import io
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from memory.domain.errors import InputError, QuartermasterError

if TYPE_CHECKING:
    from pyhanko.pdf_utils.reader import PdfFileReader

T = TypeVar("T")
_ACTIVE = frozenset({"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/Rendition"})
_DEEPEST = 50


@contextlib.contextmanager
def reading(file: str = "the document") -> Iterator[None]:
    """Turn whatever a damaged PDF makes the parser raise into an `InputError`.

    This is the edge where foreign bytes meet a parser that reads lazily: a flipped bit shows as any of its errors, or as a
    plain `ValueError` of its parts, at any later access. Our own errors pass through.
    """
    try:
        yield
    except QuartermasterError:
        raise
    except Exception as error:
        raise InputError(
            f"{file} is a damaged PDF ({type(error).__name__}: {str(error)[:80]})",
            hint="Ask for it again, or print it into a new PDF and have that agreed.",
        ) from error


def opened(body: bytes, file: str = "the document") -> PdfFileReader:
    """Return a reader. Raises `InputError` for bytes that are no PDF, are damaged, or need a password."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    if b"%PDF-" not in body[:1024]:
        raise InputError(f"{file} is not a PDF", hint="Ask for the contract as a PDF; a text document must be exported as PDF first.")
    with reading(file):
        reader = PdfFileReader(io.BytesIO(body))
        if reader.encrypted:
            raise InputError(f"{file} is locked with a password", hint="Ask for a copy without a password.")
        if int(reader.root["/Pages"]["/Count"]) < 1:
            raise InputError(f"{file} has no page", hint="Ask for it again.")
        return reader


def active_content(reader: PdfFileReader) -> tuple[str, ...]:
    """Return what could make the document show or do something else later: scripts, launch actions, fields to fill in.

    A field's value may be changed after a signature without breaking it, as the format allows: a price does not belong there.
    """
    root = reader.root
    found = {"/AA"} & set(root)
    found |= {"/XFA"} & set(_at(root, "/AcroForm"))
    found |= {"/JavaScript"} & set(_at(root, "/Names"))
    found |= {"fields to fill in"} if _fillable(_at(_at(root, "/AcroForm"), "/Fields"), "", 0) else set()
    found |= {str(_at(action, "/S")) for action in _actions(reader)} & _ACTIVE
    return tuple(sorted(found))


def _at(holder: Any, key: str) -> Any:
    """Follow the reference under a key; pyHanko's `get` would give the reference itself."""
    return holder[key] if isinstance(holder, dict) and key in holder else {}


def _items(array: Any) -> list[Any]:
    return [array[at] for at in range(len(array))] if isinstance(array, list) else []


def _fillable(fields: Any, inherited: str, depth: int) -> bool:
    """Whether any field is of another type than signature; the type may stand with the parent (ISO 32000-1, 12.7.3.1)."""
    for field in _items(fields) if depth < _DEEPEST else ():
        kind = str(_at(field, "/FT") or inherited)
        if kind not in {"", "/Sig"} or _fillable(_at(field, "/Kids"), kind, depth + 1):
            return True
    return False


def _actions(reader: PdfFileReader) -> Iterator[Any]:
    yield _at(reader.root, "/OpenAction")
    for page in _pages(_at(reader.root, "/Pages"), 0):
        for holder in (page, *_items(_at(page, "/Annots"))):
            yield _at(holder, "/A")
            for event in _at(holder, "/AA"):
                yield _at(_at(holder, "/AA"), event)


def _pages(node: Any, depth: int) -> Iterator[Any]:
    for kid in _items(_at(node, "/Kids")) if depth < _DEEPEST else ():
        if _at(kid, "/Type") == "/Pages":
            yield from _pages(kid, depth + 1)
        else:
            yield kid


def outside_of_a_loop(call: Callable[[], T]) -> T:
    """Run what starts an event loop of its own; in a thread, when one is running here already."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return call()
    with ThreadPoolExecutor(max_workers=1) as pool:
        return pool.submit(call).result()
