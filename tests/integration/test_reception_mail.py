"""Reception on a real mail server: every byte kept before it is acknowledged, each mail once, only our own Message-IDs thread."""

from __future__ import annotations

import smtplib
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

import pytest

from memory.collected import TAKE_MAIL
from memory.domain.errors import QuartermasterError, UnavailableError
from memory.domain.evidence import Origin
from memory.domain.registry import Contact
from memory.ledger import WORKSPACE
from memory.outbox import EffectStatus, Move
from memory.unit_of_work import ADVANCE
from tools.collection import Collection
from tools.connectors.mail.account import MailAccount, mailbox_session
from tools.connectors.mail.receive import Inbox
from tools.reception import Reception
from tools.sandbox.mail_server import SandboxMail
from tools.sandbox.ports import MemoryRegistry
from tools.vault.secret import Secret

OPERATOR, SALES, MALLORY, COLLEAGUE = "jo@buyer.example", "sales@vendor.example", "sales@vend0r.example", "ann@vendor.example"
ACCOUNTS = {OPERATOR: "operator-pw", SALES: "sales-pw", MALLORY: "mallory-pw", COLLEAGUE: "ann-pw"}
PDF = b"%PDF-1.7 not much of a contract"


@pytest.fixture
def server() -> Iterator[SandboxMail]:
    with SandboxMail(ACCOUNTS) as running:
        yield running


@dataclass
class PostRoom:
    """Both halves of taking mail in: what the dispatcher fetches unread, a worker reads."""

    collection: Collection
    reception: Reception

    def poll(self) -> int:
        try:
            return self.collection.poll()
        finally:
            self.reception.catch_up()


@dataclass
class House:
    server: SandboxMail
    core: Any
    inbox: Any
    rfq: Any

    def reception(self, core: Any = None, inbox: Any = None) -> PostRoom:
        house = core or self.core
        registry = MemoryRegistry(contacts={"c-postbird": Contact(name="Sales", email=SALES)})
        return PostRoom(
            Collection(house.database, house.unit_of_work, house.evidence, inbox or self.inbox),
            Reception(house.database, house.unit_of_work, house.evidence, registry),
        )

    def send(
        self, text: str = "48.00 EUR net per month", *, answers: str | None = "rfq", sender: str = SALES, **headers: str
    ) -> EmailMessage:
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = sender, OPERATOR, headers.pop("Subject", "Re: your request")
        mail["Message-ID"] = f"<{time.time_ns()}@vendor.example>"
        mail["Date"] = "Mon, 23 Nov 2026 10:00:00 +0100"
        if answers is not None:
            mail["In-Reply-To"] = self.rfq.payload["message_id"] if answers == "rfq" else answers
        for name, value in headers.items():
            mail[name.replace("_", "-")] = value
        mail.set_content(text)
        if headers == {} and text == "with a contract":
            mail.add_attachment(PDF, maintype="application", subtype="pdf", filename="contract.pdf")
        self.deliver(mail, sender)
        return mail

    def deliver(self, mail: EmailMessage | bytes, sender: str = SALES) -> None:
        with smtplib.SMTP(self.server.host, self.server.smtp_port) as smtp:
            smtp.login(sender, ACCOUNTS[sender])
            smtp.sendmail(sender, [OPERATOR], mail if isinstance(mail, bytes) else mail.as_bytes())

    def received(self) -> list[Any]:
        return [e.event for e in self.core.events("message.received")]

    def unmatched(self) -> list[Any]:
        return [e.event for e in self.core.events("message.unmatched")]

    def unseen(self) -> int:
        with mailbox_session(self.inbox.account, self.inbox.password) as box:
            return int(box.folder.status("INBOX", ["UNSEEN"])["UNSEEN"])


@pytest.fixture
def house(server: SandboxMail, core: Any, effects: Any, permit: Any) -> House:
    mail = effects.mail()
    core.act("rfq", permit(mail), effects=[mail], moves=[])
    core.act("sent", moves=[Move(mail.key, EffectStatus.CONFIRMED)])
    settings = {
        "mail_address": OPERATOR,
        "smtp_host": server.host,
        "smtp_port": str(server.smtp_port),
        "smtp_security": "none",
        "imap_host": server.host,
        "imap_port": str(server.imap_port),
        "imap_security": "none",
    }
    inbox = Inbox(MailAccount.from_settings(settings), Secret(ACCOUNTS[OPERATOR]))
    return House(server, core, inbox, mail)


def test_an_answer_ends_the_wait_of_its_case_and_every_byte_is_kept(house: House) -> None:
    sent = house.send("with a contract")
    assert house.reception().poll() == 1
    (fact,) = house.received()
    assert (fact.vendor_id, fact.conversation, fact.wait_key) == ("postbird", "CASE-1/postbird", f"reply/{house.rfq.key}")
    assert (fact.from_address, fact.verified_sender, fact.findings) == (SALES, True, ())
    assert b"with a contract" in house.core.evidence.get(fact.raw)
    assert str(sent["Message-ID"]).encode() in house.core.evidence.get(fact.raw)
    assert house.core.evidence.text(fact.text).strip() == "with a contract"
    (file,) = fact.attachments
    assert (file["filename"], house.core.evidence.get(file["digest"])) == ("contract.pdf", PDF)
    assert house.core.evidence.describe(fact.raw).origin is Origin.VENDOR_MAIL
    assert house.core.evidence.describe(file["digest"]).origin is Origin.VENDOR_DOCUMENT
    (stored,) = house.core.events("message.received")
    assert (stored.stream, stored.actor) == ("CASE-1", "reception")
    assert [(j.name, j.argument) for j in house.core.jobs.waiting() if j.name == ADVANCE] == [(ADVANCE, "CASE-1")]
    assert house.unseen() == 0


def test_the_same_mail_is_taken_once_however_often_it_is_seen(house: House) -> None:
    raw = house.send("the very same bytes").as_bytes()
    house.deliver(raw)
    house.deliver(raw)
    reception = house.reception()
    assert (reception.poll(), reception.poll(), house.reception().poll()) == (1, 0, 0)
    house.core.sql("DELETE FROM cursors")  # the mailbox is read from its beginning again
    assert house.reception().poll() == 0
    assert (len(house.received()), house.unseen()) == (1, 0)


@pytest.mark.parametrize(
    "answers",
    [None, "<someone.elses@buyer.example>", "QM40C752D1FAC479B2B655F61329C5", "renewal-1", "ad3b5ee8651529054013984c9f804c91", "<>", ""],
)
def test_a_mail_that_names_no_message_of_ours_is_kept_for_the_operator(
    house: House, effects: Any, permit: Any, answers: str | None
) -> None:
    payment = effects.payment()
    house.core.act("pay", permit(payment), effects=[payment])
    subject = f"Re: Request for quotation {house.rfq.payload['message_id']} {house.rfq.key}"
    house.send("transfer to DE00 please", answers=answers, Subject=subject)
    assert house.reception().poll() == 1
    (fact,) = house.unmatched()
    assert (house.received(), fact.from_address) == ([], SALES)
    assert b"transfer to DE00" in house.core.evidence.get(fact.raw)
    assert [e.stream for e in house.core.events("message.unmatched")] == [WORKSPACE]
    assert house.unseen() == 0


def test_a_payment_s_reference_in_a_reply_header_is_not_a_conversation(house: House, effects: Any, permit: Any) -> None:
    """A vendor knows the end-to-end id from its bank statement; a mail that carries it must not block the inbox."""
    payment = effects.payment()
    odd = payment.model_copy(update={"payload": {**payment.payload, "end_to_end_id": "<qm.pay@buyer.example>"}})
    house.core.act("pay", permit(odd), effects=[odd])
    house.send(answers="<qm.pay@buyer.example>")
    house.send("a real answer")
    assert house.reception().poll() == 2
    assert (len(house.unmatched()), len(house.received())) == (1, 1)


def test_an_answer_from_a_stranger_is_flagged_and_not_trusted(house: House) -> None:
    house.send("cheaper at our new account", sender=MALLORY)
    house.reception().poll()
    (fact,) = house.received()
    assert fact.verified_sender is False
    assert "the sender is not the contact you registered" in fact.findings


def test_an_answer_to_a_contact_that_was_removed_is_flagged_too(house: House) -> None:
    house.send()
    room = house.reception()
    room.reception = Reception(house.core.database, house.core.unit_of_work, house.core.evidence, MemoryRegistry())
    room.poll()
    (fact,) = house.received()
    assert fact.verified_sender is False


def test_a_mail_without_text_or_id_is_taken_with_its_oddities(house: House) -> None:
    bare = f"From: {SALES}\r\nTo: {OPERATOR}\r\nIn-Reply-To: {house.rfq.payload['message_id']}\r\n\r\n".encode()
    house.deliver(bare)
    house.reception().poll()
    (fact,) = house.received()
    assert fact.message_id == f"<{fact.raw}@missing>"
    assert fact.findings
    assert fact.verified_sender


@pytest.mark.parametrize("body", [b"\xff\xfe\x00\xd8", "\ud800".encode("utf-8", "surrogatepass"), b"\x00" * 50, b"=ED=A0=80"])
def test_bytes_that_are_no_text_do_not_block_the_inbox(house: House, body: bytes) -> None:
    head = f"From: {SALES}\r\nTo: {OPERATOR}\r\nSubject: =?utf-8?b?7aCA?=\r\nIn-Reply-To: {house.rfq.payload['message_id']}\r\n"
    house.deliver(head.encode() + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + body + b"\r\n")
    house.send("after it")
    assert house.reception().poll() == 2
    assert len(house.received()) == 2
    assert house.core.verify().ok


class Breaking:
    """The evidence store, or the write path, of a house whose disk is full."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def put(self, *_: Any, **__: Any) -> str:
        raise OSError("disk full")

    def act(self, *_: Any, **__: Any) -> Any:
        raise OSError("disk full")


@pytest.mark.parametrize("part", ["evidence", "unit_of_work"])
def test_nothing_is_acknowledged_before_it_is_stored(house: House, part: str) -> None:
    house.send()
    house.send("another")
    parts = {"evidence": house.core.evidence, "unit_of_work": house.core.unit_of_work}
    parts[part] = Breaking(parts[part])
    broken = Collection(house.core.database, parts["unit_of_work"], parts["evidence"], house.inbox)
    with pytest.raises(OSError, match="disk full"):
        broken.poll()
    assert (house.received(), house.unseen()) == ([], 2)
    assert house.reception().poll() == 2
    assert (len(house.received()), house.unseen()) == (2, 0)


def test_a_crash_between_record_and_acknowledgement_loses_and_doubles_nothing(house: House) -> None:
    class Cut:
        def __init__(self, inner: Any) -> None:
            self.inner = inner

        def fetch_raw(self, since: Any = None) -> Any:
            return self.inner.fetch_raw(since)

        def acknowledge(self, mails: Any) -> None:
            raise UnavailableError("the line went down")

    house.send()
    with pytest.raises(UnavailableError):
        house.reception(inbox=Cut(house.inbox)).poll()
    assert (len(house.received()), house.unseen()) == (1, 1)
    house.send("the next")
    assert house.reception().poll() == 1
    assert (len(house.received()), house.unseen()) == (2, 0)


def test_a_mail_that_was_fetched_is_read_though_every_process_died_in_between(house: House) -> None:
    house.send("first")
    house.send("second")
    assert house.reception().collection.poll() == 2
    assert (house.received(), house.unseen()) == ([], 0), "the server has forgotten them; the house has not"
    assert len(house.core.jobs.waiting()) >= 2
    assert house.reception().reception.catch_up() == 2
    assert [house.core.evidence.text(e.text).strip() for e in house.received()] == ["first", "second"]
    assert house.reception().reception.catch_up() == 0


def test_the_job_of_a_fetched_mail_reads_exactly_that_mail_once(house: House) -> None:
    house.send("read me")
    house.reception().collection.poll()
    (job,) = [job for job in house.core.jobs.waiting() if job.name == TAKE_MAIL]
    reception = house.reception().reception
    assert [reception.take(job.argument), reception.take(job.argument)] == [True, False]
    assert len(house.received()) == 1


def test_an_answer_proves_that_a_mail_arrived_whose_sending_broke(house: House) -> None:
    house.core.sql("UPDATE outbox SET status = 'unknown', attempts = 1")
    house.send("we got it")
    house.reception().poll()
    assert house.core.effect(house.rfq.key).status is EffectStatus.CONFIRMED
    (proof,) = [e.event for e in house.core.events("effect.confirmed")]
    assert proof.evidence == (house.received()[0].raw,)


@pytest.mark.parametrize("sender", [MALLORY, COLLEAGUE], ids=["a look-alike domain", "the contact's own domain"])
def test_an_answer_from_anybody_else_proves_nothing_though_it_names_our_message(house: House, sender: str) -> None:
    """Our Message-IDs can be worked out by who knows the case and the rule; and on a public mail host all share a domain."""
    house.core.sql("UPDATE outbox SET status = 'unknown', attempts = 1")
    house.send("we got it", sender=sender)
    house.reception().poll()
    assert len(house.received()) == 1, "it is taken in and shown"
    assert (house.core.effect(house.rfq.key).status, house.core.events("effect.confirmed")) == (EffectStatus.UNKNOWN, [])


@pytest.mark.parametrize("status", ["queued", "delayed"])
def test_an_answer_to_a_mail_that_never_left_does_not_keep_it_from_leaving(house: House, status: str) -> None:
    house.core.sql(f"UPDATE outbox SET status = '{status}', attempts = 0")
    house.send("we got it")
    house.reception().poll()
    (fact,) = house.received()
    assert "it answers a mail of ours that has not left" in fact.findings
    assert (house.core.effect(house.rfq.key).status, house.core.events("effect.confirmed")) == (status, [])


@pytest.mark.parametrize("status", ["failed", "cancelled"])
def test_an_answer_to_a_mail_that_stands_as_not_sent_is_told_and_moves_nothing(house: House, status: str) -> None:
    house.core.sql(f"UPDATE outbox SET status = '{status}', attempts = 1")
    house.send("thanks for your mail")
    house.send("are you still there?")
    house.reception().poll()
    assert (len(house.received()), house.core.effect(house.rfq.key).status) == (2, status)
    told = [e.event for e in house.core.events("effect.contradicted")]
    assert [(e.effect_key, e.stands, e.evidence) for e in told] == [(house.rfq.key, status, (m.raw,)) for m in house.received()]


def test_an_end_that_gets_known_while_an_answer_is_read_is_seen_at_the_second_look(house: House) -> None:
    """The dispatcher gives up in the moment between the look at the row and the lock."""
    core, room = house.core, house.reception()
    core.sql("UPDATE outbox SET status = 'unknown', attempts = 1")
    house.send("we got it")
    known = room.reception._known_sender

    def slow(*given: Any) -> bool:
        core.sql("UPDATE outbox SET status = 'failed'")
        return known(*given)

    room.reception._known_sender = slow
    room.poll()
    assert [e.event.stands for e in core.events("effect.contradicted")] == ["failed"]
    assert (len(house.received()), core.effect(house.rfq.key).status) == (1, EffectStatus.FAILED)


def test_an_answer_to_a_mail_that_is_confirmed_already_proves_nothing_twice(house: House) -> None:
    house.send("thanks")
    house.reception().poll()
    assert house.core.events("effect.confirmed") == []


def test_a_server_that_is_away_is_told_and_changes_nothing(house: House) -> None:
    with SandboxMail(ACCOUNTS) as other:
        port = other.imap_port
    from dataclasses import replace

    away = replace(house.inbox, account=replace(house.inbox.account, imap=replace(house.inbox.account.imap, port=port)))
    before = house.core.kinds()
    with pytest.raises(UnavailableError):
        house.reception(inbox=away).poll()
    assert house.core.kinds() == before


def test_a_mail_is_taken_in_by_the_schedule_of_one_second(house: House) -> None:
    from memory.engine.on_dbos import DbosEngine, prepare
    from memory.engine.port import Schedule

    reception, problems = house.reception(), []

    def poll(_due: str) -> None:
        try:
            reception.poll()
        except QuartermasterError as error:
            problems.append(error)

    prepare(house.core.url)
    engine = DbosEngine(house.core.url, poll_s=0.1)
    engine.start({"poll": poll}, {"poll": Schedule("poll", 1)})
    try:
        house.send("by schedule")
        for _ in range(1200):
            if house.received():
                break
            time.sleep(0.05)
    finally:
        engine.stop()
    assert [house.core.evidence.text(e.text).strip() for e in house.received()] == ["by schedule"]
    assert problems == []
