"""The key that signs the ledger's anchors: it lies in the vault, so that only who opens the vault can sign."""

from __future__ import annotations

from typing import TYPE_CHECKING

from memory.anchors import SIGNING_KEY, Signer, make_signing_key, signer_from

if TYPE_CHECKING:
    from app.home import Home
    from app.settings import Settings
    from tools.vault import Vault


def ensure_signing_key(vault: Vault) -> Signer:
    """Return the signer of this vault, whose key is made on first use."""
    from tools.vault import Secret

    return signer_from(vault.ensure(SIGNING_KEY, lambda: Secret(make_signing_key())).reveal())


def signer_of(home: Home, settings: Settings) -> Signer | None:
    """Return the signer of this home; None when it has no vault or no key yet. Raises `RefusedError` when the vault does not open."""
    from app.home import open_vault

    if not home.vault.exists():
        return None
    vault = open_vault(home, settings)
    return ensure_signing_key(vault) if SIGNING_KEY in vault.names() else None
