"""The CSV form of a catalogue, for people who keep it in a spreadsheet: one product a line, prices in major units.

Lists stand in one cell: features `a | b`, limits `contacts: 5000 contacts; seats: 3 seats`, tiers `500: 9.00; 501-1000: 16.00`.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

from memory.domain.base import JsonObject
from memory.domain.catalogue import Product, Source
from memory.domain.errors import InputError
from memory.domain.money import CURRENCIES, exponent

SOURCE_FIELDS = ("url", "title", "read_on", "page_date", "transcribes", "quote")
PLAIN = (
    "product_id",
    "vendor",
    "vendor_id",
    "product",
    "plan",
    "category",
    "per",
    "counted",
    "billing",
    "data_region",
    "website",
    "contact_id",
)
COLUMNS = (
    *(
        "product_id",
        "vendor",
        "vendor_id",
        "product",
        "plan",
        "category",
        "price",
        "currency",
        "period",
        "starting_price",
        "per",
        "counted",
    ),
    *("minimum", "billing", "limits", "tiers", "data_region", "features", "lacks", "website", "contact_id", "fictional"),
    *(f"source_{name}" for name in SOURCE_FIELDS),
    *(f"region_{name}" for name in SOURCE_FIELDS),
)
_LIMIT = re.compile(r"^(?P<name>[^:]+):\s*(?P<amount>[0-9]+)\s+(?P<unit>.+)$")
_TIER = re.compile(r"^(?:(?P<start>[0-9]+)-)?(?P<up_to>[0-9]+):\s*(?P<amount>[0-9.]+)$")
_AMOUNT = re.compile(r"^[0-9]{1,12}(\.[0-9]{1,3})?$")
_FORMULA = ("=", "+", "-", "@", "\t", "'")


def records_of(text: str, path: Path) -> list[tuple[int, JsonObject]]:
    """Return each line's number and its fields in the form of a `Product`.

    Raises `InputError` naming every unknown or missing column, and every line whose cells cannot be read.
    """
    try:
        rows = list(_numbered(text))
    except csv.Error as error:
        raise InputError(f"{path.name} is not CSV: {error}", hint="Save it as comma-separated UTF-8.") from error
    _check_header(rows[0][1] if rows else [], path)
    header = rows[0][1]
    records: list[tuple[int, JsonObject]] = []
    faults: list[str] = []
    for line, cells in rows[1:]:
        try:
            records.append((line, _fields_of(header, cells)))
        except ValueError as error:
            faults.append(f"  line {line}, {error}")
    if faults:
        raise InputError(
            f"{path.name} has {len(faults)} fault(s):\n" + "\n".join(faults),
            hint="Mend these cells and load the file again; nothing was taken over.",
        )
    return records


def _numbered(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    start = 1
    for cells in reader:
        if cells:
            yield start, cells
        start = reader.line_num + 1


def _check_header(header: list[str], path: Path) -> None:
    unknown = [name for name in header if name not in COLUMNS]
    missing = [name for name in COLUMNS if name not in header]
    repeated = sorted({name for name in header if header.count(name) > 1})
    faults = [
        f"{what}: {', '.join(names)}" for what, names in (("unknown", unknown), ("missing", missing), ("repeated", repeated)) if names
    ]
    if faults:
        raise InputError(f"{path.name}: wrong columns ({'; '.join(faults)})", hint=f"The first line must hold: {', '.join(COLUMNS)}.")


def _fields_of(header: list[str], cells: list[str]) -> JsonObject:
    if len(cells) != len(header):
        raise ValueError(f"the whole row: has {len(cells)} cells, the header has {len(header)}; check the quotes and commas")
    row = {name: _unguarded(cell.strip()) for name, cell in zip(header, cells, strict=True)}
    currency = row["currency"]
    fields: dict[str, Any] = {name: row[name] for name in PLAIN if row[name]}
    fields["price"] = {"amount_minor": _minor("price", row["price"], currency), "currency": currency, "period": row["period"]}
    fields["starting_price"] = _yes_no("starting_price", row["starting_price"])
    fields["fictional"] = _yes_no("fictional", row["fictional"])
    fields["minimum"] = _whole("minimum", row["minimum"]) if row["minimum"] else 1
    fields["features"], fields["lacks"] = _items(row["features"], "|"), _items(row["lacks"], "|")
    fields["limits"] = [_limit(item) for item in _items(row["limits"], ";")]
    fields["tiers"] = [_tier(item, currency) for item in _items(row["tiers"], ";")]
    for prefix, name in (("source", "source"), ("region", "region_source")):
        source = {part: row[f"{prefix}_{part}"] for part in SOURCE_FIELDS if row[f"{prefix}_{part}"]}
        if source:
            fields[name] = source
    return fields


def _items(cell: str, mark: str) -> list[str]:
    return [item.strip() for item in cell.split(mark) if item.strip()]


def _yes_no(column: str, cell: str) -> bool:
    if cell not in {"", "yes", "no"}:
        raise ValueError(f'{column}: {cell!r} is not readable; write "yes" or "no"')
    return cell == "yes"


def _whole(column: str, cell: str) -> int:
    if not re.fullmatch(r"[0-9]{1,15}", cell):
        raise ValueError(f"{column}: {cell!r} is not a whole number")
    return int(cell)


def _minor(column: str, cell: str, currency: str) -> int:
    if currency not in CURRENCIES:
        raise ValueError(f"currency: {currency!r} is not an ISO 4217 code; write for example EUR, USD or GBP")
    if not _AMOUNT.match(cell):
        raise ValueError(f"{column}: {cell!r} is not an amount; write for example 59.00, with a point and without a currency sign")
    scaled = Decimal(cell).scaleb(exponent(currency))
    if scaled != scaled.to_integral_value():
        raise ValueError(f"{column}: {cell} {currency} has more digits than the currency's minor unit")
    return int(scaled)


def _limit(item: str) -> JsonObject:
    found = _LIMIT.match(item)
    if not found:
        raise ValueError(f'limits: {item!r} is not readable; write "contacts: 5000 contacts", items separated by ";"')
    return {"name": found["name"].strip(), "amount": _whole("limits", found["amount"]), "unit": found["unit"].strip()}


def _tier(item: str, currency: str) -> JsonObject:
    found = _TIER.match(item)
    if not found:
        raise ValueError(f'tiers: {item!r} is not readable; write "500: 9.00; 501-1000: 16.00"')
    return {
        "start": _whole("tiers", found["start"] or "1"),
        "up_to": _whole("tiers", found["up_to"]),
        "amount_minor": _minor("tiers", found["amount"], currency),
    }


def csv_text(products: Iterable[Product]) -> str:
    """Return products in the CSV form; reading it gives the same products.

    A cell that a spreadsheet would take for a formula is written with a leading apostrophe, which reading removes:
    vendor text must not become a formula on the operator's desk.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for product in products:
        row = _row_of(product)
        writer.writerow([_guarded(row[name]) for name in COLUMNS])
    return out.getvalue()


def _row_of(product: Product) -> dict[str, str]:
    places = exponent(product.price.currency)
    row = {name: str(getattr(product, name) or "") for name in PLAIN}
    row |= {"price": str(product.price.money.amount), "currency": product.price.currency, "period": product.price.period.value}
    row |= {"starting_price": _word(product.starting_price), "fictional": _word(product.fictional), "minimum": str(product.minimum)}
    row |= {"features": " | ".join(product.features), "lacks": " | ".join(product.lacks)}
    row["limits"] = "; ".join(f"{limit.name}: {limit.amount} {limit.unit}" for limit in product.limits)
    row["tiers"] = "; ".join(f"{tier.start}-{tier.up_to}: {Decimal(tier.amount_minor).scaleb(-places)}" for tier in product.tiers)
    return row | _source_cells("source", product.source) | _source_cells("region", product.region_source)


def _word(value: bool) -> str:
    return "yes" if value else "no"


def _source_cells(prefix: str, source: Source | None) -> dict[str, str]:
    return {f"{prefix}_{name}": str(getattr(source, name, None) or "") for name in SOURCE_FIELDS}


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell
