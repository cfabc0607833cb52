"""A `SendMail` payload to the bytes of a mail: the same payload, contact and time always give the same bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from memory.domain.base import Digest
from memory.domain.effects import SendMail
from memory.domain.errors import EffectRejectedError
from memory.domain.registry import Contact
from tools.connectors.mail.account import MailAccount

# 78 columns would make the library encode long Message-IDs as RFC 2047 words, which breaks threading.
# 7 bits, since not every server on the way takes 8.
_POLICY = SMTP.clone(max_line_length=990, cte_type="7bit")
_REFERENCES_SENT = 10
_OPAQUE = ("message", "multipart", "text")


def composed(mail: SendMail, contact: Contact, account: MailAccount, at: datetime, file: Callable[[Digest], bytes]) -> bytes:
    """Return the mail's bytes. Raises `EffectRejectedError` for an address or header that cannot be written safely."""
    message = EmailMessage(policy=_POLICY)
    if not contact.email.isascii():
        raise EffectRejectedError(f"{contact.email} cannot be reached by every mail server", hint="Give the contact's address in ASCII.")
    try:
        message["From"] = Address(account.name, addr_spec=account.address)
        message["To"] = Address(contact.name, addr_spec=contact.email)
        message["Subject"] = mail.subject
        message["Date"] = format_datetime(at)
        message["Message-ID"] = mail.message_id
        _thread(message, mail)
        message.set_content(mail.body)
    except (ValueError, IndexError) as error:
        # The library refuses CR and LF in headers, addresses it cannot parse, and text that is not Unicode.
        raise EffectRejectedError(f"the mail cannot be written: {error}", hint="Correct the contact, the subject or the text.") from error
    for attachment in mail.attachments:
        kind, _, subtype = attachment.media_type.partition("/")
        kind, subtype = ("application", "octet-stream") if kind in _OPAQUE else (kind, subtype)
        message.add_attachment(file(attachment.digest), maintype=kind, subtype=subtype, filename=attachment.filename)
    if message.is_multipart():
        message.set_boundary(f"qm-{hashlib.sha256(mail.message_id.encode()).hexdigest()[:32]}")
    return message.as_bytes()


def _thread(message: EmailMessage, mail: SendMail) -> None:
    references = tuple(dict.fromkeys((*mail.references, *((mail.in_reply_to,) if mail.in_reply_to else ()))))
    if mail.in_reply_to:
        message["In-Reply-To"] = mail.in_reply_to
    if references:
        # The first names the thread, the last ones the place in it (RFC 5322, 3.6.4).
        kept = references if len(references) <= _REFERENCES_SENT else (references[0], *references[1 - _REFERENCES_SENT :])
        message["References"] = " ".join(kept)
