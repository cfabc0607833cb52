"""Signed anchors: statements about the heads of all chains that nobody can forge without the key in the vault.

The body of an anchor is canonical JSON; its signature is Ed25519 (RFC 8032) over those bytes:

    format      1
    number      1, 2, 3, … without a gap
    at          when it was made
    prev        sha256 of the body before it; 64 zeros in the first
    events      how many events the ledger has, this anchor and all before it taken together
    through     the running number of the last of them: every event up to it is covered, every later one is not
    order       sha256 over the hashes of the events since the anchor before, in the ledger's order: a swap over streams shows, too
    streams     how many streams there are
    changed     version and hash of every stream that moved since the anchor before
    signer      the public key this anchor is signed with
    successor   the public key the next anchor must be signed with; another one than `signer` only where the key is replaced

All anchors together give the signed head of every stream. Each vouches for the key of the next, so that one known key is enough.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import sqlalchemy as sa

from memory.chain import Break, Heads, Walk
from memory.database import writing
from memory.domain.base import Digest, JsonObject, canonical_json, sha256_hex
from memory.domain.clock import Clock
from memory.domain.errors import ConflictError, IntegrityError, RefusedError
from memory.schema import anchors as table
from memory.schema import events, heads

#: The name of the private key in the vault.
SIGNING_KEY = "ledger-signing-key"
FORMAT = 1
NOTHING = "0" * 64
#: Under this name breaks of the anchors themselves are reported; `version` is then the anchor's number.
ANCHORS = "anchors"
#: How long writers on Postgres may be kept waiting while one of them does not come to its end.
_PATIENCE = "3s"


class Signer(Protocol):
    """Holds a private key; made where the vault is open."""

    @property
    def public_key(self) -> str:
        """The public key: 64 hexadecimal digits."""

    def sign(self, body: bytes) -> str:
        """Return the Ed25519 signature of `body`: 128 hexadecimal digits."""


@dataclass(frozen=True)
class Anchor:
    """One signed statement, as it is stored."""

    number: int
    at: str
    digest: Digest
    body: bytes
    public_key: str
    signature: str

    @cached_property
    def said(self) -> JsonObject:
        """The body as JSON; empty when it is none."""
        try:
            said = json.loads(self.body)
        except ValueError:
            return {}
        return said if isinstance(said, dict) else {}


@dataclass
class AnchorChain:
    """The anchors that hold, one after the other, and the first one that does not.

    `keys` are all keys that the chain vouches for, the last one being that of the next anchor.
    """

    anchors: list[Anchor] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    broken: Break | None = None

    @property
    def last(self) -> JsonObject:
        """What the last good anchor says; the words of an empty ledger when there is none."""
        return self.anchors[-1].said if self.anchors else {"number": 0, "events": 0, "through": 0, "streams": 0}

    def signed_heads(self) -> Heads:
        """Return the signed head of every stream."""
        return {stream: (version, digest) for a in self.anchors for stream, (version, digest) in a.said["changed"].items()}


def make_signing_key() -> bytes:
    """Return a new private key, 32 bytes, for the vault."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.generate().private_bytes_raw()


def signer_from(key: bytes) -> Signer:
    """Return the signer that holds this private key. Raises `IntegrityError` when it is none."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    try:
        return _KeyInMemory(Ed25519PrivateKey.from_private_bytes(key))
    except ValueError:
        raise IntegrityError("the ledger's signing key is not 32 bytes", hint=f"restore {SIGNING_KEY} in the vault from a backup") from None


class _KeyInMemory:
    """Signs with a key that lies in this process."""

    def __init__(self, key: object) -> None:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        assert isinstance(key, Ed25519PrivateKey)
        self._key = key

    @property
    def public_key(self) -> str:
        """The public key, hexadecimal."""
        return self._key.public_key().public_bytes_raw().hex()

    def sign(self, body: bytes) -> str:
        """Return the signature, hexadecimal."""
        return self._key.sign(body).hex()


def anchor(database: sa.Engine, signer: Signer, clock: Clock) -> Anchor | None:
    """Sign the heads as they are and return the anchor; None when nothing moved since the last one.

    The events since the last anchor are checked first: nothing broken is ever signed. Raises `IntegrityError` for a break,
    `RefusedError` when `signer` is not whom the last anchor names, `ConflictError` when the ledger is busy (try later).
    """
    return _sign(database, signer, clock, signer.public_key, even_if_still=False)


def replace_key(database: sa.Engine, old: Signer, new: Signer, clock: Clock) -> Anchor:
    """Sign, with the old key, that the next anchor is signed by the new one. Raises as `anchor` does."""
    made = _sign(database, old, clock, new.public_key, even_if_still=True)
    assert made is not None
    return made


def read_anchors(connection: sa.Connection, *, after: int = 0) -> Iterator[Anchor]:
    """Yield the stored anchors by number, unchecked: all of them, or those `after` the first so many."""
    query = sa.select(table).order_by(table.c.number)
    with connection.execute(query.where(table.c.number > after) if after else query, execution_options={"yield_per": 100}) as rows:
        for row in rows:
            yield Anchor(row.number, row.at, row.digest, row.body, row.public_key, row.signature)


def check_anchors(anchors: Iterable[Anchor], key: str | None = None, *, before: AnchorChain | None = None) -> AnchorChain:
    """Follow the anchors as far as they hold. `key` is a public key known from elsewhere: the chain must have passed through it.

    With `before` they are those that come after a chain that was found to hold.
    """
    found = AnchorChain([*before.anchors], [*before.keys]) if before else AnchorChain()
    for each in anchors:
        problem = "" if found.broken else _problem(each, found)
        if problem:
            found.broken = Break(ANCHORS, each.number, "", problem)
        if found.broken:
            continue  # what comes after a break is read, so that nobody waits for it, and not believed
        found.anchors.append(each)
        found.keys += [k for k in (each.said["signer"], each.said["successor"]) if k not in found.keys[-1:]]
    if found.broken is None and key is not None and key.lower() not in found.keys:
        problem = "no anchor is signed by the key you expect" if found.anchors else "there is no anchor, though you expect one"
        return AnchorChain(broken=Break(ANCHORS, 1, "", problem))
    return found


def _problem(each: Anchor, before: AnchorChain) -> str:
    """Say what is wrong with the next anchor; empty when nothing is."""
    said, last = each.said, before.last
    if each.number != last["number"] + 1:
        return f"anchor {each.number} follows anchor {last['number']}: an anchor was removed"
    if sha256_hex(each.body) != each.digest or (said.get("number"), said.get("at")) != (each.number, each.at):
        return f"anchor {each.number} was changed: its bytes and the columns beside them differ"
    if said.get("format") != FORMAT:
        return f"anchor {each.number} is of a format that this program does not know"
    if said["prev"] != (before.anchors[-1].digest if before.anchors else NOTHING):
        return f"anchor {each.number} does not follow the anchor before it: one was removed or replaced"
    return _unsigned(each, before)


def _unsigned(each: Anchor, before: AnchorChain) -> str:
    """Say what is wrong with the signature of an anchor whose bytes are in order."""
    if each.said["signer"] != each.public_key or (before.keys and before.keys[-1] != each.public_key):
        return f"anchor {each.number} is signed by another key than the anchor before it names"
    if not verifies(each.public_key, each.signature, each.body):
        return f"the signature of anchor {each.number} is forged"
    return ""


def verifies(public_key: str, signature: str, body: bytes) -> bool:
    """Whether `signature` is that of `body` under `public_key`."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key)).verify(bytes.fromhex(signature), body)
    except (InvalidSignature, ValueError):
        return False
    return True


def _sign(database: sa.Engine, signer: Signer, clock: Clock, successor: str, *, even_if_still: bool) -> Anchor | None:
    with writing(database, durable=True) as connection:
        _hold_still(connection)
        before = check_anchors(read_anchors(connection))
        if before.broken:
            raise _broken(before.broken)
        if before.keys and before.keys[-1] != signer.public_key:
            raise RefusedError(
                f"the last anchor names {before.keys[-1]} as the key of the next one, and this is {signer.public_key}",
                hint=f"restore {SIGNING_KEY} in the vault from a backup",
            )
        through = connection.scalar(sa.select(sa.func.max(events.c.seq))) or 0
        if through == before.last["through"] and not even_if_still:
            return None
        made = _made(connection, before, signer, clock, successor, through)
        connection.execute(table.insert().values(vars(made)))
        return made


def _hold_still(connection: sa.Connection) -> None:
    """Wait until no event is on its way, and let none begin: running numbers are given out before their transaction commits."""
    if connection.dialect.name == "sqlite":
        return  # whoever writes is alone
    try:
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_PATIENCE}'")
        connection.exec_driver_sql("LOCK TABLE events, anchors IN SHARE ROW EXCLUSIVE MODE")
    except sa.exc.OperationalError as error:
        raise ConflictError("the ledger is busy, so it could not be anchored", hint="try again in a moment") from error


def _made(connection: sa.Connection, before: AnchorChain, signer: Signer, clock: Clock, successor: str, through: int) -> Anchor:
    signed, last = before.signed_heads(), before.last
    walk = Walk(signed)
    broken = walk.follow(connection, last["through"], through) or _unlike_heads(connection, walk.heads)
    if broken:
        raise _broken(broken)
    at = clock.now().isoformat()
    body = canonical_json(
        {
            "format": FORMAT,
            "number": last["number"] + 1,
            "at": at,
            "prev": before.anchors[-1].digest if before.anchors else NOTHING,
            "events": last["events"] + walk.events,
            "through": through,
            "order": walk.take_order(),
            "streams": len(walk.heads),
            "changed": {stream: list(head) for stream, head in walk.heads.items() if signed.get(stream) != head},
            "signer": signer.public_key,
            "successor": successor,
        }
    )
    return Anchor(last["number"] + 1, at, sha256_hex(body), body, signer.public_key, signer.sign(body))


def _unlike_heads(connection: sa.Connection, walked: Heads) -> Break | None:
    return unlike_heads(walked, stored_heads(connection))


def stored_heads(connection: sa.Connection) -> Heads:
    """Return the heads that the writers of the ledger move."""
    return {row.stream: (row.version, row.hash) for row in connection.execute(sa.select(heads))}


def unlike_heads(walked: Heads, stored: Heads) -> Break | None:
    """Return the first stream whose events do not end where its head says."""
    for stream in sorted(set(walked) | set(stored), key=str):
        if walked.get(stream) != stored.get(stream):
            return Break(stream, walked.get(stream, (0, ""))[0], "", "events are missing at the end of the stream, or its head was changed")
    return None


def _broken(found: Break) -> IntegrityError:
    return IntegrityError(
        f"the ledger is broken at {found.stream} version {found.version} and is not signed: {found.problem}",
        hint="qm ledger verify; stop the worker, keep this database as evidence, restore the last backup that verifies",
    )
