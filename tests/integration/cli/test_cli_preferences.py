"""`qm preferences`: said in words, shown as they count, edited and taken back; and the walk-away of a case."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from app.bootstrap import open_office
from memory.domain.events.cases import RequisitionSubmitted
from memory.domain.events.negotiation import NegotiationReasoned
from memory.domain.money import Period, Price
from memory.domain.preferences import Term
from memory.domain.reasoning import Reasoning
from memory.domain.requisition import Requisition
from memory.domain.worth import worth_of
from memory.views.preferences import effective_preferences, walk_away_of


def reads(qm: Callable, *arguments: str) -> dict[str, str]:
    return {line["key"]: line["said_by"] for line in qm("preferences", "list", *arguments, "--json").json["preferences"]}


def a_case(qm: Callable, home: Path) -> str:
    """Open a case and let its request be understood, as the first step does."""
    case_id = str(qm("ask", "a CRM for 3 people under 60 EUR a month by Friday", "--json").json["case_id"])
    need = Requisition(
        requisition_id="r",
        need="a CRM",
        category="saas",
        quantity=3,
        unit="person",
        ceiling=Price(amount_minor=6000, currency="EUR", period=Period.MONTH),
    )
    with open_office(home) as office:
        fact = RequisitionSubmitted(requisition=need, restated="a CRM for 3 people")
        office.unit_of_work.act(f"{case_id}/submitted", [fact], stream=case_id, actor="test")
    return case_id


def test_before_anything_was_said_the_defaults_count_each_with_its_reason(qm, home):
    shown = qm("preferences", "list", "--category", "software", "--json").json["preferences"]
    assert {line["said_by"] for line in shown} == {"default"}
    assert all(line["because"] for line in shown)
    assert "qm preferences set" in qm("preferences", "list").out


def test_a_preference_said_in_words_counts_until_it_is_taken_back(qm, home):
    said = qm("preferences", "set", "a year's commitment is worth 8 % to me", "--json").json
    assert (said["key"], said["changed"]) == ("term_months=12", True)
    assert "costs you 8 %" in said["reads"]
    assert reads(qm, "--category", "software")["term_months=12"] == "you"
    with open_office(home) as office:
        assert any(w.worth_bp == -800 for w in effective_preferences(office.database, "saas").worths)
    assert qm("preferences", "remove", "term_months=12").code == 0
    assert reads(qm, "--category", "software")["term_months=12"] == "default"


def test_a_category_goes_before_the_general_and_saying_it_again_changes_nothing(qm, head):
    qm("preferences", "set", "30 days to pay is worth 1 %")
    qm("preferences", "set", "30 days to pay is worth 3 %", "--category", "hardware")
    assert reads(qm, "--category", "hardware")["payment_days=30"] == "you, for hardware"
    assert reads(qm, "--category", "software")["payment_days=30"] == "you"
    before = head()
    again = qm("preferences", "set", "30 days to pay is worth 3 %", "--category", "hardware", "--json").json
    assert (again["changed"], head()) == (False, before)


def test_unclear_words_are_refused_with_an_example_and_nothing_is_written(qm, head):
    before = head()
    for unclear in ("cheap", "a year's commitment is worth a lot", "premium support is worth 40 EUR"):
        ran = qm("preferences", "set", unclear, "--json")
        assert ran.code == 2
        assert "EUR a month" in ran.error["hint"] or "8 %" in ran.error["hint"]
    assert qm("preferences", "set", "30 days to pay is worth 1 %", "--category", "spaceships").code == 2
    assert qm("preferences", "remove", "term_months=12").code == 3
    assert head() == before


def test_a_dry_run_says_what_would_be_kept_and_keeps_nothing(qm, head):
    before = head()
    ran = qm("preferences", "set", "I don't want to be bound longer than a year", "--dry-run", "--json")
    assert [e["kind"] for e in ran.json["would_write"]] == ["term.weighed"]
    assert head() == before


def test_a_length_of_contract_that_is_always_preferred_counts_until_a_figure_is_said(qm, home):
    def year_is_worth() -> int:
        with open_office(home) as office:
            return worth_of(effective_preferences(office.database, "saas"), Term.TERM_MONTHS, 12)[0]

    assert year_is_worth() == -500
    assert qm("ask", "We always prefer monthly contracts", "--json").json["acted"] is True
    assert year_is_worth() == -700
    (line,) = [p for p in qm("preferences", "list", "--category", "saas", "--json").json["preferences"] if p["key"] == "term_months=12"]
    assert (line["said_by"], line["because"]) == ("you", "your standing preference for 1 month")
    assert "costs you 7 %" in line["reads"]
    assert qm("ask", "Always choose annual plans", "--json").json["acted"] is True
    assert year_is_worth() == 200
    qm("preferences", "set", "a year's commitment is worth 8 % to me")
    assert year_is_worth() == -800


def test_a_walk_away_only_tightens_and_is_shown_with_its_case(qm, home):
    case_id = a_case(qm, home)
    assert qm("preferences", "set", "my walk-away is 600 EUR a year").code == 2
    assert qm("preferences", "set", "my walk-away is 900 EUR a year", "--case", case_id).code == 5
    assert qm("preferences", "set", "my walk-away is 600 USD a year", "--case", case_id).code == 2
    assert qm("preferences", "set", "my walk-away is 600 EUR", "--case", case_id).code == 2
    assert qm("preferences", "set", "my walk-away is 600 EUR a year", "--case", case_id, "--json").json["changed"] is True
    assert "Your walk-away: 600.00 EUR per year" in qm("cases", "show", case_id).out
    assert qm("preferences", "remove", "walk-away", "--case", case_id).code == 0
    with open_office(home) as office:
        assert walk_away_of(office.database, case_id) is None
    qm("cases", "cancel", case_id)
    assert qm("preferences", "set", "my walk-away is 600 EUR a year", "--case", case_id).code == 4


def test_preferences_and_walk_aways_can_be_said_in_passing(qm, home, head):
    case_id = a_case(qm, home)
    told = qm("ask", "30 days to pay is worth 1 percent", "--json").json
    assert told["acted"] is True
    assert "is worth 1 %" in told["answer"]
    assert "already" in qm("ask", "30 days to pay is worth 1 percent", "--json").json["answer"]
    assert qm("ask", f"my walk-away in {case_id} is 55 EUR a month", "--json").json["case_id"] == case_id
    with open_office(home) as office:
        assert walk_away_of(office.database, case_id) == Price(amount_minor=5500, currency="EUR", period=Period.MONTH)
    before = qm("preferences", "list", "--json").out
    for unclear in ("support is worth 3 %", f"my walk-away in {case_id} is 5,000 EUR a month"):
        answered = qm("ask", unclear, "--json").json
        assert answered["acted"] is False
        assert answered["questions"]
    assert qm("preferences", "list", "--json").out == before


def test_a_request_to_buy_stays_one_however_much_it_says_of_terms(qm):
    ran = qm("ask", "Find a CRM with premium support and monthly billing for 3 people, at most 40 EUR a month, by Friday", "--json").json
    assert ran["case_id"]


def test_a_case_is_shown_with_the_whole_reason_of_every_round_in_lines_that_fit(qm, home):
    case_id = a_case(qm, home)
    words = [" ".join(f"{place}. reason {number}" for place in range(60)) for number in range(2)]
    with open_office(home) as office:
        for number, said in enumerate(words):
            why = Reasoning(round=number, move="counter", words=said)
            fact = NegotiationReasoned(vendor_id="acme", round=number, reasoning=why)
            office.unit_of_work.act(f"{case_id}/why/{number}", [fact], stream=case_id, actor="test")
    told = qm("cases", "show", case_id).out.split("Timeline")[0]
    lines = told.splitlines()
    assert all(said in " ".join(told.split()) for said in words)
    assert max(len(line) for line in lines[lines.index("Why, acme, round 0:") :]) <= 100
