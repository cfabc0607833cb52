"""What is worth finding again, from the ledger: contracts, vendors, how negotiations went, what went wrong. Recall is rebuilt from it."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

import sqlalchemy as sa

from graphs.contract_notes import KINDS as CONTRACT_KINDS
from graphs.contract_notes import TextOf, contract_notes
from memory.database import reading
from memory.domain.base import Digest
from memory.domain.events.negotiation import NegotiationConcluded
from memory.domain.evidence import Origin
from memory.domain.note import EventRef, Note, NoteKind
from memory.domain.vendor import VendorProfile
from memory.domain.words import one_line
from memory.ledger import StoredEvent, read_events
from memory.narration import narrate
from memory.projections.vendor_incidents import PROJECTION as INCIDENTS
from memory.projections.vendors import PROJECTION as VENDORS
from memory.schema import evidence
from memory.views.incidents import Incident, all_incidents
from memory.views.names import all_names
from memory.views.vendors import all_profiles

_LONGEST = 8000
_NOTED = sorted({*CONTRACT_KINDS, NegotiationConcluded.kind, *(INCIDENTS.kinds or ()), *(VENDORS.kinds or ())})


def notes_of(database: sa.Engine, case_id: str | None = None) -> tuple[Note, ...]:
    """Return every note that the ledger gives, or those of one case; the same ledger always gives the same notes."""
    with reading(database) as connection:
        names = all_names(connection)
        contracts = tuple(contract_notes(read_events(connection, stream=case_id, kinds=CONTRACT_KINDS), _texts(connection)))
        ended = read_events(connection, stream=case_id, kinds=(NegotiationConcluded.kind,))
        talks = tuple(_told(stored, names) for stored in ended)
    incidents = (_incident(incident, names) for incident in all_incidents(database, case_id=case_id))
    return (*contracts, *talks, *incidents, *_vendor_notes(all_profiles(database, case_id=case_id)))


def newest_noted(connection: sa.Connection) -> datetime | None:
    """Return when something last happened that notes tell of, or None when nothing did."""
    newest = next(read_events(connection, kinds=_NOTED, newest_first=True, limit=1), None)
    return newest.at if newest else None


def _texts(connection: sa.Connection) -> TextOf:
    """Return what gives the text of stored evidence; None where there is none (a ledger without its evidence)."""

    def text_of(digest: Digest) -> str | None:
        body: bytes | None = connection.scalar(sa.select(evidence.c.body).where(evidence.c.digest == digest))
        return None if body is None else body.decode(errors="replace")

    return text_of


def _told(stored: StoredEvent, names: Mapping[str, str]) -> Note:
    event = stored.event
    assert isinstance(event, NegotiationConcluded)
    return Note(
        id=f"note-{stored.event_id}",
        kind=NoteKind.NEGOTIATION,
        text=narrate(event, names)[:_LONGEST],
        at=stored.at,
        source=EventRef(event_id=stored.event_id, origin=Origin.SYSTEM),
        vendor_id=event.vendor_id,
        case_id=stored.stream,
    )


def _incident(incident: Incident, names: Mapping[str, str]) -> Note:
    return Note(
        id=f"incident-{incident.event_id}",
        kind=NoteKind.INCIDENT,
        text=one_line(f"{names.get(incident.vendor_id, incident.vendor_id)}: {incident.words}", _LONGEST),
        at=incident.at,
        source=incident.source,
        vendor_id=incident.vendor_id,
        case_id=incident.case_id,
    )


def _vendor_notes(profiles: Iterable[VendorProfile]) -> Iterator[Note]:
    """Yield a note for each version of a profile: the newest under the vendor's own id, an earlier one until the next was written."""
    versions = list(profiles)
    for profile, following in itertools.zip_longest(versions, versions[1:]):
        after = following if following and following.facts.vendor_id == profile.facts.vendor_id else None
        facts = profile.facts
        parts = [facts.name, facts.category or "", facts.data_region or "", str(facts.list_price or ""), *facts.features]
        yield Note(
            id=f"vendor-{facts.vendor_id}" + (f"-v{profile.version}" if after else ""),
            kind=NoteKind.VENDOR,
            text=one_line("; ".join(part for part in parts if part), _LONGEST),
            at=profile.as_of,
            superseded_at=after.as_of if after else None,
            source=EventRef(event_id=profile.event_id, origin=Origin.CATALOGUE),
            vendor_id=facts.vendor_id,
        )
