"""What our own mailbox remembers of a mail we sent, or began to send."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memory.domain.errors import EffectRejectedError
from tools.connectors.mail.account import MailAccount
from tools.connectors.mail.receive import read_message

if TYPE_CHECKING:
    from imap_tools.mailbox import BaseMailBox

OUTBOX = "Quartermaster-Outbox"
"""Holds a mail from just before its bytes are handed over until the server has answered."""
_ATTEMPT = "X-Quartermaster-Attempt"
_SENT_NAMES = ("Sent", "Sent Items", "Sent Messages", "Gesendet", "Gesendete Elemente", "Envoyés", "INBOX/Sent", "INBOX.Sent")


def sent_folder(box: BaseMailBox, account: MailAccount) -> str:
    r"""Return the folder for sent mail: the one set, the one marked \Sent (RFC 6154), one of the usual names, or a new `Sent`."""
    folders = list(box.folder.list())
    names = [folder.name for folder in folders]
    marked = [folder.name for folder in folders if "\\Sent" in folder.flags]
    candidates = [account.sent_folder] if account.sent_folder else [*marked, *(name for name in _SENT_NAMES if name in names)]
    chosen = candidates[0] if candidates else _SENT_NAMES[0]
    if chosen not in names:
        _make(box, chosen)
    return chosen


def note_attempt(box: BaseMailBox, raw: bytes, attempt: str) -> None:
    """Put the mail into the outbox folder, marked with this attempt: from now on its absence elsewhere proves nothing."""
    if not box.folder.exists(OUTBOX):
        _make(box, OUTBOX)
    box.append(f"{_ATTEMPT}: {attempt}\r\n".encode() + raw, OUTBOX, flag_set=[r"\Seen"])


def forget_attempt(box: BaseMailBox, message_id: str, attempt: str | None = None) -> None:
    """Take the mail out of the outbox folder: it is known what became of it.

    With an `attempt` only that one's copy goes: another process may be at the same mail, and its note must stay.
    """
    uids = found(box, OUTBOX, "Message-ID", message_id)
    if attempt is not None:
        uids = [uid for uid in uids if _attempt_of(box, uid) == attempt]
    if uids:
        box.delete([str(uid) for uid in uids])


def _attempt_of(box: BaseMailBox, uid: int) -> str:
    """Return which attempt made a note. Compared whole: a part of a token would take back the note of another call."""
    header = read_message(box, uid, f"BODY.PEEK[HEADER.FIELDS ({_ATTEMPT.upper()})]").decode("ascii", "replace")
    return header.partition(":")[2].strip()


def as_handed_over(noted: bytes) -> bytes:
    """Return the mail of an outbox copy, without the mark of its attempt."""
    first, _, rest = noted.partition(b"\r\n")
    return rest if first.startswith(_ATTEMPT.encode()) else noted


def _make(box: BaseMailBox, folder: str) -> None:
    """Make a folder; another mail under way may have made it meanwhile."""
    from imap_tools.errors import MailboxFolderCreateError

    try:
        box.folder.create(folder)
    except MailboxFolderCreateError:
        if not box.folder.exists(folder):
            raise


def found(box: BaseMailBox, folder: str, header: str, message_id: str) -> list[int]:
    """Return the UIDs of a folder's mails whose `header` names the Message-ID; empty when there is no such folder. Selects it."""
    if '"' in message_id or "\\" in message_id:
        raise EffectRejectedError(f"{message_id} cannot be searched for", hint="Mint Message-IDs with message_id_for.")
    if not box.folder.exists(folder):
        return []
    box.folder.set(folder)
    candidates = [int(uid) for uid in box.uids(f'HEADER {header} "{message_id}"', charset=None)]
    # Servers may match more loosely than we need.
    return [uid for uid in candidates if message_id.encode() in read_message(box, uid, f"BODY.PEEK[HEADER.FIELDS ({header.upper()})]")]
