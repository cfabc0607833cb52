"""What was agreed with a vendor, what things cost there, and what went wrong: as it was known at an instant, each with its source."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import sqlalchemy as sa

from memory.database import reading
from memory.domain.contract import ContractReview
from memory.domain.errors import NotFoundError
from memory.domain.events.contracts import ContractImported, ContractSigned
from memory.domain.events.negotiation import NegotiationConcluded
from memory.domain.evidence import EvidenceRef, Origin
from memory.domain.money import Price
from memory.domain.quote import NegotiationOutcome, Quote
from memory.domain.vendor import VendorFacts, VendorProfile
from memory.domain.words import counted
from memory.ledger import StoredEvent, read_events
from memory.projections.contract_calendar import contracts
from memory.projections.offers import negotiations
from memory.projections.vendors import vendor_versions
from memory.views.incidents import Incident, incidents_of
from memory.views.vendor_identity import Identity, identity_of
from memory.views.vendor_prices import PricePoint, charged_prices, contract_prices
from memory.views.vendors import as_of

_TALKS = 20
_SETTLED = frozenset({NegotiationOutcome.AGREED, NegotiationOutcome.FINAL_QUOTE})


@dataclass(frozen=True)
class AcceptedTerm:
    """A term that the vendor accepted: in talks that ended with a deal, or in a contract that binds. `value` may be the vendor's words."""

    term: str
    value: str
    at: datetime
    event_id: str
    evidence: EvidenceRef | None
    vendor_id: str


@dataclass(frozen=True)
class VendorPast:
    """What is known from before, oldest first."""

    prices: tuple[PricePoint, ...]
    terms: tuple[AcceptedTerm, ...]
    incidents: tuple[Incident, ...]

    @property
    def standing_terms(self) -> tuple[AcceptedTerm, ...]:
        """The newest value of each term."""
        return tuple({term.term: term for term in self.terms}.values())


@dataclass(frozen=True)
class Standing:
    """A vendor as it stood at an instant, with all that was merged into it by then."""

    profile: VendorProfile
    identity: Identity
    past: VendorPast


def standing_at(database: sa.Engine, vendor_id: str, at: datetime) -> Standing:
    """Return a vendor as it stood at `at`. Raises `NotFoundError` when it was not known then."""
    identity = identity_of(database, vendor_id, at=at)
    if identity is None:
        raise NotFoundError(f"{vendor_id} was not known at {at.isoformat(timespec='seconds')}", hint=f"qm vendors show {vendor_id}")
    known = [one for one in identity.ids if _known(database, one, at)]
    return Standing(as_of(database, known[0], at), identity, past_of(database, identity.ids, at=at))


def past_of(database: sa.Engine, vendor_ids: Collection[str], *, at: datetime | None = None, before_seq: int | None = None) -> VendorPast:
    """Return the past of a vendor with all its ids; with `at` as known then, with `before_seq` as the ledger told before that event."""
    ids = sorted(vendor_ids)
    with reading(database) as connection:
        ended = [fact for fact in _concluded(connection, ids) if _in_time(fact, at, before_seq)]
        binding = [(fact, review) for fact, review in _binding(connection, ids) if _in_time(fact, at, before_seq)]
        listed = list(_listed(connection, ids, at, before_seq))
        in_time = partial(_in_time, at=at, before_seq=before_seq)
        costs = list(contract_prices(connection, ids, in_time, {review.contract: review for _, review in binding}))
        charged = list(charged_prices(connection, ids, in_time))
    prices = [*listed, *costs, *charged, *(point for fact in ended for point in _talked(fact))]
    terms = [*(term for fact in ended for term in _agreed(fact)), *(term for fact, review in binding for term in _written(fact, review))]
    return VendorPast(
        prices=tuple(sorted(prices, key=lambda p: (p.at, p.item, p.how))),
        terms=tuple(sorted(terms, key=lambda t: (t.at, t.term))),
        incidents=incidents_of(database, ids, at=at, before_seq=before_seq),
    )


def _known(database: sa.Engine, vendor_id: str, at: datetime) -> bool:
    query = sa.select(sa.func.min(vendor_versions.c.at)).where(vendor_versions.c.vendor_id == vendor_id)
    with reading(database) as connection:
        first = connection.scalar(query)
    return first is not None and datetime.fromisoformat(first) <= at


def _in_time(fact: StoredEvent, at: datetime | None, before_seq: int | None) -> bool:
    return (at is None or fact.at <= at) and (before_seq is None or fact.seq < before_seq)


def _concluded(connection: sa.Connection, ids: list[str]) -> Iterator[StoredEvent]:
    query = sa.select(negotiations.c.case_id).where(negotiations.c.vendor_id.in_(ids)).order_by(negotiations.c.seq.desc()).limit(_TALKS)
    for case_id in sorted({row.case_id for row in connection.execute(query)}):
        for fact in read_events(connection, stream=case_id, kinds=(NegotiationConcluded.kind,)):
            if isinstance(fact.event, NegotiationConcluded) and fact.event.vendor_id in ids:
                yield fact


def _binding(connection: sa.Connection, ids: list[str]) -> Iterator[tuple[StoredEvent, ContractReview]]:
    """Yield each contract that binds, with the fact that made it bind."""
    rows = connection.execute(sa.select(contracts).where(contracts.c.vendor_id.in_(ids), contracts.c.status != "reviewed")).all()
    reviews = {row.contract: ContractReview.model_validate_json(row.review) for row in rows}
    for stream in sorted({row.case_id for row in rows}):
        for fact in read_events(connection, stream=stream, kinds=(ContractSigned.kind, ContractImported.kind)):
            event: Any = fact.event
            contract = event.contract if isinstance(event, ContractSigned) else event.review.contract
            if contract in reviews:
                yield fact, reviews[contract]


def _listed(connection: sa.Connection, ids: list[str], at: datetime | None, before_seq: int | None) -> Iterator[PricePoint]:
    """Yield each change of a list price, and of what was last signed."""
    from memory.schema import events

    query = sa.select(vendor_versions, events.c.seq).join(events, events.c.event_id == vendor_versions.c.event_id)
    query = query.where(vendor_versions.c.vendor_id.in_(ids)).order_by(vendor_versions.c.vendor_id, vendor_versions.c.version)
    before: dict[tuple[str, str], Price | None] = {}
    for row in connection.execute(query):
        facts, seen = VendorFacts.model_validate_json(row.facts), datetime.fromisoformat(row.at)
        for how, price in (("listed", facts.list_price), ("signed", facts.last_agreed)):
            if before.get((row.vendor_id, how)) == price:
                continue
            before[row.vendor_id, how] = price
            if price is not None and (at is None or seen <= at) and (before_seq is None or row.seq < before_seq):
                yield PricePoint(facts.plan or facts.category or facts.name, price, how, seen, row.event_id, row.vendor_id)


def _talked(fact: StoredEvent) -> Iterator[PricePoint]:
    event = fact.event
    assert isinstance(event, NegotiationConcluded)
    final = event.final_quote if event.outcome in _SETTLED else None
    for how, quote in (("offered", event.list_quote), ("agreed", final)):
        if quote is not None:
            yield PricePoint(_item(event, quote), quote.terms.unit_price, how, fact.at, fact.event_id, event.vendor_id)


def _item(event: NegotiationConcluded, quote: Quote) -> str:
    what = quote.plan or event.category.replace("_", " ")
    return f"{what} for {quote.terms.quantity} {quote.terms.unit}" if what else f"{quote.terms.quantity} {quote.terms.unit}"


def _agreed(fact: StoredEvent) -> Iterator[AcceptedTerm]:
    event = fact.event
    assert isinstance(event, NegotiationConcluded)
    if event.final_quote is None or event.outcome not in _SETTLED:
        return
    quote, terms = event.final_quote, event.final_quote.terms
    said = {
        "payment_days": counted(terms.payment_days, "day") if terms.payment_days is not None else None,
        "notice_days": counted(terms.notice_days, "day") if terms.notice_days is not None else None,
        "price_increase_cap_bp": f"{terms.price_increase_cap_bp / 100:g} %" if terms.price_increase_cap_bp is not None else None,
        "free_months": counted(terms.free_months, "month") if terms.free_months else None,
        "credit": str(terms.credit) if terms.credit is not None and terms.credit.amount_minor else None,
        "support_level": terms.support_level,
        "term_months": counted(terms.term_months, "month"),
        "billing": f"per {terms.billing.value}",
    }
    for name, value in said.items():
        if value:
            evidence = quote.evidence(name) if name in quote.spans else None
            yield AcceptedTerm(name, value, fact.at, fact.event_id, evidence, event.vendor_id)


def _written(fact: StoredEvent, review: ContractReview) -> Iterator[AcceptedTerm]:
    """Yield the clauses of a contract that have a value: what the paper says, with the sentence that says it."""
    vendor_id: str = fact.event.vendor_id  # type: ignore[attr-defined]
    for clause in review.clauses:
        if clause.value:
            evidence = EvidenceRef(digest=review.text, origin=Origin.VENDOR_DOCUMENT, span=clause.span)
            yield AcceptedTerm(f"contract: {clause.kind.value}", clause.value, fact.at, fact.event_id, evidence, vendor_id)


def words_of(point: PricePoint) -> str:
    """Return a price in words: `Team for 5 seats: agreed 48.00 EUR per month`."""
    how = {"contract": "costs", "charged": "charged"}.get(point.how, point.how)
    return f"{point.item}: {how} {point.price}"


__all__ = ["AcceptedTerm", "PricePoint", "Standing", "VendorPast", "past_of", "standing_at", "words_of"]
