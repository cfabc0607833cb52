"""Writing a file that was not there: whole or not at all, and never over another one."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from memory.domain.errors import ConflictError, UnavailableError


def write_new(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a new file, readable by its owner only. Raises `ConflictError` when it is there, `UnavailableError` when it cannot be written."""
    try:
        handle, temporary = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.writelines(pieces)
                file.flush()
                os.fsync(file.fileno())
            # A hard link fails where a rename would silently replace a file made meanwhile.
            os.link(temporary, path)
        finally:
            Path(temporary).unlink(missing_ok=True)
    except FileExistsError:
        raise ConflictError(f"{path} exists already", hint="choose another name; nothing is overwritten") from None
    except OSError as error:
        raise UnavailableError(f"{path} cannot be written: {error.strerror}", hint="choose a folder that is there and has space") from error
