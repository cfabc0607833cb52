"""How far a mailbox has been read. Losing it costs time, not mail: what was taken before is recognised by its digest."""

from __future__ import annotations

import sqlalchemy as sa

from memory.database import reading, writing
from memory.domain.mail import MailCursor
from memory.schema import cursors


def read_cursor(database: sa.Engine, name: str) -> MailCursor | None:
    """Return the cursor kept under `name`, or None."""
    with reading(database) as connection:
        body = connection.scalar(sa.select(cursors.c.body).where(cursors.c.name == name))
    return MailCursor.model_validate_json(body) if body else None


def keep_cursor(database: sa.Engine, name: str, cursor: MailCursor) -> None:
    """Keep the cursor under `name`."""
    body = cursor.model_dump_json()
    with writing(database, alone_on=[f"cursor {name}"]) as connection:
        if not connection.execute(cursors.update().where(cursors.c.name == name).values(body=body)).rowcount:
            connection.execute(cursors.insert().values(name=name, body=body))
