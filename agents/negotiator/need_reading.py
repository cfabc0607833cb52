"""What a vendor's answer says about our must-haves: named as missing, or contradicted. Silence is no answer."""

from __future__ import annotations

import re

from agents.negotiator.mail_text import MailText, Sentence
from agents.negotiator.reading import QuoteFinding
from agents.vendor_constraints import elsewhere, is_same

_DENIED = re.compile(
    r"\b(?:not (?:included|supported|available|possible|offered|part of)|no,|unfortunately|we (?:do not|don't|cannot|can't) (?:offer|support|provide|have|guarantee)|is missing|lacks?|without)\b|: ?no\b",
    re.IGNORECASE,
)
_DATA = re.compile(r"\b(?:data|servers?|hosted|hosting|region)\b", re.IGNORECASE)


def denied_needs(mail: MailText, must_have: tuple[str, ...]) -> tuple[QuoteFinding, ...]:
    """Return one finding of kind `denied_need` for each must-have the mail says is not met; `says` begins with the must-have."""
    found: list[QuoteFinding] = []
    for wish in must_have:
        sentence = next((sentence for sentence in mail.sentences() if _denies(sentence, wish)), None)
        if sentence is not None:
            span = mail.span(sentence.start, sentence.end)
            found.append(QuoteFinding(kind="denied_need", says=f"{wish}: the vendor says that it is not met"[:500], span=span))
    return tuple(found)


def _denies(sentence: Sentence, wish: str) -> bool:
    if _DATA.search(sentence.text) and elsewhere(wish, sentence.text):
        return True
    about, _, answer = sentence.text.rpartition(":")
    if about and is_same(wish, about):
        return bool(_DENIED.search(f": {answer.strip()}"))
    return is_same(wish, sentence.text) and bool(_DENIED.search(sentence.text)) and len(sentence.text) < 300
