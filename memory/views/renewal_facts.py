"""What is known about a vendor at the end of a term: how it is used, what was paid, what became dearer, what went wrong, what others ask."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

import sqlalchemy as sa

from memory.database import reading
from memory.domain.base import Digest
from memory.domain.charges import FlagKind
from memory.domain.contract import ContractReview
from memory.domain.events.contracts import PaymentConfirmed
from memory.domain.events.renewals import IncidentNoted, UsageStated
from memory.domain.evidence import EvidenceRef, Origin
from memory.domain.money import Money
from memory.domain.price_cap import BrokenCap, PriceCap, cap_of, goes_beyond
from memory.domain.remediation import Remediation
from memory.domain.renewal import Usage
from memory.ledger import WORKSPACE, read_events
from memory.projections.cases import cases
from memory.projections.charges import charges
from memory.projections.contract_calendar import contracts
from memory.projections.offers import offers
from memory.projections.remediations import remediations
from memory.views.charges import charge_book
from memory.views.renewals import Renewal

#: Rises nearer than this are of one year; and how long after its first day a contract's first charge may come.
_YEAR, _BEGINS = timedelta(days=330), timedelta(days=45)


@dataclass(frozen=True)
class Paid:
    """What left for a vendor within some days, and the statements that show it."""

    amount: Money
    statements: tuple[Digest, ...]


@dataclass(frozen=True)
class Rise:
    """A recurring charge that costs something else since a day; both amounts are a year's."""

    before: Money
    after: Money
    on: date
    statement: Digest
    series_id: str = ""
    percent_a_year: Decimal = Decimal(0)
    statements: tuple[Digest, ...] = ()
    """Those that show the old and the new price."""


@dataclass(frozen=True)
class Mishap:
    """Something that went wrong with a vendor; `evidence` are the operator's words, where they noted it, `source` the task it made."""

    on: date
    words: str
    evidence: Digest | None = None
    source: str = ""


@dataclass(frozen=True)
class RivalQuote:
    """The newest quote of another vendor of a case, all-in for a year, and the mail it stands in."""

    vendor_id: str
    annual: Money
    valid_until: date | None
    message: Digest


def usage_of(database: sa.Engine, uid: str) -> Usage | None:
    """Return what the operator last said of how a contract is used."""
    return usages(database).get(uid)


def usages(database: sa.Engine) -> dict[str, Usage]:
    """Return what the operator last said of how each contract is used, by uid."""
    with reading(database) as connection:
        said = [stored.event for stored in read_events(connection, stream=WORKSPACE, kinds=(UsageStated.kind,))]
    return {fact.uid: fact.usage for fact in said if isinstance(fact, UsageStated)}


def mishaps(database: sa.Engine, vendor_id: str, since: date) -> tuple[Mishap, ...]:
    """Return what went wrong with a vendor since a day: tasks that it made, and what the operator noted; oldest first."""
    return tuple(mishap for mishap in all_mishaps(database).get(vendor_id, ()) if mishap.on >= since)


def all_mishaps(database: sa.Engine) -> dict[str, tuple[Mishap, ...]]:
    """Return what ever went wrong, by vendor, oldest first."""
    with reading(database) as connection:
        said = [e.event for e in read_events(connection, stream=WORKSPACE, kinds=(IncidentNoted.kind,))]
        opened = connection.execute(sa.select(remediations.c.task, remediations.c.opened_at)).all()
    found: dict[str, list[Mishap]] = defaultdict(list)
    for fact in said:
        if isinstance(fact, IncidentNoted):
            found[fact.vendor_id].append(Mishap(fact.on, fact.words, fact.evidence))
    for row in opened:
        task = Remediation.model_validate_json(row.task)
        if task.trouble.vendors_doing:
            found[task.vendor_id].append(Mishap(date.fromisoformat(row.opened_at[:10]), task.title, source=task.task_id))
    return {vendor_id: tuple(sorted(noted, key=lambda m: (m.on, m.words))) for vendor_id, noted in found.items()}


def paid_to(database: sa.Engine, vendor_id: str, first: date, last: date, currency: str) -> Paid | None:
    """Return what the bank booked for a vendor from `first` to `last`, both in it, in one currency; None when nothing was."""
    found = [*_payments(database, vendor_id), *_charges(database, vendor_id, last)]
    known = {key: (amount, statement) for key, on, amount, statement in found if first <= on <= last and amount.currency == currency}
    if not known:
        return None
    total = sum(amount.amount_minor for amount, _ in known.values())
    return Paid(Money(amount_minor=total, currency=currency), tuple(dict.fromkeys(statement for _, statement in known.values())))


def rises(database: sa.Engine, vendor_id: str, today: date) -> tuple[Rise, ...]:
    """Return the price changes that statements showed for a vendor, oldest first."""
    return all_rises(database, today).get(vendor_id, ())


def all_rises(database: sa.Engine, today: date) -> dict[str, tuple[Rise, ...]]:
    """Return the price changes that statements showed, by vendor, oldest first."""
    shown, found = _statements(database), defaultdict[str, list[Rise]](list)
    for line in charge_book(database, today).recurring if shown else ():
        for flag in line.flags:
            proof = next((shown[c] for c in reversed(flag.charge_ids) if c in shown), None)
            if flag.kind is FlagKind.PRICE_RISE and flag.before and flag.after and proof:
                a_year = line.series.cadence.a_year
                statements = tuple(dict.fromkeys(shown[c] for c in flag.charge_ids if c in shown))
                speed = Decimal(flag.percent_a_year or 0)
                found[line.vendor_id].append(
                    Rise(a_year(flag.before), a_year(flag.after), flag.on, proof, line.series.series_id, speed, statements)
                )
    return {vendor_id: tuple(sorted(seen, key=lambda rise: rise.on)) for vendor_id, seen in found.items()}


def broken_caps(database: sa.Engine, lines: Iterable[Renewal], seen: Mapping[str, Sequence[Rise]]) -> dict[str, tuple[BrokenCap, ...]]:
    """Return where a price rose further than the contract's own clause allows, by the uid of the contract, oldest first.

    `seen` are the rises by vendor. What changed about the day on which the contract began is its price, and no rise of it.
    """
    risen = [line for line in lines if seen.get(line.vendor_id)]
    with reading(database) as connection:
        bodies = connection.execute(
            sa.select(contracts.c.contract, contracts.c.review).where(contracts.c.contract.in_({line.contract for line in risen}))
        ).all()
    reviews = {row.contract: ContractReview.model_validate_json(row.review) for row in bodies}
    found = {line.uid: tuple(_beyond(line, reviews[line.contract], seen[line.vendor_id])) for line in risen if line.contract in reviews}
    return {uid: broken for uid, broken in found.items() if broken}


def _beyond(line: Renewal, review: ContractReview, seen: Sequence[Rise]) -> Iterator[BrokenCap]:
    cap = cap_of(review)
    if cap is None:
        return
    yield from beyond_cap(cap, seen, line, review.effective_on)


def beyond_cap(cap: PriceCap, seen: Sequence[Rise], line: Renewal, began: date | None) -> Iterator[BrokenCap]:
    """Yield the rises that went beyond a contract's cap; those of one year are taken together.

    A price in another currency than the contract's may have been moved by the exchange rate alone.
    """
    since = (began or line.term_start or line.term_end - timedelta(days=365)) + _BEGINS
    currency = line.annual_cost.currency if line.annual_cost.amount_minor else ""
    seen = [rise for rise in seen if rise.on > since and currency in ("", rise.after.currency)]
    for rise in seen:
        within = [one for one in seen if one.series_id == rise.series_id and timedelta(0) <= rise.on - one.on < _YEAR]
        before, percent = within[0].before, rise.percent_a_year
        if len(within) > 1 and before.amount_minor > 0:
            whole = Decimal(rise.after.amount_minor - before.amount_minor) * 100 / before.amount_minor
            percent = whole.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)
        if goes_beyond(percent, cap):
            shown = dict.fromkeys(digest for one in within for digest in one.statements)
            proof = (cap.proof, *(EvidenceRef(digest=digest, origin=Origin.BANK) for digest in shown))
            yield BrokenCap(cap=cap.percent, before=before, after=rise.after, on=rise.on, percent=percent, proof=proof)


def rival_quotes_in(database: sa.Engine, case_id: str, vendor_id: str) -> tuple[RivalQuote, ...]:
    """Return the newest quote of each other vendor in the case that a contract was bought in."""
    query = sa.select(offers).where(offers.c.case_id == case_id, offers.c.side == "vendor", offers.c.vendor_id != vendor_id)
    with reading(database) as connection:
        rows = connection.execute(query.order_by(offers.c.seq)).all()
    newest = {row.vendor_id: row for row in rows}
    return tuple(
        RivalQuote(
            row.vendor_id,
            Money(amount_minor=row.per_month_minor * 12, currency=row.currency),
            date.fromisoformat(row.valid_until) if row.valid_until else None,
            row.message,
        )
        for row in newest.values()
    )


def _payments(database: sa.Engine, vendor_id: str) -> Iterable[tuple[str, date, Money, Digest]]:
    with reading(database) as connection:
        ours = connection.scalars(sa.select(cases.c.case_id).where(cases.c.vendor_id == vendor_id)).all()
        for case_id in ours:
            for stored in read_events(connection, stream=case_id, kinds=(PaymentConfirmed.kind,)):
                fact = stored.event
                if isinstance(fact, PaymentConfirmed):
                    # The same line may be a charge too: it counts once.
                    yield f"{fact.booked_on}/{fact.amount.amount_minor}", fact.booked_on, fact.amount, fact.statement


def _charges(database: sa.Engine, vendor_id: str, today: date) -> Iterable[tuple[str, date, Money, Digest]]:
    book, shown = charge_book(database, today), _statements(database)
    named = {charge for line in book.recurring if line.vendor_id == vendor_id for charge in line.series.charge_ids}
    for charge in book.charges:
        ours = charge.charge_id in named or book.vendors.of(charge) == vendor_id
        if ours and charge.charge_id in shown:
            yield f"{charge.booked_on}/{charge.amount.amount_minor}", charge.booked_on, charge.amount, shown[charge.charge_id]


def _statements(database: sa.Engine) -> dict[str, Digest]:
    """Return the statement that each charge stands in."""
    with reading(database) as connection:
        return {row.charge_id: row.statement for row in connection.execute(sa.select(charges.c.charge_id, charges.c.statement))}
