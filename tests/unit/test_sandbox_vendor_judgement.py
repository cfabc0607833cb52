"""A simulated sales desk: hears plain words, gives way by its policy, never below its floor, and repeats itself exactly."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.sandbox.vendors.bargaining import Act, Dealing, respond
from tools.sandbox.vendors.cast import BRIEFLARK, DEMO_VENDORS, FABLEPOST, MUTEMAIL, PAPERTERN, POSTINO, TEST_VENDORS, ZIGZAG
from tools.sandbox.vendors.listening import Heard, Said, hear
from tools.sandbox.vendors.personality import Personality
from tools.sandbox.vendors.wording import Papers, letter

RFQ = "Request for quote\nNeed: 5,000 contacts\nNeed: EU data residency\nNeed: phone support\n"
PAPERS = Papers(date(2026, 11, 22), "C-1", "INV-1", 67830)


def ask(euros: str) -> str:
    return f"Thank you. We can commit today at {euros} EUR net per month, billed yearly (12 months), up to 5,000 contacts, no set-up fee."


def talk(vendor: Personality, *mails: str) -> list[tuple[Act | None, int | None]]:
    dealing, said = Dealing(), []
    for mail in mails:
        dealing, response = respond(vendor, dealing, hear(mail))
        said.append((response.act, response.offer.price_minor if response.offer else None) if response else (None, None))
    return said


@pytest.mark.parametrize(
    ("text", "said", "price"),
    [
        (RFQ, Said.REQUEST, None),
        (ask("45.00"), Said.COUNTEROFFER, 4500),
        ("You quoted 59.00 EUR. We propose 45,50 € per month.", Said.COUNTEROFFER, 4550),
        ("Our counteroffer: EUR 540.00 per year, paid in advance.", Said.COUNTEROFFER, 4500),
        ("We accept your offer of 47.50 EUR net per month. Please send the contract as a PDF for signature.", Said.ACCEPTANCE, 4750),
        ("We have decided for another vendor. Thank you.", Said.FAREWELL, None),
        ("What is your favourite bird?", Said.SOMETHING_ELSE, None),
        ("Please clarify:\n- Is the price of 59.00 EUR net, or does it include VAT?", Said.SOMETHING_ELSE, 5900),
        ("Need: 5,000 contacts\nNeed: proposals under 60.00 EUR", Said.REQUEST, 6000),
        ("Thank you for your offer. We will not go ahead with it this time.", Said.FAREWELL, None),
    ],
)
def test_the_desk_hears_what_the_mail_does(text: str, said: Said, price: int | None) -> None:
    heard = hear(text)
    assert (heard.said, heard.price_minor) == (said, price)


def test_the_desk_hears_the_particulars() -> None:
    heard = hear(f"{ask('45.00')} Payment within 30 days.")
    assert (heard.yearly, heard.without_setup, heard.quantity, heard.payment_days) == (True, True, 5000, 30)
    assert hear(RFQ).needs == ("5,000 contacts", "EU data residency", "phone support")


def test_a_signed_contract_needs_its_attachment() -> None:
    text = "Please find attached the signed contract C-1, order PO-2026-7."
    assert hear(text, with_pdf=True).said is Said.SIGNED_CONTRACT
    assert hear(text, with_pdf=True).order == "PO-2026-7"
    assert hear(text).said is not Said.SIGNED_CONTRACT


def test_brieflark_gives_way_step_by_step_for_a_prepaid_year() -> None:
    steps = talk(BRIEFLARK, RFQ, ask("42.00"), ask("43.00"), ask("44.00"), ask("44.50"))
    assert steps == [(Act.QUOTE, 5900), (Act.COUNTER, 5300), (Act.COUNTER, 4950), (Act.COUNTER, 4750), (Act.HOLD, 4750)]


def test_brieflark_gives_less_for_monthly_billing() -> None:
    assert talk(BRIEFLARK, RFQ, "We propose 40.00 EUR per month, billed monthly.")[1] == (Act.COUNTER, 5750)


def test_postino_gives_five_percent_once_and_keeps_its_setup_fee() -> None:
    assert talk(POSTINO, RFQ, ask("50.00"), ask("55.00")) == [(Act.QUOTE, 6400), (Act.COUNTER, 6080), (Act.HOLD, 6080)]
    assert talk(POSTINO, RFQ, ask("64.00"))[1][0] is Act.COUNTER
    assert talk(POSTINO, RFQ, ask("68.50"))[1] == (Act.AGREE, 6850)


def test_an_offer_the_desk_would_make_itself_is_taken() -> None:
    assert talk(BRIEFLARK, RFQ, ask("53.00"))[1] == (Act.AGREE, 5300)
    assert talk(BRIEFLARK, RFQ, ask("52.99"))[1] == (Act.COUNTER, 5300)


def test_an_acceptance_below_the_standing_offer_is_not_taken() -> None:
    accept = "We accept your offer of {} EUR net per month, billed yearly. Please send the contract as a PDF for signature."
    assert talk(BRIEFLARK, RFQ, ask("42.00"), accept.format("45.00"))[2] == (Act.ASK_BACK, 5300)
    assert talk(BRIEFLARK, RFQ, ask("42.00"), accept.format("53.00"))[2] == (Act.SEND_CONTRACT, 5300)


def test_no_order_is_confirmed_before_terms_are_agreed() -> None:
    dealing, _ = respond(BRIEFLARK, Dealing(), hear(RFQ))
    _, response = respond(BRIEFLARK, dealing, hear("attached the signed contract, order PO-1", with_pdf=True))
    assert response is not None
    assert response.act is Act.ASK_BACK


def test_a_farewell_ends_the_dealing() -> None:
    assert talk(BRIEFLARK, RFQ, "We have chosen another vendor.", ask("59.00"))[1:] == [(Act.FAREWELL, 5900), (None, None)]


def test_mutemail_never_answers() -> None:
    assert talk(MUTEMAIL, RFQ, ask("60.00")) == [(None, None)] * 2


@given(st.sampled_from((*DEMO_VENDORS, *TEST_VENDORS)), st.lists(st.tuples(st.integers(1, 9000), st.booleans(), st.booleans()), max_size=8))
def test_no_desk_goes_below_its_floor_or_above_an_earlier_offer(vendor: Personality, asks: list[tuple[int, bool, bool]]) -> None:
    dealing, _ = respond(vendor, Dealing(), Heard(Said.REQUEST))
    for price, yearly, without_setup in asks:
        before = dealing.offer
        dealing, response = respond(
            vendor, dealing, Heard(Said.COUNTEROFFER, price_minor=price, yearly=yearly, without_setup=without_setup)
        )
        if response is None or response.offer is None:
            continue
        floor = (vendor.yearly if yearly else vendor.monthly)[-1] * 12 + (*vendor.setup_steps, vendor.setup_minor)[0]
        assert response.offer.net_minor >= floor
        if response.act in {Act.COUNTER, Act.HOLD} and before is not None and before.yearly == yearly:
            assert response.offer.net_minor <= before.net_minor


@pytest.mark.parametrize("vendor", [*DEMO_VENDORS, FABLEPOST, ZIGZAG], ids=lambda vendor: vendor.vendor_id)
@given(seed=st.integers(0, 50))
def test_the_same_seed_gives_the_same_words(vendor: Personality, seed: int) -> None:
    _, response = respond(vendor, Dealing(), hear(RFQ))
    assert response is not None
    assert letter(vendor, response, "Jo", PAPERS, seed=seed) == letter(vendor, response, "Jo", PAPERS, seed=seed)


@pytest.mark.parametrize(("vendor", "price"), [(BRIEFLARK, "59.00 EUR"), (POSTINO, "64,00 €"), (PAPERTERN, "EUR 41.00")])
def test_a_quote_states_every_term_in_the_vendors_own_figures(vendor: Personality, price: str) -> None:
    _, response = respond(vendor, Dealing(), hear(RFQ))
    assert response is not None
    text = letter(vendor, response, "Jo", PAPERS, seed=1).plain
    for words in (
        f"{price} net per month",
        "contacts",
        "19 % VAT",
        "et-up fee",
        "12 months",
        "valid until",
        f"{vendor.payment_days} days",
        vendor.region,
    ):
        assert words in text
    assert "(a fictional company)" in text


def test_needs_are_answered_one_by_one() -> None:
    _, response = respond(PAPERTERN, Dealing(), hear(RFQ))
    assert response is not None
    text = letter(PAPERTERN, response, "Jo", PAPERS, seed=1).plain
    assert "EU data residency: no, data is kept in the United States only" in text
    assert "phone support: not included" in text


def test_questions_are_answered_with_the_standing_offer() -> None:
    dealing, _ = respond(PAPERTERN, Dealing(), hear(RFQ))
    _, response = respond(
        PAPERTERN,
        dealing,
        hear("Before we can go on, please clarify:\n- Is the data kept in the EU, or elsewhere?\n- What is the notice?\n"),
    )
    assert response is not None
    assert response.act is Act.ASK_BACK
    text = letter(PAPERTERN, response, "Jo", PAPERS, seed=1).plain
    assert "Our offer stands at EUR 41.00 net per month" in text
    assert "kept in the EU, or elsewhere: please see the terms above" in text
    assert "United States only" in text


def test_the_bad_habits_show() -> None:
    def quote(vendor: Personality) -> str:
        _, response = respond(vendor, Dealing(), hear(RFQ))
        assert response is not None
        return letter(vendor, response, "Jo", PAPERS, seed=1).plain

    assert "your other vendor charges 74.00 EUR" in quote(FABLEPOST)
    assert quote(ZIGZAG).count("net per month") == 2
    assert "automated assistants" in quote(PAPERTERN)
