"""What banks put into CSV: the names of columns, the forms of numbers and dates. A file is read in one way, never guessed by row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from memory.domain.money import exponent
from tools.connectors.statement.fields import Place

_KNOWN = {
    "date": """date; booking date; booked on; book date; transaction date; completed date; posting date; buchungstag; buchungsdatum; buchung;
        date comptable; date de comptabilisation; date operation; boekdatum; datum; fecha; data""",
    "amount": "amount; amount (eur); betrag; betrag (eur); umsatz; montant; bedrag; importe; importo",
    "debit": "debit; debit amount; money out; paid out; soll; lastschrift; débit",
    "credit": "credit; credit amount; money in; paid in; haben; gutschrift; crédit",
    "currency": "currency; ccy; währung; waehrung; devise; munt; divisa; moneda",
    "reference": """reference; description; details; memo; remittance information; payment reference; verwendungszweck; libellé; libelle;
        omschrijving; mededelingen; concepto; causale""",
    "name": """name; counterparty; counterparty name; payee; beneficiary; beneficiary name; auftraggeber/empfänger; empfänger;
        begünstigter/zahlungspflichtiger; beguenstigter/zahlungspflichtiger; name zahlungsbeteiligter; naam tegenpartij; partner name""",
    "iban": "iban; counterparty iban; partner iban; beneficiary iban; kontonummer/iban; iban zahlungsbeteiligter; tegenrekening iban",
    "end_to_end_id": "end-to-end id; end to end id; endtoendid; e2e; e2e id; ende-zu-ende-referenz; kundenreferenz (end-to-end)",
    "status": "status; state",
    "account": "account; account iban; account number; auftragskonto; iban auftragskonto; rekening; compte",
    "bank_reference": "transaction id; id; bank reference; transaction reference; entry reference",
}
HEADERS = {field: tuple(" ".join(name.split()) for name in names.split(";")) for field, names in _KNOWN.items()}
"""For each field, the names that banks give its column, in small letters; the first that is there counts."""

PENDING = frozenset({"pending", "pdng", "vorgemerkt", "en attente", "in process"})
BOOKED = frozenset({"", "book", "booked", "completed", "settled", "executed", "posted", "cleared", "gebucht", "umsatz gebucht", "exécuté"})
NOT_BOOKED = frozenset({"reverted", "declined", "failed", "cancelled", "canceled"})
_NUMBER = re.compile(r"[+-]? ?[0-9][0-9.,' \u00a0\u202f]*[+-]?|[+-]?[.,][0-9]+")
_SLASHED = re.compile(r"([0-9]{1,2})[/-]([0-9]{1,2})[/-][0-9]{4}")


def column_names(header: Sequence[str], columns: dict[str, str]) -> dict[str, int]:
    """Return where each known field stands in a header line; `columns` (field to the file's own name) goes before the known names."""
    plain = [" ".join(name.replace("\ufeff", "").split()).casefold().strip(' "') for name in header]
    found: dict[str, int] = {}
    for field, names in HEADERS.items():
        wanted = (columns[field].casefold(),) if field in columns else names
        place = next((plain.index(name) for name in wanted if name in plain), None)
        if place is not None:
            found[field] = place
    return found


def decimal_mark(amounts: Iterable[tuple[Place, str, str]]) -> str:
    """Return the decimal mark of the file, from all its (place, amount, currency). Raises `InputError` when two are used.

    The last of two different marks is the decimal one; a mark that comes twice, or has three digits behind it in a currency
    with fewer, groups thousands. Without any evidence it does not matter, and the point is returned.
    """
    mark = ""
    for place, text, code in amounts:
        told = _mark_told(text, code)
        if told and mark and told != mark:
            raise place.error(
                "amount",
                f"{text.strip()[:40]!r} uses {told!r} before the decimals, and earlier lines {mark!r}",
                "Export it in one number format.",
            )
        mark = mark or told
    return mark or "."


def _mark_told(text: str, code: str) -> str:
    other = {".": ",", ",": "."}
    marks = [character for character in text if character in other]
    if not marks:
        return ""
    if len(set(marks)) == 2:
        return marks[-1]
    behind = len(re.sub(r"\D", "", text.rpartition(marks[-1])[2]))
    if len(marks) > 1:
        return other[marks[0]]
    if behind == 3:
        return "" if exponent(code) == 3 else other[marks[0]]
    return marks[0]


def plain_amount(place: Place, field: str, text: str, mark: str) -> str:
    """Return an amount as a plain decimal text. A trailing minus, apostrophes and spaces between thousands are understood."""
    stripped = text.strip()
    if not _NUMBER.fullmatch(stripped):
        raise place.error(field, f"{stripped[:40]!r} is not an amount", "Write for example 1234.50 or 1.234,50.")
    negative = "-" in stripped
    digits = re.sub(r"[+\-' \u00a0\u202f]", "", stripped).replace("," if mark == "." else ".", "").replace(mark, ".")
    return f"-{digits}" if negative else digits


def day_first(place: Place, dates: Sequence[str], told: bool | None) -> bool:
    """Return whether 03/04/2026 is the third of April in this file. Raises `InputError` when nothing tells."""
    slashed = [(int(found[1]), int(found[2])) for text in dates if (found := _SLASHED.match(text.strip()))]
    if told is not None or not slashed:
        return bool(told)
    first, second = any(day > 12 for day, _ in slashed), any(day > 12 for _, day in slashed)
    if first == second:
        raise place.error(
            "date", "day and month cannot be told apart", "Export with dates such as 2026-11-22, or say whether the day comes first."
        )
    return first


def read_day(place: Place, text: str, *, days_first: bool) -> date:
    """Return the date of 2026-11-22, 22.11.2026, 22.11.26, 22/11/2026 or 11/22/2026, with or without a time behind it."""
    stripped = text.strip()
    slashed = "%d/%m/%Y" if days_first else "%m/%d/%Y"
    for form in ("%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%Y/%m/%d", slashed, slashed.replace("/", "-"), "%Y%m%d"):
        try:
            return datetime.strptime(stripped.split("T")[0].split(" ")[0], form).date()  # noqa: DTZ007 - a bank's day has no zone
        except ValueError:
            continue
    raise place.error("date", f"{stripped[:40]!r} is not a date", "Write for example 2026-11-22.")
