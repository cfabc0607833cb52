"""What a file is: told by its bytes, not by its name or by what somebody says it is. What is two things at once is refused."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import PurePosixPath

from memory.domain.errors import InputError
from tools.lookups.document_parts import DocumentFormat, DocumentWarning, WarningKind, noticed

_ENDINGS = {
    "pdf": DocumentFormat.PDF,
    "docx": DocumentFormat.DOCX,
    "html": DocumentFormat.HTML,
    "htm": DocumentFormat.HTML,
    "xhtml": DocumentFormat.HTML,
    "md": DocumentFormat.MARKDOWN,
    "markdown": DocumentFormat.MARKDOWN,
    "txt": DocumentFormat.TEXT,
    "text": DocumentFormat.TEXT,
    "eml": DocumentFormat.MAIL,
}
_TYPES = {
    "application/pdf": DocumentFormat.PDF,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": DocumentFormat.DOCX,
    "text/html": DocumentFormat.HTML,
    "application/xhtml+xml": DocumentFormat.HTML,
    "text/markdown": DocumentFormat.MARKDOWN,
    "text/plain": DocumentFormat.TEXT,
    "message/rfc822": DocumentFormat.MAIL,
}
_TEXTUAL = frozenset((DocumentFormat.HTML, DocumentFormat.MARKDOWN, DocumentFormat.TEXT, DocumentFormat.MAIL))
_NAMES = {
    DocumentFormat.PDF: "a PDF",
    DocumentFormat.DOCX: "a Word document",
    DocumentFormat.HTML: "an HTML page",
    DocumentFormat.MARKDOWN: "Markdown",
    DocumentFormat.TEXT: "plain text",
    DocumentFormat.MAIL: "a mail",
}
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FOREIGN = (
    (b"{\\rtf", "an RTF file", "open it and save it as DOCX or PDF"),
    (b"\x89PNG", "a picture", "ask for the document itself, or run text recognition (OCR) and give the PDF"),
    (b"\xff\xd8\xff", "a picture", "ask for the document itself, or run text recognition (OCR) and give the PDF"),
    (b"II*\x00", "a picture", "ask for the document itself, or run text recognition (OCR) and give the PDF"),
    (b"MM\x00*", "a picture", "ask for the document itself, or run text recognition (OCR) and give the PDF"),
    (b"GIF8", "a picture", "ask for the document itself, or run text recognition (OCR) and give the PDF"),
    (b"\x1f\x8b", "a packed file", "unpack it and give the contract itself"),
    (b"7z\xbc\xaf", "a packed file", "unpack it and give the contract itself"),
    (b"Rar!", "a packed file", "unpack it and give the contract itself"),
    (b"MZ", "a program", "do not open it; ask the sender for a PDF"),
    (b"\x7fELF", "a program", "do not open it; ask the sender for a PDF"),
)
_HTML = re.compile(rb"\s*(?:<!--.{0,2000}?-->\s*|<\?xml[^>]{0,200}\?>\s*)*<(?:!doctype\s+html|html|head|body|title|div|h1|article|section|main|p|table)\b", re.IGNORECASE | re.DOTALL)  # fmt: skip
_MAIL = re.compile(rb"(?:[A-Za-z][A-Za-z0-9-]{0,60}:[^\n]{0,998}\n(?:[ \t][^\n]{0,998}\n){0,40}){3}")
_MACHINE_SIGNS = (b"\nmime-version:", b"\nmessage-id:", b"\nreceived:")
_MAIL_SIGNS = (b"\nfrom:", b"\nmime-version:", b"\nsubject:", b"\nto:", b"\ndate:", b"\nreceived:", b"\nmessage-id:", b"\ncontent-type:")


def kind_of(body: bytes, filename: str, media_type: str | None = None) -> tuple[DocumentFormat, tuple[DocumentWarning, ...]]:
    """Return what a file is, and a warning when its name or media type says something else.

    Raises `InputError` for an empty file, one that is two things at once, and kinds that are not read, each with what to do.
    """
    if not body.strip(b"\0 \t\r\n"):
        raise InputError("the file is empty", hint="ask for it again; it may have been cut off on its way")
    claims = _claims(filename, media_type)
    found = _by_bytes(body, claims)
    wrong = tuple(claim for claim in claims.values() if claim is not found and not (claim in _TEXTUAL and found in _TEXTUAL))
    if not wrong:
        return found, ()
    said = " and ".join(dict.fromkeys(_NAMES[claim] for claim in wrong))
    return found, (noticed(WarningKind.NAME_DIFFERS, f"The file says it is {said}, and is {_NAMES[found]}; it was read as what it is."),)


def _claims(filename: str, media_type: str | None) -> dict[str, DocumentFormat]:
    ending = PurePosixPath(filename.replace("\\", "/")).suffix.lower().removeprefix(".")
    by_type = _TYPES.get((media_type or "").partition(";")[0].strip().lower())
    claims = {"name": _ENDINGS.get(ending), "type": by_type}
    return {source: claim for source, claim in claims.items() if claim is not None}


def _by_bytes(body: bytes, claims: dict[str, DocumentFormat]) -> DocumentFormat:
    pdf = body[:1024].find(b"%PDF-")
    package = _package(body)
    page = bool(_HTML.match(body[:4096]))
    if (pdf >= 0 and (package is not None or (page and pdf > 0))) or (package is not None and not body.startswith(b"PK")):
        raise InputError(
            "the file is two kinds of document at once, so that two programs would show two texts",
            hint="do not trust it; ask the sender for a plain PDF",
        )
    if pdf >= 0:
        return DocumentFormat.PDF
    if package is not None or body.startswith(b"PK\x03\x04"):
        return _of_package(package)
    _refuse_foreign(body)
    return _textual(body, page, claims)


def _package(body: bytes) -> frozenset[str] | None:
    """Return the names in a ZIP file, None for other files."""
    try:
        with zipfile.ZipFile(io.BytesIO(body)) as package:
            return frozenset(package.namelist())
    except (zipfile.BadZipFile, zipfile.LargeZipFile, ValueError, OSError, EOFError, NotImplementedError):
        return None


def _of_package(names: frozenset[str] | None) -> DocumentFormat:
    if names is None:
        raise InputError("the file is a damaged Word or ZIP file", hint="ask for it again, or ask for a PDF")
    if "[Content_Types].xml" in names and any(name.startswith("word/") for name in names):
        return DocumentFormat.DOCX
    if "[Content_Types].xml" in names:
        raise InputError("the file is an Office file, but no Word document", hint="give the contract as DOCX or as PDF")
    if "content.xml" in names:
        raise InputError("the file is an OpenDocument file (ODT)", hint="open it and save it as DOCX or PDF")
    raise InputError("the file is a ZIP archive", hint="unpack it and give the contract itself")


def _refuse_foreign(body: bytes) -> None:
    if body.startswith(_OLD_OFFICE):
        if "EncryptedPackage".encode("utf-16-le") in body:
            raise InputError("the Word file is locked with a password", hint="ask for a copy without one")
        raise InputError("the file is an old Office file (.doc, .xls or .msg)", hint="open it and save it as DOCX or PDF")
    for sign, what, hint in _FOREIGN:
        if body.startswith(sign):
            raise InputError(f"the file is {what}, not a document that can be read", hint=hint)


def _textual(body: bytes, page: bool, claims: dict[str, DocumentFormat]) -> DocumentFormat:
    if page:
        return DocumentFormat.HTML
    head = b"\n" + body[:8000].lower().replace(b"\r\n", b"\n")
    claimed = claims.get("name") or claims.get("type")
    lettered = _MAIL.match(body[:20_000].replace(b"\r\n", b"\n")) and sum(sign in head for sign in _MAIL_SIGNS) >= 3
    # A letter that somebody pasted begins with To and From as well; only programs write the other lines.
    if lettered and (claimed is DocumentFormat.MAIL or any(sign in head for sign in _MACHINE_SIGNS)):
        return DocumentFormat.MAIL
    if claimed is DocumentFormat.PDF:
        raise InputError("the file is not a PDF", hint="ask for the contract as a PDF, or export it as one")
    if claimed is DocumentFormat.DOCX:
        raise InputError("the file is named as a Word document, but is none", hint="ask for it again, or ask for a PDF")
    return claimed if claimed in _TEXTUAL else DocumentFormat.TEXT
