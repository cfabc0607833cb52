"""A dispatcher's side of a connector, in memory: tokens that fit, for tests, notebooks and the demo's simulated parties."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from pydantic import ValidationError

from memory.domain.approval import Authorization, effect_digest
from memory.domain.base import Digest, JsonObject
from memory.domain.money import Money
from tools.capability import Clearance, Mint, TokenCheck
from tools.connectors.base import Connector, Receipt
from tools.sandbox.ports import SetClock

_WHOLE = 10**12


@dataclass
class Gatehouse:
    """Mints for whatever it is asked, at the clock's time. `tokens` is what the connector gets."""

    mint: Mint = field(default_factory=Mint.fresh)
    clock: SetClock = field(default_factory=SetClock)
    last_look: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        self.tokens = TokenCheck(self.mint.public_key)

    def clear(self, kind: str, payload: JsonObject, key: str, **changes: object) -> Clearance:
        """Return the clearance for exactly this call; `changes` bend the permit behind it."""
        now: datetime = self.clock.now()
        fields: dict[str, object] = {
            "authorization_id": f"AU-{key}"[:40],
            "case_id": "CASE-1",
            "effect_key": key,
            "effect_kind": kind,
            "effect_digest": _digest(kind, key, payload),
            "approver": "sandbox",
            "policy_version": "v1",
            "ceiling": _ceiling(payload.get("amount")),
            "granted_at": now,
            "expires_at": now + timedelta(days=1),
        }
        permit = Authorization.model_validate({**fields, **changes})
        return Clearance(self.mint.token(self.mint.new_id(), permit, payload, now), self.last_look)

    def through(self, connector: Connector) -> Visited:
        """Return the connector with a fitting clearance for each call."""
        return Visited(self, connector)


@dataclass(frozen=True)
class Visited:
    """A connector as a caller sees it who is always let in."""

    gate: Gatehouse
    connector: Connector

    def perform(self, kind: str, payload: JsonObject, *, key: str) -> Receipt:
        """Do it."""
        return self.connector.perform(kind, payload, key=key, clearance=self.gate.clear(kind, payload, key))

    def look_up(self, kind: str, payload: JsonObject, *, key: str) -> Receipt | None:
        """Look it up."""
        return self.connector.look_up(kind, payload, key=key)


def _digest(kind: str, key: str, payload: JsonObject) -> Digest:
    try:
        return effect_digest(kind, key, payload)
    except TypeError:  # a float has no digest; the connector will say so
        return "0" * 64


def _ceiling(amount: object) -> Money | None:
    """As much as anybody could want, in the amount's own currency."""
    if not isinstance(amount, dict):
        return None
    try:
        return Money(amount_minor=_WHOLE, currency=amount.get("currency", "EUR"))
    except ValidationError:
        return None
