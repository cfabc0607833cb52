"""The operator's seal: an Ed25519 key (RFC 8032) in the vault, by which the dispatcher knows what the operator really said.

The entry also holds `since`, the ledger's running number at which the key was made: what stood in the ledger by then was
written before there were seals, and counts as it stands. Making the key twice keeps the first one.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from memory.domain.errors import IntegrityError
from memory.domain.seal import Seal
from tools.vault.secret import Secret
from tools.vault.store import Vault

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

OPERATOR_SEAL = "operator-seal"


@dataclass(frozen=True)
class OperatorSeal:
    """Seals, and checks seals. Open with `OperatorSeal.of`."""

    _key: Ed25519PrivateKey
    since: int

    @classmethod
    def of(cls, vault: Vault, ledger_end: Callable[[], int]) -> OperatorSeal:
        """Return the seal of a vault, made on first use; `ledger_end` gives the running number of the ledger's last event.

        Raises `IntegrityError` when the entry is not a seal.
        """
        return cls._read(vault.ensure(OPERATOR_SEAL, lambda: _made(ledger_end())))

    @classmethod
    def _read(cls, secret: Secret) -> OperatorSeal:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        try:
            entry = json.loads(secret.reveal())
            return cls(Ed25519PrivateKey.from_private_bytes(base64.b64decode(entry["private"])), int(entry["since"]))
        except (ValueError, KeyError, TypeError):
            raise IntegrityError(f"the vault's {OPERATOR_SEAL} is not a key", hint="restore the vault from a backup") from None

    @property
    def public(self) -> str:
        """The public key, in hexadecimal."""
        return self._key.public_key().public_bytes_raw().hex()

    def seal(self, statement: bytes) -> Seal:
        """Return the seal on a statement."""
        return Seal(key=self.public, signature=self._key.sign(statement).hex())

    def holds(self, statement: bytes, seal: Seal | None, seq: int) -> bool:
        """Whether the operator said this: sealed with this key, or written before the key was made."""
        if seal is None:
            return seq <= self.since
        from cryptography.exceptions import InvalidSignature

        try:
            self._key.public_key().verify(bytes.fromhex(seal.signature), statement)
        except (InvalidSignature, ValueError):
            return False
        return seal.key == self.public


def _made(since: int) -> Secret:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = Ed25519PrivateKey.generate().private_bytes_raw()
    return Secret(json.dumps({"private": base64.b64encode(private).decode(), "since": since}))
