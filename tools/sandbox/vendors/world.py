"""The vendors' side of the mail, running: one background thread in which every sales desk reads and answers its mail."""

from __future__ import annotations

import smtplib
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType
from typing import Self

from memory.domain.clock import Clock
from memory.domain.errors import UnavailableError
from memory.domain.mail import InboundMail, MailCursor, MailFindingKind
from tools.connectors.mail.account import MailAccount, MailServer, Security, smtp_session
from tools.connectors.mail.parse import ParsedMail
from tools.connectors.mail.receive import Inbox
from tools.sandbox.contract_paper import contract_pdf
from tools.sandbox.contract_terms import PaperParty
from tools.sandbox.contract_word import contract_word
from tools.sandbox.mail_server import SandboxMail
from tools.sandbox.vendors.bargaining import Act, Dealing, Response, respond
from tools.sandbox.vendors.correspondence import answer
from tools.sandbox.vendors.diary import read_diary, write_diary
from tools.sandbox.vendors.listening import Heard, Said, hear
from tools.sandbox.vendors.papers import contract_terms, invoice_total, number
from tools.sandbox.vendors.personality import Habit, Personality
from tools.sandbox.vendors.wording import Papers, letter
from tools.vault.secret import Secret

_PATIENCE_SECONDS = 5.0


def vendor_password(personality: Personality) -> str:
    """Return the password of a desk's mailbox, for the server's accounts. It guards nothing."""
    return f"desk-of-{personality.vendor_id}"


def vendor_accounts(vendors: Sequence[Personality]) -> dict[str, str]:
    """Return the mail accounts of the vendors, to be given to `SandboxMail` beside the operator's own."""
    return {vendor.mailbox: vendor_password(vendor) for vendor in vendors}


@dataclass
class SalesDesk:
    """One vendor at its mailbox. Dealings are kept apart by thread, as a person would."""

    personality: Personality
    server: SandboxMail
    clock: Clock
    seed: int = 0
    customer: PaperParty | None = None
    cursor: MailCursor | None = None
    dealings: dict[str, Dealing] = field(default_factory=dict)
    threads: dict[str, str] = field(default_factory=dict)
    latest: dict[str, str] = field(default_factory=dict)

    def work(self) -> int:
        """Answer what has arrived since the last time. Returns how many mails were sent."""
        inbox = Inbox(self._account(), self._password())
        fetched = inbox.fetch_new(self.cursor)
        answered = sum(self._answer(parsed) for parsed in fetched.mails)
        if fetched.mails:
            inbox.acknowledge(fetched.mails)
        self.cursor = fetched.cursor
        return answered

    def _answer(self, parsed: ParsedMail) -> int:
        mail = parsed.mail
        if mail.found(MailFindingKind.AUTOMATIC) or mail.found(MailFindingKind.DELIVERY_FAILURE) or not mail.from_address:
            return 0
        heard = hear(mail.text, with_pdf=any(file.startswith(b"%PDF-") for file in parsed.files.values()))
        thread = self._thread(mail, heard)
        self.dealings[thread], response = respond(self.personality, self.dealings.get(thread, Dealing()), heard)
        if response is None:
            return 0
        message = self._written(mail, response, thread)
        self.threads[str(message["Message-ID"])] = thread
        self._send(message, mail.from_address)
        return 1

    def _thread(self, mail: InboundMail, heard: Heard) -> str:
        """Return the dealing a mail belongs to: by what it answers, else the sender's latest, unless it asks for something new."""
        known = (self.threads.get(reference) for reference in (mail.in_reply_to, *reversed(mail.references)))
        latest = "" if heard.said is Said.REQUEST else self.latest.get(mail.from_address, "")
        thread = next((found for found in known if found), latest) or mail.message_id or mail.raw_digest
        self.threads[mail.message_id] = self.latest[mail.from_address] = thread
        return thread

    def _written(self, mail: InboundMail, response: Response, thread: str) -> EmailMessage:
        now, offer = self.clock.now(), response.offer
        papers = Papers(
            today=now.date(),
            contract=number(self.personality, "C", thread, now.date()),
            invoice=number(self.personality, "INV", thread, now.date()),
            total_minor=invoice_total(self.personality, offer).amount_minor if offer else 0,
        )
        attachment = None
        if response.act is Act.SEND_CONTRACT and offer is not None:
            terms = contract_terms(self.personality, offer, self._customer(mail), papers.contract, papers.today)
            in_word = Habit.SENDS_WORD in self.personality.habits
            attachment = (f"{papers.contract}.docx", contract_word(terms)) if in_word else (f"{papers.contract}.pdf", contract_pdf(terms))
        written = letter(self.personality, response, mail.from_name, papers, seed=self.seed)
        return answer(self.personality, mail, written, now, attachment, seed=self.seed)

    def _customer(self, mail: InboundMail) -> PaperParty:
        name = mail.from_name or mail.from_address
        return self.customer or PaperParty(name=name, email=mail.from_address, signatory=name, title="Owner")

    def _send(self, message: EmailMessage, to: str) -> None:
        with smtp_session(self._account(), self._password()) as client:
            try:
                client.send_message(message, from_addr=self.personality.mailbox, to_addrs=[to])
            except smtplib.SMTPException as error:
                raise UnavailableError(
                    f"{self.personality.name} could not send its answer: {error}", hint="Look at the sandbox's mail server."
                ) from error

    def _password(self) -> Secret:
        return Secret(self.server.accounts[self.personality.mailbox])

    def _account(self) -> MailAccount:
        host, tls = self.server.host, self.server.tls
        return MailAccount(
            address=self.personality.mailbox,
            name=self.personality.person,
            smtp=MailServer(host, self.server.smtp_port, Security.STARTTLS if tls else Security.NONE),
            imap=MailServer(host, self.server.imap_port, Security.TLS if tls else Security.NONE),
            certificate=self.server.tls_certificate,
        )


class VendorWorld:
    """All desks in one thread: `with SandboxMail({**mine, **vendor_accounts(vendors)}) as server, VendorWorld(server, vendors, clock): ...`.

    `customer` is us as we stand on contracts; without it the sender's name is used. `pause_seconds` lets a desk think before
    it answers; `diary` is a file in which dealings outlive the run. `stop` (or the end of `with`) raises what went wrong in the thread, if anything did.
    """

    def __init__(
        self,
        server: SandboxMail,
        vendors: Sequence[Personality],
        clock: Clock,
        seed: int = 0,
        *,
        customer: PaperParty | None = None,
        pause_seconds: float = 0.0,
        diary: Path | None = None,
    ) -> None:
        self._diary = diary
        self.desks = tuple(SalesDesk(vendor, server, clock, seed, customer) for vendor in vendors)
        self._server = server
        self._pause = pause_seconds
        self._stopping = threading.Event()
        self._failure: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="vendor-world", daemon=True)

    def start(self) -> Self:
        """Let the desks begin to read their mail."""
        if self._diary is not None:
            read_diary(self._diary, self.desks)
        self._thread.start()
        return self

    def stop(self) -> None:
        """End the thread after the mail at hand. Raises what went wrong in it."""
        self._stopping.set()
        self._server.wake()
        if self._thread.is_alive():
            self._thread.join()
        failure, self._failure = self._failure, None
        if failure is not None:
            raise failure

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def _run(self) -> None:
        try:
            while not self._stopping.is_set():
                seen = self._server.delivered
                answered = sum(desk.work() for desk in self.desks)
                if answered and self._diary is not None:
                    write_diary(self._diary, self.desks)
                self._server.wait_for_delivery(seen, seconds=_PATIENCE_SECONDS, unless=self._stopping.is_set)
                self._stopping.wait(self._pause)
        except Exception as error:  # noqa: BLE001  an edge: handed to the thread that calls stop()
            self._failure = error
