"""Figures that no rule has accounted for: what was not understood is asked about, never passed over.

Every per cent and stretch of time in a mail must belong to a term that was read, or stand in a sentence about something that is
no term of an offer (delivery times, uptime). What is left makes a question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from agents.negotiator.discount_reading import discounts
from agents.negotiator.draft import Draft
from agents.negotiator.mail_text import Sentence
from agents.negotiator.particulars import accounted
from agents.negotiator.reading import Topic
from agents.negotiator.refused_terms import REFUSABLE, refusal_of
from agents.negotiator.validity_reading import future_days, validity_places

_FIGURE = re.compile(
    r"(?<![\w.,/-])\d{1,2}(?:[.,]\d{1,2})? ?%|(?<![\w.,/-])\d{1,3}[ -](?:(?:calendar|business|working|bank) )?(?:days?|weeks?|months?|years?)\b",
    re.IGNORECASE,
)
_NO_TERM = re.compile(
    r"\b(?:deliver\w*|lead time|ship\w*|respon\w*|repl(?:y|ies)|uptime|availab\w*|warranty|guarantee\w*|retention|backup\w*|stor(?:e|age|ed)|history|trial|"
    r"refund\w*|money[- ]back|experience|in business|founded|stock|onboard\w*|training|turnaround|go-live|test\w*|sla|renew\w*|exten(?:d|sion)\w*|migrat\w*|"
    r"late|interest|deposit|on (?:order|signature|completion|acceptance)|upfront fee|saved|saving|customers?|growth|battery|early-payment|cash discount|hours a)\b",
    re.IGNORECASE,
)
_TAX = re.compile(r"\b(?:VAT|tax(?:es)?|GST|HST)\b", re.IGNORECASE)
_MOST = 3


def ask_about_leftovers(draft: Draft, received_on: date | None) -> None:
    """Put a question for each figure that stands outside all the words that were read, three at most."""
    read = [(span.start, span.end) for span in draft.spans.values()]
    read += [(finding.span.start, finding.span.end) for finding in draft.findings if finding.span is not None]
    read += [(doubt.span.start, doubt.span.end) for doubt in draft.doubts if doubt.span is not None]
    read += [(words.start, words.end) for term in REFUSABLE if (words := refusal_of(draft.mail, term)) is not None]
    text_places = [
        *accounted(draft.mail),
        *validity_places(draft.mail),
        *((discount.start, discount.end) for discount in discounts(draft.mail)),
    ]
    asked = 0
    for start, end in _figures(draft):
        span = draft.mail.span(start, end)
        known = any(low < span.end and span.start < high for low, high in read) or any(
            low < end and start < high for low, high in text_places
        )
        if known or asked >= _MOST:
            continue
        asked += 1
        draft.ask(_topic(draft, start, end), f'What does "{span.text}" stand for in your offer?', span)
    for start, end in future_days(draft.mail, received_on):
        span = draft.mail.span(start, end)
        if not any(low < span.end and span.start < high for low, high in read) and not _NO_TERM.search(
            draft.mail.text[max(0, start - 60) : start]
        ):
            draft.ask(Topic.VALID_UNTIL, f'Is your offer valid until "{span.text}"?', span)


def _topic(draft: Draft, start: int, end: int) -> Topic:
    if "%" not in draft.mail.text[start:end]:
        return Topic.SMALL_PRINT
    return Topic.TAX if _TAX.search(draft.mail.text[max(0, start - 30) : end + 20]) else Topic.PRICE


def _figures(draft: Draft) -> Iterator[tuple[int, int]]:
    for sentence in draft.mail.sentences():
        for found in _FIGURE.finditer(sentence.text):
            if not _NO_TERM.search(_around(sentence, found)):
                yield sentence.start + found.start(), sentence.start + found.end()


def _around(sentence: Sentence, found: re.Match[str]) -> str:
    return sentence.text[max(0, found.start() - 70) : found.end() + 50]
