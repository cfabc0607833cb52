# ruff: noqa: SIM905 - lists of number words read better as text
"""Properties of reading figures: every way to write a number is read back, no figure comes from nothing, nothing makes the reader fail."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.negotiator import Attachment, QuoteReading, read_quote
from agents.negotiator.aligned_text import AlignedText
from agents.negotiator.figures import amounts
from agents.negotiator.mail_text import readable
from agents.negotiator.wording import in_plain_english
from agents.negotiator.wording.number_words import PATTERNS, number_in_words
from memory.domain.base import sha256_hex
from memory.domain.money import Money, Period, Price
from memory.domain.requisition import Requisition

SEATS = Requisition(
    requisition_id="r",
    need="a tool",
    category="saas",
    quantity=10,
    unit="seats",
    ceiling=Price(amount_minor=10_000_000, currency="EUR", period=Period.MONTH),
)


def read(text: str, *attachments: Attachment) -> QuoteReading:
    return read_quote(
        text,
        quote_id="q",
        vendor_id="v",
        round=1,
        message=sha256_hex(text.encode()),
        requisition=SEATS,
        received_on=date(2026, 11, 23),
        attachments=attachments,
    )


def grouped(minor: int, group: str, mark: str) -> str:
    return f"{minor / 100:,.2f}".replace(",", "\0").replace(".", mark).replace("\0", group)


FORMATS = {
    "1.234,56 €": lambda minor: f"{grouped(minor, '.', ',')} €",
    "1,234.56 EUR": lambda minor: f"{grouped(minor, ',', '.')} EUR",
    "€1,234.56": lambda minor: f"€{grouped(minor, ',', '.')}",
    "EUR 1.234,56": lambda minor: f"EUR {grouped(minor, '.', ',')}",
    "1 234,56 €": lambda minor: f"{grouped(minor, ' ', ',')} €",
    "1\u202f234,56\u00a0€": lambda minor: f"{grouped(minor, chr(0x202F), ',')}\u00a0€",
    "CHF 1'234.50": lambda minor: f"CHF {grouped(minor, chr(39), '.')}",
    "1\u2019234.50 CHF": lambda minor: f"{grouped(minor, chr(0x2019), '.')} CHF",
    "£1,234.56": lambda minor: f"£{grouped(minor, ',', '.')}",
    "US$1,234.56": lambda minor: f"US${grouped(minor, ',', '.')}",
    "1234.56 USD": lambda minor: f"{minor / 100:.2f} USD",
    "1234,56 euros": lambda minor: f"{minor / 100:.2f} euros".replace(".", ","),
}


@given(st.integers(1, 999_999_999), st.sampled_from(sorted(FORMATS)))
@settings(max_examples=400, deadline=None)
def test_an_amount_in_any_notation_is_read_back_and_its_place_is_its_own(minor, style):
    written = FORMATS[style](minor)
    text = f"The price is {written} per year."
    (amount,) = amounts(text)
    assert amount.money.amount_minor == minor
    assert text[amount.start : amount.end] == written


@given(st.integers(100, 9_999_999), st.sampled_from(sorted(FORMATS)), st.sampled_from(["en", "de", "fr", "es"]))
@settings(max_examples=150, deadline=None)
def test_an_offer_in_any_notation_and_language_has_exactly_its_price_and_its_words(minor, style, language):
    written = FORMATS[style](minor)
    text = {
        "en": f"For your 10 seats we ask {written} per seat per year, net of 19 % VAT, billed annually, 12 months.",
        "de": f"Für Ihre 10 Lizenzen berechnen wir {written} netto pro Nutzer und Jahr, zzgl. 19 % MwSt., Laufzeit 12 Monate, jährliche Zahlung.",
        "fr": f"Pour vos 10 licences, notre tarif est de {written} HT par utilisateur et par an, TVA 19 % en sus, engagement de 12 mois, paiement annuel.",
        "es": f"Para sus 10 licencias el precio es de {written} por usuario y año, IVA no incluido (19 %), contrato de 12 meses, pago anual.",
    }[language]
    reading = read(text)
    assert reading.quote is not None, reading.problems
    terms = reading.quote.terms
    assert terms.unit_price.amount_minor == minor
    assert (terms.unit_price.period, terms.priced_per.value, terms.term_months, terms.tax_rate_bp) == (Period.YEAR, "unit", 12, 1900)
    assert reading.quote.spans["unit_price"].text == written
    assert reading.quote.ambiguous == ()


WORDLESS = st.lists(
    st.sampled_from(
        [
            "Thank you for your message.",
            "We will come back to you with a price per seat.",
            "Our plans are billed annually.",
            "VAT is not included.",
            "Vielen Dank, wir melden uns mit einem Preis pro Nutzer.",
            "Merci, nous vous enverrons un devis HT.",
            "Gracias, el precio no incluye IVA.",
            "There is a discount for annual payment.",
            "Call us on 0800 555 1234.",
            "Reference 2026-4711, page 3 of 7.",
            "We are open 24/7.",
            "Room 12.50 is on the second floor.",
        ]
    ),
    max_size=8,
)


@given(WORDLESS)
@settings(max_examples=80, deadline=None)
def test_a_mail_that_states_no_amount_gives_no_price(sentences):
    assert read("\n".join(sentences)).quote is None


@given(st.text(max_size=300), st.text(max_size=300))
@settings(max_examples=150, deadline=None)
def test_no_text_and_no_attachment_makes_the_reader_fail(text, attached):
    reading = read(text, Attachment(text=attached, digest=sha256_hex(attached.encode())))
    assert reading.quote is not None or reading.problems


PIECES = st.sampled_from(
    "| ||  \t\n 12.00 EUR 1'234.50 CHF 10 % off from 10 users Price Total Qty per month -- .... ( ) ; Laufzeit pro Monat und le prix est de "
    "~~ first 3 months free el precio por mes valid until VAT 19 % Pos".split(" ")
)


@given(st.lists(PIECES, max_size=40), st.sampled_from(["", " ", "\n", " | ", "\t"]))
@settings(max_examples=150, deadline=None)
def test_every_span_of_any_shuffle_stands_in_the_text(pieces, glue):
    text = glue.join(pieces)
    reading = read(text)
    spans = [
        *(reading.quote.spans.values() if reading.quote else ()),
        *(f.span for f in reading.findings),
        *(d.span for d in reading.doubts),
    ]
    for span in spans:
        assert span is None or text[span.start : span.end] == span.text


@given(st.integers(1, 999_999), st.sampled_from(["en", "de", "fr", "es"]))
@settings(max_examples=200, deadline=None)
def test_a_number_spelled_out_is_read_back(number, language):
    words = spelled(number, language)
    assert PATTERNS[language].fullmatch(words), words
    assert number_in_words(words, language) == number


@pytest.mark.parametrize(
    ("text", "price"),
    [
        ("We ask two hundred and fifty euros per month net.", 25_000),
        ("Wir berechnen zweihundertfünfzig Euro pro Monat, das ist unser Preis für Sie, netto.", 25_000),
        ("Le prix est de deux cent cinquante euros par mois, pour vous, hors taxes.", 25_000),
        ("El precio es de doscientos cincuenta euros al mes para usted, sin IVA.", 25_000),
        ("Twelve euros and fifty cents per seat per month net.", 1_250),
    ],
)
def test_a_price_in_words_is_read_with_the_words_as_its_place(text, price):
    quote = read(text).quote
    assert quote is not None
    assert quote.terms.unit_price.money == Money(amount_minor=price, currency="EUR")
    span = quote.spans["unit_price"]
    assert text[span.start : span.end] == span.text
    assert "euro" in span.text.lower()


@pytest.mark.parametrize(
    "piece", ["10 % off ", "a  b  c\n", "x | 10 | 12.00 EUR\n", "5 EUR to ", "und der die das pro Monat für ", "one hundred and "]
)
def test_what_is_read_of_a_long_mail_is_bounded(piece):
    text = piece * (60_000 // len(piece))
    assert len(readable(text).aligned.starts) <= 60_000
    assert all(len(sentence.text) <= 1_000 for sentence in readable(text).sentences())
    assert any(finding.kind == "text_cut" for finding in readable(text).findings)


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
@settings(max_examples=100, deadline=None)
def test_rewriting_keeps_a_place_for_every_character(text):
    plain = in_plain_english(AlignedText.of(text))
    assert len(plain.text) == len(plain.starts) == len(plain.ends) == len(plain.soft)
    assert all(0 <= low <= high <= len(text) for low, high in zip(plain.starts, plain.ends, strict=True))


def test_a_figure_from_an_attachment_points_into_the_attachment():
    paper = Attachment(
        text="10 seats, 12.00 EUR per seat per month net, 12 months, billed yearly, 19 % VAT", digest="b" * 64, filename="q.pdf"
    )
    quote = read("Please find our offer attached. It is valid for 14 days.", paper).quote
    assert quote is not None
    span = quote.spans["unit_price"]
    assert (paper.text[span.start : span.end], quote.sources["unit_price"]) == ("12.00 EUR", paper.digest)
    assert quote.evidence("unit_price").digest == paper.digest
    assert "valid_until" not in quote.sources
    assert quote.valid_until == date(2026, 12, 7)


EN = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
EN_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
DE = "null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn achtzehn neunzehn".split()
DE_TENS = "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig".split()
FR = "zéro un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf".split()
FR_TENS = "vingt trente quarante cinquante soixante".split()
ES = (
    "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciséis diecisiete dieciocho diecinueve veinte "
    "veintiuno veintidós veintitrés veinticuatro veinticinco veintiséis veintisiete veintiocho veintinueve"
).split()
ES_TENS = "treinta cuarenta cincuenta sesenta setenta ochenta noventa".split()
ES_HUNDREDS = "ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos ochocientos novecientos".split()


def spelled(number: int, language: str) -> str:
    """Return a number below a million in words."""
    thousands, rest = divmod(number, 1000)
    below = {"en": _english, "de": _german, "fr": _french, "es": _spanish}[language]
    glue, word = {"en": (" ", "thousand"), "de": ("", "tausend"), "fr": (" ", "mille"), "es": (" ", "mil")}[language]
    if not thousands:
        return below(rest)
    many = "" if thousands == 1 and language in {"fr", "es"} else below(thousands) + glue
    return many + word + (glue + below(rest) if rest else "")


def _english(number: int) -> str:
    if number >= 100:
        rest = f" and {_english(number % 100)}" if number % 100 else ""
        return f"{EN[number // 100]} hundred{rest}"
    if number < 20:
        return EN[number]
    return EN_TENS[number // 10 - 2] + (f"-{EN[number % 10]}" if number % 10 else "")


def _german(number: int) -> str:
    if number >= 100:
        return f"{DE[number // 100]}hundert{_german(number % 100) if number % 100 else ''}"
    if number < 20:
        return DE[number]
    return (f"{DE[number % 10]}und" if number % 10 else "") + DE_TENS[number // 10 - 2]


def _french(number: int) -> str:
    if number >= 100:
        head = "cent" if number < 200 else f"{FR[number // 100]} cent{'s' if number % 100 == 0 else ''}"
        return head + (f" {_french(number % 100)}" if number % 100 else "")
    if number >= 80:
        return "quatre-vingts" if number == 80 else f"quatre-vingt-{FR[number - 80]}"
    if number >= 60:
        tail = number - 60
        return "soixante" + ("" if not tail else " et " + FR[tail] if tail in {1, 11} else f"-{FR[tail]}")
    if number < 20:
        return FR[number]
    ones = number % 10
    return FR_TENS[number // 10 - 2] + ("" if not ones else " et un" if ones == 1 else f"-{FR[ones]}")


def _spanish(number: int) -> str:
    if number == 100:
        return "cien"
    if number > 100:
        return ES_HUNDREDS[number // 100 - 1] + (f" {_spanish(number % 100)}" if number % 100 else "")
    if number < 30:
        return ES[number]
    return ES_TENS[number // 10 - 3] + (f" y {ES[number % 10]}" if number % 10 else "")
