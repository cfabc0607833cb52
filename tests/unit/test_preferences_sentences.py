"""Sentences about terms: what each must be read as, or why it must be refused. A preference read as its opposite costs money."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.negotiation.preferences.words import read_preference, stated_here
from memory.domain.errors import InputError
from memory.domain.money import Money
from memory.domain.preferences import Term, TermLimit, TermWorth

MONTHS, BILLING, PAY, CAP, NOTICE, SUPPORT, FEE = (
    Term.TERM_MONTHS,
    Term.BILLING,
    Term.PAYMENT_DAYS,
    Term.PRICE_CAP,
    Term.NOTICE_DAYS,
    Term.SUPPORT,
    Term.SETUP_FEE,
)


def share(term: Term, value: int | str, bp: int) -> TermWorth:
    return TermWorth(term=term, value=value, worth_bp=bp)


def euros(term: Term, value: int | str, minor: int) -> TermWorth:
    return TermWorth(term=term, value=value, a_year=Money(amount_minor=minor, currency="EUR"))


def most(term: Term, value: int) -> TermLimit:
    return TermLimit(term=term, at_most=value)


def least(term: Term, value: int) -> TermLimit:
    return TermLimit(term=term, at_least=value)


def only(term: Term, *words: str) -> TermLimit:
    return TermLimit(term=term, only=words)


READ: dict[str, TermWorth | TermLimit] = {
    # what binds costs, in every way of saying it
    "two years would be worth 12 %": share(MONTHS, 24, -1200),
    "A two-year contract is worth 12% to us": share(MONTHS, 24, -1200),
    "being bound for two years costs me 12 %": share(MONTHS, 24, -1200),
    "being tied for 18 months costs us 7,5 percent": share(MONTHS, 18, -750),
    "a commitment of 12 months is worth 8 % of the price": share(MONTHS, 12, -800),
    "an annual plan costs me 5 %": share(MONTHS, 12, -500),
    "a year's commitment would cost me 60 EUR a year": euros(MONTHS, 12, -6000),
    "a year's commitment is worth nothing to me": share(MONTHS, 12, 0),
    "no commitment is worth 5 %": share(MONTHS, 12, -500),
    "being free to leave any time is worth 5 %": share(MONTHS, 12, -500),
    "a month-to-month contract saves me 4 %": share(MONTHS, 12, -400),
    "I would pay 5 % more for a monthly contract": share(MONTHS, 12, -500),
    "I prefer not to be bound for a year": share(MONTHS, 12, -200),
    "I prefer no commitment": share(MONTHS, 12, -200),
    "we prefer a monthly contract": share(MONTHS, 12, -200),
    "I'd prefer a year's commitment": share(MONTHS, 12, 200),
    "a notice period of 3 months costs me 2 %": share(NOTICE, 90, -200),
    "60 days' notice is worth 1.5 %": share(NOTICE, 60, -150),
    "a 90-day notice period costs us 40 EUR a year": euros(NOTICE, 90, -4000),
    "annual billing costs me 3 %": share(BILLING, "year", -300),
    "yearly payments cost us 3 %": share(BILLING, "year", -300),
    "paying quarterly in advance costs me 1 %": share(BILLING, "quarter", -100),
    "being billed yearly costs me 2.25 %": share(BILLING, "year", -225),
    "paying monthly is worth 2 %": share(BILLING, "year", -200),
    "I prefer no yearly billing": share(BILLING, "year", -200),
    "please, I prefer annual billing": share(BILLING, "year", 200),
    # what helps gains
    "60 days to pay is worth 2 %": share(PAY, 60, 200),
    "two weeks to pay is worth 0.5 %": share(PAY, 14, 50),
    "payment within 30 days is worth 1 %": share(PAY, 30, 100),
    "payment terms of 45 days are worth 1 %": share(PAY, 45, 100),
    "net 60 saves me 2 %": share(PAY, 60, 200),
    "we'd pay 10 EUR more a month for 30 days to pay": euros(PAY, 30, 12_000),
    "I prefer 30 days to pay": share(PAY, 30, 200),
    "a 3 % price cap is worth 2 %": share(CAP, 300, 200),
    "a cap of 3 % on price increases is worth 2 %": share(CAP, 300, 200),
    "price increases capped at 5 % are worth 1 %": share(CAP, 500, 100),
    "a price guarantee is worth 2 % to me": share(CAP, 0, 200),
    "no price increases are worth 2 %": share(CAP, 0, 200),
    "priority support is worth £20 per month": TermWorth(term=SUPPORT, value="priority", a_year=Money(amount_minor=24_000, currency="GBP")),
    "premium support would be worth 1.200 EUR a year": euros(SUPPORT, "premium", 120_000),
    "premium support is worth 1.234,56 EUR a year": euros(SUPPORT, "premium", 123_456),
    "For me, 24/7 support is worth about 5 %": share(SUPPORT, "24/7", 500),
    "I prefer phone support": share(SUPPORT, "phone", 200),
    # limits: nothing outside is offered or accepted
    "at most two years": most(MONTHS, 24),
    "at most a month's commitment": most(MONTHS, 1),
    "at least a 2-year contract": least(MONTHS, 24),
    "a contract of at least 24 months": least(MONTHS, 24),
    "no contract longer than a year": most(MONTHS, 12),
    "the contract must not be longer than 12 months": most(MONTHS, 12),
    "I will never commit for more than six months": most(MONTHS, 6),
    "only monthly contracts": most(MONTHS, 1),
    "no minimum term": most(MONTHS, 1),
    "max. 12 months' contract": most(MONTHS, 12),
    "no lock-in": most(MONTHS, 1),
    "I don't want any commitment": most(MONTHS, 1),
    "cancel any time only": most(MONTHS, 1),
    "I must have 30 days to pay": least(PAY, 30),
    "I insist on 30 days to pay": least(PAY, 30),
    "no less than 30 days to pay": least(PAY, 30),
    "I won't accept less than 14 days to pay": least(PAY, 14),
    "a minimum of two weeks to pay": least(PAY, 14),
    "the notice period must be at most 30 days": most(NOTICE, 30),
    "I do not accept more than 30 days' notice": most(NOTICE, 30),
    "no notice period longer than three months": most(NOTICE, 90),
    "30 days' notice at most": most(NOTICE, 30),
    "a maximum notice of one month": most(NOTICE, 30),
    "no price increases above 3 %": most(CAP, 300),
    "price increases must not be more than 4 %": most(CAP, 400),
    "I must have a price cap of 3 %": most(CAP, 300),
    "no price increases": most(CAP, 0),
    "I must have premium support": only(SUPPORT, "premium"),
    "only premium support": only(SUPPORT, "premium"),
    "I don't want yearly billing": only(BILLING, "month", "quarter"),
    "I never pay a year in advance": only(BILLING, "month", "quarter"),
    "I don't want to pay up front": only(BILLING, "month"),
    "no prepayment": only(BILLING, "month"),
    "from now on I want no yearly billing": only(BILLING, "month", "quarter"),
    "we sign no contract longer than a year": most(MONTHS, 12),
    "I must have monthly billing": only(BILLING, "month"),
    "I don't want to pay a set-up fee": most(FEE, 0),
    "I never pay setup fees": most(FEE, 0),
    "no set-up costs, please": most(FEE, 0),
}

#: The sentence, and a word that the refusal or its hint must hold: what is wrong, or what to say instead.
REFUSED: dict[str, str] = {
    # the opposite of what the words would be taken for
    "I don't accept premium support": "only",
    "a year's commitment isn't worth 8 % to me": "not",
    "a year's commitment is not worth 8 %": "not",
    "30 days to pay is no longer worth 1 %": "no longer",
    "a year's commitment is worth -8 % to me": "figure",
    "a year's commitment is worth minus 8 %": "minus",
    "a year's commitment is worth 8 % less": "less",
    "30 days to pay is worth less than 1 %": "less",
    "60 days to pay costs me 1 %": "helps",
    "premium support costs me 40 EUR a month": "helps",
    "a monthly contract costs me 5 %": "free",
    "monthly billing costs me 2 %": "free",
    "a year's commitment saves me 5 %": "binds",
    "I'd pay 5 % more for a year's commitment": "binds",
    "annual billing saves us 10 %": "binds",
    "a notice period of 3 months saves me 2 %": "binds",
    "I don't prefer monthly billing": "not",
    "I never said that a year's commitment is worth 8 %": "said",
    "I no longer prefer monthly billing": "no longer",
    "I prefer 30 days to pay to a discount": "discount",
    "at most 30 days to pay": "at least",
    "I prefer a notice period of 30 days": "at most",
    "I do not need premium support": "example",
    "a minimum term of 12 months": "commitment",
    "a price cap of at least 5 %": "at most",
    "at least 30 days' notice": "at most",
    # another figure
    "a year's commitment is worth 8.055 %": "figure",
    "a year's commitment is worth 1050 %": "figure",
    "a year's commitment is worth 1000 %": "figure",
    "a year's commitment is worth 101 %": "100 %",
    "a year's commitment is worth 8-10 %": "figure",
    "a year's commitment is worth 8 to 10 %": "figure",
    "a year's commitment is worth 8 \u2013 10 %": "figure",
    "a year's commitment is worth 8 % or so, maybe 10 %": "figure",
    "premium support is worth 12345678901 EUR a year": "figure",
    "premium support is worth 1.2.3 EUR a year": "figure",
    "premium support is worth 40 EUR": "month",
    "premium support is worth 40 a month": "figure",
    "premium support is worth 40 % a month": "figure",
    "a year's commitment is worth ten percent": "figure",
    "premium support is worth 40 EUR a month and 5 %": "figure",
    # words left over
    "premium support is worth 40 EUR a month and phone support 10": "one",
    "30 days to pay is worth 1 % and premium support 2 %": "one",
    "no setup fees above 100 EUR": "no set-up fee",
    "a set-up fee of at most 100 EUR": "no set-up fee",
    "a year's commitment is worth 8 % unless it is cheaper": "unless",
    "a year's commitment is worth 8 % to Brieflark": "brieflark",
    "a year's commitment is worth 8 % if I can cancel": "if",
    "30 days to pay is worth 1 % on weekdays": "weekdays",
    "30 days to pay but not for hardware is worth 1 %": "hardware",
    "premium phone support is worth 3 %": "phone",
    "premium support except on Sundays is worth 3 %": "sundays",
    "only premium support or better": "better",
    "at most 12 months": "commitment",
    "at least 30 days": "notice",
    "at most 12 months' commitment, or 24 if cheap": "cheap",
    "at most 12 months except for software": "software",
    "I must have 30 days to pay or 2 % off": "or",
    # no direction, or none that can be kept
    "30 days' notice": "at most",
    "I must have 30 days' notice": "at most",
    "more than 30 days to pay": "at least",
    "less than a year's commitment": "at most",
    "I don't want a year's commitment": "longer than",
    "I won't accept 30 days to pay": "less than",
    "I don't want at most 12 months": "at most",
    "without premium support": "only",
    "no monthly billing": "only",
    "I don't want a monthly contract": "at least",
    "only 30 days to pay": "at least",
    "payment days are important": "example",
    # other languages: a hint, never a guess
    "Ein Jahr Bindung kostet mich 8 %": "English",
    "30 Tage Zahlungsziel sind mir 1 % wert": "English",
    "keine Einrichtungsgebühr": "English",
    "Je ne veux pas m'engager plus d'un an": "English",
    "30 jours pour payer valent 1 % pour moi": "English",
    "No quiero pagar por adelantado": "English",
    "un año de permanencia me cuesta un 8 %": "English",
}


@pytest.mark.parametrize("words", READ)
def test_a_sentence_that_is_understood_whole_is_read_as_it_is_meant(words: str) -> None:
    assert read_preference(words) == READ[words]


@pytest.mark.parametrize("words", REFUSED)
def test_a_sentence_that_is_not_is_refused_and_says_why(words: str) -> None:
    with pytest.raises(InputError) as refused:
        read_preference(words)
    assert refused.value.hint
    told = f"{refused.value.message.replace(repr(words), '')} {refused.value.hint}"
    assert REFUSED[words].casefold() in told.casefold()


@given(
    st.sampled_from(list(READ)),
    st.sampled_from(["not", "unless", "never", "less", "minus", "or", "Postino", "and", "except", "24", "no", "without", "but"]),
    st.integers(0, 20),
)
def test_a_word_put_into_a_sentence_never_leaves_its_meaning_unless_it_is_refused(words: str, more: str, at: int) -> None:
    parts = words.split()
    changed = " ".join([*parts[: at % (len(parts) + 1)], more, *parts[at % (len(parts) + 1) :]])
    try:
        understood = read_preference(changed)
    except InputError:
        return
    # "no" and "never" make another sentence that can be read; it must be another meaning then.
    assert understood != READ[words] or (more in {"no", "never", "not"} and type(understood) is TermLimit)


@given(st.integers(0, 99_999), st.integers(0, 999), st.sampled_from(["", ",", "."]), st.integers(0, 3))
def test_a_figure_is_the_one_that_was_said_or_none(whole: int, rest: int, mark: str, digits: int) -> None:
    figure = f"{whole}{mark}{rest:0{digits}d}" if mark and digits else str(whole)
    try:
        understood = read_preference(f"a year's commitment is worth {figure} %")
    except InputError:
        return
    assert isinstance(understood, TermWorth)
    assert -understood.worth_bp == round(float(figure.replace(",", ".")) * 100)


@pytest.mark.parametrize(
    "words",
    [
        "I don't want to pay a set-up fee",
        "I must have 30 days to pay",
        "no yearly billing",
        "at most 30 days' notice",
        "60 days to pay costs me 1 %",
        "a year's commitment isn't worth 8 % to me",
        "I do not want premium support any more",
        "a 1-year term is worth 8 %",
        "net 30 only",
        "I want a 3 % price cap",
        "Ein Jahr Bindung kostet mich 8 %",
        "Keine Einrichtungsgebühr",
        "Je ne veux pas payer d'avance",
        "No quiero pagar por adelantado",
        "I want no price increases at all",
    ],
)
def test_what_speaks_of_terms_is_told_from_a_request_to_buy(words: str) -> None:
    assert stated_here(words)


@pytest.mark.parametrize(
    "words",
    [
        "Ich suche ein CRM für 3 Personen, höchstens 40 EUR im Monat",
        "Find an email tool, no set-up fee, monthly billing, at most 60 EUR a month",
        "I need phone support for 3 people",
        "I need phone support",
        "phone support",
        "We need a tool that must have premium support",
        "Buy a support contract for the printer",
        "What is a year's commitment worth to me?",
        "Get me a monthly contract with Postino",
        "renew the contract with Postino for a year at most",
        "pay the invoice of Acme in advance",
        "Hosting with premium support, at most 40 EUR a month",
    ],
)
def test_a_request_or_a_question_is_no_statement_about_terms(words: str) -> None:
    assert not stated_here(words)
