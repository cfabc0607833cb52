"""What is worth finding again, from the ledger: clauses of contracts, vendors, how negotiations went. Recall is rebuilt from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import sqlalchemy as sa

from memory.database import reading
from memory.domain.events.contracts import ContractImported, ContractReviewed
from memory.domain.events.negotiation import NegotiationConcluded
from memory.domain.evidence import EvidenceRef, Origin
from memory.domain.note import EventRef, Note, NoteKind
from memory.domain.words import one_line
from memory.ledger import WORKSPACE, StoredEvent, read_events
from memory.narration import narrate
from memory.views.names import all_names
from memory.views.vendors import vendor_list

_KINDS = (ContractReviewed.kind, ContractImported.kind, NegotiationConcluded.kind)
_LONGEST = 8000


def notes_of(database: sa.Engine, case_id: str | None = None) -> tuple[Note, ...]:
    """Return every note that the ledger gives, or those of one case; the same ledger always gives the same notes."""
    with reading(database) as connection:
        names = all_names(connection)
        found = [note for stored in read_events(connection, stream=case_id, kinds=_KINDS) for note in _notes(stored, names)]
    return (*{note.id: note for note in found}.values(), *_vendor_notes(database))


def _notes(stored: StoredEvent, names: Mapping[str, str]) -> Iterator[Note]:
    event = stored.event
    if isinstance(event, ContractReviewed | ContractImported):
        yield from _clauses(stored, event)
    elif isinstance(event, NegotiationConcluded):
        yield _told(stored, NoteKind.NEGOTIATION, event.vendor_id, names)


def _clauses(stored: StoredEvent, event: ContractReviewed | ContractImported) -> Iterator[Note]:
    review = event.review
    for index, clause in enumerate(review.clauses):
        if clause.span.text.strip():
            yield Note(
                id=f"{review.contract[:24]}-{index}",
                kind=NoteKind.CLAUSE,
                text=clause.span.text,
                vendor_id=event.vendor_id,
                case_id=None if stored.stream == WORKSPACE else stored.stream,
                clause=clause.kind.value,
                at=stored.at,
                source=EvidenceRef(digest=review.text, origin=Origin.VENDOR_DOCUMENT, span=clause.span),
            )


def _told(stored: StoredEvent, kind: NoteKind, vendor_id: str, names: Mapping[str, str]) -> Note:
    source = EventRef(event_id=stored.event_id, origin=Origin.SYSTEM)
    text = narrate(stored.event, names)[:_LONGEST]
    return Note(id=f"note-{stored.event_id}", kind=kind, text=text, at=stored.at, source=source, vendor_id=vendor_id, case_id=stored.stream)


def _vendor_notes(database: sa.Engine) -> Iterator[Note]:
    for profile in vendor_list(database):
        facts = profile.facts
        parts = [facts.name, facts.category or "", facts.data_region or "", str(facts.list_price or ""), *facts.features]
        text = one_line("; ".join(part for part in parts if part), _LONGEST)
        source = EventRef(event_id=profile.event_id, origin=Origin.CATALOGUE)
        yield Note(
            id=f"vendor-{facts.vendor_id}", kind=NoteKind.VENDOR, text=text, at=profile.as_of, source=source, vendor_id=facts.vendor_id
        )
