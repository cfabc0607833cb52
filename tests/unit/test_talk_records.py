"""What earlier talks taught: counted from the ledger, and the tenth negotiation starts better than the first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from agents.negotiator import Move
from agents.negotiator.strategy import Position, decide
from memory.domain.events.cases import CaseOpened
from memory.domain.events.negotiation import CounterofferProposed, NegotiationConcluded, QuoteReceived
from memory.domain.money import Period, Price
from memory.domain.quote import Counteroffer, NegotiationOutcome, Quote, Terms
from memory.domain.requisition import Requisition
from memory.views.talks import talk_record

VENDOR, CATEGORY, DIGEST = "postbird", "email_marketing", "a" * 64
MakeTerms = Callable[..., Terms]


@pytest.fixture
def new_url(sqlite_only: Callable[[], str]) -> Callable[[], str]:
    """Counting is no matter of the database."""
    return sqlite_only


def opened(core: Any, number: int) -> str:
    case_id = f"CASE-{number}"
    core.act(
        f"{case_id}/open",
        CaseOpened(case_id=case_id, instruction="buy", evidence=DIGEST, channel="cli", graph_version=1),
        stream=case_id,
    )
    return case_id


def quoted(core: Any, case_id: str, terms: Terms, round_: int, vendor: str = VENDOR) -> None:
    quote = Quote(quote_id=f"Q-{round_}", vendor_id=vendor, round=round_, message=DIGEST, terms=terms)
    core.act(f"{case_id}/read/{vendor}/{round_}", QuoteReceived(quote=quote), stream=case_id)


def countered(core: Any, case_id: str, terms: Terms, round_: int, vendor: str = VENDOR) -> None:
    ours = Counteroffer(vendor_id=vendor, round=round_, terms=terms, rationale="")
    fact = CounterofferProposed(counteroffer=ours, effect_key=f"{case_id}/{vendor}/{round_}", body=DIGEST)
    core.act(f"{case_id}/move/{vendor}/{round_}", fact, stream=case_id)


def ended(core: Any, case_id: str, rounds: int, outcome: NegotiationOutcome = NegotiationOutcome.AGREED, vendor: str = VENDOR) -> None:
    fact = NegotiationConcluded(vendor_id=vendor, outcome=outcome, rounds=rounds, category=CATEGORY)
    core.act(f"{case_id}/end/{vendor}", fact, stream=case_id)


def talked(core: Any, number: int, terms: MakeTerms, *prices: int, vendor: str = VENDOR, hours: int = 24) -> None:
    """Write a talk in which the vendor quoted these prices, each but the first in answer to an offer of ours."""
    case_id = opened(core, number)
    quoted(core, case_id, terms(prices[0]), 0, vendor)
    for round_, price in enumerate(prices[1:], start=1):
        countered(core, case_id, terms(prices[-1] - 100), round_, vendor)
        core.clock.move(timedelta(hours=hours))
        quoted(core, case_id, terms(price), round_, vendor)
    ended(core, case_id, len(prices) - 1, vendor=vendor)


def test_a_record_counts_where_talks_ended_how_fast_answers_came_and_in_what_manner(core: Any, terms: MakeTerms) -> None:
    talked(core, 1, terms, 6000, 5400, 4800, hours=10)
    talked(core, 2, terms, 6000, 6000, 6000, hours=30)
    record = talk_record(core.database, opened(core, 3), VENDOR, CATEGORY)
    assert record is not None
    assert (record.talks, record.ended_bp, record.spread_bp, record.step_bp) == (2, 9000, 1000, 500)
    assert (record.answer_hours, record.manners) == (20, {"stubborn": 1, "timed": 1})


def test_a_vendor_never_talked_to_is_known_by_its_category_for_half(core: Any, terms: MakeTerms) -> None:
    for number in range(1, 5):
        talked(core, number, terms, 6000, 4800, vendor=f"other-{number}")
    case_id = opened(core, 9)
    record = talk_record(core.database, case_id, VENDOR, CATEGORY)
    assert record is not None
    assert (record.talks, record.ended_bp) == (2, 8000)
    assert talk_record(core.database, case_id, VENDOR, "crm") is None


def test_what_was_concluded_after_a_case_began_does_not_change_what_it_knows(core: Any, terms: MakeTerms) -> None:
    talked(core, 1, terms, 6000, 4800)
    case_id = opened(core, 2)
    before = talk_record(core.database, case_id, VENDOR, CATEGORY)
    talked(core, 3, terms, 6000, 6000)
    assert before is not None
    assert talk_record(core.database, case_id, VENDOR, CATEGORY) == before
    newer = talk_record(core.database, opened(core, 4), VENDOR, CATEGORY)
    assert newer is not None
    assert newer.talks == 2


def test_a_talk_without_an_answer_or_in_two_currencies_teaches_nothing(core: Any, terms: MakeTerms) -> None:
    case_id = opened(core, 1)
    quoted(core, case_id, terms(6000), 0)
    ended(core, case_id, 0, NegotiationOutcome.NO_REPLY)
    other = opened(core, 2)
    quoted(core, other, terms(6000, currency="USD"), 0)
    countered(core, other, terms(4000), 1)
    quoted(core, other, terms(4000), 1)
    ended(core, other, 1)
    assert talk_record(core.database, opened(core, 3), VENDOR, CATEGORY) is None


def test_what_talks_near_a_quarters_end_gave_is_told_apart(core: Any, terms: MakeTerms) -> None:
    for number, month, price in ((1, 0, 5400), (2, 0, 5400), (3, 30, 4800), (4, 0, 4800)):
        core.clock.move(timedelta(days=month))  # from November into the last weeks of December
        talked(core, number, terms, 6000, price, hours=1)
    record = talk_record(core.database, opened(core, 5), VENDOR, CATEGORY)
    assert record is not None
    assert record.quarter_end_bp == 1000


def test_projections_of_talks_rebuild_to_the_same_rows(core: Any, terms: MakeTerms) -> None:
    talked(core, 1, terms, 6000, 5400, 4800)
    assert core.fingerprints() == core.rebuilt()


class SalesDesk:
    """A vendor that takes what is not below its private limit, and else comes down by a third of the way to it."""

    def __init__(self, first: Terms, limit: int) -> None:
        self.offer, self.limit = first, limit

    def answer(self, ours: Terms) -> Terms:
        now = self.offer.unit_price.amount_minor
        if ours.unit_price.amount_minor >= self.limit:
            self.offer = ours
        else:
            lower = min(now, now - (now - self.limit) // 3)
            self.offer = ours.model_copy(update={"unit_price": ours.unit_price.model_copy(update={"amount_minor": lower})})
        return self.offer


def bought(core: Any, number: int, first: Terms, limit: int) -> tuple[int, int]:
    """Negotiate one case with the same vendor, into the ledger; returns our first offer and what was agreed."""
    case_id = opened(core, number)
    need = Requisition(
        requisition_id="r",
        need="email marketing tool",
        category="saas",
        catalogue_category=CATEGORY,
        quantity=5000,
        unit="contact",
        ceiling=Price(amount_minor=9000, currency="EUR", period=Period.MONTH),
    )
    desk, theirs, ours = SalesDesk(first, limit), [first], list[Terms]()
    quoted(core, case_id, first, 0)
    record = talk_record(core.database, case_id, VENDOR, CATEGORY)
    for round_ in range(1, 9):
        position = Position(requisition=need, theirs=tuple(theirs), ours=tuple(ours), rounds_left=4 - len(ours), record=record, seed=number)
        decision = decide(position)
        if decision.move is not Move.COUNTER or decision.terms is None:
            break
        ours.append(decision.terms)
        countered(core, case_id, decision.terms, round_)
        core.clock.move(timedelta(hours=20))
        theirs.append(desk.answer(decision.terms))
        quoted(core, case_id, theirs[-1], round_)
    assert decision.move is Move.ACCEPT
    ended(core, case_id, len(ours))
    return ours[0].unit_price.amount_minor, theirs[-1].unit_price.amount_minor


def test_the_tenth_negotiation_starts_and_ends_better_than_the_first(core: Any, terms: MakeTerms) -> None:
    limit = 4100
    talks = [bought(core, number, terms(6000), limit) for number in range(1, 11)]
    (first_asked, first_paid), (tenth_asked, tenth_paid) = talks[0], talks[-1]
    assert tenth_asked < first_asked
    assert tenth_paid < first_paid
    assert min(paid for _asked, paid in talks) >= limit
