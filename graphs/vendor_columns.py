"""What spreadsheets call the fields of a vendor, in English and German, and how they write their values."""

from __future__ import annotations

import re
from collections.abc import Callable

from memory.domain.errors import InputError
from memory.domain.money import CURRENCIES, Money, Period

_NAMES = {
    "vendor_id": "vendor_id; vendor id; id",
    "name": "name; vendor; vendor name; company; company name; firma; firmenname; lieferant; lieferantenname; anbieter; kreditor; unternehmen",
    "website": "website; url; web; homepage; webseite; internet; internetadresse",
    "category": "category; kategorie; warengruppe; bereich",
    "data_region": "data_region; data region; datenstandort; datenregion; region",
    "plan": "plan; tarif; paket; edition",
    "list_price": "list_price; list price; price; preis; listenpreis; kosten",
    "language": "language; sprache",
    "email": "email; e-mail; mail; e-mail-adresse; emailadresse; email address; contact email",
    "contact_name": "contact_name; contact name; contact; contact person; ansprechpartner; ansprechpartnerin; kontakt; kontaktperson",
    "iban": "iban; bankverbindung (iban)",
    "payee_name": "payee_name; payee name; payee; account holder; kontoinhaber; kontoinhaberin",
    "bic": "bic; swift; bic (swift-code); swift/bic",
    "country": "country; land; country code; ländercode",
    "aliases": "aliases; alias; also known as; other names; auch bekannt als; weitere namen",
    "domains": "domains; domain; domänen; domäne",
    "vat_id": "vat_id; vat id; vat number; vat no; ust-id; ust-idnr; ust-idnr.; ustid; umsatzsteuer-id; umsatzsteuer-identifikationsnummer",
    "registration_number": "registration_number; registration number; company number; handelsregister; handelsregisternummer; hrb",
    "currency": "currency; währung; waehrung",
    "period": "period; billing; billing cycle; per; abrechnung; zeitraum; turnus; intervall",
}
_FIELD_OF = {" ".join(name.split()): field for field, names in _NAMES.items() for name in names.split(";")}
#: Two columns that only say how a price is meant.
BESIDE_PRICE = ("currency", "period")
_LANGUAGES = {
    "deutsch": "de",
    "german": "de",
    "englisch": "en",
    "english": "en",
    "französisch": "fr",
    "french": "fr",
    "spanisch": "es",
    "spanish": "es",
}
_COUNTRIES = {
    "deutschland": "DE",
    "germany": "DE",
    "österreich": "AT",
    "austria": "AT",
    "schweiz": "CH",
    "switzerland": "CH",
    "usa": "US",
    "irland": "IE",
}
_PERIODS = {
    Period.MONTH: ("month", "monat", "mo", "mtl", "monthly", "monatlich"),
    Period.QUARTER: ("quarter", "quartal", "quarterly", "vierteljährlich"),
    Period.YEAR: ("year", "jahr", "yr", "jährlich", "yearly", "annual", "annually", "p.a", "pa"),
    Period.ONCE: ("once", "einmalig", "one-time"),
}
_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP"}
_PRICE = re.compile(
    r"(?P<before>[€$£]|[A-Z]{3})?\s*(?P<number>\d[\d.,' ]*)\s*(?P<after>[€$£]|[A-Za-z]{3})?\s*(?:/|per |pro |je )?\s*(?P<period>[a-zäöü.-]*)",
    re.IGNORECASE,
)
#: What a spreadsheet would run instead of showing it.
_RUN = ("=", "+", "-", "@", "\t", "\r")
_FREE_TEXT = frozenset({"name", "plan", "data_region", "contact_name", "payee_name", "aliases", "registration_number"})


def field_of(column: str) -> str | None:
    """Return the field that a column of a spreadsheet is, or None."""
    return _FIELD_OF.get(" ".join(column.replace("\ufeff", "").split()).casefold().strip(' "'))


def values_of(row: dict[str, str]) -> dict[str, object]:
    """Return the fields of one row as a vendor's entry takes them. Raises `InputError` naming the field."""
    found: dict[str, object] = {}
    for field, written in row.items():
        text = written.strip()
        if not text or field in BESIDE_PRICE:
            continue
        if field in _FREE_TEXT and text.startswith(_RUN):
            raise InputError(f"{field}: {text[:20]!r} begins like a formula", hint="write the plain text")
        found[field] = _value(field, text, row)
    return found


def _value(field: str, text: str, row: dict[str, str]) -> object:
    if field == "list_price":
        return _price(text, row.get("currency", ""), row.get("period", ""))
    reading = _READINGS.get(field)
    return reading(text) if reading else text


def _several(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in re.split(r"[;|,\n]", text) if part.strip())


def _category(text: str) -> str:
    plain = text.casefold().replace("ä", "ae").replace("ö", "oe").replace("ü", "ue")
    return re.sub(r"[^a-z0-9]+", "_", plain).strip("_")


_READINGS: dict[str, Callable[[str], object]] = {
    "aliases": _several,
    "domains": _several,
    "category": _category,
    "language": lambda text: _LANGUAGES.get(text.casefold(), text.casefold()[:2]),
    "country": lambda text: _COUNTRIES.get(text.casefold(), text.upper()),
    "website": lambda text: text if re.match(r"https?://", text) else f"https://{text}",
    "iban": lambda text: text.replace(" ", "").upper(),
}


def _price(text: str, currency: str, period: str) -> dict[str, object]:
    found = _PRICE.fullmatch(text.strip())
    if found is None:
        raise InputError(f"list_price: {text[:30]!r} is not a price", hint="write it like 59,00 EUR/month")
    sign = found["before"] or found["after"] or currency.strip()
    code = _SIGNS.get(sign, sign.upper())
    if code not in CURRENCIES:
        raise InputError(f"list_price: {text[:30]!r} names no currency", hint="write it like 59,00 EUR/month, or add a column Currency")
    said = (found["period"] or period).strip().casefold().removeprefix("per ").removeprefix("pro ").strip(" .")
    named = next((one for one, words in _PERIODS.items() if said in words), None)
    if named is None:
        raise InputError(f"list_price: {text[:30]!r} does not say how often", hint="write it like 59,00 EUR/month, or add a column Period")
    money = Money.of(_decimal(found["number"]), code)
    return {"amount_minor": money.amount_minor, "currency": code, "period": named}


def _decimal(text: str) -> str:
    """Return a number as a plain decimal: of two marks the last is the decimal one, and so is one with one or two digits behind it."""
    digits = text.strip(" .,'").replace(" ", "").replace("'", "")
    comma, point = digits.rfind(","), digits.rfind(".")
    mark = "," if comma > point else "."
    other = "." if mark == "," else ","
    digits = digits.replace(other, "")
    return (
        digits.replace(mark, ".") if len(digits) - digits.rfind(mark) - 1 in {1, 2} or digits.count(mark) == 0 else digits.replace(mark, "")
    )
