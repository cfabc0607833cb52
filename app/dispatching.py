"""The dispatcher of a home: connectors with their credentials, a registry of sealed entries, a mint, and the second look."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING

from app.connectors import Connectors
from app.desk import make_desk
from app.ledger_signing import ensure_signing_key
from graphs.policies import PolicyShelf
from graphs.second_look import SecondLook
from memory.signed_heads import SignedHeads
from memory.views.sealed_registry import SealedRegistry
from tools.capability import KEY_BYTES, Mint, TokenCheck
from tools.connectors.base import ConnectorContext
from tools.dispatch import Dispatcher
from tools.guards import Word
from tools.vault import Redaction, Secret

if TYPE_CHECKING:
    from app.bootstrap import Office
    from tools.vault import Vault

#: The vault's entry for the key that signs capability tokens.
CAPABILITY_KEY = "capability-key"


def make_dispatcher(office: Office, name: str) -> Dispatcher:
    """Return the dispatcher for one office. Raises `RefusedError` where no vault may be opened."""
    vault, sealer = office.vault(), office.sealer
    assert sealer is not None
    # In a home from before there were seals the key is made now, before any job runs: what a worker writes from here on needs one.
    _ = sealer.public
    mint, registry = mint_of(vault), SealedRegistry(office.database, sealer)
    context = ConnectorContext(
        home_files=office.home.files,
        evidence=office.evidence,
        registry=registry,
        clock=office.clock,
        secrets=vault.scoped(()),
        tokens=TokenCheck(mint.public_key),
        settings=office.settings.mail.connector_settings(),
    )
    policies = PolicyShelf(office.database, office.unit_of_work, office.evidence, check=sealer)
    desk = make_desk(office, registry=registry, policy=policies.current, asks=False)
    return Dispatcher(
        office.database,
        office.unit_of_work,
        Connectors(context, vault),
        office.clock,
        mint,
        authority=SecondLook(desk, sealer, teller_of(vault), Word(mint).of_dispatcher),
        seals=sealer,
        book=office.door_book,
        signed=SignedHeads(ensure_signing_key(vault).public_key),
        name=name,
    )


def teller_of(vault: Vault) -> Callable[[str], bool]:
    """Return what tells whether a text holds a secret of the vault, in any of the forms that a log is cleaned of."""

    def tells(text: str) -> bool:
        redaction = Redaction(vault.get(name) for name in vault.names())
        return redaction.clean(text) != text

    return tells


def mint_of(vault: Vault) -> Mint:
    """Return the mint of a vault; its key is made on first use."""
    return Mint(vault.ensure(CAPABILITY_KEY, lambda: Secret(secrets.token_bytes(KEY_BYTES))))
