"""Collection: fetches new mail from the operator's mailbox and puts it away unread.

It runs in the dispatcher, which holds the mailbox's password, and so never looks into what strangers wrote: the bytes go into the
evidence store, and a job for a worker to read them is written in the same transaction. Nothing is lost and nothing is taken
twice: a mail is stored under its digest before it is acknowledged to the server, and the cursor moves last.
"""

from __future__ import annotations

from typing import Protocol

import sqlalchemy as sa

from memory.collected import TAKE_MAIL, collected_key
from memory.cursors import keep_cursor, read_cursor
from memory.domain.base import JsonObject, sha256_hex
from memory.domain.evidence import Origin
from memory.domain.mail import MailCursor
from memory.engine.port import CASES, Job
from memory.evidence import EvidenceStore
from memory.unit_of_work import UnitOfWork
from tools.connectors.mail.receive import FetchedRaw, RawMail

_CURSOR = "inbox"
#: Mails are read one after the other, in the order they came.
_LANE = "inbox"


class Mailbox(Protocol):
    """Where mail is fetched from."""

    def fetch_raw(self, since: MailCursor | None = None) -> FetchedRaw:
        """Return mails that arrived after `since`, unread and without marking them; raises `UnavailableError`."""

    def acknowledge(self, mails: tuple[RawMail, ...]) -> None:
        """Mark mails as seen, once they are stored."""


class Collection:
    """Takes mail in, unread."""

    def __init__(self, database: sa.Engine, unit_of_work: UnitOfWork, evidence: EvidenceStore, mailbox: Mailbox) -> None:
        self._database = database
        self._unit_of_work = unit_of_work
        self._evidence = evidence
        self._mailbox = mailbox

    def poll(self) -> int:
        """Take in what has arrived; returns how many mails were new. Raises `UnavailableError` when the server is away."""
        taken, cursor = 0, read_cursor(self._database, _CURSOR)
        while True:
            fetched = self._mailbox.fetch_raw(cursor)
            if not fetched.mails:
                return taken
            taken += sum(self._put_away(mail) for mail in fetched.mails)
            self._mailbox.acknowledge(fetched.mails)
            cursor = fetched.cursor
            keep_cursor(self._database, _CURSOR, cursor)

    def _put_away(self, mail: RawMail) -> bool:
        digest = sha256_hex(mail.raw)
        key = collected_key(digest)
        if self._unit_of_work.recorded(key) is not None:
            return False
        self._evidence.put(mail.raw, media_type="message/rfc822", origin=Origin.VENDOR_MAIL, source="a mail, unread")
        job = Job(f"take_mail/{digest}", TAKE_MAIL, digest, lane=_LANE, queue=CASES)
        place: JsonObject = {"uid_validity": mail.uid_validity, "uid": mail.uid}
        return not self._unit_of_work.act(key, [], actor="dispatcher", jobs=[job], result=place).repeated
