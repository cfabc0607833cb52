"""A fork server: imports the program once and forks one process for each life, which saves every life the seconds of importing.

The lives are real processes: each has its own process id, threads, connections and open files, all made after the fork, and dies by
SIGKILL like any other. What they share with a process started by a command is everything but the imports. Spoken to in lines
of JSON: `{"role": ..., ...}` on stdin forks a life and answers `{"born": PID}`; its end is told as `{"died": PID, "status": N}`.
"""

from __future__ import annotations

import gc
import json
import os
import select
import sys
import traceback
from importlib import import_module
from pathlib import Path
from typing import Any

from household import clean_environment


def _say(**line: Any) -> None:
    os.write(1, (json.dumps(line) + "\n").encode())


def _import_everything() -> None:
    """Load what a life would load, also what the product loads late; whoever changes an import pays with a slower start, no more."""
    for name in (
        *("life", "app.dispatcher", "app.dispatching", "app.worker", "app.presence", "graphs.second_look", "graphs.purchase"),
        *("memory.engine.on_dbos", "memory.migrate", "memory.checkpoint_saver", "tools.reception", "tools.collection"),
        *("imap_tools", "lxml.etree", "pypdfium2", "segno", "sepaxml", "schwifty", "icalendar", "bs4", "psycopg", "numpy"),
        *("pyhanko.sign.signers", "pyhanko.sign.validation", "pyhanko.pdf_utils.incremental_writer", "alembic.command"),
        *("langgraph.checkpoint.postgres.aio", "tools.connectors.signature.signing", "tools.connectors.mail.send"),
    ):
        import_module(name)
    from app.connectors import discover
    from graphs.purchase import purchase_graph
    from memory.checkpoints import serializer

    discover()
    serializer()
    purchase_graph().compile()


def _born(order: dict[str, Any]) -> None:
    """Be the child: nothing of the server's may be left but its imports."""
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    log = os.open(Path(order["root"]) / "lives.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(log, 1)
    os.dup2(log, 2)
    from life import live

    try:
        live(order)
    except BaseException:  # noqa: BLE001  an edge: the child must never run on into the server's loop
        traceback.print_exc()
    os._exit(1)


def _reap() -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        _say(died=pid, status=status)


def main() -> None:
    """Serve until stdin closes, then end what is left."""
    clean_environment()
    _import_everything()
    gc.freeze()
    _say(ready=True, threads=len(list(Path("/proc/self/task").iterdir())))
    buffer = b""
    while True:
        if select.select([0], [], [], 0.02)[0]:
            piece = os.read(0, 65536)
            if not piece:
                return
            buffer += piece
            *lines, buffer = buffer.split(b"\n")
            for line in lines:
                child = os.fork()
                if not child:
                    _born(json.loads(line))
                _say(born=child, name=json.loads(line)["name"])
        _reap()


if __name__ == "__main__":
    sys.exit(main())
