"""Who works on a home: the name a process goes by, and the lock that lets one process of a name work on a laptop's home.

On SQLite a home is one machine's, so a second worker or dispatcher is a mistake, unless it is given a name of its own. A lock of
the operating system tells: it goes with its process, however that ends. On Postgres any number may work, on any machines.
"""

from __future__ import annotations

import re
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from memory.domain.errors import ConflictError, InputError
from tools.atomic_file import taken

if TYPE_CHECKING:
    from app.home import Home
    from app.settings import Settings

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


def process_name(settings: Settings, role: str, given: str = "") -> str:
    """Return the name this process goes by: its role, on a laptop; with the name it was given; or one of its own on Postgres.

    The engine hands a process that comes back under its name what it held before. Raises `InputError` for a name that cannot be one.
    """
    if given and not _NAME.fullmatch(given):
        raise InputError(f"--name {given!r} is not a name", hint="write letters, digits, dots, hyphens and underscores, at most 40")
    if given:
        return f"{role}-{given}"
    return f"{role}-{_host()}-{secrets.token_hex(3)}" if settings.database_url else role


def _host() -> str:
    return re.sub(r"[^A-Za-z0-9.-]", "-", socket.gethostname())[:24] or "host"


@contextmanager
def alone(home: Home, settings: Settings, name: str) -> Iterator[None]:
    """Hold the name on this home; raises `ConflictError` when another process on this machine has it."""
    with taken(home.root / "locks" / name) as mine:
        if not mine:
            role = name.partition("-")[0]
            command = "qm worker --edge" if role == "edge" else f"qm {role}"
            more = "" if settings.database_url else f", or give this one a name: {command} --name NAME"
            raise ConflictError(f"a {role} is running on {home.root} already", hint=f"stop it (qm up, {command}){more}")
        yield
