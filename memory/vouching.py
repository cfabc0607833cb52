"""What stands in the ledger and is really the operator's word: the facts whose seal holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import sqlalchemy as sa

from memory.database import reading
from memory.domain.base import Digest, sha256_hex
from memory.domain.events.base import event_types
from memory.domain.seal import OperatorFact, SealCheck, statement
from memory.ledger import StoredEvent, read_events
from memory.schema import events


def vouched(stored: StoredEvent, check: SealCheck) -> bool:
    """Whether the operator stated this fact. Raises `IntegrityError` when this program does not know the event."""
    fact = stored.event
    if not isinstance(fact, OperatorFact):
        return False
    return check.holds(_said(stored), fact.seal, stored.seq)


def operators_word(stored_events: Iterable[StoredEvent], check: SealCheck) -> Iterator[StoredEvent]:
    """Yield what the operator stated, in the order given (the ledger's), each statement once.

    A sealed statement written a second time is somebody's attempt to bring an old word back: old bank details, an old policy.
    """
    seen: set[str] = set()
    for stored in stored_events:
        said = sha256_hex(_said(stored))
        if vouched(stored, check) and said not in seen:
            seen.add(said)
            yield stored


def ledger_end(database: sa.Engine) -> int:
    """Return the running number of the ledger's last event, 0 when it is empty."""
    with reading(database) as connection:
        return int(connection.scalar(sa.select(sa.func.max(events.c.seq))) or 0)


def anything_sealed(database: sa.Engine) -> bool:
    """Whether any fact in the ledger bears a seal, whosever it is: then a key was made once. Reads all facts that can bear one."""
    kinds = [kind for kind, fact in event_types().items() if issubclass(fact, OperatorFact)]
    with reading(database) as connection:
        return any(stored.body.get("seal") is not None for stored in read_events(connection, kinds=kinds))


def words_up_to(database: sa.Engine, seq: int) -> dict[int, Digest]:
    """Return the digest of each word in the ledger that could bear a seal, by its running number, up to `seq`."""
    kinds = [kind for kind, fact in event_types().items() if "seal" in fact.model_fields]
    with reading(database) as connection:
        return {e.seq: sha256_hex(_said(e)) for e in read_events(connection, kinds=kinds) if e.seq <= seq}


def _said(stored: StoredEvent) -> bytes:
    return statement(stored.kind, stored.stream, stored.act_key, stored.body)
