"""What every noun shares: frozen, closed, strict pydantic models; canonical JSON and digests; aware UTC time."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints

JsonObject = dict[str, Any]
"""A JSON object, as stored in events and in graph state."""

Digest = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""Lower-case hexadecimal sha256."""


def _aware_utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("time must carry a timezone; give UTC, for example 2026-11-22T10:00:00Z")
    return value.astimezone(UTC)


UtcTime = Annotated[datetime, AfterValidator(_aware_utc)]
"""A timezone-aware instant, normalised to UTC."""


class Noun(BaseModel):
    """Base of every domain type: immutable, and an unknown field is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
_PLAIN = frozenset({str, int, bool, type(None)})


def canonical_json(value: object) -> bytes:
    """Return the one byte form of a JSON value: sorted keys, no spaces, UTF-8, no NaN (after RFC 8785, without floats).

    Raises `TypeError` for floats: money and quantities are integers, and ratios are written as strings, so that a
    digest never depends on how a platform prints a float.
    """
    _refuse_floats(value)
    return _ENCODER.encode(value).encode()


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise TypeError("floats have no canonical form; use integers or strings")
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ()
    for item in inside:
        if type(item) not in _PLAIN:
            _refuse_floats(item)


def sha256_hex(body: bytes) -> str:
    """Return the sha256 of `body` in lower-case hexadecimal."""
    return hashlib.sha256(body).hexdigest()


def digest_of(value: BaseModel | object) -> str:
    """Return the sha256 of the canonical JSON of a noun or JSON value."""
    return sha256_hex(canonical_json(value.model_dump(mode="json") if isinstance(value, BaseModel) else value))
