"""What a sales desk understands of a buyer's mail: its plain words only, as a person skimming it would."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum


class Said(StrEnum):
    """What the buyer's mail does."""

    REQUEST = "request"
    COUNTEROFFER = "counteroffer"
    ACCEPTANCE = "acceptance"
    SIGNED_CONTRACT = "signed_contract"
    FAREWELL = "farewell"
    SOMETHING_ELSE = "something_else"


@dataclass(frozen=True)
class Heard:
    """The points of one mail. Amounts are net cents per month; `None` where the mail is silent."""

    said: Said
    needs: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    quantity: int | None = None
    price_minor: int | None = None
    yearly: bool | None = None
    without_setup: bool = False
    payment_days: int | None = None
    order: str = ""


_NUMBER = r"\d{1,3}(?:[.,]\d{3})*(?:[.,]\d{2})?|\d+(?:[.,]\d{1,2})?"
_AMOUNT = re.compile(rf"(?:(?:EUR|€)\s?(?P<a>{_NUMBER}))|(?:(?P<b>{_NUMBER})\s?(?:EUR|€|euros?))", re.IGNORECASE)
_PER_YEAR = re.compile(r"^.{0,25}?(?:per|a|/)\s?(?:year|annum)", re.IGNORECASE)
_ASKING = re.compile(
    r"commit|propos|counter|could (?:do|sign)|can sign|our (?:target|offer)|would (?:need|sign|accept)|ready to|settle|agree to",
    re.IGNORECASE,
)
_SIGNED = re.compile(r"(?:attached|enclosed)[^.]{0,60}signed|signed (?:contract|agreement)[^.]{0,60}(?:attached|enclosed)", re.IGNORECASE)
_ACCEPTS = re.compile(r"\bwe (?:gladly |hereby |are happy to )?accept\b|\bplease send (?:us )?the contract", re.IGNORECASE)
_FAREWELL = re.compile(
    r"not (?:to )?(?:proceed|continue|go ahead|move forward)|decided (?:for|on|in favou?r of) an?other|chosen an?other|"
    r"no longer (?:need|looking)|(?:have to|must|will) decline|\bwithdraw\b|\bclose our request",
    re.IGNORECASE,
)
_REQUEST = re.compile(
    r"request for (?:quot|proposal|offer)|please (?:send|quote|give)[^.]{0,60}(?:quot|offer|price)|\bRFQ\b", re.IGNORECASE
)
_NEED = re.compile(r"^\W*(?:need|must have|wish|nice to have):\s*(.{1,200})$", re.IGNORECASE | re.MULTILINE)
_QUESTIONS = re.compile(r"(?:confirm in writing|also answer|please clarify)[^\n]*\n((?:\s*- .{1,300}\n?)+)", re.IGNORECASE)
_CONTACTS = re.compile(r"(\d{1,3}(?:[.,]\d{3})+|\d+)\s+(?:\w+\s)?(?:contacts|subscribers|recipients)", re.IGNORECASE)
_WITHOUT_SETUP = re.compile(
    r"(?:no|without(?: an?)?|zero|waiv\w+(?: the)?) set-?\s?up|set-?\s?up fee (?:is |be )?(?:waived|of 0|dropped)", re.IGNORECASE
)
_YEARLY = re.compile(
    r"(?:billed|paid|payable|invoiced|prepaid|pay)\s(?:\w+\s){0,2}?(?:yearly|annually|up ?front|in advance)|annual prepay\w*", re.IGNORECASE
)
_MONTHLY = re.compile(r"(?:billed|paid|payable|invoiced)\s(?:\w+\s)?monthly", re.IGNORECASE)
_PAYMENT = re.compile(r"(?:payment|payable|pay)[^.\n]{0,30}?(?:within |in |of )?(\d{1,3}) days", re.IGNORECASE)
_ORDER = re.compile(r"\bPO-[A-Za-z0-9-]{2,40}")


def hear(text: str, *, with_pdf: bool = False) -> Heard:
    """Return what a mail says; `text` is its new words without history. `with_pdf` tells whether a PDF came with it."""
    order = _ORDER.search(text)
    price = _price(text)
    contacts = _CONTACTS.search(text)
    payment = _PAYMENT.search(text)
    return Heard(
        said=_said(text, price, with_pdf=with_pdf),
        needs=tuple(need.strip(" .") for need in _NEED.findall(text)),
        questions=tuple(line.strip(" -") for block in _QUESTIONS.findall(text) for line in block.split("\n") if line.strip()),
        quantity=int(re.sub(r"[.,]", "", contacts[1])) if contacts else None,
        price_minor=price,
        yearly=True if _YEARLY.search(text) else False if _MONTHLY.search(text) else None,
        without_setup=bool(_WITHOUT_SETUP.search(text)),
        payment_days=int(payment[1]) if payment else None,
        order=order[0] if order else "",
    )


def _said(text: str, price: int | None, *, with_pdf: bool) -> Said:
    if with_pdf and (_SIGNED.search(text) or _ORDER.search(text)):
        return Said.SIGNED_CONTRACT
    if _FAREWELL.search(text):
        return Said.FAREWELL
    if _ACCEPTS.search(text):
        return Said.ACCEPTANCE
    if _NEED.search(text):
        return Said.REQUEST
    if price is not None and _ASKING.search(text):
        return Said.COUNTEROFFER
    return Said.REQUEST if _REQUEST.search(text) else Said.SOMETHING_ELSE


def _price(text: str) -> int | None:
    """Return the monthly price the buyer names: in a sentence that asks for something, else the first."""
    sentences = re.split(r"(?<=[.!?])\s+(?=\D)|\n", text)
    for wanted in (True, False):
        for sentence in sentences:
            found = _AMOUNT.search(sentence)
            if found and (not wanted or _ASKING.search(sentence) or _ACCEPTS.search(sentence)):
                minor = _minor(found["a"] or found["b"])
                return round(minor / 12) if _PER_YEAR.match(sentence[found.end() :]) else minor
    return None


def _minor(number: str) -> int:
    whole, cents = number, "00"
    if len(number) > 2 and number[-3] in ".,":
        whole, cents = number[:-3], number[-2:]
    elif len(number) > 1 and number[-2] in ".,":
        whole, cents = number[:-2], f"{number[-1]}0"
    return int(re.sub(r"[.,]", "", whole)) * 100 + int(cents)
