"""Takes mail in by IMAP, in two steps so that nothing is lost: fetch (marks nothing), store, then acknowledge.

The cursor is (UIDVALIDITY, UID) per RFC 3501: fetching again from the same cursor gives the same mails with the same keys.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from memory.domain.mail import OUR_ID_PREFIX, MailCursor
from tools.connectors.mail.account import MailAccount, mailbox_session
from tools.connectors.mail.limits import MailLimits
from tools.vault.secret import Secret

if TYPE_CHECKING:
    from imap_tools.mailbox import BaseMailBox

    from tools.connectors.mail.parse import ParsedMail

MAILS_AT_ONCE = 50


@dataclass(frozen=True)
class RawMail:
    """A mail as it lies on the server: its bytes, unread, and where it lies."""

    uid: int
    uid_validity: int
    raw: bytes = field(repr=False)


@dataclass(frozen=True)
class FetchedRaw:
    """Unread mails in the order of arrival, and the cursor to store together with them."""

    mails: tuple[RawMail, ...]
    cursor: MailCursor


@dataclass(frozen=True)
class Fetched:
    """Mails in the order of arrival, and the cursor to store together with them."""

    mails: tuple[ParsedMail, ...]
    cursor: MailCursor


@dataclass(frozen=True)
class Inbox:
    """One folder of the account. Every call opens its own connection and raises `UnavailableError` when that fails.

    With `only_answers` the server hands out nothing but mails that name a Message-ID of ours: the operator's other mail in
    the same mailbox is neither read nor marked. A vendor who writes without answering is then not heard.
    """

    account: MailAccount
    password: Secret
    folder: str = "INBOX"
    only_answers: bool = False
    limits: MailLimits = field(default_factory=MailLimits)

    def newest(self) -> MailCursor:
        """Return the cursor behind the newest mail: a new home starts here and leaves old mail alone."""
        with mailbox_session(self.account, self.password) as box:
            validity, next_uid = _status(box, self.folder)
            return MailCursor(uid_validity=validity, uid=next_uid - 1)

    def fetch_new(self, since: MailCursor | None = None, *, at_most: int = MAILS_AT_ONCE) -> Fetched:
        """Return mails that arrived after `since`, read: for programs without a secret worth stealing. See `fetch_raw`."""
        # Loaded here only: a process that holds the password for more than a moment reads no stranger's words.
        from tools.connectors.mail.parse import parse_mail

        fetched = self.fetch_raw(since, at_most=at_most)
        read = (parse_mail(mail.raw, uid=mail.uid, uid_validity=mail.uid_validity, limits=self.limits) for mail in fetched.mails)
        return Fetched(tuple(read), fetched.cursor)

    def fetch_raw(self, since: MailCursor | None = None, *, at_most: int = MAILS_AT_ONCE) -> FetchedRaw:
        """Return mails that arrived after `since` (all, when it is `None` or the mailbox was rebuilt), unread and without marking them.

        At most `at_most` at a time: call again with the cursor returned until no mail comes.
        """
        with mailbox_session(self.account, self.password) as box:
            validity, next_uid = _status(box, self.folder)
            start = since.uid if since is not None and since.uid_validity == validity else 0
            box.folder.set(self.folder, readonly=True)
            # `n:*` names the last mail even when its UID is below n.
            found = sorted(uid for uid in map(int, box.uids(self._criteria(start), charset=None)) if uid > start)
            uids = found[:at_most]
            taken = (self._taken(box, uid, validity) for uid in uids)
            mails = tuple(mail for mail in taken if mail is not None)
            # Beyond what was found there is nothing for us, so the next search need not begin there again.
            read_to = uids[-1] if len(uids) < len(found) else max(start, next_uid - 1, *uids)
            return FetchedRaw(mails, MailCursor(uid_validity=validity, uid=read_to))

    def acknowledge(self, mails: Iterable[RawMail | ParsedMail]) -> None:
        """Mark mails as seen, once they are stored. Mails of a mailbox that was rebuilt meanwhile are left alone."""
        wanted = {(m.uid_validity, m.uid) for m in mails}
        with mailbox_session(self.account, self.password) as box:
            validity, _ = _status(box, self.folder)
            uids = sorted(uid for v, uid in wanted if v == validity)
            if uids:
                box.folder.set(self.folder)
                # Not imap-tools' `flag`: that also expunges whatever the operator has marked as deleted.
                box.client.uid("STORE", ",".join(map(str, uids)), "+FLAGS.SILENT", r"(\Seen)")

    def _criteria(self, start: int) -> str:
        answers = f' OR HEADER In-Reply-To "{OUR_ID_PREFIX}" HEADER References "{OUR_ID_PREFIX}"' if self.only_answers else ""
        return f"UID {start + 1}:*{answers}"

    def _taken(self, box: BaseMailBox, uid: int, validity: int) -> RawMail | None:
        # One byte more than the limit is asked for, so that a larger mail is noticed and never loaded whole.
        raw = read_message(box, uid, f"BODY.PEEK[]<0.{self.limits.raw + 1}>")
        # A mail that another program has removed meanwhile gives no bytes.
        return None if not raw else RawMail(uid, validity, raw)


def read_message(box: BaseMailBox, uid: int, part: str = "BODY.PEEK[]") -> bytes:
    """Return the bytes of (a part of) a message of the selected folder, empty when it is gone."""
    _, answer = box.client.uid("FETCH", str(uid), f"({part})")
    return next((item[1] for item in answer or () if isinstance(item, tuple)), b"")


def _status(box: BaseMailBox, folder: str) -> tuple[int, int]:
    status = box.folder.status(folder, ["UIDVALIDITY", "UIDNEXT"])
    return int(status["UIDVALIDITY"]), int(status["UIDNEXT"])
