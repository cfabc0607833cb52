"""A home: the folder that holds everything of one operator, and how it is made."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from app.settings import CONFIG_FILE, DATABASE_FILE, Settings
from memory.database import open_database, sqlite_url
from memory.domain.errors import IntegrityError, NotFoundError
from tools.atomic_file import write_atomically

if TYPE_CHECKING:
    from memory.domain.clock import Clock
    from tools.vault import Vault

POLICY_FILE = "policy.yaml"


@dataclass(frozen=True)
class Home:
    """Where everything lies."""

    root: Path

    @property
    def config(self) -> Path:
        """The operator's settings."""
        return self.root / CONFIG_FILE

    @property
    def policy(self) -> Path:
        """The operator's working copy of the policy; what is in force is the adopted version in the ledger."""
        return self.root / POLICY_FILE

    @property
    def database(self) -> Path:
        """Ledger, projections, outbox, evidence, jobs and checkpoints."""
        return self.root / DATABASE_FILE

    @property
    def files(self) -> Path:
        """What is written for the operator: payments, calendar, contracts, the catalogue."""
        return self.root / "files"

    @property
    def recall(self) -> Path:
        """Chroma's folder."""
        return self.root / "chroma"

    @property
    def vault(self) -> Path:
        """The encrypted credentials."""
        return self.root / "vault.json"

    @property
    def key(self) -> Path:
        """The vault's key file, readable by its owner only."""
        return self.root / "keys" / "vault.key"

    @property
    def door_book(self) -> Path:
        """The dispatcher's own list of stops and of calls that committed the operator."""
        return self.root / "door.book"

    @property
    def exists(self) -> bool:
        """Whether a home was made here."""
        return self.config.is_file()

    def database_url(self, settings: Settings) -> str:
        """Return the database's address: the one that is set, else the SQLite file of this home."""
        return settings.database_url or sqlite_url(self.database)


def existing_home(root: Path) -> Home:
    """Return the home at `root`; raises `NotFoundError` when none was made there."""
    home = Home(root)
    if not home.exists:
        raise NotFoundError(f"there is no home at {root}", hint="make one: qm init, or try the demo: qm demo")
    return home


def lay_out(root: Path, config: dict[str, object]) -> Home:
    """Make the folder, its config.toml and policy.yaml; what is there already is left as it is.

    The folder is closed to others: the database in it holds every mail, contract and payment, whatever the umask makes of its file.
    """
    home = Home(root)
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    home.files.mkdir(parents=True, exist_ok=True)
    if not home.config.exists():
        write_atomically(home.config, as_toml(config).encode())
    if not home.policy.exists():
        write_atomically(home.policy, (files("graphs.policy") / "sample_policy.yaml").read_bytes())
    return home


def as_toml(config: dict[str, object]) -> str:
    """Return settings as TOML: scalars first, then one table per nested mapping."""
    lines = ["# Quartermaster. Flags and QM_* variables come before this file. Secrets are in the vault: qm vault put NAME", ""]
    lines += [f"{name} = {_toml(value)}" for name, value in config.items() if not isinstance(value, dict)]
    for name, table in config.items():
        if isinstance(table, dict):
            lines += ["", f"[{name}]", *(f"{key} = {_toml(value)}" for key, value in table.items())]
    return "\n".join(lines) + "\n"


def _toml(value: object) -> str:
    # JSON's strings are TOML's but for DEL, which TOML wants escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def open_vault(home: Home, settings: Settings) -> Vault:
    """Return the home's vault, made with a key file (or the passphrase of `QM_VAULT_PASSPHRASE`) when there is none yet: the only door.

    Raises `RefusedError` when it does not open, `IntegrityError` when it is gone from a home in use.
    """
    from tools.vault import KeyFile, PassphraseKey, Secret, Vault

    passphrase = settings.vault_passphrase.get_secret_value()
    master = PassphraseKey(Secret(passphrase)) if passphrase else KeyFile(home.key)
    if home.vault.exists():
        return Vault.open(home.vault, master)
    _refuse_lost_vault(home, settings)
    return Vault.create(home.vault, master)


def _refuse_lost_vault(home: Home, settings: Settings) -> None:
    """A new vault must never take the place of one that is gone: it would know neither the credentials nor the operator's seal."""
    import sqlalchemy as sa

    from memory.vouching import anything_sealed

    if not settings.database_url and not home.database.exists():
        return
    database = open_database(home.database_url(settings))
    try:
        in_use = sa.inspect(database).has_table("events") and anything_sealed(database)
    finally:
        database.dispose()
    if in_use:
        raise IntegrityError(
            f"the vault is gone: {home.vault}", hint="restore it, and its key, from a backup; on another machine copy both from the first"
        )


def ensure_signing_identity(vault: Vault, settings: Settings, clock: Clock) -> None:
    """Make the operator's signing certificate on first use."""
    from tools.connectors.signature import PASSPHRASE, PKCS12
    from tools.connectors.signature.identity import make_signing_identity

    if PKCS12 in vault.names():
        return
    identity = make_signing_identity(settings.company or settings.operator_name, settings.operator_email, clock)
    vault.put(PASSPHRASE, identity.passphrase)
    vault.put(PKCS12, identity.pkcs12)
