"""What agents are reminded of: terms that a vendor accepted before, what went wrong with it, what things cost there. A few lines, each cited.

Taken from the ledger as it stood when the case began, so that a case is given the same however long it runs, and again when it is
replayed. Nothing is decided by it: figures that decide have their own way into a brief.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

import sqlalchemy as sa

from memory.database import reading
from memory.domain.evidence import EvidenceRef, Origin
from memory.domain.note import EventRef
from memory.domain.recollection import MOST_RECOLLECTIONS, Recollection, RecollectionKind
from memory.domain.words import one_line
from memory.schema import events
from memory.views.vendor_merges import read_merges
from memory.views.vendor_past import VendorPast, past_of, words_of

_LONGEST = 240
#: So many of each, the newest; together they stay within what an agent is given.
_INCIDENTS, _TERMS, _PRICES = 4, 4, 4
_NAMES = {
    "payment_days": "time to pay",
    "notice_days": "notice",
    "price_increase_cap_bp": "cap on price increases",
    "free_months": "free months",
    "credit": "credit",
    "support_level": "support",
    "term_months": "term",
    "billing": "billing",
}
#: Terms that a negotiation is about, before those that only describe the deal.
_LAST = ("term_months", "billing")


def recollections_of(database: sa.Engine, case_id: str, vendor_id: str) -> tuple[Recollection, ...]:
    """Return what a case is reminded of about one vendor, at most twelve lines: incidents, then terms, then prices, each newest first."""
    with reading(database) as connection:
        began = connection.scalar(sa.select(sa.func.min(events.c.seq)).where(events.c.stream == case_id))
    ids = read_merges(database, before_seq=began).ids(vendor_id)
    return tuple(_told(past_of(database, ids, before_seq=began)))[:MOST_RECOLLECTIONS]


def recollections_about(database: sa.Engine, case_id: str, vendor_ids: Iterable[str]) -> tuple[Recollection, ...]:
    """Return what a case is reminded of about several vendors: what went wrong with each, and then the rest, as far as there is room."""
    found = [line for vendor_id in vendor_ids for line in recollections_of(database, case_id, vendor_id)]
    found.sort(key=lambda line: line.kind is not RecollectionKind.INCIDENT)
    return tuple(found[:MOST_RECOLLECTIONS])


def _told(past: VendorPast) -> Iterator[Recollection]:
    for incident in reversed(past.incidents[-_INCIDENTS:]):
        evidence = EvidenceRef(digest=incident.evidence, origin=Origin.VENDOR_MAIL) if incident.evidence else None
        yield _line(RecollectionKind.INCIDENT, incident.vendor_id, incident.words, incident.at, evidence, incident.event_id)
    terms = sorted(past.standing_terms, key=lambda t: (t.term in _LAST, -t.at.timestamp(), t.term))
    for term in terms[:_TERMS]:
        name = _NAMES.get(term.term, term.term.replace("_", " "))
        yield _line(RecollectionKind.TERM, term.vendor_id, f"accepted {name}: {term.value}", term.at, term.evidence, term.event_id)
    for point in reversed(past.prices[-_PRICES:]):
        yield _line(RecollectionKind.PRICE, point.vendor_id, words_of(point), point.at, None, point.event_id)


def _line(kind: RecollectionKind, vendor_id: str, words: str, at: datetime, evidence: EvidenceRef | None, event_id: str) -> Recollection:
    source = evidence or EventRef(event_id=event_id, origin=Origin.SYSTEM)
    return Recollection(kind=kind, vendor_id=vendor_id, text=one_line(f"{words} ({at:%Y-%m-%d})", _LONGEST), at=at, source=source)
