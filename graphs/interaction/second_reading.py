"""A second look at an understanding, where taking the first one at its word would do the opposite of what was said.

A sentence that starts with "stop" never opens a case, one that starts with "never" is about rules, and a question why
something was paid is a question, not a payment.
"""

from __future__ import annotations

import re

from agents.requisition_intake.amount import find_amounts
from agents.requisition_intake.text import read
from memory.domain.instruction import CaseCommand, Intent, PolicyWish, QuestionAsked, Understood
from memory.domain.money import Period, Price

_STOPS = re.compile(r"^\W*(?:please\s+|ok\s+)?(?P<verb>stop|cancel|abort|pause|hold|park|scrap|drop)\b(?!\s+(?:me|us)\b)")
_NEVER = re.compile(r"^\W*(?:(?:i|we)\s+)?(?:never|no|don'?t want|do not want)\b[^?]*\b(?:contracts?|clauses?|auto-?renew\w*|renewals?)\b")
_RENEWS = re.compile(r"\bauto-?\s?renew\w*|\brenewals?\b")
_WHY_PAID = re.compile(r"^\W*(?:and\s+|so\s+)?(?:why|what for|for what)\b[^.!\n]*\b(?:pay|paid|payment|charged?|transfer(?:red)?)\b")
# To stop is read as to pause: that can be taken back.
_PAUSES = frozenset({"stop", "pause", "hold", "park"})


def read_again(text: str, understood: Understood, home_currency: str) -> Understood:
    """Return the understanding, mended where a first reading would act against the words."""
    low = text.casefold()
    if understood.intent is Intent.PURCHASE and (match := _STOPS.match(low)):
        subject = text[match.end() :].strip(" .!\n")[:120] or None
        command = CaseCommand(action="pause" if match["verb"] in _PAUSES else "cancel", subject=subject)
        return _as(understood, Intent.CASE_CONTROL, command)
    if understood.intent in {Intent.PURCHASE, Intent.RENEWAL_ACTION} and understood.vendor is None and _NEVER.match(low):
        return _as(understood, Intent.POLICY_CHANGE, PolicyWish(text=text[:2000], rule="renewals" if _RENEWS.search(low) else "clause"))
    if understood.intent is Intent.UNKNOWN and _WHY_PAID.match(low):
        return _as(understood, Intent.QUESTION, QuestionAsked(topic="why", subject=text[:2000], amount=_amount(text, home_currency)))
    return understood


def _as(understood: Understood, intent: Intent, details: CaseCommand | PolicyWish | QuestionAsked) -> Understood:
    """Return the understanding under another intent; what only a purchase has is dropped with its spans."""
    kept = {name: span for name, span in understood.spans.items() if name in {"vendor", "case"}}
    return Understood(intent=intent, vendor=understood.vendor, case=understood.case, spans=kept, details=details)


def _amount(text: str, home_currency: str) -> Price | None:
    prices = (amount.price(Period.ONCE) for amount in find_amounts(read(text), home_currency))
    return next((price for price in prices if price is not None), None)
