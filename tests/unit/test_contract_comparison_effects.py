"""What a new version means for the operator: in plain words, the worst first, proved by a passage that changed."""

from __future__ import annotations

import functools

import pytest

from agents.contract_reading.comparison import Bearing, Comparison, Version, compare, worst_first
from graphs.contract_import import read_contract_file
from memory.domain.contract import Certainty, Clause, ClauseKind, Severity
from memory.domain.evidence import Span

OLD = """Subscription Agreement between Acme Mail GmbH ("Provider") and Ann Lee ("Customer").
1. The Customer pays a total of 480.00 EUR for the initial term.
2. This agreement is effective as of 1 March 2026. The initial term is 12 months.
3. It renews automatically for successive periods of one (1) month unless either party gives notice of non-renewal at least thirty (30) days before the end of the term.
4. Provider may increase the fees by up to five percent (5%) per year.
5. Provider's total liability is limited to the fees paid in the twelve (12) months before the claim.
6. Invoices are payable within 30 days of receipt.
7. The Provider keeps all information of the Customer confidential.
8. This agreement is governed by the laws of Germany.
"""


@functools.cache
def version(text: str) -> Version:
    return Version(text=text, review=read_contract_file(text.encode(), filename="paper.txt").review)


def told(*edits: tuple[str, str]) -> Comparison:
    new = OLD
    for was, becomes in edits:
        assert was in new
        new = new.replace(was, becomes)
    return compare(version(OLD), version(new))


@pytest.mark.parametrize(
    ("was", "becomes", "bearing", "words"),
    [
        ("thirty (30) days", "ninety (90) days", Bearing.WORSE, "You must give notice 90 days before the end instead of 30 days."),
        ("thirty (30) days", "fourteen (14) days", Bearing.BETTER, "You must give notice 14 days before the end instead of 30 days."),
        ("one (1) month", "twelve (12) months", Bearing.WORSE, "It renews for 12 months instead of 1 month if you miss the last day."),
        ("by up to five percent (5%) per year", "at any time", Bearing.WORSE, "Prices may now rise without a limit; it was 5 %."),
        (
            "4. Provider may increase the fees by up to five percent (5%) per year.\n",
            "",
            Bearing.WORSE,
            "The cap on price increases (5 %) is gone: nothing limits the next one.",
        ),
        (
            "twelve (12) months before",
            "three (3) months before",
            Bearing.WORSE,
            "If they do damage they pay the fees of 3 months at most instead of the fees of 12 months.",
        ),
        ("within 30 days", "within 7 days", Bearing.WORSE, "You have 7 days to pay instead of 30 days."),
        ("laws of Germany", "laws of California", Bearing.UNCLEAR, "The law of California counts instead of that of Germany."),
        ("480.00 EUR", "528.00 EUR", Bearing.WORSE, "The total is 528.00 EUR instead of 480.00 EUR (10 % more)."),
        ("480.00 EUR", "480.00 USD", Bearing.UNCLEAR, "The total is 480.00 USD instead of 480.00 EUR."),
        ("term is 12 months", "term is 24 months", Bearing.WORSE, "You are bound for 24 months instead of 12 months."),
        (
            "7. The",
            "7. Provider may use the Customer's data to train its machine learning models. The",
            Bearing.WORSE,
            "New: your data may be used to train models.",
        ),
        (
            "7. The Provider keeps all information of the Customer confidential.\n",
            "",
            Bearing.WORSE,
            "Gone: that your secrets are kept.",
        ),
    ],
)
def test_a_change_of_the_deal_is_told_in_plain_words(was: str, becomes: str, bearing: Bearing, words: str) -> None:
    found = {effect.text: effect for effect in told((was, becomes)).effects}
    assert words in found
    assert found[words].bearing is bearing


def test_each_effect_points_at_sentences_of_the_two_texts() -> None:
    found = told(("thirty (30)", "ninety (90)"))
    (effect,) = found.effects
    assert effect.old
    assert effect.new
    assert OLD[effect.old.start : effect.old.end] == effect.old.text
    assert "ninety (90) days" in effect.new.text
    assert effect.finding.severity is Severity.CONCERN
    assert effect.finding.text == "against the version before: you must give notice 90 days before the end instead of 30 days."
    assert effect.finding.span == effect.new


def test_the_worst_comes_first() -> None:
    found = told(("thirty (30)", "fourteen (14)"), ("one (1) month", "twelve (12) months"), ("laws of Germany", "laws of Austria"))
    assert [effect.bearing for effect in found.effects] == [Bearing.WORSE, Bearing.UNCLEAR, Bearing.BETTER]
    assert ClauseKind.RENEWAL in worst_first(found)[0].clauses
    assert set(worst_first(found)) == set(found.changes)


def test_a_new_date_and_new_numbers_are_no_effect_on_the_deal_but_the_date() -> None:
    found = told(("1 March 2026", "1 March 2027"), ("3. It", "4. It"), ("4. Provider may", "5. Provider may"))
    assert [(effect.bearing, effect.text) for effect in found.effects] == [
        (Bearing.UNCLEAR, "It takes effect on 2027-03-01 instead of 2026-03-01.")
    ]


def test_a_reader_that_sees_more_in_the_same_words_tells_no_effect() -> None:
    """Only what changed can have an effect: a clause found in one reading of an unchanged sentence is not new."""
    old, new = version(OLD), version(OLD.replace("480.00", "470.00"))
    assert new.review
    at = new.text.index("7. The Provider")
    seen = Clause(kind=ClauseKind.EXCLUSIVITY, span=Span(start=at, end=at + 20, text=new.text[at : at + 20]))
    more = new.review.model_copy(update={"clauses": (*new.review.clauses, seen)})
    assert [e.clause for e in compare(old, Version(text=new.text, review=more)).effects] == [ClauseKind.TOTAL]


def test_an_effect_of_which_the_reader_is_not_sure_says_so_and_comes_after_those_it_is_sure_of() -> None:
    old, new = version(OLD), version(OLD.replace("thirty (30)", "ninety (90)").replace("480.00", "528.00"))
    assert new.review
    unsure = tuple(c.model_copy(update={"certainty": Certainty.UNSURE}) if c.kind is ClauseKind.NOTICE else c for c in new.review.clauses)
    found = compare(old, Version(text=new.text, review=new.review.model_copy(update={"clauses": unsure})))
    assert [(e.clause, e.certainty) for e in found.effects] == [(ClauseKind.TOTAL, Certainty.SURE), (ClauseKind.NOTICE, Certainty.UNSURE)]


def test_the_same_paper_has_no_effect_and_words_alone_have_none_either() -> None:
    assert compare(version(OLD), version(OLD.replace("\n", "\n\n"))).effects == ()
    assert compare(Version(text=OLD), Version(text=OLD.replace("30", "90"))).effects == ()


PRICED = """Master Agreement between Acme Mail GmbH ("Provider") and Ann Lee ("Customer").

7. Liability
7.1 Provider's liability is limited to EUR 1,000.

3.1 Customer shall pay EUR 480.00 per year, invoiced annually in advance.
9. Exclusivity. During the Term Customer shall not purchase similar services from any competitor of Provider.
11. Insurance. Provider shall maintain insurance of EUR 1,000,000.
12. Credits. Provider shall pay a credit of EUR 5 per day.
14. Publicity. Provider may use Customer's logo.
"""


def compared(*edits: tuple[str, str]) -> Comparison:
    new = PRICED
    for was, becomes in edits:
        assert was in new
        new = new.replace(was, becomes)
    return compare(version(PRICED), version(new))


def test_a_price_that_moved_is_told_with_its_period_and_in_percent() -> None:
    told = [(e.bearing, e.text) for e in compared(("480.00", "560.00")).effects]
    assert (Bearing.WORSE, "A price is 560.00 EUR per year instead of 480.00 EUR per year (16.7 % more).") in told
    told = [(e.bearing, e.text) for e in compared(("480.00", "240.00")).effects]
    assert (Bearing.BETTER, "A price is 240.00 EUR per year instead of 480.00 EUR per year (50 % less).") in told


def test_money_that_is_no_price_is_not_told_as_one_and_what_they_pay_is_left_open() -> None:
    found = compared(("1,000,000", "500,000"), ("limited to EUR 1,000.", "limited to EUR 900."), ("EUR 5 per", "EUR 4 per"))
    assert [e.bearing for e in found.effects if e.clause is ClauseKind.PRICE] == [Bearing.UNCLEAR]


def test_a_new_non_compete_is_told_beside_an_exclusivity_that_was_there() -> None:
    clause = "14. Non-Compete. Customer shall not develop competing products for 2 years."
    found = compared(("14. Publicity. Provider may use Customer's logo.", clause))
    assert "New: you may not compete with them." in [effect.text for effect in found.effects]
    assert [change.heading for change in found.changes if change.new] == ["14. Non-Compete"]
