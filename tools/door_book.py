"""The dispatcher's own book: stops of all effects, and calls that committed the operator, each written down before it is made.

A file beside the vault that only the dispatcher's user writes. The ledger holds the same and much more, but who may write to the
database could take it out of there: then a stop would be lifted, or a permit unused again. Lines are added and never changed, and each
is on the disk before anything follows from it.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from memory.domain.base import JsonObject


@dataclass
class _Read:
    """What the book says: stops that nobody lifted, and per effect the tokens of calls that may have done something."""

    stopped: set[int] = field(default_factory=set)
    called: dict[str, set[str]] = field(default_factory=dict)

    def take(self, line: JsonObject) -> None:
        """Take in one line; one of another kind says nothing."""
        match line:
            case {"stopped": int(seq)}:
                self.stopped.add(seq)
            case {"lifted": int(seq)}:
                self.stopped.discard(seq)
            case {"called": str(key), "token": str(token)}:
                self.called.setdefault(key, set()).add(token)
            case {"nothing": str(key)}:
                self.called.pop(key, None)


class DoorBook:
    """Reads and adds to the book; several processes of one machine may share it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = Lock()
        self._seen: tuple[int, int] = (0, 0)
        self._read = _Read()

    @property
    def stops(self) -> frozenset[int]:
        """The running numbers of the stops that nobody lifted as far as the book knows."""
        return frozenset(self._now().stopped)

    def calls(self, effect_key: str) -> frozenset[str]:
        """Return the tokens of the calls for this effect that may have done something."""
        return frozenset(self._now().called.get(effect_key, ()))

    def note_stop(self, seq: int) -> None:
        """Write down that effects were stopped by the fact with this running number."""
        if seq not in self.stops:
            self._add({"stopped": seq})

    def note_lift(self, seq: int) -> None:
        """Write down that the operator lifted this stop."""
        if seq in self.stops:
            self._add({"lifted": seq})

    def note_call(self, effect_key: str, token_id: str) -> None:
        """Write down a call that is about to be made. Raises `OSError` when it cannot be: then it must not be made."""
        self._add({"called": effect_key, "token": token_id})

    def note_nothing(self, effect_key: str) -> None:
        """Write down that the calls made for this effect certainly did nothing."""
        if self.calls(effect_key):
            self._add({"nothing": effect_key})

    def _now(self) -> _Read:
        try:
            state = self._path.stat()
        except FileNotFoundError:
            return _Read()
        with self._lock:
            if self._seen != (state.st_size, state.st_mtime_ns):
                read = _Read()
                for line in self._path.read_bytes().splitlines():
                    read.take(_said(line))
                self._read, self._seen = read, (state.st_size, state.st_mtime_ns)
            return self._read

    def _add(self, line: JsonObject) -> None:
        new = not self._path.exists()
        file = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            # The line's end comes first: what a power cut left of the line before is then a line of its own, which says nothing.
            os.write(file, b"\n" + json.dumps(line).encode())
            os.fsync(file)
        finally:
            os.close(file)
        if new:
            _keep_name(self._path.parent)


def _keep_name(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _said(line: bytes) -> JsonObject:
    try:
        said = json.loads(line)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
