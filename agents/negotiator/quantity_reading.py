"""How many units an offer covers, read from the words around the price."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from agents.negotiator.figures import NUMBER, whole
from agents.negotiator.mail_text import MailText
from agents.negotiator.particulars import Found

# Words vendors use for the same countable thing.
_SAME = (
    {"contact", "subscriber", "recipient", "address", "profile"},
    {"seat", "user", "licence", "license", "member", "employee", "person", "people", "agent", "head"},
    {"unit", "piece", "item", "pcs", "device"},
)
_MINIMUM = re.compile(
    r"\b(?:minimum|at least|min\.?|mind\.?|floor|(?:smallest|least) (?:order|package|quantity)|starts at|start at|not (?:sell|do|offer) (?:less|fewer) than|(?:never|not|nothing) (?:less|fewer) than|(?:less|fewer) than)(?: is| of| order(?: of)?| purchase(?: of)?| quantity(?: of)?| number(?: of)?)?:? ?$",
    re.IGNORECASE,
)
_NAMED = re.compile(
    rf"\b(?:quantity|qty)\.?:? (?P<count>{NUMBER})(?![\d.,]*\d| ?(?:%|[A-Z]{{3}}\b|[€$£]))|\bup to (?P<count2>{NUMBER}):", re.IGNORECASE
)
_BEYOND = re.compile(
    r"\b(?:per|each|every|additional|extra|above|beyond|over|further|a|sold|than|from|starting at|as of)\b ?(?:further |additional |extra )?$",
    re.IGNORECASE,
)


def _stem(word: str) -> str:
    word = word.lower()
    return word[:-1] if word.endswith("s") and len(word) > 3 else word


def _names(unit: str) -> str:
    stem = _stem(unit.rsplit(maxsplit=1)[-1] if unit.split() else "unit")
    group = next((names for names in _SAME if stem in names), set())
    return "|".join(re.escape(name) + "s?" for name in sorted({stem, *group}))


@dataclass(frozen=True)
class _Patterns:
    """How a vendor writes a quantity of a unit: so many, from so many to so many, so many and more."""

    counted: re.Pattern[str]
    between: re.Pattern[str]
    upwards: re.Pattern[str]
    at_least: re.Pattern[str]


@lru_cache(maxsize=64)
def _patterns(unit: str) -> _Patterns:
    names = _names(unit)
    return _Patterns(
        re.compile(
            rf"(?<![\w.,])(?P<count>{NUMBER}k?)[ -]?(?:[x\u00d7] ?)?(?:active |e-?mail |marketing |named |unique )?(?:{names})\b",
            re.IGNORECASE,
        ),
        re.compile(
            rf"(?<![\d.,])(?P<low>{NUMBER}) ?(?:-|\u2013|to) ?(?P<high>{NUMBER}) (?:{names})\b|\((?P<low2>{NUMBER}) ?(?:-|\u2013|to) ?(?P<high2>{NUMBER})\)",
            re.IGNORECASE,
        ),
        re.compile(
            rf"(?<![\d.,])(?P<low>{NUMBER}) ?(?:\+|or more|and more|and above|plus) ?(?:{names})\b|\((?P<low2>{NUMBER})\+\)", re.IGNORECASE
        ),
        re.compile(
            rf"(?:^|[\n;:|,-])[ \t]{{0,3}}(?:from|starting at|as of|more than|over) (?P<low>{NUMBER}) (?:{names})\b(?! ?(?:to|-|\u2013))",
            re.IGNORECASE,
        ),
    )


def sold_by_the_piece(unit: str) -> bool:
    """Tell whether such units are usually priced one by one (seats, devices), and not as one package (contacts)."""
    stem = _stem(unit.rsplit(maxsplit=1)[-1] if unit.split() else "unit")
    return stem not in _SAME[0]


def quantities(mail: MailText, unit: str) -> tuple[tuple[Found[int], bool], ...]:
    """Return each stated quantity of `unit`, and whether it is a minimum to buy; "per 1,000 contacts" is none."""
    seen: list[tuple[Found[int], bool]] = []
    for found in mail.matches(_patterns(unit).counted):
        ahead = mail.text[max(0, found.start() - 30) : found.start()]
        count = whole(found["count"])
        if count and count >= 1 and not _BEYOND.search(ahead) and not ahead.endswith("/"):
            seen.append((Found(count, mail.span(found.start(), found.end())), bool(_MINIMUM.search(ahead))))
    for found in mail.matches(_NAMED):
        group = "count" if found["count"] else "count2"
        count = whole(found[group])
        if count and count >= 1:
            seen.append((Found(count, mail.span(*found.span(group))), False))
    return tuple(seen)


def covered(mail: MailText, unit: str, *, per_unit: bool, needed: int) -> Found[int] | None:
    """Return how many units the offer is for, or None when it does not say.

    Of several limits the smallest that covers the need counts, else the largest. With a price per unit, an "up to" is not
    an obligation, but a minimum to buy is.
    """
    stated = quantities(mail, unit)
    least = max((found for found, minimum in stated if minimum), key=lambda found: found.value, default=None)
    if per_unit and least and least.value > needed:
        return least
    limits = [found for found, minimum in stated if not minimum]
    if not limits:
        return None
    enough = [found for found in limits if found.value >= needed]
    if not enough:
        return max(limits, key=lambda found: found.value)
    best = min(enough, key=lambda found: found.value)
    return Found(needed, best.span) if per_unit else best


def band(words: MailText, unit: str) -> tuple[int, int | None] | None:
    """Return the range of quantities a price is for ("5-9 users", "10+ users"), with None for no upper end, or None."""
    patterns = _patterns(unit)
    found = next(iter(words.matches(patterns.between)), None)
    if found:
        low, high = whole(found["low"] or found["low2"]), whole(found["high"] or found["high2"])
        return (low, high) if low is not None and high is not None and low <= high else None
    found = next(iter(words.matches(patterns.upwards)), None) or next(iter(words.matches(patterns.at_least)), None)
    low = whole(found["low"] or found.groupdict().get("low2") or "") if found else None
    return (low, None) if low is not None else None
