"""Sends one mail by SMTP to a contact of the registry, so that a broken call can be settled afterwards.

The order is what makes it sound. Everything that can fail harmlessly comes first: connect, log in, MAIL FROM, RCPT TO. Then
the mail is put into our own mailbox's outbox folder; then comes the last look, whether the call is still ours to make. Only
then are its bytes handed over, and once the server has said 250 the copy moves to the sent folder. Who takes a call over first
says so in the outbox row and then looks into the folder; who makes it first notes it in the folder and then looks at the row: one
of the two sees the other. So, for our Message-ID, `look_up` may say:

- in the sent folder, or answered by the contact: it was sent (a receipt);
- in the outbox folder only: its bytes may have been handed over (`EffectUnknownError`; the operator decides, and a "no" of
  theirs takes the notes of the calls it is about back, never that of a later one);
- in neither: its bytes were never handed over (`None`).
"""

from __future__ import annotations

import smtplib
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from memory.domain.base import Digest, JsonObject
from memory.domain.effects import MAIL_SEND, SendMail
from memory.domain.errors import EffectRejectedError, EffectUnknownError, UnavailableError
from memory.domain.evidence import Origin
from memory.domain.registry import Contact
from tools.capability import Clearance
from tools.connectors.base import ConnectorClass, ConnectorContext, Receipt, known, read_payload
from tools.connectors.mail.account import CREDENTIAL, MailAccount, mailbox_session, smtp_session
from tools.connectors.mail.compose import composed
from tools.connectors.mail.receive import read_message
from tools.connectors.mail.sent_folder import OUTBOX, as_handed_over, forget_attempt, found, note_attempt, sent_folder
from tools.vault.secret import Secret

if TYPE_CHECKING:
    from imap_tools.mailbox import BaseMailBox

_MEDIA_TYPE = "message/rfc822"


@dataclass(frozen=True)
class OutgoingMail:
    """The mail connector: effect `mail.send`, class Q (our Message-ID can be looked up)."""

    context: ConnectorContext
    account: MailAccount
    system: ClassVar[str] = "mail"
    kinds: ClassVar[frozenset[str]] = frozenset({MAIL_SEND})
    connector_class: ClassVar[ConnectorClass] = ConnectorClass.LOOKUP

    def perform(self, kind: str, payload: JsonObject, *, key: str, clearance: Clearance) -> Receipt:
        """Send the mail, or return the receipt of the earlier sending of the same Message-ID.

        Raises `EffectRejectedError` when the server refuses it for good, `UnavailableError` when nothing was handed over,
        `EffectUnknownError` when the connection broke while it was, or an earlier attempt did.
        """
        mail = self._read(kind, payload)
        self.context.admit(clearance, kind, payload, key)
        self._forget_undone(mail, clearance.undone)
        earlier = self.look_up(kind, payload, key=key)
        if earlier is not None:
            return earlier
        contact = known(self.context.registry.contact, mail.contact_id)
        raw = composed(mail, contact, self.account, self.context.clock.now(), lambda digest: known(self.context.evidence.get, digest))
        answer = self._hand_over(mail, contact, raw, clearance)
        return self._receipt(mail, raw, {"server": answer, "sent_copy": self._file_copy(mail, raw)})

    def look_up(self, kind: str, payload: JsonObject, *, key: str) -> Receipt | None:  # noqa: ARG002  the Message-ID was minted from the key
        """Find the mail by its Message-ID. Raises `EffectUnknownError` when it was begun and nothing tells how it ended."""
        mail = self._read(kind, payload)
        with mailbox_session(self.account, self._password()) as box:
            sent = _only(box, sent_folder(box, self.account), mail.message_id)
            noted = _only(box, OUTBOX, mail.message_id)
            begun = None if noted is None else as_handed_over(noted)
            answered = begun is not None and sent is None and self._answered(box, mail)
        if sent is not None:
            return self._receipt(mail, sent, {"found_in": "the sent folder"})
        if begun is None:
            return None
        if answered:
            return self._receipt(mail, begun, {"found_in": "an answer to it"})
        raise EffectUnknownError(
            f"the connection broke while mail {mail.message_id} was handed over; it may have arrived",
            hint="Look at the mail provider's log or ask the contact; then say whether it was sent.",
        )

    def _answered(self, box: BaseMailBox, mail: SendMail) -> bool:
        """Whether the contact has written back to this very mail: only who received it can name its Message-ID."""
        # Loaded for this look alone: it is the one place where the process that holds the password reads a stranger's words.
        from tools.connectors.mail.parse import parse_mail

        address = known(self.context.registry.contact, mail.contact_id).email.lower()
        answers = (
            read_message(box, uid) for header in ("In-Reply-To", "References") for uid in found(box, "INBOX", header, mail.message_id)
        )
        return any(parse_mail(answer).mail.from_address.lower() == address for answer in answers)

    def _read(self, kind: str, payload: JsonObject) -> SendMail:
        if kind not in self.kinds:
            raise EffectRejectedError(f"the mail connector does not do {kind!r}", hint="This is a wiring mistake; report it.")
        return read_payload(SendMail, payload)

    def _password(self) -> Secret:
        return self.context.secrets(CREDENTIAL)

    def _hand_over(self, mail: SendMail, contact: Contact, raw: bytes, clearance: Clearance) -> str:
        attempt = clearance.token.token_id
        with smtp_session(self.account, self._password()) as client:
            _envelope(client, self.account.address, contact.email)
            with mailbox_session(self.account, self._password()) as box:
                note_attempt(box, raw, attempt)
            try:
                clearance.last_look()
            except UnavailableError:
                self._forget(mail, attempt)
                raise
            try:
                code, answer = client.data(raw)
            except smtplib.SMTPDataError as error:
                code, answer = error.smtp_code, _bytes(error.smtp_error)
            except (smtplib.SMTPException, OSError) as error:
                raise EffectUnknownError(
                    f"the connection broke while mail {mail.message_id} was handed over: {error}",
                    hint="It is looked up before anything else; it is never sent again on hope.",
                ) from error
        if code != 250:
            self._forget(mail, attempt)
            raise _refusal(code, answer)
        return f"{code} {_text(answer)}"

    def _forget(self, mail: SendMail, attempt: str) -> None:
        """Take back this attempt's note. A note that stays behind makes a later attempt unknown, never a second mail."""
        with suppress(UnavailableError), mailbox_session(self.account, self._password()) as box:
            forget_attempt(box, mail.message_id, attempt)

    def _forget_undone(self, mail: SendMail, undone: frozenset[str]) -> None:
        """Take back the notes of calls that did nothing by the operator's word. Raises `UnavailableError`: this call did nothing yet."""
        if undone:
            with mailbox_session(self.account, self._password()) as box:
                for attempt in sorted(undone):
                    forget_attempt(box, mail.message_id, attempt)

    def _file_copy(self, mail: SendMail, raw: bytes) -> bool:
        """Move the copy from the outbox to the sent folder. The mail is sent whether or not this works."""
        try:
            with mailbox_session(self.account, self._password()) as box:
                folder = sent_folder(box, self.account)
                # Some providers file what was sent by themselves.
                if not found(box, folder, "Message-ID", mail.message_id):
                    box.append(raw, folder, flag_set=[r"\Seen"])
                forget_attempt(box, mail.message_id)
        except UnavailableError:
            return False
        return True

    def _receipt(self, mail: SendMail, raw: bytes, detail: JsonObject) -> Receipt:
        kept: Digest = self.context.evidence.put(raw, media_type=_MEDIA_TYPE, origin=Origin.SYSTEM, source=mail.message_id)
        facts = {"contact_id": mail.contact_id, "conversation": mail.conversation, **detail}
        return Receipt(reference=mail.message_id, at=self.context.clock.now(), evidence=(kept,), detail=facts)


def _only(box: BaseMailBox, folder: str, message_id: str) -> bytes | None:
    uids = found(box, folder, "Message-ID", message_id)
    return read_message(box, uids[0]) if uids else None


def _envelope(client: smtplib.SMTP, sender: str, recipient: str) -> None:
    """Name sender and recipient. Raises `EffectRejectedError` or `UnavailableError`: nothing has been handed over."""
    try:
        for code, answer in (client.mail(sender), client.rcpt(recipient)):
            if code not in (250, 251):
                raise _refusal(code, answer)
    except (smtplib.SMTPException, OSError) as error:
        raise UnavailableError(
            f"the mail server broke off before the mail was handed over: {error}", hint="It will be tried again."
        ) from error


def _refusal(code: int, answer: bytes) -> EffectRejectedError | UnavailableError:
    said = f"the mail server said {code} {_text(answer)}"
    if code >= 500:  # RFC 5321, 4.2.1: 5yz is permanent, 4yz may be tried again
        return EffectRejectedError(said, hint="Check the contact's address; correct it in the registry and propose the mail again.")
    return UnavailableError(said, hint="The server asks to try again later.")


def _bytes(answer: bytes | str) -> bytes:
    return answer if isinstance(answer, bytes) else answer.encode()


def _text(answer: bytes) -> str:
    return " ".join(answer.decode("utf-8", "replace").split())[:200]
