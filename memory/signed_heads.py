"""Whether what the house signed of a few streams still stands: a check that is cheap enough to be made before a payment.

It learns anchors as they are made and forgets none: who takes an anchor out of the database afterwards takes it out in vain.
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from memory.anchors import AnchorChain, check_anchors, read_anchors
from memory.chain import Heads, chain, genesis
from memory.schema import events


class SignedHeads:
    """The signed head of every stream. `key` is the public key that the anchors must have passed through."""

    def __init__(self, key: str) -> None:
        self._key = key
        self._chain = AnchorChain()
        self._heads: Heads = {}

    def problem(self, connection: sa.Connection, streams: Iterable[str]) -> str:
        """Say what is wrong with the anchors, or with one of these streams; empty when all that was signed of them stands."""
        return self._learn(connection) or next(filter(None, (self._unlike(connection, stream) for stream in streams)), "")

    def _learn(self, connection: sa.Connection) -> str:
        new = list(read_anchors(connection, after=self._chain.last["number"]))
        if not new:
            return ""
        found = check_anchors(new, before=self._chain)
        if found.broken:
            return found.broken.problem
        if self._key not in found.keys:
            return "the anchors are signed by a key that is not the vault's"
        self._heads |= found.signed_heads()
        self._chain = AnchorChain(found.anchors[-1:], found.keys)
        return ""

    def _unlike(self, connection: sa.Connection, stream: str) -> str:
        version, signed = self._heads.get(stream, (0, genesis(stream)))
        last, prev = 0, genesis(stream)
        query = sa.select(events.c.version, events.c.canonical, events.c.hash).where(events.c.stream == stream)
        for row in connection.execute(query.order_by(events.c.version)):
            if row.version != last + 1 or chain(prev, row.canonical) != row.hash:
                return f"{stream} is broken at version {last + 1}"
            last, prev = row.version, row.hash
            if last == version and prev != signed:
                return f"{stream} was written anew: version {version} is not the one that was signed"
        return f"{stream} ends at version {last}, but {version} was signed" if last < version else ""
