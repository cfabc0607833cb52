"""What each reader finds in an instruction, before it is fitted together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from agents.requisition_intake.amount import Amount, Role, find_amounts
from agents.requisition_intake.deadline import Deadline, find_deadlines
from agents.requisition_intake.intent import find_intent
from agents.requisition_intake.need import Need, find_need
from agents.requisition_intake.parties import find_email, find_link, find_party
from agents.requisition_intake.quantity import Kind, Quantity, find_quantities
from agents.requisition_intake.refusals import refused
from agents.requisition_intake.tasks import VERBS
from agents.requisition_intake.text import SOFT_BLANK, Source, blanked, signature
from agents.requisition_intake.urgency import find_urgency
from agents.requisition_intake.vendor import VendorName, find_vendors
from memory.domain.evidence import Span
from memory.domain.instruction import Category, Intent, Urgency

_AFTER_VERB = re.compile(
    rf"(?:\bto |^\W*(?:please )?)(?:{VERBS}|write|translate|edit|design|review|build|create|make|produce|draft|record|print|take|shoot|proofread|ship|pack|move|paint|check)\s+$"
)
_MONTH_FIRST = frozenset({"USD"})


@dataclass(frozen=True, slots=True)
class Found:
    """Everything the readers found, before it is fitted together."""

    source: Source
    today: date
    timeless: str
    work: str
    amounts: tuple[Amount, ...]
    deadlines: tuple[Deadline, ...]
    quantities: tuple[Quantity, ...]
    vendors: tuple[VendorName, ...]
    urgency: tuple[Urgency, tuple[int, int]] | None
    need: Need | None
    intent: Intent


@dataclass(slots=True)
class Spans:
    """Collects the text behind each field."""

    source: Source
    spans: dict[str, Span] = field(default_factory=dict)

    def note(self, name: str, start: int, end: int) -> None:
        """Keep the span of `raw[start:end]` under a field's name; an empty one is not kept."""
        span = self.source.span(start, end)
        if span.end > span.start:
            self.spans[name] = span


def gather(source: Source, today: date, known_vendors: Sequence[str], home_currency: str, month_first: bool | None) -> Found:
    """Return what each reader finds in the words the ones before it left; sentences that can never be an order are left out."""
    addresses = [place for place in (find_link(source.low), find_email(source.low)) if place is not None]
    closing = signature(source.low)
    rest = blanked(source.low, refused(source.low))
    only_refused = not any(c.isalnum() for c in rest)
    source = source if only_refused else Source(source.raw, rest)
    plain = Source(source.raw, blanked(source.low, [*addresses, *([closing] if closing else [])]))
    amounts = find_amounts(plain, home_currency)
    dollars = home_currency in _MONTH_FIRST or any(a.currency in _MONTH_FIRST for a in amounts)
    without_money = blanked(plain.low, [(a.start, a.end) for a in amounts if not _describes(plain.low, a)])
    deadlines = find_deadlines(without_money, today, month_first=dollars if month_first is None else month_first)
    without_dates = blanked(without_money, [(d.start, d.end) for d in deadlines])
    urgency = find_urgency(without_dates)
    timeless = without_dates if urgency is None else blanked(without_dates, [urgency[1]])
    quantities = find_quantities(timeless)
    vendors = find_vendors(plain, known_vendors)
    things = {Kind.THING, Kind.OTHER}
    soft = [q for q in quantities if q.kind in things or (q.kind is Kind.COUNT and _AFTER_VERB.search(timeless[: q.taken[0]][-20:]))]
    work = blanked(timeless, [q.taken for q in quantities if q not in soft and q.kind is not Kind.SIZE])
    work = blanked(work, [q.taken for q in soft], SOFT_BLANK)
    need = find_need(plain, work, vendors, priced=bool(amounts or quantities))
    if need is None and amounts and quantities and not source.low[: quantities[0].start].strip():
        need = counted_thing(source, quantities[:1])
    intent = (
        Intent.UNKNOWN
        if only_refused
        else find_intent(
            source.low,
            need_weight=need.weight if need is not None else 0.0,
            has_category=need is not None and need.category is not None,
            names_vendor=bool(vendors) or _names_someone(source),
            asked_of=find_party(source, Intent.QUESTION, vendors) is not None,
            has_ceiling=bool(amounts),
            has_deadline=bool(deadlines),
            has_link=bool(addresses),
        )
    )
    return Found(source, today, timeless, work, amounts, deadlines, quantities, vendors, urgency, need, intent)


def _describes(low: str, amount: Amount) -> bool:
    """Whether an amount describes the thing ("cover of at least 1 million EUR") rather than its price."""
    return amount.role is Role.FLOOR and re.search(r"\b(?:of|covers?|worth|for)\s*$", low[: amount.start][-10:]) is not None


def _names_someone(source: Source) -> bool:
    return find_party(source, Intent.VENDOR_SUGGESTION, ()) is not None


def says_what(need: Need) -> bool:
    """Whether a need has a word in it, not only measures ("30x20x15 cm")."""
    return re.search(r"[a-z]{3}", need.text.lower()) is not None or need.category is not None


def counted_thing(source: Source, quantities: tuple[Quantity, ...]) -> Need | None:
    """Return the need that stands inside a count alone: "order 500 shipping boxes"."""
    for quantity in quantities:
        if quantity.kind in {Kind.COUNT, Kind.THING, Kind.OTHER}:
            number = re.match(r"[\d.,'k ]+|\S+ ", source.low[quantity.start : quantity.end])
            start = quantity.start + (number.end() if number is not None else 0)
            words = source.words(start, quantity.end)
            return Need(start, quantity.end, words, Category.HARDWARE, None, 1.0) if words else None
    return None
