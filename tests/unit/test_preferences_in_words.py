"""Preferences in words: what is clear is read, and said back as it counts; what is not is refused with an example."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.negotiation.preferences.words import HINT, in_words, read_preference, read_walk_away, stated_here
from memory.domain.errors import InputError
from memory.domain.money import Money, Period, Price
from memory.domain.preferences import Term, TermLimit, TermWorth


def worth(term: Term, value: int | str, bp: int) -> TermWorth:
    return TermWorth(term=term, value=value, worth_bp=bp)


def a_year(term: Term, value: int | str, minor: int) -> TermWorth:
    return TermWorth(term=term, value=value, a_year=Money(amount_minor=minor, currency="EUR"))


READ = [
    ("a year's commitment is worth 8 % to me", worth(Term.TERM_MONTHS, 12, -800)),
    ("A year\u2019s commitment is worth 8 percent.", worth(Term.TERM_MONTHS, 12, -800)),
    ("a 24-month contract costs me 15 %", worth(Term.TERM_MONTHS, 24, -1500)),
    ("a monthly contract is worth 5 %", worth(Term.TERM_MONTHS, 12, -500)),
    ("being able to cancel any time is worth 6 %", worth(Term.TERM_MONTHS, 12, -600)),
    ("one year of commitment is worth €50 per month", a_year(Term.TERM_MONTHS, 12, -60_000)),
    ("30 days to pay is worth 1 percent", worth(Term.PAYMENT_DAYS, 30, 100)),
    ("30 days payment is worth 1 %", worth(Term.PAYMENT_DAYS, 30, 100)),
    ("I'd pay 3 % more for net 30", worth(Term.PAYMENT_DAYS, 30, 300)),
    ("premium support is worth 40 EUR a month", a_year(Term.SUPPORT, "premium", 48_000)),
    ("phone support is worth 1,200.50 EUR a year", a_year(Term.SUPPORT, "phone", 120_050)),
    ("a price cap of 3 % is worth 2 %", worth(Term.PRICE_CAP, 300, 200)),
    ("a fixed price is worth 2,5 %", worth(Term.PRICE_CAP, 0, 250)),
    ("three months' notice costs me 2 %", worth(Term.NOTICE_DAYS, 90, -200)),
    ("paying a year in advance costs me 3 %", worth(Term.BILLING, "year", -300)),
    ("I prefer monthly billing", worth(Term.BILLING, "year", -200)),
    ("monthly billing is worth 5 %", worth(Term.BILLING, "year", -500)),
    ("I don't want to be bound longer than a year", TermLimit(term=Term.TERM_MONTHS, at_most=12)),
    ("I never sign for more than 2 years contract", TermLimit(term=Term.TERM_MONTHS, at_most=24)),
    ("no commitment", TermLimit(term=Term.TERM_MONTHS, at_most=1)),
    ("at most 60 days' notice", TermLimit(term=Term.NOTICE_DAYS, at_most=60)),
    ("at least 14 days to pay", TermLimit(term=Term.PAYMENT_DAYS, at_least=14)),
    ("a price cap of at most 5 %", TermLimit(term=Term.PRICE_CAP, at_most=500)),
    ("never pay in advance", TermLimit(term=Term.BILLING, only=("month",))),
    ("only monthly billing", TermLimit(term=Term.BILLING, only=("month",))),
    ("no yearly billing", TermLimit(term=Term.BILLING, only=("month", "quarter"))),
    ("no set-up fee", TermLimit(term=Term.SETUP_FEE, at_most=0)),
]

REFUSED = [
    "support is nice",
    "cheap please",
    "a year's commitment is worth a lot",
    "a year's commitment is worth 8 % or 9 %",
    "premium support is worth 40 EUR",
    "30 days to pay and 30 days notice are worth 1 %",
    "notice is worth 2 %",
    "a set-up fee is worth 3 %",
    "30 days contract costs me 2 %",
    "a year's commitment is worth 140 %",
    "I don't want a long contract",
    "I will not accept 60 days notice",
    "no yearly or monthly",
    "",
    "8 %",
]


@pytest.mark.parametrize(("words", "meant"), READ, ids=[words for words, _ in READ])
def test_clear_words_are_read_and_said_back(words: str, meant: TermWorth | TermLimit) -> None:
    assert read_preference(words) == meant
    assert in_words(meant)


@pytest.mark.parametrize("words", REFUSED)
def test_unclear_words_are_refused_with_an_example(words: str) -> None:
    with pytest.raises(InputError) as refused:
        read_preference(words)
    assert refused.value.hint


@given(st.text(max_size=80))
def test_any_text_is_read_or_refused_and_nothing_else_happens(words: str) -> None:
    try:
        understood = read_preference(words)
    except InputError:
        return
    assert in_words(understood)


@given(
    st.integers(1, 99),
    st.sampled_from(["%", " %", " percent"]),
    st.sampled_from(["a year's commitment", "30 days to pay", "90 days' notice"]),
)
def test_the_figure_that_counts_is_the_figure_that_was_said(share: int, sign: str, what: str) -> None:
    understood = read_preference(f"{what} is worth {share}{sign} to me")
    assert isinstance(understood, TermWorth)
    assert abs(understood.worth_bp) == share * 100


def test_a_walk_away_is_one_amount_with_its_period() -> None:
    assert read_walk_away("my walk-away is 600 EUR a year") == Price(amount_minor=60_000, currency="EUR", period=Period.YEAR)
    assert read_walk_away("I walk away above €55.50 per month") == Price(amount_minor=5550, currency="EUR", period=Period.MONTH)
    assert read_walk_away("my walk away is 1,500 EUR") == Price(amount_minor=150_000, currency="EUR", period=Period.ONCE)
    for unclear in ("my walk-away is low", "my walk-away is 600", "walk away between 500 EUR and 600 EUR"):
        with pytest.raises(InputError):
            read_walk_away(unclear)


@pytest.mark.parametrize(
    "words",
    [
        "Find an email tool for 5,000 contacts, under 60 EUR a month",
        "I need a CRM with premium support, at most 40 EUR per seat",
        "why is a contract worth 8 %?",
        "cancel the contract with Postino",
        "what does a year's commitment cost?",
    ],
)
def test_a_request_or_a_question_is_no_preference(words: str) -> None:
    assert not stated_here(words)


def test_the_hint_is_made_of_sentences_that_can_be_read() -> None:
    for example in HINT.removeprefix("say for example: ").strip().split('", "'):
        assert read_preference(example.strip('"'))
