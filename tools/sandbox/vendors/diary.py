"""What the sales desks remember of their dealings, kept in a file: a demo that is stopped can go on the next day."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.atomic_file import write_atomically
from tools.sandbox.vendors.bargaining import Dealing, Offer

if TYPE_CHECKING:
    from tools.sandbox.vendors.world import SalesDesk


def write_diary(path: Path, desks: Iterable[SalesDesk]) -> None:
    """Keep dealings and threads of every desk. Mailboxes are not kept: what was answered is answered."""
    kept = {
        desk.personality.vendor_id: {
            "threads": desk.threads,
            "dealings": {name: asdict(dealing) for name, dealing in desk.dealings.items()},
        }
        for desk in desks
    }
    write_atomically(path, json.dumps(kept, sort_keys=True).encode())


def read_diary(path: Path, desks: Iterable[SalesDesk]) -> None:
    """Give each desk back what it knew; a missing file is an empty diary."""
    if not path.exists():
        return
    kept: dict[str, Any] = json.loads(path.read_bytes())
    for desk in desks:
        mine = kept.get(desk.personality.vendor_id, {"threads": {}, "dealings": {}})
        desk.threads.update(mine["threads"])
        desk.dealings.update({name: _dealing(row) for name, row in mine["dealings"].items()})


def _dealing(row: dict[str, Any]) -> Dealing:
    offer = row.pop("offer")
    return Dealing(**row, offer=Offer(**offer) if offer else None)
