"""Where the master key comes from: the operator's passphrase, or a key file for machines without an operator at hand."""

from __future__ import annotations

import base64
import binascii
import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from memory.domain.base import JsonObject
from memory.domain.errors import IntegrityError, NotFoundError, RefusedError
from tools.vault.secret import Secret

KEY_BYTES = 32
# RFC 9106, section 4, second recommended option: argon2id with t=3, m=64 MiB, p=4, a salt of 128 bits.
_PASSES, _MEMORY_KIB, _LANES, _SALT_BYTES = 3, 64 * 1024, 4, 16
_MOST_PASSES, _MOST_MEMORY_KIB = 12, 1024 * 1024


class MasterKey(Protocol):
    """A way to get the key that wraps every data key."""

    def create(self) -> tuple[bytes, JsonObject]:
        """Return a new key of 32 bytes, and what the vault file must remember (in clear) to find it again."""

    def recover(self, remembered: JsonObject) -> bytes:
        """Return the key again. Raises `RefusedError`, `NotFoundError` or `IntegrityError`."""


@dataclass(frozen=True)
class PassphraseKey:
    """The master key is derived from a passphrase with argon2id; about 0.2 s and 64 MiB for each opening."""

    passphrase: Secret

    def create(self) -> tuple[bytes, JsonObject]:
        """Derive a key with a fresh salt. Raises `RefusedError` for a passphrase of fewer than 8 characters."""
        if len(self.passphrase.text()) < 8:
            raise RefusedError("the passphrase is shorter than 8 characters", hint="Choose a longer one, for example four words.")
        remembered: JsonObject = {
            "by": "argon2id",
            "salt": base64.b64encode(secrets.token_bytes(_SALT_BYTES)).decode(),
            "passes": _PASSES,
            "memory_kib": _MEMORY_KIB,
            "lanes": _LANES,
        }
        return self.recover(remembered), remembered

    def recover(self, remembered: JsonObject) -> bytes:
        """Derive the key again. Costs are bounded, so that an altered file cannot exhaust the machine."""
        from argon2.low_level import Type, hash_secret_raw

        if remembered.get("by") != "argon2id":
            raise RefusedError("this vault is opened by a key file, not by a passphrase", hint="Unset QM_VAULT_PASSPHRASE, and try again.")
        passes, memory, lanes = (remembered.get(name) for name in ("passes", "memory_kib", "lanes"))
        if not (
            type(passes) is type(memory) is type(lanes) is int and passes <= _MOST_PASSES and memory <= _MOST_MEMORY_KIB and lanes <= 16
        ):
            raise IntegrityError("the vault's key settings were altered", hint="Restore the vault from a backup.")
        salt = base64.b64decode(remembered["salt"])
        return hash_secret_raw(self.passphrase.reveal(), salt, passes, memory, lanes, KEY_BYTES, Type.ID)


@dataclass(frozen=True)
class KeyFile:
    """The master key is kept in a file that only its owner may read (mode 0600)."""

    path: Path

    def create(self) -> tuple[bytes, JsonObject]:
        """Make the file, or use the one that is there."""
        if not self.path.exists():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
        remembered: JsonObject = {"by": "keyfile"}
        return self.recover(remembered), remembered

    def recover(self, remembered: JsonObject) -> bytes:
        """Read the key. Refuses a file that others may read."""
        if remembered.get("by") != "keyfile":
            raise RefusedError(
                "this vault is opened by a passphrase, not by a key file", hint="Set QM_VAULT_PASSPHRASE for this command, and try again."
            )
        if not self.path.is_file():
            raise NotFoundError(
                f"there is no key file {self.path.name}", hint="Restore it from where you keep your keys; it cannot be made anew."
            )
        if os.name == "posix" and stat.S_IMODE(self.path.stat().st_mode) & 0o077:
            raise RefusedError(f"others may read the key file {self.path.name}", hint=f"Run: chmod 600 {self.path}")
        try:
            key = base64.b64decode(self.path.read_bytes().strip(), validate=True)
        except binascii.Error:
            key = b""
        if len(key) != KEY_BYTES:
            raise IntegrityError(f"{self.path.name} is not a key file", hint="Restore the key file from where you keep your keys.")
        return key
