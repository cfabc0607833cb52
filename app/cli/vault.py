"""`qm vault`: credentials, encrypted at rest. A secret comes from a prompt or a pipe, never from the command line."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.asking import ask_secret
from app.cli.frame import Command, existing, group
from app.cli.options import DryRun
from app.cli.output import Reply, Table, would_write
from memory.domain.errors import InputError

if TYPE_CHECKING:
    from tools.vault import Vault

app = group("Credentials: encrypted at rest, never printed.")
SecretName = Annotated[str, typer.Argument(metavar="NAME", help="For example mail or openai.")]
_LARGEST_SECRET = 64 * 1024


@app.command("list", cls=Command)
def list_secrets(ctx: typer.Context) -> Reply:
    """List the names of the secrets."""
    names = _vault(ctx).names()
    return Reply({"secrets": list(names)}, (Table(("secret",), [(name,) for name in names], empty="The vault is empty."),))


@app.command("put", cls=Command)
def put_secret(ctx: typer.Context, name: SecretName, dry_run: DryRun = False) -> Reply:
    """Store a secret: typed at the prompt, or piped in. A line end at its end is left out."""
    from tools.vault import Secret

    vault = _vault(ctx)
    secret = Secret(_read_secret(name))
    if dry_run:
        return would_write(f"the secret {name} to the vault")
    version = vault.put(name, secret)
    return Reply({"secret": name, "version": version}, (f"{name} is in the vault (version {version}).",))


@app.command("delete", cls=Command)
def delete_secret(ctx: typer.Context, name: SecretName, dry_run: DryRun = False) -> Reply:
    """Remove a secret."""
    vault = _vault(ctx)
    if dry_run and name in vault.names():
        return would_write(f"the vault without {name}")
    vault.delete(name)
    return Reply({"secret": name, "deleted": True}, (f"{name} is gone from the vault.",))


def _vault(ctx: typer.Context) -> Vault:
    from app.home import open_vault
    from app.settings import load_settings

    home = existing(ctx)
    return open_vault(home, load_settings(home.root))


def _read_secret(name: str) -> bytes:
    if sys.stdin.isatty():
        value = ask_secret(f"Secret {name}", option=f"pipe it in: printf %s SECRET | qm vault put {name}").encode()
    else:
        value = sys.stdin.buffer.read(_LARGEST_SECRET + 1).removesuffix(b"\n").removesuffix(b"\r")
    if not value:
        raise InputError(f"the secret {name} is empty", hint=f"type it at the prompt, or pipe it in: qm vault put {name} < FILE")
    if len(value) > _LARGEST_SECRET:
        raise InputError(
            f"the secret {name} is larger than {_LARGEST_SECRET:,} bytes", hint="a credential is short; was it the right file?"
        )
    return value
