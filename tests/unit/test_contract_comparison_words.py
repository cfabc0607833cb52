"""Two versions of a contract: what moved, changed, came and went, word by word, and no alarm where only numbers and lines differ."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.contract_reading.comparison import MAX_CHARACTERS, Comparison, Fate, Version, compare
from agents.contract_reading.comparison.matching import gaps, runs
from agents.contract_reading.comparison.passages import passages
from memory.domain.errors import InputError

OLD = """Subscription Agreement

1. Fees
1.1 The Customer pays the fees stated in the order form within 30 days of the invoice.
1.2 Fees for a renewal are those of the price list in force on the day of the renewal.
2. Term
2.1 The agreement runs for twelve months and renews for further periods of twelve months.
2.2 Either party may prevent a renewal by notice given at least 30 days before the end, see Section 5.1.
3. Liability
3.1 Neither party is liable for indirect damages or for loss of profit.
3.2 The total liability of either party is limited to the fees of the last twelve months.
4. Data
4.1 The Provider processes personal data only on documented instructions of the Customer.
5. Notices
5.1 Notices are sent by e-mail to the address in the order form.
"""


def compared(new: str, old: str = OLD) -> Comparison:
    return compare(Version(text=old), Version(text=new))


def test_a_contract_compared_with_itself_has_no_change() -> None:
    assert compared(OLD).same


def test_wrapping_numbering_and_references_are_no_change() -> None:
    wrapped = OLD.replace(" within 30 days", "\nwithin 30\ndays").replace("fees", "fees ").replace("e-mail", "e-mail\n")
    renumbered = (
        OLD.replace("5.1", "7.3").replace("5. Notices", "7. Notices").replace("3.", "6.").replace("4.1", "(a)").replace("2.1 ", "§ 2 ")
    )
    one_line = " ".join(OLD.split())
    for other in (wrapped, renumbered, one_line, OLD.upper(), OLD.replace("\n", "\n\n")):
        assert compared(other).changes == (), other


def test_a_changed_figure_is_the_only_change_and_stands_where_it_is() -> None:
    new = OLD.replace("notice given at least 30 days", "notice given at least 90 days")
    (change,) = compared(new).changes
    (word,) = change.words
    assert (change.fate, change.heading) == (Fate.CHANGED, "2. Term")
    assert (OLD[word.old.start : word.old.end], new[word.new.start : word.new.end]) == ("30", "90")
    assert change.old
    assert OLD[change.old.start : change.old.end].startswith("Either party may prevent a renewal")


def test_a_new_clause_moves_the_numbers_and_is_the_only_change() -> None:
    new = OLD.replace("4. Data\n4.1", "4. Models\n4.1 The Provider may use the data of the Customer to train its models.\n5. Data\n5.1")
    new = new.replace("5. Notices\n5.1", "6. Notices\n6.1").replace("Section 5.1", "Section 6.1")
    (change,) = compared(new).changes
    assert (change.fate, change.old) == (Fate.ADDED, None)
    assert change.new
    assert "train its models" in new[change.new.start : change.new.end]
    (gone,) = compared(OLD, new).changes
    assert (gone.fate, gone.new, gone.old) == (Fate.REMOVED, None, change.new)


def test_a_section_that_moved_is_told_once_and_not_as_gone_and_new() -> None:
    data = "4. Data\n4.1 The Provider processes personal data only on documented instructions of the Customer.\n"
    new = OLD.replace(data, "").replace("1. Fees", f"{data}5. Fees")
    (change,) = [c for c in compared(new).changes if c.fate is not Fate.MOVED or "personal" in new[c.new.start : c.new.end]]
    assert change.fate is Fate.MOVED


def test_a_sentence_that_was_cut_in_two_and_changed_shows_the_changed_words_only() -> None:
    old = "The Customer pays all fees within 30 days of the invoice, and the Provider may suspend the service when a payment is late."
    new = "The Customer pays all fees within 10 days of the invoice. And the Provider may suspend the service when a payment is late."
    (change,) = compared(new, old).changes
    assert [(old[w.old.start : w.old.end], new[w.new.start : w.new.end]) for w in change.words] == [("30", "10")]


def test_two_sentences_that_only_begin_alike_are_told_apart() -> None:
    old = "The account is closed at once. If you cancel the service before the end of the month, it ends."
    new = "The account is closed at once. If you want to export anything, please write to us. If you cancel the service before the end of the month, it ends."
    (change,) = compared(new, old).changes
    assert change.fate is Fate.ADDED
    assert change.new
    assert new[change.new.start : change.new.end] == "If you want to export anything, please write to us"


def test_a_dropped_not_is_a_change() -> None:
    (change,) = compared(OLD.replace("Neither party is", "The Provider is")).changes
    assert change.fate is Fate.CHANGED
    (word,) = compared("The Provider may use the data.", "The Provider may not use the data.").changes[0].words
    assert word.new.start == word.new.end


def test_a_figure_at_the_end_of_a_sentence_is_not_taken_for_a_number_of_a_clause() -> None:
    old, new = "The number of days for notice is 30. The Customer pays.", "The number of days for notice is 90. The Customer pays."
    assert [(old[w.old.start : w.old.end], new[w.new.start : w.new.end]) for c in compared(new, old).changes for w in c.words] == [
        ("30", "90")
    ]
    assert compared("90 days' notice is needed by either party.", "30 days' notice is needed by either party.").changes


def test_a_text_beyond_every_contract_is_refused() -> None:
    with pytest.raises(InputError, match="at most"):
        compare(Version(text="a" * (MAX_CHARACTERS + 1)), Version(text="a"))


WORDS = st.lists(
    st.sampled_from(["customer", "pays", "fees", "notice", "renewal", "liability", "data", "30", "90", "12", "not", "may"]),
    min_size=1,
    max_size=9,
)
TEXTS = st.lists(WORDS, max_size=14).map(lambda rows: "\n".join(f"{' '.join(row).capitalize()}." for row in rows))


@settings(deadline=None, max_examples=40)
@given(TEXTS, TEXTS)
def test_words_outside_the_changes_are_equal_and_those_inside_make_up_the_rest(old: str, new: str) -> None:
    """Every word of both texts is either in a passage that is told, or has its equal in the other text in the same order."""
    found = compared(new, old).changes
    told_old, told_new = ([(p.start, p.end) for c in found if (p := getattr(c, side))] for side in ("old", "new"))
    assert not _overlap(told_old)
    assert not _overlap(told_new)
    assert _left(old, told_old) == _left(new, told_new)
    for change in found:
        if change.fate is Fate.CHANGED and change.old and change.new:
            before = _left(old, [(w.old.start, w.old.end) for w in change.words], (change.old.start, change.old.end))
            after = _left(new, [(w.new.start, w.new.end) for w in change.words], (change.new.start, change.new.end))
            assert before == after


def _overlap(places: list[tuple[int, int]]) -> bool:
    rows = sorted(places)
    return any(a[1] > b[0] for a, b in pairwise(rows))


def _left(text: str, told: list[tuple[int, int]], within: tuple[int, int] | None = None) -> list[str]:
    start, end = within or (0, len(text))
    words = [word for passage in passages(text) for word in passage.words if start <= word.start and word.end <= end]
    return sorted(w.form for w in words if not any(a <= w.start and w.end <= b and a < b for a, b in told))


@settings(deadline=None, max_examples=30)
@given(TEXTS, TEXTS)
def test_what_is_added_one_way_is_removed_the_other(old: str, new: str) -> None:
    there, back = compared(new, old).changes, compared(old, new).changes
    assert bool(there) == bool(back)
    if not old.strip():
        assert {c.fate for c in there} <= {Fate.ADDED}


@settings(deadline=None, max_examples=60)
@given(st.lists(st.sampled_from("abcdefg"), max_size=60), st.lists(st.sampled_from("abcdefg"), max_size=60))
def test_runs_are_equal_rise_and_leave_the_gaps(old: list[str], new: list[str]) -> None:
    found = runs(old, new)
    for run in found:
        assert old[run.old : run.old + run.length] == new[run.new : run.new + run.length]
    between = list(gaps(found, len(old), len(new)))
    assert sum(c - a for a, c, _, _ in between) + sum(run.length for run in found) == len(old)
    assert sum(d - b for _, _, b, d in between) + sum(run.length for run in found) == len(new)
    assert all(a <= c and b <= d for a, c, b, d in between)


def test_a_long_contract_of_which_a_few_words_changed_tells_exactly_those() -> None:
    rng = random.Random(5)
    words = [f"word{number}" for number in range(400)]
    rows = [" ".join(rng.choices(words, k=18)).capitalize() + "." for _ in range(400)]
    changed = dict.fromkeys(rng.sample(range(400), 12))
    new = [row.replace(" ", " unless ", 1) if number in changed else row for number, row in enumerate(rows)]
    found = compared("\n".join(new), "\n".join(rows)).changes
    assert len(found) == 12
    assert all(change.fate is Fate.CHANGED and len(change.words) == 1 for change in found)


@pytest.mark.parametrize("text", ["", " \n", "1.", "§ 1", "a b c " * 3000, "The Customer pays. " * 400, "(" * 3000, "1.1.1.1 " * 2000])
def test_odd_texts_are_compared_too(text: str) -> None:
    assert compared(text, text).same
    compared(text)
    compared(OLD, text)
