"""Capability tokens: one connector may do one thing to one party, once, within minutes.

A token is minted by the dispatcher after the permit was burned and right before the call. It names the effect's kind and key, the
party (payee, contact, signatory), the ceiling, the digest of the exact payload and an expiry, and is signed with Ed25519
(RFC 8032). The connector holds the public key only: it can check a token and cannot make one. The ledger knows a token by
its id, never by its value.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from threading import Lock
from typing import TYPE_CHECKING

from pydantic import ValidationError

from memory.domain.approval import Authorization, effect_digest
from memory.domain.base import Digest, JsonObject, Noun, UtcTime, canonical_json
from memory.domain.errors import InputError, RefusedError, UnavailableError
from memory.domain.money import Money
from memory.domain.seal import Seal
from tools.vault.secret import Secret

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

#: No token lives longer, whatever the permit behind it says.
LIFETIME = timedelta(minutes=5)
KEY_BYTES = 32
CAPABILITY_KEY = "capability-key"
_PARTIES = ("payee_id", "contact_id", "signatory_id")


class FencedError(UnavailableError):
    """The last look before the step that cannot be taken back said no: nothing was sent by this call."""

    code = "fenced"


class Grant(Noun):
    """What a token allows. `ceiling` is the most that may be paid; `party` a registry id, empty where there is none."""

    token_id: str
    authorization_id: str
    scope: str
    effect_key: str
    party: str
    ceiling: Money | None
    digest: Digest
    not_before: UtcTime
    expires_at: UtcTime


@dataclass(frozen=True)
class Token:
    """A signed grant. Printing it shows its id."""

    token_id: str
    expires_at: datetime
    value: Secret

    def __repr__(self) -> str:
        return f"Token({self.token_id})"


@dataclass(frozen=True)
class Clearance:
    """What a connector gets with each call: its token, and the last look.

    `last_look` is called right before the step that cannot be taken back, after anything slow. It raises `FencedError` when
    the call is no longer this process's to make: somebody took it over, the token expired, or effects were stopped.
    `undone` are the tokens of earlier calls that did nothing, by the operator's word: their traces are no reason to hold back.
    """

    token: Token
    last_look: Callable[[], None]
    undone: frozenset[str] = frozenset()


class Mint:
    """Makes tokens, and seals what only the dispatcher may say. `key` is 32 secret bytes of the vault."""

    def __init__(self, key: Secret, new_id: Callable[[], str] = lambda: secrets.token_hex(16)) -> None:
        if len(key.reveal()) != KEY_BYTES:
            raise InputError(f"the capability key has {len(key.reveal())} bytes, not {KEY_BYTES}", hint="let the vault make a new one")
        self._key = key
        self.new_id = new_id

    @classmethod
    def fresh(cls) -> Mint:
        """Return a mint with a new key."""
        return cls(_new_key())

    @cached_property
    def _private(self) -> Ed25519PrivateKey:
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self._key.reveal())

    @cached_property
    def public_key(self) -> bytes:
        """The key by which tokens are checked; it makes none."""
        return self._private.public_key().public_bytes_raw()

    def token(self, token_id: str, permit: Authorization, payload: JsonObject, now: datetime) -> Token:
        """Return the token for one call under this permit; it ends with the permit, or after five minutes."""
        grant = Grant(
            token_id=token_id,
            authorization_id=permit.authorization_id,
            scope=permit.effect_kind,
            effect_key=permit.effect_key,
            party=party_of(payload),
            ceiling=permit.ceiling,
            digest=permit.effect_digest,
            not_before=now,
            expires_at=min(now + LIFETIME, permit.expires_at),
        )
        body = canonical_json(grant.model_dump(mode="json"))
        return Token(
            token_id, grant.expires_at, Secret(b".".join(base64.urlsafe_b64encode(part) for part in (body, self._private.sign(body))))
        )

    def seal(self, statement: bytes) -> Seal:
        """Return the dispatcher's seal on a statement."""
        return Seal(key=self.public_key.hex(), signature=self._private.sign(statement).hex())

    def sealed_by_me(self, statement: bytes, seal: Seal) -> bool:
        """Whether this mint put that seal on the statement."""
        return seal.key == self.public_key.hex() and _signed(self.public_key, statement, bytes.fromhex(seal.signature))


class TokenCheck:
    """A connector's side: reads tokens, and takes each of them once."""

    def __init__(self, public_key: bytes) -> None:
        self._public_key = public_key
        self._taken: dict[str, datetime] = {}
        self._lock = Lock()

    def redeem(self, token: Token, *, kind: str, key: str, payload: JsonObject, now: datetime) -> Grant:
        """Take the token for exactly this call. Raises `RefusedError` when it is forged, for something else, late or used."""
        grant = self._read(token)
        wrong = _objection(grant, kind, key, payload, now)
        if wrong:
            raise RefusedError(f"the capability token does not fit: {wrong}", hint="nothing was done; run qm ledger verify")
        with self._lock:
            self._taken = {known: until for known, until in self._taken.items() if until > now}
            if grant.token_id in self._taken:
                raise RefusedError("the capability token was used already", hint="nothing was done")
            self._taken[grant.token_id] = grant.expires_at
        return grant

    def _read(self, token: Token) -> Grant:
        try:
            body, signature = (base64.urlsafe_b64decode(part) for part in token.value.reveal().split(b"."))
        except ValueError:
            body = signature = b""
        if not _signed(self._public_key, body, signature):
            raise RefusedError("the capability token was not made by the dispatcher", hint="nothing was done")
        return Grant.model_validate_json(body)


def _new_key() -> Secret:
    return Secret(secrets.token_bytes(KEY_BYTES))


def party_of(payload: Mapping[str, object]) -> str:
    """Return the registry id of the party that a payload names; empty where it names none."""
    return next((str(payload[name]) for name in _PARTIES if name in payload), "")


def _objection(grant: Grant, kind: str, key: str, payload: JsonObject, now: datetime) -> str:
    if (grant.scope, grant.effect_key) != (kind, key):
        return "it is for another effect"
    if grant.party != party_of(payload):
        return "it is for another party"
    if grant.digest != effect_digest(kind, key, payload):
        return "the payload is not the one that was authorized"
    if not grant.not_before <= now < grant.expires_at:
        return "it is not valid now"
    return _above(grant.ceiling, payload)


def _above(ceiling: Money | None, payload: JsonObject) -> str:
    if "amount" not in payload:
        return ""
    try:
        amount = Money.model_validate(payload["amount"], strict=True)
    except ValidationError:
        return "the amount is not an amount of money"
    if ceiling is None or amount.currency != ceiling.currency or not 0 < amount.amount_minor <= ceiling.amount_minor:
        return "the amount is above its ceiling"
    return ""


def _signed(public_key: bytes, body: bytes, signature: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, body)
    except (InvalidSignature, ValueError):
        return False
    return True
