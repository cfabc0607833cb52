"""When the heads of all chains are signed: soon after something happened, so that little is unsigned, and never for nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from memory.schema import anchors, events

#: What stays unsigned longest, by time and by number of events.
ANCHOR_AFTER = timedelta(hours=1)
ANCHOR_AFTER_EVENTS = 10_000


def anchor_due(connection: sa.Connection, now: datetime) -> bool:
    """Whether the dispatcher should sign: events stand behind the last anchor, and that is old, or they are many."""
    last = connection.execute(sa.select(anchors.c.at, anchors.c.body).order_by(anchors.c.number.desc()).limit(1)).first()
    newest = connection.scalar(sa.select(sa.func.max(events.c.seq))) or 0
    if last is None:
        return newest > 0
    behind = newest - _through(last.body)
    return behind >= ANCHOR_AFTER_EVENTS or (behind > 0 and now - datetime.fromisoformat(last.at) >= ANCHOR_AFTER)


def _through(body: bytes) -> int:
    """Return the running number of the last event that an anchor covers: the last field of its canonical JSON.

    Read from its end, since an anchor may name ten thousand chains and this is asked every minute.
    """
    return int(body.rpartition(b'"through":')[2].removesuffix(b"}"))
