"""Refusals: whether a vendor says that it will not fulfil an order. What is read sends at most a polite mail and asks the operator.

A sentence counts when it says plainly that the vendor cannot or will not, or that it cancels. Conditions ("if", "unless"), delays
("not before Monday"), general terms ("you can cancel within 14 days") and what it will *not* cancel do not.
"""

from __future__ import annotations

import re

from agents.negotiator.mail_text import MailText
from memory.domain.evidence import Span

_ORDER = r"(?:the |your |this |our |that |an? |any )?(?:purchase |confirmed |signed |above |new )?(?:order|contract|agreement|purchase|subscription|delivery|service|commitment)s?"
_FULFIL = r"(?:fulfil|fulfill|honou?r|carry out|execute|perform|deliver|supply|provide|accept|process|complete|take on|serve|keep)"
_CANNOT = (
    r"(?:can ?not|can['\u2019]t|could ?not|couldn['\u2019]t|will not|won['\u2019]t|(?:are|is|were|be|is) (?:un|not )able to|"
    r"(?:can|could|will) no longer|no longer (?:able to|offer|in a position to)|not in a position to|(?:are|is) not going to)"
)
_REFUSES = (
    re.compile(
        rf"\b(?:we|unfortunately|sadly|regret|afraid)\b.{{0,80}}?\b{_CANNOT}\b.{{0,40}}?\b{_FULFIL}\b.{{0,40}}?(?:{_ORDER}|\bit\b|\bPO-)",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\bwe (?:have |had |must |have to |hereby |regret(?:fully)? (?:to |must )?|need to |are going to |are )*"
        rf"(?:decline|declined|reject|rejected|refuse|refused|withdraw|withdrawn|withdrawing from|withdraw from|cancel|cancell?ed|cancell?ing|rescind|rescinded|terminate|terminated|annul|annulled)\b"
        rf".{{0,25}}?(?:{_ORDER}|\bPO-)",
        re.IGNORECASE,
    ),
    re.compile(
        rf"\b(?:{_ORDER}|PO-\S+)(?: PO-\S+)? (?:has been|have been|was|is|had to be|has to be|must be|will be|is hereby) (?:hereby )?"
        r"(?:cancell?ed|rejected|declined|refused|withdrawn|annulled|rescinded|void)\b",
        re.IGNORECASE,
    ),
    re.compile(
        r"\bwir\b.{0,60}\b(?:nicht (?:ausführen|annehmen|erfüllen|liefern|erbringen)|stornieren|storniert|lehnen\b.{0,60}\bab\b|treten\b.{0,60}\bzurück)",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:Bestellung|Auftrag|Vertrag)\b.{0,40}\b(?:nicht (?:ausführen|ausgeführt|annehmen|erfüllen|erfüllt)|storniert|abgelehnt)\b",
        re.IGNORECASE,
    ),
)
_HEDGED = re.compile(
    r"\b(?:if|unless|in case|should you|whether|when you|you (?:can|may|could)|until|before|earlier than|without|sooner|provided|wenn|falls|bevor|sofern|ohne)\b"
    r"|\b(?:not|never|neither|won['\u2019]t|nicht) (?:be )?(?:cancel|declin|reject|refus|withdr|terminat|storn)",
    re.IGNORECASE,
)


def read_refusal(mail: MailText) -> Span | None:
    """Return the vendor's words that it will not fulfil the order, or None when no sentence says so plainly."""
    for sentence in mail.sentences():
        if _HEDGED.search(sentence.text):
            continue
        if any(pattern.search(sentence.text) for pattern in _REFUSES):
            return mail.span(sentence.start, sentence.end)
    return None
