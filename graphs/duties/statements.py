"""The folder for bank statements: what is put into `inbox` is imported once and moved to `done`, or to `refused` with a note.

A file that is still being written is left alone: only one that looks the same at two looks, some time apart, is taken.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from stat import S_ISREG
from typing import Protocol

import sqlalchemy as sa

from graphs.duties.duty import DueTime
from graphs.duties.roster import DutySetting
from memory.domain.errors import InputError, QuartermasterError
from memory.domain.events.duties import StatementQuestioned, StatementRefused
from memory.domain.words import counted
from tools.atomic_file import write_atomically

#: How long a file must have looked the same.
SETTLES_IN = timedelta(seconds=10)
#: Names that programs give to files they have not finished.
_UNFINISHED = (".part", ".partial", ".crdownload", ".download", ".tmp", ".swp")
_BLOCK = 1 << 20
#: No statement is larger; what is, is not read into memory.
LONGEST = 64 * 1024 * 1024

_Look = tuple[int, int, int]


class Report(Protocol):
    """What an import found; `tools.reconciler.StatementReport` is one."""

    @property
    def confirmed(self) -> tuple[str, ...]:
        """The payments that booked lines confirmed."""

    @property
    def contradictions(self) -> tuple[str, ...]:
        """What the operator must look at."""


ImportStatement = Callable[[bytes, str], Report]
"""Imports a statement by its bytes and file name; importing the same bytes again is a no-op. Raises `InputError`."""


class StatementFolder:
    """Watches one folder."""

    def __init__(self, setting: DutySetting, folder: Path, import_statement: ImportStatement) -> None:
        self._setting = setting
        self._folder = folder
        self._import = import_statement
        self._seen: dict[str, tuple[_Look, datetime]] = {}

    @property
    def inbox(self) -> Path:
        """Where statements are put."""
        return self._folder / "inbox"

    def waiting(self, _connection: sa.Connection, _now: datetime) -> bool:
        """Whether anything lies in the inbox."""
        self.inbox.mkdir(parents=True, exist_ok=True)
        return any(self._names())

    def take_in(self, _due: DueTime, now: datetime) -> str:
        """Import every file that has settled; raises what stood in the way of one after the others were seen to."""
        self.inbox.mkdir(parents=True, exist_ok=True)
        settled = [name for name in sorted(self._names()) if self._settled(name, now)]
        taken, refused, broken = 0, 0, []
        for name in settled:
            try:
                taken, refused = (taken + 1, refused) if self._take(name) else (taken, refused + 1)
            except FileNotFoundError:
                continue  # another worker was faster, or the operator took it back
            except (QuartermasterError, OSError) as error:
                broken.append(error)
        if broken:
            raise broken[0]
        found = [f"{counted(taken, 'statement')} read"] * bool(taken) + [f"{counted(refused, 'file')} refused"] * bool(refused)
        return ", ".join(found)

    def _names(self) -> list[str]:
        with os.scandir(self.inbox) as entries:
            return [e.name for e in entries if not e.name.startswith((".", "~")) and not e.name.lower().endswith(_UNFINISHED)]

    def _settled(self, name: str, now: datetime) -> bool:
        """Whether a plain file looks as it did some time ago; remembers how it looks now."""
        try:
            found = (self.inbox / name).lstat()
        except FileNotFoundError:
            return False
        look = (found.st_size, found.st_mtime_ns, found.st_ino)
        before, since = self._seen.get(name, (None, now))
        if not S_ISREG(found.st_mode) or before != look:
            self._seen[name] = (look, now)
            return False
        return now - since >= SETTLES_IN

    def _take(self, name: str) -> bool:
        """Import one file and put it away; returns whether it was taken in."""
        file = self.inbox / name
        if file.lstat().st_size > LONGEST:
            return self._refuse(name, _digest(file), InputError("it is too large for a statement", hint="export a shorter time"))
        body = file.read_bytes()
        digest = hashlib.sha256(body).hexdigest()
        try:
            report = self._import(body, name)
        except InputError as error:
            return self._refuse(name, digest, error)
        if report.contradictions:
            fact = StatementQuestioned(filename=name, statement=digest, contradictions=report.contradictions)
            self._setting.unit_of_work.act(f"duty/statement/{digest}/questioned", [fact], actor="clock")
            self._note("done", name, digest, "Look at this:\n" + "\n".join(report.contradictions))
        self._put_away("done", name, digest)
        return True

    def _refuse(self, name: str, digest: str, error: InputError) -> bool:
        fact = StatementRefused(filename=name, digest=digest, reason=error.message, hint=error.hint)
        self._setting.unit_of_work.act(f"duty/statement/{digest}/refused", [fact], actor="clock")
        self._note("refused", name, digest, f"{error.message}\n{error.hint}")
        self._put_away("refused", name, digest)
        return False

    def _put_away(self, where: str, name: str, digest: str) -> None:
        """Move the file out of the inbox under its own name, or with its digest when another file has that name there."""
        (self._folder / where).mkdir(parents=True, exist_ok=True)
        (self.inbox / name).replace(self._place(where, name, digest))
        self._seen.pop(name, None)

    def _note(self, where: str, name: str, digest: str, text: str) -> None:
        place = self._place(where, name, digest)
        write_atomically(place.with_name(f"{place.name}.why.txt"), f"{text}\n".encode())

    def _place(self, where: str, name: str, digest: str) -> Path:
        wanted = self._folder / where / name
        taken = wanted.exists() and _digest(wanted) != digest
        return wanted.with_name(f"{wanted.stem}.{digest[:12]}{wanted.suffix}") if taken else wanted


def _digest(file: Path) -> str:
    total = hashlib.sha256()
    with file.open("rb") as body:
        while block := body.read(_BLOCK):
            total.update(block)
    return total.hexdigest()
