"""The negotiator against the simulated sales desks: reader, strategy and letters together, by the words of the mails alone."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import date

from agents.negotiator import (
    Move,
    Negotiator,
    NegotiatorBrief,
    NegotiatorProposal,
    Offered,
    QuoteReading,
    Side,
    letters,
    read_confirmation,
    read_quote,
)
from memory.domain.base import sha256_hex
from memory.domain.instruction import Urgency
from memory.domain.money import Money, Period, Price
from memory.domain.requisition import Requisition
from memory.domain.vendor import VendorFacts
from tools.llm.choice import NoModel
from tools.sandbox.vendors.bargaining import Dealing, respond
from tools.sandbox.vendors.cast import BRIEFLARK, FABLEPOST, PAPERTERN, POSTINO, ZIGZAG
from tools.sandbox.vendors.listening import hear
from tools.sandbox.vendors.personality import Personality
from tools.sandbox.vendors.wording import Papers, letter

TODAY = date(2026, 11, 22)


def a_need(urgency: Urgency = Urgency.NORMAL) -> Requisition:
    return Requisition(
        requisition_id="r",
        need="email marketing tool",
        category="saas",
        quantity=5000,
        unit="contacts",
        ceiling=Price(amount_minor=6000, currency="EUR", period=Period.MONTH),
        must_have=("EU data residency",),
        urgency=urgency,
    )


@dataclass
class Talk:
    """One negotiation, mail by mail."""

    desk: Personality
    need: Requisition
    dealing: Dealing = field(default_factory=Dealing)
    history: list[Offered] = field(default_factory=list)
    readings: list[QuoteReading] = field(default_factory=list)
    proposals: list[NegotiatorProposal] = field(default_factory=list)

    def propose(self) -> NegotiatorProposal:
        last = self.readings[-1] if self.readings else None
        brief = NegotiatorBrief(
            case_id="c",
            requisition=self.need,
            # One id for all: it seeds the engine, and two desks are compared.
            vendor=VendorFacts(vendor_id="desk", name=self.desk.name),
            operator="Ada Example",
            history=tuple(self.history),
            quote=last.quote if last else None,
            vendor_final=last.final if last else False,
            answer_unreadable=last is not None and last.quote is None,
            denied_needs=last.denied_needs if last else (),
            rounds_left=4 - sum(offered.side is Side.OURS for offered in self.history),
            questions_asked=sum(proposal.move is Move.CLARIFY for proposal in self.proposals),
            today=TODAY,
        )
        self.proposals.append(asyncio.run(Negotiator(NoModel()).propose(brief)))
        return self.proposals[-1]

    def hear_back(self, sent: str, *, with_pdf: bool = False, papers: Papers | None = None) -> str:
        self.dealing, response = respond(self.desk, self.dealing, hear(sent, with_pdf=with_pdf))
        assert response is not None
        return letter(self.desk, response, "Ada Example", papers or Papers(TODAY), seed=7).plain

    def read(self, text: str) -> None:
        offers = {side: [offered.terms for offered in self.history if offered.side is side] for side in Side}
        reading = read_quote(
            text,
            quote_id=f"q-{len(self.readings)}",
            vendor_id=self.desk.vendor_id,
            round=len(self.readings),
            message=sha256_hex(text.encode()),
            requisition=self.need,
            earlier=next(iter(offers[Side.VENDOR][-1:]), None),
            ours=next(iter(offers[Side.OURS][-1:]), None),
            received_on=TODAY,
        )
        self.readings.append(reading)
        if reading.quote is not None:
            self.history.append(Offered(round=len(self.readings), side=Side.VENDOR, terms=reading.quote.terms))

    def run(self) -> NegotiatorProposal:
        for _ in range(12):
            proposal = self.propose()
            assert proposal.held == ()
            if proposal.move in {Move.ACCEPT, Move.WALK_AWAY}:
                return proposal
            if proposal.terms is not None:
                self.history.append(Offered(round=len(self.readings), side=Side.OURS, terms=proposal.terms))
            self.read(self.hear_back(proposal.letter.body))
        raise AssertionError("the talk did not end")

    @property
    def counters(self) -> int:
        return sum(proposal.move is Move.COUNTER for proposal in self.proposals)


def test_a_conceding_vendor_is_brought_within_the_ceiling_in_at_least_two_rounds():
    for urgency in (Urgency.NORMAL, Urgency.HOT):
        talk = Talk(BRIEFLARK, a_need(urgency))
        end = talk.run()
        assert end.move is Move.ACCEPT
        assert talk.counters >= 2
        assert end.terms is not None
        assert end.terms.all_in_total() <= Money(amount_minor=72_000, currency="EUR")
        assert all(reading.quote and not reading.quote.ambiguous for reading in talk.readings)


def test_what_was_accepted_is_what_the_desk_then_puts_into_its_contract():
    talk = Talk(BRIEFLARK, a_need())
    end = talk.run()
    talk.hear_back(end.letter.body)
    assert talk.dealing.agreed
    assert talk.dealing.offer is not None
    assert end.terms is not None
    assert (talk.dealing.offer.price_minor, talk.dealing.offer.yearly) == (end.terms.unit_price.amount_minor, True)
    sent = letters.order(operator="Ada Example", vendor="Brieflark", need="email marketing tool", po_number="PO-2026-0001").body
    total = end.terms.all_in_total()
    answer = talk.hear_back(sent, with_pdf=True, papers=Papers(TODAY, "C-1", "INV-77", total.amount_minor))
    confirmation = read_confirmation(answer)
    assert (confirmation.invoice_number, confirmation.invoiced_total, confirmation.order_number) == ("INV-77", total, "PO-2026-0001")


def test_a_stubborn_vendor_above_the_ceiling_is_left_politely():
    talk = Talk(POSTINO, a_need())
    end = talk.run()
    assert end.move is Move.WALK_AWAY
    assert "above the ceiling" in end.rationale
    talk.hear_back(end.letter.body)
    assert talk.dealing.over


def test_a_vendor_outside_the_region_that_talks_to_software_is_left_and_reported():
    talk = Talk(PAPERTERN, a_need())
    assert talk.run().move is Move.WALK_AWAY
    kinds = {finding.kind for finding in talk.readings[0].findings}
    assert {"text_for_software", "bank_details", "denied_need"} <= kinds
    assert talk.readings[0].quote is not None
    assert talk.readings[0].quote.terms.unit_price.amount_minor == 4100


def test_a_lie_about_a_competitor_is_no_offer():
    honest, liar = Talk(BRIEFLARK, a_need()), Talk(FABLEPOST, a_need())
    assert liar.run().terms == honest.run().terms


def test_figures_that_contradict_each_other_are_never_accepted():
    talk = Talk(ZIGZAG, a_need())
    assert talk.run().move is Move.WALK_AWAY
    assert any(reading.quote is not None and reading.quote.ambiguous for reading in talk.readings)
