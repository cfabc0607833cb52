"""The compensator: looks at what a case's ledger holds, and does what is owed because of it, once.

Level-triggered: it looks at what is, not at why it was called. Each deed has a key of its own and leaves a fact that makes it owed no
more, so that a run that was killed is simply begun again. It works for cases that are over too: a vendor may refuse after
we have paid, and whoever waits for our answer to an offer is told when a case was cancelled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import sqlalchemy as sa

from graphs.context import Desk
from graphs.remedies import Deed
from graphs.saga_file import SagaFile, load_saga
from graphs.undoing import after_refusal, calendar, endings, farewells, late_proof, mended, noticed, results, twice, undelivered
from memory.database import at_once, glancing
from memory.domain.events.cases import CaseCancelled, CaseEnded
from memory.domain.events.contracts import OrderPlaced
from memory.domain.events.effects import EffectContradicted, EffectFailed
from memory.domain.events.negotiation import MessageReceived
from memory.domain.events.remediation import OrderRefused, PaymentRepeated, RemediationOpened
from memory.domain.events.renewals import CalendarOutdated, NoticeSent
from memory.ledger import StoredEvent, read_events

#: Who does what is owed, as the ledger tells it.
ACTOR = "saga"
#: Facts after which a case may owe something; an order alone owes nothing until its vendor writes a second time.
_TRIGGERS = (
    *(CaseCancelled.kind, CaseEnded.kind, RemediationOpened.kind, PaymentRepeated.kind, OrderPlaced.kind),
    *(EffectContradicted.kind, EffectFailed.kind, OrderRefused.kind, NoticeSent.kind, CalendarOutdated.kind),
)
# Asked each time that a case goes on, and nearly always in vain.
_ANY_TRIGGER = (
    "SELECT 1 FROM cases WHERE case_id = ? AND status <> 'paused' AND EXISTS (SELECT 1 FROM events WHERE stream = cases.case_id "  # noqa: S608  # marks only
    f"AND kind IN ({', '.join('?' for _ in _TRIGGERS)}))"
)
#: Each deed may make another one owed; no chain of them is longer.
_ROUNDS = 12

Watch = Callable[[Desk, SagaFile], Iterator[Deed]]
WATCHES: tuple[Watch, ...] = (
    after_refusal.heard,
    after_refusal.questions_withdrawn,
    after_refusal.paid_and_refused,
    twice.paid,
    twice.ordered,
    mended.payment,
    mended.order,
    results.confirmed,
    results.failed,
    endings.settled,
    endings.unwatched,
    calendar.outdated,
    farewells.owed,
    undelivered.declines,
    late_proof.told,
    noticed.heard,
    noticed.by_hand,
)


def unwind(desk: Desk, case_id: str) -> int:
    """Do everything that is owed, in the order in which it becomes owed; returns how many deeds that were."""
    if not _may_owe(desk.database, case_id):
        return 0
    done = 0
    for _ in range(_ROUNDS):
        deeds = _owed(desk, case_id)
        if not deeds:
            break
        done += sum(_do(desk, case_id, deed) for deed in deeds)
    return done


def _owed(desk: Desk, case_id: str) -> tuple[Deed, ...]:
    """Return the deeds of the first watch that owes any, but for those that are in the ledger: one look, one kind of deed."""
    saga = load_saga(desk.database, case_id)
    for watch in WATCHES:
        deeds = tuple(deed for deed in watch(desk, saga) if desk.unit_of_work.recorded(deed.key) is None)
        if deeds:
            return deeds
    return ()


def _do(desk: Desk, case_id: str, deed: Deed) -> bool:
    act = desk.unit_of_work.act
    done = act(deed.key, deed.events, stream=case_id, actor=ACTOR, effects=deed.effects, moves=deed.moves)
    return not done.repeated


def _may_owe(database: sa.Engine, case_id: str) -> bool:
    with glancing(database) as connection:
        if at_once(connection, _ANY_TRIGGER, (case_id, *_TRIGGERS)).fetchone() is None:
            return False
        found = list(read_events(connection, stream=case_id, kinds=_TRIGGERS))
        if any(fact.kind != OrderPlaced.kind for fact in found):
            return True
        return bool(found) and _wrote_again(connection, found[-1])


def _wrote_again(connection: sa.Connection, placed: StoredEvent) -> bool:
    """Whether the vendor of an order wrote more than the one mail that the graph reads as its confirmation."""
    later = read_events(connection, stream=placed.stream, kinds=(MessageReceived.kind,), after_seq=placed.seq)
    return sum(1 for message in later if message.body["vendor_id"] == placed.body["vendor_id"]) > 1
