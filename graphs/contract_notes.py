"""Contracts as notes: every passage of every contract, with its kind where the review names one, and with the days on which it binds.

A note stands from when it was known until something changed what it says: a contract that was read binds nobody; signed or imported it
does; a cancellation sets its last day. Earlier versions stay, so that a recall as of then sees what was known then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from agents.contract_reader.sentences import titles
from memory.domain.base import Digest
from memory.domain.contract import ContractReview
from memory.domain.events.contracts import (
    ContractImported,
    ContractReviewed,
    ContractSigned,
    RenewalDecided,
    RenewalDropped,
    RenewalScheduled,
)
from memory.domain.events.renewals import NoticeConfirmed
from memory.domain.evidence import EvidenceRef, Origin, Span
from memory.domain.note import Note, NoteKind
from memory.ledger import WORKSPACE, StoredEvent
from memory.recall.passages import passages

KINDS = tuple(
    e.kind for e in (ContractReviewed, ContractImported, ContractSigned, RenewalScheduled, RenewalDecided, RenewalDropped, NoticeConfirmed)
)
TextOf = Callable[[Digest], str | None]
"""Gives the text behind a digest, or None where it is not kept."""


@dataclass(frozen=True)
class _State:
    """What was known of a contract from `at` on. `first` and `last` are the days on which it binds; without the first it never did."""

    review: ContractReview
    vendor_id: str
    case_id: str | None
    at: datetime
    first: date | None = None
    last: date | None = None


@dataclass
class _History:
    states: list[_State] = field(default_factory=list)
    term_end: date | None = None

    def add(self, state: _State) -> None:
        if not self.states or replace(self.states[-1], at=state.at) != state:
            self.states.append(state)


def contract_notes(stored: Iterable[StoredEvent], text_of: TextOf) -> Iterator[Note]:
    """Yield the notes of every contract that these events tell of."""
    for history in _histories(stored).values():
        numbered = list(enumerate(history.states, start=1))
        for (number, state), following in zip(numbered, [*history.states[1:], None], strict=True):
            yield from _notes(state, number, following.at if following else None, text_of)


def _histories(stored: Iterable[StoredEvent]) -> dict[Digest, _History]:
    found: dict[Digest, _History] = {}
    watched: dict[str, Digest] = {}
    for fact in stored:
        event = fact.event
        if isinstance(event, ContractReviewed | ContractImported):
            found.setdefault(event.review.contract, _History()).add(_read(event, fact))
        elif isinstance(event, RenewalScheduled):
            watched[event.uid] = event.contract
            if event.contract in found:
                found[event.contract].term_end = event.term_end
        elif isinstance(event, ContractSigned):
            _change(found.get(event.contract), fact)
        elif isinstance(event, RenewalDecided | NoticeConfirmed | RenewalDropped):
            _change(found.get(watched.get(event.uid, "")), fact)
    return found


def _read(event: ContractReviewed | ContractImported, fact: StoredEvent) -> _State:
    case_id = None if fact.stream == WORKSPACE else fact.stream
    state = _State(event.review, event.vendor_id, case_id, fact.at)
    return _bound(state, fact.at) if isinstance(event, ContractImported) else state


def _bound(state: _State, at: datetime) -> _State:
    """Return a contract that binds: from its effective day, else from the day on which we heard of it, to the end where it has a fixed one."""
    review = state.review
    return replace(state, at=at, first=review.effective_on or at.date(), last=review.term_end if review.auto_renews is False else None)


def _change(history: _History | None, fact: StoredEvent) -> None:
    """Add what a fact changes about a contract that is known."""
    if history is None:
        return
    state, event = replace(history.states[-1], at=fact.at), fact.event
    if isinstance(event, ContractSigned):
        history.add(_bound(state, fact.at))
    elif isinstance(event, NoticeConfirmed):
        history.add(replace(state, last=event.ends_on))
    elif isinstance(event, RenewalDropped):
        history.add(replace(state, last=fact.at.date() - timedelta(days=1)))
    elif isinstance(event, RenewalDecided) and event.action == "cancel":
        history.add(replace(state, last=history.term_end))
    elif isinstance(event, RenewalDecided) and event.action == "keep":
        history.add(replace(state, last=None))


def _notes(state: _State, number: int, until: datetime | None, text_of: TextOf) -> Iterator[Note]:
    review = state.review
    past = f"-v{number}" if until else ""
    for index, clause in enumerate(review.clauses):
        if _says_something(clause.span.text):
            yield _note(state, f"{index}{past}", clause.span, until, clause.kind.value)
    text = text_of(review.text) or ""
    for start, end in passages(text, ((c.span.start, c.span.end) for c in review.clauses)):
        if _says_something(text[start:end]):
            yield _note(state, f"p{start}{past}", Span(start=start, end=end, text=text[start:end]), until)


def _says_something(words: str) -> bool:
    """Whether words are more than the title of a clause ("2. Renewal.")."""
    return bool(words.strip()) and not titles(" ".join(words.split()))


def _note(state: _State, key: str, span: Span, until: datetime | None, clause: str | None = None) -> Note:
    return Note(
        id=f"{state.review.contract[:24]}-{key}",
        kind=NoteKind.CLAUSE,
        text=span.text,
        vendor_id=state.vendor_id,
        case_id=state.case_id,
        clause=clause,
        at=state.at,
        superseded_at=until,
        in_force_from=state.first,
        in_force_until=state.last,
        source=EvidenceRef(digest=state.review.text, origin=Origin.VENDOR_DOCUMENT, span=span),
    )
