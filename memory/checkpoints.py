"""Checkpoints: the place in the process. Disposable; the ledger is the truth.

State is ids and JSON scalars, so the serializer may load nothing else: strict mode and an empty allow-list (a crafted row in
LangGraph's default form runs code when it is read; CVE-2026-28277).
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

# LangGraph reads the switch when it is first imported, so it must stand before any import of it.
os.environ["LANGGRAPH_STRICT_MSGPACK"] = "true"

if TYPE_CHECKING:
    from langgraph.checkpoint.base import BaseCheckpointSaver
    from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

_BUSY_TIMEOUT_S = 60.0


def serializer() -> JsonPlusSerializer:
    """Return a serializer that loads JSON types and nothing of ours or anybody's classes."""
    from langgraph.checkpoint.serde.jsonplus import JsonPlusSerializer

    return JsonPlusSerializer(allowed_msgpack_modules=[])


@asynccontextmanager
async def open_checkpoints(path: str) -> AsyncIterator[BaseCheckpointSaver[str]]:
    """Yield a saver on the SQLite file at `path`, the same one the ledger lives in."""
    from memory.checkpoint_saver import OffLoopSqliteSaver

    connection = sqlite3.connect(path, check_same_thread=False, timeout=_BUSY_TIMEOUT_S)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        saver = OffLoopSqliteSaver(connection, serde=serializer())
        saver.setup()
        yield saver
    finally:
        connection.close()
