"""What a vendor's answer does with each term of our last counteroffer: kept, changed, refused, or passed over in silence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from agents.negotiator.mail_text import MailText, readable
from agents.negotiator.reading import QuoteFinding
from agents.negotiator.refused_terms import refusal_of
from memory.domain.answers import Answer, TermAnswer, answers_in_words
from memory.domain.evidence import Span
from memory.domain.quote import Quote, Terms

#: The term, under whose name its words stand among the spans of a quote too.
_TERMS = (
    "unit_price",
    "quantity",
    "term",
    "billing",
    "setup_fee",
    "payment_days",
    "price_increase_cap_bp",
    "notice_days",
    "support_level",
    "free_months",
)
_ALL_ELSE = re.compile(
    r"\b(?:everything else|all other (?:terms|points|conditions)|the (?:rest|other terms)|all (?:of )?your (?:terms|conditions)|otherwise)\b[^.;]{0,40}\b(?:as (?:you )?(?:proposed|requested|offered|agreed)|unchanged|accepted?|agreed|fine|ok(?:ay)?|remains?|stands?)\b",
    re.IGNORECASE,
)


def differences_against(ours: Terms, quote: Quote, mail: MailText | str, *, accepted: Span | None = None) -> tuple[TermAnswer, ...]:
    """Return what a mail does with every term of our counteroffer that we named; `quote` is what was read from that mail.

    A term is missing when the mail says nothing about it, unless it takes our offer as a whole, in the words `accepted`, or takes
    "everything else" as we proposed. What it refuses is refused however much of the rest it takes.
    """
    text = readable(mail) if isinstance(mail, str) else mail
    whole = accepted or next((text.span(found.start(), found.end()) for found in text.matches(_ALL_ELSE)), None)
    return tuple(answer for name in _TERMS if (answer := _answer(ours, quote, text, name, whole)) is not None)


def findings_of(answers: Sequence[TermAnswer]) -> Iterator[QuoteFinding]:
    """Return what is not as we proposed, as findings."""
    for told in answers:
        if told.answer is not Answer.KEPT:
            yield QuoteFinding(kind=_KINDS[told.answer], says=answers_in_words((told,))[:500], span=told.span, source=told.source)


_KINDS = {Answer.CHANGED: "changed", Answer.REFUSED: "refused", Answer.MISSING: "unanswered"}


def _answer(ours: Terms, quote: Quote, mail: MailText, name: str, whole: Span | None) -> TermAnswer | None:
    asked, said = _value(ours, name), _value(quote.terms, name)
    if asked is None:
        return None
    span = quote.spans.get(name)
    told = TermAnswer(term=name, asked=asked, says=said if span else None, answer=Answer.KEPT, span=span, source=quote.sources.get(name))
    refused = refusal_of(mail, name)
    if refused is not None and (span is None or said == asked) and name != "unit_price":
        return told.model_copy(update={"answer": Answer.REFUSED, "says": refused.text, **_placed(mail, refused)})
    if span is None:
        if whole is not None and said == asked:
            return told.model_copy(update={"says": asked, **_placed(mail, whole)})
        return told.model_copy(update={"answer": Answer.MISSING})
    return told if said == asked else told.model_copy(update={"answer": Answer.CHANGED})


def _placed(mail: MailText, span: Span) -> dict[str, object]:
    """Return a span of the whole text where it stands in its own part: the mail, or an attachment."""
    own, source = mail.located(span)
    return {"span": own, "source": source or None}


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
