"""What a price is for when its own clause is silent: the heading of a list, the end of its sentence, "all prices per user and month"."""

from __future__ import annotations

import re

from agents.negotiator.mail_text import MailText
from agents.negotiator.mention import Mention
from agents.negotiator.price_words import counts_units, period_in
from memory.domain.money import Period

_GENERAL = re.compile(
    r"\b(?:prices?|rates?|amounts?|figures|licen[cs]es|fees|pricing|plans?|packages|options|tariffs|cost)\b(?:[^.;\n\d]|\([^)\n]*\)){0,30}?(?P<basis>(?:\bper\b|/|\bmonthly\b|\byearly\b|\bannual(?:ly)?\b|\bquarterly\b)[^.;\n\d:]{0,40})",
    re.IGNORECASE,
)
# "62 EUR + VAT (21 %) a month": the tax stands between the price and its period.
_TAXED = re.compile(
    r"\s*(?:\+|plus|excl\.?|incl\.?|net of|without)\s[^.;,\d]{0,20}?(?:\d[\d.,]* ?% )?VAT\b(?: ?\(\d[\d.,]* ?%\)| (?:at |of )?\d[\d.,]* ?%)?(?P<last> ?(?:per|a|each|/|monthly|yearly|quarterly)[^.;,\n]{0,20})",
    re.IGNORECASE,
)
# "11.50 EUR per seat, every month"; "Team licence, 1 yr: 180.00 USD".
_NEXT = re.compile(r"\s*(?:per|a|each|/) ?\w+, (?P<last>(?:every|each|per|a) (?:month|year|quarter)\b|monthly\b|yearly\b)", re.IGNORECASE)
_LASTING = re.compile(
    r"[,(|] ?(?:1|one|a)[ -](?:full )?(?:yr|year)s?\b\)?[^.;\n]{0,60}$|[,(|] ?12[ -]months?\b\)?[^.;\n]{0,60}$", re.IGNORECASE
)
_HOW_PAID = re.compile(r"\b(?:bill\w*|paid|payable|invoic\w*|payment|increase\w*|notice|contract|term)\b", re.IGNORECASE)


def stated_period(mail: MailText, price: Mention) -> Period | None:
    """Return the one period that the price's sentence or the mail's headings give its prices, or None."""
    before, after = _around(price)
    own = period_in(before.rpartition(":")[0]) or (None if price.per_unit is False else period_in(after))
    if own is not None:
        return own
    if _NEXT.match(after_all := price.sentence.text[price.place[1] - price.sentence.start :]):
        return period_in(_NEXT.match(after_all)["last"])  # type: ignore[index]
    if _LASTING.search(before):
        return Period.YEAR
    said = {period for words in _general(mail) if (period := period_in(words))}
    return said.pop() if len(said) == 1 else None


def stated_per_unit(mail: MailText, price: Mention) -> bool:
    """Whether the price's sentence or the mail's headings say that prices are for one unit."""
    before, _ = _around(price)
    return counts_units(before.rpartition(":")[0]) or any(counts_units(words) for words in _general(mail))


def _around(price: Mention) -> tuple[str, str]:
    """Return the sentence before the price, and the words right behind the last amount that stands in a row with it."""
    offset = price.sentence.start
    text = price.sentence.text
    rest = text[price.place[1] - offset :]
    row = re.match(r"(?:\s?[/,|]\s?[^.,;/|\n]{0,60}?\d[\d.,]*\s?(?:[A-Z]{3}|[€$£])?)+(?P<last>[^.,;\n]{0,40})", rest)
    taxed = _TAXED.match(rest)
    return text[: price.place[0] - offset], row["last"] if row else taxed["last"] if taxed else ""


def _general(mail: MailText) -> list[str]:
    return [found["basis"] for found in mail.matches(_GENERAL) if not _HOW_PAID.search(mail.text[found.start() : found.start("basis")])]
