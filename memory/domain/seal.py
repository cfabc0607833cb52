"""Seals: proof that the operator said something. Only a surface that opens the vault can make one; a worker cannot.

A seal signs what was said together with where it stands in the ledger (kind, stream, act key), so that a fact cannot be said
again elsewhere or later. It is checked on the stored body, never on a body written anew by a newer program.
"""

from typing import ClassVar, Protocol, TypeVar

from pydantic import Field

from memory.domain.base import JsonObject, Noun, canonical_json
from memory.domain.events.base import Event


class Seal(Noun):
    """An Ed25519 signature (RFC 8032) and the public key it was made with, both in lower-case hexadecimal."""

    key: str = Field(pattern=r"^[0-9a-f]{64}$")
    signature: str = Field(pattern=r"^[0-9a-f]{64,128}$")


class SealCheck(Protocol):
    """Tells what the operator said from what merely stands in the ledger. Held by the dispatcher."""

    def holds(self, statement: bytes, seal: Seal | None, seq: int) -> bool:
        """Whether the statement at the ledger's running number `seq` is the operator's: sealed, or older than sealing itself."""


class Sealer(SealCheck, Protocol):
    """Seals what the operator says. Held by the surfaces where an operator speaks, never by a worker."""

    def seal(self, statement: bytes) -> Seal:
        """Return the seal on a statement."""


class OperatorFact(Event):
    """A fact that counts only when the operator stated it. `seal` is None in ledgers that were written before there were seals."""

    kind: ClassVar[str]
    seal: Seal | None = None


class PartyFact(OperatorFact):
    """The operator entered a party. `ordinal` numbers the believed entries of one party from 0; None in ledgers from before it was kept."""

    kind: ClassVar[str]
    ordinal: int | None = None


Fact = TypeVar("Fact", bound=OperatorFact)


def statement(kind: str, stream: str, act_key: str, body: JsonObject) -> bytes:
    """Return the bytes that a seal signs."""
    said = {name: value for name, value in body.items() if name != "seal"}
    return canonical_json({"kind": kind, "stream": stream, "act_key": act_key, "body": said})


def sealed(fact: Fact, *, stream: str, act_key: str, sealer: Sealer | None) -> Fact:
    """Return the fact with the operator's seal for its place in the ledger; unsealed when nobody here can seal."""
    if sealer is None:
        return fact
    return fact.model_copy(update={"seal": sealer.seal(statement(fact.kind, stream, act_key, fact.stored_body()))})


def unsealed(fact: Fact) -> Fact:
    """Return what was said, without its seal: two facts say the same when these are equal."""
    return fact.model_copy(update={"seal": None})
