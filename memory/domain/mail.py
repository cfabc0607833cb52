"""Mail as it was received: every field is somebody else's words, hostile until proven otherwise.

Threading rests on OUR Message-IDs only: they are minted from the effect's key before anything is sent, so that an answer, or
a broken call, can be matched to what we meant to send. A subject proves nothing.
"""

import hashlib
import re
from collections.abc import Iterable, Mapping
from enum import StrEnum

from pydantic import Field

from memory.domain.base import Digest, Noun, UtcTime
from memory.domain.errors import InputError

OUR_ID_PREFIX = "<qm."
"""How every Message-ID begins that we mint."""
_DOMAIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]{0,178}[A-Za-z0-9])?")


class MailFindingKind(StrEnum):
    """What was odd about a mail. A finding is shown to the operator; it decides nothing by itself."""

    NO_TEXT = "no_text"
    TEXT_AND_HTML_DIFFER = "text_and_html_differ"
    HIDDEN_TEXT_REMOVED = "hidden_text_removed"
    INVISIBLE_CHARACTERS_REMOVED = "invisible_characters_removed"
    UNQUOTED_TEXT_BELOW_QUOTE = "unquoted_text_below_quote"
    REPLY_TO_DIFFERS = "reply_to_differs"
    SENDER_UNREADABLE = "sender_unreadable"
    SEVERAL_SENDERS = "several_senders"
    MESSAGE_ID_MISSING = "message_id_missing"
    DATE_UNREADABLE = "date_unreadable"
    ENCODING_BROKEN = "encoding_broken"
    STRUCTURE_BROKEN = "structure_broken"
    TOO_MANY_PARTS = "too_many_parts"
    NESTED_TOO_DEEP = "nested_too_deep"
    TEXT_CUT = "text_cut"
    MAIL_TOO_LARGE = "mail_too_large"
    ATTACHMENT_TOO_LARGE = "attachment_too_large"
    FILENAME_CHANGED = "filename_changed"
    AUTOMATIC = "automatic"
    DELIVERY_FAILURE = "delivery_failure"


class MailFinding(Noun):
    """One oddity, with a sentence for the operator."""

    kind: MailFindingKind
    says: str = Field(max_length=300)


class InboundAttachment(Noun):
    """A file that came with a mail, named by its digest. `filename` is made safe; `kept` is false when it was too large."""

    filename: str = Field(min_length=1, max_length=120)
    media_type: str = Field(max_length=127)
    size: int = Field(ge=0)
    digest: Digest
    kept: bool = True


class InboundMail(Noun):
    """One mail, parsed and bounded. The bytes live in the evidence store under `raw_digest`.

    `text` holds the new words only, without quoted history; `full_text` everything visible, in which spans are counted when
    history matters. `sent_at` is the sender's claim. Empty strings stand for headers that are absent or unreadable.
    """

    uid_validity: int = Field(ge=0)
    uid: int = Field(ge=0)
    raw_digest: Digest
    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    from_address: str = ""
    from_name: str = ""
    reply_to: str = ""
    to: tuple[str, ...] = ()
    subject: str = ""
    sent_at: UtcTime | None = None
    text: str = ""
    full_text: str = ""
    html_present: bool = False
    hidden_text: tuple[str, ...] = ()
    attachments: tuple[InboundAttachment, ...] = ()
    findings: tuple[MailFinding, ...] = ()

    @property
    def key(self) -> str:
        """The idempotency key of taking this mail in: UIDVALIDITY, UID, Message-ID and digest. The same mail, the same key.

        A mailbox that was rebuilt gives new UIDs to old mail; `raw_digest` alone recognises those.
        """
        parts = (str(self.uid_validity), str(self.uid), self.message_id, self.raw_digest)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def found(self, kind: MailFindingKind) -> bool:
        """Return whether the mail has a finding of this kind."""
        return any(finding.kind is kind for finding in self.findings)


class MailCursor(Noun):
    """How far a mailbox has been read: everything up to `uid` under this `uid_validity` (RFC 3501, 2.3.1.1)."""

    uid_validity: int = Field(ge=0)
    uid: int = Field(ge=0)


def message_id_for(effect_key: str, domain: str) -> str:
    """Return the Message-ID of the mail that carries out an effect: always the same for the same key and domain.

    Raises `InputError` when `domain` is not a plain domain name.
    """
    if not _DOMAIN.fullmatch(domain):
        raise InputError(f"{domain!r} cannot stand in a Message-ID", hint="Give the part behind the @ of the operator's address.")
    return f"{OUR_ID_PREFIX}{hashlib.sha256(effect_key.encode()).hexdigest()[:40]}@{domain}>"


def conversation_of(mail: InboundMail, known: Mapping[str, str]) -> str | None:
    """Return the conversation a mail belongs to, or `None`: the newest reference which is one of OUR Message-IDs decides.

    `known` maps our sent Message-IDs to conversations. `In-Reply-To` counts as newest, then `References` from its end
    (RFC 5322, 3.6.4). Subjects are never looked at.
    """
    for reference in _newest_first(mail):
        if reference in known:
            return known[reference]
    return None


def _newest_first(mail: InboundMail) -> Iterable[str]:
    yield mail.in_reply_to
    yield from reversed(mail.references)
