"""Amounts that are no offer yet: "from 9 EUR", "10 to 12 EUR", "around 50 EUR"."""

from __future__ import annotations

import re

from agents.negotiator.figures import CURRENCY, NUMBER
from agents.negotiator.mail_text import MailText

_CHANGE = r"(?:down|reduced?|drops?|dropp\w+|lowered?|lower|changed?|cut|goes?|going|raised?|rises?|increases?d?|decreases?d?|fell|falls|moves?|moved|comes?)"
_FROM = re.compile(
    r"\b(?:(?:prices?|plans?|rates?|it|subscriptions?|packages?)? ?(?:starts?|starting|begins?|beginning) (?:at|from|with)|as low as|upwards of|from(?: only| just)?|at least|minimum of)\s*$",
    re.IGNORECASE,
)
_CHANGE_BEFORE = re.compile(
    rf"\b{_CHANGE}(?: \w+){{0,3}} from\s*$|\bfrom\s*$(?<=\bdiffers from )|\b(?:different|differs|apart|away|aside) from\s*$", re.IGNORECASE
)
_FROM_AFTER = re.compile(
    r"^[^,.;]{0,40}\b(?:and up|upwards|or more|onwards)\b|^\s*\+(?!\s*(?:VAT|tax|\d|[€$£]|set-?up|shipping|one))", re.IGNORECASE
)
_RANGE_BEFORE = re.compile(
    rf"(?:\bbetween|\bfrom|\brange of|\branges? from|^|\s)\s?(?:{CURRENCY})? ?{NUMBER} ?(?:{CURRENCY})?(?: per \w+){{0,2}} ?(?:-|\u2013|\u2014|\bto|\band|\bor)\s*$",
    re.IGNORECASE,
)
_RANGE_JOINT = re.compile(r"(?:-|\u2013|\u2014|\bto)\s*$", re.IGNORECASE)
_RANGE_AFTER = re.compile(
    rf"^ ?(?:per \w+ ?){{0,2}}(?:-|\u2013|\u2014|to|and|or) ?(?:{CURRENCY})? ?{NUMBER} ?(?:{CURRENCY})", re.IGNORECASE
)
_BETWEEN = re.compile(r"\b(?:between|ranges?|ranging|somewhere|anywhere|depending)\b", re.IGNORECASE)
_ROUGHLY = re.compile(
    r"(?:\b(?:approx\.?|approximately|around|roughly|about|circa|ca\.|some|estimated?(?: at)?|ballpark(?: of| figure of)?|in the region of|indicative(?:ly)?|in the order of|maybe|perhaps|possibly|likely|probably|presumably)(?: be| costs?| is| of| at)?|~|\u2248)\s*$",
    re.IGNORECASE,
)
_ROUGHLY_AFTER = re.compile(
    r"^[^,.;]{0,30}\b(?:or so|approximately|approx\b|estimated|(?:is|as) an? (?:estimate|indication)|subject to (?:change|confirmation|final)|to be confirmed|tbc|non-?binding)\b",
    re.IGNORECASE,
)
_UNBINDING = re.compile(
    r"\b(?:non-?binding|not binding|indicative (?:price|offer|quote|only)|(?:budgetary|rough|first|ballpark|preliminary|provisional|initial) (?:estimates?|price|offer|quote|figures?)|binding (?:quote|offer|price)s? (?:will|to) follow|subject to final (?:scope|approval|confirmation)|prices? (?:is|are|may be) subject to change)\b",
    re.IGNORECASE,
)


def vague(before: str, after: str) -> str:
    """Return why an amount is no firm price ("from", "range", "roughly"), by the words before and after it in its sentence; else ""."""
    if _changes(before, after):
        return ""
    if (_RANGE_BEFORE.search(before) and (_RANGE_JOINT.search(before) or _BETWEEN.search(before))) or (
        _RANGE_AFTER.search(after) and (_BETWEEN.search(before) or not re.match(r"^ ?(?:per \w+ ?){0,2}(?:and|or)", after, re.IGNORECASE))
    ):
        return "range"
    if _FROM.search(before) or _FROM_AFTER.search(after):
        return "from"
    return "roughly" if _ROUGHLY.search(before) or _ROUGHLY_AFTER.search(after) else ""


def _changes(before: str, after: str) -> bool:
    """Whether the amount is the end of a change ("drops from 59 EUR to 49 EUR"), which is firm."""
    return bool(
        _CHANGE_BEFORE.search(before)
        or re.search(rf"\b{_CHANGE}(?: \w+){{0,4}} from\b[^;]{{0,60}}$", before, re.IGNORECASE)
        or re.search(rf"\b{_CHANGE}\b[^.;]{{0,30}}$", before, re.IGNORECASE)
    ) or bool(re.match(rf"^[^.;,]{{0,20}}\b{_CHANGE}\b", after, re.IGNORECASE))


def unbinding(mail: MailText) -> re.Match[str] | None:
    """Return where a mail says that its prices bind nobody, or None."""
    return next(iter(mail.matches(_UNBINDING)), None)
