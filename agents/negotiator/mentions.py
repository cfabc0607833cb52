"""What each amount in a mail is: the price on offer, a set-up fee, our own figure quoted back, a total, something else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from agents.negotiator.amount_roles import ONE_TIME, SETUP, pattern, role_of
from agents.negotiator.figures import NUMBER, Amount, amounts, amounts_beside, bare_amounts
from agents.negotiator.mail_text import MailText, Sentence
from agents.negotiator.mention import PRICES, Mention, Role
from agents.negotiator.price_words import PACK, block_of, pack_size, period_in
from agents.negotiator.vagueness import vague
from memory.domain.money import Period

_BOUNDARY = re.compile(
    r",(?!\d)|;|(?=\s(?:but|and(?! (?i:per )?(?i:(?:month|year|quarter|user|seat|licen[cs]e)s?|monthly|yearly|quarterly)\b)|plus|or|while|whereas|with)\s)|(?<!until)(?=\sthen\s)|\s[-\u2013\u2014]\s|\s/\s(?=[A-Z])|\((?![^()]{0,40}\))|(?=\s\+ )"
)
_CHANGED_TO = re.compile(
    r"\b(?:discounted|reduced|lowered|down|cut|dropp\w+|drops?|falls?|brought|bring\w*|com(?:es|ing)|goes) (?:it |that |this |down )?to\s*$|\bnow(?: only)?\s*$",
    re.IGNORECASE,
)
_YEARS_SUM = re.compile(r"\b(?:(?:annual|yearly) (?:pre)?payment|(?:1|one) (?:full )?year)[: ]{1,2}(?:of |is )?$", re.IGNORECASE)
_STAYS = pattern(r"\b(?:remains?|stays?|reste|bleibt|sigue|queda|se mantiene)\b[^,;]{0,12}$")
# "5. Data migration - we regret, this remains at 900 EUR": the item's own name tells what the amount is.
_PER_ANYTHING = pattern(
    r"\s*(?:net |excl\.? (?:VAT )?|plus VAT )?(?:per|pro|/) ?(?!(?:month|year|quarter|annum|day|hour|week|semester|half|card|bank|direct|invoice|e-?mail|post|wire|cent|SEPA|order|team|company|project|pack|bundle|set\b|box|batch|lot\b|term|period|contract|subscription|delivery|shipment|transfer|calendar|billing|instal|order|location\b and|the\b|mo\b|yr\b)|\d)[^\W\d_]{4,}"
)
_TIMES = pattern(rf"(?<![\w.,]){NUMBER} ?(?:[^\W\d_]+ )?(?:[x\u00d7*] ?|@ ?|\u00e0 )$|@ ?$")
_ITEM = re.compile(r"^\s*(?:(?:[-*\u2022\u00b7]|\d{1,2}[.)]|[A-Za-z][.)])\s+)?(?P<name>[^:#]{3,40}?)\s*(?::|-|\u2013)\s")


def mentions(mail: MailText, *, once: bool = False, currency: str = "") -> tuple[Mention, ...]:
    """Return every amount with its role. `once` when a single purchase is wanted, where prices have no period.

    In a mail that names no amount with its currency, prices without one are in the currency that the mail names elsewhere,
    or else presumably in `currency`, which was asked for: that is left to be asked about.
    """
    bare = "" if any(amounts(sentence.text) for sentence in mail.sentences()) else currency
    found = _ALL_IN.search(mail.text) if bare else None
    named = (found["currency"] or found["currency2"] or "").upper()[:3] if found else ""
    currencies = {amount.currency for sentence in mail.sentences() for amount in amounts(sentence.text)}
    beside = currencies.pop() if len(currencies) == 1 else ""
    return tuple(
        mention
        for sentence in mail.sentences()
        for mention in _inherited(tuple(_in_sentence(sentence, once=once, bare=named or bare, sure=bool(named), beside=beside)))
    )


_ALL_IN = re.compile(
    r"\b(?:all|alles|everything|prices?|amounts?|figures|sums|tous?|tout|todos?|todo)\b[^.;\n]{0,40}?\b(?:in|en) (?P<currency>EUR(?:os?)?|USD|GBP|CHF|CAD)\b|\bcurrency: ?(?P<currency2>EUR|USD|GBP|CHF|CAD)\b",
    re.IGNORECASE,
)


def _inherited(found: tuple[Mention, ...]) -> Iterator[Mention]:
    """Return the mentions of a sentence; "16 EUR per seat per month, discounted to 13.60" is for the same seat and month."""
    before: Mention | None = None
    for mention, after in zip(found, [*found[1:], None], strict=False):
        if (
            after is not None
            and after.role is Role.REFUSED
            and mention.role in PRICES
            and mention.period is None
            and mention.per_unit is None
        ):
            # "13 EUR and not 31 EUR per user and month": what the corrected figure is for, the right one is for.
            mention = replace(mention, period=after.period, per_unit=after.per_unit, block=after.block)  # noqa: PLW2901
        if before is not None and mention.period is None and mention.per_unit is None and before.role in PRICES:
            between = mention.sentence.text[before.place[1] - mention.sentence.start : mention.place[0] - mention.sentence.start]
            if _CHANGED_TO.search(between):
                mention = replace(mention, period=before.period, per_unit=before.per_unit, block=before.block)  # noqa: PLW2901
        yield mention
        before = mention


def _in_sentence(sentence: Sentence, *, once: bool, bare: str = "", sure: bool = False, beside: str = "") -> Iterator[Mention]:
    found = bare_amounts(sentence.text, bare, sure=sure) if bare else amounts(sentence.text)
    loose = amounts_beside(sentence.text, beside) if beside else ()
    found = tuple(sorted((*found, *loose), key=lambda amount: amount.start))
    for index, amount in enumerate(found):
        left = found[index - 1].end if index else 0
        right = found[index + 1].start if index + 1 < len(found) else len(sentence.text)
        start = max([left, *(cut.end() for cut in _BOUNDARY.finditer(sentence.text, left, amount.start))])
        end = next((cut.start() for cut in _BOUNDARY.finditer(sentence.text, amount.end, right)), right)
        mention = _mention(sentence, amount, start, end, once=once)
        yield replace(mention, bare=True) if amount in loose else mention


def _mention(sentence: Sentence, amount: Amount, start: int, end: int, *, once: bool) -> Mention:
    before, after = sentence.text[start : amount.start], sentence.text[amount.end : end]
    period = period_in(after[:60]) or period_in(before[-60:], nearest_last=True) or (Period.YEAR if _YEARS_SUM.search(before) else None)
    pack = PACK.search(after[:60])
    block = pack_size(pack, sentence.text) if pack else block_of(after) or block_of(before)
    placed = Amount(**{**amount.__dict__, "start": amount.start + sentence.start, "end": amount.end + sentence.start})
    beyond = sentence.text[amount.end :][:24]
    role = role_of(sentence.text, before, after, once=once)
    if role in {Role.PRICE, Role.TOTAL} and not once and ONE_TIME.search(f"#{beyond}"):
        role = Role.SETUP
    if role is Role.SETUP and re.search(r"\d[^=;]*\+[^=;]*\d[^=;]*=\s*$", sentence.text[: amount.start]):
        role = Role.TOTAL  # "1,680.00 EUR subscription + 180.00 EUR setup = 1,860.00 EUR"
    if role is Role.SETUP and once and block and not SETUP.search(f"{before}#{after}"):
        role = Role.PRICE  # "one-time 0.15 EUR per contact"
    if role is Role.SETUP and period in {Period.DAY, Period.HOUR}:
        role = Role.PRICE if once else Role.SURCHARGE
    if (
        role is Role.PRICE
        and not block
        and not re.search(r"[^\W\d_]", before)
        and SETUP.search(sentence.text[: amount.start].rstrip(" ,")[-25:])
    ):
        role = Role.SETUP  # "the installation, 180 EUR"
    if role is Role.PRICE and not block and _STAYS.search(before) and SETUP.search(sentence.text[: amount.start]):
        role = Role.SETUP
    item = _ITEM.match(sentence.text) if role is Role.PRICE and period is None and not block else None
    if item and SETUP.search(item["name"]):
        role = Role.SETUP
    if role is Role.PRICE and not block and _TIMES.search(before):
        block = 1
    elif role in PRICES and not block and not pack and _PER_ANYTHING.match(after):
        block = 1  # "22 seats x 17.00 EUR", "24x docking station @ 139.00 EUR"
    hedged = vague(sentence.text[: amount.start][-120:], sentence.text[amount.end :][:80])
    hedged = "pack" if pack and not block else hedged
    return Mention(
        placed, role, sentence.start + start, sentence.start + end, sentence, period, block > 0 if block else None, block, hedged
    )
