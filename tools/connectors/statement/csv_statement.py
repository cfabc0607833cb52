"""CSV, as banks export it: `;` or `,`, UTF-8 or Windows-1252, lines above the header, European or American numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, field

from memory.domain.statement import LineStatus, StatementLine
from tools.connectors.statement import csv_dialect, fields
from tools.connectors.statement.fields import Place

_HEADER_WITHIN = 25


@dataclass(frozen=True)
class CsvHints:
    """What a file may leave open: its account and currency, its own column names, and the order of 03/04/2026.

    `charges_positive` says that what left the account has no minus, as a card's own export writes it; None leaves it to the columns.
    """

    account: str = "main"
    currency: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    day_first: bool | None = None
    charges_positive: bool | None = None


@dataclass(frozen=True)
class _Row:
    place: Place
    cells: Mapping[str, str]
    currency: str
    turned: bool = False


@dataclass(frozen=True)
class _Header:
    """How the file is laid out: the delimiter, the number of the header's line, where each field stands, and what the names tell."""

    delimiter: str
    line: int
    columns: Mapping[str, int]
    currency: str | None
    turned: bool


def read(body: bytes, file: str, hints: CsvHints) -> list[StatementLine]:
    """Return the lines, without ids. Raises `InputError` with the line and the column of the first thing wrong."""
    place = Place(file)
    told = _rows(_text(body, place), place, hints)
    # Lines that are left out still tell how the file writes its days.
    days_first = csv_dialect.day_first(place, [row.cells["date"] for row in told], hints.day_first)
    rows = [row for row in told if _status(row) is not None and not _internal(row)]
    mark = csv_dialect.decimal_mark((row.place, text, row.currency) for row in rows for text in _amounts(row).values())
    return [_line(row, mark, hints, days_first=days_first) for row in rows]


def _text(body: bytes, place: Place) -> str:
    wide = body[:2] in {b"\xff\xfe", b"\xfe\xff"}
    if b"\0" in body and not wide:
        raise place.error("", "it is not text", "Export the statement as camt.053, OFX or CSV; a spreadsheet file must be saved as CSV.")
    try:
        return body.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("cp1252", errors="replace")


def _rows(text: str, place: Place, hints: CsvHints) -> list[_Row]:
    header = _header(text, place, hints)
    below = io.StringIO("".join(text.splitlines(keepends=True)[header.line :]), newline="")
    reader = csv.reader(below, delimiter=header.delimiter, strict=True)
    rows = []
    try:
        for cells in reader:
            at = Place(place.file, f"line {header.line + reader.line_num}")
            if any(cell.strip() for cell in cells):
                rows.append(_row(cells, at, header, hints))
    except csv.Error as error:
        raise Place(place.file, f"line {header.line + reader.line_num}").error(
            "", f"it is broken ({error})", "Mend the quotes of that line, or export again."
        ) from error
    return rows


def _header(text: str, place: Place, hints: CsvHints) -> _Header:
    """Return the file's layout by the first line that has a date and an amount."""
    likeliest: list[str] = []
    for number, line in enumerate(text.splitlines()[:_HEADER_WITHIN], start=1):
        cells = {d: next(csv.reader([line], delimiter=d), []) for d in (";", ",", "\t", "|")}
        found = {d: csv_dialect.column_names(names, dict(hints.columns)) for d, names in cells.items()}
        delimiter = max(found, key=lambda d: (len(found[d]), len(cells[d])))
        columns, names = found[delimiter], cells[delimiter]
        if "date" in columns and ("amount" in columns or {"debit", "credit"} <= columns.keys()):
            told = csv_dialect.currency_in(names[columns["amount"]]) if "amount" in columns else None
            turned = csv_dialect.counts_charges_positive(names) if hints.charges_positive is None else hints.charges_positive
            return _Header(delimiter, number, columns, told, turned)
        likeliest = max(likeliest, [name.strip() for name in names if name.strip()], key=len)
    seen = ", ".join(likeliest)[:200]
    raise place.error(
        "header",
        f"no line names a date and an amount column{f'; the columns seen are: {seen}' if len(likeliest) > 1 else ''}",
        "Name the columns (for example Date, Amount, Currency, Reference, Name, IBAN) in the first line, "
        'or say which are which: --columns "date=...,amount=...,name=...".',
    )


def _row(cells: list[str], place: Place, header: _Header, hints: CsvHints) -> _Row:
    needed = [at for name, at in header.columns.items() if name in {"date", "amount", "debit", "credit", "currency"}]
    if len(cells) <= max(needed):
        raise place.error("", f"it has {len(cells)} cells and the header more", "Mend that line, or export again.")
    named = {name: cells[at].strip() if at < len(cells) else "" for name, at in header.columns.items()}
    code = named.get("currency") or hints.currency or header.currency
    if code is None:
        raise place.error("currency", "the file names no currency", "Add a Currency column, or say the account's currency.")
    return _Row(place, named, fields.currency(place, "currency", code), header.turned)


def _internal(row: _Row) -> bool:
    return row.cells.get("kind", "").casefold() in csv_dialect.INTERNAL


def _status(row: _Row) -> LineStatus | None:
    said = row.cells.get("status", "").casefold()
    if said in csv_dialect.NOT_BOOKED:
        return None
    if said in csv_dialect.PENDING or said in csv_dialect.BOOKED:
        return LineStatus.PENDING if said in csv_dialect.PENDING else LineStatus.BOOKED
    raise row.place.error("status", f"{said[:40]!r} is not known", "It says booked, completed, pending or declined.")


def _amounts(row: _Row) -> dict[str, str]:
    names = ("amount",) if "amount" in row.cells else ("debit", "credit")
    amounts = {name: row.cells[name] for name in names if row.cells[name]}
    if len(amounts) == 2:  # some banks fill the other side with zeros
        amounts = {name: text for name, text in amounts.items() if text.strip("0.,")}
    if len(amounts) != 1:
        raise row.place.error(" or ".join(names), "there must be exactly one amount", "Fill in one amount per line.")
    return amounts


def _line(row: _Row, mark: str, hints: CsvHints, *, days_first: bool) -> StatementLine:
    ((column, text),) = _amounts(row).items()
    amount = fields.money(row.place, column, csv_dialect.plain_amount(row.place, column, text, mark), row.currency)
    if (column == "debit" and amount.amount_minor > 0) or (column == "amount" and row.turned):
        amount = amount * -1
    return StatementLine(
        line_id="",
        account=fields.one_line(row.cells.get("account")) or hints.account,
        booked_on=csv_dialect.read_day(row.place, row.cells["date"], days_first=days_first),
        amount=amount,
        status=_status(row) or LineStatus.PENDING,
        end_to_end_id=fields.one_line(row.cells.get("end_to_end_id")) or None,
        reference=fields.one_line(row.cells.get("reference")),
        counterparty_name=fields.one_line(_counterparty(row, incoming=amount.amount_minor > 0)),
        counterparty_iban=fields.iban(row.cells.get("iban")),
        bank_reference=fields.one_line(row.cells.get("bank_reference")) or None,
    )


def _counterparty(row: _Row, *, incoming: bool) -> str:
    """Return the other party's name: some banks name who paid and who was paid in two columns."""
    return (row.cells.get("payer") if incoming else None) or row.cells.get("name") or row.cells.get("merchant", "")
