"""What a vendor's answer does with each term of our last counteroffer: kept, changed, refused, or passed over in silence."""

from __future__ import annotations

import re
from collections.abc import Iterator

from agents.negotiator.mail_text import MailText, readable
from agents.negotiator.reading import QuoteFinding
from agents.negotiator.refused_terms import refusal_of
from memory.domain.answers import Answer, TermAnswer
from memory.domain.quote import Quote, Terms

_OPTIONAL = (
    ("payment_days", "payment within {} days"),
    ("price_increase_cap_bp", "the cap on price increases"),
    ("notice_days", "a notice period of {} days"),
    ("support_level", "the support level {}"),
    ("free_months", "{} free months"),
)
#: The term, and where its words stand among the spans of a quote.
_TERMS = (
    ("unit_price", "unit_price"),
    ("quantity", "quantity"),
    ("term", "term"),
    ("billing", "billing"),
    ("setup_fee", "setup_fee"),
    *((name, name) for name, _ in _OPTIONAL),
)
_ALL_ELSE = re.compile(
    r"\b(?:everything else|all other (?:terms|points|conditions)|the (?:rest|other terms)|all (?:of )?your (?:terms|conditions)|otherwise)\b[^.;]{0,40}\b(?:as (?:you )?(?:proposed|requested|offered|agreed)|unchanged|accepted?|agreed|fine|ok(?:ay)?|remains?|stands?)\b",
    re.IGNORECASE,
)


def differences_against(ours: Terms, quote: Quote, mail: str) -> tuple[TermAnswer, ...]:
    """Return what a mail does with every term of our counteroffer that we named; `quote` is what was read from that mail.

    A term is missing when the mail says nothing about it, unless it takes "everything else" as we proposed.
    """
    text = readable(mail)
    return tuple(answer for name, key in _TERMS if (answer := _answer(ours, quote, text, name, key)) is not None)


def _answer(ours: Terms, quote: Quote, mail: MailText, name: str, key: str) -> TermAnswer | None:
    asked, said = _value(ours, name), _value(quote.terms, name)
    if asked is None:
        return None
    span = quote.spans.get(key)
    told = TermAnswer(term=name, asked=asked, says=said if span else None, answer=Answer.KEPT, span=span, source=quote.sources.get(key))
    refused = refusal_of(mail, name)
    if refused is not None and (span is None or said == asked) and name != "unit_price":
        return told.model_copy(update={"answer": Answer.REFUSED, "says": refused.text, "span": refused, "source": None})
    if span is None:
        whole = _ALL_ELSE.search(mail.text)
        if whole and said == asked:
            return told.model_copy(update={"says": asked, "span": mail.span(whole.start(), whole.end())})
        return told.model_copy(update={"answer": Answer.MISSING})
    return told if said == asked else told.model_copy(update={"answer": Answer.CHANGED})


def _value(terms: Terms, name: str) -> str | None:
    """Return a term in a form in which equal terms are equal."""
    value: object
    if name == "unit_price":
        value = f"{terms.unit_price} {'each' if terms.priced_per.value == 'unit' else 'for all'}"
    elif name == "term":
        value = f"{terms.term_months} months"
    elif name == "billing":
        value = f"per {terms.billing.value}"
    else:
        value = getattr(terms, name)
    return None if value is None else str(value)


def differences(terms: Terms, ours: Terms | None, stated: frozenset[str]) -> tuple[QuoteFinding, ...]:
    """Return one finding for each term that differs from ours or went unanswered; `stated` are the fields the mail names."""
    return tuple(_differences(terms, ours, stated)) if ours is not None else ()


def _differences(terms: Terms, ours: Terms, stated: frozenset[str]) -> Iterator[QuoteFinding]:
    if terms.currency != ours.currency:
        yield QuoteFinding(kind="changed", says=f"quoted in {terms.currency}, not in {ours.currency}")
    elif terms.unit_price.amount_minor != ours.unit_price.amount_minor or terms.unit_price.period != ours.unit_price.period:
        yield QuoteFinding(kind="changed", says=f"price {terms.unit_price}, we offered {ours.unit_price}")
    if terms.term_months != ours.term_months:
        yield QuoteFinding(kind="changed", says=f"term {terms.term_months} months, we offered {ours.term_months}")
    if terms.billing is not ours.billing:
        yield QuoteFinding(kind="changed", says=f"billed per {terms.billing.value}, we offered per {ours.billing.value}")
    if terms.setup_fee.amount_minor != ours.setup_fee.amount_minor:
        yield QuoteFinding(kind="changed", says=f"set-up fee {terms.setup_fee}, we offered {ours.setup_fee}")
    if terms.quantity < ours.quantity:
        yield QuoteFinding(kind="changed", says=f"for {terms.quantity:,} {terms.unit}, we need {ours.quantity:,}")
    for name, words in _OPTIONAL:
        wanted, given = getattr(ours, name), getattr(terms, name)
        if wanted is None or wanted == given:
            continue
        unanswered = name not in stated
        yield QuoteFinding(
            kind="unanswered" if unanswered else "changed", says=f"{words.format(wanted)}: {'no answer' if unanswered else f'now {given}'}"
        )
