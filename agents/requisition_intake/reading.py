"""From text to understanding: each reader takes its share of the words, the next one sees the rest."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from agents.requisition_intake import clauses, missing
from agents.requisition_intake.amount import Amount, Role
from agents.requisition_intake.ceiling import Ceiling, choose_ceiling
from agents.requisition_intake.commands import budget_amount, budget_period, details_of, named_category, stated_category
from agents.requisition_intake.deadline import Deadline, choose_deadline
from agents.requisition_intake.gathering import Found, Spans, counted_thing, gather, says_what
from agents.requisition_intake.intent import CASE_ID
from agents.requisition_intake.need import Need, apart
from agents.requisition_intake.parties import find_party
from agents.requisition_intake.quantity import Kind, Quantity, choose_quantity
from agents.requisition_intake.signs import category_by_signs, hired_person
from agents.requisition_intake.spelling import corrected, mended
from agents.requisition_intake.text import Source, blanked, read
from agents.requisition_intake.urgency import urgency_by
from memory.domain.instruction import BudgetChange, Category, Details, Intent, RenewalCommand, Understood, Urgency
from memory.domain.money import Price

_RENTED = re.compile(r"\b(?:rent|renting|rental of|lease|leasing)\b")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood, and the questions that go with `understood.missing`, in the same order."""

    understood: Understood
    questions: tuple[str, ...]


def understand(
    text: str, *, now: datetime, known_vendors: Sequence[str] = (), home_currency: str = "EUR", month_first: bool | None = None
) -> Understood:
    """Return what an instruction says. Pure: the same text, time and registry give the same answer.

    `home_currency` is meant where none is written. `month_first` says how 3/4 is read; unset, it is month first where the
    text or the home speaks of dollars. Raises `InputError` for text that is empty, too long, or not Unicode.
    """
    return read_instruction(text, now=now, known_vendors=known_vendors, home_currency=home_currency, month_first=month_first).understood


def read_instruction(
    text: str, *, now: datetime, known_vendors: Sequence[str] = (), home_currency: str = "EUR", month_first: bool | None = None
) -> Reading:
    """Return what an instruction says with the questions to ask. Raises `InputError` as `understand` does."""
    found = gather(mended(read(text)), now.date(), known_vendors, home_currency, month_first)
    if found.intent is Intent.PURCHASE:
        return _purchase(found)
    return _command(found)


def _purchase(found: Found) -> Reading:
    source, spans = found.source, Spans(found.source)
    found, need, standards = _with_need(found)
    vendor = _vendor_of_purchase(found, spans)
    category, quantity = _kind_and_count(found, need)
    number, unit = _count(need, quantity, category, spans)
    ceiling = choose_ceiling(source, found.amounts, category, number)
    starts_count = category not in {Category.SAAS, Category.HARDWARE}
    deadline, deadline_question = choose_deadline(source.low, found.deadlines, starts_count=starts_count)
    asked = {name: text for name, text in (("ceiling", ceiling.question), ("deadline", deadline_question)) if text}
    lacking = missing.missing_in_purchase(need.text if need is not None else None, category, number, ceiling.amount, asked)
    _note(spans, need, category, ceiling, deadline)
    must, nice = _wishes(found, quantity, standards, spans)
    understood = Understood(
        intent=Intent.PURCHASE,
        need=need.text if need is not None else None,
        category=category,
        quantity=number,
        unit=unit,
        ceiling=ceiling.price,
        ceiling_per=_per(ceiling),
        deadline=deadline.day if deadline is not None else None,
        must_have=must,
        nice_to_have=nice,
        urgency=_urgency(found, spans, deadline),
        vendor=vendor,
        missing=lacking,
        spans=spans.spans,
    )
    return Reading(understood, tuple(asked.get(name) or missing.QUESTIONS[name] for name in lacking))


def _with_need(found: Found) -> tuple[Found, Need | None, tuple[tuple[int, int], ...]]:
    """Return the need without the standards it must meet, where those stand, and what was found with the need put right."""
    need, standards = apart(found.source, found.need) if found.need is not None else (None, ())
    if need is None or not says_what(need):
        need = counted_thing(found.source, found.quantities) or need
        found = replace(found, need=need)
    return found, need, standards


def _kind_and_count(found: Found, need: Need | None) -> tuple[Category | None, Quantity | None]:
    low = found.source.low
    category = need.category if need is not None else None
    shelf = need.shelf if need is not None else None
    if category is None:
        category = category_by_signs(low, need, found.amounts, choose_quantity(low, found.quantities, None, shelf))
    elif category is Category.SERVICES and need is not None and hired_person(low, need, found.amounts):
        category = Category.CONTRACTOR
    rented = category is Category.HARDWARE and _RENTED.search(low) is not None
    category = Category.SERVICES if rented else category
    counts = tuple(q for q in found.quantities if not (rented and q.kind is Kind.TIME and q.unit != "days"))
    quantity = choose_quantity(low, counts, category, shelf)
    if quantity is not None and need is not None and category is Category.HARDWARE and _one_of_it(found.source, need, quantity):
        quantity = None
    return category, quantity


def _note(spans: Spans, need: Need | None, category: Category | None, ceiling: Ceiling, deadline: Deadline | None) -> None:
    if need is not None:
        spans.note("need", need.start, need.end)
        if category is not None:
            spans.note("category", need.start, need.end)
    if ceiling.amount is not None:
        spans.note("ceiling", ceiling.amount.start, ceiling.amount.end)
    if deadline is not None:
        spans.note("deadline", deadline.start, deadline.end)


def _one_of_it(source: Source, need: Need, quantity: Quantity) -> bool:
    """Whether one is wanted and the count describes it: "a NAS, 4 bays"."""
    single = re.search(r"\b(?:an?|another)\s+(?:[\w-]+\s+){0,2}$", source.low[max(0, need.start - 30) : need.start]) is not None
    return single and quantity.start >= need.end and quantity.kind is Kind.OTHER and missing.is_single(need.text)


def _per(ceiling: Ceiling) -> str | None:
    return ceiling.amount.per if ceiling.amount is not None else None


def _vendor_of_purchase(found: Found, spans: Spans) -> str | None:
    place = find_party(found.source, Intent.PURCHASE, found.vendors)
    if place is None:
        return None
    spans.note("vendor", *place)
    return found.source.words(*place)


def _count(need: Need | None, quantity: Quantity | None, category: Category | None, spans: Spans) -> tuple[int | None, str | None]:
    if quantity is not None:
        spans.note("quantity", quantity.start, quantity.end)
        if quantity.unit is not None:
            spans.note("unit", quantity.start, quantity.end)
        return quantity.number, (corrected(quantity.unit) if quantity.unit is not None else None) or (
            _head_noun(need.text) if need is not None and category is Category.HARDWARE else None
        )
    if category is Category.HARDWARE and need is not None and missing.is_single(need.text):
        spans.note("quantity", need.start, need.end)
        spans.note("unit", need.start, need.end)
        return 1, _head_noun(need.text)
    return None, None


def _head_noun(need: str) -> str | None:
    """The thing itself: "standing desk" → "desk"; the last catalogue word where trailing words are a model's name."""
    from agents.requisition_intake import lexicon

    matches = list(lexicon.pattern().finditer(need.lower()))
    phrase = matches[-1].group() if matches else need.lower()
    head = phrase.split()[-1][:60]
    return head if any(c.isalpha() for c in head) else None


def _wishes(
    found: Found, quantity: Quantity | None, standards: tuple[tuple[int, int], ...], spans: Spans
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    taken = [(_clause_start(found.work, found.need.start), found.need.end)] if found.need is not None else []
    taken += [(v.start, v.end) for v in found.vendors if not v.leaving]
    if quantity is not None:
        taken.append((quantity.start, quantity.end))
    text = blanked(found.timeless, taken)
    wishes = tuple(clauses.Wish(a, b, found.source.words(a, b), must=True) for a, b in standards)
    wishes += clauses.find_wishes(found.source, text, found.need.end if found.need is not None else None)
    for name, must in (("must_have", True), ("nice_to_have", False)):
        mine = [w for w in wishes if w.must is must]
        if mine:
            spans.note(name, mine[0].start, mine[-1].end)
        for n, wish in enumerate(mine):
            spans.note(f"{name}.{n}", wish.start, wish.end)
    return tuple(w.text for w in wishes if w.must), tuple(w.text for w in wishes if not w.must)


def _clause_start(work: str, place: int) -> int:
    """Return where the clause that asks for the need begins: its "could you please find me a" is no wish."""
    return max(work.rfind(mark, 0, place) for mark in ".,;:!?\n—") + 1


def _urgency(found: Found, spans: Spans, deadline: Deadline | None) -> Urgency:
    if found.urgency is not None:
        spans.note("urgency", *found.urgency[1])
        return found.urgency[0]
    urgency = urgency_by(deadline.day if deadline is not None else None, found.today)
    if urgency is Urgency.HOT and deadline is not None:
        spans.note("urgency", deadline.start, deadline.end)
    return urgency


def _command(found: Found) -> Reading:
    source, intent, spans = found.source, found.intent, Spans(found.source)
    vendor, case = _party(found, spans), _case(found, spans)
    details = details_of(source, intent, found.amounts, vendor)
    stated, price = _price_of_command(found, details)
    if stated is not None:
        spans.note("ceiling", stated.start, stated.end)
    changes = isinstance(details, BudgetChange) and (details.percent is not None or details.delta is not None)
    lacking = missing.missing_in_command(intent, vendor, case, details, has_amount=stated is not None or changes)
    understood = Understood(
        intent=intent,
        category=_category_of_command(source.low, intent, spans),
        ceiling=price,
        urgency=_urgency(found, spans, None),
        vendor=vendor,
        case=case,
        missing=lacking,
        spans=spans.spans,
        details=details,
    )
    return Reading(understood, tuple(missing.QUESTIONS[name] for name in lacking))


def _party(found: Found, spans: Spans) -> str | None:
    if found.intent in {Intent.UNKNOWN, Intent.BUDGET_UPDATE}:
        return None
    place = find_party(found.source, found.intent, found.vendors)
    if place is None:
        return None
    spans.note("vendor", *place)
    return found.source.words(*place)[:120]


def _case(found: Found, spans: Spans) -> str | None:
    match = CASE_ID.search(found.source.low)
    if match is None or found.intent is Intent.UNKNOWN:
        return None
    place = match.span(next(name for name in ("id", "number", "hash") if match[name]))
    spans.note("case", *place)
    return found.source.words(*place)[:60]


def _price_of_command(found: Found, details: Details | None) -> tuple[Amount | None, Price | None]:
    """Return the amount a budget changes to, or the most that a renewal may cost."""
    if found.intent is Intent.BUDGET_UPDATE:
        amount = budget_amount(found.source, found.amounts)
        return amount, amount.price(budget_period(found.source.low)) if amount is not None else None
    if isinstance(details, RenewalCommand) and details.action in {"renew", "renegotiate"}:
        limits = tuple(a for a in found.amounts if a.role is Role.LIMIT)
        ceiling = choose_ceiling(found.source, limits, None, None)
        return ceiling.amount, ceiling.price
    return None, None


def _category_of_command(low: str, intent: Intent, spans: Spans) -> Category | None:
    """Return the category a command names; like every field, with the words behind it."""
    named: tuple[Category, tuple[int, int]] | None = None
    if intent in {Intent.BUDGET_UPDATE, Intent.CASE_CONTROL, Intent.VENDOR_SUGGESTION}:
        case = CASE_ID.search(low)
        named = named_category(low if case is None else blanked(low, [case.span()]))
    elif intent in {Intent.QUESTION, Intent.POLICY_CHANGE}:
        named = stated_category(low)
    if named is None:
        return None
    spans.note("category", *named[1])
    return named[0]
