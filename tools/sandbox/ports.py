"""The ports a connector is given, kept in memory: for tests, notebooks and the demo's simulated parties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from memory.domain.base import Digest, sha256_hex
from memory.domain.errors import NotFoundError
from memory.domain.evidence import Origin
from memory.domain.registry import Account, Contact, Payee, Signatory

Found = TypeVar("Found")


@dataclass
class MemoryEvidence:
    """An evidence store in a dictionary: digest to bytes, media type and origin."""

    kept: dict[Digest, tuple[bytes, str, Origin]] = field(default_factory=dict)

    def put(self, body: bytes, *, media_type: str, origin: Origin, source: str = "") -> Digest:  # noqa: ARG002
        """Keep the bytes and return their sha256."""
        digest = sha256_hex(body)
        self.kept.setdefault(digest, (body, media_type, origin))
        return digest

    def get(self, digest: Digest) -> bytes:
        """Return the bytes. Raises `NotFoundError`."""
        return _one(self.kept, digest, "evidence")[0]


@dataclass(frozen=True)
class MemoryRegistry:
    """A registry of parties in dictionaries, by id."""

    payees: Mapping[str, Payee] = field(default_factory=dict)
    contacts: Mapping[str, Contact] = field(default_factory=dict)
    signatories: Mapping[str, Signatory] = field(default_factory=dict)
    accounts: Mapping[str, Account] = field(default_factory=dict)

    def payee(self, payee_id: str) -> Payee:
        """Return the payee. Raises `NotFoundError`."""
        return _one(self.payees, payee_id, "payee")

    def contact(self, contact_id: str) -> Contact:
        """Return the contact. Raises `NotFoundError`."""
        return _one(self.contacts, contact_id, "contact")

    def signatory(self, signatory_id: str) -> Signatory:
        """Return the signatory. Raises `NotFoundError`."""
        return _one(self.signatories, signatory_id, "signatory")

    def account(self, account_id: str) -> Account:
        """Return the account. Raises `NotFoundError`."""
        return _one(self.accounts, account_id, "account")


@dataclass
class SetClock:
    """A clock that stands still until it is moved."""

    at: datetime = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)

    def now(self) -> datetime:
        """Return the set instant."""
        return self.at

    def move(self, by: timedelta) -> None:
        """Move the clock."""
        self.at += by


def _one(kept: Mapping[str, Found], party_id: str, what: str) -> Found:
    try:
        return kept[party_id]
    except KeyError:
        raise NotFoundError(f"there is no {what} {party_id}", hint=f"Add the {what} to the registry; only the operator can.") from None
