"""Real mail over loopback: sent by SMTP, filed and read by IMAP, broken on purpose."""

from __future__ import annotations

import smtplib
import threading
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path

import pytest

from memory.domain.effects import MAIL_SEND, Attachment, SendMail
from memory.domain.errors import EffectRejectedError, EffectUnknownError, InputError, UnavailableError
from memory.domain.evidence import Origin
from memory.domain.mail import MailCursor, MailFindingKind, conversation_of, message_id_for
from memory.domain.registry import Contact
from tools.connectors.base import ConnectorContext
from tools.connectors.mail import CONNECTOR
from tools.connectors.mail.account import MailAccount, mailbox_session
from tools.connectors.mail.receive import Inbox
from tools.connectors.mail.sent_folder import OUTBOX
from tools.sandbox.gatehouse import Gatehouse
from tools.sandbox.mail_server import SandboxMail
from tools.sandbox.ports import MemoryEvidence, MemoryRegistry
from tools.vault.secret import Secret

OPERATOR, SALES = "jo@buyer.example", "sales@vendor.example"
ACCOUNTS = {OPERATOR: "operator-pw", SALES: "sales-pw"}


def settings_for(server: SandboxMail, address: str = OPERATOR) -> dict[str, str]:
    return {
        "mail_address": address,
        "mail_name": "Jo Buyer",
        "smtp_host": server.host,
        "smtp_port": str(server.smtp_port),
        "smtp_security": "starttls" if server.tls else "none",
        "imap_host": server.host,
        "imap_port": str(server.imap_port),
        "imap_security": "tls" if server.tls else "none",
        "mail_certificate": server.tls_certificate,
    }


class Office:
    """The operator's side: a connector with its context, and inboxes of both sides."""

    def __init__(self, server: SandboxMail, folder: Path) -> None:
        self.server = server
        self.evidence = MemoryEvidence()
        contacts = {"c-sales": Contact(name="Söhne & Co, Sales", email=SALES), "c-gone": Contact(name="Gone", email="gone@vendor.example")}
        self.gate = Gatehouse()
        self.context = ConnectorContext(
            home_files=folder,
            evidence=self.evidence,
            registry=MemoryRegistry(contacts=contacts),
            clock=self.gate.clock,
            tokens=self.gate.tokens,
            secrets=lambda name: Secret({"mail": ACCOUNTS[OPERATOR]}[name]),
            settings=settings_for(server),
        )
        self.connector = self.gate.through(CONNECTOR.open(self.context))

    def account(self, address: str) -> MailAccount:
        return MailAccount.from_settings(settings_for(self.server, address))

    def inbox(self, address: str) -> Inbox:
        return Inbox(self.account(address), Secret(ACCOUNTS[address]))

    def folder(self, name: str) -> list[str]:
        with mailbox_session(self.account(OPERATOR), Secret(ACCOUNTS[OPERATOR])) as box:
            if not box.folder.exists(name):
                return []
            box.folder.set(name, readonly=True)
            return box.uids()

    def send(self, payload: SendMail, key: str = "k") -> object:
        return self.connector.perform(MAIL_SEND, payload.model_dump(mode="json"), key=key)

    def look_up(self, payload: SendMail, key: str = "k") -> object:
        return self.connector.look_up(MAIL_SEND, payload.model_dump(mode="json"), key=key)

    def write_as_sales(self, message: EmailMessage) -> None:
        with smtplib.SMTP(self.server.host, self.server.smtp_port, timeout=10) as client:
            client.login(SALES, ACCOUNTS[SALES])
            client.send_message(message, from_addr=SALES, to_addrs=[OPERATOR])


def rfq(key: str = "case-1/rfq/1", **changes: object) -> SendMail:
    fields = {
        "contact_id": "c-sales",
        "subject": "Request for quote: Newsletter für 5.000 Kontakte",
        "body": "Need: 5,000 contacts\nNeed: EU data\n",
        "message_id": message_id_for(key, "buyer.example"),
        "conversation": "case-1/vendor",
    }
    return SendMail.model_validate({**fields, **changes})


@pytest.fixture
def server() -> Iterator[SandboxMail]:
    with SandboxMail(ACCOUNTS) as running:
        yield running


@pytest.fixture
def office(server: SandboxMail, tmp_path: Path) -> Office:
    return Office(server, tmp_path)


def test_a_mail_arrives_whole_and_a_copy_is_in_the_sent_folder(office: Office) -> None:
    brief = office.evidence.put(b"%PDF-1.7 brief", media_type="application/pdf", origin=Origin.OPERATOR)
    mail = rfq(attachments=(Attachment(digest=brief, filename="brief ä.pdf", media_type="application/pdf"),))
    receipt = office.send(mail)
    assert receipt.reference == mail.message_id
    (got,) = office.inbox(SALES).fetch_new().mails
    assert got.mail.subject == mail.subject
    assert (got.mail.from_address, got.mail.from_name, got.mail.to) == (OPERATOR, "Jo Buyer", (SALES,))
    assert got.mail.text == mail.body.strip()
    assert got.mail.message_id == mail.message_id
    assert [(a.filename, got.files[a.digest]) for a in got.mail.attachments] == [("brief ä.pdf", b"%PDF-1.7 brief")]
    assert got.mail.findings == ()
    assert len(office.folder("Sent")) == 1
    assert office.folder(OUTBOX) == []
    assert office.evidence.get(receipt.evidence[0]) == got.raw


def test_the_same_mail_is_never_sent_twice(office: Office) -> None:
    first, second = office.send(rfq()), office.send(rfq())
    assert (first.reference, first.evidence) == (second.reference, second.evidence)
    assert len(office.inbox(SALES).fetch_new().mails) == 1


def test_a_mail_never_begun_is_known_not_to_have_been_sent(office: Office) -> None:
    assert office.look_up(rfq()) is None


def test_starttls_and_tls_with_a_self_made_certificate(tmp_path: Path) -> None:
    with SandboxMail(ACCOUNTS, tls=True) as server:
        office = Office(server, tmp_path)
        office.send(rfq())
        assert len(office.inbox(SALES).fetch_new().mails) == 1
        stranger = MailAccount.from_settings({**settings_for(server), "mail_certificate": ""})
        with pytest.raises(UnavailableError):
            Inbox(stranger, Secret("operator-pw")).fetch_new()


@pytest.mark.parametrize("delivered", [True, False])
def test_a_connection_cut_after_the_data_is_unknown_and_never_sent_again(office: Office, delivered: bool) -> None:
    office.server.fail_next("drop_after_data" if delivered else "lose_after_data")
    with pytest.raises(EffectUnknownError):
        office.send(rfq())
    assert len(office.inbox(SALES).fetch_new().mails) == int(delivered)
    with pytest.raises(EffectUnknownError):
        office.look_up(rfq())
    with pytest.raises(EffectUnknownError):
        office.send(rfq())
    assert len(office.inbox(SALES).fetch_new().mails) == int(delivered)


def test_an_answer_from_the_contact_proves_that_an_unknown_mail_arrived(office: Office) -> None:
    office.server.fail_next("drop_after_data")
    with pytest.raises(EffectUnknownError):
        office.send(rfq())
    (got,) = office.inbox(SALES).fetch_new().mails
    office.write_as_sales(answer_to(got.mail.message_id))
    receipt = office.look_up(rfq())
    assert receipt.reference == rfq().message_id
    assert receipt.detail["found_in"] == "an answer to it"


def test_an_answer_under_another_name_proves_nothing(office: Office) -> None:
    office.server.fail_next("lose_after_data")
    with pytest.raises(EffectUnknownError):
        office.send(rfq())
    forged = answer_to(rfq().message_id)
    forged.replace_header("From", "somebody@else.example")
    office.write_as_sales(forged)
    with pytest.raises(EffectUnknownError):
        office.look_up(rfq())


@pytest.mark.parametrize(("fault", "error"), [("reject", EffectRejectedError), ("tempfail", UnavailableError)])
def test_a_refusal_after_the_data_is_known_not_to_have_happened(office: Office, fault: str, error: type[Exception]) -> None:
    office.server.fail_next(fault)
    with pytest.raises(error):
        office.send(rfq())
    assert office.look_up(rfq()) is None
    assert office.folder(OUTBOX) == []
    assert office.inbox(SALES).fetch_new().mails == ()
    office.send(rfq())
    assert len(office.inbox(SALES).fetch_new().mails) == 1


def test_a_refused_recipient_is_rejected_before_anything_is_handed_over(office: Office) -> None:
    with pytest.raises(EffectRejectedError, match="550"):
        office.send(rfq(contact_id="c-gone"))
    assert office.look_up(rfq(contact_id="c-gone")) is None


def test_an_unknown_contact_is_rejected(office: Office) -> None:
    with pytest.raises(EffectRejectedError, match="no contact"):
        office.send(rfq(contact_id="c-nobody"))


def test_a_wrong_password_says_so_and_sends_nothing(office: Office) -> None:
    context = ConnectorContext(
        home_files=office.context.home_files,
        evidence=office.evidence,
        registry=office.context.registry,
        clock=office.context.clock,
        tokens=office.gate.tokens,
        secrets=lambda _: Secret("wrong"),
        settings=office.context.settings,
    )
    with pytest.raises(UnavailableError, match="login"):
        office.gate.through(CONNECTOR.open(context)).perform(MAIL_SEND, rfq().model_dump(mode="json"), key="k")
    assert office.inbox(SALES).fetch_new().mails == ()


def test_a_server_that_is_gone_is_unavailable(tmp_path: Path) -> None:
    with SandboxMail(ACCOUNTS) as server:
        office = Office(server, tmp_path)
    with pytest.raises(UnavailableError):
        office.send(rfq())


def test_a_password_never_leaves_unencrypted_for_a_server_beyond_loopback(server: SandboxMail) -> None:
    with pytest.raises(InputError, match="unencrypted"):
        MailAccount.from_settings({**settings_for(server), "smtp_host": "mail.vendor.example"})


def test_mail_is_delivered_by_envelope_and_not_by_header(office: Office) -> None:
    message = answer_to("<x@y.example>")
    message.replace_header("To", "somebody.else@vendor.example")
    office.write_as_sales(message)
    (got,) = office.inbox(OPERATOR).fetch_new().mails
    assert got.mail.to == ("somebody.else@vendor.example",)
    assert office.inbox(SALES).fetch_new().mails == ()


def test_an_account_sends_only_under_its_own_address(server: SandboxMail) -> None:
    with smtplib.SMTP(server.host, server.smtp_port, timeout=10) as client:
        client.login(SALES, ACCOUNTS[SALES])
        with pytest.raises(smtplib.SMTPSenderRefused):
            client.sendmail(OPERATOR, [SALES], b"Subject: x\r\n\r\nx")


def test_nobody_sends_without_a_login(server: SandboxMail) -> None:
    with smtplib.SMTP(server.host, server.smtp_port, timeout=10) as client, pytest.raises(smtplib.SMTPSenderRefused):
        client.sendmail(SALES, [OPERATOR], b"Subject: x\r\n\r\nx")


def test_fetching_again_gives_the_same_keys_and_marks_nothing_until_acknowledged(office: Office) -> None:
    for number in range(3):
        office.write_as_sales(answer_to(f"<{number}@buyer.example>"))
    inbox = office.inbox(OPERATOR)
    first, again = inbox.fetch_new(), inbox.fetch_new()
    assert [m.mail.key for m in first.mails] == [m.mail.key for m in again.mails]
    assert len({m.mail.key for m in first.mails}) == 3
    assert unseen(office) == 3
    inbox.acknowledge(first.mails[:2])
    assert unseen(office) == 1
    assert inbox.fetch_new(first.cursor).mails == ()


def test_the_cursor_goes_on_where_it_stopped_and_starts_over_in_a_rebuilt_mailbox(office: Office) -> None:
    for number in range(5):
        office.write_as_sales(answer_to(f"<{number}@buyer.example>"))
    inbox = office.inbox(OPERATOR)
    part = inbox.fetch_new(at_most=2)
    rest = inbox.fetch_new(part.cursor)
    assert (len(part.mails), len(rest.mails)) == (2, 3)
    assert rest.cursor == inbox.newest()
    rebuilt = MailCursor(uid_validity=part.cursor.uid_validity + 1, uid=part.cursor.uid)
    assert len(inbox.fetch_new(rebuilt).mails) == 5


def test_the_operators_other_mail_is_neither_read_nor_marked_when_only_answers_are_wanted(office: Office) -> None:
    private = answer_to("<from-a-friend@somewhere.example>")
    for message in (private, answer_to(rfq().message_id), private):
        office.write_as_sales(message)
    inbox = replace(office.inbox(OPERATOR), only_answers=True)
    fetched = inbox.fetch_new()
    assert [m.mail.in_reply_to for m in fetched.mails] == [rfq().message_id]
    assert fetched.cursor == inbox.newest()
    inbox.acknowledge(fetched.mails)
    assert unseen(office) == 2
    office.write_as_sales(answer_to(rfq("case-1/rfq/2").message_id))
    assert [m.mail.in_reply_to for m in inbox.fetch_new(fetched.cursor).mails] == [rfq("case-1/rfq/2").message_id]


def test_acknowledging_keeps_mail_that_the_operator_has_only_marked_as_deleted(office: Office) -> None:
    for number in range(2):
        office.write_as_sales(answer_to(f"<{number}@buyer.example>"))
    with mailbox_session(office.account(OPERATOR), Secret(ACCOUNTS[OPERATOR])) as box:
        box.folder.set("INBOX")
        box.client.uid("STORE", box.uids()[0], "+FLAGS", r"(\Deleted)")
    inbox = office.inbox(OPERATOR)
    inbox.acknowledge(inbox.fetch_new().mails[1:])
    assert len(inbox.fetch_new().mails) == 2


def test_an_answer_finds_its_conversation_by_our_message_id(office: Office) -> None:
    office.send(rfq())
    (got,) = office.inbox(SALES).fetch_new().mails
    office.write_as_sales(answer_to(got.mail.message_id))
    (answer,) = office.inbox(OPERATOR).fetch_new().mails
    assert conversation_of(answer.mail, {rfq().message_id: "case-1/vendor"}) == "case-1/vendor"
    assert answer.mail.text == "59.00 EUR net per month."


def test_a_mail_above_the_limit_is_read_by_its_headers_only(office: Office) -> None:
    message = answer_to("<x@buyer.example>")
    message.add_attachment(b"x" * 3_000_000, maintype="application", subtype="zip", filename="big.zip")
    office.write_as_sales(message)
    small = Inbox(office.account(OPERATOR), Secret(ACCOUNTS[OPERATOR]), limits=small_limits())
    (got,) = small.fetch_new().mails
    assert got.mail.found(MailFindingKind.MAIL_TOO_LARGE)
    assert got.mail.from_address == SALES
    assert got.mail.text == ""
    assert len(got.raw) == 1_000_001


def test_many_references_survive_the_journey_unencoded(office: Office) -> None:
    long_ids = tuple(message_id_for(f"case/{n}", "a-rather-long-domain-name-of-the-operator.buyer.example") for n in range(30))
    office.send(rfq(references=long_ids, in_reply_to=long_ids[-1]))
    (got,) = office.inbox(SALES).fetch_new().mails
    assert got.mail.in_reply_to == long_ids[-1]
    assert got.mail.references == (long_ids[0], *long_ids[-9:])


def test_the_server_starts_and_stops_without_leaving_threads_or_waiting_clients() -> None:
    before = threading.active_count()
    with SandboxMail(ACCOUNTS) as server, smtplib.SMTP(server.host, server.smtp_port, timeout=10) as left_open:
        left_open.ehlo()
        server.stop()
        with pytest.raises(smtplib.SMTPServerDisconnected):
            left_open.noop()
    assert threading.active_count() == before


def answer_to(message_id: str) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = SALES, OPERATOR, "Re: something else entirely"
    message["Message-ID"] = f"<answer-{abs(hash(message_id))}@vendor.example>"
    message["Date"] = "Mon, 23 Nov 2026 10:00:00 +0100"
    message["In-Reply-To"] = message_id
    message["References"] = message_id
    message.set_content("59.00 EUR net per month.\n\nOn Mon, 23 Nov 2026 at 09:00, Jo Buyer <jo@buyer.example> wrote:\n> 45.00 EUR?\n")
    return message


def unseen(office: Office) -> int:
    with mailbox_session(office.account(OPERATOR), Secret(ACCOUNTS[OPERATOR])) as box:
        return int(box.folder.status("INBOX", ["UNSEEN"])["UNSEEN"])


def small_limits() -> object:
    from tools.connectors.mail.parse import MailLimits

    return MailLimits(raw=1_000_000)
