"""When the heads of all chains are signed: soon after something happened, so that little is unsigned, and never for nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from memory.database import reading
from memory.schema import anchors, events

#: What stays unsigned longest, by time and by number of events.
ANCHOR_AFTER = timedelta(hours=1)
ANCHOR_AFTER_EVENTS = 10_000


def anchor_due(database: sa.Engine, now: datetime) -> bool:
    """Whether the dispatcher should sign: events stand behind the last anchor, and they are old or many.

    Events are told apart by their time, which an anchor carries too; both come from the clock of this house.
    """
    with reading(database) as connection:
        last = connection.scalar(sa.select(anchors.c.at).order_by(anchors.c.number.desc()).limit(1))
        newest = connection.execute(sa.select(events.c.seq, events.c.at).order_by(events.c.seq.desc()).limit(1)).first()
        if newest is None or (last is not None and newest.at <= last):
            return False
        if last is None or now - datetime.fromisoformat(last) >= ANCHOR_AFTER:
            return True
        before = connection.scalar(sa.select(events.c.at).where(events.c.seq == newest.seq - ANCHOR_AFTER_EVENTS))
    return before is not None and before > last
