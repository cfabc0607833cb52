"""The award holds offers against what the operator wants of terms by then, also where it was said after a vendor had agreed."""

from __future__ import annotations

import pytest

from app.case_replay import replay_office_case
from graphs.case_replay import Verdict
from memory.domain.events.cases import CaseEnded
from memory.domain.events.negotiation import NegotiationConcluded
from memory.domain.events.sourcing import AwardRecommended
from memory.domain.money import Period, Price
from memory.domain.quote import NegotiationOutcome
from tools.sandbox.vendors.cast import POSTINO

WALK_AWAY = Price(amount_minor=60_000, currency="EUR", period=Period.YEAR)


@pytest.mark.parametrize(
    ("said", "because"),
    [("walk-away", "678.30 EUR all-in is above your walk-away of 600.00 EUR"), ("limit", "binds for 12 months")],
)
def test_what_is_said_after_a_vendor_has_agreed_is_held_against_its_offer(office, said, because):
    (slow,) = [desk for desk in office.desks if desk.personality is POSTINO]
    office.desks.remove(slow)
    case_id = office.start()
    office.run()
    (agreed,) = office.facts_of(case_id, NegotiationConcluded)
    assert (agreed.vendor_id, agreed.outcome) == ("brieflark", NegotiationOutcome.AGREED)

    wishes = office.office.wishes(by="operator")
    if said == "walk-away":
        wishes.set_walk_away(case_id, WALK_AWAY, "not more than 600 EUR a year")
    else:
        wishes.say("I don't want to be bound longer than a month")
    office.desks.append(slow)
    slow.work()
    office.run()

    (award,) = office.facts_of(case_id, AwardRecommended)
    assert award.vendor_id != "brieflark"
    (row,) = [row for row in award.rows if row.vendor_id == "brieflark"]
    assert because in row.remarks
    if award.vendor_id is None:
        (ended,) = office.facts_of(case_id, CaseEnded)
        assert because in ended.reason
    replay = replay_office_case(office.office, case_id, "recorded")
    assert [step.key for step in replay.steps if step.verdict is not Verdict.SAME] == []
    assert "compare_quotes" in {step.node for step in replay.steps}
