"""A desk's answer as a real mail: threaded, with our mail quoted below in the desk's own manner."""

from __future__ import annotations

import hashlib
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape

from memory.domain.mail import InboundMail
from tools.sandbox.vendors.personality import Personality, Quoting
from tools.sandbox.vendors.wording import Letter

_POLICY = SMTP.clone(max_line_length=990)
_QUOTED_LINES = 60


def answer(
    personality: Personality, mail: InboundMail, written: Letter, at: datetime, attachment: tuple[str, bytes] | None, *, seed: int
) -> EmailMessage:
    """Return the mail that answers `mail`. Its Message-ID follows from the seed and the mail it answers."""
    message = EmailMessage(policy=_POLICY)
    message["From"] = Address(personality.person, addr_spec=personality.mailbox)
    message["To"] = Address(mail.from_name, addr_spec=mail.from_address)
    message["Subject"] = mail.subject if mail.subject.lower().startswith("re:") else f"Re: {mail.subject}"
    message["Date"] = format_datetime(at)
    token = hashlib.sha256(f"{seed}/{personality.vendor_id}/{mail.message_id}/{mail.raw_digest}".encode()).hexdigest()[:24]
    message["Message-ID"] = f"<{token}@{personality.domain}>"
    if mail.message_id:
        message["In-Reply-To"] = mail.message_id
        message["References"] = " ".join((*mail.references[-8:], mail.message_id))
    message.set_content(f"{written.plain}\n\n{quoted(personality, mail)}\n")
    if written.markup:
        message.add_alternative(written.markup.replace("</body>", f"{_quoted_markup(mail)}</body>"), subtype="html")
    if attachment is not None:
        subtype = "pdf" if attachment[0].endswith(".pdf") else "octet-stream"  # as many programs send what they do not know
        message.add_attachment(attachment[1], maintype="application", subtype=subtype, filename=attachment[0])
    return message


def quoted(personality: Personality, mail: InboundMail) -> str:
    """Return our mail as the desk's mail program quotes it."""
    who, lines = mail.from_name or mail.from_address, mail.full_text.split("\n")[:_QUOTED_LINES]
    when = mail.sent_at
    marked = "\n".join(f"> {line}".rstrip() for line in lines)
    match personality.quoting:
        case Quoting.ATTRIBUTION:
            stamp = f"{when:%a, %d %b %Y at %H:%M}" if when else "an earlier day, 1"
            return f"On {stamp}, {who} <{mail.from_address}> wrote:\n{marked}"
        case Quoting.GERMAN:
            stamp = f"{when:%d.%m.%Y um %H:%M}" if when else "1. des Monats"
            return f"Am {stamp} schrieb {who} <{mail.from_address}>:\n{marked}"
        case _:
            opening = "-----Original Message-----" if personality.quoting is Quoting.ORIGINAL else "_" * 32
            stamp = f"{when:%A, %d %B %Y %H:%M}" if when else "earlier"
            headers = f"From: {who} <{mail.from_address}>\nSent: {stamp}\nTo: {personality.mailbox}\nSubject: {mail.subject}"
            return f"{opening}\n{headers}\n\n" + "\n".join(lines)


def _quoted_markup(mail: InboundMail) -> str:
    lines = (escape(line) for line in mail.full_text.split("\n")[:_QUOTED_LINES])
    return f"<blockquote>{'<br>'.join(lines)}</blockquote>"
