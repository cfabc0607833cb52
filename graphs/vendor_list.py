"""A list of vendors in a file (CSV or JSON), read whole or not at all: every broken row is named with its field."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

from graphs.vendor_columns import field_of, values_of
from graphs.vendor_entry import VendorEntry, vendor_entry
from memory.domain.errors import InputError

_MAX_ROWS = 5000
_FIELDS = tuple(VendorEntry.model_fields)
#: What Windows-1252 makes of bytes that are no text.
_NO_TEXT = frozenset("\ufffdÿþðÐ")
_MEND = "mend the rows named; nothing of the file was taken over"


def list_text(body: bytes, *, filename: str) -> str:
    """Return the text of a list as spreadsheets save it: UTF-8, UTF-16 with its mark, else Windows-1252. Raises `InputError`."""
    wide = body[:2] in {b"\xff\xfe", b"\xfe\xff"}
    try:
        return body.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        text = body.decode("cp1252", errors="replace")
    if any(character in _NO_TEXT or (character < " " and character not in "\r\n\t") for character in text):
        raise InputError(f"{filename} is not UTF-8 text", hint="save it as UTF-8, or as a CSV file")
    return text


def read_vendor_list(text: str, *, filename: str, skip_unknown: bool = False) -> tuple[VendorEntry, ...]:
    """Return the vendors of a file. Raises `InputError` naming file, row, field and mend of everything that is wrong.

    A column that is no field of a vendor is an error, unless it is to be skipped.
    """
    json_rows = text.lstrip()[:1] in {"{", "["}
    rows = list(_json_rows(text, filename) if json_rows else _csv_rows(text, filename, skip_unknown=skip_unknown))
    if not rows:
        raise InputError(f"{filename} holds no vendor", hint=f"one vendor per row, with columns of these: {', '.join(_FIELDS)}")
    if len(rows) > _MAX_ROWS:
        raise InputError(f"{filename}: {len(rows)} rows; at most {_MAX_ROWS} are read", hint="split the file")
    entries, faults, seen = [], [], dict[str, str]()
    for where, fields in rows:
        try:
            entry = vendor_entry(fields if json_rows else _read(fields, where), where=where)
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


def _read(fields: dict[str, Any], where: str) -> dict[str, Any]:
    try:
        return values_of(fields)
    except InputError as error:
        raise InputError(f"{where}: {error.message}", hint=error.hint) from None


def _csv_rows(text: str, filename: str, *, skip_unknown: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max((",", ";", "\t", "|"), key=first.count))
    columns = [column.strip() for column in next(reader, [])]
    fields = [field_of(column) for column in columns]
    unknown = sorted(column for column, field in zip(columns, fields, strict=True) if field is None and column)
    if "name" not in fields or (unknown and not skip_unknown):
        problem = f"there is no column {unknown[0]!r}" if unknown and not skip_unknown else "the column name is missing"
        raise InputError(
            f"{filename}, line 1: {problem}", hint=f"the columns are {', '.join(_FIELDS)}; others are left alone with --skip-unknown"
        )
    for cells in reader:
        where = f"line {reader.line_num}"
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(columns):
            raise InputError(f"{filename}, {where}: it has more or fewer cells than the first line", hint="put quotes around commas")
        yield where, {field: cell.strip() for field, cell in zip(fields, cells, strict=True) if field is not None}


def _json_rows(text: str, filename: str) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{filename} is not JSON: {error}", hint="mend the place named") from None
    rows = found.get("vendors") if isinstance(found, dict) else found
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InputError(f"{filename}: a list of vendors is a list of objects", hint='write {"vendors": [{"name": "Acme"}]}')
    yield from ((f"row {number}", row) for number, row in enumerate(rows, start=1))
