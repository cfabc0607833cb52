"""A payload becomes the same bytes every time, and no text in it can add a header."""

from __future__ import annotations

import email
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from memory.domain.effects import Attachment, SendMail
from memory.domain.errors import EffectRejectedError, InputError
from memory.domain.mail import message_id_for
from memory.domain.registry import Contact
from tools.connectors.mail.account import MailAccount, MailServer, Security
from tools.connectors.mail.compose import composed
from tools.connectors.mail.parse import parse_mail

AT = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)
SERVER = MailServer("127.0.0.1", 25, Security.NONE)
ACCOUNT = MailAccount(address="jo@buyer.example", name="Jo Büyer", smtp=SERVER, imap=SERVER)
CONTACT = Contact(name="Mia, Sales", email="mia@vendor.example")
FILES = {"a" * 64: b"%PDF-1.7", "b" * 64: "Grüße".encode()}
HEADERS = {
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "Content-Type",
    "Content-Transfer-Encoding",
    "MIME-Version",
    "In-Reply-To",
    "References",
}


def payload(**changes: object) -> SendMail:
    fields = {"contact_id": "c", "subject": "Quote", "body": "Hello", "message_id": "<1@buyer.example>", "conversation": "x"}
    return SendMail.model_validate({**fields, **changes})


def written(mail: SendMail, contact: Contact = CONTACT) -> bytes:
    return composed(mail, contact, ACCOUNT, AT, FILES.__getitem__)


def test_the_same_payload_gives_the_same_bytes() -> None:
    files = (Attachment(digest="a" * 64, filename="contract ä.pdf", media_type="application/pdf"),)
    assert written(payload(attachments=files)) == written(payload(attachments=files))


@given(
    st.text(st.characters(exclude_categories=("Cs",)), max_size=400),
    st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=100),
)
def test_no_text_adds_a_header_or_a_recipient(body: str, subject: str) -> None:
    try:
        raw = written(payload(body=body, subject=subject))
    except (ValidationError, EffectRejectedError):
        return  # refused: other line breaks of Unicode, such as U+0085
    assert raw.isascii()
    message = email.message_from_bytes(raw)
    assert set(message.keys()) <= HEADERS
    assert len(message.keys()) == len(set(message.keys()))
    assert message["To"] == '"Mia, Sales" <mia@vendor.example>'


@pytest.mark.parametrize("subject", ["Quote\r\nBcc: eve@evil.example", "Quote\nX: y", "Quote\rX: y"])
def test_a_line_break_in_a_header_is_refused(subject: str) -> None:
    with pytest.raises(ValidationError):
        payload(subject=subject)
    with pytest.raises(EffectRejectedError):
        written(payload().model_copy(update={"subject": subject}))


def test_a_line_break_in_a_contacts_name_is_refused() -> None:
    with pytest.raises(ValidationError):
        Contact(name="Mia\r\nBcc: eve@evil.example", email="mia@vendor.example")


def test_an_address_beyond_ascii_is_refused_before_any_server_is_asked() -> None:
    with pytest.raises(EffectRejectedError, match="reached"):
        written(payload(), Contact(name="Jörg", email="jörg@vendor.example"))


def test_names_and_umlauts_survive() -> None:
    mail = parse_mail(written(payload(subject="Angebot für Söhne", body="Grüße — 45,00 €\n" + "x" * 3000))).mail
    assert (mail.from_name, mail.subject) == ("Jo Büyer", "Angebot für Söhne")
    assert mail.text.startswith("Grüße — 45,00 €\nxxx")
    assert mail.text.count("x") == 3000


def test_text_and_mails_travel_as_opaque_files() -> None:
    kinds = ("text/html", "message/rfc822", "text/csv")
    files = tuple(Attachment(digest="b" * 64, filename=f"f{n}", media_type=kind) for n, kind in enumerate(kinds))
    parsed = parse_mail(written(payload(attachments=files)))
    assert [a.media_type for a in parsed.mail.attachments] == ["application/octet-stream"] * 3
    assert parsed.mail.text == "Hello"
    assert all(parsed.files[a.digest] == FILES["b" * 64] for a in parsed.mail.attachments)


def test_long_message_ids_are_neither_folded_nor_encoded() -> None:
    long = message_id_for("k", "a-domain-name-as-long-as-people-make-them-in-large-organisations.buyer.example")
    raw = written(payload(message_id=long, in_reply_to=long, references=(long,)))
    for header in ("Message-ID", "In-Reply-To", "References"):
        assert f"\r\n{header}: {long}\r\n".encode() in raw
    assert parse_mail(raw).mail.references == (long,)


def test_the_accounts_settings_are_read_and_named_when_missing() -> None:
    settings = {"mail_address": "jo@buyer.example", "smtp_host": "smtp.buyer.example", "imap_host": "imap.buyer.example"}
    account = MailAccount.from_settings(settings)
    assert (account.smtp.port, account.smtp.security, account.imap.port, account.imap.security) == (
        587,
        Security.STARTTLS,
        993,
        Security.TLS,
    )
    assert (account.login, account.domain) == ("jo@buyer.example", "buyer.example")
    for missing in settings:
        with pytest.raises(InputError, match=missing):
            MailAccount.from_settings({name: value for name, value in settings.items() if name != missing})
    with pytest.raises(InputError, match="smtp"):
        MailAccount.from_settings({**settings, "smtp_port": "many"})
