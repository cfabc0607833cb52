"""What a question is about, as far as it names a category."""

from __future__ import annotations

import re

from agents.requisition_intake import catalogue_category
from memory.domain.instruction import Category

_TOP_WORDS = (
    (Category.SAAS, r"\b(?:saas|software|subscriptions?|cloud)\b"),
    (Category.HARDWARE, r"\b(?:hardware|equipment|devices)\b"),
    (Category.CONTRACTOR, r"\b(?:contractors?|freelancers?)\b"),
    (Category.SERVICES, r"\b(?:services)\b"),
)
_NOT_SUBJECTS = re.compile(
    r"^(?:total|all|everything|sum|january|february|march|april|may|june|july|august|september|october|november|december|20\d\d|"
    r"(?:the |this |last |next |past )*(?:month|year|quarter|week|time|day)s?|far|now|us|me|it|that|this|average|eur|usd|gbp|chf)\b"
)
_SUBJECT = re.compile(
    r"\b(?:on|for|budget of|in|with|at)\s+(?:the |our |my |all )?(?P<what>[a-z][\w\s/-]{1,60}?)(?=\s+(?:this|last|next|in|since|so|until|per|and|left|budget|tools?|is|was)\b|[?.!,]|$)"
)


def category_asked(text: str, stated: Category | None) -> str | None:
    """Return the shelf or top category a question names; None when it names none that is known."""
    low = text.casefold()
    for match in _SUBJECT.finditer(low):
        what = match["what"]
        if any(re.fullmatch(pattern, what) for _, pattern in _TOP_WORDS):
            continue
        shelf = catalogue_category(what)
        if shelf is not None:
            return shelf
    if stated is not None:
        return stated.value
    return next((top.value for top, pattern in _TOP_WORDS if re.search(pattern, low)), None)


def named_subject(text: str) -> str | None:
    """Return the words after "on" or "for" in a question, or None: what to name when nothing matches it."""
    found = (match["what"].strip() for match in _SUBJECT.finditer(text.casefold()))
    return next((what for what in found if not _NOT_SUBJECTS.match(what)), None)
