"""The nouns of recall, and the order of hints."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from memory.domain.evidence import EvidenceRef, Origin
from memory.domain.note import EventRef, Note, NoteKind
from memory.recall.ranking import microseconds, ranked

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SOURCE = EventRef(event_id="evt-1", origin=Origin.VENDOR_MAIL)


def note(key: str = "n-1", **fields: object) -> Note:
    return Note.model_validate({"id": key, "kind": "vendor", "text": "Answers quickly.", "at": NOON, "source": SOURCE, **fields})


@pytest.mark.parametrize("field", ["id", "text", "vendor_id", "case_id", "clause"])
def test_an_empty_field_is_refused(field: str) -> None:
    with pytest.raises(ValidationError, match=field):
        note(**{field: ""})


@pytest.mark.parametrize("text", [" \n\t ", "x" * 8001, "\ud800"])
def test_text_that_is_blank_too_long_or_no_text_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="text"):
        note(text=text)


def test_a_note_without_a_source_is_refused() -> None:
    with pytest.raises(ValidationError, match="source"):
        Note.model_validate({"id": "n-1", "kind": "case", "text": "Bought twice.", "at": NOON})


def test_text_of_a_vendor_is_never_trusted_and_the_operators_is() -> None:
    assert not note().origin.trusted
    assert note(source=EvidenceRef(digest="b" * 64, origin=Origin.OPERATOR)).origin.trusted


def test_both_kinds_of_source_survive_json() -> None:
    for source in (SOURCE, EvidenceRef(digest="b" * 64, origin=Origin.WEB_PAGE)):
        stored = note(source=source)
        assert Note.model_validate_json(stored.model_dump_json()) == stored
    assert note().kind is NoteKind.VENDOR


@given(st.lists(st.tuples(st.integers(0, 3), st.floats(-1, 1)), max_size=20), st.integers(1, 20), st.randoms())
def test_the_order_of_hints_does_not_depend_on_the_order_of_storage(rows: list[tuple[int, float]], limit: int, random: object) -> None:
    scored = [(note(f"n-{i}", at=NOON + timedelta(days=day)), cosine, 0.0) for i, (day, cosine) in enumerate(rows)]
    shuffled = list(scored)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    hints = ranked(scored, limit)
    assert ranked(shuffled, limit) == hints
    assert len(hints) == min(limit, len(rows))
    assert [hint.score for hint in hints] == sorted((hint.score for hint in hints), reverse=True)


@given(st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_microseconds_lose_nothing(moment: datetime) -> None:
    assert datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds(moment)) == moment
