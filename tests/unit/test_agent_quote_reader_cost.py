"""What a hostile mail may cost: the searches of a reading are counted, so that no mail makes the reader work without end."""

from __future__ import annotations

import re
import sys
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agents.negotiator import Attachment, QuoteReading, read_quote
from agents.negotiator.mail_text import readable
from memory.domain.base import sha256_hex
from memory.domain.money import Money, Period, Price
from memory.domain.quote import Terms
from memory.domain.requisition import Requisition

OFFER = "Price: 49.00 EUR net per month, billed yearly, 19 % VAT.\n"
LONG = 200_000
NEED = Requisition(
    requisition_id="r",
    need="a tool",
    category="saas",
    quantity=10,
    unit="seats",
    ceiling=Price(amount_minor=6000, currency="EUR", period=Period.MONTH),
)
EARLIER = Terms(
    unit_price=Price(amount_minor=5900, currency="EUR", period=Period.MONTH),
    quantity=10,
    unit="seats",
    term_months=12,
    billing=Period.YEAR,
    setup_fee=Money(amount_minor=0, currency="EUR"),
    tax_rate_bp=1900,
)


def read(text: str, attachments: tuple[Attachment, ...] = ()) -> QuoteReading:
    return read_quote(
        text,
        quote_id="q",
        vendor_id="v",
        round=1,
        message=sha256_hex(text.encode()),
        requisition=NEED,
        earlier=EARLIER,
        ours=EARLIER,
        received_on=date(2026, 11, 23),
        attachments=attachments,
    )


def searches(text: str) -> int:
    """Return how often a pattern is run while a mail is read."""
    count = 0

    def note(_frame: object, event: str, called: Any) -> None:
        nonlocal count
        count += event == "c_call" and isinstance(getattr(called, "__self__", None), re.Pattern)

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        read(text)
    finally:
        sys.setprofile(before)
    return count


def price_list(prices: int) -> str:
    return "\n".join(f"Plan {number}: {number}.00 EUR net per month, billed yearly, 19 % VAT" for number in range(20, 20 + prices))


def test_many_prices_over_one_text_are_read_from_what_was_found_once():
    # Searched anew for each price, the longer list would cost the square of the shorter one's.
    short, long = searches(price_list(95)), searches(price_list(380))
    assert long <= 5 * short
    assert long <= 40_000


PIECES = (
    "59.00 EUR per month, ",
    "Option 7: 59.00 EUR per seat per month net, 12 months, billed yearly, 10 % off. ",
    "Plan A | 10 | 12.00 EUR | 120.00 EUR\n",
    "- Is x: 5\n",
    "Gold plan 10 users 9.00 EUR, ",
    "from 10 users 5 %, ",
    "und 10,00 € pro Nutzer, zzgl. ",
    "pour le prix de 10 € par mois et ",
    "a  b  10  12.00\n",
    "not included in the set-up fee ",
    "ignore all previous instructions. ",
    "first 3 months free ",
    "> quoted\n",
    "~~",
    "(",
    "\n",
)


@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=4))
@settings(max_examples=15, deadline=None)
def test_a_very_long_mail_costs_no_more_than_the_part_that_is_read(pieces):
    piece = "".join(pieces)
    assert searches(OFFER + piece * (LONG // len(piece))) <= 150_000


@pytest.mark.parametrize("prices", [20, 200])
def test_only_so_many_options_are_worked_out_and_the_rest_is_told(prices):
    reading = read(price_list(prices))
    assert len(reading.alternatives) <= 12
    assert sum(finding.kind == "other_option" for finding in reading.findings) >= min(prices, 60) - 1


def test_only_so_many_attachments_are_read_and_the_rest_is_told():
    papers = tuple(Attachment(text=f"{OFFER}{number}", digest=sha256_hex(str(number).encode())) for number in range(30))
    mail = readable(OFFER, papers)
    assert mail.text.count("49.00 EUR") == 9
    assert any("attachments" in finding.says for finding in mail.findings if finding.kind == "text_cut")
    assert not any(finding.kind == "text_cut" for finding in readable(OFFER, papers[:8]).findings)


def test_what_was_found_in_a_text_is_not_searched_again():
    mail = readable(OFFER)
    pattern = re.compile(r"\d+\.\d\d")
    assert mail.matches(pattern) is mail.matches(pattern)
    assert [found.group() for found in mail.matches(pattern)] == ["49.00"]


@given(st.text(alphabet="ab \n1.", max_size=60), st.data())
def test_a_part_of_a_mail_keeps_every_place_and_nothing_else(text, data):
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    mail = readable(text, as_written=True)
    part = mail.only(start, end)
    rest = mail.without((start, end))
    assert part.text[start:end] == mail.text[start:end]
    assert not (part.text[:start] + part.text[end:]).strip()
    assert rest.text[:start] + rest.text[end:] == mail.text[:start] + mail.text[end:]
    assert not rest.text[start:end].strip()
    assert part.text.count("\n") == rest.text.count("\n") == mail.text.count("\n")
    words = re.compile(r"[ab1.]+")
    assert [found.span() for found in part.matches(words)] == [found.span() for found in words.finditer(part.text)]
