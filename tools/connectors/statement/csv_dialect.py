"""What banks put into CSV: the names of columns, the forms of numbers and dates. A file is read in one way, never guessed by row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime

from memory.domain.money import exponent
from tools.connectors.statement.fields import Place

_KNOWN = {
    "date": """date; booking date; booked on; book date; posting date; post date; posted date; completed date; transaction date; buchungstag;
        buchungsdatum; buchung; belegdatum; date comptable; date de comptabilisation; date operation; boekdatum; datum; fecha; data;
        created (utc); created; finished on; timestamp""",
    "amount": """amount; transaction amount; betrag; umsatz; montant; bedrag; importe; importo; net; netto; gross; brutto; umsatz in eur;
        source amount (after fees)""",
    "debit": "debit; debit amount; money out; paid out; soll; lastschrift; débit; withdrawal; withdrawals; ausgang",
    "credit": "credit; credit amount; money in; paid in; haben; gutschrift; crédit; deposit; deposits; eingang",
    "currency": "currency; ccy; währung; waehrung; devise; munt; divisa; moneda; transaction currency; source currency",
    "reference": """reference; payment reference; verwendungszweck; remittance information; description; details; memo; note; notes; beschreibung;
        libellé; libelle; omschrijving; mededelingen; concepto; causale; betreff; appears on your statement as;
        erscheint auf ihrer abrechnung als; buchungstext; item title; artikelbezeichnung""",
    "name": """name; counterparty; counterparty name; payee; payee name; beneficiary; beneficiary name;
        auftraggeber/empfänger; auftraggeber / begünstigter; auftraggeber/begünstigter; empfänger; zahlungsempfänger*in; zahlungsempfänger;
        begünstigter/zahlungspflichtiger; beguenstigter/zahlungspflichtiger; name zahlungsbeteiligter; naam tegenpartij; partner name;
        partnername; target name""",
    "merchant": "merchant; merchant name; händler",
    "payer": "zahlungspflichtige*r; zahlungspflichtiger; payer; payer name; debtor name; source name",
    "iban": """iban; counterparty iban; partner iban; beneficiary iban; kontonummer/iban; iban zahlungsbeteiligter; tegenrekening iban;
        payee account number""",
    "end_to_end_id": "end-to-end id; end to end id; endtoendid; e2e; e2e id; ende-zu-ende-referenz; kundenreferenz (end-to-end)",
    "status": "status; state; info",
    "kind": "type; typ; transaction type; transaktionstyp; umsatztyp; umsatzart",
    "account": "account; account iban; account number; auftragskonto; iban auftragskonto; iban auftraggeberkonto; rekening; compte; account #; konto #",
    "bank_reference": """transaction id; transaktionscode; id; bank reference; transaction reference; entry reference; transferwise id;
        source; balance transaction id""",
}
HEADERS = {field: tuple(" ".join(name.split()) for name in names.split(";")) for field, names in _KNOWN.items()}
"""For each field, the names that banks give its column, in small letters; the first that is there counts."""

PENDING = frozenset({"pending", "pdng", "vorgemerkt", "umsatz vorgemerkt", "en attente", "in process", "ausstehend", "on hold"})
BOOKED = frozenset(
    {"", "book", "booked", "completed", "settled", "executed", "posted", "cleared", "gebucht", "umsatz gebucht", "exécuté"}
    | {"abgeschlossen", "available", "paid", "partially refunded", "refunded", "teilweise zurückgezahlt", "zurückgezahlt"}
)
NOT_BOOKED = frozenset({"reverted", "declined", "failed", "cancelled", "canceled", "abgelehnt", "storniert", "denied", "expired"})
#: Kinds of line of a wallet that move its own money about: another line says what was bought.
INTERNAL = frozenset(
    {"general currency conversion", "allgemeine währungsumrechnung", "exchange", "currency exchange", "payout", "topup", "top-up"}
    | {
        "bank deposit to pp account",
        "bankgutschrift auf paypal-konto",
        "general withdrawal",
        "allgemeine abbuchung",
        "account hold for open authorization",
    }
    | {"reversal of general account hold", "von nutzer eingeleitete abbuchung", "general card deposit", "allgemeine kreditkarteneinzahlung"}
)
#: A card's own export counts what was bought as positive; its columns give it away.
_CARD_HOLDER = frozenset({"card member", "karteninhaber", "kartenmitglied", "erweiterte details", "extended details"})
_CODE_IN_NAME = re.compile(r"^(.*?)\s*\((€|\$|£|[a-z]{3})\)$")
_SIGNS = {"€": "EUR", "$": "USD", "£": "GBP"}
_NUMBER = re.compile(r"[+-]? ?[0-9][0-9.,' \u00a0\u202f]*[+-]?|[+-]?[.,][0-9]+")
_SLASHED = re.compile(r"([0-9]{1,2})[/-]([0-9]{1,2})[/-][0-9]{4}")


def plain_name(name: str) -> str:
    """Return the name of a column in small letters, on one line, without quotes."""
    return " ".join(name.replace("\ufeff", "").split()).casefold().strip(' "')


def column_names(header: Sequence[str], columns: dict[str, str]) -> dict[str, int]:
    """Return where each known field stands in a header line; `columns` (field to the file's own name) goes before the known names."""
    plain = [plain_name(name) for name in header]
    bare = [coded[1] if (coded := _CODE_IN_NAME.match(name)) else name for name in plain]
    found: dict[str, int] = {}
    for field, names in HEADERS.items():
        wanted = (plain_name(columns[field]),) if field in columns else names
        place = next((line.index(name) for name in wanted for line in (plain, bare) if name in line), None)
        if place is not None:
            found[field] = place
    return found


def currency_in(name: str) -> str | None:
    """Return the currency that the name of a column of amounts tells: `Betrag (€)`, `Amount (EUR)`."""
    found = _CODE_IN_NAME.match(plain_name(name))
    return _SIGNS.get(found[2], found[2].upper()) if found else None


def counts_charges_positive(header: Sequence[str]) -> bool:
    """Whether the file is a card's own export, in which what was bought has no minus."""
    return bool(_CARD_HOLDER & {plain_name(name) for name in header})


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
