"""Writing a file whole or not at all, one writer at a time."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from memory.domain.errors import UnavailableError


def write_atomically(path: Path, body: bytes, *, mode: int = 0o600) -> None:
    """Write a file so that a reader sees the old or the new content, never a part, also after a power cut.

    Raises `UnavailableError` when the folder cannot be written; then the old content is untouched.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).chmod(mode)
            Path(temporary).replace(path)
            _sync_folder(path.parent)
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UnavailableError(
            f"{path.name} cannot be written: {error.strerror}", hint=f"Free space or mend the permissions of {path.parent}, then retry."
        ) from error


def _sync_folder(folder: Path) -> None:
    """Make the rename itself survive a power cut; a system that cannot open folders (Windows) does so on its own."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold off other processes and threads while `path` is read and replaced; the lock is a file beside it.

    Without `fcntl` (Windows) nobody is held off: there, run one worker only. Raises `UnavailableError`.
    """
    try:
        import fcntl
    except ImportError:
        yield
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = path.with_name(f".{path.name}.lock").open("w")
    except OSError as error:
        raise UnavailableError(f"{path.name} cannot be locked: {error.strerror}", hint=f"Mend the permissions of {path.parent}.") from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
