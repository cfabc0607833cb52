"""New words are told from quoted history, whatever the client and language, and in linear time."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.connectors.mail.quoting import new_text

OURS = "45.00 EUR"
SHAPES = {
    "gmail": "We can do 52.00 EUR.\n\nOn Mon, 23 Nov 2026 at 09:00, Jo Buyer <jo@buyer.example> wrote:\n> We can commit at 45.00 EUR\n> today.",
    "gmail, wrapped attribution": (
        "We can do 52.00 EUR.\n\nOn Mon, 23 Nov 2026 at 09:00, Jo Buyer\n<jo@buyer.example> wrote:\n\n> We can commit at 45.00 EUR"
    ),
    "apple, unquoted history": "We can do 52.00 EUR.\n\nOn 23. Nov 2026, at 09:00, Jo <jo@buyer.example> wrote:\n\nWe can commit at 45.00 EUR",
    "german": "Gerne 52.00 EUR.\n\nAm Mo., 23. Nov. 2026 um 09:00 Uhr schrieb Jo Buyer <jo@buyer.example>:\n> We can commit at 45.00 EUR",
    "german thunderbird": "Gerne 52.00 EUR.\n\nAm 23.11.26 um 09:00 schrieb Jo Buyer:\n> We can commit at 45.00 EUR",
    "french": "Ce sera 52.00 EUR.\n\nLe lun. 23 nov. 2026 à 09:00, Jo Buyer <jo@buyer.example> a écrit :\n> We can commit at 45.00 EUR",
    "spanish": "Serían 52.00 EUR.\n\nEl lun, 23 nov 2026 a las 9:00, Jo Buyer (<jo@buyer.example>) escribió:\n> We can commit at 45.00 EUR",
    "italian": "Sono 52.00 EUR.\n\nIl giorno lun 23 nov 2026 alle ore 09:00 Jo Buyer <jo@buyer.example> ha scritto:\n> We can commit at 45.00 EUR",
    "outlook": (
        "We can do 52.00 EUR.\n\n________________________________\nFrom: Jo Buyer <jo@buyer.example>\nSent: Monday, 23 November 2026 09:00\n"
        "To: Sales\nSubject: Counteroffer\n\nWe can commit at 45.00 EUR"
    ),
    "outlook, german": "Gerne 52.00 EUR.\n\nVon: Jo Buyer\nGesendet: Montag, 23. November 2026 09:00\nAn: Vertrieb\nBetreff: AW\n\nWe commit at 45.00 EUR",
    "outlook, bold labels": "52.00 EUR.\n\n*From:* Jo\n*Date:* Monday\n*To:* Sales\n*Subject:* x\n\nWe can commit at 45.00 EUR",
    "original message": "We can do 52.00 EUR.\n\n-----Original Message-----\nFrom: Jo\nSent: today\n\nWe can commit at 45.00 EUR",
    "ursprüngliche nachricht": "Gerne 52.00 EUR.\n\n-------- Ursprüngliche Nachricht --------\nVon: Jo\n\nWe can commit at 45.00 EUR",
    "answer below": "On Mon, 23 Nov 2026, Jo <jo@buyer.example> wrote:\n> We can commit at 45.00 EUR\n\nWe can do 52.00 EUR.",
    "answer between": (
        "Hi Jo,\n\nOn Mon, 23 Nov 2026, Jo <jo@buyer.example> wrote:\n> We can commit\nWe can do 52.00 EUR.\n> at 45.00 EUR\nand no less."
    ),
    "bare quotes": "> We can commit at 45.00 EUR\nWe can do 52.00 EUR.",
    "address and date only": "52.00 EUR.\n\nJo Buyer <jo@buyer.example> wrote:\n> We can commit at 45.00 EUR",
    "windows line ends": "We can do 52.00 EUR.\r\n\r\nOn Mon, 23 Nov 2026, Jo wrote:\r\n> We can commit at 45.00 EUR",
}


@pytest.mark.parametrize("shape", SHAPES)
def test_quoted_history_is_cut_and_the_new_price_stays(shape: str) -> None:
    found = new_text(SHAPES[shape]).text
    assert "52.00 EUR" in found
    assert OURS not in found
    assert "schrieb" not in found
    assert "wrote" not in found


@pytest.mark.parametrize(
    "text",
    [
        "Thanks, our price is 59.00 EUR per month.",
        "Offer:\n- Price: 59.00 EUR\n- Set-up: none\n\nKind regards\nMia",
        "From: 1 January the price is 59.00 EUR.\nTo: be clear, that is net.",
        "On 1 December we start:\n59.00 EUR",
        "Warning: the offer ends soon. Mail me.\n59.00 EUR",
        "From now on:\nSubject to contract, 59.00 EUR.",
        "A\n-----\n59.00 EUR",
    ],
)
def test_new_words_that_look_like_closings_lists_or_headers_stay(text: str) -> None:
    assert new_text(text).text == text


def test_words_below_the_quote_of_a_top_posted_mail_are_reported() -> None:
    text = "We can do 52.00 EUR.\nRegards\n\nOn 23 Nov 2026, Jo wrote:\n> 45.00 EUR?\nAnd: 60.00 EUR from May."
    found = new_text(text)
    assert "60.00" not in found.text
    assert found.left_out_below


@given(st.text(alphabet=st.sampled_from("ab9>@:-_\n \t"), max_size=300), st.text(alphabet="xyz >\n", max_size=80))
def test_what_is_quoted_never_counts_as_new(new: str, old: str) -> None:
    quoted = "".join(f"> SECRET {line}\n" for line in old.split("\n"))
    assert "SECRET" not in new_text(f"{new}\n{quoted}").text


@given(st.text(max_size=400))
def test_no_word_is_invented(text: str) -> None:
    given_text = text.replace("\r\n", "\n").replace("\r", "\n")
    assert all(line in given_text for line in new_text(text).text.split("\n"))


@pytest.mark.parametrize("piece", ["Am schrieb ", "On 1 \n", "> ", "From: a\nTo: b\n", "wrote:\n", "-- \n", "____\n"])
def test_hostile_repetition_is_read_without_stalling(piece: str) -> None:
    new_text(piece * 50_000)
