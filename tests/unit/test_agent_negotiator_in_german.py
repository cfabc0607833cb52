"""The negotiator writing in another language than English: templates, a model's wording, and what becomes of a treacherous one."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from agents.negotiator import Move, Negotiator, NegotiatorBrief, Offered, OtherVendor, Side, letters
from agents.negotiator.language import Language
from agents.negotiator.leverage import LeverageClaim
from memory.domain.base import sha256_hex
from memory.domain.evidence import EvidenceRef, Origin
from memory.domain.money import Money, Period, Price
from memory.domain.quote import Quote, Terms
from memory.domain.requisition import Requisition
from memory.domain.vendor import VendorFacts
from tools.llm.choice import NoModel
from tools.llm.scripted import ScriptedModel
from tools.llm.tiers import Tier

MAIL = sha256_hex(b"mail")
HONEST = {
    Language.DE: "Herzlichen Dank für Ihre schnelle Antwort.\n\n{terms}\n\nWäre das für Sie möglich?",
    Language.FR: "Merci beaucoup pour votre réponse rapide.\n\n{terms}\n\nEst-ce que cela vous paraît possible ?",
    Language.ES: "Muchas gracias por su rápida respuesta.\n\n{terms}\n\n¿Le parece posible?",
}


class FixedClock:
    def now(self) -> datetime:
        return datetime(2026, 11, 22, tzinfo=UTC)


def a_brief(**changes: object) -> NegotiatorBrief:
    price = Price(amount_minor=5900, currency="EUR", period=Period.MONTH)
    terms = Terms(
        unit_price=price,
        quantity=5000,
        unit="contacts",
        term_months=12,
        setup_fee=Money(amount_minor=0, currency="EUR"),
        tax_rate_bp=1900,
    )
    quote = Quote(quote_id="q", vendor_id="brieflark", round=0, terms=terms, message=MAIL)
    need = Requisition(
        requisition_id="r",
        need="email marketing tool",
        category="saas",
        quantity=5000,
        unit="contacts",
        ceiling=price.model_copy(update={"amount_minor": 6000}),
    )
    known: dict[str, object] = {
        "case_id": "case-1",
        "requisition": need,
        "vendor": VendorFacts(vendor_id="brieflark", name="Brieflark"),
        "operator": "Ada Example",
        "others": (OtherVendor(name="Postino", amounts=(Money.of(64, "EUR"),)),),
        "quote": quote,
        "history": (Offered(round=0, side=Side.VENDOR, terms=terms),),
        "language": Language.DE,
    }
    return NegotiatorBrief.model_validate({**known, **changes})


def propose(brief: NegotiatorBrief, *bodies: str):
    model = ScriptedModel({"negotiator.wording": [{"body": body} for body in bodies] * 2}, clock=FixedClock()) if bodies else NoModel()
    return asyncio.run(Negotiator(model).propose(brief))


@pytest.mark.parametrize("language", list(Language))
def test_a_counteroffer_is_written_and_passes_its_check_in_every_language(language):
    proposal = propose(a_brief(language=language))
    assert (proposal.move, proposal.held) == (Move.COUNTER, ())
    assert proposal.terms is not None
    assert letters.price_line(proposal.terms, language) in proposal.letter.body


@pytest.mark.parametrize(("language", "body"), HONEST.items())
def test_a_model_may_word_the_letter_in_its_language_around_the_decided_sentence(language, body):
    template = propose(a_brief(language=language))
    assert template.terms is not None
    (sentence,) = letters.fixed_sentences((template.terms,), language)
    worded = propose(a_brief(language=language, tier=Tier.DEEP), body.format(terms=sentence))
    assert (worded.worded_by, worded.tier, worded.held) == ("model", Tier.DEEP, ())
    assert sentence in worded.letter.body
    assert worded.letter.body.splitlines()[0] == template.letter.body.splitlines()[0]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text + " Unser Budget endet bei 60 €.",
        lambda text: text + " Postino verlangt weniger.",
        lambda text: text + " Wir nehmen Ihr Angebot an.",
        lambda text: text + " Das ist unser letztes Angebot.",
        lambda text: text + " Antworten Sie bis Freitag.",
        lambda text: text.replace("5.000", "50.000"),
        lambda text: text.replace("12 Monate", "24 Monate"),
        lambda text: text.replace("€", "USD"),
        lambda text: text.replace("netto", "brutto"),
        lambda text: text.replace("Vorbehaltlich des Vertrags k", "K"),
        lambda _: "Vielen Dank, das klingt gut. Können Sie uns noch etwas entgegenkommen?",
    ],
)
def test_a_wording_that_loses_or_changes_a_figure_or_says_too_much_is_replaced_by_the_template(spoil):
    template = propose(a_brief())
    assert template.terms is not None
    (sentence,) = letters.fixed_sentences((template.terms,), Language.DE)
    proposal = propose(a_brief(tier=Tier.DEEP), spoil(HONEST[Language.DE].format(terms=sentence)))
    assert (proposal.worded_by, proposal.tier, proposal.held) == ("template", Tier.RULES, ())
    assert proposal.fallback.startswith("model_answer: the wording was refused")
    assert proposal.letter == template.letter


def test_the_model_is_told_the_language_and_the_sentences_that_must_stand():
    sentence = letters.fixed_sentences((propose(a_brief()).terms,), Language.DE)[0]
    model = ScriptedModel({"negotiator.wording": [{"body": HONEST[Language.DE].format(terms=sentence)}]}, clock=FixedClock())
    asyncio.run(Negotiator(model).propose(a_brief(tier=Tier.DEEP)))
    seen = " ".join(message.text for call in model.exchanges for message in call)
    assert "German" in seen
    assert sentence in seen
    assert not [secret for secret in ("60.00", "60,00", "Postino", "64.00", "64,00") if secret in seen]


def test_a_lower_offer_that_is_proved_and_permitted_is_mentioned_and_must_stay_in_the_wording():
    proof = EvidenceRef(digest=MAIL, origin=Origin.VENDOR_MAIL)
    told = a_brief(leverage=LeverageClaim(evidence=(proof,), permitted=True))
    proposal = propose(told)
    assert proposal.held == ()
    assert "niedriger ist als Ihres" in proposal.letter.body
    assert "niedriger" not in propose(a_brief(leverage=LeverageClaim(evidence=(proof,)))).letter.body
    assert proposal.terms is not None
    sentence = letters.fixed_sentences((proposal.terms,), Language.DE)[0]
    dropped = propose(told.model_copy(update={"tier": Tier.DEEP}), HONEST[Language.DE].format(terms=sentence))
    assert dropped.worded_by == "template"
