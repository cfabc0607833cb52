"""What things cost at a vendor: what a watched contract costs a year, and what statements show was charged. Each price with what shows it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

import sqlalchemy as sa

from memory.domain.charge_flags import price_steps
from memory.domain.charge_series import find_series
from memory.domain.charges import Cadence, Charge, Series
from memory.domain.contract import ClauseKind, ContractReview
from memory.domain.events.charges import ChargeObserved, SeriesConfirmed
from memory.domain.events.contracts import RenewalScheduled
from memory.domain.events.renewals import RenewalCosted
from memory.domain.evidence import EvidenceRef, Origin
from memory.domain.merchants import merchant_of, same_merchant
from memory.domain.money import Money, Period, Price
from memory.domain.vendor import VendorFacts, VendorStatus
from memory.ledger import WORKSPACE, StoredEvent, read_events
from memory.projections.charges import charge_series, charges
from memory.projections.contract_calendar import dropped_renewals, renewals
from memory.views.charge_vendors import vendor_marks
from memory.views.renewals import Renewal, Window, renewal_list

#: So many single charges, the newest: what was bought once says little of a price.
_SINGLE = 3
_PERIODS = {Cadence.MONTHLY: Period.MONTH, Cadence.QUARTERLY: Period.QUARTER}

InTime = Callable[[StoredEvent], bool]


@dataclass(frozen=True)
class PricePoint:
    """What an item cost at a time: `how` is listed, offered (their first written price), agreed, signed, contract or charged.

    As it was stated: net, but what was `charged` is what left the account. `event_id` is the fact that told it, `evidence` the paper or
    the statement that shows it, where there is one.
    """

    item: str
    price: Price
    how: str
    at: datetime
    event_id: str
    vendor_id: str
    evidence: EvidenceRef | None = None


def in_force(database: sa.Engine, today: date) -> dict[str, tuple[Renewal, ...]]:
    """Return the watched contracts that run on a day, by vendor; one that is ended for good runs until its last day."""
    found: dict[str, tuple[Renewal, ...]] = {}
    for line in renewal_list(database, today):
        if line.window is not Window.ENDED and (line.ends_on is None or line.ends_on >= today):
            found[line.vendor_id] = (*found.get(line.vendor_id, ()), line)
    return found


def as_contracted(facts: VendorFacts, running: Collection[Renewal]) -> VendorFacts:
    """Return a profile as it stands by its contracts: with one in force a vendor is no candidate any more, whatever was entered."""
    waiting = facts.status in {VendorStatus.CANDIDATE, VendorStatus.QUALIFIED}
    return facts.model_copy(update={"status": VendorStatus.CONTRACTED}) if running and waiting else facts


def contract_prices(
    connection: sa.Connection, ids: Collection[str], in_time: InTime, reviews: Mapping[str, ContractReview]
) -> Iterator[PricePoint]:
    """Yield what each watched contract costs a year, each time that another sum was told."""
    watched = {
        row.uid
        for table in (renewals, dropped_renewals)
        for row in connection.execute(sa.select(table.c.uid).where(table.c.vendor_id.in_(ids)))
    }
    last: dict[str, Money] = {}
    for fact in read_events(connection, stream=WORKSPACE, kinds=(RenewalScheduled.kind, RenewalCosted.kind)) if watched else ():
        event = fact.event
        if not isinstance(event, RenewalScheduled | RenewalCosted) or event.vendor_id not in ids or not in_time(fact):
            continue
        cost = event.annual_cost
        if cost.amount_minor <= 0 or last.get(event.uid) == cost:
            continue
        last[event.uid] = cost
        paper = reviews.get(event.contract) if isinstance(event, RenewalScheduled) else None
        yield PricePoint("contract", _a_year(cost), "contract", fact.at, fact.event_id, event.vendor_id, _says_price(paper))


def charged_prices(connection: sa.Connection, ids: Collection[str], in_time: InTime) -> Iterator[PricePoint]:
    """Yield the prices that statements show: of what recurs each time that it changed, and the newest of what was charged once."""
    if not connection.scalar(sa.select(sa.func.count()).select_from(charges)):
        return
    shown: dict[str, StoredEvent] = {}
    known: dict[str, Charge] = {}
    for fact in read_events(connection, stream=WORKSPACE, kinds=(ChargeObserved.kind,)):
        if isinstance(fact.event, ChargeObserved) and in_time(fact):
            known |= {charge.charge_id: charge for charge in fact.event.charges}
            shown |= {charge.charge_id: fact for charge in fact.event.charges}
    mine = _of_vendor(connection, ids, known, in_time)
    series = find_series(mine)
    within = {ident for one in series for ident in one.charge_ids}
    main = min(ids)
    for one in series:
        for charge in _changes(one, [known[ident] for ident in one.charge_ids]):
            yield _charged(one.name, _per_period(one, charge), charge, shown[charge.charge_id], main)
    for charge in [c for c in mine if c.charge_id not in within and c.amount.amount_minor > 0][-_SINGLE:]:
        name = merchant_of(charge.name, charge.reference).name
        price = Price(amount_minor=charge.amount.amount_minor, currency=charge.amount.currency, period=Period.ONCE)
        yield _charged(name, price, charge, shown[charge.charge_id], main)


def _of_vendor(connection: sa.Connection, ids: Collection[str], known: Mapping[str, Charge], in_time: InTime) -> list[Charge]:
    """Return the charges that are the vendor's: by its name, website or account, or of a series that the operator said is its."""
    marks = vendor_marks(connection)
    own = [name for name, vendor_id in marks.by_name.items() if vendor_id in ids]
    ibans = {iban for iban, vendor_id in marks.by_iban.items() if vendor_id in ids}
    said = _said_to_be(connection, ids, in_time)
    named: dict[str, bool] = {}
    found = []
    for charge in known.values():
        merchant = merchant_of(charge.name, charge.reference).key
        if merchant not in named:
            # Who else is called so is asked only where one of the vendor's own names is like it.
            named[merchant] = any(same_merchant(name, merchant) for name in own) and marks.named(merchant) in ids
        if (
            charge.charge_id in said
            or charge.counterparty_iban in ibans
            or (named[merchant] and charge.counterparty_iban not in marks.by_iban)
        ):
            found.append(charge)
    return sorted(found, key=lambda charge: (charge.booked_on, charge.charge_id))


def _said_to_be(connection: sa.Connection, ids: Collection[str], in_time: InTime) -> set[str]:
    said = {
        fact.event.series_id
        for fact in read_events(connection, stream=WORKSPACE, kinds=(SeriesConfirmed.kind,))
        if isinstance(fact.event, SeriesConfirmed) and fact.event.vendor_id in ids and in_time(fact)
    }
    bodies = connection.scalars(sa.select(charge_series.c.body).where(charge_series.c.series_id.in_(said))) if said else ()
    return {ident for body in bodies for ident in Series.model_validate_json(body).charge_ids}


def _changes(series: Series, run: list[Charge]) -> list[Charge]:
    """Return the first charge at each price; of bills by usage the last one alone: they have no price."""
    return [step[0] for step in price_steps(run)] if series.steady else run[-1:]


def _per_period(series: Series, charge: Charge) -> Price:
    period = _PERIODS.get(series.cadence)
    if period is None:
        return _a_year(series.cadence.a_year(charge.amount))
    return Price(amount_minor=charge.amount.amount_minor, currency=charge.amount.currency, period=period)


def _charged(name: str, price: Price, charge: Charge, fact: StoredEvent, vendor_id: str) -> PricePoint:
    assert isinstance(fact.event, ChargeObserved)
    proof = EvidenceRef(digest=fact.event.statement, origin=Origin.BANK)
    return PricePoint(name, price, "charged", _noon(charge.booked_on), fact.event_id, vendor_id, proof)


def _says_price(paper: ContractReview | None) -> EvidenceRef | None:
    """Return where a paper states its price; None where it does not, so that no paper is named for what the operator told."""
    stated = [clause for kind in (ClauseKind.TOTAL, ClauseKind.PRICE) for clause in (paper.clauses if paper else ()) if clause.kind is kind]
    if paper is None or not stated:
        return None
    return EvidenceRef(digest=paper.text, origin=Origin.VENDOR_DOCUMENT, span=stated[0].span)


def _a_year(amount: Money) -> Price:
    return Price(amount_minor=amount.amount_minor, currency=amount.currency, period=Period.YEAR)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)
