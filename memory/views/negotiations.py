"""The talks of a case with their reasons, straight from the ledger: what was believed and expected in a round, and what happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from memory.database import reading
from memory.domain.answers import TermAnswer
from memory.domain.events.negotiation import (
    CounterofferProposed,
    NegotiationConcluded,
    NegotiationReasoned,
    QuoteReceived,
    QuoteUnreadable,
    ReplyOverdue,
)
from memory.domain.money import Money
from memory.domain.quote import Counteroffer, NegotiationOutcome, Quote
from memory.domain.reasoning import OutcomePoint, Reasoning
from memory.ledger import StoredEvent, read_events
from memory.views.names import names_of

_KINDS = (NegotiationReasoned, QuoteReceived, QuoteUnreadable, CounterofferProposed, ReplyOverdue, NegotiationConcluded)
_KEPT = tuple(event.kind for event in _KINDS)
_ENDS = {
    NegotiationOutcome.AGREED: "It ended: agreed",
    NegotiationOutcome.FINAL_QUOTE: "It ended: their last quote stands",
    NegotiationOutcome.WALKED_AWAY: "It ended: we walked away",
    NegotiationOutcome.NO_REPLY: "It ended: they did not answer",
    NegotiationOutcome.FAILED: "It ended: the talks failed",
}
#: Two outcomes at least so far apart, in thousandths, tell how worth and cost go together in spite of rounding.
_FAR_APART = 40

Turn = Literal["moved", "held", "rose", "ended", "silent", "unread", "waiting"]


@dataclass(frozen=True)
class Happened:
    """What came after a decision. `cost` is counted as `Reasoning.expected` is; None where there is none to compare."""

    turn: Turn
    words: str
    cost: Money | None = None


@dataclass(frozen=True)
class Round:
    """One decision of ours with its reason. `theirs` is the offer that stood and `ours` the one we made on it, if any.

    `answered` is what their answer to it did with each of our terms; empty while there is none, and for a move that asked for nothing.
    `walk_away_worth` is where walking away stands on the picture's scale of worth to us, in thousandths; None when unknown.
    """

    number: int
    seq: int
    at: datetime
    theirs: Quote | None
    ours: Counteroffer | None
    why: Reasoning
    happened: Happened
    walk_away_worth: int | None
    answered: tuple[TermAnswer, ...] = ()

    @property
    def picture(self) -> tuple[OutcomePoint, ...]:
        """The outcome space as it was seen then; when we accepted, their standing offer is the decided point."""
        points = self.why.points
        if self.why.move != "accept" or any(point.kind == "decided" for point in points):
            return points
        last = max((k for k, point in enumerate(points) if point.kind == "theirs"), default=None)
        return tuple(point.model_copy(update={"kind": "decided"}) if k == last else point for k, point in enumerate(points))


@dataclass(frozen=True)
class Talks:
    """The negotiation with one vendor. `unexplained` counts moves of ours without a kept reason: ledgers from before reasons were kept."""

    vendor_id: str
    vendor_name: str
    rounds: tuple[Round, ...]
    unexplained: int


def case_talks(database: sa.Engine, case_id: str) -> dict[str, Talks]:
    """Return the talks of a case by vendor, in the order in which they began."""
    with reading(database) as connection:
        by_vendor: dict[str, list[StoredEvent]] = {}
        for stored in read_events(connection, stream=case_id, kinds=_KEPT):
            by_vendor.setdefault(_vendor_of(stored), []).append(stored)
        names = names_of(connection, by_vendor)
    return {vendor_id: _talks(vendor_id, names[vendor_id], events) for vendor_id, events in by_vendor.items()}


def _vendor_of(stored: StoredEvent) -> str:
    event = stored.event
    if isinstance(event, QuoteReceived):
        return event.quote.vendor_id
    if isinstance(event, CounterofferProposed):
        return event.counteroffer.vendor_id
    assert isinstance(event, NegotiationReasoned | QuoteUnreadable | ReplyOverdue | NegotiationConcluded)
    return event.vendor_id


def _talks(vendor_id: str, name: str, events: Sequence[StoredEvent]) -> Talks:
    rounds: list[Round] = []
    for place, stored in enumerate(events):
        if isinstance(stored.event, NegotiationReasoned):
            rounds.append(_round(events, place, stored.event.reasoning, rounds))
    made = sum(1 for stored in events if isinstance(stored.event, CounterofferProposed))
    return Talks(vendor_id, name, tuple(rounds), made - sum(1 for r in rounds if r.ours is not None))


def _round(events: Sequence[StoredEvent], place: int, why: Reasoning, earlier: Sequence[Round]) -> Round:
    """Return the decision at `place`. The reason and the offer it explains are written together, in either order."""
    stood = next((k for k in range(place, -1, -1) if isinstance(events[k].event, QuoteReceived)), -1)
    until = next(
        (k for k in range(place + 1, len(events)) if isinstance(events[k].event, QuoteReceived | NegotiationReasoned)), len(events)
    )
    quote = events[stood].event if stood >= 0 else None
    taken = [r.ours for r in earlier]
    made = [e.event.counteroffer for e in events[stood + 1 : until] if isinstance(e.event, CounterofferProposed)]
    ours = next((offer for offer in made if offer not in taken), None)
    return Round(
        number=why.round,
        seq=events[place].seq,
        at=events[place].at,
        theirs=quote.quote if isinstance(quote, QuoteReceived) else None,
        ours=ours if why.move == "counter" else None,
        why=why,
        happened=_happened(why, events[place + 1 :]),
        walk_away_worth=_walk_away_worth(why, [r.why for r in earlier]),
        answered=_answered(events[place + 1 :]) if why.move == "counter" else (),
    )


def _answered(after: Sequence[StoredEvent]) -> tuple[TermAnswer, ...]:
    """Return what the answer to an offer did with its terms: the one that came before our next move. A reply to a question comes later."""
    for stored in after:
        if isinstance(stored.event, QuoteReceived):
            return stored.event.on_our_terms
        if isinstance(stored.event, NegotiationReasoned):
            break
    return ()


def _happened(why: Reasoning, after: Sequence[StoredEvent]) -> Happened:
    """Return what came of a decision: the offer that stood at the next one, or else the newest of what there is."""
    following = next((e.event.reasoning for e in after if isinstance(e.event, NegotiationReasoned)), None)
    if following is not None:
        return _moved(why, following.standing_cost)
    newest = next((e.event for e in reversed(after) if not isinstance(e.event, CounterofferProposed)), None)
    match newest:
        case NegotiationConcluded():
            return _ended(why, newest)
        case ReplyOverdue():
            return Happened("silent", "No reply came in time.")
        case QuoteUnreadable():
            return Happened("unread", "Their reply held no offer that could be read.")
        case QuoteReceived():
            return Happened("waiting", f"They offered {newest.quote.terms.all_in_total()} all-in; it is not weighed yet.")
        case _:
            return Happened("waiting", "Nothing yet.")


def _moved(why: Reasoning, cost: Money | None) -> Happened:
    before = why.standing_cost
    if cost is None or before is None or cost.currency != before.currency:
        return Happened("moved", f"They offered {cost}." if cost else "They answered.", cost)
    against = f"{_held_against(why, cost)}{_surprise(why, cost)}"
    if cost == before:
        return Happened("held", f"They did not move from {cost}, terms reckoned in.{against}", cost)
    if cost < before:
        return Happened("moved", f"They came down from {before} to {cost}, terms reckoned in.{against}", cost)
    return Happened("rose", f"Their offer rose from {before} to {cost}, terms reckoned in.{against}", cost)


def _ended(why: Reasoning, end: NegotiationConcluded) -> Happened:
    total = end.final_quote.terms.all_in_total() if end.final_quote else None
    final = f" at {total} all-in" if total else ""
    agreed = end.outcome in {NegotiationOutcome.AGREED, NegotiationOutcome.FINAL_QUOTE}
    cost = why.standing_cost if why.move == "accept" and agreed else None
    final += f", {cost} a year with its terms reckoned in" if cost and cost != total else ""
    against = _held_against(why, cost) if cost else ""
    return Happened("ended", f"{_ENDS[end.outcome]}{final if agreed else ''}.{against}", cost)


def _held_against(why: Reasoning, cost: Money) -> str:
    """Say how an offer compares with where the talks were expected to end."""
    expected = why.expected
    if expected is None or expected.currency != cost.currency:
        return ""
    if cost == expected:
        return " That is the end that we expected."
    if cost > expected:
        return f" That is {cost - expected} above the end that we expected."
    return f" That is {expected - cost} below the end that we expected."


def _surprise(why: Reasoning, cost: Money) -> str:
    lowest = why.limit_low
    lower = lowest is not None and lowest.currency == cost.currency and cost < lowest
    return " It is lower than the range in which we put their limit." if lower else ""


def _walk_away_worth(why: Reasoning, earlier: Sequence[Reasoning]) -> int | None:
    """Return what walking away is worth on the scale of this round's picture, in thousandths: as it was kept, or reckoned for older reasons.

    Worth falls evenly with cost, so that two outcomes of which both are known give the scale. This round's own two do when they
    lie apart; else the offers of earlier rounds, which the picture shows too, stand in.
    """
    if why.walk_away_utility is not None or why.walk_away is None:
        return why.walk_away_utility
    own = _pairs((why.standing_cost, why.standing_utility), (why.asked_cost, why.asked_utility))
    known = own if _spread(own) >= _FAR_APART else [*own, *_earlier_pairs(why, earlier)]
    (low_cost, low_worth), (high_cost, high_worth) = (min(known), max(known)) if known else ((0, 0), (0, 0))
    if low_cost == high_cost:
        return None
    slope = (high_worth - low_worth) / (high_cost - low_cost)
    return round(low_worth + (why.walk_away.amount.amount_minor - low_cost) * slope)


def _earlier_pairs(why: Reasoning, earlier: Sequence[Reasoning]) -> list[tuple[int, int]]:
    before = {reason.round: reason for reason in earlier}
    found: list[tuple[int, int]] = []
    for point in why.points:
        if point.round is None:
            continue
        if point.kind == "theirs" and point.round in before:
            found += _pairs((before[point.round].standing_cost, point.ours))
        elif point.kind == "ours" and point.round - 1 in before:
            found += _pairs((before[point.round - 1].asked_cost, point.ours))
    return found


def _pairs(*known: tuple[Money | None, int | None]) -> list[tuple[int, int]]:
    return [(cost.amount_minor, worth) for cost, worth in known if cost is not None and worth is not None]


def _spread(pairs: Sequence[tuple[int, int]]) -> int:
    worths = [worth for _, worth in pairs]
    return max(worths) - min(worths) if worths else 0
