"""Writing a file whole or not at all, one writer at a time."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from memory.domain.errors import UnavailableError


def write_atomically(path: Path, body: bytes, *, mode: int = 0o600) -> None:
    """Write a file so that a reader sees the old or the new content, never a part, also after a power cut.

    Raises `UnavailableError` when the folder cannot be written; then the old content is untouched.
    """
    _written(path, body, mode, lambda temporary: temporary.replace(path))


def write_once(path: Path, body: bytes, *, mode: int = 0o600) -> bool:
    """Write a file like `write_atomically`, unless there is one; returns whether it was this call that made it.

    Of several processes that try at once, however long one of them was asleep, exactly one makes it.
    """
    try:
        _written(path, body, mode, lambda temporary: os.link(temporary, path))
    except FileExistsError:
        return False
    return True


def put_in_place(staged: Path, path: Path) -> None:
    """Move a file that was written whole to where it is looked for: it is at the one place or at the other, whenever one looks.

    Both are on one file system. Raises `UnavailableError` when it cannot be moved.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        staged.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        raise UnavailableError(
            f"{path.name} cannot be written: {error.strerror}", hint=f"Mend the permissions of {path.parent}, then retry."
        ) from error


def _written(path: Path, body: bytes, mode: int, place: Callable[[Path], object]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(body)
                file.flush()
                os.fsync(file.fileno())
            Path(temporary).chmod(mode)
            place(Path(temporary))
            _sync_folder(path.parent)
        finally:
            Path(temporary).unlink(missing_ok=True)
    except FileExistsError:
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


@contextlib.contextmanager
def taken(path: Path) -> Iterator[bool]:
    """Try to take `path` for this process alone, without waiting; tells whether it is ours until the end of the block.

    The lock goes with the process, however that ends. Without `fcntl` (Windows) it is always ours. Raises `UnavailableError`.
    """
    try:
        import fcntl
    except ImportError:
        yield True
        return
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = path.open("w")
    except OSError as error:
        raise UnavailableError(f"{path.name} cannot be locked: {error.strerror}", hint=f"Mend the permissions of {path.parent}.") from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True
