"""Credentials, encrypted at rest; handed to a connector by the dispatcher, never to agents, state, ledger or logs."""

from tools.vault.keys import KeyFile, MasterKey, PassphraseKey
from tools.vault.redaction import Redaction
from tools.vault.secret import Secret
from tools.vault.store import Vault

__all__ = ["KeyFile", "MasterKey", "PassphraseKey", "Redaction", "Secret", "Vault"]
