"""Whole conversations with simulated vendors over real mail: request, counteroffers, acceptance, contract, order."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from memory.domain.effects import MAIL_SEND, Attachment, SendMail
from memory.domain.evidence import Origin
from memory.domain.mail import InboundMail, MailCursor, MailFindingKind, conversation_of, message_id_for
from memory.domain.registry import Contact
from tools.connectors.base import ConnectorContext
from tools.connectors.mail import CONNECTOR
from tools.connectors.mail.account import MailAccount
from tools.connectors.mail.parse import ParsedMail
from tools.connectors.mail.receive import Inbox
from tools.sandbox.gatehouse import Gatehouse
from tools.sandbox.mail_server import SandboxMail
from tools.sandbox.ports import MemoryEvidence, MemoryRegistry, SetClock
from tools.sandbox.vendors.cast import BRIEFLARK, DEMO_VENDORS, MUTEMAIL, PAPERTERN, POSTINO, SWAPWELL, TEST_VENDORS
from tools.sandbox.vendors.personality import Personality
from tools.sandbox.vendors.world import VendorWorld, vendor_accounts
from tools.vault.secret import Secret

ME, PASSWORD = "jo@buyer.example", "operator-pw"
VENDORS = (*DEMO_VENDORS, *TEST_VENDORS)
RFQ = "Hello,\n\nplease send us your quote.\n\nNeed: 5,000 contacts\nNeed: EU data residency\n\nJo"
ASK = "Thank you for the quote.\n\nWe can commit today at {} EUR net per month, billed yearly (12 months), up to 5,000 contacts, no set-up fee.\n\nJo"
ACCEPT = "We would like to go ahead with your offer of {}, subject to contract. Please send the contract as a PDF for signature."


class Buyer:
    """Us, with the real connector and the real inbox."""

    def __init__(self, server: SandboxMail, folder: Path) -> None:
        self.server = server
        settings = {
            "mail_address": ME,
            "mail_name": "Jo Buyer",
            "smtp_host": server.host,
            "smtp_port": str(server.smtp_port),
            "smtp_security": "starttls" if server.tls else "none",
            "imap_host": server.host,
            "imap_port": str(server.imap_port),
            "imap_security": "tls" if server.tls else "none",
            "mail_certificate": server.tls_certificate,
        }
        self.evidence = MemoryEvidence()
        contacts = {vendor.vendor_id: Contact(name=f"{vendor.name} Sales", email=vendor.mailbox) for vendor in VENDORS}
        gate = Gatehouse()
        context = ConnectorContext(
            folder, self.evidence, MemoryRegistry(contacts=contacts), gate.clock, lambda _: Secret(PASSWORD), gate.tokens, settings
        )
        self.connector = gate.through(CONNECTOR.open(context))
        self.inbox = Inbox(MailAccount.from_settings(settings), Secret(PASSWORD))
        self.cursor: MailCursor | None = None
        self.sent: dict[str, str] = {}
        self.thread: dict[str, tuple[str, ...]] = {}

    def write(self, vendor: Personality, body: str, *, pdf: bytes | None = None) -> None:
        """Send a mail in the vendor's conversation."""
        before = self.thread.get(vendor.vendor_id, ())
        message_id = message_id_for(f"{vendor.vendor_id}/{len(before)}", "buyer.example")
        files = ()
        if pdf is not None:
            digest = self.evidence.put(pdf, media_type="application/pdf", origin=Origin.SYSTEM)
            files = (Attachment(digest=digest, filename="signed.pdf", media_type="application/pdf"),)
        mail = SendMail(
            contact_id=vendor.vendor_id,
            subject="Newsletter tool",
            body=body,
            attachments=files,
            in_reply_to=before[-1] if before else None,
            references=before,
            message_id=message_id,
            conversation=vendor.vendor_id,
        )
        self.sent[message_id] = vendor.vendor_id
        self.thread[vendor.vendor_id] = (*before, message_id)
        self.connector.perform(MAIL_SEND, mail.model_dump(mode="json"), key=message_id)

    def ask(self, vendor: Personality, body: str, *, pdf: bytes | None = None) -> ParsedMail:
        """Send a mail and return the answer to it."""
        delivered = self.server.delivered
        self.write(vendor, body, pdf=pdf)
        assert self.server.wait_for_delivery(delivered + 1, seconds=30) == delivered + 2
        fetched = self.inbox.fetch_new(self.cursor)
        self.cursor = fetched.cursor
        (answer,) = fetched.mails
        self.inbox.acknowledge(fetched.mails)
        assert conversation_of(answer.mail, self.sent) == vendor.vendor_id
        self.thread[vendor.vendor_id] = (*self.thread[vendor.vendor_id], answer.mail.message_id)
        return answer


@pytest.fixture
def buyer(tmp_path: Path) -> Iterator[Buyer]:
    with SandboxMail({ME: PASSWORD, **vendor_accounts(VENDORS)}) as server, VendorWorld(server, VENDORS, SetClock(), seed=7):
        yield Buyer(server, tmp_path)


def pdf_text(body: bytes) -> str:
    import pypdfium2

    document = pypdfium2.PdfDocument(io.BytesIO(body))
    try:
        return " ".join(" ".join(page.get_textpage().get_text_range() for page in document).split())
    finally:
        document.close()


def contract_in(answer: ParsedMail) -> bytes:
    (attachment,) = answer.mail.attachments
    assert attachment.media_type == "application/pdf"
    return answer.files[attachment.digest]


# What each vendor says on the way, in its own figures; the last price is the one agreed, with the invoice that follows:
# net per month x 12 (+ set-up fee) + 19 % VAT.
JOURNEYS = {
    "brieflark": (BRIEFLARK, ("59.00 EUR", "53.00 EUR", "49.50 EUR"), "49.50 EUR net per month, billed yearly", "706.86 EUR"),
    "postino": (POSTINO, ("64,00 €", "60,80 €", "60,80 €"), "60.80 EUR net per month", "975,32 €"),
    "papertern": (PAPERTERN, ("EUR 41.00", "EUR 39.00", "EUR 38.50"), "38.50 EUR net per month", "EUR 549.78"),
}


@pytest.mark.parametrize("name", JOURNEYS)
def test_a_purchase_runs_from_request_to_confirmed_order(buyer: Buyer, name: str) -> None:
    vendor, prices, accepted, invoiced = JOURNEYS[name]
    for price, body in zip(prices, (RFQ, ASK.format("35.00"), ASK.format("36.00")), strict=True):
        answer = buyer.ask(vendor, body).mail
        assert f"{price} net per month" in answer.text
        assert "35.00" not in answer.text
        assert "36.00" not in answer.text
        assert "Need:" not in answer.text
        assert answer.from_address == vendor.mailbox
    contract = contract_in(buyer.ask(vendor, ACCEPT.format(accepted)))
    paper = pdf_text(contract)
    assert f"{accepted.split()[0]} EUR" in paper
    assert "The initial term is 12 months" in paper
    assert "Jo Buyer" in paper
    confirmation = buyer.ask(vendor, "Please find attached the signed contract, order PO-2026-001.", pdf=contract).mail
    assert f"Total amount due: {invoiced} including 19 % VAT" in confirmation.text
    assert "PO-2026-001" in confirmation.text
    assert "Activation" in confirmation.text
    assert f"Invoice number: {vendor.vendor_id.upper()}-INV-2026-" in confirmation.text


def test_the_contract_total_is_the_invoice_total(buyer: Buyer) -> None:
    buyer.ask(BRIEFLARK, RFQ)
    buyer.ask(BRIEFLARK, ASK.format("47.50"))
    contract = contract_in(buyer.ask(BRIEFLARK, ACCEPT.format("53.00 EUR net per month, billed yearly")))
    confirmation = buyer.ask(BRIEFLARK, "Please find attached the signed contract, order PO-1.", pdf=contract).mail
    assert "756.84 EUR" in confirmation.text
    assert "756.84 EUR" in pdf_text(contract)


def test_dealings_with_several_vendors_stay_apart(buyer: Buyer) -> None:
    buyer.ask(BRIEFLARK, RFQ)
    buyer.ask(POSTINO, RFQ)
    assert "53.00 EUR" in buyer.ask(BRIEFLARK, ASK.format("35.00")).mail.text
    assert "60,80 €" in buyer.ask(POSTINO, ASK.format("35.00")).mail.text
    assert "49.50 EUR" in buyer.ask(BRIEFLARK, ASK.format("36.00")).mail.text


def test_an_order_in_a_new_thread_is_recognised_by_its_sender(buyer: Buyer) -> None:
    buyer.ask(BRIEFLARK, RFQ)
    contract = contract_in(buyer.ask(BRIEFLARK, ACCEPT.format("59.00 EUR net per month, billed yearly")))
    buyer.thread.clear()
    buyer.thread[BRIEFLARK.vendor_id] = ("<a-new@buyer.example>",)
    assert "842.52 EUR" in buyer.ask(BRIEFLARK, "Please find attached the signed contract, order PO-1.", pdf=contract).mail.text


def test_the_quoted_history_is_below_and_not_among_the_new_words(buyer: Buyer) -> None:
    for vendor in (BRIEFLARK, POSTINO, PAPERTERN, TEST_VENDORS[0]):
        answer = buyer.ask(vendor, RFQ).mail
        assert "Need: 5,000 contacts" in answer.full_text
        assert "Need: 5,000 contacts" not in answer.text
        assert answer.text.endswith("(a fictional company)")


def test_papertern_hides_words_for_software_which_are_found(buyer: Buyer) -> None:
    answer = buyer.ask(PAPERTERN, RFQ).mail
    assert answer.found(MailFindingKind.HIDDEN_TEXT_REMOVED)
    assert any("automated assistants" in piece for piece in answer.hidden_text)
    assert not answer.found(MailFindingKind.TEXT_AND_HTML_DIFFER)


def test_honest_vendors_write_mail_without_findings(buyer: Buyer) -> None:
    for vendor in (BRIEFLARK, POSTINO):
        assert buyer.ask(vendor, RFQ).mail.findings == ()
        assert buyer.ask(vendor, ASK.format("35.00")).mail.findings == ()


def test_swapwell_sends_a_contract_that_was_not_agreed(buyer: Buyer) -> None:
    buyer.ask(SWAPWELL, RFQ)
    buyer.ask(SWAPWELL, ASK.format("40.00"))
    answer = buyer.ask(SWAPWELL, ACCEPT.format("53.00 EUR net per month, billed yearly"))
    assert "53.00 EUR net per month" in answer.mail.text
    paper = pdf_text(contract_in(answer))
    assert "59.36 EUR" in paper
    assert "The initial term is 24 months" in paper
    assert "at least 180 days" in paper


def test_the_desks_work_over_tls_as_well(tmp_path: Path) -> None:
    with SandboxMail({ME: PASSWORD, **vendor_accounts(VENDORS)}, tls=True) as server, VendorWorld(server, (BRIEFLARK,), SetClock()):
        assert "59.00 EUR" in Buyer(server, tmp_path).ask(BRIEFLARK, RFQ).mail.text


def test_mutemail_reads_and_stays_silent(buyer: Buyer) -> None:
    buyer.write(MUTEMAIL, RFQ)
    # The answer of another desk, asked later, shows that the silent one has had its turn.
    delivered = buyer.server.delivered
    buyer.write(BRIEFLARK, RFQ)
    buyer.server.wait_for_delivery(delivered + 1, seconds=30)
    senders = [parsed.mail.from_address for parsed in buyer.inbox.fetch_new().mails]
    assert senders == [BRIEFLARK.mailbox]


def test_a_farewell_is_answered_politely_and_then_there_is_silence(buyer: Buyer) -> None:
    buyer.ask(BRIEFLARK, RFQ)
    assert "wish you well" in buyer.ask(BRIEFLARK, "We have decided for another vendor. Thank you.").mail.text


def test_the_same_seed_gives_the_same_mails(tmp_path: Path) -> None:
    def quote() -> InboundMail:
        with SandboxMail({ME: PASSWORD, **vendor_accounts(VENDORS)}) as server, VendorWorld(server, VENDORS, SetClock(), seed=7):
            return Buyer(server, tmp_path).ask(PAPERTERN, RFQ).mail

    first, second = quote(), quote()
    assert (first.text, first.message_id, first.subject) == (second.text, second.message_id, second.subject)


def test_what_goes_wrong_in_the_desks_thread_is_raised_at_the_end() -> None:
    with SandboxMail({ME: PASSWORD}) as server, pytest.raises(KeyError), VendorWorld(server, (BRIEFLARK,), SetClock()) as world:
        world.stop()
