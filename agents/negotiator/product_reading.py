"""Which product or plan an offer is for, and whether it is another than was asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence

from agents.negotiator.mail_text import MailText, Sentence

_PLAN = re.compile(
    r"\b(?P<name>[A-Z][\w+-]{1,20}(?: [A-Z][\w+-]{1,20})?) (?:plan|tier|package|edition|subscription|licen[cs]e)\b"
    r"|\b(?:[Pp]lan|[Tt]ier|[Pp]ackage|[Ee]dition)[: ]{1,2}[\"\u201c]?(?P<name2>[A-Z][\w+-]{1,20}(?: [A-Z][\w+-]{1,20})?)\b"
)
_LABEL = re.compile(
    r"(?:^|[\n;/,])\s*(?:[-*\u2022] ?)?(?P<name>[A-Z][\w+-]{1,20}(?: [A-Z][\w+-]{1,20})?)(?: plan| tier| package| edition)?\s?(?:\([^)\n]{0,40}\) ?)?(?::|-|\u2013|[A-Z]{3} ?\d|[€$£])"
)
_NO_NAMES = frozenset(
    [
        "the",
        "our",
        "this",
        "your",
        "monthly",
        "annual",
        "yearly",
        "quarterly",
        "a",
        "an",
        "one",
        "no",
        "price",
        "prices",
        "option",
        "offer",
        "total",
        "plan",
        "plans",
        "package",
        "each",
        "net",
        "all",
        "both",
        "it",
        "we",
        "first",
        "new",
        "contract",
        "minimum",
        "billing",
        "term",
        "vat",
        "list",
        "unit",
        "eur",
        "usd",
        "gbp",
        "chf",
        "cad",
        "in",
        "for",
        "summary",
        "if",
    ]
)
_CHARGE = re.compile(
    r"(?:gebühr|kosten|pauschale|entgelt|fee|charges?|costs?|frais|gastos|cuota|porte|tarif)s?\b|\b(?:shipping|delivery|set-?up|onboarding|training|total)\b",
    re.IGNORECASE,
)
_REPLACED = re.compile(
    r"\b(?:instead(?: of)?|in place of|rather than)\b[^.;]{0,80}?\b(?:plan|tier|package|edition|model|version|product|device|licen[cs]es?|variant)\b"
    r"|\b(?:plan|tier|package|edition|model|version|product|device|article|item)\b[^.;]{0,60}?\b(?:sold out|no longer (?:available|sold|offered|in stock|produced)|not available|unavailable|discontinued|out of stock|end of life|has been replaced|is replaced)\b"
    r"|\b(?:sold out|no longer available|out of stock|discontinued)\b[^.;]{0,120}?\b(?:offer|deliver|propose|supply|alternative|comparable|replacement|instead)\b"
    r"|\b(?:comparable|equivalent|similar|alternative|replacement|successor|refurbished|used|second-hand|reconditioned|b-stock)\b[^.;]{0,30}?\b(?:device|model|product|item|plan|package|laptop|machine|article|unit|chair|monitor|version)s?\b"
    r"|\b(?:refurbished|second-hand|reconditioned|b-stock|renewed units?)\b"
    r"|\b(?:substitut\w+|replacement model)\b",
    re.IGNORECASE,
)
_HARMLESS = re.compile(
    r"\b(?:no|not|free) (?:substitut|replacement)|\breplacement (?:within|guarantee|warranty|service|part)|\bwarranty\b", re.IGNORECASE
)
_PRICE_SWAP = re.compile(r"\binstead of (?:the )?(?:list |regular |usual )?(?:price|EUR|USD|GBP|CHF|[€$£]|\d)", re.IGNORECASE)


def substitution(mail: MailText) -> Sentence | None:
    """Return the sentence that offers something else than was asked for, or None."""
    return mail.once("substitution", lambda: _substitution(mail))


def _substitution(mail: MailText) -> Sentence | None:
    for sentence in mail.sentences():
        found = _REPLACED.search(sentence.text)
        if found and not _HARMLESS.search(sentence.text) and not _PRICE_SWAP.search(found.group()):
            return sentence
    return None


def plan_before(text: str, start: int, end: int, at: int) -> str:
    """Return the name of the plan that a price at `at` belongs to, from the passage `start` to `end` around it, or ""."""
    passage = text[start:end]
    names = [
        (found.start(), name)
        for found in (*_PLAN.finditer(passage), *_LABEL.finditer(passage))
        if (name := found.groupdict().get("name2") or found["name"])
        and not {word.lower() for word in name.split()} & _NO_NAMES
        and not _CHARGE.search(name)
    ]
    before = [(place, name) for place, name in names if start + place <= at]
    chosen = max(before, default=None) or min(names, default=None)
    return chosen[1] if chosen else ""


def named_in(name: str, wishes: Sequence[str]) -> bool:
    """Whether one of the operator's wishes names a plan."""
    return bool(name) and any(re.search(rf"\b{re.escape(name)}\b", wish, re.IGNORECASE) for wish in wishes)
