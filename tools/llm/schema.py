"""JSON schemas as strict structured output wants them."""

from __future__ import annotations

import hashlib
import json

from pydantic import BaseModel

from memory.domain.base import Digest, JsonObject

# Not accepted by strict servers, or only noise to a model; what they demand is checked when the answer is read.
_DROPPED = frozenset({"default", "title", "minLength", "maxLength", "discriminator", "examples"})


def strict_schema(answer: type[BaseModel]) -> JsonObject:
    """Return the JSON schema of `answer` with every field required and no other one allowed (an absent value is null)."""
    return _strict(answer.model_json_schema())


def schema_digest(answer: type[BaseModel]) -> Digest:
    """Return the sha256 of the full schema: any change to the answer type makes a new one."""
    return hashlib.sha256(json.dumps(answer.model_json_schema(), sort_keys=True).encode()).hexdigest()


def _strict(schema: JsonObject) -> JsonObject:
    if "$ref" in schema:  # siblings of a reference are not allowed
        return {"$ref": schema["$ref"]}
    kept: JsonObject = {key: _below(key, value) for key, value in schema.items() if key not in _DROPPED}
    if "oneOf" in kept:
        kept["anyOf"] = kept.pop("oneOf")
    if "properties" in kept:
        kept |= {"required": list(kept["properties"]), "additionalProperties": False}
    return kept


def _below(key: str, value: object) -> object:
    if key in {"properties", "$defs"} and isinstance(value, dict):  # names of fields and types, not keywords
        return {name: _strict(schema) for name, schema in value.items()}
    if isinstance(value, dict):
        return _strict(value)
    if isinstance(value, list):
        return [_strict(item) if isinstance(item, dict) else item for item in value]
    return value
