"""A real SMTP and IMAP server on loopback: aiosmtpd and pymap in one event loop in one background thread.

Mail is delivered by ENVELOPE (RCPT TO), never by the To header, into one mailbox per account, kept in memory. Both sides ask
for a login, and an account may only send under its own address. With `tls=True` SMTP demands STARTTLS and IMAP speaks TLS
from the first byte, with a certificate made for this run (`tls_certificate`). Ports are chosen by the system.

Faults for tests, armed with `fail_next`: `reject` (550), `tempfail` (451), `drop_after_data` (delivered, then the connection
is cut before the answer) and `lose_after_data` (cut, and not delivered).
"""

from __future__ import annotations

import asyncio
import hmac
import ssl
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Any, Literal, Self

from tools.sandbox.mail_certificate import make_certificate
from tools.sandbox.mailboxes import LARGEST_MAIL, SERVER_NAME, Mailboxes

Fault = Literal["reject", "tempfail", "drop_after_data", "lose_after_data"]

HOST = "127.0.0.1"


class SandboxMail:
    """The server as a context manager: `with SandboxMail({"me@buyer.example": "pw"}) as server: server.smtp_port ...`.

    `accounts` maps address to password; other recipients are refused with 550. After `start` the attributes `smtp_port`,
    `imap_port` and, with `tls=True`, `tls_certificate` (PEM) are set. A stopped server cannot be started again.
    """

    host = HOST

    def __init__(self, accounts: Mapping[str, str], *, tls: bool = False) -> None:
        self.accounts = {address.lower(): password for address, password in accounts.items()}
        self.tls = tls
        self.smtp_port = 0
        self.imap_port = 0
        self.tls_certificate = ""
        self.delivered = 0
        self._faults: deque[Fault] = deque()
        self._arrival = threading.Condition()
        self._ready = threading.Event()
        self._failure: BaseException | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._thread = threading.Thread(target=self._run, name="sandbox-mail", daemon=True)

    def start(self) -> Self:
        """Start both servers and return once they accept connections. Raises what went wrong in the thread."""
        self._thread.start()
        self._ready.wait()
        if self._failure is not None:
            self._thread.join()
            raise self._failure
        return self

    def stop(self) -> None:
        """Close every connection and end the thread. Stopping twice is fine."""
        if self._thread.is_alive() and self._loop is not None and self._stop is not None:
            self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()
        self.wake()

    def fail_next(self, fault: Fault, *, times: int = 1) -> None:
        """Let the next `times` mails (after their DATA) meet a fault."""
        self._faults.extend([fault] * times)

    def wait_for_delivery(self, beyond: int, *, seconds: float, unless: Callable[[], bool] = lambda: False) -> int:
        """Return the number of mails delivered so far once it exceeds `beyond`, at the latest after `seconds`.

        `unless` ends the wait early; whoever makes it true calls `wake`.
        """
        with self._arrival:
            self._arrival.wait_for(lambda: self.delivered > beyond or unless(), timeout=seconds)
            return self.delivered

    def wake(self) -> None:
        """Let whoever waits for a delivery look at its reason to stop waiting."""
        with self._arrival:
            self._arrival.notify_all()

    def client_tls(self) -> ssl.SSLContext:
        """Return a client context which trusts this run's certificate and nothing else."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(cadata=self.tls_certificate)
        return context

    def take_fault(self) -> Fault | None:
        """Return the fault armed for this mail, if any, and disarm it."""
        return self._faults.popleft() if self._faults else None

    def count_delivery(self) -> None:
        """Count one mail put into mailboxes and wake whoever waits for it."""
        with self._arrival:
            self.delivered += 1
            self._arrival.notify_all()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def _run(self) -> None:
        try:
            asyncio.run(self._serve())
        except BaseException as error:  # noqa: BLE001  handed to the thread that called start()
            self._failure = error
        finally:
            self._ready.set()

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        context = self._server_tls() if self.tls else None
        mailboxes = await Mailboxes.open(self.accounts)
        connections: set[asyncio.BaseTransport] = set()
        async with _imap_server(mailboxes, context) as imap_port, _smtp_server(self, mailboxes, context, connections) as smtp_port:
            self.imap_port, self.smtp_port = imap_port, smtp_port
            self._ready.set()
            await self._stop.wait()
            for transport in connections:
                transport.close()
        await _finish_tasks()

    def _server_tls(self) -> ssl.SSLContext:
        certificate, key = make_certificate()
        self.tls_certificate = certificate.decode()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        with TemporaryDirectory() as folder:  # load_cert_chain reads files only
            (Path(folder) / "cert.pem").write_bytes(certificate)
            (Path(folder) / "key.pem").write_bytes(key)
            context.load_cert_chain(Path(folder) / "cert.pem", Path(folder) / "key.pem")
        return context


class _Delivery:
    """The SMTP side's rules: log in, send as yourself, to known recipients; then deliver, or fail as told."""

    def __init__(self, server: SandboxMail, mailboxes: Mailboxes) -> None:
        self._server = server
        self._mailboxes = mailboxes

    def authenticate(self, _smtp: Any, _session: Any, _envelope: Any, _mechanism: str, login: Any) -> Any:
        from aiosmtpd.smtp import AuthResult, LoginPassword

        if isinstance(login, LoginPassword):
            name = login.login.decode("utf-8", "replace").lower()
            password = self._server.accounts.get(name)
            if password is not None and hmac.compare_digest(password.encode(), login.password):
                return AuthResult(success=True, auth_data=name)
        return AuthResult(success=False, handled=False)

    async def handle_MAIL(self, _smtp: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        if not session.authenticated:
            return "530 5.7.0 Authentication required"
        if address.lower() != session.auth_data:
            return "553 5.7.1 Send under your own address"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(self, _smtp: Any, _session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        if address.lower() not in self._server.accounts:
            return "550 5.1.1 No such mailbox here"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, smtp: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        fault = self._server.take_fault()
        if fault == "reject":
            return "550 5.7.1 Refused by policy"
        if fault == "tempfail":
            return "451 4.3.0 Try again later"
        if fault != "lose_after_data":
            for address in dict.fromkeys(recipient.lower() for recipient in envelope.rcpt_tos):
                await self._mailboxes.deliver(address, envelope.original_content)
            self._server.count_delivery()
        if fault in {"drop_after_data", "lose_after_data"}:
            smtp.transport.abort()
            await asyncio.sleep(3600)  # cancelled when the lost connection is noticed: no answer is ever written
        return "250 OK"


@asynccontextmanager
async def _smtp_server(
    server: SandboxMail, mailboxes: Mailboxes, context: ssl.SSLContext | None, connections: set[asyncio.BaseTransport]
) -> AsyncIterator[int]:
    from aiosmtpd.smtp import SMTP, Session

    delivery = _Delivery(server, mailboxes)
    loop = asyncio.get_running_loop()

    class QuietSession(Session):
        login_data = None  # the original logs a deprecation warning on each login, set by aiosmtpd itself

    class Peer(SMTP):
        def _create_session(self) -> QuietSession:
            return QuietSession(loop)

        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            connections.add(transport)
            super().connection_made(transport)

        def connection_lost(self, error: Exception | None) -> None:
            connections.discard(self.transport)
            super().connection_lost(error)

    def peer() -> Peer:
        return Peer(
            delivery,
            loop=loop,
            hostname=SERVER_NAME,
            data_size_limit=LARGEST_MAIL,
            enable_SMTPUTF8=True,
            authenticator=delivery.authenticate,
            auth_require_tls=context is not None,
            tls_context=context,
            require_starttls=context is not None,
        )

    listening = await loop.create_server(peer, HOST, 0)
    async with listening:
        yield listening.sockets[0].getsockname()[1]


@asynccontextmanager
async def _imap_server(mailboxes: Mailboxes, context: ssl.SSLContext | None) -> AsyncIterator[int]:
    from proxyprotocol.sock import SocketInfoLocal
    from pymap.imap import IMAPServer

    serve = IMAPServer(mailboxes.login, mailboxes.config)

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await serve(reader, writer, SocketInfoLocal(writer.transport))
        except ConnectionError:
            pass  # the client went away in the middle of an answer
        finally:
            writer.close()

    listening = await asyncio.start_server(connected, HOST, 0, ssl=context)
    async with listening:
        yield listening.sockets[0].getsockname()[1]


async def _finish_tasks() -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
