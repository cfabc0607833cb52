"""Sections, definitions and references of contracts of our own, all as places in the text."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.contract_reading.structure import Structure, surroundings

TEXT = """MASTER AGREEMENT

1. DEFINITIONS
1.1 "Fees" means the sums set out in Section 4.
1.2 "Term" has the meaning given in Section 2.1.

2. Term and Termination
2.1 Initial Term. This Agreement runs for one year (the "Initial Term").
2.2 Notice. Either party may end it before the Initial Term is over as set out in Sections 2.3(a) and 9.
2.3 Manner. Notice is given
(a) in writing; and
(b) to the address in Section 5.

4. Fees
The Fees are due in thirty days, subject to Section 7 of the Late Payment Act.

5. ADDRESSES
Quince Ltd, Orchard Row.
"""


@pytest.fixture(scope="module")
def structure() -> Structure:
    return Structure(TEXT)


def words(span: tuple[int, int]) -> str:
    return TEXT[span[0] : span[1]].strip()


def test_sections_have_their_numbers_and_lie_within_one_another(structure: Structure) -> None:
    assert [one.number for one in structure.sections] == ["1", "1.1", "1.2", "2", "2.1", "2.2", "2.3", "2.3(a)", "2.3(b)", "4", "5"]
    parents = [structure.sections[one.parent].number if one.parent is not None else None for one in structure.sections]
    assert parents == [None, "1", "1", None, "2", "2", "2", "2.3", "2.3", None, None]


def test_headings_are_places_and_a_clause_without_one_has_that_of_the_part_above(structure: Structure) -> None:
    assert [structure.heading_at(TEXT.index(part)) for part in ("sums set", "one year", "in writing", "thirty days")] == [
        "DEFINITIONS",
        "Initial Term",
        "Manner",
        "Fees",
    ]
    assert structure.heading_at(3) is None


def test_a_place_belongs_to_its_innermost_section(structure: Structure) -> None:
    found = structure.section_at(TEXT.index("in writing"))
    assert found is not None
    assert found.number == "2.3(a)"
    assert structure.section_at(0) is None


def test_definitions_have_the_sentence_that_gives_the_meaning(structure: Structure) -> None:
    assert {one.term for one in structure.definitions} == {"Fees", "Term", "Initial Term"}
    initial = next(one for one in structure.definitions if one.term == "Initial Term")
    assert "runs for one year" in TEXT[initial.start : initial.end]


def test_references_name_a_section_of_this_text_and_not_of_a_statute(structure: Structure) -> None:
    assert [(one.number, one.target is not None) for one in structure.references] == [
        ("4", True),
        ("2.1", True),
        ("2.3(a)", True),
        ("9", False),
        ("5", True),
    ]


def test_a_clause_is_kept_together_with_what_it_refers_to(structure: Structure) -> None:
    start = TEXT.index("Either party")
    kept = structure.together(start, TEXT.index("\n2.3"))
    assert [words(span) for span in kept.referred] == ["(a) in writing; and"]
    assert ["one year" in words(span) for span in kept.defined] == [True]
    assert [words(span) for span in kept.unresolved] == ["9"]
    assert kept.clause in kept.spans


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("ARTICLE IV\nTerm\n\nSection 4.1 Length. One year.\n", ["4", "4.1"]),
        ("## 3. Zahlung\n\n§ 4 Laufzeit\nEin Jahr.\n", ["3", "4"]),
        ("It ends on 5.2.2026 and costs 3.50 EUR.", []),
        ("No numbers at all, in 2026.", []),
    ],
)
def test_numbers_are_known_in_the_forms_that_papers_use(text: str, numbers: list[str]) -> None:
    assert [one.number for one in Structure(text).sections] == numbers


def test_a_german_statute_is_not_a_section_of_the_contract() -> None:
    text = "1. Haftung\nEs gilt Ziffer 2, nicht § 307 BGB.\n\n2. Dauer\nEin Jahr.\n"
    assert [(one.number, one.target is not None) for one in Structure(text).references] == [("2", True)]


def test_the_entry_in_a_table_of_contents_is_not_what_a_reference_means() -> None:
    text = "1. Scope\n2. Term\n\n1. Scope\nSee Section 2 for how long it all goes on and why.\n\n2. Term\nIt lasts one year and then one more year, and so on.\n"
    structure = Structure(text)
    kept = structure.together(text.index("See"), text.index("\n\n2. Term"))
    assert ["lasts one year" in text[start:end] for start, end in kept.referred] == [True]


@given(
    st.lists(
        st.sampled_from(
            [
                "1. Term\n",
                "1.1 Length. It lasts.\n",
                "(a) one;\n",
                "(ii) two;\n",
                "Section 3 Fees\n",
                "some words, see Section 1.1.\n",
                'the "Fee" means x. ',
            ]
        ),
        max_size=30,
    )
)
@settings(max_examples=40)
def test_sections_stay_within_the_text_and_never_cross(parts: list[str]) -> None:
    text = "".join(parts)
    found = Structure(text).sections
    assert all(0 <= one.start < one.end <= len(text) for one in found)
    for one, other in itertools.pairwise(found):
        assert one.start < other.start
        assert other.start >= one.end or other.end <= one.end
    assert all(found[one.parent].start < one.start and one.end <= found[one.parent].end for one in found if one.parent is not None)


SHOWN = """QUINCE AGREEMENT

This Agreement is made between Quince Ltd ("Provider") and Pear Ltd ("Customer").

1. Definitions
1.1 "Fees" means the sums set out in Section 3.
1.2 "Notice" has the meaning given in Section 5.

3. Fees. Customer pays 480 EUR a year.

4. Liability
4.1 Except as provided in Sections 4.2 and 9, what Provider owes to Customer is limited to the Fees of one year.
4.2 Nothing limits what is owed for fraud.
4.3 Late payments bear interest at 1.5 % a month.
"""


def test_what_is_shown_of_a_passage_brings_its_heading_its_defined_words_and_the_sections_that_it_names() -> None:
    start = SHOWN.index("4.1 Except")
    found = surroundings(Structure(SHOWN), start, SHOWN.index("\n", start))
    assert found.heading == "Liability"
    assert [(part.name, part.span.text) for part in found.definitions] == [("Fees", '1.1 "Fees" means the sums set out in Section 3.')]
    assert [(part.name, part.span.text) for part in found.sections] == [
        ("Section 4.2", "4.2 Nothing limits what is owed for fraud."),
        ("Section 3", "3. Fees. Customer pays 480 EUR a year."),
    ]
    assert found.missing == ("9",)
    assert all(SHOWN[part.span.start : part.span.end] == part.span.text for part in (*found.definitions, *found.sections))


def test_a_title_within_the_passage_is_not_told_as_standing_over_it_and_a_short_sentence_is_no_heading() -> None:
    structure = Structure(SHOWN)
    start = SHOWN.index("3. Fees")
    assert surroundings(structure, start, SHOWN.index("\n", start)).heading == ""
    late = SHOWN.index("4.3 Late")
    assert surroundings(structure, late, late + 20).heading == "Liability"


@settings(max_examples=40, deadline=None)
@given(st.text(alphabet='12.(a) \n"Section TermFs', max_size=300), st.integers(0, 300), st.integers(0, 300))
def test_whatever_the_text_the_parts_beside_a_passage_are_quoted_from_it(text: str, one: int, other: int) -> None:
    start, end = sorted((min(one, len(text)), min(other, len(text))))
    found = surroundings(Structure(text), start, end)
    assert all(text[part.span.start : part.span.end] == part.span.text for part in (*found.definitions, *found.sections))
