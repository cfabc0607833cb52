"""Reading a catalogue file, all or nothing: every broken row is named at once, with its field and the mend."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from memory.domain.base import JsonObject
from memory.domain.catalogue import Product
from memory.domain.errors import InputError, NotFoundError
from tools.lookups.catalogue_csv import records_of

MAX_BYTES = 5_000_000
"""A catalogue larger than this is refused: it is no longer a file that a person keeps."""
MAX_ROWS = 20_000
FORMAT = 1
"""The version written in a JSON catalogue."""
_MEND = "Mend the rows named above and load the file again; nothing of it was taken over."


@dataclass(frozen=True)
class Record:
    """One row as it stands in the file: how a person finds it ("row 3", "line 7"), and its fields."""

    where: str
    fields: JsonObject


def read_products(path: Path) -> tuple[Product, ...]:
    """Return the products of a `.json` or `.csv` catalogue.

    Raises `NotFoundError` when there is no such file, and `InputError` when it is too large or not text, when a row is
    broken (all broken rows are named), or when two rows share a product_id.
    """
    text = _text_of(path)
    suffix = path.suffix.lower()
    if suffix == ".json":
        records = _json_records(text, path)
    elif suffix == ".csv":
        records = [Record(f"line {line}", fields) for line, fields in records_of(text, path)]
    else:
        raise InputError(f"{path.name}: a catalogue is a .json or a .csv file", hint="Rename it, or export it as CSV.")
    if len(records) > MAX_ROWS:
        raise InputError(f"{path.name}: {len(records)} rows; at most {MAX_ROWS} are read", hint="Split the file by category.")
    return _validated(records, path)


def _text_of(path: Path) -> str:
    try:
        with path.open("rb") as file:
            body = file.read(MAX_BYTES + 1)
    except FileNotFoundError as error:
        raise NotFoundError(
            f"there is no catalogue at {path}", hint="Check the path, or leave it out to use the shipped sample."
        ) from error
    except OSError as error:
        raise InputError(f"{path.name} cannot be read: {error.strerror}", hint="Give the path of a file that you may read.") from error
    if len(body) > MAX_BYTES:
        raise InputError(f"{path.name} is larger than {MAX_BYTES:,} bytes", hint="Split the file by category.")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path.name} is not UTF-8 text (byte {error.start})", hint="Save it as UTF-8.") from error


def _json_records(text: str, path: Path) -> list[Record]:
    try:
        document = json.loads(text, object_pairs_hook=_no_repeated_keys, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise InputError(
            f"{path.name} is not a JSON catalogue: {error}", hint="Mend the place named, or start from the shipped sample."
        ) from error
    if not isinstance(document, dict) or set(document) != {"format", "products"} or not isinstance(document["products"], list):
        raise InputError(
            f'{path.name}: a catalogue is one object with exactly "format" and "products"', hint='Write {"format": 1, "products": [ ... ]}.'
        )
    if document["format"] != FORMAT or isinstance(document["format"], bool):
        raise InputError(f"{path.name}: format {document['format']!r} is not known", hint=f'Write "format": {FORMAT}.')
    return [Record(f"row {number}", fields) for number, fields in enumerate(document["products"], start=1)]


def _no_repeated_keys(pairs: list[tuple[str, Any]]) -> JsonObject:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        repeated = sorted({key for key in keys if keys.count(key) > 1})
        raise ValueError(f"the key {repeated[0]!r} stands twice in one object")
    return found


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")


def _validated(records: Iterable[Record], path: Path) -> tuple[Product, ...]:
    products: list[Product] = []
    first: dict[str, str] = {}
    faults: list[str] = []
    for record in records:
        try:
            # Through JSON text, because only then does strict mode take a list for a tuple and a string for a date.
            product = Product.model_validate_json(json.dumps(record.fields), strict=True)
        except ValidationError as error:
            faults.extend(_fault_lines(record, error))
            continue
        if product.product_id in first:
            faults.append(
                f"{record.where}, product_id: {product.product_id!r} is already used in {first[product.product_id]}; give each row its own id"
            )
        first.setdefault(product.product_id, record.where)
        products.append(product)
    if faults:
        raise InputError(f"{path.name} has {len(faults)} fault(s):\n" + "\n".join(f"  {fault}" for fault in faults), hint=_MEND)
    return tuple(products)


def _fault_lines(record: Record, error: ValidationError) -> list[str]:
    return [
        f"{record.where}, {'.'.join(map(str, fault['loc'])) or 'the whole row'}: {_words(fault['type'], fault['msg'])}"
        for fault in error.errors(include_url=False, include_input=False, include_context=False)
    ]


def _words(kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return "there is no such field; remove it or mend its spelling"
    if kind == "missing":
        return "is missing; add it"
    if kind in {"model_type", "model_attributes_type"}:
        return "must be an object with named fields"
    return message.removeprefix("Value error, ")
