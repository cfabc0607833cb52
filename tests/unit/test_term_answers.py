"""What a vendor did with our terms, in a line for the operator."""

from __future__ import annotations

import pytest

from memory.domain.answers import Answer, TermAnswer, answers_in_words
from memory.domain.evidence import Span

WORDS = "a cap of 3 % is\nnot possible"
REFUSED = TermAnswer(
    term="price_increase_cap_bp", asked="300", says=WORDS, answer=Answer.REFUSED, span=Span(start=5, end=5 + len(WORDS), text=WORDS)
)
CHANGED = TermAnswer(term="payment_days", asked="30", says="14", answer=Answer.CHANGED)
MISSING = TermAnswer(term="notice_days", asked="30", answer=Answer.MISSING)
KEPT = TermAnswer(term="term", asked="12 months", says="12 months", answer=Answer.KEPT)


@pytest.mark.parametrize(
    ("answers", "words"),
    [
        ((), ""),
        ((KEPT,), "Kept: term of 12 months."),
        (
            (KEPT, CHANGED, REFUSED, MISSING),
            'Refused: cap of 3 % on increases ("a cap of 3 % is not possible"). Changed: 30 days to pay to 14. '
            "No word on: 30 days' notice. Kept: term of 12 months.",
        ),
        ((TermAnswer(term="anything_new", asked="x", answer=Answer.KEPT),), "Kept: anything new x."),
    ],
)
def test_what_was_refused_comes_first_with_the_vendors_words(answers, words):
    assert answers_in_words(answers) == words


def test_a_vendors_words_can_neither_break_the_line_nor_fill_the_page():
    long = REFUSED.model_copy(update={"span": Span(start=0, end=300, text="no\x1b[2J" + "x" * 295)})
    line = answers_in_words((long,))
    assert line.isprintable()
    assert len(line) < 140
