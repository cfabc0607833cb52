"""What must never leave, in four languages: a table of treacherous drafts, one of honest ones, and secrets in every disguise."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.negotiator import Secrets, check_outgoing, letters
from agents.negotiator.checks.numerals import spoken
from agents.negotiator.drafts import check_draft
from agents.negotiator.language import Language
from agents.negotiator.letters import formats
from agents.negotiator.outgoing import leaks
from memory.domain.money import Money, Period, Price
from memory.domain.quote import Terms

DRAFTS = yaml.safe_load((Path(__file__).parent / "outgoing_drafts.yaml").read_text(encoding="utf-8"))


def eur(amount: str) -> Money:
    return Money.of(amount, "EUR")


OFFER = Terms(
    unit_price=Price(amount_minor=45_000, currency="EUR", period=Period.MONTH),
    quantity=5000,
    unit="contacts",
    term_months=12,
    setup_fee=eur("0"),
    tax_rate_bp=1900,
    payment_days=30,
)
SECRETS = Secrets(
    amounts=tuple(eur(amount) for amount in ("600", "7200", "504.20", "6050.42", "489", "5868", "6982.92", "512")),
    derived=tuple(eur(amount) for amount in ("20", "138.46", "3600", "14400")),
    words=("Postino", "Müller & Söhne GmbH"),
)


def _cases(kind: str) -> list[tuple[Language, str]]:
    return [(Language(code), draft) for code, drafts in DRAFTS[kind].items() for draft in drafts]


def _checked(language: Language, draft: str) -> tuple[str, ...]:
    fixed = letters.fixed_sentences((OFFER,), language)
    return check_draft(draft.replace("{terms}", " ".join(fixed)), fixed=fixed, language=language, parties=("Brieflark",), secrets=SECRETS)


@pytest.mark.parametrize(("language", "draft"), _cases("refused"))
def test_a_draft_that_leaks_presses_or_lies_is_refused(language, draft):
    assert _checked(language, draft)


@pytest.mark.parametrize(("language", "draft"), _cases("passed"))
def test_an_honest_draft_is_not_refused(language, draft):
    assert _checked(language, draft) == ()


def test_the_table_is_as_large_as_it_claims():
    assert len(_cases("refused")) >= 150
    assert len(_cases("passed")) >= 60
    assert all(len(DRAFTS[kind]) == len(Language) for kind in DRAFTS)


@pytest.mark.parametrize("language", list(Language))
def test_a_draft_without_the_decided_line_or_with_it_twice_is_refused(language):
    (fixed,) = letters.fixed_sentences((OFFER,), language)
    assert check_draft(fixed, fixed=(fixed,), language=language) == ()
    assert check_draft(f"{fixed} {fixed}", fixed=(fixed,), language=language)
    assert check_draft(fixed.replace("450", "451"), fixed=(fixed,), language=language)
    assert check_draft(fixed.replace("12", "30"), fixed=(fixed,), language=language)


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("five hundred and twenty", 520),
        ("a thousand two hundred", 1200),
        ("four eighty-nine", 489),
        ("six zero zero", 600),
        ("5 hundred", 500),
        ("fünfhundertzwanzig", 520),
        ("fuenfhundert", 500),
        ("zwölfhundert", 1200),
        ("einundzwanzig", 21),
        ("tausendzweihundertneunundachtzig", 1289),
        ("quatre-vingt-dix-neuf", 99),
        ("soixante et onze", 71),
        ("mille deux cents", 1200),
        ("cinq cents", 500),
        ("quinientos veinte", 520),
        ("mil doscientos ochenta y nueve", 1289),
        ("veintiún", 21),
        ("once euros", 11),
        ("une centaine", 100),
    ],
)
def test_a_number_in_words_is_read_in_every_language(said, value):
    (found,) = spoken(f"bla {said} bla")
    assert Decimal(value) in found.values


@pytest.mark.parametrize(
    "text",
    ["once the contract is signed", "tausend Dank", "mille mercis", "mil gracias", "one more answer", "une offre et un prix", "Achtung"],
)
def test_ordinary_words_are_no_numbers(text):
    assert spoken(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "sechshundert Euro",
        "six cents euros",
        "seiscientos euros",
        "6oo EUR",
        "6 0 0",
        "６００ €",  # noqa: RUF001
        "٦٠٠ EUR",
        "600,00 €",
        "7.200,00 €",
        "7 200,00 €",
        "7\u202f200 €",
        "7'200.00",
        "0.6k EUR",
        "504,20",
        "Wir haben rund 590 € eingeplant",
        "etwa 3.500 € im halben Jahr sind die Grenze",
        "environ 14 000 € pour deux ans",
        "unos 20 euros al día",
        "about 140 a week is our limit",
        "Ihr Preis abzüglich 20 Prozent, weniger geht nicht: 20 % weniger als 750,00 €",
        "20% below your price",
        "vingt pour cent de moins",
    ],
)
def test_an_amount_that_is_secret_is_found_in_every_notation_word_and_conversion(text):
    assert any("forbidden amount" in problem for problem in leaks(text, allowed_figures=(eur("750"),), secrets=SECRETS))


@pytest.mark.parametrize(
    "text",
    ["POSTINO", "Pos tino", "P-o-s-t-i-n-o", "Pоstino", "P0stino", "P\u200bostino", "Póstino", "postino.example", "Mueller und Soehne", "Müller&Söhne", "MULLER Y SOHNE", "Müller & Söhne"],  # noqa: RUF001
)  # fmt: skip
def test_another_vendors_name_is_found_in_every_spelling(text):
    assert leaks(f"bei {text} sieht es anders aus", allowed_figures=(), secrets=SECRETS) == ("names another party or a secret word",)


@given(st.integers(13, 9_999), st.sampled_from(Language), st.sampled_from(Language))
@settings(max_examples=150, deadline=None)
def test_a_secret_amount_is_found_in_the_notation_of_any_language_inside_a_letter_in_any_other(units, told_in, language):
    secret = Money.of(units, "EUR")
    for shown in (formats.money(secret, told_in), formats.number(units, told_in), f"{units} euros"):
        text = f"{letters.decline(operator='Ada', vendor='Brieflark', need='tool', language=language).body} {shown}"
        assert check_outgoing(text, allowed_figures=(), secrets=Secrets(amounts=(secret,)), language=language)


@given(st.integers(100, 999_999), st.sampled_from(Language))
@settings(max_examples=100, deadline=None)
def test_the_door_lets_a_template_pass_whose_figures_merely_lie_near_a_secret(minor, language):
    price = OFFER.unit_price.model_copy(update={"amount_minor": minor})
    near = Secrets(derived=tuple(Money(amount_minor=minor + step, currency="EUR") for step in (-3, 0, 2, 40)), words=("Postino",))
    body = letters.counteroffer(
        operator="Ada", vendor="Brieflark", need="tool", terms=OFFER.model_copy(update={"unit_price": price}), language=language
    ).body
    assert leaks(body, allowed_figures=(), secrets=near) == ()
