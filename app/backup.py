"""A backup: one consistent copy of a home in a tar.gz, with a manifest that says which ledger it holds and how to restore it."""

from __future__ import annotations

import contextlib
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
from app.transfer import copy_home, without_address
from memory.database import open_database, reading, sqlite_url
from memory.domain.base import Digest, sha256_hex
from memory.domain.errors import ConflictError, IntegrityError
from memory.verification import verify

_RESTORE = """How to restore
1. Unpack into an empty folder:  tar -xzf BACKUP.tar.gz -C NEWHOME
2. Put the key of the vault at NEWHOME/keys/vault.key, readable by you only (chmod 600){key}
3. qm doctor --home NEWHOME       checks everything and names what is missing
4. qm memory rebuild --home NEWHOME    contract and vendor memory is not in a backup; it is made anew from the ledger
The home is on its own SQLite file, wherever it was when the copy was made; qm move takes it to a server.
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
    """Copy a home into a new file, also while its processes run: the records as they stand at one instant.

    A SQLite file is copied by SQLite's online backup. Records on Postgres are copied row by row out of one snapshot into a SQLite
    file, so that what is restored is a home on one laptop; `qm move` takes it to a server again.
    The vault's key is left out unless asked for: copy and key in one place protect nothing.

    Raises:
        ConflictError: the file exists.
        IntegrityError: the ledger of the copy does not verify, or the copy is not what was copied; no file is written.
        UnavailableError: the target cannot be written.
    """
    if target.exists():
        raise ConflictError(f"{target} exists already", hint="choose another name; a backup never overwrites")
    with tempfile.TemporaryDirectory(prefix="qm-backup-") as scratch:
        copy = Path(scratch) / home.database.name
        _copy_records(home, settings, copy)
        events, head = _proof(copy)
        config = Path(scratch) / home.config.name
        config.write_text(without_address(home.config.read_text(encoding="utf-8")), encoding="utf-8")
        members = dict(_members(home, copy, config, with_key=with_key))
        manifest = {"format": 1, "made_at": now.isoformat(), "events": events, "ledger_head": head, "with_key": with_key}
        packed = Path(scratch) / "backup.tar.gz"
        _pack(packed, members, manifest, now)
        write_new(target, [packed.read_bytes()])
    body = target.read_bytes()
    return BackupReport(str(target), len(body), sha256_hex(body), tuple(sorted(members)), events, head, with_key)


def as_json(report: BackupReport) -> dict[str, object]:
    """Return the report as a JSON object."""
    return asdict(report)


def _copy_records(home: Home, settings: Settings, copy: Path) -> None:
    if settings.database_url:
        copy_home(settings.database_url, sqlite_url(copy))
    else:
        _copy_file(home.database, copy)
    with contextlib.closing(sqlite3.connect(copy)) as beside:
        beside.execute("PRAGMA journal_mode=DELETE")


def _copy_file(source: Path, copy: Path) -> None:
    with sqlite3.connect(f"file:{source}?mode=ro", uri=True) as live, sqlite3.connect(copy) as beside:
        live.backup(beside)
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


def _members(home: Home, copy: Path, config: Path, *, with_key: bool) -> Iterator[tuple[str, Path]]:
    yield home.database.name, copy
    yield home.config.name, config
    singles = [home.policy, home.vault, home.door_book, *([home.key] if with_key else [])]
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
