"""Terms that a mail names only to refuse them ("except the 3 % cap, which we cannot offer")."""

from __future__ import annotations

import re

from agents.negotiator.mail_text import MailText
from memory.domain.evidence import Span

_ABOUT = {
    "unit_price": r"price|EUR|USD|GBP|CHF|[€$£]",
    "quantity": r"quantity|seats?|users?|licen[cs]es?|contacts?|units?|pieces?",
    "term": r"term|commitment|contract (?:length|period)|months?|years?|run(?:s|ning)? for",
    "billing": r"bill\w*|monthly|quarterly|yearly|annual\w*|in advance|upfront",
    "setup_fee": r"set-?\s?up|onboarding|implementation|installation|activation|shipping|delivery",
    "payment_days": r"payment (?:terms?|period|within|days|target)|pay(?:ment)? within|net \d+|\d+ days['\u2019]? payment",
    "price_increase_cap_bp": r"cap\w*|price increase\w*|uplift|price protection|price guarantee",
    "notice_days": r"notice|cancell?ation period",
    "support_level": r"support|service level|sla",
    "free_months": r"free months?|months? free",
}
_PATTERNS = {term: re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE) for term, words in _ABOUT.items()}
#: Terms that are often refused with their figure named.
REFUSABLE = ("term", "payment_days", "price_increase_cap_bp", "notice_days", "free_months")
_REFUSES = re.compile(
    r"\b(?:cannot|can't|can not|could not|couldn't|unable|not able|won't|will not(?! exceed| be (?:more|higher)| rise)|can(?:not|'t|\u2019t) agree|not possible|not in a position|unfortunately|regret|decline|refuse|not (?:offer|accept|grant|agree|available|negotiable)|no longer|do(?:es)? not (?:offer|grant|apply)|except(?: for)?|not (?:the|your|to) (?=\d)|no to|(?:is|are)(?: not|n['\u2019]t) (?:something|possible|an option|on the table|feasible)|sorry|with the exception of|apart from)\b|(?:gewähren|räumen|bieten|geben|machen|akzeptieren|grant|accept)\b[^.;,]{0,30}\b(?:nicht|not)\b|:\s*(?:no|nein|non)\b(?! (?:later|more|less))",
    re.IGNORECASE,
)
_WHICH = re.compile(r"\s*(?:which|that|and this|this|it)\b")
_CLAUSE = re.compile(r"(?<=[,;])(?!\d)|(?=\bbut\b)|(?<=:)(?= (?:we(?:'d|'ll)?|our|instead|at most)\b)", re.IGNORECASE)


def refusal_of(mail: MailText, term: str) -> Span | None:
    """Return the clause in which a mail refuses a term (a field of `Terms`), or None."""
    about = _PATTERNS.get(term)
    return mail.once(("refusal of", term), lambda: _refusal(mail, about)) if about else None


def _refusal(mail: MailText, about: re.Pattern[str]) -> Span | None:
    for sentence in mail.sentences():
        if not _REFUSES.search(sentence.text) or not about.search(sentence.text):
            continue
        start = sentence.start
        for clause in _CLAUSE.split(sentence.text):
            # "except the 3 % cap, which we cannot offer": the refusal may follow in the next clause.
            rest = sentence.text[start - sentence.start + len(clause) :][:40]
            words = clause + rest if clause.endswith(",") and _WHICH.match(rest) else clause
            if about.search(clause) and _REFUSES.search(words):
                return mail.span(start, start + len(clause))
            start += len(clause)
    return None
