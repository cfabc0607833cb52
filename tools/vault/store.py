"""The vault file: every secret under its own data key, every data key wrapped by the master key.

A row's ciphertexts are bound to the secret's name and version, and a sealed index holds the digest of each row: a row
that was altered, swapped with another, taken out or put back from an older file is noticed. An older copy of the whole
file is not; that needs a counter outside of it. Names are in clear, so that a check can list them; values never are.
"""

from __future__ import annotations

import contextlib
import json
import re
import secrets
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

from memory.domain.base import JsonObject, canonical_json, digest_of
from memory.domain.errors import ConflictError, InputError, IntegrityError, NotFoundError, RefusedError
from tools.atomic_file import locked, write_atomically
from tools.vault.keys import KEY_BYTES, MasterKey
from tools.vault.redaction import Redaction
from tools.vault.sealing import BrokenSealError, seal, unseal
from tools.vault.secret import Secret

_FORMAT = 1
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
_CHECK = b"quartermaster vault"


class Vault:
    """Named secrets in one encrypted file, safe for several processes on one machine.

    Open with `Vault.create` or `Vault.open`. Every secret that is read is made known to `redaction`, if given.
    """

    def __init__(self, path: Path, key: bytes, redaction: Redaction | None) -> None:
        self._path, self._key, self._redaction = path, key, redaction

    @classmethod
    def create(cls, path: Path, master: MasterKey, *, redaction: Redaction | None = None) -> Vault:
        """Make an empty vault. Raises `ConflictError` when there is one already."""
        if path.exists():
            raise ConflictError(f"there is already a vault {path.name}", hint="Open it, or move it away first.")
        key, remembered = master.create()
        vault = cls(path, key, redaction)
        with locked(path):
            vault._write(remembered, {})
        return vault

    @classmethod
    def open(cls, path: Path, master: MasterKey, *, redaction: Redaction | None = None) -> Vault:
        """Open a vault. Raises `NotFoundError`, `RefusedError` for a wrong passphrase or key, `IntegrityError`."""
        content = _read(path)
        key = master.recover(content["master"])
        try:
            unseal(key, content["check"], "check")
        except BrokenSealError:
            raise RefusedError(
                "the vault does not open: wrong passphrase or key file", hint="Try again with the one it was made with."
            ) from None
        vault = cls(path, key, redaction)
        vault._rows()
        return vault

    def names(self) -> tuple[str, ...]:
        """Return the names of all secrets, sorted."""
        return tuple(sorted(self._rows()[1]))

    def get(self, name: str) -> Secret:
        """Return one secret. Raises `NotFoundError`, `IntegrityError`."""
        row = self._rows()[1].get(name)
        if row is None:
            raise NotFoundError(
                f"there is no secret {name!r} in the vault", hint="Put it into the vault first; the check of the home lists what is there."
            )
        secret = Secret(self._opened(name, row))
        if self._redaction:
            self._redaction.learn(secret)
        return secret

    def put(self, name: str, secret: Secret) -> int:
        """Store a secret, replacing an older one, and return its version: 1, 2, … Raises `InputError` for a bad name."""
        if not _NAME.fullmatch(name):
            raise InputError(f"{name!r} is not a secret's name", hint="Use a-z, 0-9, dot, dash and underscore, for example mail.password.")
        with self._changing() as (_, rows):
            version = rows[name]["version"] + 1 if name in rows else 1
            rows[name] = self._row(name, version, secret.reveal())
        return int(version)

    def ensure(self, name: str, make: Callable[[], Secret]) -> Secret:
        """Return one secret, made by `make` when there is none yet; two processes that ask at once get the same."""
        if name not in self._rows()[1]:
            with self._changing() as (_, rows):
                if name not in rows:
                    rows[name] = self._row(name, 1, make().reveal())
        return self.get(name)

    def delete(self, name: str) -> None:
        """Remove a secret. Raises `NotFoundError`."""
        with self._changing() as (_, rows):
            if rows.pop(name, None) is None:
                raise NotFoundError(
                    f"there is no secret {name!r} in the vault", hint="The check of the home lists the names that are there."
                )

    def rotate(self, master: MasterKey) -> None:
        """Move to another master key: every secret gets a fresh data key, in one atomic write."""
        with locked(self._path):
            rows = self._rows()[1]
            opened = {name: (row["version"], self._opened(name, row)) for name, row in rows.items()}
            self._key, remembered = master.create()
            self._write(remembered, {name: self._row(name, version, body) for name, (version, body) in opened.items()})

    def scoped(self, names: Collection[str]) -> Callable[[str], Secret]:
        """Return a reader of these secrets only; any other name raises `RefusedError`. Made for one connector."""
        allowed = frozenset(names)

        def read(name: str) -> Secret:
            if name not in allowed:
                raise RefusedError(f"this connector may not read the secret {name!r}", hint="A connector declares the secrets it needs.")
            return self.get(name)

        return read

    def _row(self, name: str, version: int, body: bytes) -> JsonObject:
        data_key = secrets.token_bytes(KEY_BYTES)
        return {
            "version": version,
            "key": seal(self._key, data_key, "key", name, version),
            "body": seal(data_key, body, "body", name, version),
        }

    def _opened(self, name: str, row: JsonObject) -> bytes:
        try:
            data_key = unseal(self._key, row["key"], "key", name, row["version"])
            return unseal(data_key, row["body"], "body", name, row["version"])
        except (BrokenSealError, KeyError):
            raise _altered(self._path) from None

    def _rows(self) -> tuple[JsonObject, dict[str, Any]]:
        """Read the file and compare it with its sealed index."""
        content = _read(self._path)
        try:
            index = json.loads(unseal(self._key, content["index"], "index"))
        except BrokenSealError:
            raise _altered(self._path) from None
        rows = content["secrets"]
        if not isinstance(rows, dict) or index != {name: digest_of(row) for name, row in rows.items()}:
            raise _altered(self._path)
        return content["master"], rows

    @contextlib.contextmanager
    def _changing(self) -> Iterator[tuple[JsonObject, dict[str, Any]]]:
        with locked(self._path):
            remembered, rows = self._rows()
            yield remembered, rows
            self._write(remembered, rows)

    def _write(self, remembered: JsonObject, rows: dict[str, Any]) -> None:
        content = {
            "format": _FORMAT,
            "master": remembered,
            "check": seal(self._key, _CHECK, "check"),
            "index": seal(self._key, canonical_json({name: digest_of(row) for name, row in rows.items()}), "index"),
            "secrets": rows,
        }
        write_atomically(self._path, json.dumps(content, indent=1, sort_keys=True).encode())


def _altered(path: Path) -> IntegrityError:
    return IntegrityError(
        f"{path.name} was altered outside of the vault", hint="Restore it from a backup, and change the credentials it held."
    )


def _read(path: Path) -> JsonObject:
    try:
        content = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise NotFoundError(f"there is no vault {path.name}", hint="Make one with: qm init") from None
    except ValueError:
        raise IntegrityError(f"{path.name} is not a vault file", hint="Restore it from a backup.") from None
    if not isinstance(content, dict) or content.get("format") != _FORMAT or not {"master", "check", "index", "secrets"} <= content.keys():
        raise IntegrityError(f"{path.name} is not a vault file of format {_FORMAT}", hint="Restore it from a backup.")
    return content
