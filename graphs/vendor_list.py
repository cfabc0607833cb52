"""A list of vendors in a file (CSV or JSON), read whole or not at all: every broken row is named with its field."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from graphs.vendor_entry import VendorEntry, vendor_entry
from memory.domain.errors import InputError

_MAX_ROWS = 5000
_FIELDS = tuple(name for name in VendorEntry.model_fields if name != "list_price")
_MEND = "mend the rows named; nothing of the file was taken over"


def read_vendor_list(text: str, *, filename: str) -> tuple[VendorEntry, ...]:
    """Return the vendors of a file. Raises `InputError` naming file, row, field and mend of everything that is wrong."""
    rows = list(_json_rows(text, filename) if text.lstrip()[:1] in {"{", "["} else _csv_rows(text, filename))
    if not rows:
        raise InputError(f"{filename} holds no vendor", hint=f"one vendor per row, with columns of these: {', '.join(_FIELDS)}")
    if len(rows) > _MAX_ROWS:
        raise InputError(f"{filename}: {len(rows)} rows; at most {_MAX_ROWS} are read", hint="split the file")
    entries, faults, seen = [], [], dict[str, str]()
    for where, fields in rows:
        try:
            entry = vendor_entry(fields, where=where)
        except InputError as error:
            faults.append(error.message)
            continue
        if entry.id in seen:
            faults.append(f"{where}: vendor_id {entry.id!r} stands already in {seen[entry.id]}")
        seen.setdefault(entry.id, where)
        entries.append(entry)
    if faults:
        raise InputError(f"{filename} has {len(faults)} fault(s):\n" + "\n".join(f"  {fault}" for fault in faults), hint=_MEND)
    return tuple(entries)


def is_catalogue(text: str) -> bool:
    """Whether a file holds catalogue rows (products with prices) rather than a plain list of vendors."""
    head = text.lstrip()[:1]
    return '"products"' in text[:2000] if head in {"{", "["} else "product_id" in text.split("\n", 1)[0]


def _csv_rows(text: str, filename: str) -> Iterator[tuple[str, dict[str, Any]]]:
    first = text.split("\n", 1)[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    columns = [column.strip() for column in reader.fieldnames or ()]
    unknown = sorted(set(columns) - set(_FIELDS))
    if "name" not in columns or unknown:
        problem = f"there is no column {unknown[0]!r}" if unknown else "the column name is missing"
        raise InputError(f"{filename}, line 1: {problem}", hint=f"the columns are {', '.join(_FIELDS)}")
    reader.fieldnames = columns
    for row in reader:
        where = f"line {reader.line_num}"
        if None in row or None in row.values():
            raise InputError(f"{filename}, {where}: it has more or fewer cells than the first line", hint="put quotes around commas")
        if any(str(value).strip() for value in row.values()):
            yield where, {name: str(value).strip() for name, value in row.items()}


def _json_rows(text: str, filename: str) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{filename} is not JSON: {error}", hint="mend the place named") from None
    rows = found.get("vendors") if isinstance(found, dict) else found
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InputError(f"{filename}: a list of vendors is a list of objects", hint='write {"vendors": [{"name": "Acme"}]}')
    yield from ((f"row {number}", row) for number, row in enumerate(rows, start=1))
