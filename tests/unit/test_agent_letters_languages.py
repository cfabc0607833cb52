"""The letters in four languages: formats, grammar, packages, leverage, and the promise that each figure stands in them once, as decided."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.negotiator import Secrets, check_outgoing, letters
from agents.negotiator.checks.spelling import plain
from agents.negotiator.checks.statements import check_statements
from agents.negotiator.drafts import check_draft
from agents.negotiator.language import Language, detect, language_of_letter
from agents.negotiator.letters import formats, units
from agents.negotiator.leverage import LeverageClaim, leverage_over
from agents.negotiator.outgoing import day_in_words
from memory.domain.base import sha256_hex
from memory.domain.evidence import Claim, EvidenceRef, Origin, Span
from memory.domain.money import Money, Period, Price
from memory.domain.quote import PricedPer, Quote, Terms
from memory.domain.requisition import Requisition

MAIL = sha256_hex(b"mail")
PROOF = EvidenceRef(digest=MAIL, origin=Origin.VENDOR_MAIL)
PARTIES = {"operator": "Ada Example", "vendor": "Brieflark", "contact": "Mia Lerche"}
TODAY = date(2026, 12, 1)


def eur(amount_minor: int) -> Money:
    return Money(amount_minor=amount_minor, currency="EUR")


def terms(price: int = 125_050, **changes: object) -> Terms:
    known: dict[str, object] = {
        "unit_price": Price(amount_minor=price, currency="EUR", period=Period.MONTH),
        "quantity": 5000,
        "unit": "contacts",
        "term_months": 12,
        "billing": Period.YEAR,
        "setup_fee": eur(0),
        "tax_rate_bp": 1900,
    }
    return Terms.model_validate({**known, **changes})


EVERYTHING = terms(
    990,
    priced_per=PricedPer.UNIT,
    quantity=12_345,
    unit="seats",
    setup_fee=eur(9900),
    payment_days=30,
    price_increase_cap_bp=250,
    notice_days=45,
    support_level="premium",
    free_months=2,
    credit=eur(5000),
)


@pytest.mark.parametrize(
    ("language", "line"),
    [
        (
            Language.EN,
            "9.90 EUR net per seat per month, billed yearly (12 months), for 12,345 seats, plus one-off fees of 99.00 EUR net, first 2 months "
            "free of charge, less a one-off credit of 50.00 EUR net, payment within 30 days, yearly price increase of at most 2.5%, notice "
            "period of 45 days, support level: premium, valid until 1 December 2026",
        ),
        (
            Language.DE,
            "9,90 € netto pro Platz und Monat, jährliche Abrechnung (Laufzeit 12 Monate), für 12.345 Plätze, zuzüglich einmaliger Gebühren von "
            "99,00 € netto, erste 2 Monate kostenlos, abzüglich einer einmaligen Gutschrift von 50,00 € netto, Zahlung innerhalb von 30 Tagen, "
            "jährliche Preiserhöhung von höchstens 2,5 %, Kündigungsfrist von 45 Tagen, Supportstufe: premium, gültig bis 1. Dezember 2026",
        ),
        (
            Language.FR,
            "9,90 € HT par poste et par mois, facturation annuelle (durée de 12 mois), pour 12 345 postes, plus 99,00 € HT de frais uniques, "
            "2 premiers mois gratuits, moins un avoir unique de 50,00 € HT, paiement sous 30 jours, hausse annuelle du prix de 2,5 % au plus, "
            "préavis de 45 jours, niveau d'assistance : premium, valable jusqu'au 1er décembre 2026",
        ),
        (
            Language.ES,
            "9,90 € por puesto y mes sin impuestos, facturación anual (duración de 12 meses), para 12.345 puestos, más una cuota única de 99,00 € "
            "sin impuestos, primeros 2 meses gratuitos, menos un abono único de 50,00 € sin impuestos, pago en el plazo de 30 días, subida anual "
            "del precio del 2,5 % como máximo, preaviso de 45 días, nivel de asistencia: premium, válido hasta el 1 de diciembre de 2026",
        ),
    ],
)
def test_every_term_is_said_in_every_language(language, line):
    assert letters.price_line(EVERYTHING, language, TODAY).replace("\u00a0", " ") == line


@pytest.mark.parametrize(
    ("language", "thousands", "small", "yen"),
    [
        (Language.EN, "1,250.50 EUR", "5.00 EUR", "12,000 JPY"),
        (Language.DE, "1.250,50 €", "5,00 €", "12.000 JPY"),
        (Language.FR, "1 250,50 €", "5,00 €", "12 000 JPY"),
        (Language.ES, "1250,50 €", "5,00 €", "12.000 JPY"),
    ],
)
def test_amounts_are_written_as_the_language_writes_them(language, thousands, small, yen):
    shown = (formats.money(eur(125_050), language), formats.money(eur(500), language), formats.money(Money.of(12_000, "JPY"), language))
    assert tuple(text.replace("\u00a0", " ") for text in shown) == (thousands, small, yen)


@pytest.mark.parametrize(
    ("language", "one", "many"),
    [
        (Language.EN, "for 1 mailbox", "for 2 mailboxes"),
        (Language.DE, "für 1 Postfach", "für 2 Postfächer"),
        (Language.FR, "pour 1 boîte mail", "pour 2 boîtes mail"),
        (Language.ES, "para 1 buzón", "para 2 buzones"),
    ],
)
def test_units_follow_their_number(language, one, many):
    for quantity, wanted in ((1, one), (2, many)):
        offer = terms(quantity=quantity, unit="mailboxes", priced_per=PricedPer.UNIT, payment_days=quantity, notice_days=quantity)
        assert wanted in letters.price_line(offer, language)
    day = units.counted(1, "days", language)
    assert re.search(rf"\b1 {day}\b", letters.price_line(terms(notice_days=1), language))


def test_a_unit_that_no_table_knows_keeps_the_operators_word():
    assert [units.counted(2, "monitor arms", language) for language in Language] == ["monitor arms"] * 4
    assert units.counted(1, "monitor arms", Language.EN) == "monitor arm"


@pytest.mark.parametrize("level", ["gold. We hereby order 500 seats", "premium, and you accept our terms", "x" * 100, "support until 2030"])
def test_what_a_vendor_calls_its_support_cannot_speak_in_our_name(level):
    assert "hereby" not in letters.price_line(terms(support_level=level))
    assert "support" not in letters.price_line(terms(support_level=level))


def test_nothing_to_pay_to_notify_or_to_fear_is_said_in_words():
    line = letters.price_line(terms(payment_days=0, notice_days=0, price_increase_cap_bp=0))
    assert line.endswith("payment on receipt of the invoice, no price increase, no notice period")


def test_packages_of_equal_worth_stand_side_by_side():
    offers = (terms(9000), terms(8000, term_months=24))
    for language in Language:
        body = letters.counteroffer(**PARTIES, need="email tool", packages=offers, language=language).body
        lines = body.splitlines()
        assert f"A) {letters.price_line(offers[0], language)}" in lines
        assert f"B) {letters.price_line(offers[1], language)}" in lines
        figures = [figure for offer in offers for figure in letters.line_figures(offer)]
        assert check_outgoing(body, allowed_figures=figures, secrets=Secrets(), language=language) == ()
    with pytest.raises(ValueError, match="one to 4 packages"):
        letters.counteroffer(**PARTIES, need="email tool")
    with pytest.raises(ValueError, match="one to 4 packages"):
        letters.counteroffer(**PARTIES, need="email tool", packages=[terms()] * 5)


@pytest.mark.parametrize("language", list(Language))
def test_a_lower_offer_is_mentioned_only_with_proof_and_leave(language):
    spoken = []
    for claim in (
        LeverageClaim(),
        LeverageClaim(permitted=True),
        LeverageClaim(evidence=(PROOF,)),
        LeverageClaim(evidence=(PROOF,), permitted=True),
    ):
        letter = letters.counteroffer(**PARTIES, need="email tool", terms=terms(), leverage=claim, language=language)
        spoken.append(letter.body)
    assert spoken[0] == spoken[1] == spoken[2] != spoken[3]
    said = next(part for part in spoken[3].split("\n\n") if part not in spoken[0].split("\n\n"))
    assert check_statements(said)
    assert (
        check_statements(
            said, spared=letters.fixed_sentences((terms(),), language, leverage=LeverageClaim(evidence=(PROOF,), permitted=True))
        )
        == ()
    )


def test_leverage_rests_on_a_quote_that_is_lower_clear_valid_and_comparable():
    def rival(price: int, **changes: object) -> Quote:
        span = Span(start=0, end=5, text="80 EUR")
        known = {"quote_id": "q", "vendor_id": "postino", "round": 0, "terms": terms(price), "message": MAIL, "spans": {"unit_price": span}}
        return Quote.model_validate({**known, **changes})

    def claim(*rivals: Quote) -> LeverageClaim:
        return leverage_over(terms(9000), rivals, permitted=True, today=TODAY)

    found = claim(rival(8000))
    assert found.may_be_said
    assert found.evidence[0].span is not None
    assert not leverage_over(terms(9000), (rival(8000),), permitted=False, today=TODAY).may_be_said
    for weak in (
        rival(9000),
        rival(9500),
        rival(8000, ambiguous=("Which currency?",)),
        rival(8000, valid_until=date(2026, 11, 30)),
        rival(8000, terms=terms(8000, quantity=4999)),
        rival(8000, terms=terms(8000, setup_fee=eur(90_000))),
    ):
        assert not claim(weak).may_be_said
    assert claim(rival(8000, valid_until=TODAY)).may_be_said


@pytest.mark.parametrize("language", list(Language))
def test_every_kind_of_letter_passes_every_check_of_its_own(language):
    need = Requisition(
        requisition_id="r",
        need="email tool",
        category="saas",
        quantity=5000,
        unit="contacts",
        ceiling=Price(amount_minor=6000, currency="EUR", period=Period.MONTH),
        must_have=("EU data residency",),
    )
    slots = {**PARTIES, "language": language}
    made = [
        letters.rfq(**slots, requisition=need, confirm=("SSO",), reply_by=TODAY),
        letters.counteroffer(**slots, need="email tool", terms=EVERYTHING, questions=("What is the minimum term?",)),
        letters.clarification(**slots, need="email tool"),
        letters.decline(**slots, need="email tool"),
        letters.still_stands(**slots, need="email tool", terms=EVERYTHING, was_valid_until=TODAY),
    ]
    spared = ("EU data residency", letters.price_line(EVERYTHING, language), *letters.fixed_sentences((EVERYTHING,), language))
    for letter in made:
        text = f"{letter.subject}\n{letter.body}"
        allowed = (5000, TODAY, *letters.line_figures(EVERYTHING))
        assert check_outgoing(text, allowed_figures=allowed, secrets=Secrets(words=("Postino",)), language=language) == ()
        assert check_statements(text, spared=spared) == ()
        assert letter.body.count("Ada Example") == 2
        assert "{" not in text
    for letter in (letters.farewell(**slots, need="email tool"), letters.order(**slots, need="email tool", po_number="PO-1")):
        assert check_outgoing(letter.body, allowed_figures=("PO-1",), secrets=Secrets(), language=language) == ()


@pytest.mark.parametrize(
    ("question", "german"),
    [
        (
            "Is the price of 1,259.00 EUR net, or does it include VAT?",
            "Ist der Preis von 1.259,00 € netto, oder enthält er Umsatzsteuer?",
        ),
        ("Is 59.00 EUR the price of one, or of all 5,000 contacts?", "Gilt der Preis von 59,00 € pro Stück oder für alle 5.000 Kontakte?"),
        ("Does your offer still stand? It was valid until 2026-12-01.", "Gilt Ihr Angebot noch? Es war gültig bis 1. Dezember 2026."),
        ('Which currency is "59 $"?', 'In welcher Währung ist "59 $"?'),
        ('What does "90 days" stand for in your offer?', 'Wofür steht "90 days" in Ihrem Angebot?'),
        (
            "For 2,500 contacts, is the price charged in proportion or for each 1,000 contacts begun?",
            "Gilt der Preis für 2.500 Kontakte anteilig oder je angefangene 1.000 Kontakte?",
        ),
        (
            "Your mail names 30 seats; we need 25 seats. Does the price also hold for these?",
            "Ihre E-Mail nennt 30 Plätze; wir brauchen 25 Plätze. Gilt der Preis auch dafür?",
        ),
        ("Who is the king of Spain?", "Who is the king of Spain?"),
    ],
)
def test_our_questions_are_asked_in_the_language_of_the_letter(question, german):
    assert letters.question_in(question, Language.DE).replace("\u00a0", " ") == german
    assert letters.question_in(question, Language.EN) == question


@pytest.mark.parametrize(
    ("mail", "language"),
    [
        ("Hello Ada, thank you for your request. Our price is 59 EUR net per month and it is valid until Friday.", Language.EN),
        ("Guten Tag, vielen Dank für Ihre Anfrage. Unser Preis beträgt 59 € netto pro Monat. Mit freundlichen Grüßen", Language.DE),
        ("Bonjour, merci pour votre demande. Notre prix est de 59 € HT par mois, et nous restons à votre disposition.", Language.FR),
        ("Buenos días, gracias por su solicitud. Nuestro precio es de 59 € al mes sin IVA. Quedamos a la espera.", Language.ES),
        ("59 EUR", None),
        ("", None),
        ("Tarif: 59,00\nSetup: 0,00", None),
        (
            "Bonjour,\n\nvoici notre offre pour vous, nous sommes à la disposition de votre équipe.\n\nOn Mon, 23 Nov 2026, Ada wrote:\n> "
            + "Thank you for the offer that you made and please let us know. " * 5,
            Language.FR,
        ),
    ],
)
def test_the_language_of_a_mail_is_told_by_its_own_words(mail, language):
    assert detect(mail) is language


def test_the_operators_choice_goes_before_the_vendors_language_and_both_before_ours():
    german = "Guten Tag, vielen Dank für Ihre Anfrage. Wir freuen uns auf Ihre Antwort."
    assert language_of_letter(mail=german) is Language.DE
    assert language_of_letter(mail=german, preference=Language.ES) is Language.ES
    assert language_of_letter(mail="59", earlier=Language.FR) is Language.FR
    assert language_of_letter(mail="59") is Language.EN


# --- for any decided terms ---------------------------------------------------------------------------------------------------

AMOUNTS = st.integers(1, 99_999_999)
DECIDED = st.builds(
    lambda price, period, per, quantity, unit, months, billing, fee, days, cap, notice, currency: Terms(
        unit_price=Price(amount_minor=price, currency=currency, period=period),
        priced_per=per,
        quantity=quantity,
        unit=unit,
        term_months=months,
        billing=billing,
        setup_fee=Money(amount_minor=fee, currency=currency),
        tax_rate_bp=1900,
        payment_days=days,
        price_increase_cap_bp=cap,
        notice_days=notice,
    ),
    AMOUNTS,
    st.sampled_from(Period),
    st.sampled_from(PricedPer),
    st.integers(1, 2_000_000),
    st.sampled_from(["contacts", "seats", "licenses", "hours", "monitor arms", "unit"]),
    st.integers(1, 120),
    st.sampled_from([Period.MONTH, Period.QUARTER, Period.YEAR, Period.ONCE]),
    st.just(0) | AMOUNTS,
    st.none() | st.integers(0, 365),
    st.none() | st.integers(0, 5000),
    st.none() | st.integers(0, 400),
    st.sampled_from(["EUR", "USD", "CHF", "JPY"]),
)
_FIGURE = re.compile(r"\d(?:[\d.,\u00a0]*\d)?")


def _value(shown: str, language: Language) -> Decimal:
    """Read a figure by the language's own marks alone: nothing of the product's reader is used."""
    group, decimal = {Language.EN: (",", "."), Language.DE: (".", ","), Language.FR: ("\u00a0", ","), Language.ES: (".", ",")}[language]
    return Decimal(shown.replace(group, "").replace(decimal, "."))


def _decided(offer: Terms) -> list[Decimal]:
    running = offer.unit_price.period in {Period.MONTH, Period.QUARTER, Period.YEAR}
    figures = [offer.unit_price.money.amount, Decimal(offer.quantity)]
    figures += [Decimal(offer.term_months)] if running and offer.term_months > 1 else []
    figures += [offer.setup_fee.amount] if offer.setup_fee.amount_minor else []
    figures += [Decimal(count) for count in (offer.payment_days, offer.notice_days) if count]
    figures += [Decimal(offer.price_increase_cap_bp) / 100] if offer.price_increase_cap_bp else []
    return sorted(figures)


@given(DECIDED, st.sampled_from(Language), st.data())
@settings(max_examples=120, deadline=None)
def test_a_letter_states_each_decided_figure_once_and_no_figure_in_it_can_be_changed(offer, language, data):
    letter = letters.counteroffer(**PARTIES, need="email tool", terms=offer, language=language)
    found = list(_FIGURE.finditer(letter.body))
    assert sorted(_value(figure.group(), language) for figure in found) == _decided(offer)

    figures = letters.line_figures(offer)
    assert check_outgoing(letter.body, allowed_figures=figures, secrets=Secrets(words=("Postino",)), language=language) == ()
    fixed = letters.fixed_sentences((offer,), language)
    middle = "\n\n".join(letter.body.split("\n\n")[2:-1])
    assert check_draft(middle, fixed=fixed, language=language) == ()

    place = data.draw(st.sampled_from(list(_FIGURE.finditer(middle))))
    other = data.draw(st.sampled_from([figure.group() for figure in found]) | st.integers(1, 9_999_999).map(str))
    if _value(other, language) != _value(place.group(), language):
        changed = middle[: place.start()] + other + middle[place.end() :]
        assert check_draft(changed, fixed=fixed, language=language)


@given(DECIDED, st.sampled_from(Language), st.integers(100, 9_999_999))
@settings(max_examples=100, deadline=None)
def test_a_second_figure_beside_the_decided_line_is_refused_however_it_is_written(offer, language, minor):
    fixed = letters.fixed_sentences((offer,), language)
    middle = " ".join(fixed)
    for shown in (formats.money(eur(minor), language), str(minor), plain(formats.number(minor, language))):
        assert check_draft(f"{middle} {shown}", fixed=fixed, language=language)


def test_days_have_a_form_of_their_own_in_each_language():
    shown = [day_in_words(date(2027, 3, 1), language) for language in Language]
    assert shown == ["1 March 2027", "1. März 2027", "1er mars 2027", "1 de marzo de 2027"]


def test_a_claim_is_let_pass_only_with_evidence_behind_it():
    said = "Your list price is lower than that."
    assert check_statements(said, claims=(Claim(text=said),))
    assert check_statements(said, claims=(Claim(text=said, evidence=(PROOF,)),)) == ()
