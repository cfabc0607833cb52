"""Walking a stretch of the ledger and holding it against the anchors in it: in one go, or in two halves by two processes."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context

import sqlalchemy as sa

from memory.anchors import ANCHORS, Anchor, check_anchors, read_anchors
from memory.chain import LAST, Break, Heads, Walk, genesis
from memory.database import open_database, reading
from memory.domain.base import Digest
from memory.schema import events

#: A cut that leaves less than this part on one side is not worth a second process.
_SMALLEST_PART = 0.2


def walk_stretch(connection: sa.Connection, walk: Walk, anchors: Sequence[Anchor], after: int = 0, upto: int = LAST) -> Break | None:
    """Follow the chains over a range of running numbers, and compare with each anchor at the place where it was signed."""
    before: dict[str, list[object]] = {}
    for anchor in anchors:
        found = walk.follow(connection, after, anchor.said["through"]) or _unlike_anchor(walk, anchor, before)
        if found:
            return found
        after = anchor.said["through"]
        before.update(anchor.said["changed"])
    return walk.follow(connection, after, upto)


def walk_by_two(connection: sa.Connection, walk: Walk, anchors: Sequence[Anchor], fewest: int) -> bool:
    """Walk the whole ledger, half of it in a second process; returns whether it was done and everything held.

    It names no break: who gets False walks again, alone, and finds the first one.
    """
    lowest, highest = connection.execute(sa.select(sa.func.min(events.c.seq), sa.func.max(events.c.seq))).one()
    cut = _cut(lowest, highest, [a.said["through"] for a in anchors]) if highest and highest - lowest >= fewest else None
    if cut is None:
        return False
    url = connection.engine.url.render_as_string(hide_password=False)
    try:
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
            second = pool.submit(_second_half, url, cut, highest)
            broken = walk_stretch(connection, walk, [a for a in anchors if a.said["through"] <= cut], 0, cut)
            half = second.result()
    except BrokenProcessPool:
        return False
    if broken or half is None:
        return False
    began, ended, count = half
    walk.events += count
    fits = all(walk.heads.get(stream, (0, genesis(stream))) == head for stream, head in began.items())
    walk.heads.update(ended)
    return fits


def _cut(lowest: int, highest: int, signed: Sequence[int]) -> int | None:
    """Return where to cut: in the middle, or at the anchor next to it, since what one anchor covers has one order."""
    middle = (lowest + highest) // 2
    cut = middle if not signed or middle >= signed[-1] else min(signed, key=lambda through: abs(through - middle))
    part = (cut - lowest) / (highest - lowest + 1)
    return cut if _SMALLEST_PART <= part <= 1 - _SMALLEST_PART else None


def _second_half(url: str, cut: int, upto: int) -> tuple[Heads, Heads, int] | None:
    """Walk from the cut on, in a process of its own; returns where the streams stood, where they end, and the number of events."""
    database = open_database(url)
    try:
        with reading(database) as connection:
            began: Heads = {}

            def before(stream: str, version: int) -> tuple[int, Digest]:
                query = sa.select(events.c.hash).where(events.c.stream == stream, events.c.version == version - 1)
                digest = connection.scalar(query) if version > 1 else None
                began[stream] = (version - 1, digest) if digest else (0, genesis(stream))
                return began[stream]

            anchors = check_anchors(read_anchors(connection)).anchors
            signed = max((a.said["events"] for a in anchors if a.said["through"] <= cut), default=0)
            walk = Walk(events=signed, before=before)
            broken = walk_stretch(connection, walk, [a for a in anchors if a.said["through"] > cut], cut, upto)
            return None if broken else (began, walk.heads, walk.events - signed)
    finally:
        database.dispose()


def _unlike_anchor(walk: Walk, anchor: Anchor, before: dict[str, list[object]]) -> Break | None:
    """Hold the walk against what was signed, at the place where it was signed."""
    order, said = walk.take_order(), anchor.said
    for stream, (version, digest) in said["changed"].items():
        if walk.heads.get(stream) != (version, digest):
            return _unlike_head(anchor.number, stream, walk.heads.get(stream), version, before.get(stream))
    if (walk.events, order) == (said["events"], said["order"]):
        return None
    for stream, (version, _digest) in walk.heads.items():
        if stream not in said["changed"] and [version, _digest] != before.get(stream):
            return Break(
                stream, version, "", f"version {version} was not there when anchor {anchor.number} was signed: it was inserted later"
            )
    return Break(
        ANCHORS, anchor.number, "", f"the events up to number {said['through']} are not in the order that anchor {anchor.number} signed"
    )


def _unlike_head(number: int, stream: str, found: tuple[int, Digest] | None, version: int, before: list[object] | None) -> Break:
    if found is None:
        return Break(stream, 0, "", f"the stream is gone: anchor {number} signed its version {version}")
    if found[0] < version:
        return Break(stream, found[0], "", f"events are missing after version {found[0]}: anchor {number} signed version {version}")
    if found[0] > version:
        return Break(stream, version + 1, "", f"version {version + 1} was not there when anchor {number} was signed: it was inserted later")
    safe = before[0] if before else 0
    return Break(
        stream, version, "", f"events after version {safe} were hashed anew: anchor {number} signed another hash of version {version}"
    )
