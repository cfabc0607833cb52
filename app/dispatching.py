"""The dispatcher of a home: connectors with their credentials, a registry of sealed entries, a mint, and the second look."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from app.connectors import Connectors
from memory.views.sealed_registry import SealedRegistry
from tools.capability import KEY_BYTES, Mint, TokenCheck
from tools.connectors.base import ConnectorContext
from tools.dispatch import Dispatcher
from tools.vault import Secret

if TYPE_CHECKING:
    from app.bootstrap import Office
    from tools.vault import Vault

#: The vault's entry for the key that signs capability tokens.
CAPABILITY_KEY = "capability-key"


def make_dispatcher(office: Office, name: str) -> Dispatcher:
    """Return the dispatcher for one office. Raises `RefusedError` where no vault may be opened."""
    vault, sealer = office.vault(), office.sealer
    assert sealer is not None
    mint = mint_of(vault)
    context = ConnectorContext(
        home_files=office.home.files,
        evidence=office.evidence,
        registry=SealedRegistry(office.database, sealer),
        clock=office.clock,
        secrets=vault.scoped(()),
        tokens=TokenCheck(mint.public_key),
        settings=office.settings.mail.connector_settings(),
    )
    return Dispatcher(office.database, office.unit_of_work, Connectors(context, vault), office.clock, mint, seals=sealer, name=name)


def mint_of(vault: Vault) -> Mint:
    """Return the mint of a vault; its key is made on first use."""
    return Mint(vault.ensure(CAPABILITY_KEY, lambda: Secret(secrets.token_bytes(KEY_BYTES))))
