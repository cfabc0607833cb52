"""What stands in the ledger and is really the operator's word: the facts whose seal holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from memory.domain.base import sha256_hex
from memory.domain.seal import OperatorFact, SealCheck, statement
from memory.ledger import StoredEvent


def vouched(stored: StoredEvent, check: SealCheck) -> bool:
    """Whether the operator stated this fact. Raises `IntegrityError` when this program does not know the event."""
    fact = stored.event
    if not isinstance(fact, OperatorFact):
        return False
    return check.holds(_said(stored), fact.seal, stored.seq)


def operators_word(events: Iterable[StoredEvent], check: SealCheck) -> Iterator[StoredEvent]:
    """Yield what the operator stated, in the order given (the ledger's), each statement once.

    A sealed statement written a second time is somebody's attempt to bring an old word back: old bank details, an old policy.
    """
    seen: set[str] = set()
    for stored in events:
        said = sha256_hex(_said(stored))
        if vouched(stored, check) and said not in seen:
            seen.add(said)
            yield stored


def _said(stored: StoredEvent) -> bytes:
    return statement(stored.kind, stored.stream, stored.act_key, stored.body)
