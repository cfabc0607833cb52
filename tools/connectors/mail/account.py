"""The operator's mail account: where its servers are, and how a connection to each is opened."""

from __future__ import annotations

import imaplib
import smtplib
import socket
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from typing import TYPE_CHECKING

from memory.domain.errors import InputError, UnavailableError
from tools.vault.secret import Secret

if TYPE_CHECKING:
    from imap_tools.mailbox import BaseMailBox

TIMEOUT_SECONDS = 30.0
CREDENTIAL = "mail"
"""The name of the account's password in the vault."""
SETTINGS = frozenset(
    (
        *("mail_address", "mail_name", "mail_user", "mail_certificate", "mail_sent_folder"),
        *("smtp_host", "smtp_port", "smtp_security", "imap_host", "imap_port", "imap_security"),
    )
)


class Security(StrEnum):
    """How a connection is protected: TLS from the first byte, upgraded by STARTTLS, or (on loopback only) not at all."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True)
class MailServer:
    """One server of an account."""

    host: str
    port: int
    security: Security

    def __post_init__(self) -> None:
        if self.security is Security.NONE and not _is_loopback(self.host):
            raise InputError(f"the mail server {self.host} would get the password unencrypted", hint="Set its security to tls or starttls.")


@dataclass(frozen=True)
class MailAccount:
    """An account: our address and name, the login, both servers.

    `certificate` (PEM text, or the path of a PEM file) is trusted besides the system's own.
    """

    address: str
    smtp: MailServer
    imap: MailServer
    name: str = ""
    user: str = ""
    certificate: str = ""
    sent_folder: str = ""
    timeout_seconds: float = TIMEOUT_SECONDS

    @property
    def login(self) -> str:
        """The user name: the address unless another was given."""
        return self.user or self.address

    @property
    def domain(self) -> str:
        """The part of our address behind the @, under which Message-IDs are minted."""
        return self.address.rpartition("@")[2]

    @classmethod
    def from_settings(cls, settings: Mapping[str, str]) -> MailAccount:
        """Return the account of the settings named in `SETTINGS`. Raises `InputError` naming what is missing or wrong."""
        return cls(
            address=_needed(settings, "mail_address"),
            name=settings.get("mail_name", ""),
            user=settings.get("mail_user", ""),
            smtp=_server(settings, "smtp", {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}),
            imap=_server(settings, "imap", {Security.STARTTLS: 143, Security.TLS: 993, Security.NONE: 143}),
            certificate=settings.get("mail_certificate", ""),
            sent_folder=settings.get("mail_sent_folder", ""),
        )

    def client_tls(self) -> ssl.SSLContext:
        """Return the TLS rules of our connections: verified names and certificates."""
        context = ssl.create_default_context()
        if self.certificate.startswith("-----BEGIN"):
            context.load_verify_locations(cadata=self.certificate)
        elif self.certificate:
            context.load_verify_locations(cafile=self.certificate)
        return context


def _needed(settings: Mapping[str, str], name: str) -> str:
    value = settings.get(name, "")
    if not value:
        raise InputError(f"the setting {name} is missing", hint=f"Add {name} to the settings of the mail account.")
    return value


def _server(settings: Mapping[str, str], kind: str, ports: Mapping[Security, int]) -> MailServer:
    host = _needed(settings, f"{kind}_host")
    default = Security.STARTTLS if kind == "smtp" else Security.TLS
    try:
        security = Security(settings.get(f"{kind}_security", "") or default)
        port = int(settings.get(f"{kind}_port", "") or ports[security])
    except ValueError as error:
        raise InputError(
            f"the {kind} settings are wrong: {error}", hint=f"{kind}_security is tls, starttls or none; {kind}_port a number."
        ) from None
    return MailServer(host, port, security)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


@contextmanager
def smtp_session(account: MailAccount, password: Secret) -> Iterator[smtplib.SMTP]:
    """Open a logged-in SMTP connection. Raises `UnavailableError`: up to here nothing was sent."""
    client = _connected(account)
    try:
        try:
            client.ehlo_or_helo_if_needed()
            if account.smtp.security is Security.STARTTLS:
                client.starttls(context=account.client_tls())
            client.login(account.login, password.text())
        except smtplib.SMTPAuthenticationError as error:
            raise UnavailableError("the mail server refused the login", hint="Check the mail account's user and password.") from error
        except (smtplib.SMTPException, OSError) as error:
            raise _unavailable("SMTP", account.smtp, error) from error
        yield client
    finally:
        _say_goodbye(client)


def _connected(account: MailAccount) -> smtplib.SMTP:
    server = account.smtp
    try:
        if server.security is Security.TLS:
            return smtplib.SMTP_SSL(server.host, server.port, account.domain, timeout=account.timeout_seconds, context=account.client_tls())
        # Greeting with our domain: the default asks the DNS for this machine's name, and tells it.
        return smtplib.SMTP(server.host, server.port, account.domain, timeout=account.timeout_seconds)
    except (smtplib.SMTPException, OSError) as error:
        raise _unavailable("SMTP", server, error) from error


def _say_goodbye(client: smtplib.SMTP) -> None:
    try:
        client.quit()
    except (smtplib.SMTPException, OSError):
        pass  # the connection is gone already
    finally:
        client.close()


@contextmanager
def mailbox_session(account: MailAccount, password: Secret) -> Iterator[BaseMailBox]:
    """Open a logged-in IMAP connection with no folder selected. Raises `UnavailableError`, also for what breaks inside."""
    from imap_tools.errors import MailboxLoginError
    from imap_tools.errors import UnexpectedCommandStatusError as WrongStatusError

    box = None
    try:
        box = _opened(account)
        # imaplib sends a literal and its end apart; without this each APPEND waits 40 ms for a delayed acknowledgement.
        box.client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        box.login(account.login, password.text(), initial_folder=None)
        yield box
    except MailboxLoginError as error:
        raise UnavailableError("the mailbox refused the login", hint="Check the mail account's user and password.") from error
    except (imaplib.IMAP4.error, WrongStatusError, OSError) as error:
        raise _unavailable("IMAP", account.imap, error) from error
    finally:
        if box is not None:
            _log_out(box)


def _opened(account: MailAccount) -> BaseMailBox:
    from imap_tools.mailbox import MailBox, MailBoxStartTls, MailBoxUnencrypted

    server, wait = account.imap, account.timeout_seconds
    if server.security is Security.TLS:
        return MailBox(server.host, server.port, timeout=wait, ssl_context=account.client_tls())
    if server.security is Security.STARTTLS:
        return MailBoxStartTls(server.host, server.port, timeout=wait, ssl_context=account.client_tls())
    return MailBoxUnencrypted(server.host, server.port, timeout=wait)


def _log_out(box: BaseMailBox) -> None:
    try:
        box.client.logout()
    except (imaplib.IMAP4.error, OSError):
        box.client.shutdown()


def _unavailable(what: str, server: MailServer, error: Exception) -> UnavailableError:
    return UnavailableError(
        f"the {what} server {server.host}:{server.port} does not answer as it should: {error}",
        hint="Check the network and the mail account's settings; it will be tried again.",
    )
