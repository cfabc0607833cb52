"""Order confirmations: the invoice number and the total billed, each with its span, or nothing."""

from __future__ import annotations

import re

from agents.negotiator.figures import Amount, amounts
from agents.negotiator.mail_text import MailText, readable
from agents.negotiator.reading import Confirmation
from agents.negotiator.refusal_reader import read_refusal
from memory.domain.evidence import Span
from memory.domain.money import Money

_ID = r"(?P<id>(?=[A-Z0-9/._-]*\d)[A-Z0-9][A-Z0-9/._-]{1,38}[A-Z0-9])"
_INVOICE = re.compile(
    rf"\b(?:invoice|bill|Rechnung)(?i:[ -]?(?:number|no\.?|nr\.?|id|ref(?:erence)?\.?))?(?: is)?\s?[:#]?\s?#?{_ID}(?![\w%])", re.IGNORECASE
)
_NUMBERED = re.compile(
    rf"\b(?:invoice|Rechnung)[ -]?(?:number|no\.?|nr\.?|id|ref(?:erence)?\.?)(?: is)?\s?[:#]?\s?#?{_ID}(?![\w%])", re.IGNORECASE
)
_ORDER = re.compile(r"\b(?P<id>PO-[A-Za-z0-9-]{2,40})\b")
_TOTAL_BEFORE = re.compile(r"\b(?:total|amount due|amount payable|invoiced?|payable|to pay|sum|balance|pay)\b[^.;\n]{0,60}$", re.IGNORECASE)
_GROSS = re.compile(r"\b(?:incl(?:\.|uding|usive)?|with|gross|total due|amount due|payable|to pay|all[- ]in)\b", re.IGNORECASE)
_NET_ONLY = re.compile(r"\b(?:net|excl(?:\.|uding)?|before tax|plus VAT|subtotal|sub-total)\b", re.IGNORECASE)
_TAX_ITSELF = re.compile(r"\b(?:VAT|tax|MwSt\.?)(?: \(?\d{1,2}(?:[.,]\d+)? ?%\)?)?(?: of| amount)?:? ?$", re.IGNORECASE)


def read_confirmation(text: str) -> Confirmation:
    """Return what an order confirmation states. Two different totals or numbers are a problem, not a choice."""
    mail = readable(text, as_written=True)
    numbers = _distinct(mail, _NUMBERED) or _distinct(mail, _INVOICE)
    orders = _distinct(mail, _ORDER)
    totals = _totals(mail)
    problems: list[str] = []
    if len(numbers) > 1:
        problems.append("the mail names more than one invoice number")
    if len(totals) > 1:
        problems.append("the mail names more than one total: " + ", ".join(str(total) for total in totals))
    number, number_span = next(iter(numbers.items())) if len(numbers) == 1 else (None, None)
    order, order_span = next(iter(orders.items())) if len(orders) == 1 else (None, None)
    total, total_span = next(iter(totals.items())) if len(totals) == 1 else (None, None)
    return Confirmation(
        invoice_number=number,
        invoice_number_span=number_span,
        invoiced_total=total,
        invoiced_total_span=total_span,
        order_number=order,
        order_number_span=order_span,
        refused=read_refusal(mail),
        problems=tuple(problems),
        findings=mail.findings,
    )


def _distinct(mail: MailText, pattern: re.Pattern[str]) -> dict[str, Span]:
    seen: dict[str, Span] = {}
    for found in pattern.finditer(mail.text):
        seen.setdefault(found["id"].rstrip("."), mail.span(*found.span("id")))
    return seen


def _totals(mail: MailText) -> dict[Money, Span]:
    """Return the totals named, the ones that include tax when there are any."""
    gross: dict[Money, Span] = {}
    other: dict[Money, Span] = {}
    for sentence in mail.sentences():
        for amount in amounts(sentence.text):
            kind = _kind(sentence.text, amount)
            span = mail.span(sentence.start + amount.start, sentence.start + amount.end)
            if kind == "gross":
                gross.setdefault(amount.money, span)
            elif kind == "total":
                other.setdefault(amount.money, span)
    return gross or other


def _kind(sentence: str, amount: Amount) -> str:
    before, after = sentence[: amount.start], sentence[amount.end : amount.end + 40]
    near = re.split(r",(?!\d)|;", before)[-1]
    if _TAX_ITSELF.search(before) or not _TOTAL_BEFORE.search(before):
        return ""
    following = re.split(r",(?!\d)|;|\d", after)[0]
    if _NET_ONLY.search(near) or _NET_ONLY.search(following):
        return ""
    return "gross" if _GROSS.search(near) or _GROSS.search(following) else "total"
