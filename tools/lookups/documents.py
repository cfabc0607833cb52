"""Any document a contract comes as, read to text with its places: PDF, Word, HTML, Markdown, plain or pasted text, a saved mail.

What the file is, is told by its bytes. Nothing in it is run, followed or fetched; what is hidden from people is left out and told; and
files whose size does not bound the work are read in a process of their own, so that a hostile one costs seconds and no more.
"""

from __future__ import annotations

from memory.domain.errors import InputError
from tools.lookups.document_apart import Limits, ask_apart
from tools.lookups.document_kind import kind_of
from tools.lookups.document_parts import DocumentFormat, DocumentText, DocumentWarning
from tools.lookups.document_text import read_pdf
from tools.lookups.pdf_weight import is_light

MAX_BYTES = 40_000_000
_SMALL_PAGE = 100_000
_SMALL_TEXT = 4_000_000
_SMALL_PACKAGE = 4_000_000
_DEEPEST_MAIL = 2


def read_document(body: bytes, filename: str, media_type: str | None = None, *, limits: Limits | None = None) -> DocumentText:
    """Return the text of a document with its pages, blocks and warnings.

    `filename` and `media_type` are what somebody says about the bytes; where the bytes say otherwise, they win, with a warning.
    Raises `InputError` naming the file, what is wrong with it, and what to do.
    """
    try:
        return _read(body, filename, media_type, limits, depth=0)
    except InputError as error:
        named = f"{filename}: {error.message}" if filename and not error.message.startswith(filename) else error.message
        raise InputError(named, hint=error.hint) from error


def read_here(body: bytes, filename: str, media_type: str | None = None) -> DocumentText:
    """Read a document in this process; raises as `read_document`, and for a mail, whose attachments are read one by one."""
    found, warnings = kind_of(body, filename, media_type)
    match found:
        case DocumentFormat.PDF:
            document = read_pdf(body, filename)
        case DocumentFormat.DOCX:
            from tools.lookups.docx_text import read_docx

            document = read_docx(body, filename)
        case DocumentFormat.MAIL:
            raise InputError("a mail is read attachment by attachment", hint="give the attachment itself")
        case _:
            document = _read_textual(found, body, filename, media_type)
    return _noting(document, warnings)


def _read(body: bytes, filename: str, media_type: str | None, limits: Limits | None, *, depth: int) -> DocumentText:
    if len(body) > MAX_BYTES:
        raise InputError(f"the file has {len(body):,} bytes; at most {MAX_BYTES:,} are read", hint="ask for a smaller file")
    found, warnings = kind_of(body, filename, media_type)
    if found is DocumentFormat.MAIL:
        return _noting(_read_mail(body, filename, limits, depth), warnings)
    if _bounded_by_size(found, body):
        return read_here(body, filename, media_type)
    question = {"do": "read", "filename": filename, "media_type": media_type}
    return DocumentText.model_validate_json(ask_apart(question, body, limits))


def _read_mail(body: bytes, filename: str, limits: Limits | None, depth: int) -> DocumentText:
    from tools.lookups.mail_text import read_mail

    if depth >= _DEEPEST_MAIL:
        raise InputError("mails are packed into mails without end", hint="save the contract itself and give that")
    return read_mail(body, filename, lambda inner, name, kind: _read(inner, name, kind, limits, depth=depth + 1))


def _bounded_by_size(found: DocumentFormat, body: bytes) -> bool:
    if found is DocumentFormat.PDF:
        return is_light(body)
    if found is DocumentFormat.DOCX:
        from tools.lookups.docx_package import unpacked_size

        return unpacked_size(body) <= _SMALL_PACKAGE
    return len(body) <= (_SMALL_TEXT if found is DocumentFormat.TEXT else _SMALL_PAGE)


def _read_textual(found: DocumentFormat, body: bytes, filename: str, media_type: str | None) -> DocumentText:
    from tools.lookups.html_text import declared_encoding, read_html
    from tools.lookups.markdown_text import looks_like_markdown, read_markdown
    from tools.lookups.plain_text import decoded_text, read_text

    claimed = _parameter(media_type) or (declared_encoding(body) if found is DocumentFormat.HTML else None)
    text, warnings = decoded_text(body, claimed)
    if found is DocumentFormat.HTML:
        return _noting(read_html(text, filename), warnings)
    if found is DocumentFormat.MARKDOWN or looks_like_markdown(text):
        return _noting(read_markdown(text, filename), warnings)
    return read_text(text, filename, warnings=warnings)


def _parameter(media_type: str | None) -> str | None:
    parts = [part.strip() for part in (media_type or "").split(";")[1:]]
    return next((part[8:].strip("\"' ") for part in parts if part.lower().startswith("charset=")), None)


def _noting(document: DocumentText, warnings: tuple[DocumentWarning, ...]) -> DocumentText:
    return document.model_copy(update={"warnings": (*warnings, *document.warnings)}) if warnings else document
