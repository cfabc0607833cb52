"""An offer of which it is not clear until when it stands: bargained over, but not taken, not held against another, and not awarded."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pytest

from agents.negotiator import Move, Negotiator, NegotiatorBrief, NegotiatorProposal, Offered, Side, read_quote
from agents.negotiator.language import Language
from agents.negotiator.leverage import leverage_over
from agents.quote_analyst import Concluded, QuoteAnalyst, QuoteAnalystBrief
from memory.domain.base import sha256_hex
from memory.domain.money import Money, Period, Price
from memory.domain.quote import NegotiationOutcome, Quote, Terms
from memory.domain.requisition import Requisition
from memory.domain.vendor import VendorFacts
from tools.llm.choice import NoModel

TODAY = date(2026, 11, 22)
NEED = Requisition(
    requisition_id="r",
    need="email marketing tool",
    category="saas",
    quantity=5000,
    unit="contacts",
    ceiling=Price(amount_minor=6000, currency="EUR", period=Period.MONTH),
)
TERMS = Terms(
    unit_price=Price(amount_minor=4500, currency="EUR", period=Period.MONTH),
    quantity=5000,
    unit="contacts",
    term_months=12,
    billing=Period.YEAR,
    setup_fee=Money(amount_minor=0, currency="EUR"),
    tax_rate_bp=1900,
)
FIRST = TERMS.model_copy(update={"unit_price": Price(amount_minor=5900, currency="EUR", period=Period.MONTH)})
MET = "45.00 EUR net per month for 5,000 contacts, 12 months, billed yearly, no set-up fee, 19 % VAT"


def quoted(words: str) -> Quote:
    text = f"Hello,\n\n{MET}, {words}.\n"
    reading = read_quote(
        text,
        quote_id="q",
        vendor_id="v",
        round=1,
        message=sha256_hex(text.encode()),
        requisition=NEED,
        tax_rate_bp=1900,
        earlier=FIRST,
        ours=TERMS,
        received_on=TODAY,
    )
    assert reading.quote is not None
    assert reading.quote.ambiguous == ()
    return reading.quote


def moved(quote: Quote, **changes: Any) -> NegotiatorProposal:
    sides = ((Side.VENDOR, FIRST), (Side.OURS, TERMS), (Side.VENDOR, quote.terms))
    known: dict[str, Any] = {
        "case_id": "case-1",
        "requisition": NEED,
        "vendor": VendorFacts(vendor_id="v", name="Brieflark"),
        "operator": "Ada Example",
        "quote": quote,
        "history": tuple(Offered(round=k, side=side, terms=terms) for k, (side, terms) in enumerate(sides)),
        "today": TODAY,
        "rounds_left": 3,
    }
    return asyncio.run(Negotiator(NoModel()).propose(NegotiatorBrief.model_validate({**known, **changes})))


def test_an_offer_that_meets_ours_is_taken_only_when_the_day_until_which_it_stands_is_clear() -> None:
    assert moved(quoted("valid until 2026-12-05")).move is Move.ACCEPT
    assert moved(quoted("plus nothing else")).move is Move.ACCEPT
    doubtful = moved(quoted("valid until 05/12/2026"))
    assert (doubtful.move, doubtful.held) == (Move.CLARIFY, ())
    assert "Until which day is the offer valid?" in doubtful.letter.body


def test_when_asking_is_over_it_is_still_not_taken() -> None:
    last = moved(quoted("valid until 05/12/2026"), questions_asked=2, rounds_left=0)
    assert (last.move, last.stands) == (Move.WALK_AWAY, False)


def test_an_offer_whose_day_is_over_is_asked_about_and_not_taken() -> None:
    over = moved(quoted("valid until 2026-11-30"), today=date(2026, 12, 1))
    assert over.move is Move.CLARIFY
    assert moved(quoted("valid until 2026-11-30"), today=date(2026, 12, 1), questions_asked=2, rounds_left=0).move is Move.WALK_AWAY


@pytest.mark.parametrize(
    ("language", "words"), [(Language.DE, "Bis zu welchem Tag"), (Language.FR, "Jusqu'à quel jour"), (Language.ES, "Hasta qué día")]
)
def test_the_question_is_asked_in_the_language_of_the_letter(language: Language, words: str) -> None:
    asked = moved(quoted("valid until 05/12/2026"), language=language)
    assert asked.held == ()
    assert words in asked.letter.body
    assert "05/12/2026" in asked.letter.body


def test_it_is_no_leverage_over_another_vendor() -> None:
    clear, doubtful = (
        leverage_over(FIRST, (quoted(f"valid until {day}"),), permitted=True, today=TODAY) for day in ("2026-12-05", "05/12/2026")
    )
    assert (clear.may_be_said, doubtful.may_be_said) == (True, False)


def test_it_is_not_awarded() -> None:
    def recommended(quote: Quote) -> str | None:
        ended = Concluded(
            vendor_id="v", vendor_name="Brieflark", outcome=NegotiationOutcome.FINAL_QUOTE, rounds=1, list_quote=quote, final_quote=quote
        )
        brief = QuoteAnalystBrief(case_id="case-1", requisition=NEED, concluded=(ended,))
        return asyncio.run(QuoteAnalyst(NoModel()).propose(brief)).vendor_id

    assert [recommended(quoted(f"valid until {day}")) for day in ("2026-12-05", "05/12/2026")] == ["v", None]


def test_a_quote_from_before_the_doubt_was_kept_is_still_read() -> None:
    body = quoted("valid until 05/12/2026").model_dump(mode="json")
    assert body.pop("doubtful_validity")
    assert Quote.model_validate(body).doubtful_validity == ()
