"""Raw bytes to an `InboundMail`: never raises on hostile input, bounds everything, and says what was odd.

The lenient parser of the standard library (compat32) is used on purpose: the strict one raises on some malformed headers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.policy import Compat32
from email.utils import getaddresses, parsedate_to_datetime

from memory.domain.base import Digest, sha256_hex
from memory.domain.mail import InboundMail
from memory.domain.mail import MailFindingKind as Kind
from tools.connectors.mail.bodies import Bodies, Noted, read_bodies
from tools.connectors.mail.characters import decoded, without_invisible
from tools.connectors.mail.limits import MailLimits
from tools.connectors.mail.quoting import new_text

_REFERENCE = re.compile(r"<[!-;=?-~]{1,400}>")
_PLAIN = re.compile(r"[^\x00-\x20\x7f-\x9f<>,;:\"()\[\]\\@\ud800-\udfff]+@[^\x00-\x20\x7f-\x9f<>,;:\"()\[\]\\@\ud800-\udfff]+")
_HEADER_WIDTH = 1000
_REFERENCES_READ = 100
_HEADER_READ = 20_000
_HEADERS_READ = 100_000
_AUTOMATIC = ("auto-generated", "auto-replied", "auto-notified")


class _ShortHeaders(Compat32):
    """Cuts long headers while they are read: the standard library takes quadratic time over a header's parameters."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        name, value = super().header_source_parse(sourcelines)
        return name, value[-_HEADER_READ:] if name.lower() == "references" else value[:_HEADER_READ]


@dataclass(frozen=True)
class ParsedMail:
    """A mail, its raw bytes, and the bytes of each attachment that was kept, by digest."""

    mail: InboundMail
    raw: bytes = field(repr=False)
    files: dict[Digest, bytes] = field(default_factory=dict, repr=False)

    @property
    def uid(self) -> int:
        """Where it lies in its mailbox."""
        return self.mail.uid

    @property
    def uid_validity(self) -> int:
        """Under which numbering."""
        return self.mail.uid_validity


def parse_mail(raw: bytes, *, uid: int = 0, uid_validity: int = 0, limits: MailLimits | None = None) -> ParsedMail:
    """Return the mail in `raw`. Never raises for anything in the bytes; oddities become findings."""
    limits = limits or MailLimits()
    noted = Noted()
    message = _message(raw, noted, limits)
    bodies = read_bodies(message, noted, limits.parts, limits.depth, limits.attachment)
    full_text, text, hidden = _texts(bodies, noted, limits)
    headers = _headers(message, noted)
    mail = InboundMail(
        uid_validity=uid_validity,
        uid=uid,
        raw_digest=sha256_hex(raw),
        **headers.__dict__,
        text=text,
        full_text=full_text,
        html_present=bodies.markup is not None,
        hidden_text=hidden,
        attachments=tuple(bodies.attachments),
        findings=tuple(noted.findings),
    )
    return ParsedMail(mail, raw, bodies.files)


def _message(raw: bytes, noted: Noted, limits: MailLimits) -> Message:
    if len(raw) > limits.raw:
        noted.add(Kind.MAIL_TOO_LARGE, f"The mail has {len(raw):,} bytes; only its headers were read.")
        return _headers_only(raw)
    try:
        message = BytesParser(policy=_ShortHeaders()).parsebytes(raw)
    except (RecursionError, ValueError, LookupError, AssertionError, TypeError) as error:
        # RecursionError: the parser nests one generator for each level of multipart.
        noted.add(Kind.STRUCTURE_BROKEN, f"The structure could not be read ({type(error).__name__}); only the headers were.")
        return _headers_only(raw)
    if message.defects:
        names = ", ".join(sorted({type(defect).__name__ for defect in message.defects}))
        noted.add(Kind.STRUCTURE_BROKEN, f"The mail is malformed: {names}.")
    return message


def _headers_only(raw: bytes) -> Message:
    message = BytesHeaderParser(policy=_ShortHeaders()).parsebytes(raw[:_HEADERS_READ])
    message.set_payload("")
    return message


def _texts(bodies: Bodies, noted: Noted, limits: MailLimits) -> tuple[str, str, tuple[str, ...]]:
    """Return the full text, the new text and what was hidden in the HTML."""
    from tools.connectors.mail.markup import LARGEST_MARKUP, visible_text

    plain = bodies.plain.strip()
    seen = visible_text(bodies.markup) if bodies.markup is not None else None
    if seen is not None and seen.hidden:
        noted.add(Kind.HIDDEN_TEXT_REMOVED, f"The HTML hid {len(seen.hidden)} piece(s) of text from readers; they were removed.")
    if seen is not None and plain and _differ(new_text(plain).text, new_text(seen.text).text):
        noted.add(Kind.TEXT_AND_HTML_DIFFER, "The plain text and the HTML say different things; the plain text was used.")
    full = plain or (seen.text if seen is not None else "")
    full, removed = without_invisible(full)
    if removed:
        noted.add(Kind.INVISIBLE_CHARACTERS_REMOVED, f"{removed} invisible character(s) were removed from the text.")
    if len(full) > limits.text or len(bodies.markup or "") > LARGEST_MARKUP:
        noted.add(Kind.TEXT_CUT, f"The text was cut after {limits.text:,} characters.")
    full = full[: limits.text]
    if not full.strip():
        noted.add(Kind.NO_TEXT, "The mail has no readable text.")
    new = new_text(full)
    if new.left_out_below:
        noted.add(Kind.UNQUOTED_TEXT_BELOW_QUOTE, "Words between or below the quoted lines were left out; see the full text.")
    hidden = tuple(without_invisible(piece)[0] for piece in seen.hidden) if seen is not None else ()
    return full, new.text, hidden


def _differ(plain: str, html: str) -> bool:
    """Whether figures differ, or fewer than half of all words are shared."""
    ours, theirs = _words(plain), _words(html)
    if not theirs:
        return False
    if {w for w in ours if w.isdigit()} != {w for w in theirs if w.isdigit()}:
        return True
    return len(ours & theirs) * 2 < len(ours | theirs)


def _words(text: str) -> set[str]:
    return set(re.findall(r"\d+|[^\W\d_]{3,}", text[:100_000].lower()))


@dataclass
class _Headers:
    message_id: str
    in_reply_to: str
    references: tuple[str, ...]
    from_address: str
    from_name: str
    reply_to: str
    to: tuple[str, ...]
    subject: str
    sent_at: datetime | None


def _headers(message: Message, noted: Noted) -> _Headers:
    senders = _addresses(message, "From", noted)
    name, address = senders[0] if senders else ("", "")
    if not address:
        noted.add(Kind.SENDER_UNREADABLE, "The From header holds no readable address.")
    if len(senders) > 1 or len(message.get_all("From", [])) > 1:
        noted.add(Kind.SEVERAL_SENDERS, "The mail claims several senders.")
    reply_to = next((addr for _, addr in _addresses(message, "Reply-To", noted) if addr), "")
    if reply_to and reply_to != address:
        noted.add(Kind.REPLY_TO_DIFFERS, f"Answers would go to {reply_to[:100]}, not to {address[:100] or 'the sender'}.")
    message_id = next(iter(_references(message, "Message-ID", noted)), "")
    if not message_id:
        noted.add(Kind.MESSAGE_ID_MISSING, "The mail has no Message-ID.")
    _note_machines(message, noted)
    return _Headers(
        message_id=message_id,
        in_reply_to=next(iter(_references(message, "In-Reply-To", noted)), ""),
        references=_references(message, "References", noted)[-_REFERENCES_READ:],
        from_address=address,
        from_name=name,
        reply_to=reply_to,
        to=tuple(addr for _, addr in _addresses(message, "To", noted) if addr)[:_REFERENCES_READ],
        subject=_header(message, "Subject", noted),
        sent_at=_date(message, noted),
    )


def _header(message: Message, name: str, noted: Noted) -> str:
    """Return a header decoded, on one line, bounded."""
    value = message.get(name)
    return "" if value is None else _decoded(str(value), noted)


def _decoded(value: str, noted: Noted) -> str:
    """Return header text with its encoded words (RFC 2047) read, without invisible characters."""
    try:
        pieces = decode_header(value[: _HEADER_WIDTH * 4])
    except (HeaderParseError, ValueError) as error:
        noted.add(Kind.ENCODING_BROKEN, f"A header is wrongly encoded ({type(error).__name__}).")
        pieces = [(value, None)]
    text = "".join(_piece(piece, charset, noted) for piece, charset in pieces)
    return " ".join(without_invisible(text)[0].split())[:_HEADER_WIDTH]


def _piece(piece: bytes | str, charset: str | None, noted: Noted) -> str:
    # Raw bytes above 127 in a header reach us as surrogates.
    body = piece if isinstance(piece, bytes) else piece.encode("utf-8", "surrogateescape")
    text, broken = decoded(body, charset)
    if broken:
        noted.add(Kind.ENCODING_BROKEN, "A header holds characters that could not be read.")
    return text


def _addresses(message: Message, name: str, noted: Noted) -> list[tuple[str, str]]:
    """Return display names and addresses. Encoded words are read after the split: decoded first, they could forge a comma."""
    values = [str(value)[: _HEADER_WIDTH * 4] for value in message.get_all(name, [])[:10]]
    if not values:
        return []
    try:
        pairs = getaddresses(values)
    except (RecursionError, IndexError, ValueError):
        # RecursionError: comments may nest.
        return []
    return [(_decoded(display, noted)[:200], _plain_address(address)) for display, address in pairs[:_REFERENCES_READ]]


def _plain_address(address: str) -> str:
    local, _, domain = address.rpartition("@")
    plain = f"{local}@{domain.lower()}"
    return plain if local and domain and len(plain) <= 320 and _PLAIN.fullmatch(plain) else ""


def _references(message: Message, name: str, noted: Noted) -> tuple[str, ...]:
    if len(message.get_all(name, [])) > 1:
        noted.add(Kind.STRUCTURE_BROKEN, f"The mail has several {name} headers.")
    return tuple(_REFERENCE.findall(str(message.get(name, ""))))


def _date(message: Message, noted: Noted) -> datetime | None:
    value = message.get("Date")
    try:
        date = parsedate_to_datetime(str(value)[:200]) if value is not None else None
        if date is not None:
            return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
    except (TypeError, ValueError, OverflowError, IndexError):
        pass
    noted.add(Kind.DATE_UNREADABLE, "The mail has no readable date.")
    return None


def _note_machines(message: Message, noted: Noted) -> None:
    if str(message.get("Auto-Submitted", "")).strip().lower().startswith(_AUTOMATIC):
        noted.add(Kind.AUTOMATIC, "The mail was written by a machine, for example an absence note.")
    if message.get_content_type() == "multipart/report":
        noted.add(Kind.DELIVERY_FAILURE, "The mail is a report of a mail server; a mail may not have arrived.")
