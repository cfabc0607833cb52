"""Is the ledger what was written? Every chain from its first event, or only what is new since the last signed anchor."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from memory.anchors import AnchorChain, check_anchors, read_anchors, stored_heads, unlike_heads
from memory.chain import Break, Heads, Walk
from memory.domain.base import Digest, digest_of
from memory.schema import events, heads
from memory.stretches import walk_by_two, walk_stretch

#: How many streams are looked up at a time.
_AT_ONCE = 500


@dataclass(frozen=True)
class Verification:
    """The result of a check. `head` is the digest over the heads of all streams.

    `hashed` is how many events were hashed; `since` the anchor before them, None when it was all of them. The last of `anchors`
    covers `signed` events. `key` is the key that the next anchor must be signed with; empty without anchors.
    """

    events: int
    streams: int
    head: Digest
    first_break: Break | None
    hashed: int = 0
    since: int | None = None
    anchors: int = 0
    signed: int = 0
    key: str = ""

    @property
    def ok(self) -> bool:
        """Whether everything holds."""
        return self.first_break is None

    @property
    def unsigned(self) -> int:
        """How many events are newer than the last anchor: who may write to the database could still re-hash them unseen."""
        return self.events - self.signed


def verify(
    connection: sa.Connection, *, key: str | None = None, since_anchor: bool = False, by_two_from: int | None = None
) -> Verification:
    """Check chains, heads and anchors, and name the first break in the ledger's order.

    `key` is the public key that is known from elsewhere; without it the anchors are held only against each other. With
    `since_anchor` only the events after the last anchor are hashed: those before are counted, not read. From `by_two_from`
    events on, a second process takes half of the work.
    """
    signed = check_anchors(read_anchors(connection), key)
    since = signed.anchors[-1].number if since_anchor and signed.anchors else None
    walk = Walk() if since is None else Walk(signed.signed_heads())
    if since is not None:
        found = _since(connection, walk, signed)
    elif by_two_from is None or not walk_by_two(connection, walk, signed.anchors, by_two_from):
        walk = Walk()
        found = _whole(connection, walk, signed)
    else:
        found = signed.broken or unlike_heads(walk.heads, stored_heads(connection))
    hashed = walk.events
    count = hashed + (0 if since is None else signed.last["events"])
    return Verification(
        events=count,
        streams=len(walk.heads),
        head=digest_of({}) if found else sum_of(walk.heads),
        first_break=found,
        hashed=hashed,
        since=since,
        anchors=len(signed.anchors),
        signed=min(signed.last["events"], count),
        key=signed.keys[-1] if signed.keys else "",
    )


def head_of(connection: sa.Connection) -> Digest:
    """Return the digest over the heads of all streams: one figure that stands for the whole ledger."""
    return sum_of(stored_heads(connection))


def sum_of(ends: Heads) -> Digest:
    """Return the digest that stands for these heads."""
    return digest_of({stream: [version, digest] for stream, (version, digest) in ends.items()})


def _whole(connection: sa.Connection, walk: Walk, signed: AnchorChain) -> Break | None:
    return walk_stretch(connection, walk, signed.anchors) or signed.broken or unlike_heads(walk.heads, stored_heads(connection))


def _since(connection: sa.Connection, walk: Walk, signed: AnchorChain) -> Break | None:
    through = signed.last["through"]
    return (
        _uncounted(connection, walk.heads, signed.last["number"], through)
        or walk.follow(connection, through)
        or signed.broken
        or unlike_heads(walk.heads, stored_heads(connection))
        or _unlike_last_rows(connection)
    )


def _uncounted(connection: sa.Connection, signed: Heads, number: int, through: int) -> Break | None:
    """Find what was removed from or put in before the anchor, from counts alone."""
    count, highest = sa.func.count(), sa.func.max(events.c.version)
    query = sa.select(events.c.stream, count.label("n"), highest.label("top")).where(events.c.seq <= through).group_by(events.c.stream)
    missing = dict(signed)
    with connection.execute(query, execution_options={"yield_per": _AT_ONCE}) as rows:
        for row in rows:
            version, _digest = missing.pop(row.stream, (0, ""))
            if row.top > version:
                at = version + 1
                return Break(row.stream, at, "", f"version {at} was not there when anchor {number} was signed: it was inserted later")
            if row.n != version:
                return Break(row.stream, row.n, "", f"{row.n} of the {version} events that anchor {number} signed are there")
    if missing:
        stream = min(missing)
        return Break(stream, 0, "", f"the stream is gone: anchor {number} signed its version {missing[stream][0]}")
    return None


def _unlike_last_rows(connection: sa.Connection) -> Break | None:
    """Find a head that is not the hash of its last event: cheap, and all that is looked at in streams that did not move."""
    join = sa.and_(events.c.stream == heads.c.stream, events.c.version == heads.c.version)
    query = sa.select(heads.c.stream, heads.c.version).outerjoin(events, join)
    row = connection.execute(query.where(sa.or_(events.c.hash.is_(None), events.c.hash != heads.c.hash)).limit(1)).first()
    return Break(row.stream, row.version, "", "the last event does not have the hash of its head") if row else None
