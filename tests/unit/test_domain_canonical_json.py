"""Canonical bytes: one form per value, and no digest over a float."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from memory.domain.base import Noun, UtcTime, canonical_json, digest_of

_TEXT = st.text(st.characters(exclude_categories=["Cs"]))
_PLAIN = st.none() | st.booleans() | st.integers() | _TEXT
JSON = st.recursive(_PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_TEXT, inner, max_size=4), max_leaves=12)


def shuffled(value: Any, seed: Any) -> Any:
    """The same value with every object's keys in another order."""
    if isinstance(value, dict):
        keys = list(value)
        seed.shuffle(keys)
        return {key: shuffled(value[key], seed) for key in keys}
    return [shuffled(item, seed) for item in value] if isinstance(value, list) else value


@given(JSON, st.randoms())
def test_the_order_of_keys_changes_neither_bytes_nor_digest(value: Any, seed: Any) -> None:
    other = shuffled(value, seed)
    assert canonical_json(other) == canonical_json(value)
    assert digest_of(other) == digest_of(value)


@given(JSON)
def test_canonical_bytes_say_what_was_said_and_are_a_fixed_point(value: Any) -> None:
    stored = canonical_json(value)
    assert json.loads(stored) == value
    assert canonical_json(json.loads(stored)) == stored
    assert digest_of(value) == hashlib.sha256(stored).hexdigest()


@given(JSON, JSON)
def test_two_values_share_a_digest_only_when_they_are_the_same_json(one: Any, other: Any) -> None:
    assert (digest_of(one) == digest_of(other)) == (repr(_typed(one)) == repr(_typed(other)))


def _typed(value: Any) -> Any:
    if isinstance(value, dict):
        return ("object", [(key, _typed(value[key])) for key in sorted(value)])
    return [_typed(item) for item in value] if isinstance(value, list) else (type(value).__name__, value)


def test_a_tuple_is_a_list() -> None:
    assert canonical_json((1, (2,))) == canonical_json([1, [2]])


@given(JSON, st.floats(), st.sampled_from(["alone", "in a list", "in a tuple", "in an object", "deep"]))
def test_a_float_anywhere_is_refused(value: Any, number: float, where: str) -> None:
    places = {
        "alone": number,
        "in a list": [value, number],
        "in a tuple": (value, number),
        "in an object": {"a": value, "b": number},
        "deep": {"a": [{"b": (value, {"c": number})}]},
    }
    with pytest.raises(TypeError, match="floats"):
        canonical_json(places[where])


def test_the_bytes_of_a_known_value_never_change() -> None:
    value = {"b": [1, True, None], "a": "Zürich \u2028 \u0001", "ä": -5}
    assert canonical_json(value) == '{"a":"Zürich \u2028 \\u0001","b":[1,true,null],"ä":-5}'.encode()
    assert digest_of({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


def test_a_noun_is_frozen_and_closed() -> None:
    class Thing(Noun):
        name: str

    thing = Thing(name="a")
    with pytest.raises(ValidationError, match="frozen"):
        thing.name = "b"  # type: ignore[misc]
    with pytest.raises(ValidationError, match="Extra inputs"):
        Thing.model_validate({"name": "a", "more": 1})


@given(st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1)), st.integers(-23 * 60, 23 * 60))  # noqa: DTZ001
def test_instants_are_stored_in_utc_and_without_a_zone_not_at_all(naive: datetime, minutes: int) -> None:
    read = TypeAdapter(UtcTime).validate_python
    there = naive.replace(tzinfo=timezone(timedelta(minutes=minutes)))
    assert read(there) == there
    assert read(there).utcoffset() == timedelta(0)
    assert read(there).tzinfo is UTC
    with pytest.raises(ValidationError, match="timezone"):
        read(naive)


@given(JSON)
def test_canonical_bytes_are_what_the_standard_library_writes_with_sorted_keys(value: Any) -> None:
    written = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    assert canonical_json(value) == written.encode()


@given(JSON, st.floats())
def test_a_float_is_refused_wherever_it_hides(value: Any, number: float) -> None:
    for hidden in (number, [value, number], {"a": value, "b": {"c": [value, {"d": number}]}}, (value, (number,))):
        with pytest.raises(TypeError, match="floats"):
            canonical_json(hidden)
