"""The parts of a mail: its plain text, its HTML, and its attachments under safe names; bounded in number, depth and size."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from pathlib import PurePosixPath

from memory.domain.base import Digest, sha256_hex
from memory.domain.mail import InboundAttachment, MailFinding
from memory.domain.mail import MailFindingKind as Kind
from tools.connectors.mail.characters import decoded, without_invisible

_LONGEST_NAME = 100
_MOST_FINDINGS = 40
_UNSAFE = re.compile(r'[<>:"|?*\x00-\x1f\x7f`$;&]')
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,62}/[a-z0-9][a-z0-9.+-]{0,62}")


@dataclass
class Noted:
    """Collects findings, each sentence once, and not without end."""

    findings: list[MailFinding] = field(default_factory=list)

    def add(self, kind: Kind, says: str) -> None:
        """Note one oddity."""
        finding = MailFinding(kind=kind, says=without_invisible(says)[0][:300])
        if finding not in self.findings and len(self.findings) < _MOST_FINDINGS:
            self.findings.append(finding)


@dataclass
class Bodies:
    """What a mail carries."""

    plain: str = ""
    markup: str | None = None
    attachments: list[InboundAttachment] = field(default_factory=list)
    files: dict[Digest, bytes] = field(default_factory=dict)


def read_bodies(message: Message, noted: Noted, most_parts: int, deepest: int, largest: int) -> Bodies:
    """Return the texts and attachments of a parsed mail."""
    bodies = Bodies()
    for part in _leaves(message, noted, most_parts, deepest):
        if _is_text(part, "text/plain"):
            bodies.plain = f"{bodies.plain}\n{_text(part, noted)}" if bodies.plain else _text(part, noted)
        elif _is_text(part, "text/html"):
            bodies.markup = f"{bodies.markup or ''}{_text(part, noted)}"
        else:
            _attach(part, bodies, noted, largest)
    return bodies


def _leaves(message: Message, noted: Noted, most: int, deepest: int) -> Iterator[Message]:
    pending, seen = [(message, 0)], 0
    while pending:
        part, depth = pending.pop()
        inner = part.get_payload()
        if not isinstance(inner, list):
            seen += 1
            if seen > most:
                noted.add(Kind.TOO_MANY_PARTS, f"The mail has more than {most} parts; the rest was left unread.")
                return
            yield part
        elif depth >= deepest:
            noted.add(Kind.NESTED_TOO_DEEP, f"Parts nested more than {deepest} deep were left unread.")
        elif part.get_content_maintype() == "message":
            # A forwarded mail is a file of its own: its words are not the sender's.
            yield part
        else:
            pending.extend((child, depth + 1) for child in reversed(inner[: most + 1]) if isinstance(child, Message))


def _is_text(part: Message, media_type: str) -> bool:
    return part.get_content_type() == media_type and part.get_content_disposition() != "attachment" and not part.get_filename()


def _text(part: Message, noted: Noted) -> str:
    text, broken = decoded(_payload(part, noted), _parameter(part, "charset"))
    if broken:
        noted.add(Kind.ENCODING_BROKEN, "Some characters of the text could not be read and were replaced.")
    return text


def _payload(part: Message, noted: Noted) -> bytes:
    if part.is_multipart():
        try:
            return b"\r\n".join(inner.as_bytes() for inner in part.get_payload() if isinstance(inner, Message))
        except (ValueError, LookupError, TypeError, RecursionError, AttributeError):
            noted.add(Kind.STRUCTURE_BROKEN, "A forwarded mail could not be taken out.")
            return b""
    try:
        body = part.get_payload(decode=True)
    except (ValueError, LookupError, TypeError) as error:
        noted.add(Kind.ENCODING_BROKEN, f"A part is wrongly encoded ({type(error).__name__}).")
        return b""
    return body if isinstance(body, bytes) else b""


def _parameter(part: Message, name: str) -> str | None:
    try:
        value = part.get_param(name)
    except (ValueError, LookupError, TypeError, IndexError):
        return None
    return value if isinstance(value, str) else value[2] if isinstance(value, tuple) else None


def _attach(part: Message, bodies: Bodies, noted: Noted, largest: int) -> None:
    body = _payload(part, noted)
    claimed = _claimed_name(part)
    media_type = part.get_content_type()
    name = safe_filename(claimed, fallback=f"attachment-{len(bodies.attachments) + 1}")
    if claimed and name != claimed:
        noted.add(Kind.FILENAME_CHANGED, f"An attachment's name was made safe: {name}.")
    kept = len(body) <= largest
    if not kept:
        noted.add(Kind.ATTACHMENT_TOO_LARGE, f"{name} has {len(body):,} bytes and was not taken out; it is in the raw mail.")
    digest = sha256_hex(body)
    if kept:
        bodies.files[digest] = body
    known = media_type if _MEDIA_TYPE.fullmatch(media_type) else "application/octet-stream"
    bodies.attachments.append(InboundAttachment(filename=name, media_type=known, size=len(body), digest=digest, kept=kept))


def _claimed_name(part: Message) -> str:
    try:
        claimed = part.get_filename("") or ""
        pieces = decode_header(claimed)
    except (HeaderParseError, ValueError, LookupError, TypeError, IndexError):
        return ""
    return "".join(decoded(piece, charset)[0] if isinstance(piece, bytes) else piece for piece, charset in pieces)


def safe_filename(claimed: str, *, fallback: str = "attachment") -> str:
    """Return a bare file name of at most 100 characters: no folder, no leading dot, no control, bidi or shell character.

    The last ending is kept. An empty or unusable name becomes `fallback`.
    """
    plain = without_invisible(unicodedata.normalize("NFKC", claimed[:1000]))[0]
    bare = PurePosixPath(plain.replace("\\", "/")).name
    bare = " ".join(_UNSAFE.sub("_", bare).split()).strip(". ")
    if not bare or set(bare) <= {"_", ".", " "}:
        return fallback
    stem, dot, ending = bare.rpartition(".")
    if len(bare) <= _LONGEST_NAME:
        return bare
    return f"{stem[: _LONGEST_NAME - 11]}.{ending[:10]}" if dot and stem else bare[:_LONGEST_NAME]
