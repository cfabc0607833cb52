"""How much was spent, is owed, or was saved: summed from booked payments, per currency, never across currencies."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from graphs.interaction.answer import READ_ONLY, Draft
from graphs.interaction.categories import in_words, top_category
from graphs.interaction.desk import FrontDesk, Instruction
from graphs.interaction.finding import no_such_vendor, vendors_in, words_of
from graphs.interaction.questions.subject import category_asked, named_subject
from graphs.interaction.windows import Window, find_window
from memory.database import reading
from memory.domain.money import Money
from memory.domain.vendor import VendorProfile
from memory.domain.words import one_line
from memory.ledger import read_events
from memory.projections.cases import cases
from memory.projections.spend import commitments, payments
from memory.views.spend import WHOLE_HOUSE

_OWED = re.compile(r"\bowe[ds]?\b|\bunpaid\b|\boutstanding\b|\bopen (?:invoices?|payments?)\b|\bstill (?:to )?pay\b")
_SAVED = re.compile(r"\bsav(?:e|ed|ings?)\b")
_GROUPED = re.compile(r"\b(?:by|per|each|every)\s+(?P<by>category|vendor|month)\b")
_LISTED = 10


@dataclass(frozen=True)
class Paid:
    """One payment: what was instructed, and what the bank booked (None while it has not)."""

    end_to_end_id: str
    case_id: str
    title: str
    vendor_id: str
    category: str
    amount: Money
    settled: Money | None
    on: date
    list_minor: int | None
    agreed_minor: int | None


def answer(instruction: Instruction, desk: FrontDesk) -> Draft:
    """Answer a question about spend."""
    low = instruction.text.casefold()
    vendors = vendors_in(desk.database, instruction.text, instruction.understood.vendor)
    if not vendors and instruction.understood.vendor:
        return Draft((no_such_vendor(desk.database, instruction.understood.vendor), "So nothing was paid to them."), precedence=READ_ONLY)
    category = category_asked(instruction.text, instruction.understood.category) if not vendors else None
    window = find_window(low, instruction.now.date())
    every = payments_made(desk.database)
    subject = named_subject(instruction.text) if not vendors and category is None else None
    if subject is not None:
        return _by_words(desk, every, subject, window)
    rows = [p for p in every if _fits(p, vendors, category)]
    about = _about(vendors, category)
    if grouped := _GROUPED.search(low):
        return _by_group(desk, rows, window, grouped["by"])
    if _SAVED.search(low):
        return _saved(desk, rows, window, about)
    if _OWED.search(low):
        return _owed(desk, rows, about)
    return _spent(desk, rows, window, about, _set_aside(desk.database, {v.facts.vendor_id for v in vendors}, category))


def payments_made(database: sa.Engine) -> tuple[Paid, ...]:
    """Return every payment with its case, newest first."""
    query = sa.select(payments, cases.c.title, cases.c.vendor_id, cases.c.category, cases.c.list_minor, cases.c.agreed_minor)
    query = query.join(cases, cases.c.case_id == payments.c.case_id).order_by(payments.c.submitted_at.desc(), payments.c.end_to_end_id)
    with reading(database) as connection:
        rows = connection.execute(query).all()
    return tuple(
        Paid(
            r.end_to_end_id,
            r.case_id,
            r.title,
            r.vendor_id,
            r.category,
            Money(amount_minor=r.amount_minor, currency=r.currency),
            None if r.settled_minor is None else Money(amount_minor=r.settled_minor, currency=r.currency),
            date.fromisoformat(r.booked_on) if r.booked_on else datetime.fromisoformat(r.submitted_at).date(),
            r.list_minor,
            r.agreed_minor,
        )
        for r in rows
    )


def _fits(paid: Paid, vendors: tuple[VendorProfile, ...], category: str | None) -> bool:
    if vendors:
        return paid.vendor_id in {v.facts.vendor_id for v in vendors}
    return category in (None, WHOLE_HOUSE) or category in {paid.category, top_category(paid.category)}


def _about(vendors: tuple[VendorProfile, ...], category: str | None) -> str:
    if vendors:
        return f" with {' and '.join(one_line(v.facts.name, 60) for v in vendors)}"
    return "" if category in (None, WHOLE_HOUSE) else f" on {in_words(category or '')}"


def _spent(desk: FrontDesk, rows: list[Paid], window: Window | None, about: str, set_aside: str) -> Draft:
    when = str(window) if window else "in all the time on record"
    booked = [p for p in rows if p.settled is not None and (window is None or p.on in window)]
    open_ = [p for p in rows if p.settled is None]
    sums = totals(p.settled for p in booked if p.settled is not None)
    count = f", in {len(booked)} payments" if len(booked) > 1 else ""
    told = [f"You spent {sums or 'nothing'}{about} {when}{count}."]
    told += [
        f"{p.on}: {p.settled} to {p.vendor_id or 'an unknown vendor'} for {one_line(p.title, 60)} ({p.case_id})" for p in booked[:_LISTED]
    ]
    if len(booked) > _LISTED:
        told.append(f"and {len(booked) - _LISTED} more: qm spend")
    if open_:
        told.append(f"Not in this sum: {totals(p.amount for p in open_)} instructed, which the bank has not booked yet.")
    if set_aside:
        told.append(f"Set aside for cases that go on: {set_aside}.")
    return Draft(tuple(told), references=_proofs(desk.database, booked), precedence=READ_ONLY)


def _owed(desk: FrontDesk, rows: list[Paid], about: str) -> Draft:
    open_ = [p for p in rows if p.settled is None]
    told = [f"Instructed and not booked by the bank yet{about}: {totals(p.amount for p in open_) or 'nothing'}."]
    told += [f"{p.on}: {p.amount} to {p.vendor_id} for {one_line(p.title, 60)} ({p.case_id})" for p in open_[:_LISTED]]
    return Draft(tuple(told), references=_proofs(desk.database, open_), precedence=READ_ONLY)


def _saved(desk: FrontDesk, rows: list[Paid], window: Window | None, about: str) -> Draft:
    bought = [p for p in rows if p.settled is not None and p.list_minor is not None and p.agreed_minor is not None]
    bought = [p for p in bought if window is None or p.on in window]
    saved = totals(Money(amount_minor=(p.list_minor or 0) - (p.agreed_minor or 0), currency=p.amount.currency) for p in bought)
    when = str(window) if window else "in all the time on record"
    told = [f"Negotiation saved {saved or 'nothing'}{about} {when}: list price less what was agreed, over {len(bought)} paid purchases."]
    told += [
        f"{one_line(p.title, 60)}: {Money(amount_minor=p.list_minor or 0, currency=p.amount.currency)} → "
        f"{Money(amount_minor=p.agreed_minor or 0, currency=p.amount.currency)} ({p.case_id})"
        for p in bought[:_LISTED]
    ]
    return Draft(tuple(told), references=_proofs(desk.database, bought), precedence=READ_ONLY)


def totals(amounts: Iterable[Money]) -> str:
    """Return the sum in words, one figure per currency; nothing when there is nothing."""
    sums: dict[str, Money] = {}
    for amount in amounts:
        sums[amount.currency] = sums.get(amount.currency, Money(amount_minor=0, currency=amount.currency)) + amount
    return " and ".join(str(sums[currency]) for currency in sorted(sums))


def _by_words(desk: FrontDesk, every: tuple[Paid, ...], subject: str, window: Window | None) -> Draft:
    """Spend on something that is no category: by what was bought, or plainly nothing."""
    wanted = words_of(subject)
    rows = [p for p in every if wanted and wanted <= words_of(f"{p.title} {p.vendor_id} {p.category.replace('_', ' ')}")]
    if rows:
        return _spent(desk, rows, window, f" on {one_line(subject, 60)}", "")
    known = ", ".join(sorted({in_words(p.category) for p in every})) or "none yet"
    told = f"Nothing on record was spent on {one_line(subject, 60)!r}, and I know no such category. Categories with payments: {known}."
    return Draft((told,), references=tuple(dict.fromkeys(p.case_id for p in every[:_LISTED])), precedence=READ_ONLY)


def _by_group(desk: FrontDesk, rows: list[Paid], window: Window | None, by: str) -> Draft:
    booked = [p for p in rows if p.settled is not None and (window is None or p.on in window)]
    groups: dict[str, list[Money]] = {}
    for paid in booked:
        name = {"category": in_words(paid.category), "vendor": paid.vendor_id, "month": f"{paid.on:%Y-%m}"}[by]
        groups.setdefault(name, []).append(paid.settled or paid.amount)
    when = str(window) if window else "in all the time on record"
    told = [f"Spent {when}, by {by}: {totals(p.settled or p.amount for p in booked) or 'nothing'}."]
    told += [f"{name}: {totals(amounts)}" for name, amounts in sorted(groups.items())]
    return Draft(tuple(told), references=_proofs(desk.database, booked), precedence=READ_ONLY)


def _set_aside(database: sa.Engine, vendor_ids: set[str], category: str | None) -> str:
    query = sa.select(commitments, cases.c.vendor_id).join(cases, cases.c.case_id == commitments.c.case_id)
    with reading(database) as connection:
        rows = connection.execute(query.where(commitments.c.status == "reserved")).all()
    kept = [
        r
        for r in rows
        if (not vendor_ids or r.vendor_id in vendor_ids)
        and (category in (None, WHOLE_HOUSE) or category in {r.category, top_category(r.category)})
    ]
    return totals(Money(amount_minor=r.amount_minor, currency=r.currency) for r in kept)


def _proofs(database: sa.Engine, rows: Iterable[Paid]) -> tuple[str, ...]:
    """Return the ids of the events behind payments, newest first: the bank's line, or the instruction while there is none."""
    found: list[str] = []
    with reading(database) as connection:
        for paid in rows:
            events = read_events(connection, stream=paid.case_id, kinds=("payment.submitted", "payment.confirmed"))
            mine = [e.event_id for e in events if e.body["end_to_end_id"] == paid.end_to_end_id]
            found += [*mine[-1:], paid.case_id]
    return tuple(dict.fromkeys(found))
