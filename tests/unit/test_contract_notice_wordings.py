"""A notice in unusual words is read, or the paper is not told to have none: every wording at the public door, in English and in German."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from graphs.contract_import import read_contract_file
from memory.domain.contract import Certainty, ClauseKind, ContractReview, OperatorWord, Severity
from memory.domain.errors import InputError
from memory.domain.operator_word import with_word
from memory.domain.renewal import plan_of, watch_at, why_unwatched
from memory.domain.terms import ends_when_given

EN = "This Agreement is made as of 1 March 2026. The initial term is twelve (12) months from 1 March 2026. It renews automatically {}."
DE = "Der Vertrag beginnt am 1. März 2026 und hat eine Laufzeit von zwölf Monaten. Er verlängert sich um jeweils ein Jahr, {}."
MORE = "for further terms of 12 months unless {}"


def reviewed(*sections: str) -> ContractReview:
    paper = "\n\n".join(["HOSTING AGREEMENT", *(f"{number}. {words}" for number, words in enumerate(sections, 1))])
    return read_contract_file(paper.encode(), filename="paper.txt").review


@pytest.mark.parametrize(
    ("words", "last"),
    [
        (EN.format(MORE.format("notice is given a fortnight before expiry")), date(2027, 2, 12)),
        (EN.format(MORE.format("a party gives notice of a quarter of a year before the end of the current term")), date(2026, 11, 27)),
        (EN.format("each 1 March unless cancelled by 1 December of the preceding year"), date(2026, 12, 1)),
        (EN.format("every March 1 unless cancelled before December 1 of the preceding year"), date(2026, 11, 30)),
        (EN.format(MORE.format("terminated in writing on or before 15 November 2026")), date(2026, 11, 13)),
        (
            EN.format(MORE.format("written notice is received by Provider by the end of the third month preceding the end of the term")),
            date(2026, 11, 23),
        ),
        (EN.format(MORE.format("either party gives sixty (90) days' notice before the end of the term")), date(2026, 11, 30)),
        (EN.format(MORE.format("either party gives 90 (sixty) days' notice before the end of the term")), date(2026, 11, 30)),
        (
            EN.format("")[:-25]
            + "Upon expiry it shall continue for a further year save where a party has given 90 days' notice before expiry.",
            date(2026, 11, 30),
        ),
        (EN.format(MORE.format("cancelled at least 48 hours before the renewal date")), date(2027, 2, 26)),
        (EN.format(MORE.format("notice is given before the end of the term")), date(2027, 2, 26)),
        (DE.format("wenn er nicht bis zum 30. November gekündigt wird"), date(2026, 11, 30)),
        (DE.format("sofern er nicht spätestens am 15.11.2026 gekündigt wird"), date(2026, 11, 13)),
        (DE.format("wenn er nicht mit einer Frist von einem Vierteljahr zum Ende der Laufzeit gekündigt wird"), date(2026, 11, 27)),
        (DE.format("wenn er nicht mit einer Frist von drei (6) Monaten zum Ende der Laufzeit gekündigt wird"), date(2026, 8, 28)),
        (
            "Beispiel GmbH und Solo Works schließen am 1. März 2026 folgenden Vertrag. Er läuft bis zum 28. Februar 2027 und verlängert sich um"
            " jeweils ein Jahr, wenn er nicht spätestens drei Monate vor Ablauf gekündigt wird.",
            date(2026, 11, 27),
        ),
        (
            "Der Vertrag beginnt am 15. Mai 2026 und läuft zunächst bis zum 31. Dezember 2026. Er verlängert sich automatisch um jeweils ein Jahr,"
            " sofern er nicht von einer Partei mit einer Frist von 6 Wochen zum Ende der jeweiligen Laufzeit gekündigt wird.",
            date(2026, 11, 19),
        ),
    ],
)
def test_a_notice_in_unusual_words_is_read(words: str, last: date) -> None:
    review = reviewed(words)
    assert review.decide_by() == last, review.undated
    assert review.notice_days != 0


def test_a_day_of_the_year_is_the_same_in_every_term_also_before_a_leap_day() -> None:
    plan = plan_of(reviewed(EN.format("each 1 March unless cancelled by 30 November of the preceding year")))
    assert plan is not None
    for year in range(2026, 2034):
        watch = watch_at(plan, date(year, 10, 1))
        assert watch is not None
        assert date(year, 11, 28) <= watch.decide_by <= date(year, 11, 30)
        assert ends_when_given(plan, date(year, 11, 30)) == date(year + 1, 3, 1) - timedelta(days=1)
        assert ends_when_given(plan, date(year, 12, 1)) == date(year + 2, 3, 1) - timedelta(days=1)


@pytest.mark.parametrize(
    ("words", "quoted"),
    [
        (EN.format(MORE.format("terminated by reasonable prior written notice before the end of the current term")), "reasonable prior"),
        (EN.format(MORE.format("either party gives timely notice of non-renewal")), "timely notice"),
        (EN.format(MORE.format("cancelled in accordance with the Order Form")), "Order Form"),
        (EN.format(MORE.format("cancelled at least one lunar cycle before the renewal date")), "lunar cycle"),
        (EN.format(MORE.format("cancelled during the last but one month of the term")), "last but one month"),
        (EN.format(MORE.format("either party gives the Required Notice before the end of the term")), "Required Notice"),
        (EN.format("for one year") + " To stop a renewal, Customer must write to Provider ninety days ahead.", "ninety days ahead"),
        (EN.format("for one year") + " The parties may prevent this by letter sent two months before the end of the term.", "by letter"),
        (EN.format("for one year") + " Notice must be given in the first ten months of a term.", "first ten months"),
        (DE.format("wenn er nicht bis Ende November gekündigt wird"), "Ende November"),
        (DE.format("sofern er nicht bis zum 15. des vorletzten Monats gekündigt wird"), "vorletzten Monats"),
        (EN.format("for six months each time unless cancelled by 1 December")[:-1] + ".", "1 December"),
        (EN.format("") + " Prior written notice is needed to prevent a renewal.", "Prior written"),
        (DE.format("wenn er nicht fristgerecht gekündigt wird"), "fristgerecht"),
        (DE.format("sofern er nicht mit angemessener Frist gekündigt wird"), "angemessener Frist"),
        (DE.format("wenn er nicht unter Einhaltung der vertraglichen Kündigungsfrist gekündigt wird"), "Kündigungsfrist"),
    ],
)
def test_where_a_notice_against_the_renewal_was_not_read_no_day_is_told_and_its_sentence_is(words: str, quoted: str) -> None:
    review = reviewed(words)
    assert (review.decide_by(), plan_of(review)) == (None, None)
    (doubt,) = review.doubts
    assert doubt.clause is ClauseKind.NOTICE
    assert quoted in doubt.span.text
    assert [f.severity for f in review.findings if f.text == f"no last day to act is told: {doubt.says}"] == [Severity.CONCERN]


def test_a_notice_that_leaves_its_length_to_another_sentence_is_read_there() -> None:
    words = DE.format("wenn er nicht fristgerecht gekündigt wird")
    assert reviewed(f"{words} Die Kündigungsfrist beträgt drei Monate.").decide_by() == date(2026, 11, 27)
    assert reviewed(f"{words} Kündigungsfrist: 3 Monate.").decide_by() == date(2026, 11, 27)
    assert reviewed(f"{words} Bei höherer Gewalt kann jede Partei mit einer Frist von 10 Tagen kündigen.").decide_by() is None


@pytest.mark.parametrize(
    ("words", "last"),
    [
        (" Customer may terminate with ten (10) days' notice if Provider becomes insolvent.", None),
        (" Provider may terminate for convenience on 10 days' notice.", None),
        (" In case of force majeure a party may terminate with 5 days' notice.", None),
        (" Either party may terminate this Agreement at any time on 30 days' written notice.", date(2027, 1, 29)),
        (" Upon termination Customer has 30 days' written notice to collect its data.", None),
        (" Nach Kündigung hat der Kunde eine Frist von 30 Tagen, seine Daten herunterzuladen.", None),
    ],
)
def test_only_a_notice_by_which_the_operator_may_end_it_anyway_stands_in_for_one_that_was_not_read(words: str, last: date | None) -> None:
    renews = EN.format("for one year unless either party gives notice of non-renewal in accordance with the Order Form")
    review = reviewed(renews + words)
    assert review.decide_by() == last
    assert bool(review.undated) == (last is None)


def test_of_a_word_and_a_figure_that_differ_the_longer_is_taken_and_it_is_said() -> None:
    review = reviewed(EN.format(MORE.format("either party gives sixty (90) days' notice before the end of the term")))
    assert review.notice_days == 90
    assert {c.certainty for c in review.clauses if c.kind is ClauseKind.NOTICE} == {Certainty.UNSURE}
    assert '"sixty (90) days" says two things; the longer is taken for the notice' in {finding.text for finding in review.findings}


def test_lengths_that_a_paper_calls_by_a_name_are_read_where_the_name_stands() -> None:
    review = reviewed(
        'This Agreement is made as of 1 March 2026 (the "Effective Date").',
        '"Initial Period" means twenty-four (24) months from the Effective Date.\n"Extension Period" means twelve (12) months.\n'
        '"Notice Window" means ninety (90) days.',
        "This Agreement starts on the Effective Date and continues for the Initial Period. It then renews automatically for successive"
        " Extension Periods unless either party gives written notice at least the Notice Window before the end of the then-current period.",
    )
    assert (review.initial_term_months, review.renewal_months, review.notice_days) == (24, 12, 90)
    assert review.decide_by() == date(2027, 12, 1)
    (proof,) = [clause.span.text for clause in review.clauses if clause.value == "90 days"]
    assert "at least the Notice Window before" in proof


@pytest.mark.parametrize(
    ("words", "ends"),
    [
        (
            "It is concluded for an indefinite period. It may be terminated with six weeks' notice to the end of a calendar quarter.",
            date(2027, 3, 31),
        ),
        (
            "This Agreement starts on 10 March 2026 and continues until terminated. Either party may terminate it with sixty (60) days' notice to"
            " the end of a calendar month.",
            date(2027, 1, 31),
        ),
        (
            "This Agreement starts on 10 March 2026 and continues until terminated. Either party may terminate it on 30 days' written notice.",
            date(2026, 12, 23),
        ),
        (
            "Der Vertrag beginnt am 15. Mai 2026 und läuft auf unbestimmte Zeit. Er kann mit einer Frist von drei Monaten zum Quartalsende"
            " gekündigt werden.",
            date(2027, 3, 31),
        ),
    ],
)
def test_a_contract_without_a_term_runs_until_somebody_ends_it(words: str, ends: date) -> None:
    review = reviewed(f"This Agreement is made on 10 March 2026. {words}")
    assert review.runs_on
    assert (review.initial_term_months, review.term_end, review.decide_by(), plan_of(review)) == (None, None, None, None)
    assert review.ends_if_told(date(2026, 11, 23)) == ends
    assert any(finding.text.startswith("it runs until somebody ends it, with a notice of ") for finding in review.findings)


def test_a_contract_that_runs_on_with_a_notice_that_is_not_stated_does_not_say_when_it_would_end() -> None:
    review = reviewed("This Agreement starts on 10 March 2026 and continues until terminated by either party.")
    assert review.runs_on
    assert review.ends_if_told(date(2026, 11, 23)) is None


PAPER = EN.format(MORE.format("terminated by reasonable prior written notice before the end of the current term"))


def test_what_the_operator_says_completes_the_paper_and_is_kept_as_the_operators_word() -> None:
    said = with_word(reviewed(PAPER), OperatorWord(notice_days=60))
    assert (said.notice_days, said.decide_by(), said.undated, said.doubts) == (60, date(2026, 12, 30), "", ())
    assert said.word == OperatorWord(notice_days=60)
    assert "you said that its notice is 60 days; the paper does not tell it" in {finding.text for finding in said.findings}
    assert not any(finding.text.startswith("no last day to act") for finding in said.findings)


def test_a_word_about_the_term_leaves_an_unread_notice_open() -> None:
    said = with_word(reviewed(PAPER), OperatorWord(term_end=date(2026, 12, 31)))
    assert said.decide_by() is None
    assert "reasonable prior" in why_unwatched(said, date(2026, 11, 23))
    both = with_word(reviewed(PAPER), OperatorWord(term_end=date(2026, 12, 31), notice_days=30))
    assert both.decide_by() == date(2026, 12, 1)
    assert both.term_end == date(2026, 12, 31)


def test_a_term_that_only_the_operator_knows_is_watched_with_the_notice_that_the_paper_states() -> None:
    words = "This Agreement starts on 10 March 2026 and continues until terminated. Either party may terminate it with 60 days' notice."
    said = with_word(reviewed(words), OperatorWord(term_end=date(2027, 3, 9)))
    assert (said.runs_on, said.term_end) == (False, date(2027, 3, 9))


def test_no_word_shortens_a_notice_that_the_paper_states() -> None:
    paper = reviewed(EN.format(MORE.format("either party gives ninety (90) days' notice before the end of the term")))
    with pytest.raises(InputError, match="states a notice of 90 days"):
        with_word(paper, OperatorWord(notice_days=30))
    assert with_word(paper, OperatorWord(notice_days=120)).decide_by() == date(2026, 10, 30)
    with pytest.raises(InputError, match="before it starts"):
        with_word(paper, OperatorWord(starts=date(2027, 1, 1), term_end=date(2026, 1, 1)))
