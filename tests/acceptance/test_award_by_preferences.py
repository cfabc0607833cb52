"""The award holds offers against what the operator wants of terms by then, also where it was said after a vendor had agreed."""

from __future__ import annotations

import pytest

from app.case_replay import replay_office_case
from graphs.case_replay import Verdict
from memory.domain.events.cases import CaseEnded
from memory.domain.events.effects import EffectFailed
from memory.domain.events.negotiation import NegotiationConcluded, NegotiationReasoned
from memory.domain.events.sourcing import AwardRecommended
from memory.domain.money import Period, Price
from memory.domain.quote import NegotiationOutcome
from memory.domain.worth import adjusted
from memory.views.preferences import effective_preferences
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
    assert _as_recorded(office, case_id)


def _as_recorded(town, case_id):
    steps = replay_office_case(town.office, case_id, "recorded").steps
    assert "compare_quotes" in {step.node for step in steps}
    return [step.key for step in steps if step.verdict is not Verdict.SAME] == []


def test_a_second_purchase_is_held_against_the_running_contract_on_its_own_terms_and_every_letter_leaves(at_the_gate):
    town, first = at_the_gate
    town.approve(first)
    town.run()
    assert town.facts(first).status == "done", town.facts(first)
    case_id = town.start("Find an email marketing tool for 3,000 contacts, EU data residency, under 58 EUR a month, by Friday")
    town.run()
    (running,) = town.facts_of(first, NegotiationConcluded)[:1]
    assert running.vendor_id == "brieflark"
    first_word = town.facts_of(case_id, NegotiationReasoned)[0].reasoning.walk_away
    preferences = effective_preferences(town.office.database, "email_marketing", "saas")
    assert (first_word.source, first_word.amount) == (
        "the running contract with Brieflark",
        adjusted(running.final_quote.terms, preferences),
    )
    # Two vendors may be asked for the same price: what we ask of one is no price of the other's.
    assert town.facts_of(case_id, EffectFailed) == []
    assert _as_recorded(town, case_id)
