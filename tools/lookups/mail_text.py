"""The contract that came with a mail: the one attachment that is a document, else the words of the mail itself."""

from __future__ import annotations

from collections.abc import Callable

from memory.domain.errors import InputError
from memory.domain.mail import InboundAttachment
from tools.lookups.document_parts import DocumentFormat, DocumentText, WarningKind, noticed
from tools.lookups.plain_text import read_text

_MOST_ATTACHMENTS = 12

ReadDocument = Callable[[bytes, str, str | None], DocumentText]


def read_mail(body: bytes, filename: str, read: ReadDocument) -> DocumentText:
    """Return the text of the contract in a saved mail; `read` reads an attachment.

    The longest document is the contract; what else came along is told. Raises `InputError` when neither attachment nor mail holds text.
    """
    from tools.connectors.mail.parse import parse_mail

    parsed = parse_mail(body)
    found: list[DocumentText] = []
    failed: list[str] = []
    for attachment in parsed.mail.attachments[:_MOST_ATTACHMENTS]:
        if _is_document(attachment):
            try:
                found.append(read(parsed.files[attachment.digest], attachment.filename, attachment.media_type))
            except InputError as error:
                failed.append(f"{attachment.filename}: {error.message}")
    if found:
        return _with_others(sorted(found, key=lambda document: len(document.text), reverse=True), failed)
    if failed:
        raise InputError(f"the mail's attachment could not be read: {failed[0]}", hint="ask the sender for it as a PDF with text")
    return _letter(parsed.mail.full_text, filename, parsed.mail.hidden_text)


def _is_document(attachment: InboundAttachment) -> bool:
    return attachment.kept and not attachment.media_type.startswith(("image/", "audio/", "video/", "text/calendar"))


def _with_others(found: list[DocumentText], failed: list[str]) -> DocumentText:
    contract, others = found[0], [document.filename for document in found[1:]]
    told = list(contract.warnings)
    if others:
        says = f"The mail carries {len(others)} more document(s); only the longest was read. Read them by themselves."
        told.append(noticed(WarningKind.OTHER_DOCUMENTS, says, excerpt=", ".join(others)))
    if failed:
        told.append(noticed(WarningKind.OTHER_DOCUMENTS, "Some attachments could not be read.", excerpt="; ".join(failed)))
    return contract.model_copy(update={"warnings": tuple(told)})


def _letter(text: str, filename: str, hidden: tuple[str, ...]) -> DocumentText:
    if not text.strip():
        raise InputError("the mail holds neither a document nor words", hint="save the attachment itself and give that")
    told = tuple(
        noticed(WarningKind.HIDDEN_TEXT, "The mail hides words from its readers; they were not read.", excerpt=one) for one in hidden
    )
    return read_text(text, filename, warnings=told).model_copy(update={"format": DocumentFormat.MAIL})
