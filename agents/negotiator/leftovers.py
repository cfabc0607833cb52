"""Figures that no rule has accounted for: what was not understood is asked about, never passed over.

Every per cent and stretch of time in a mail must belong to a term that was read, or stand in a sentence about something that is
no term of an offer (delivery times, uptime). What is left makes a question.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from agents.negotiator.discount_reading import discounts
from agents.negotiator.draft import Draft
from agents.negotiator.figures import value_of
from agents.negotiator.mail_text import Sentence
from agents.negotiator.mention import Mention
from agents.negotiator.particulars import accounted
from agents.negotiator.reading import Topic
from agents.negotiator.refused_terms import REFUSABLE, refusal_of
from agents.negotiator.validity_reading import future_days, validity_places
from memory.domain.evidence import Span

_FIGURE = re.compile(
    r"(?<![\w.,/-])\d{1,2}(?:[.,]\d{1,2})? ?%|(?<![\w.,/-])\d{1,3}[ -](?:(?:calendar|business|working|bank) )?(?:days?|weeks?|months?|years?)\b",
    re.IGNORECASE,
)
_NO_TERM = re.compile(
    r"\b(?:deliver\w*|lead time|ship\w*|respon\w*|repl(?:y|ies)|uptime|availab\w*|warranty|guarantee\w*|retention|backup\w*|stor(?:e|age|ed)|history|trial|"
    r"refund\w*|money[- ]back|experience|in business|founded|stock|onboard\w*|training|turnaround|go-live|test\w*|sla|renew\w*|exten(?:d|sion)\w*|migrat\w*|"
    r"bounc\w*|replac\w*|begin\w*|start\w*|kick-?off|out of (?:the )?office|holiday|vacation|call on|meet\w*|late|interest|deposit|on (?:order|signature|completion|acceptance)|upfront fee|saved|saving|customers?|growth|battery|early-payment|cash discount|hours a|business days|working days|support|e-?mail|ticket\w*)\b",
    re.IGNORECASE,
)
_SHARE = re.compile(
    r"\b(?:down payment|instal+ments?|balance|acompte|solde|anzahlung|restzahlung|anticipo|au démarrage|à la fin|zu Beginn|am Ende|al inicio|al final|at the (?:start|end)|on (?:order|delivery))\b",
    re.IGNORECASE,
)
_TAX = re.compile(r"\b(?:VAT|tax(?:es)?|GST|HST)\b", re.IGNORECASE)
_DISCOUNT_OF = re.compile(r"\b(?:discount|rebate|reduction)\b[^.;%]{0,20}$", re.IGNORECASE)
_DECLINED = re.compile(
    r"\s*[:,-]?\s*(?:(?:is|are|was)\s)?(?:(?:unfortunately|sadly|sorry),?\s)?(?:not possible|impossible|no\b(?! more)|not\b|out of the question)",
    re.IGNORECASE,
)
# "Three free months we cannot offer; at most one": what is granted instead stands as a bare number.
_INSTEAD = re.compile(
    r"\b(?:at most|höchstens|como mucho|au plus|sólo|solo|nur|mais|pero|aber|seulement|max(?:imum)?\.?|only|but|just|no|sorry|nein|our limit)\b[,:!.]?\s{1,2}(?P<figure>\d{1,3}|one|two|three|uno|una|dos|tres|eins|einen|ein|zwei|drei|un|une|deux|trois)\b(?! ?[%\w])"
    r"|(?P<figure2>\b\d{1,3})\b (?:is|are) (?:our|the) (?:max\w*|limit|most)",
    re.IGNORECASE,
)
_INSTEAD_WITHIN = 90
_MOST = 3


def ask_about_leftovers(draft: Draft, found: Sequence[Mention], received_on: date | None) -> None:
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
        known = (
            any(low < span.end and span.start < high for low, high in read)
            or any(low < end and start < high for low, high in text_places)
            or _is_step(draft.mail.text[start:end], found)
            or _is_declined(draft.mail.text, start, end)
        )
        if known or asked >= _MOST:
            continue
        asked += 1
        draft.ask(_topic(draft, start, end), f'What does "{span.text}" stand for in your offer?', span)
    _ask_instead(draft)
    for start, end in future_days(draft.mail, received_on):
        span = draft.mail.span(start, end)
        if not any(low < span.end and span.start < high for low, high in read) and not _NO_TERM.search(
            draft.mail.text[max(0, start - 60) : start]
        ):
            draft.ask(Topic.VALID_UNTIL, f'Is your offer valid until "{span.text}"?', span)


def _ask_instead(draft: Draft) -> None:
    """Ask about a bare number behind a term that is refused: it may be what is granted in its place."""
    taken = [(span.start, span.end) for span in draft.spans.values()]
    for term in reversed(REFUSABLE):  # free months are refused in months too
        refused = refusal_of(draft.mail, term)
        found = _INSTEAD.search(draft.mail.original, refused.start, refused.end + _INSTEAD_WITHIN) if refused else None
        if found and refused:
            low, high = found.span("figure") if found["figure"] else found.span("figure2")
            words = Span(start=low, end=high, text=draft.mail.original[low:high])
            if not any(start < high and low < end for start, end in taken):
                topic = Topic.FREE_MONTHS if term == "free_months" else Topic.TERM if term == "term" else Topic.SMALL_PRINT
                draft.ask(topic, f'What does "{words.text}" stand for in your offer?', words)
                return


def _is_step(words: str, found: Sequence[Mention]) -> bool:
    """Whether a per cent is what one stated amount is less than another ("10 % it is: 22.50 instead of 25.00")."""
    if "%" not in words:
        return False
    stated = value_of(words.split("%", maxsplit=1)[0].strip())[0]
    if any(mention.rate_bp == stated * 100 for mention in found):
        return True
    rate = 1 - stated / 100
    values = {(mention.amount.currency, mention.amount.value) for mention in found}
    return any((currency, value * rate * times) in values for currency, value in values for times in (1, 12))


def _is_declined(text: str, start: int, end: int) -> bool:
    """Whether a discount is named only to be declined ("Discount of 3 %: not possible")."""
    return bool(_DISCOUNT_OF.search(text[max(0, start - 30) : start]) and _DECLINED.match(text[end : end + 40]))


def _topic(draft: Draft, start: int, end: int) -> Topic:
    if "%" not in draft.mail.text[start:end]:
        return Topic.SMALL_PRINT
    return Topic.TAX if _TAX.search(draft.mail.text[max(0, start - 30) : end + 20]) else Topic.PRICE


def _figures(draft: Draft) -> Iterator[tuple[int, int]]:
    for sentence in draft.mail.sentences():
        for found in _FIGURE.finditer(sentence.text):
            factor = re.search(r"[x\u00d7*]\s?$", sentence.text[: found.start()])  # "18 x 12 EUR x 12 months" is reckoned, not agreed
            around = _around(sentence, found)
            part = "%" in found.group() and _SHARE.search(around)  # "50 % on order": how it is paid, not how much
            if not factor and not part and not _NO_TERM.search(around):
                yield sentence.start + found.start(), sentence.start + found.end()


def _around(sentence: Sentence, found: re.Match[str]) -> str:
    """Return the words beside a figure, up to the next comma: what is behind it is about something else."""
    before = re.split(r"[,;|](?!\d)|\band\b", sentence.text[max(0, found.start() - 70) : found.start()])[-1]
    return before + found.group() + re.split(r"[,;|](?!\d)", sentence.text[found.end() : found.end() + 50])[0]
