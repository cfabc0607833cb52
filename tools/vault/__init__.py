"""Credentials, encrypted at rest; handed to a connector by the dispatcher, never to agents, state, ledger or logs."""

from tools.vault.secret import Secret

__all__ = ["Secret"]
