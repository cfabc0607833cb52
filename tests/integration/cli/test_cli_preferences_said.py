"""Preferences said in chat and on the command line: for what they are meant, against what stands, asked for, and taken back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.bootstrap import open_office
from memory.domain.events.cases import RequisitionSubmitted
from memory.domain.money import Money, Period, Price
from memory.domain.preferences import Term, TermWorth
from memory.domain.requisition import Requisition
from memory.projections.cases import cases as cases_table
from memory.views.preferences import effective_preferences, preferred_months, standing_preferences, walk_away_of
from memory.views.registry import RegistryView


def kept(home: Path) -> dict[tuple[str, str], Any]:
    with open_office(home) as office:
        return {(s.scope, s.preference.key): s.preference for s in standing_preferences(office.database)}


def no_cases(home: Path) -> bool:
    with open_office(home) as office, office.database.connect() as connection:
        return not connection.execute(cases_table.select()).all()


def a_case(qm: Callable, home: Path, what: str = "a CRM", currency: str = "EUR") -> str:
    case_id = str(qm("ask", f"{what} for 3 people under 60 {currency} a month by Friday", "--json").json["case_id"])
    price = Price(amount_minor=6000, currency=currency, period=Period.MONTH)
    need = Requisition(requisition_id="r", need=what, category="saas", quantity=3, unit="person", ceiling=price)
    with open_office(home) as office:
        fact = RequisitionSubmitted(requisition=need, restated=what)
        office.unit_of_work.act(f"{case_id}/submitted", [fact], stream=case_id, actor="test")
    return case_id


@pytest.mark.parametrize(
    ("words", "key"),
    [
        ("For software a year's commitment is worth 5 %", ("saas", "term_months=12")),
        ("For software, a year's commitment is worth 5 %", ("saas", "term_months=12")),
        ("a year's commitment is worth 5 % to me, but only for software", ("saas", "term_months=12")),
        ("a year's commitment is worth 5 % for email marketing", ("email_marketing", "term_months=12")),
        ("I don't want to be bound longer than a year for hardware", ("hardware", "term_months:at_most")),
        ("a year's commitment is worth 5 % for everything", ("", "term_months=12")),
        ("two years would be worth 12 %", ("", "term_months=24")),
        ("I don't want to pay a set-up fee", ("", "setup_fee:at_most")),
        ("From now on I want no yearly billing", ("", "billing:only")),
        ("We always prefer monthly billing", ("", "billing=year")),
    ],
)
def test_chat_keeps_what_was_said_for_what_it_was_said_of(qm, home, words: str, key: tuple[str, str]) -> None:
    told = qm("ask", words, "--json").json
    assert told["acted"] is True
    assert list(kept(home)) == [key]
    assert no_cases(home)


@pytest.mark.parametrize(
    "words",
    [
        "in CASE-a1b2 a year's commitment is worth 8 %",
        "a year's commitment is worth 8 % in CASE-a1b2",
        "a year's commitment is worth 8 % for Brieflark",
        "For Brieflark a year's commitment is worth 8 %",
        "Brieflark must not get more than 650 EUR",
        "I won't pay Brieflark more than 650 EUR",
        "I never want to pay more than 100 EUR without asking",
        "I don't want to pay a set-up fee above 100 EUR",
        "I don't accept premium support",
        "a year's commitment isn't worth 8 % to me",
        "60 days to pay costs me 1 %",
        "a long contract costs me 5 %",
        "I must have 30 days' notice",
        "premium support is worth 5000 JPY a month",
        "only 30 days to pay",
        "no setup fees above 100 EUR",
        "Ein Jahr Bindung kostet mich 8 %",
        "Je ne veux pas payer d'avance",
        "un año de permanencia me cuesta un 8 %",
    ],
)
def test_chat_asks_back_what_it_cannot_keep_and_never_buys_it(qm, home, words: str) -> None:
    told = qm("ask", words, "--json").json
    assert told["acted"] is False
    assert told["questions"]
    assert not kept(home)
    assert no_cases(home)


def test_another_currency_than_the_homes_is_refused_and_a_case_in_another_leaves_the_amount_out(qm, home, head) -> None:
    before = head()
    refused = qm("preferences", "set", "premium support is worth 5000 JPY a month", "--json")
    assert (refused.code, "EUR" in refused.error["hint"], head()) == (2, True, before)
    qm("preferences", "set", "premium support is worth 40 EUR a month")
    dollars = a_case(qm, home, currency="USD")
    (line,) = [p for p in qm("preferences", "list", "--case", dollars, "--json").json["preferences"] if "premium" in p["key"]]
    assert "left out here: this purchase is in USD" in line["reads"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("at most 12 months' commitment", ""), ("at least 24 months' commitment", "")),
        (("at least 24 months' commitment", ""), ("at most 12 months' commitment", "")),
        (("at most 12 months' commitment", ""), ("at least 24 months' commitment", "software")),
        (("at least 24 months' commitment", "software"), ("at most 12 months' commitment", "")),
    ],
)
def test_limits_that_leave_nothing_are_refused_and_the_other_is_named(qm, home, first, second) -> None:
    assert qm("preferences", "set", first[0], *(["--category", first[1]] if first[1] else [])).code == 0
    refused = qm("preferences", "set", second[0], *(["--category", second[1]] if second[1] else []), "--json")
    assert refused.code == 4
    assert "qm preferences remove" in refused.error["hint"]
    assert len(kept(home)) == 1
    told = qm("ask", f"For {second[1]} {second[0]}" if second[1] else second[0], "--json").json
    assert (told["acted"], bool(told["questions"])) == (False, True)
    # A limit of its own kind is replaced, and one for another category stands beside it.
    assert (
        qm("preferences", "set", first[0].replace("12", "18").replace("24", "20"), *(["--category", first[1]] if first[1] else [])).code
        == 0
    )


def test_a_category_in_the_words_and_another_beside_them_is_refused(qm, home) -> None:
    assert qm("preferences", "set", "for software 30 days to pay is worth 1 %", "--category", "hardware").code == 2
    assert qm("preferences", "set", "for software 30 days to pay is worth 1 %", "--json").json["category"] == "saas"


def test_all_preferences_are_told_whether_of_terms_or_standing(qm, home) -> None:
    qm("ask", "From now on write to vendors in German")
    qm("ask", "We always prefer monthly contracts")
    qm("ask", "for software 30 days to pay is worth 1 %")
    for question in ("What are my preferences?", "show my preferences", "list my preferences", "Show me all my preferences"):
        answered = qm("ask", question, "--json").json
        assert answered["intent"] == "question"
        for part in ("German", "1 month", "saas", "is worth 1 %", "By default"):
            assert part in answered["answer"], (question, part)
    listed = qm("preferences", "list", "--category", "software", "--json").json["preferences"]
    assert {"language", "term-months", "payment_days=30"} <= {line["key"] for line in listed if line["said_by"].startswith("you")}
    assert no_cases(home)


def test_what_a_term_is_worth_is_told(qm, home) -> None:
    qm("preferences", "set", "a year's commitment is worth 8 % to me")
    for question in (
        "what is a year's commitment worth to me?",
        "How much is a year's commitment worth to me?",
        "What does a year's commitment cost me?",
    ):
        assert "8 %" in qm("ask", question, "--json").json["answer"], question
    assert "default" in qm("ask", "what are 30 days to pay worth?", "--json").json["answer"]
    assert "Nothing yet" in qm("ask", "what is premium support worth to me?", "--json").json["answer"]


@pytest.mark.parametrize(
    "words",
    [
        "Forget that a year's commitment is worth 8 % to me",
        "forget my preference about commitment",
        "remove term_months=12",
        "forget a year's commitment",
    ],
)
def test_a_preference_is_forgotten_in_words(qm, home, words: str) -> None:
    qm("preferences", "set", "a year's commitment is worth 8 % to me")
    qm("preferences", "set", "30 days to pay is worth 1 %")
    assert qm("ask", words, "--json").json["acted"] is True
    assert list(kept(home)) == [("", "payment_days=30")]


def test_which_preference_to_forget_is_asked_where_several_fit_and_none_is_said(qm, home) -> None:
    qm("preferences", "set", "30 days to pay is worth 1 %")
    qm("preferences", "set", "60 days to pay is worth 2 %")
    told = qm("ask", "forget my preference about payment", "--json").json
    assert (told["acted"], bool(told["questions"])) == (False, True)
    assert "no preference" in qm("ask", "forget my preference about billing", "--json").json["answer"]
    assert qm("ask", "forget 60 days to pay", "--json").json["acted"] is True
    assert list(kept(home)) == [("", "payment_days=30")]


def test_standing_preferences_are_taken_back_too(qm, home) -> None:
    qm("ask", "From now on write to vendors in German")
    qm("ask", "We always prefer monthly contracts")
    assert qm("ask", "remove the language preference", "--json").json["acted"] is True
    qm("ask", "From now on write to vendors in German")
    assert qm("preferences", "remove", "language").code == 0
    assert qm("ask", "forget term-months", "--json").json["acted"] is True
    with open_office(home) as office:
        assert not any(RegistryView(office.database).preferences().values())
        assert preferred_months(office.database) is None
    assert qm("preferences", "remove", "language").code == 3


def test_the_walk_away_needs_no_id_where_one_case_is_open_and_is_shown_with_its_case(qm, home) -> None:
    case_id = a_case(qm, home)
    assert qm("ask", "my walk-away is 600 EUR a year", "--json").json["case_id"] == case_id
    shown = qm("preferences", "list", "--case", case_id)
    assert "600.00 EUR" in shown.out
    assert any(p["key"] == "term_months=12" for p in qm("preferences", "list", "--case", case_id, "--json").json["preferences"])
    told = qm("ask", "What is my walk-away?", "--json").json
    assert (told["intent"], "600.00 EUR" in told["answer"], told["acted"]) == ("question", True, False)
    assert qm("ask", "forget my walk-away", "--json").json["acted"] is True
    assert "no walk-away" in qm("ask", "What is my walk-away?", "--json").json["answer"]
    with open_office(home) as office:
        assert walk_away_of(office.database, case_id) is None
    a_case(qm, home, "a printer")
    assert "CASE-" in qm("ask", "my walk-away is 600 EUR a year", "--json").json["answer"]
    named = qm("ask", "my walk-away for the CRM is 600 EUR a year", "--json").json
    assert named["case_id"] == case_id


def test_what_was_kept_counts(qm, home) -> None:
    qm("ask", "for software premium support is worth 40 EUR a month")
    with open_office(home) as office:
        worths = effective_preferences(office.database, "saas").worths
        assert TermWorth(term=Term.SUPPORT, value="premium", a_year=Money(amount_minor=48_000, currency="EUR")) in worths
        assert not any(w.term is Term.SUPPORT for w in effective_preferences(office.database, "hardware").worths)


@pytest.mark.parametrize(
    "words",
    [
        "Find a CRM for 3 people, no set-up fee, at most 40 EUR a month, by Friday",
        "I need a support contract for 3 printers under 60 EUR a month by Friday",
        "Get a tool that must have premium support for 3 people under 60 EUR a month by Friday",
    ],
)
def test_a_request_to_buy_stays_one(qm, home, words: str) -> None:
    assert qm("ask", words, "--json").json["case_id"]
    assert not kept(home)


def test_a_preference_for_one_case_is_refused_and_points_to_its_walk_away(qm) -> None:
    refused = qm("preferences", "set", "a year's commitment is worth 8 % in CASE-a1b2", "--json")
    assert refused.code == 2
    assert "CASE-a1b2 alone" in refused.error["message"]
    assert "walk-away" in refused.error["hint"]
