"""What every connector promises, and what it is given.

A connector does one kind of thing in one system, names parties by registry id, and tells three outcomes apart: done (a
`Receipt`), known not to have happened (`EffectRejectedError`, or `UnavailableError` when nothing was sent and it may be
tried later), and unknown (`EffectUnknownError`: look it up, never repeat it on hope). It is called only by the dispatcher,
which has checked the authorization, and checks for itself the capability token that it gets with each call: see
`ConnectorContext.admit`. Right before the step that cannot be taken back it asks once more (`Clearance.last_look`).
A connector's module holds one constant `CONNECTOR: ConnectorDeclaration`, by which it is discovered; a module without one
(this, and readers such as statements) is not a connector.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol, TypeVar

from pydantic import Field, ValidationError, field_validator

from memory.domain.base import Digest, JsonObject, Noun, UtcTime, canonical_json
from memory.domain.clock import Clock
from memory.domain.errors import EffectRejectedError, NotFoundError
from memory.domain.evidence import Origin
from memory.domain.registry import Registry
from memory.engine.port import Queue, effects_queue
from tools.capability import Clearance, TokenCheck
from tools.vault.secret import Secret

Payload = TypeVar("Payload", bound=Noun)
Found = TypeVar("Found")


class ConnectorClass(StrEnum):
    """How a broken call can be settled (DESIGN §7)."""

    KEYED = "K"
    """The provider takes our key: the same call again is safe."""
    LOOKUP = "Q"
    """The provider can be asked whether our reference exists."""
    NEITHER = "N"
    """Neither: never repeated; an unknown outcome goes to the operator."""


class Receipt(Noun):
    """Proof that an effect happened: the provider's reference or ours, when, and the evidence kept of it."""

    reference: str = Field(min_length=1)
    at: UtcTime
    evidence: tuple[Digest, ...] = ()
    detail: JsonObject = Field(default_factory=dict)

    @field_validator("detail")
    @classmethod
    def _scalars(cls, detail: JsonObject) -> JsonObject:
        wrong = [name for name, value in detail.items() if not (value is None or type(value) in {str, int, bool})]
        if wrong:
            raise ValueError(f"a receipt's detail holds text, whole numbers, true, false or null only, not {', '.join(wrong)}")
        return detail


class EvidencePort(Protocol):
    """The part of the evidence store that a connector needs."""

    def put(self, body: bytes, *, media_type: str, origin: Origin, source: str = "") -> Digest:
        """Keep `body` and return its sha256. Putting the same bytes again changes nothing."""

    def get(self, digest: Digest) -> bytes:
        """Return the bytes. Raises `NotFoundError` when there are none."""


@dataclass(frozen=True)
class ConnectorContext:
    """What the dispatcher hands to a connector.

    `secrets` reads one named credential, within the scope of this connector; `tokens` knows this dispatcher's capability tokens.
    """

    home_files: Path
    evidence: EvidencePort
    registry: Registry
    clock: Clock
    secrets: Callable[[str], Secret]
    tokens: TokenCheck
    settings: Mapping[str, str] = field(default_factory=dict)

    def admit(self, clearance: Clearance, kind: str, payload: JsonObject, key: str) -> None:
        """Take the call's token. Raises `RefusedError` when it does not allow exactly this call, now and for the first time."""
        self.tokens.redeem(clearance.token, kind=kind, key=key, payload=payload, now=self.clock.now())


class Connector(Protocol):
    """One open connection to one system."""

    @property
    def system(self) -> str:
        """The system's short name, for example `payment`."""

    @property
    def kinds(self) -> frozenset[str]:
        """The effect kinds it performs."""

    @property
    def connector_class(self) -> ConnectorClass:
        """How a broken call is settled."""

    def perform(self, kind: str, payload: JsonObject, *, key: str, clearance: Clearance) -> Receipt:
        """Do it, at most once per key, and return the proof.

        Raises `RefusedError` when the token does not allow it, `EffectRejectedError` when it is known not to have happened,
        `UnavailableError` when this call certainly did nothing and it may be tried later (so does the last look), and
        `EffectUnknownError` when it may have happened.
        """

    def look_up(self, kind: str, payload: JsonObject, *, key: str) -> Receipt | None:
        """Find what `perform` did for this key: its receipt, or `None` when it certainly did not happen.

        Raises `EffectUnknownError` when it cannot tell.
        """


@dataclass(frozen=True)
class ConnectorDeclaration:
    """The constant by which a connector is discovered: its kinds with their payload models, and how to open it.

    `secrets` names the credentials it may ask for; the dispatcher gives it no others. `settings` names its settings.
    `slots` calls are made at a time in one process, and at most `at_most` begin within `per_s` seconds over all of them.
    """

    system: str
    payloads: Mapping[str, type[Noun]]
    connector_class: ConnectorClass
    open: Callable[[ConnectorContext], Connector]
    secrets: frozenset[str] = frozenset()
    settings: frozenset[str] = frozenset()
    slots: int = 2
    at_most: int | None = None
    per_s: float = 60.0

    @property
    def kinds(self) -> frozenset[str]:
        """The effect kinds it performs."""
        return frozenset(self.payloads)


def queues_of(declarations: Iterable[ConnectorDeclaration], at_most: Mapping[str, int] | None = None) -> tuple[Queue, ...]:
    """Return the queues that the dispatcher listens to, each with its connector's limits; `at_most` overrides one by system."""
    limits = at_most or {}
    return tuple(
        Queue(name, slots=declared.slots, at_most=limits.get(declared.system, declared.at_most), per_s=declared.per_s)
        for declared in declarations
        for name in sorted({effects_queue(kind) for kind in declared.kinds})
    )


def read_payload(model: type[Payload], payload: JsonObject) -> Payload:
    """Return the typed payload, read strictly. Raises `EffectRejectedError` naming each wrong or unknown field."""
    try:
        return model.model_validate_json(canonical_json(payload), strict=True)
    except TypeError as error:
        raise EffectRejectedError(f"the {model.__name__} payload is not plain JSON: {error}", hint="Propose the action again.") from error
    except ValidationError as error:
        wrong = "; ".join(
            f"{'.'.join(map(str, e['loc'])) or 'payload'}: {e['msg']}" for e in error.errors(include_input=False, include_url=False)
        )
        raise EffectRejectedError(f"the {model.__name__} payload is not valid: {wrong}", hint="Propose the action again.") from None


def known(find: Callable[[str], Found], party_id: str) -> Found:
    """Return what the registry (or evidence store) has under an id. Raises `EffectRejectedError` when there is nothing."""
    try:
        return find(party_id)
    except NotFoundError as error:
        raise EffectRejectedError(error.message, hint=error.hint or "Add it first; only the operator can.") from error


_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


def file_stem(reference: str) -> str:
    """Return a reference as a file name without its ending; characters outside A-Z a-z 0-9 . _ - become `_`."""
    return _UNSAFE.sub("_", reference).lstrip(".") or "_"
