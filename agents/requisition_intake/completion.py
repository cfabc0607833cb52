"""What a model may add: quotes of the instruction for fields the rules left empty. Figures are read from the quote by rule.

A quote that does not stand in the instruction is dropped, so a model can point at words but never put any in. It cannot
overrule a field, answer a contradiction, or turn a refused instruction into a command.
"""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from agents.base import locate
from agents.requisition_intake.amount import find_amounts
from agents.requisition_intake.deadline import find_deadlines
from agents.requisition_intake.lexicon import category_of
from agents.requisition_intake.missing import QUESTIONS, missing_in_purchase
from agents.requisition_intake.quantity import find_quantities
from agents.requisition_intake.reading import Reading
from agents.requisition_intake.text import Source, read
from memory.domain.base import JsonObject
from memory.domain.errors import InputError
from memory.domain.evidence import Span
from memory.domain.instruction import Category, Intent, Understood
from memory.domain.money import Period


class IntakeAnswer(BaseModel):
    """The words of the instruction behind each field, copied exactly; null where it says nothing."""

    model_config = ConfigDict(extra="ignore")

    is_purchase: bool = False
    need_quote: str | None = Field(default=None, max_length=300)
    category: Category | None = None
    quantity_quote: str | None = Field(default=None, max_length=300)
    ceiling_quote: str | None = Field(default=None, max_length=300)
    deadline_quote: str | None = Field(default=None, max_length=300)
    vendor_quote: str | None = Field(default=None, max_length=300)


def wants_help(reading: Reading) -> bool:
    """Whether the rules left something essential of a purchase empty that the text may yet say."""
    understood = reading.understood
    return understood.intent is Intent.PURCHASE and bool({"need", "ceiling", "quantity"} & set(understood.missing))


def completed(reading: Reading, answer: IntakeAnswer, instruction: str, *, today: date, home_currency: str) -> Reading:
    """Return the reading with empty fields filled from quotes that stand in the instruction; fields that are set stay."""
    before = reading.understood
    if not answer.is_purchase or before.intent is not Intent.PURCHASE:
        return reading
    contradicted = {f for f, q in zip(before.missing, reading.questions, strict=True) if q != QUESTIONS[f]}
    added: JsonObject = {}
    spans = dict(before.spans)
    fillers = {
        "need": (answer.need_quote, lambda s: _need(s, answer.category)),
        "quantity": (answer.quantity_quote, _quantity),
        "ceiling": (answer.ceiling_quote, lambda s: _ceiling(s, home_currency)),
        "deadline": (answer.deadline_quote, lambda s: _deadline(s, today)),
        "vendor": (answer.vendor_quote, lambda s: {"vendor": s.raw[:120]}),
    }
    for field, (quote, fill) in fillers.items():
        span = locate(instruction, quote or "")
        if getattr(before, field) is not None or field in contradicted or span is None:
            continue
        values = _filled(span, fill)
        added |= {name: value for name, value in values.items() if getattr(before, name) is None}
        spans |= dict.fromkeys(values, span)
    return _asked_again(before.model_copy(update=added | {"spans": spans}), reading, contradicted)


def _filled(span: Span, fill: object) -> JsonObject:
    try:
        source = read(span.text)
    except InputError:  # a quote of punctuation only
        return {}
    return fill(source)  # type: ignore[operator,no-any-return]


def _asked_again(after: Understood, reading: Reading, contradicted: set[str]) -> Reading:
    asked = {f: q for f, q in zip(reading.understood.missing, reading.questions, strict=True) if f in contradicted}
    lacking = tuple(
        field
        for field in missing_in_purchase(after.need, after.category, after.quantity, None, asked)
        if field != "ceiling" or after.ceiling is None or field in asked
    )
    if after.quantity is None and "quantity" in reading.understood.missing and "quantity" not in lacking:
        lacking = tuple(f for f in QUESTIONS if f in {*lacking, "quantity"})
    return Reading(after.model_copy(update={"missing": lacking}), tuple(asked.get(f) or QUESTIONS[f] for f in lacking))


def _need(source: Source, category: Category | None) -> JsonObject:
    return {"need": source.words(0, len(source.raw))[:160], "category": category_of(source.low) or category}


def _quantity(source: Source) -> JsonObject:
    found = find_quantities(source.low)
    return {"quantity": found[0].number, "unit": found[0].unit} if found else {}


def _ceiling(source: Source, home_currency: str) -> JsonObject:
    found = find_amounts(source, home_currency)
    price = found[0].price(Period.ONCE) if len(found) == 1 else None
    return {"ceiling": price, "ceiling_per": found[0].per} if price is not None else {}


def _deadline(source: Source, today: date) -> JsonObject:
    found = find_deadlines(source.low, today, month_first=False)
    return {"deadline": found[0].day} if len(found) == 1 else {}
