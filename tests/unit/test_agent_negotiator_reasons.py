"""The reason of a move speaks the letter's currency, names the term in which a step lies, and says what it counts."""

from __future__ import annotations

import re

import pytest

from agents.negotiator import Move, letters
from agents.negotiator.explaining import changes_in_words
from agents.negotiator.strategy import Decision, Position, decide
from memory.domain.money import Money, Period, Price
from memory.domain.quote import Terms
from memory.domain.reasoning import Reasoning
from memory.domain.requisition import Requisition
from memory.domain.talks import TalkRecord
from memory.domain.worth import comparable_total


def terms(price: int = 5900, **changes: object) -> Terms:
    known: dict[str, object] = {
        "unit_price": Price(amount_minor=price, currency="EUR", period=Period.MONTH),
        "quantity": 5000,
        "unit": "contacts",
        "term_months": 12,
        "billing": Period.YEAR,
        "setup_fee": Money(amount_minor=0, currency="EUR"),
        "tax_rate_bp": 1900,
        "payment_days": 30,
    }
    return Terms.model_validate({**known, **changes})


def position(*theirs: Terms, ours: tuple[Terms, ...] = (), ceiling: int = 6000, **changes: object) -> Position:
    need = Requisition(
        requisition_id="r",
        need="email marketing tool",
        category="saas",
        quantity=5000,
        unit="contacts",
        ceiling=Price(amount_minor=ceiling, currency="EUR", period=Period.MONTH),
    )
    return Position.model_validate({"requisition": need, "theirs": theirs, "ours": ours, "rounds_left": 4 - len(ours), **changes})


def talked(*prices: int) -> list[Decision]:
    """Return our moves against a vendor that comes down along these prices."""
    theirs, made = list[Terms](), list[Decision]()
    for price in prices:
        theirs.append(terms(price))
        made.append(decide(position(*theirs, ours=tuple(m.terms for m in made if m.terms is not None))))
    return made


def test_the_reason_names_the_all_in_total_that_the_letter_asks_for_and_its_own_measure_beside_it():
    for made in talked(5900, 5600, 5400):
        assert (made.move, made.reasoning is None) == (Move.COUNTER, False)
        assert made.terms is not None
        assert made.reasoning is not None
        asked = comparable_total(made.terms)
        assert made.reasoning.asked_total == asked
        assert f"So we ask for {asked} all-in ({made.reasoning.asked_cost} with its terms)" in made.reasoning.words
        assert letters.plain(made.terms.unit_price.money) in letters.price_line(made.terms)


def test_their_offer_stands_in_the_reason_as_they_made_it():
    reason = decide(position(terms(5900))).reasoning
    assert reason is not None
    assert reason.standing_total == comparable_total(terms(5900))
    assert reason.words.startswith(
        f"Their offer costs 842.52 EUR all-in a year; with its terms reckoned in, as in all that follows, {reason.standing_cost}."
    )


def test_what_we_walk_away_above_is_told_as_a_deal_and_never_as_more_than_the_ceiling():
    for made in talked(5900, 5600, 5400):
        assert made.reasoning is not None
        assert made.reasoning.walk_away is not None
        told = re.search(r"hard limits: (\d+\.\d{2}) EUR all-in", made.reasoning.walk_away.source)
        assert told is not None
        assert float(told.group(1)) <= 720.00


def test_a_step_names_the_terms_in_which_it_lies():
    steps = [made.rationale for made in talked(5900, 5600, 5400, 5300)[1:]]
    last = [made.terms for made in talked(5900, 5600, 5400, 5300)]
    for before, now, why in zip(last, last[1:], steps, strict=False):
        assert before is not None
        assert now is not None
        if before != now:
            assert f"({changes_in_words(before, now)})" in why


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, ""),
        ({"payment_days": 14}, "14 days to pay instead of 30"),
        ({"price_increase_cap_bp": 300}, "a cap of 3 % on increases instead of none"),
        ({"term_months": 1, "billing": Period.MONTH}, "1 months instead of 12, paid per month instead of per year"),
    ],
)
def test_changes_are_told_term_by_term(change, words):
    assert changes_in_words(terms(), terms(**change)) == words


def reasons_at(price: int, record: TalkRecord | None = None) -> list[Reasoning]:
    """Return our reasons against a vendor that stands at a price, whatever we ask."""
    ours, found = list[Terms](), list[Reasoning]()
    while len(ours) < 4:
        made = decide(position(*[terms(price)] * (len(ours) + 1), ours=tuple(ours), record=record))
        assert made.reasoning is not None
        found.append(made.reasoning)
        if made.terms is None or made.move is not Move.COUNTER:
            break
        ours.append(made.terms)
    return found


def test_the_limit_is_told_for_the_case_that_they_can_meet_us_at_all_with_the_chance():
    first, *_, last = reasons_at(7400)
    assert first.no_deal_chance is not None
    assert last.no_deal_chance is not None
    assert f"If they can meet us at all ({(1000 - first.no_deal_chance) / 10:.0f} %), we think they can go down to about " in first.words
    assert last.no_deal_chance > first.no_deal_chance, "a vendor that never moves from above our limit may well have no deal for us"


def test_earlier_ends_above_todays_walk_away_raise_the_chance_of_no_deal_instead_of_a_limit_just_within_reach():
    ended_high, ended_low = (TalkRecord(talks=5, ended_bp=share, spread_bp=200) for share in (9000, 6000))
    high, low, unknown = (reasons_at(7400, record)[0] for record in (ended_high, ended_low, None))
    assert high.no_deal_chance > 500 > unknown.no_deal_chance > low.no_deal_chance
    assert (high.limit_likely, low.limit_likely is None) == (None, False)
    assert "no deal with them is possible within our limits" in high.words


def test_a_vendor_that_has_offered_what_we_would_take_can_meet_us():
    reason = decide(position(terms(4950))).reasoning
    assert reason is not None
    assert reason.no_deal_chance == 0
    assert "at all" not in reason.words
