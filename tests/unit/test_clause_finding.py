"""The clause finder over a short licence: what it finds, where, and what it leaves open."""

import pytest

from agents.contract_reading.categories import BUYERS, IN_SENTENCES, KIND_OF, Category
from agents.contract_reading.finding import Finder, Presence
from agents.contract_reading.segments import segments

LAW = "This Agreement shall be governed by and construed in accordance with the laws of the State of Delaware."
ASSIGN = "Neither party may assign this Agreement without the prior written consent of the other party."
CAP = "In no event shall either party be liable for any indirect, incidental or consequential damages."
TEXT = f"LICENSE AGREEMENT\n\n1. Governing Law. {LAW}\n\n2. Assignment. {ASSIGN}\n\n3. Limitation of Liability. {CAP}\n\n4. The parties like tea."


@pytest.fixture(scope="module")
def finder():
    return Finder.shipped()


@pytest.mark.parametrize(
    ("category", "sentence"), [(Category.GOVERNING_LAW, LAW), (Category.ANTI_ASSIGNMENT, ASSIGN), (Category.LIABILITY_CAP, CAP)]
)
def test_plain_clauses_are_present_and_the_best_passage_is_their_sentence(finder, category, sentence):
    found = finder.find(TEXT)
    best = found.best(category)
    assert sentence in TEXT[best.start : best.end]
    assert found.presence[category] is Presence.PRESENT


def test_what_is_not_in_the_text_is_absent(finder):
    found = finder.find(TEXT)
    assert found.presence[Category.INSURANCE] is Presence.ABSENT
    assert found.presence[Category.SOURCE_CODE_ESCROW] is Presence.ABSENT


def test_passages_come_best_first_with_scores_between_nothing_and_one(finder):
    for passages in finder.find(TEXT).passages.values():
        scores = [p.score for p in passages]
        assert scores == sorted(scores, reverse=True)
        assert all(0 < s <= 1 for s in scores)


@pytest.mark.parametrize("text", ["", " \n\n ", "....", "\x00\ufffd", "1. 2. 3."])
def test_a_text_without_clauses_has_an_entry_for_every_category_and_no_clause(finder, text):
    found = finder.find(text)
    assert set(found.passages) == set(found.presence) == set(Category)
    assert Presence.PRESENT not in found.presence.values()


def test_every_category_a_buyer_looks_for_has_a_kind_and_is_found_in_sentences():
    assert set(BUYERS) <= set(KIND_OF) & set(IN_SENTENCES)
    assert (len(Category), len(BUYERS)) == (41, 22)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Acme Inc. sells to Beta. It ships.", ["Acme Inc. sells to Beta.", "It ships."]),
        ("It binds Acme Inc. The term is a year.", ["It binds Acme Inc.", "The term is a year."]),
        ("12.1. Assignment is barred. See Section 5. Then pay.", ["12.1. Assignment is barred.", "See Section 5.", "Then pay."]),
        ("As shown in Exhibit F. Upon receipt, pay.", ["As shown in Exhibit F.", "Upon receipt, pay."]),
        ("The fee runs over\n\nthe page. Next one.", ["The fee runs over\n\nthe page.", "Next one."]),
        ("FEES\n\nPay now.", ["FEES", "Pay now."]),
    ],
)
def test_sentences_end_where_a_lawyer_would_end_them(text, expected):
    assert [text[a:b] for a, b in segments(text)] == expected
