"""Mail that was taken in unread: each under the digest of its bytes, until a worker has read it."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa

from memory.database import reading
from memory.domain.base import Digest
from memory.ledger import WORKSPACE
from memory.schema import acts

TAKE_MAIL = "take_mail"
_COLLECTED, _READ = "post/", "inbox/"


def collected_key(digest: Digest) -> str:
    """Return the key under which the taking in of a mail is recorded."""
    return f"{_COLLECTED}{digest}"


def read_key(digest: Digest) -> str:
    """Return the key under which the reading of a mail is recorded."""
    return f"{_READ}{digest}"


def left_unread(database: sa.Engine) -> list[Digest]:
    """Return the mails that were taken in and never read, in the order in which they lay in the mailbox."""
    read = acts.alias("read")
    # The index on the stream is what makes this cheap: the prefix alone would not be looked up in one under every collation.
    mine = sa.and_(acts.c.stream == WORKSPACE, acts.c.act_key.startswith(_COLLECTED))
    never = ~sa.exists().where(read.c.act_key == sa.func.replace(acts.c.act_key, _COLLECTED, _READ))
    with reading(database) as connection:
        found = connection.execute(sa.select(acts.c.act_key, acts.c.result).where(mine, never)).all()
    return [row.act_key.removeprefix(_COLLECTED) for row in sorted(found, key=_place)]


def _place(row: Any) -> tuple[int, int]:
    where = json.loads(row.result)
    return where["uid_validity"], where["uid"]
