"""Discounts in per cent: how much, and on which condition ("10 % off if you pay annually", "from 20 users 10 %").

A discount whose result the mail states needs no arithmetic; only where the result is missing is it worked out from the price
it refers to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import islice

from agents.negotiator.figures import value_of, whole
from agents.negotiator.mail_text import MailText, Sentence
from agents.negotiator.particulars import billings, terms_in_months
from memory.domain.money import Period

_PERCENT = r"(?P<{0}>\d{{1,2}}(?:[.,]\d{{1,2}})?) ?%"
_DISCOUNT = re.compile(
    rf"{_PERCENT.format('off')} ?(?:off\b|(?:\w+[- ]){{0,3}}?(?:discount|reduction|rebate)\b|less\b|cheaper\b|lower\b)"
    rf"|\b(?:discount|reduction|rebate)s?\b[^.;%\d]{{0,40}}?{_PERCENT.format('of')}"
    rf"|\b(?:sav(?:e|es|ing)|minus|less|deduct|reduced?(?: \w+){{0,3}} by|lower(?:ed)?(?: \w+){{0,3}} by)\b[^.;%\d]{{0,20}}?{_PERCENT.format('by')}",
    re.IGNORECASE,
)
_STEP = re.compile(
    rf"\b(?:from|over|above|at least|starting at|for|with)\s(?P<least>\d[\d.,]*) ?(?P<what>\+|or more|and more)? ?(?:users?|seats?|licen[cs]es?|units?|pieces?|contacts?|subscribers?|devices?|hours?)?[^.;%\d]{{0,35}}?{_PERCENT.format('rate')}",
    re.IGNORECASE,
)
_STEP_AFTER = re.compile(
    rf"{_PERCENT.format('rate')}[^.;,%\d]{{0,25}}?\b(?:from|over|above|at|for|with|starting at)\s(?:at least )?(?P<least>\d[\d.,]*)",
    re.IGNORECASE,
)
_COUNT_CONDITION = re.compile(
    r"\b(?:from|over|above|at least|for|starting at|with)\s(?P<least>\d[\d.,]*)(?:\+| or more| and more| and above)?\s?(?:users?|seats?|licen[cs]es?|units?|pieces?|contacts?|subscribers?|devices?|hours?)\b|\b(?P<least2>\d[\d.,]*)(?:\+| or more| and more)\s(?:users?|seats?|licen[cs]es?|units?|pieces?|devices?)\b",
    re.IGNORECASE,
)
_YEARLY = re.compile(
    r"\b(?:annual(?:ly)?|yearly|per year|a year in advance|(?:12|twelve) months in advance|up ?front|once a year)\b", re.IGNORECASE
)
_PAYING = re.compile(
    r"\b(?:pay\w*|paid|bill\w*|prepa\w*|payment|invoic\w*|advance|up ?front|commit\w*|plan|contract|subscription|if|with|for)\b",
    re.IGNORECASE,
)
_IF = re.compile(
    r"\b(?:if|when|provided|as long as|in return|in exchange|subject to|once|should you|on condition|only for|for (?:non-?profits?|start-?ups|students|schools|references?)|by the end|before|until|when you|on orders|on renewal)\b",
    re.IGNORECASE,
)
_NOT_PRICE = re.compile(
    r"\b(?:early[- ]payment|cash discount|paid? within|payment within|increase|uplift|cap|VAT|tax|GST|HST|deposit|penalt\w*|competitors?|usual(?:ly)?|normally)\b",
    re.IGNORECASE,
)
_MET = re.compile(r"\b(?:because|since|as you|given that|thanks to)\b", re.IGNORECASE)
_MORE = re.compile(r"\b(?:with|for|on|at|from|over|more than|above|until|by|of|after|within|first|as)\b|\d+ [a-z]{3,}", re.IGNORECASE)
# "10 % off the list price for you", "a discount of 10 % on our price of 50 EUR": no condition stands in these words.
_UNTOLD = re.compile(
    r"\d{1,2}(?:[.,]\d+)? ?%|\b(?:for|to) (?:you|your (?:team|company))\b|\bdiscount of\b|\b(?:off|on|of|from|by|at) (?:our |the |this |that |your |all )*(?:list |regular |standard |normal |above )*(?:prices?|rates?|fees?)\b(?: of)?"
    r"|\b(?:of|at|is|from|for) (?:[A-Z]{3}|[€$£])? ?\d[\d.,]* ?(?:[A-Z]{3}|[€$£])?|\bper \w+(?: and \w+)?",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"\b(?:already|includ(?:es|ed|ing)|incl\.|after|reflects?|applied|contains|deducted|taken into account|considered|so|=|which (?:makes|is)|that is|i\.e\.|bring\w*)\b",
    re.IGNORECASE,
)
_REFUSED = re.compile(
    r"\b(?:cannot|can't|can not|unable|not able|no longer|not possible|unfortunately|won't|regret|not (?:offer|give|grant))\b",
    re.IGNORECASE,
)

_MOST = 20


@dataclass(frozen=True)
class Discount:
    """So many basis points off, where it stands, and what it depends on; `unknown` for a condition that is no term of an offer."""

    basis_points: int
    start: int
    end: int
    sentence: Sentence
    billing: Period | None = None
    months: int | None = None
    least: int | None = None
    unknown: bool = False
    vague: bool = False
    """Whether its sentence says more than that it is given: perhaps a condition in words that are not known."""
    done: bool = False
    """Whether the mail says that its price already contains it."""

    def off(self, price: Decimal) -> Decimal:
        """Return a price with the discount taken off."""
        return price * (10_000 - self.basis_points) / 10_000


def discounts(mail: MailText) -> tuple[Discount, ...]:
    """Return the discounts in per cent that a mail grants, in order."""
    found = (discount for sentence in mail.sentences() if "%" in sentence.text for discount in _in_sentence(mail, sentence))
    return mail.once("discounts", lambda: tuple(islice(found, _MOST)))


def _in_sentence(mail: MailText, sentence: Sentence) -> Iterator[Discount]:
    if _REFUSED.search(sentence.text):
        return
    named = list(_DISCOUNT.finditer(sentence.text))
    if not named:
        return
    steps = _steps(sentence.text)
    if len(steps) >= 2:
        for step in steps:
            yield Discount(_points(step["rate"]), *_at(sentence, step), sentence, least=whole(step["least"].rstrip(".,")))
        return
    for found in named:
        around = sentence.text[max(0, found.start() - 60) : found.end() + 60]
        if not _NOT_PRICE.search(re.sub(r"\b(?:plus|excl\.?|net)? ?\d[\d.,]* ?% VAT\b|\bVAT\b[^.;]*", " ", around)):
            yield _one(mail, sentence, found)


def _steps(text: str) -> list[re.Match[str]]:
    """Return the steps of a discount by quantity; whether the quantity or the per cent comes first is told by the first step."""
    ways = [[step for step in way.finditer(text) if not _NOT_PRICE.search(step.group())] for way in (_STEP, _STEP_AFTER)]
    several = [way for way in ways if len(way) >= 2]
    return min(several, key=lambda way: way[0].start(), default=[])


def _one(mail: MailText, sentence: Sentence, found: re.Match[str]) -> Discount:
    words = sentence.text
    rate = next(found[name] for name in ("off", "of", "by") if found[name])
    own = mail.only(sentence.start, sentence.end)
    count = _COUNT_CONDITION.search(words) if _IF.search(words) or re.search(r"\b(?:from|over|above|or more|\+)", words) else None
    yearly = bool(_YEARLY.search(words) and _PAYING.search(words))
    rhythm = billings(own)
    months = terms_in_months(own) if re.search(r"\b(?:commit|sign|term|contract|if|for (?:a )?\d+)\b", words, re.IGNORECASE) else ()
    billing = rhythm[0].value if rhythm else Period.YEAR if yearly else None
    least = whole((count["least"] or count["least2"]).rstrip(".,")) if count else None
    known = billing is not None or bool(months) or least is not None
    return Discount(
        _points(rate),
        *_at(sentence, found),
        sentence,
        billing=billing,
        months=months[0].value if months else None,
        least=least,
        unknown=bool(_IF.search(words)) and not known and not _MET.search(words),
        vague=not known and bool(_MORE.search(_UNTOLD.sub(" ", words))),
        done=bool(_DONE.search(words)),
    )


def _at(sentence: Sentence, found: re.Match[str]) -> tuple[int, int]:
    return sentence.start + found.start(), sentence.start + found.end()


def _points(token: str) -> int:
    return int(value_of(token)[0] * 100)
