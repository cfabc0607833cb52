"""`qm cases show`: what the talks with a vendor came to, round by round."""

from __future__ import annotations

import pytest

from app.bootstrap import open_office
from memory.domain.answers import Answer, TermAnswer
from memory.domain.events.cases import CaseOpened, RequisitionSubmitted
from memory.domain.events.negotiation import CounterofferProposed, NegotiationReasoned, QuoteReceived
from memory.domain.evidence import Span
from memory.domain.quote import Counteroffer
from memory.domain.reasoning import Reasoning

CASE = "CASE-7"
WORDS = "the cap of 3 % is not possible"


@pytest.fixture
def talks(home, requisition, quote, terms):
    """A case in whose first round the vendor came down and refused a cap on increases."""
    refused = TermAnswer(
        term="price_increase_cap_bp", asked="300", says=WORDS, answer=Answer.REFUSED, span=Span(start=0, end=len(WORDS), text=WORDS)
    )
    offer = Counteroffer(
        vendor_id="postbird", round=1, terms=terms(4400, payment_days=14, price_increase_cap_bp=300), rationale="because it is so"
    )
    with open_office(home) as office:
        office.unit_of_work.act(
            "written",
            [
                CaseOpened(case_id=CASE, instruction="an email tool", evidence="a" * 64, channel="cli", graph_version=1),
                RequisitionSubmitted(requisition=requisition(), restated="an email tool"),
                QuoteReceived(quote=quote(5900)),
                NegotiationReasoned(vendor_id="postbird", round=0, reasoning=Reasoning(round=0, move="counter", words="Because.")),
                CounterofferProposed(counteroffer=offer, effect_key="mail/1", body="b" * 64),
                QuoteReceived(quote=quote(5500, quote_id="Q-2", round=1), on_our_terms=(refused,)),
            ],
            stream=CASE,
            actor="test",
        )
    return home


def test_the_table_of_offers_shows_the_terms_in_which_alone_a_step_may_lie(qm, talks):
    shown = qm("cases", "show", CASE)
    ours = next(line for line in shown.out.splitlines() if " ours " in line)
    assert "14 days to pay, cap 3 %" in ours


def test_each_round_tells_what_the_vendor_did_with_our_terms(qm, talks):
    shown = qm("cases", "show", CASE)
    told = " ".join(shown.out.split())
    assert f'Our terms: Refused: cap of 3 % on increases ("{WORDS}").' in told
    assert told.count("Refused: cap of 3 % on increases") == 2, "once with its round and once in the timeline"
    (one,) = qm("cases", "show", CASE, "--json").json["talks"]
    assert one["rounds"][0]["answered"][0]["answer"] == "refused"
