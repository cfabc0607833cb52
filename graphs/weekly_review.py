"""The weekly ten minutes: a small sample of what was decided automatically, and what the operator thinks of it.

A decision that a person calls wrong is automation debt: it is counted until the rule or the agent behind it is mended.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Literal

import sqlalchemy as sa

from memory import outbox
from memory.database import reading
from memory.domain.base import sha256_hex
from memory.domain.errors import ConflictError, InputError, NotFoundError
from memory.domain.events import Event
from memory.domain.events.authority import AuthorizationGranted
from memory.domain.events.workspace import DecisionReviewed
from memory.ledger import StoredEvent, read_events
from memory.narration import narrate, permit_in_words
from memory.unit_of_work import UnitOfWork
from memory.views.names import all_names

Opinion = Literal["right", "wrong", "unsure"]
OPINIONS: tuple[Opinion, ...] = ("right", "wrong", "unsure")
#: What agents and policy decide without the operator.
_KINDS = (
    "authorization.granted",
    "vendor.rejected",
    "counteroffer.proposed",
    "negotiation.concluded",
    "award.recommended",
    "quote.received",
)
#: How many decisions of one kind and one case a sample may hold.
_MOST_ALIKE = 3


@dataclass(frozen=True)
class AutomaticDecision:
    """One decision that nobody was asked about."""

    event_id: str
    kind: str
    case_id: str
    at: datetime
    actor: str
    sentence: str


@dataclass(frozen=True)
class WeeklyReview:
    """The sample, out of how many, since when; and how many decisions were called wrong so far, by kind."""

    since: datetime | None
    decided: int
    sample: tuple[AutomaticDecision, ...]
    reviewed: int
    debt: dict[str, int]


class ReviewDesk:
    """Draws the sample and records opinions."""

    def __init__(self, database: sa.Engine, unit_of_work: UnitOfWork) -> None:
        self._database = database
        self._unit_of_work = unit_of_work

    def weekly(self, *, size: int = 7) -> WeeklyReview:
        """Return the sample of decisions since the last review, spread over their kinds; the same ledger gives the same sample."""
        with reading(self._database) as connection:
            reviews = list(read_events(connection, kinds=(DecisionReviewed.kind,)))
            decisions = [e for e in read_events(connection, kinds=_KINDS) if _automatic(e)]
        known = {str(e.body["event_id"]): str(e.body["verdict"]) for e in reviews}
        since = reviews[-1].at if reviews else None
        fresh = [e for e in decisions if e.event_id not in known]
        wrong = Counter(e.kind for e in decisions if known.get(e.event_id) == "wrong")
        return WeeklyReview(since, len(fresh), tuple(self._told(e) for e in _spread(fresh, size)), len(known), dict(wrong))

    def record(self, event_id: str, verdict: str, *, note: str = "") -> AutomaticDecision:
        """Record what the operator thinks of one decision.

        Raises `NotFoundError` when it is no automatic decision, `InputError` for an unknown verdict, `ConflictError` when the
        same was said already.
        """
        if verdict not in OPINIONS:
            raise InputError(f"{verdict!r} is not a verdict", hint=f"say one of: {', '.join(OPINIONS)}")
        with reading(self._database) as connection:
            found = next((e for e in read_events(connection, kinds=_KINDS) if e.event_id == event_id and _automatic(e)), None)
            said = [e for e in read_events(connection, kinds=(DecisionReviewed.kind,)) if e.body["event_id"] == event_id]
        if found is None:
            raise NotFoundError(f"there is no automatic decision {event_id}", hint="qm review lists the sample")
        fact = DecisionReviewed(event_id=event_id, verdict=verdict, note=note)
        if said and said[-1].event == fact:
            raise ConflictError(f"{event_id} was reviewed as {verdict} already", hint="nothing was changed")
        self._unit_of_work.act(f"review/{event_id}/{len(said)}", [fact], actor="operator")
        return self._told(found)

    def _told(self, stored: StoredEvent) -> AutomaticDecision:
        with reading(self._database) as connection:
            names = all_names(connection)
            sentence = _permitted(connection, stored.event, names) or narrate(stored.event, names)
        return AutomaticDecision(stored.event_id, stored.kind, stored.stream, stored.at, stored.actor, sentence)


def _automatic(stored: StoredEvent) -> bool:
    if stored.kind != "authorization.granted":
        return True
    return stored.body["authorization"].get("approval_id") is None


def _permitted(connection: sa.Connection, event: Event, names: Mapping[str, str]) -> str:
    """Return what a permit let happen, with the vendor it went to where the effect tells; nothing for other decisions."""
    if not isinstance(event, AuthorizationGranted):
        return ""
    rows = outbox.rows(connection, case_id=event.authorization.case_id)
    payload = next((row.payload for row in rows if row.effect_key == event.authorization.effect_key), {})
    vendor_id = str(payload.get("conversation") or "").rpartition("/")[2]
    return permit_in_words(event.authorization, names.get(vendor_id, vendor_id))


def _spread(decisions: Sequence[StoredEvent], size: int) -> list[StoredEvent]:
    """Take in turn from each kind; within a kind by the hash of the event, which nobody can arrange beforehand.

    Of one case no kind is taken more often than a person wants to read the same thing.
    """
    by_kind = [
        _few_per_case(sorted((e for e in decisions if e.kind == kind), key=lambda e: sha256_hex(e.hash.encode()))) for kind in _KINDS
    ]
    taken = [e for row in zip_longest(*by_kind) for e in row if e is not None]
    return taken[:size]


def _few_per_case(decisions: Sequence[StoredEvent]) -> list[StoredEvent]:
    seen: Counter[str] = Counter()
    few = []
    for decision in decisions:
        seen[decision.stream] += 1
        if seen[decision.stream] <= _MOST_ALIKE:
            few.append(decision)
    return few
