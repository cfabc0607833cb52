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
_WRITTEN = "contract: "
#: What a negotiation is about, the dearest first: what they accepted in talks, then what their paper says of it. The rest comes after.
_TELLING = (
    *("payment_days", "notice_days", "price_increase_cap_bp", "free_months", "credit", "support_level"),
    *(
        _WRITTEN + kind
        for kind in ("price_increase", "notice", "liability_cap", "payment_terms", "renewal", "auto_renewal", "initial_term")
    ),
    *(_WRITTEN + kind for kind in ("sla_credits", "refund", "warranty", "minimum_commitment", "late_fees", "data_region")),
)
#: What tells of the one deal that is over: its dates and sums.
_OF_ONE_DEAL = frozenset(_WRITTEN + kind for kind in ("effective_date", "agreement_date", "expiration", "parties", "total", "price"))


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
    terms = sorted((t for t in past.standing_terms if t.term not in _OF_ONE_DEAL), key=_first)
    for term in terms[:_TERMS]:
        yield line(RecollectionKind.TERM, term, _said(term), term.evidence)
    for point in reversed(past.prices[-_PRICES:]):
        yield line(RecollectionKind.PRICE, point, words_of(point), point.evidence)


def _first(term: AcceptedTerm) -> tuple[int, float, str]:
    rank = _TELLING.index(term.term) if term.term in _TELLING else len(_TELLING)
    return rank, -term.at.timestamp(), term.term


def _said(term: AcceptedTerm) -> str:
    """Return a term in words. What stands in a vendor's paper is not called accepted: it is as often what we gave in to."""
    if term.term.startswith(_WRITTEN):
        return f"the contract says {term.term.removeprefix(_WRITTEN).replace('_', ' ')}: {term.value}"
    return f"accepted {_NAMES.get(term.term, term.term.replace('_', ' '))}: {term.value}"


def _line(
    about: str, kind: RecollectionKind, known: Incident | AcceptedTerm | PricePoint, words: str, proof: EvidenceRef | EventRef | None = None
) -> Recollection:
    source = proof or EventRef(event_id=known.event_id, origin=Origin.SYSTEM)
    text = one_line(f"{words} ({known.at:%Y-%m-%d})", _LONGEST)
    return Recollection(kind=kind, vendor_id=known.vendor_id, about=about, text=text, at=known.at, source=source)
