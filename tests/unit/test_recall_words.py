"""The index of words and the cutting of contracts: rare words find, filters hold, nothing is lost, and a lost index is filled again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memory.domain.errors import InputError
from memory.domain.evidence import EvidenceRef, Origin
from memory.domain.note import Note, NoteKind
from memory.recall.passages import passages
from memory.recall.ranking import Scope
from memory.recall.terms import terms_of
from memory.recall.words import WordIndex

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
SOURCE = EvidenceRef(digest="a" * 64, origin=Origin.VENDOR_DOCUMENT)


def note(key: str, text: str, **fields: object) -> Note:
    return Note.model_validate({"id": key, "kind": NoteKind.CLAUSE, "text": text, "at": NOON, "source": SOURCE, **fields})


def index(*notes: Note) -> WordIndex:
    made = WordIndex(":memory:")
    made.put(notes)
    return made


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sixty days", "60 days"),
        ("The fees are paid.", "a fee is paid"),
        ("Montréal", "MONTREAL"),
        ("terminations", "termination"),
        ("indemnities", "indemnity"),
    ],
)
def test_texts_that_differ_only_in_form_have_the_same_terms(one: str, other: str) -> None:
    assert terms_of(one) == terms_of(other)


def test_the_note_with_the_rarer_word_comes_first() -> None:
    common = [note(f"n-{i}", "Payment is due after receipt of the invoice.") for i in range(30)]
    made = index(*common, note("rare", "Payment follows when the kitchen leaves the works."))
    found = made.best("payment for the kitchen", Scope(), 5)
    assert found[0].id == "rare"
    assert found[0].words > 2 * found[1].words
    assert 0 < found[0].words <= 1
    made.close()


def test_a_note_that_is_replaced_or_dropped_leaves_no_word_behind() -> None:
    made = index(note("a", "alpaca wool"), note("b", "cashmere"))
    made.put([note("a", "linen")])
    assert made.best("alpaca wool", Scope(), 5) == []
    made.drop(["b", "unknown"])
    assert made.best("cashmere", Scope(), 5) == []
    assert [found.id for found in made.best("linen", Scope(), 5)] == ["a"]
    assert made.count() == 1
    made.close()


@settings(max_examples=30)
@given(
    notes=st.lists(st.tuples(st.sampled_from("abcd"), st.lists(st.sampled_from("oak pine elm fir ash".split()), min_size=1)), max_size=12),  # noqa: SIM905
    dropped=st.lists(st.sampled_from("abcd"), max_size=3),
)
def test_an_index_that_was_changed_scores_like_one_that_was_made_anew(notes: list[tuple[str, list[str]]], dropped: list[str]) -> None:
    changed, last = WordIndex(":memory:"), dict[str, Note]()
    for key, words in notes:
        last[key] = note(key, " ".join(words))
        changed.put([last[key]])
    changed.drop(dropped)
    fresh = index(*(last[key] for key in sorted(last) if key not in dropped))
    assert changed.best("oak and fir", Scope(), 9) == fresh.best("oak and fir", Scope(), 9)
    assert changed.count() == fresh.count()
    changed.close()
    fresh.close()


def test_what_was_known_and_what_binds_can_be_asked_for() -> None:
    first = note("old", "notice", superseded_at=NOON + timedelta(days=5), in_force_from=date(2026, 1, 1))
    second = note("new", "notice", at=NOON + timedelta(days=5), in_force_from=date(2026, 1, 1), in_force_until=date(2026, 12, 31))
    made = index(first, second, note("never", "notice"))
    assert set(made.narrow(Scope(), 9) or {}) == {"new", "never"}
    assert set(made.narrow(Scope(as_of=NOON), 9) or {}) == {"old", "never"}
    assert set(made.narrow(Scope(as_of=NOON + timedelta(days=5)), 9) or {}) == {"new", "never"}
    assert made.narrow(Scope(as_of=NOON - timedelta(days=1)), 9) == {}
    assert set(made.narrow(Scope(in_force=date(2026, 12, 31)), 9) or {}) == {"new"}
    assert made.narrow(Scope(in_force=date(2027, 1, 1)), 9) == {}
    assert set(made.narrow(Scope(as_of=NOON, in_force=date(2030, 1, 1)), 9) or {}) == {"old"}
    assert made.narrow(Scope(), 1) is None
    made.close()


def test_a_time_without_a_zone_is_refused_for_as_of_too() -> None:
    with pytest.raises(InputError, match="`as_of` has no timezone"):
        Scope(as_of=datetime(2026, 1, 1))  # noqa: DTZ001


PIECES = st.lists(
    st.sampled_from(
        ["1. Term\nIt runs for one whole year and then ends by itself.", "Definitions", "(2) The fee is due within 30\nDays of receipt. ", "x" * 2000, "§ 4 Haftung\nDer Anbieter haftet nur bei Vorsatz. " * 40, "\n\n", "", "12345 67890 " * 9]
    ),
    max_size=9,
)  # fmt: skip


@settings(max_examples=60)
@given(PIECES, st.lists(st.tuples(st.integers(0, 900), st.integers(0, 300)), max_size=4))
def test_passages_lie_in_order_within_the_text_and_outside_of_what_is_left_out(pieces: list[str], taken: list[tuple[int, int]]) -> None:
    text = "\n\n".join(pieces)
    without = [(start, start + length) for start, length in taken]
    found = passages(text, without)
    assert found == sorted(found)
    assert all(0 <= start < end <= len(text) and end - start <= 1000 for start, end in found)
    assert all(end <= after for (_, end), (after, _) in pairwise(found))
    assert not any(start < high and low < end and low < high for start, end in found for low, high in without)


def test_a_heading_stays_with_its_clause_and_the_number_goes() -> None:
    text = "Agreement\n\n1. Liability\nThe provider pays for the damage that it does.\n\n2.1 Fees\nThe fees are due within\n30 Days of receipt of the bill."
    assert [text[start:end] for start, end in passages(text)] == [
        "Agreement\n\n1. Liability\nThe provider pays for the damage that it does.",
        "Fees\nThe fees are due within\n30 Days of receipt of the bill.",
    ]


def test_a_very_long_text_gives_a_bounded_number_of_passages() -> None:
    assert len(passages("The provider pays for the damage that it does. " * 60_000)) == 2000


def test_the_index_lies_in_a_file_that_can_be_opened_again(tmp_path: Path) -> None:
    made = WordIndex(tmp_path / "words.sqlite3")
    made.put([note("a", "alpaca wool")])
    made.close()
    again = WordIndex(tmp_path / "words.sqlite3")
    assert [found.id for found in again.best("alpaca", Scope(), 5)] == ["a"]
    assert again.twins(["alpaca wool", "silk"]) == {"alpaca wool": "a"}
    again.close()
