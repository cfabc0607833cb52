"""What agents are reminded of: terms that a vendor accepted before, what went wrong with it, what things cost there. A few lines, each cited.

Taken from the ledger as it stood when the case began, so that a case is given the same however long it runs, and again when it is
replayed. Nothing is decided by it: figures that decide have their own way into a brief.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

import sqlalchemy as sa

from memory.database import reading
from memory.domain.evidence import EvidenceRef, Origin
from memory.domain.note import EventRef
from memory.domain.recollection import MOST_RECOLLECTIONS, Recollection, RecollectionKind
from memory.domain.words import one_line
from memory.schema import events
from memory.views.incidents import Incident
from memory.views.vendor_merges import read_merges
from memory.views.vendor_past import AcceptedTerm, PricePoint, VendorPast, past_of, words_of

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
    return tuple(_told(past_of(database, ids, before_seq=began), vendor_id))[:MOST_RECOLLECTIONS]


def recollections_about(database: sa.Engine, case_id: str, vendor_ids: Iterable[str]) -> tuple[Recollection, ...]:
    """Return what a case is reminded of about several vendors: what went wrong with each, and then the rest, as far as there is room."""
    found = [line for vendor_id in vendor_ids for line in recollections_of(database, case_id, vendor_id)]
    found.sort(key=lambda line: line.kind is not RecollectionKind.INCIDENT)
    return tuple(found[:MOST_RECOLLECTIONS])


def _told(past: VendorPast, about: str) -> Iterator[Recollection]:
    line = partial(_line, about)
    for incident in reversed(past.incidents[-_INCIDENTS:]):
        yield line(RecollectionKind.INCIDENT, incident, incident.words, incident.source)
    terms = sorted(past.standing_terms, key=lambda t: (t.term in _LAST, -t.at.timestamp(), t.term))
    for term in terms[:_TERMS]:
        name = _NAMES.get(term.term, term.term.replace("_", " "))
        yield line(RecollectionKind.TERM, term, f"accepted {name}: {term.value}", term.evidence)
    for point in reversed(past.prices[-_PRICES:]):
        yield line(RecollectionKind.PRICE, point, words_of(point))


def _line(
    about: str, kind: RecollectionKind, known: Incident | AcceptedTerm | PricePoint, words: str, proof: EvidenceRef | EventRef | None = None
) -> Recollection:
    source = proof or EventRef(event_id=known.event_id, origin=Origin.SYSTEM)
    text = one_line(f"{words} ({known.at:%Y-%m-%d})", _LONGEST)
    return Recollection(kind=kind, vendor_id=known.vendor_id, about=about, text=text, at=known.at, source=source)
