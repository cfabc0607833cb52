"""The operator's seal: an Ed25519 key (RFC 8032) in the vault, by which the dispatcher knows what the operator really said.

The entry also holds `since`, the ledger's running number at which the key was made: what stood in the ledger by then was
written before there were seals, and counts as it stood. What stood there is kept as well, as the digest of each such word at its
place: nothing can be put among it, or changed in it, later. Making the key twice keeps the first one.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from memory.domain.base import Digest, JsonObject, sha256_hex
from memory.domain.errors import IntegrityError
from memory.domain.seal import Seal
from tools.vault.secret import Secret
from tools.vault.store import Vault

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

OPERATOR_SEAL = "operator-seal"
_BEFORE = "before"


@dataclass(frozen=True)
class OperatorSeal:
    """Seals, and checks seals. Open with `OperatorSeal.of`."""

    _key: Ed25519PrivateKey
    since: int
    before: Mapping[str, Digest] = field(default_factory=dict)

    @classmethod
    def of(cls, vault: Vault, ledger_end: Callable[[], int], said: Callable[[int], Mapping[int, Digest]]) -> OperatorSeal:
        """Return the seal of a vault, made on first use; `ledger_end` gives the running number of the ledger's last event.

        `said` gives the digests of the words that stand in the ledger up to a running number, by theirs; an entry that was made
        before they were kept is completed. Raises `IntegrityError` when the entry is not a seal.
        """
        secret = vault.ensure(OPERATOR_SEAL, lambda: _made(ledger_end(), said))
        if _BEFORE not in _entry(secret):
            secret = _completed(_entry(secret), said)
            vault.put(OPERATOR_SEAL, secret)
        return cls._read(secret)

    @classmethod
    def _read(cls, secret: Secret) -> OperatorSeal:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        entry = _entry(secret)
        try:
            return cls(Ed25519PrivateKey.from_private_bytes(base64.b64decode(entry["private"])), int(entry["since"]), entry[_BEFORE])
        except (ValueError, KeyError, TypeError):
            raise _no_key() from None

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
            return seq <= self.since and self.before.get(str(seq)) == sha256_hex(statement)
        from cryptography.exceptions import InvalidSignature

        try:
            self._key.public_key().verify(bytes.fromhex(seal.signature), statement)
        except (InvalidSignature, ValueError):
            return False
        return seal.key == self.public


def _made(since: int, said: Callable[[int], Mapping[int, Digest]]) -> Secret:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    private = Ed25519PrivateKey.generate().private_bytes_raw()
    return _completed({"private": base64.b64encode(private).decode(), "since": since}, said)


def _completed(entry: JsonObject, said: Callable[[int], Mapping[int, Digest]]) -> Secret:
    before = said(int(entry["since"])) if entry["since"] else {}
    return Secret(json.dumps({**entry, _BEFORE: {str(seq): digest for seq, digest in before.items()}}))


def _entry(secret: Secret) -> JsonObject:
    try:
        entry = json.loads(secret.reveal())
    except ValueError:
        entry = None
    if not isinstance(entry, dict) or not {"private", "since"} <= entry.keys():
        raise _no_key()
    return entry


def _no_key() -> IntegrityError:
    return IntegrityError(f"the vault's {OPERATOR_SEAL} is not a key", hint="restore the vault from a backup")
