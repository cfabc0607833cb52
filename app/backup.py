"""A backup: one consistent copy of a home in a tar.gz, with a manifest that says which ledger it holds and how to restore it."""

from __future__ import annotations

import io
import json
import sqlite3
import tarfile
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from app.home import Home
from app.new_file import write_new
from app.settings import Settings
from memory.database import open_database, reading, sqlite_url
from memory.domain.base import Digest, sha256_hex
from memory.domain.errors import ConflictError, IntegrityError, UnavailableError
from memory.ledger import verify

_RESTORE = """How to restore
1. Unpack into an empty folder:  tar -xzf BACKUP.tar.gz -C NEWHOME
2. Put the key of the vault at NEWHOME/keys/vault.key, readable by you only (chmod 600){key}
3. qm doctor --home NEWHOME       checks everything and names what is missing
4. qm memory rebuild --home NEWHOME    contract and vendor memory is not in a backup; it is made anew from the ledger
The manifest's ledger_head must equal: qm ledger head --home NEWHOME
"""


@dataclass(frozen=True)
class BackupReport:
    """What the copy holds."""

    file: str
    bytes: int
    sha256: Digest
    members: tuple[str, ...]
    events: int
    ledger_head: Digest
    with_key: bool


def back_up(home: Home, settings: Settings, target: Path, *, now: datetime, with_key: bool = False) -> BackupReport:
    """Copy a home into a new file, also while the worker runs: the database by SQLite's online backup, which is one instant.

    The vault's key is left out unless asked for: copy and key in one place protect nothing.

    Raises:
        ConflictError: the file exists.
        IntegrityError: the ledger of the copy does not verify; no file is written.
        UnavailableError: the database is on a server, or the target cannot be written.
    """
    if settings.database_url:
        raise UnavailableError(
            "the database of this home is on a server", hint="copy it with the server's own tool (pg_dump); qm ledger export adds a proof"
        )
    if target.exists():
        raise ConflictError(f"{target} exists already", hint="choose another name; a backup never overwrites")
    with tempfile.TemporaryDirectory(prefix="qm-backup-") as scratch:
        copy = Path(scratch) / home.database.name
        _copy_database(home.database, copy)
        events, head = _proof(copy)
        members = dict(_members(home, copy, with_key=with_key))
        manifest = {"format": 1, "made_at": now.isoformat(), "events": events, "ledger_head": head, "with_key": with_key}
        packed = Path(scratch) / "backup.tar.gz"
        _pack(packed, members, manifest, now)
        write_new(target, [packed.read_bytes()])
    body = target.read_bytes()
    return BackupReport(str(target), len(body), sha256_hex(body), tuple(sorted(members)), events, head, with_key)


def as_json(report: BackupReport) -> dict[str, object]:
    """Return the report as a JSON object."""
    return asdict(report)


def _copy_database(source: Path, copy: Path) -> None:
    with sqlite3.connect(f"file:{source}?mode=ro", uri=True) as live, sqlite3.connect(copy) as beside:
        live.backup(beside)
        beside.execute("PRAGMA journal_mode=DELETE")
    live.close()
    beside.close()


def _proof(copy: Path) -> tuple[int, Digest]:
    database = open_database(sqlite_url(copy))
    try:
        with reading(database) as connection:
            proof = verify(connection)
    finally:
        database.dispose()
    if not proof.ok:
        raise IntegrityError("the ledger does not verify; a copy of it would be worth nothing", hint="qm ledger verify names the place")
    return proof.events, proof.head


def _members(home: Home, copy: Path, *, with_key: bool) -> Iterator[tuple[str, Path]]:
    yield home.database.name, copy
    singles = [home.config, home.policy, home.vault, *([home.key] if with_key else [])]
    yield from ((path.relative_to(home.root).as_posix(), path) for path in singles if path.is_file())
    for path in sorted(home.files.rglob("*")):
        # Links are left out: a link in the folder could point anywhere, and a backup must hold what it seems to hold.
        if path.is_file() and not path.is_symlink() and not path.name.startswith("."):
            yield path.relative_to(home.root).as_posix(), path


def _pack(packed: Path, members: dict[str, Path], manifest: dict[str, object], now: datetime) -> None:
    listed = {name: sha256_hex(path.read_bytes()) for name, path in members.items()}
    key_note = "; it is in this backup" if manifest["with_key"] else "; it is not in this backup, keep it elsewhere"
    texts = {
        "manifest.json": json.dumps({**manifest, "sha256": listed}, indent=1, sort_keys=True),
        "RESTORE.txt": _RESTORE.format(key=key_note),
    }
    with tarfile.open(packed, "w:gz") as archive:
        for name, text in texts.items():
            entry = tarfile.TarInfo(name)
            body = text.encode()
            entry.size, entry.mtime, entry.mode = len(body), int(now.timestamp()), 0o600
            archive.addfile(entry, io.BytesIO(body))
        for name, path in members.items():
            archive.add(path, arcname=name, recursive=False, filter=_owned_by_nobody)


def _owned_by_nobody(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Leave the names of this machine's accounts out."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mode = 0o600
    return entry
