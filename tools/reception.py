"""Reception: takes new mail in, keeps every byte, and says which conversation of ours it belongs to.

Nothing is lost and nothing is taken twice: a mail is stored and recorded under its digest before it is acknowledged to the
server. Only our own Message-IDs thread a mail; a subject, a name or an address never does.
"""

from __future__ import annotations

from typing import Protocol

import sqlalchemy as sa

from memory import outbox
from memory.cursors import keep_cursor, read_cursor
from memory.database import reading
from memory.domain.base import JsonObject
from memory.domain.effects import MAIL_SEND
from memory.domain.errors import NotFoundError
from memory.domain.events import Event
from memory.domain.events.effects import reply_wait
from memory.domain.events.negotiation import MessageReceived, MessageUnmatched
from memory.domain.evidence import Origin
from memory.domain.mail import InboundMail, MailCursor, conversation_of
from memory.domain.registry import Registry
from memory.evidence import EvidenceStore
from memory.ledger import WORKSPACE
from memory.outbox import OutboxRow
from memory.unit_of_work import UnitOfWork
from tools.connectors.mail.parse import ParsedMail
from tools.connectors.mail.receive import Fetched

_CURSOR = "inbox"


class Mailbox(Protocol):
    """Where mail is fetched from."""

    def fetch_new(self, since: MailCursor | None = None) -> Fetched:
        """Return mails that arrived after `since`, without marking them; raises `UnavailableError`."""

    def acknowledge(self, mails: tuple[ParsedMail, ...]) -> None:
        """Mark mails as seen, once they are stored."""


class Reception:
    """Records inbound mail as facts."""

    def __init__(
        self, database: sa.Engine, unit_of_work: UnitOfWork, evidence: EvidenceStore, registry: Registry, mailbox: Mailbox
    ) -> None:
        self._database = database
        self._unit_of_work = unit_of_work
        self._evidence = evidence
        self._registry = registry
        self._mailbox = mailbox

    def poll(self) -> int:
        """Take in what has arrived; returns how many mails were new. Raises `UnavailableError` when the server is away."""
        taken, cursor = 0, read_cursor(self._database, _CURSOR)
        while True:
            fetched = self._mailbox.fetch_new(cursor)
            if not fetched.mails:
                return taken
            taken += sum(self._take(parsed) for parsed in fetched.mails)
            self._mailbox.acknowledge(fetched.mails)
            cursor = fetched.cursor
            keep_cursor(self._database, _CURSOR, cursor)

    def _take(self, parsed: ParsedMail) -> bool:
        mail = parsed.mail
        key = f"inbox/{mail.raw_digest}"
        if self._unit_of_work.recorded(key) is not None:
            return False
        self._keep(parsed)
        row = self._answered(mail)
        fact = self._unmatched(mail) if row is None else self._matched(mail, row)
        stream = WORKSPACE if row is None else row.case_id
        return not self._unit_of_work.act(key, [fact], stream=stream, actor="reception").repeated

    def _keep(self, parsed: ParsedMail) -> None:
        source = f"mail from {parsed.mail.from_address}"
        self._evidence.put(parsed.raw, media_type="message/rfc822", origin=Origin.VENDOR_MAIL, source=source)
        for digest, body in parsed.files.items():
            media_type = next(a.media_type for a in parsed.mail.attachments if a.digest == digest)
            self._evidence.put(body, media_type=media_type, origin=Origin.VENDOR_DOCUMENT, source=source)

    def _answered(self, mail: InboundMail) -> OutboxRow | None:
        with reading(self._database) as connection:
            named = (mail.in_reply_to, *mail.references)
            found_rows = {ref: outbox.by_reference(connection, ref) for ref in named if ref}
        ours = {ref: row for ref, row in found_rows.items() if row is not None and row.kind == MAIL_SEND}
        found = conversation_of(mail, {ref: row.effect_key for ref, row in ours.items()})
        return next((row for row in ours.values() if row.effect_key == found), None)

    def _matched(self, mail: InboundMail, row: OutboxRow) -> Event:
        conversation = str(row.payload["conversation"])
        return MessageReceived(
            message_id=mail.message_id or f"<{mail.raw_digest}@missing>",
            conversation=conversation,
            vendor_id=conversation.rpartition("/")[2],
            wait_key=reply_wait(row.effect_key),
            from_address=mail.from_address,
            verified_sender=self._known_sender(mail, str(row.payload["contact_id"])),
            subject=mail.subject,
            raw=mail.raw_digest,
            text=self._evidence.put_text(mail.text, origin=Origin.VENDOR_MAIL, source=f"text of a mail from {mail.from_address}"),
            attachments=tuple(_described(a.model_dump(mode="json")) for a in mail.attachments),
            findings=self._findings(mail, str(row.payload["contact_id"])),
        )

    def _unmatched(self, mail: InboundMail) -> Event:
        return MessageUnmatched(
            message_id=mail.message_id or f"<{mail.raw_digest}@missing>",
            from_address=mail.from_address,
            subject=mail.subject,
            raw=mail.raw_digest,
            findings=tuple(f.says for f in mail.findings),
        )

    def _known_sender(self, mail: InboundMail, contact_id: str) -> bool:
        """Whether the mail claims to come from the contact's domain. A claim only: see `findings` for what contradicts it."""
        try:
            address = self._registry.contact(contact_id).email
        except NotFoundError:
            return False
        return mail.from_address.rpartition("@")[2].lower() == address.rpartition("@")[2].lower()

    def _findings(self, mail: InboundMail, contact_id: str) -> tuple[str, ...]:
        said = tuple(f.says for f in mail.findings)
        return said if self._known_sender(mail, contact_id) else (*said, "the sender is not the contact you registered")


def _described(attachment: JsonObject) -> JsonObject:
    return {name: attachment[name] for name in ("filename", "media_type", "size", "digest", "kept")}
