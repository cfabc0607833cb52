"""The mailboxes behind the sandbox's mail server, kept in memory by pymap."""

from __future__ import annotations

import ssl
from argparse import Namespace
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

SERVER_NAME = "sandbox.example"
LARGEST_MAIL = 64 * 1024 * 1024
"""Bytes that are accepted for one mail."""
SPECIAL_FOLDERS = ("Sent",)


class Mailboxes:
    """pymap's in-memory mailboxes, with delivery by address."""

    def __init__(self, login: Any, config: Any) -> None:
        self.login = login
        self.config = config

    @classmethod
    async def open(cls, accounts: Mapping[str, str]) -> Mailboxes:
        """Return a mailbox with its folders for each account, address to password."""
        from pymap.backend.dict import Config, Login
        from pymap.concurrent import Subsystem
        from pymap.user import UserMetadata
        from pysasl import SASLAuth
        from pysasl.hashing import Cleartext

        class QuickConfig(Config):
            # The originals ask the DNS, and search every installed package for plug-ins, on each connection.
            greeting = f"Server ready {SERVER_NAME}".encode()
            initial_auth = tls_auth = SASLAuth.named([b"PLAIN", b"LOGIN"])

        config = QuickConfig(
            Namespace(passlib_cfg=None, proxy_protocol=None),
            host="127.0.0.1",
            port=0,
            demo_data=False,
            demo_user="",
            demo_password="",
            hash_context=Cleartext(),
            cpu_subsystem=Subsystem.for_asyncio(),
            ssl_context=ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER),
            tls_enabled=False,  # STARTTLS: with tls=True the listening socket itself speaks TLS
            invalid_user_sleep=0.0,
            max_append_len=LARGEST_MAIL,
        )
        mailboxes = cls(Login(config), config)
        for address, password in accounts.items():
            mailboxes.login.users_dict[address] = UserMetadata(config, address, password=password)
            async with mailboxes._session(address) as session:
                for folder in SPECIAL_FOLDERS:
                    await session.mailbox_set.add_mailbox(folder)
        return mailboxes

    @asynccontextmanager
    async def _session(self, address: str) -> AsyncIterator[Any]:
        from pymap.backend.dict import Identity

        async with Identity(address, self.login, None, frozenset()).new_session() as session:
            yield session

    async def deliver(self, address: str, raw: bytes) -> None:
        """Put a mail into the inbox of an account."""
        from pymap.parsing.message import AppendMessage

        async with self._session(address) as session:
            inbox = await session.mailbox_set.get_mailbox("INBOX")
            await inbox.append(AppendMessage(raw, datetime.now(UTC), frozenset()), recent=True)
