"""What a column of a price table holds, by its heading."""

from __future__ import annotations

import re
from enum import StrEnum

from agents.negotiator.figures import CURRENCY, NUMBER


class Kind(StrEnum):
    """What stands in a column."""

    LABEL = "label"
    COUNT = "count"
    EACH = "each"
    SUM = "sum"
    PLACE = "place"
    OTHER = "other"


_KINDS = (
    (Kind.PLACE, re.compile(r"^(?:pos\.?|position|no\.?|nr\.?|#|line|item no\.?)$", re.IGNORECASE)),
    (
        Kind.LABEL,
        re.compile(
            r"^(?:items?|products?|description|article|service|plan|package|edition|tier|name|option|variant|licen[cs]e|module)\b",
            re.IGNORECASE,
        ),
    ),
    (Kind.SUM, re.compile(r"\b(?:total|sum|amount|line total|subtotal|extended)\b", re.IGNORECASE)),
    (
        Kind.EACH,
        re.compile(
            r"\b(?:unit (?:price|net|cost|gross|rate|value)|p\.? ?unit\b|p\.? ?u\b|price per|price/|price \(?each|each|rate|monthly price|price monthly|yearly price|annual price|price|fee|(?:EUR|USD|GBP|CHF|CAD|[€$£]) ?/ ?\w+|per user|per seat|cost per|monthly fee|list price)\b|^per (?:month|year)|^(?:monthly|annual|yearly)(?: (?:billing|payment|plan))?$",
            re.IGNORECASE,
        ),
    ),
    (
        Kind.COUNT,
        re.compile(
            r"^(?:qty\.?|quantity|count|number of|users?|seats?|licen[cs]es|contacts?|subscribers?|pieces|units|pcs\.?|hours?|volume|no\. of)\b",
            re.IGNORECASE,
        ),
    ),
)
AMOUNT = re.compile(rf"(?:{CURRENCY})(?:[ ]{{3,8}}|\s{{0,2}}){NUMBER}|{NUMBER}\s{{0,2}}(?:{CURRENCY})")
ATTRIBUTE = re.compile(
    r"^\s*(?:(?:monthly |annual |unit |list |net )?(?:price|fee|cost|rate)s?\b|(?:minimum |contract )?(?:term|commitment|duration)\b|billing\b|billed\b|payment\b|users?\b|seats?\b|contacts\b|set-?up\b|onboarding\b|notice\b|support\b|vat\b|per (?:month|year|user|seat)\b|(?:monthly|annual|yearly)\b|included\b|total\b)",
    re.IGNORECASE,
)


def kind_of(heading: str) -> Kind:
    """Return what a heading promises; OTHER when it is not known."""
    heading = heading.strip()
    return next((kind for kind, words in _KINDS if words.search(heading)), Kind.OTHER)


def is_amount(cell: str) -> bool:
    """Whether a cell holds an amount with its currency."""
    return bool(AMOUNT.search(cell))
