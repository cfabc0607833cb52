"""Who a bank line is of: the merchant's key and name, out of what card networks and payment services write around it. Pure.

`PADDLE.NET* FOO 402-555-0100 LISBOA PT` and `Foo Ltd` are both of the merchant `foo`. A rule never needs a list of all merchants: it
takes away what no name has (masked cards, dates, phone numbers, codes, places, legal forms) and looks behind payment services.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from memory.domain.words import one_line


class Merchant(NamedTuple):
    """`key` is what charges of one merchant share, `name` is for people, `via` the payment service between, or empty."""

    key: str
    name: str
    via: str = ""


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


#: Who only hands money on: behind it, or in the text of the line, stands the merchant. The names are as they begin, in small letters.
_SERVICES = {
    "paypal": "PayPal",
    "pp": "PayPal",
    "paddle.net": "Paddle",
    "paddle": "Paddle",
    "stripe": "Stripe",
    "klarna": "Klarna",
    "sofort": "Klarna",
    "fs": "FastSpring",
    "fastspring": "FastSpring",
    "dri": "Digital River",
    "2co.com": "2Checkout",
    "2checkout": "2Checkout",
    "cleverbridge": "Cleverbridge",
    "mollie": "Mollie",
    "gocardless": "GoCardless",
    "gc": "GoCardless",
    "sumup": "SumUp",
    "sq": "Square",
    "sp": "Shop Pay",
    "tst": "Toast",
    "zettle_": "Zettle",
    "adyen": "Adyen",
    "unzer": "Unzer",
    "payone": "Payone",
    "lemsqzy": "Lemon Squeezy",
    "ls": "Lemon Squeezy",
    "bt": "Braintree",
    "pt": "Paytrail",
    "sepa-lastschrift": "",
}
#: What stands behind the name of a payment service without being a merchant of its own.
_SERVICE_TAILS = re.compile(
    r"^(?:\(?europe\)?|payments?|inc|ltd|technology|s\.?a\.?r\.?l|et cie|s\.?c\.?a|bank|ab|ag|gmbh|b\.?v|limited|[,.&\s])+", re.IGNORECASE
)
_BOUGHT_AT = re.compile(
    r"(?:ihr einkauf bei|your purchase at|einkauf bei|votre achat chez|paiement a|tu compra en|bezahlung bei|payment to|zahlung an)\s+"
    r"([^,;/]{2,60})",
    re.IGNORECASE,
)
_PAYPAL_TEXT = re.compile(r"\bPP\.\d+\.PP\s*[./]?\s*\.?\s*([^,;/]{2,60})", re.IGNORECASE)

_LEGAL = _set(
    """
    gmbh ag kg ohg ug se eg ev inc incorporated llc llp lp ltd limited plc pbc corp corporation co company bv nv sarl sas sa spa srl
    ab oy oyj as aps asa kft sro doo pty pte pvt mbh cokg haftungsbeschraenkt haftungsbeschrankt lda sl slu cie
    """
)
#: Words that channels put around a name.
_NOISE = _set(
    """
    www http https com net org io app co uk de eu pos visa mastercard maestro debit credit card kartenzahlung karte kauf einkauf
    purchase payment recurring subscription subscr abo lastschrift dauerauftrag ueberweisung gutschrift basislastschrift
    folgelastschrift sepa ref nr no transaction txn online helppay bill billing monthly yearly annual annually renewal sagt danke
    vielen dank
    """
)
#: Trailing places of the companies that bill; only trailing ones are cut, and never the last word that is left.
_PLACES = _set(
    """
    dublin luxembourg luxemburg berlin muenchen munich hamburg frankfurt koeln london paris amsterdam stockholm zurich zuerich wien
    vienna madrid barcelona lisboa lisbon milano milan helsinki oslo copenhagen kobenhavn warszawa praha vilnius tallinn riga dublin1
    dublin2 dublin4 francisco san new york seattle austin boston chicago denver portland palo alto mountain view redmond wilmington
    toronto vancouver montreal sydney melbourne singapore tokyo ireland irland germany deutschland france usa internet europe emea
    international deu irl lux gbr usa nld fra esp ita swe che aut dnk nor fin prt pol cze ltu est lva can aus sgp de ie lu gb uk us nl
    fr es it se ch at dk no fi pt pl cz lt ee lv ca au sg ny wa tx ma il mt cy bg ro hu
    """
)
_URL = re.compile(
    r"(?:https?[:/ ]*)?(?:www\.)?([a-z0-9][a-z0-9-]{1,40})\.(?:com|net|org|io|app|ai|co|de|eu|so|dev|me|tv|fm|to|uk|fr|ch|at|nl|se|us|cloud|tech|software|email)\b(?:/\S*)?",
    re.IGNORECASE,
)
_PHONE = re.compile(r"\+?\d[\d\s().-]{6,}\d")
_MASKED = re.compile(r"[x*#.]{2,}\s?\d{2,6}\b", re.IGNORECASE)
_DATE = re.compile(r"\b\d{1,4}[./-]\d{1,2}(?:[./-]\d{2,4})?\b\.?")
_TIME = re.compile(r"\b\d{1,2}:\d{2}(?::\d{2})?\b|\bT\d{2}:\d{2}\S*")
_VOWELS = frozenset("aeiouy")
_LONGEST_KEY, _LONGEST_NAME = 80, 80


@lru_cache(maxsize=8192)
def merchant_of(name: str, reference: str = "") -> Merchant:
    """Return whose charge a line is, from the counterparty's name and the text of the line; the key is never empty."""
    head = name.strip() or reference.strip()
    via, behind = _behind_service(head, reference if name.strip() else "")
    left, star, right = (behind or head).partition("*")
    # A code behind a star is a booking number; a word is the product, which sets two subscriptions of one house apart.
    head = f"{left} {right}" if star and not (_is_code(right) and left.strip()) else left
    words = _words(head)
    key = " ".join(words)[:_LONGEST_KEY] or _plain(head)[:_LONGEST_KEY].strip() or "unnamed"
    return Merchant(key, _shown(words, head), via)


def same_merchant(first: str, second: str) -> bool:
    """Whether two keys can be of one merchant: one begins with the words of the other, and these say enough."""
    a, b = first.split(), second.split()
    shorter = min(len(a), len(b))
    return a[:shorter] == b[:shorter] and len("".join(a[:shorter])) >= _SAYS_ENOUGH


_SAYS_ENOUGH = 4


def words_of(name: str, reference: str = "") -> frozenset[str]:
    """Return the telling words of a line, to see whether two exports speak of the same line."""
    return frozenset(word for word in _plain(f"{name} {reference}").split() if len(word) > 2 and word not in _NOISE and word not in _LEGAL)


def _behind_service(head: str, reference: str) -> tuple[str, str]:
    """Return the payment service at the head of a line and the merchant behind it, both empty where there is none."""
    lower = _plain_marks(head)
    for begin, service in _SERVICES.items():
        rest = lower.removeprefix(begin)
        if rest == lower or (rest and rest[0].isalnum()):
            continue
        starred = rest.lstrip().startswith("*")
        if len(begin) <= 3 and not starred:
            continue  # two letters are a service only with its star
        behind = _SERVICE_TAILS.sub("", head[len(begin) :].lstrip(" *").strip()) if not starred else head[head.index("*") + 1 :].strip()
        if starred and behind:
            return service, behind
        told = _PAYPAL_TEXT.search(f"{head} {reference}") or _BOUGHT_AT.search(f"{head} {reference}")
        return service, told[1].strip() if told else ""
    return "", ""


def _words(text: str) -> list[str]:
    """Return the words of a name without what card networks add."""
    text = _URL.sub(lambda found: f" {found[1]} ", text)
    for noise in (_MASKED, _TIME, _DATE, _PHONE):
        text = noise.sub(" ", text)
    found = [word for word in _plain(text).split() if not _is_reference(word)]
    kept = [word for word in found if word not in _LEGAL and word not in _NOISE] or found
    while len(kept) > 1 and kept[-1] in _PLACES:
        kept.pop()
    return list(dict.fromkeys(kept))[:6]


def _plain(text: str) -> str:
    """Letters and digits in small letters; dots within a name (`notion.so`, `B.V.`) hold it together."""
    flat = _plain_marks(text)
    flat = re.sub(r"(?<=\b\w)\.(?=\w\b)", "", re.sub(r"(\d)&(\d)", r"\1und\2", flat))
    return " ".join(re.sub(r"[^a-z0-9\u0370-\uffff]+", " ", flat.replace("'", "")).split())


def _plain_marks(text: str) -> str:
    german = text.casefold().translate({0xE4: "ae", 0xF6: "oe", 0xFC: "ue"})
    return unicodedata.normalize("NFKD", german).encode("ascii", "ignore").decode() or german


def _is_code(text: str) -> bool:
    """Whether what stands behind a star is a booking number: no word of letters alone that can be said."""
    words = _plain(text.strip()).split()
    return all(_is_reference(word) or len(word) < 3 or word in _PLACES or word in _NOISE for word in words)


def _is_reference(word: str) -> bool:
    """Whether a word is a booking number; digits that open or close a name (`37signals`, `1und1`, `365`) are none."""
    digits = sum(ch.isdigit() for ch in word)
    if word == "365" or (digits <= 2 and len(word.strip("0123456789")) >= 3 and word.strip("0123456789").isalpha()):
        return False
    if digits and (len(word) >= 5 or digits == len(word)):
        return digits >= 2 or digits == len(word)
    return len(word) >= 6 and not _VOWELS & set(word) and word.isascii()


def _shown(words: list[str], head: str) -> str:
    """Return a name for people: the spelling of the line where it has one, capital letters where it has only those."""
    spelled = {_plain(part): part.strip(".,*/()") for part in re.split(r"[\s*]+", head)}
    shown = [spelled.get(word, word) for word in words]
    text = " ".join(part.capitalize() if part.islower() or (part.isupper() and len(part) > 3) else part for part in shown)
    return one_line(text or head, _LONGEST_NAME) or "Unnamed"
