"""Reception: reads the mail that was taken in, and says which conversation of ours it belongs to.

Hostile bytes are read here, in a worker, which holds no credential; `tools.collection` fetches them unread. Nothing is taken
twice: a mail is recorded under its digest. Only our own Message-IDs thread a mail; a subject, a name or an address never does.

To thread a mail is one thing, to believe that ours arrived another. A Message-ID of ours is made from case, step and vendor, and vendors are
told the case: who knows the rule can name a mail that another vendor got, or one that has not left yet. So an answer proves an effect
only when it comes from the contact's own registered address and a call was made at all; it is kept as evidence either way. A
sender's address can be forged too: what a forger gains is that one mail is not looked up any more, never that one is sent or paid.
"""

from __future__ import annotations

import sqlalchemy as sa

from memory import outbox
from memory.collected import left_unread, read_key
from memory.database import reading
from memory.domain.base import Digest, JsonObject
from memory.domain.effects import MAIL_SEND
from memory.domain.errors import ConflictError, NotFoundError
from memory.domain.events import Event
from memory.domain.events.effects import reply_wait
from memory.domain.events.negotiation import MessageReceived, MessageUnmatched
from memory.domain.evidence import Origin
from memory.domain.mail import InboundMail, conversation_of
from memory.domain.registry import Registry
from memory.evidence import EvidenceStore
from memory.outbox import WAITING, Move, OutboxRow
from memory.unit_of_work import UnitOfWork
from tools.connectors.mail.parse import ParsedMail, parse_mail
from tools.proof import contradicted, proved


class Reception:
    """Records inbound mail as facts."""

    def __init__(self, database: sa.Engine, unit_of_work: UnitOfWork, evidence: EvidenceStore, registry: Registry) -> None:
        self._database = database
        self._unit_of_work = unit_of_work
        self._evidence = evidence
        self._registry = registry

    def take(self, raw_digest: Digest) -> bool:
        """Read one mail that was taken in; returns whether it was new. Raises `NotFoundError` when its bytes are not there."""
        try:
            return self._take(raw_digest)
        except ConflictError:
            # The dispatcher got to know the effect's end while the mail was being read; the second look sees it.
            return self._take(raw_digest)

    def _take(self, raw_digest: Digest) -> bool:
        key = read_key(raw_digest)
        if self._unit_of_work.recorded(key) is not None:
            return False
        parsed = parse_mail(self._evidence.get(raw_digest))
        self._keep(parsed)
        row = self._answered(parsed.mail)
        if row is None:
            return not self._unit_of_work.act(key, [self._unmatched(parsed.mail)], actor="reception").repeated
        proofs, moves = self._proofs(parsed.mail, row, raw_digest)
        facts = [self._matched(parsed.mail, row), *proofs]
        return not self._unit_of_work.act(key, facts, stream=row.case_id, actor="reception", moves=moves).repeated

    def catch_up(self) -> int:
        """Read every mail that was taken in and never read: its job was lost with a process; returns how many."""
        return sum(self.take(digest) for digest in left_unread(self._database))

    def _keep(self, parsed: ParsedMail) -> None:
        source = f"mail from {parsed.mail.from_address}"
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
            findings=self._findings(mail, row),
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

    def _proofs(self, mail: InboundMail, row: OutboxRow, raw_digest: Digest) -> tuple[tuple[Event, ...], tuple[Move, ...]]:
        """Return what this answer proves about our mail, whatever became of the call that sent it."""
        if not row.attempts or not self._is_contact(mail, str(row.payload["contact_id"])):
            return (), ()
        says = "an answer to it"
        facts, moves = proved(row, raw_digest, says)
        return (*facts, *contradicted(row, raw_digest, says)), moves

    def _is_contact(self, mail: InboundMail, contact_id: str) -> bool:
        """Whether the mail bears the contact's own address: on a public mail host everybody has the contact's domain."""
        try:
            return mail.from_address.lower() == self._registry.contact(contact_id).email.lower()
        except NotFoundError:
            return False

    def _findings(self, mail: InboundMail, row: OutboxRow) -> tuple[str, ...]:
        said = tuple(f.says for f in mail.findings)
        if row.status in WAITING and not row.attempts:
            said = (*said, "it answers a mail of ours that has not left")
        return said if self._known_sender(mail, str(row.payload["contact_id"])) else (*said, "the sender is not the contact you registered")


def _described(attachment: JsonObject) -> JsonObject:
    return {name: attachment[name] for name in ("filename", "media_type", "size", "digest", "kept")}
