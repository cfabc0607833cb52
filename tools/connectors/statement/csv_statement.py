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
    """What a file may leave open: its account and currency, its own column names, and the order of 03/04/2026."""

    account: str = "main"
    currency: str | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    day_first: bool | None = None


@dataclass(frozen=True)
class _Row:
    place: Place
    cells: Mapping[str, str]
    currency: str


def read(body: bytes, file: str, hints: CsvHints) -> list[StatementLine]:
    """Return the lines, without ids. Raises `InputError` with the line and the column of the first thing wrong."""
    place = Place(file)
    rows = [row for row in _rows(_text(body, place), place, hints) if _status(row) is not None]
    mark = csv_dialect.decimal_mark((row.place, text, row.currency) for row in rows for text in _amounts(row).values())
    days_first = csv_dialect.day_first(place, [row.cells["date"] for row in rows], hints.day_first)
    return [_line(row, mark, hints, days_first=days_first) for row in rows]


def _text(body: bytes, place: Place) -> str:
    if b"\0" in body:
        raise place.error("", "it is not text", "Export the statement as camt.053, OFX or CSV; a spreadsheet file must be saved as CSV.")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("cp1252", errors="replace")


def _rows(text: str, place: Place, hints: CsvHints) -> list[_Row]:
    delimiter, above, columns = _header(text, place, hints)
    below = io.StringIO("".join(text.splitlines(keepends=True)[above:]), newline="")
    reader = csv.reader(below, delimiter=delimiter, strict=True)
    rows = []
    try:
        for cells in reader:
            at = Place(place.file, f"line {above + reader.line_num}")
            if any(cell.strip() for cell in cells):
                rows.append(_row(cells, at, columns, hints))
    except csv.Error as error:
        raise Place(place.file, f"line {above + reader.line_num}").error(
            "", f"it is broken ({error})", "Mend the quotes of that line, or export again."
        ) from error
    return rows


def _header(text: str, place: Place, hints: CsvHints) -> tuple[str, int, dict[str, int]]:
    """Return delimiter, number of the header's line and the columns: the first line that has a date and an amount."""
    for number, line in enumerate(text.splitlines()[:_HEADER_WITHIN], start=1):
        found = {d: csv_dialect.column_names(next(csv.reader([line], delimiter=d), []), dict(hints.columns)) for d in (";", ",", "\t")}
        delimiter = max(found, key=lambda d: len(found[d]))
        columns = found[delimiter]
        if "date" in columns and ("amount" in columns or {"debit", "credit"} <= columns.keys()):
            return delimiter, number, columns
    raise place.error(
        "header",
        "no line names a date and an amount column",
        "Name the columns (for example Date, Amount, Currency, Reference, Name, IBAN) in the first line.",
    )


def _row(cells: list[str], place: Place, columns: Mapping[str, int], hints: CsvHints) -> _Row:
    if len(cells) <= max(columns.values()):
        raise place.error("", f"it has {len(cells)} cells and the header more", "Mend that line, or export again.")
    named = {name: cells[at].strip() for name, at in columns.items()}
    code = named.get("currency") or hints.currency
    if code is None:
        raise place.error("currency", "the file names no currency", "Add a Currency column, or say the account's currency.")
    return _Row(place, named, fields.currency(place, "currency", code))


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
    if column == "debit" and amount.amount_minor > 0:
        amount = amount * -1
    return StatementLine(
        line_id="",
        account=fields.one_line(row.cells.get("account")) or hints.account,
        booked_on=csv_dialect.read_day(row.place, row.cells["date"], days_first=days_first),
        amount=amount,
        status=_status(row) or LineStatus.PENDING,
        end_to_end_id=fields.one_line(row.cells.get("end_to_end_id")) or None,
        reference=fields.one_line(row.cells.get("reference")),
        counterparty_name=fields.one_line(row.cells.get("name")),
        counterparty_iban=fields.iban(row.cells.get("iban")),
        bank_reference=fields.one_line(row.cells.get("bank_reference")) or None,
    )
