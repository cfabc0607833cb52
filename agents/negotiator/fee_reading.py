"""One-off charges: set-up, onboarding, shipping. All of them belong to the all-in total."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from agents.negotiator.mail_text import MailText
from agents.negotiator.mention import Mention, Role
from memory.domain.evidence import Span
from memory.domain.money import Money

_KINDS = (
    ("shipping", re.compile(r"\b(?:shipping|delivery|freight|carriage|postage|courier|transport(?:ation)?)\b", re.IGNORECASE)),
    ("training", re.compile(r"\b(?:training|workshop|enablement|kick-?off)\b", re.IGNORECASE)),
    ("migration", re.compile(r"\bmigration\b", re.IGNORECASE)),
    ("tooling", re.compile(r"\b(?:tooling|engraving)\b", re.IGNORECASE)),
    (
        "set-up",
        re.compile(
            r"\b(?:set-?\s?up|onboarding|implementation|activation|installation|configuration|deployment|provisioning|commissioning|one-?\s?(?:time|off))\b",
            re.IGNORECASE,
        ),
    ),
)
_LINE = re.compile(r"(?P<what>[^,;:]+?) one-time: ")
_FEE = r"(?:set-?\s?up|onboarding|implementation|activation|installation|one-?\s?(?:time|off)|shipping|delivery)(?: and (?:onboarding|set-?up|shipping|delivery))?(?: (?:fees?|costs?|charges?))?"
_NONE = re.compile(
    rf"\b(?:no|zero|without(?: an?y?)?|free of) (?:additional |extra |separate )?{_FEE}\b|\b(?:free|complimentary) {_FEE}\b|\bwaive[sd]?\b[^.;]{{0,30}}{_FEE}\b|\b{_FEE}\b[^.;,\d]{{0,12}}(?::|is|are|will be|would be)? ?\b(?:none|free|waived|included|not charged|nil|dropped|at no (?:extra )?(?:cost|charge))\b",
    re.IGNORECASE,
)
_WAIVED_AFTER = re.compile(
    r"^[^.;,]{0,25}(?:, (?:which|die|that|this|it|das)\b[^.;,]{0,20})?\b(?:waived|dropped|no longer applies|removed|free)\b", re.IGNORECASE
)
_WAIVED_BEFORE = re.compile(r"\b(?:waiv(?:e|ed|ing)|drop(?:ped|ping)?|without|remov(?:e|ed|ing))\b[^.;,]{0,30}$", re.IGNORECASE)


_IF = re.compile(r"\b(?:if|when|provided|as long as|in return|subject to|on condition|unless|for orders|from|only)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Fees:
    """The sum of the one-off charges with the words behind it; `amount` is None when the mail is silent."""

    amount: Money | None
    span: Span | None = None
    question: str = ""


def read_fees(mail: MailText, found: Sequence[Mention], currency: str) -> Fees:
    """Return the one-off charges. A fee that is stated twice with different amounts is a question; the higher one counts."""
    charged = [mention for mention in found if mention.role is Role.SETUP and not _is_replaced(mention, found)]
    if not charged:
        none = next(iter(mail.matches(_NONE)), None)
        return Fees(Money(amount_minor=0, currency=currency), mail.span(none.start(), none.end())) if none else Fees(None)
    added = {mention.amount.value for mention in charged if mention.summed}
    waived = {mention.amount.value for mention in charged if _due(mention) == 0 and not _IF.search(mention.sentence.text)}
    by_kind: dict[str, list[Mention]] = {}
    for mention in charged:
        # Charges that a stated sum adds up are charges of their own, whatever their names have in common.
        own = f" {mention.amount.value}" if mention.amount.value in added else ""
        by_kind.setdefault(_kind(mention) + own if own else _kind(mention), []).append(mention)
    total, question = Money(amount_minor=0, currency=currency), ""
    for kind, several in by_kind.items():
        stated = {0 if mention.amount.value in waived else _due(mention) for mention in several}
        if len(stated) > 1 or any(mention.amount.currency != currency for mention in several):
            question = f"Which {kind} charge applies? Your mail states more than one."
        total = total + Money(amount_minor=max(stated), currency=currency)
    first = charged[0]
    return Fees(total, mail.span(*first.place), question)


def _is_replaced(mention: Mention, found: Sequence[Mention]) -> bool:
    """Whether a charge is named only as what another one takes the place of ("from 400 EUR to 200 EUR", "200 EUR instead of 400 EUR")."""
    words, offset = mention.sentence.text, mention.sentence.start
    before, after = words[: mention.place[0] - offset], words[mention.place[1] - offset :]
    others = [other for other in found if other.sentence == mention.sentence and other is not mention]
    return bool(others) and bool(
        (re.search(r"\bfrom (?:the |our )?$", before, re.IGNORECASE) and re.match(r" ?(?:down )?to\b", after, re.IGNORECASE))
        or re.search(r"\b(?:instead of|rather than|not)(?: the)? $", before, re.IGNORECASE)
    )


def _kind(mention: Mention) -> str:
    clause = mention.sentence.text[mention.clause_start - mention.sentence.start : mention.clause_end - mention.sentence.start]
    line = _LINE.search(clause)
    return line["what"].strip() if line else next((kind for kind, words in _KINDS if words.search(clause)), "set-up")


def _due(mention: Mention) -> int:
    offset = mention.sentence.start
    before = mention.sentence.text[: mention.amount.start - offset]
    after = mention.sentence.text[mention.amount.end - offset :]
    waived = _WAIVED_AFTER.search(after) or _WAIVED_BEFORE.search(before)
    return 0 if waived else mention.amount.money.amount_minor
