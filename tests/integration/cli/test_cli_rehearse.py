"""`qm rehearse`: a case's negotiation against simulated vendors, wherever it stands; nothing is sent and nothing is written."""

from __future__ import annotations

import pytest

from app.bootstrap import open_office
from memory import outbox
from memory.database import reading
from memory.domain.events.cases import CaseOpened, RequisitionSubmitted
from memory.domain.events.negotiation import CounterofferProposed, NegotiationConcluded, QuoteReceived
from memory.domain.events.sourcing import VendorDiscovered, VendorQualified, VendorRejected
from memory.domain.events.workspace import TermWeighed
from memory.domain.instruction import Urgency
from memory.domain.money import Period, Price
from memory.domain.preferences import Term, TermLimit, TermWorth
from memory.domain.quote import Counteroffer, NegotiationOutcome
from memory.domain.vendor import Candidate, Qualification, VendorFacts

CASE = "CASE-7"
KINDS = ["tough", "conceding", "stubborn", "tit_for_tat", "erratic", "deadline_driven", "lying", "injecting"]


@pytest.fixture
def write(home, requisition):
    """Write facts of a case, its opening and its requisition first; return the home."""

    def act(*events, urgency=Urgency.NORMAL):
        opened = CaseOpened(case_id=CASE, instruction="an email tool", evidence="a" * 64, channel="cli", graph_version=1)
        submitted = RequisitionSubmitted(requisition=requisition(urgency=urgency), restated="an email tool")
        with open_office(home) as office:
            office.unit_of_work.act("written", [opened, submitted, *events], stream=CASE, actor="test")
        return home

    return act


def vendor(vendor_id: str, *, qualified: bool = True) -> list[object]:
    listed = Price(amount_minor=5900, currency="EUR", period=Period.MONTH)
    facts = VendorFacts(vendor_id=vendor_id, name=vendor_id.title(), list_price=listed)
    judged = Qualification(vendor_id=vendor_id, qualified=qualified, score=50 if qualified else 0)
    verdict = (VendorQualified if qualified else VendorRejected)(vendor_id=vendor_id, qualification=judged)
    return [VendorDiscovered(candidate=Candidate(facts=facts, found_in="catalogue")), verdict]


def ours(terms) -> CounterofferProposed:
    offer = Counteroffer(vendor_id="postbird", round=1, terms=terms, rationale="because")
    return CounterofferProposed(counteroffer=offer, effect_key="mail/1", body="b" * 64)


def test_before_the_request_for_quotation_every_qualified_vendor_is_rehearsed_and_nothing_is_written(qm, head, write):
    home = write(*vendor("postbird"), *vendor("postino"), *vendor("papertern", qualified=False))
    before = head()
    ran = qm("rehearse", CASE, "--runs", 2, "--vendor", "postbird", "--strategy", "boulware")
    assert ran.code == 0, ran.err
    for part in ("Postbird, before its first quote", "tit for tat", "p10", "p90", "a year", "EUR", "Nothing was sent"):
        assert part in ran.out
    assert "Expected: " in ran.out or "No deal is to be expected." in ran.out
    found = qm("rehearse", CASE, "--runs", 2, "--strategy", "linear", "--json").json["vendors"]
    assert [one["vendor_id"] for one in found] == ["postbird", "postino"]
    assert head() == before
    with open_office(home) as office, reading(office.database) as connection:
        assert not outbox.rows(connection, case_id=CASE)


def test_the_report_names_every_kind_breaks_no_limit_and_is_the_same_for_the_same_seed(qm, write):
    write(*vendor("postbird"))
    plain = tuple(part for name in ("hold", "linear", "boulware") for part in ("--strategy", name))
    first, again, other = (qm("rehearse", CASE, "--runs", 2, *plain, "--seed", seed, "--json").json for seed in (3, 3, 4))
    assert first == again
    assert first != other
    (one,) = first["vendors"]
    assert (one["report"]["runs"], one["report"]["seed"]) == (2, 3)
    for found in one["report"]["strategies"]:
        assert [tally["kind"] for tally in found["kinds"]] == KINDS
        assert found["together"]["runs"] == 2 * len(KINDS)
        assert (found["together"]["breaches"], found["together"]["misread"]) == (0, 0)
        totals = found["together"]["totals"]
        assert totals["p10"] <= totals["p50"] <= totals["p90"] <= 72000, "never above the ceiling of 720 EUR a year"
    assert set(one["risks"]) == {"hold", "linear", "boulware"}


def test_strategies_are_compared_in_a_table_of_their_own(qm, write):
    write(*vendor("postbird"))
    out = qm("rehearse", CASE, "--runs", 2, "--strategy", "hold", "--strategy", "linear").out
    assert out.count("Strategies") == 1
    assert "hold against 16 simulated vendors" in out


def test_in_the_middle_it_starts_from_the_offers_made(qm, write, quote, terms):
    write(
        *vendor("postbird"), QuoteReceived(quote=quote(5900)), ours(terms(4400)), QuoteReceived(quote=quote(5500, quote_id="Q-2", round=1))
    )
    (one,) = qm("rehearse", CASE, "--runs", 3, "--strategy", "linear", "--json").json["vendors"]
    assert one["starts"] == "after 2 of its offers and 1 of ours"
    assert one["report"]["starts_at"] == 1
    totals = one["report"]["strategies"][0]["together"]["totals"]
    assert totals["p10"] >= 4400 * 12 * 119 // 100, "nobody sells below what we asked for last"


def test_the_engine_goes_on_in_the_middle_when_the_vendor_owes_an_answer(qm, write, quote, terms):
    write(*vendor("postbird"), QuoteReceived(quote=quote(5900)), ours(terms(4400)), urgency=Urgency.HOT)
    ran = qm("rehearse", CASE, "--runs", 1, "--json")
    assert ran.code == 0, ran.err
    together = ran.json["vendors"][0]["report"]["strategies"][0]["together"]
    assert (together["breaches"], together["runs"]) == (0, len(KINDS))


def test_before_any_vendor_is_known_it_is_rehearsed_with_any_vendor(qm, write):
    write()
    (one,) = qm("rehearse", CASE, "--runs", 2, "--strategy", "linear", "--json").json["vendors"]
    assert (one["vendor_id"], one["vendor_name"], one["starts"]) == ("", "any vendor", "before a vendor is known")


def test_what_cannot_be_rehearsed_is_said_with_the_mend(qm, write, quote):
    write(*vendor("postbird"), NegotiationConcluded(vendor_id="postbird", outcome=NegotiationOutcome.AGREED, rounds=1, reason="met"))
    assert qm("rehearse", "CASE-404", "--json").code == 3
    unknown = qm("rehearse", CASE, "--vendor", "nobody", "--json")
    assert (unknown.code, unknown.error["hint"]) == (3, "its vendors: postbird")
    for options in ((), ("--vendor", "postbird")):
        over = qm("rehearse", CASE, *options, "--json")
        assert (over.code, over.error["code"]) == (4, "conflict")
    wrong = qm("rehearse", CASE, "--strategy", "bluff", "--json")
    assert (wrong.code, "boulware" in wrong.error["hint"]) == (2, True)


@pytest.mark.parametrize("options", [("--runs", 0), ("--runs", 5000), ("--seed", -1)])
def test_a_rehearsal_of_nothing_is_a_usage_error(qm, write, options):
    write(*vendor("postbird"))
    assert qm("rehearse", CASE, *options, "--strategy", "hold", "--json").code == 2


def test_a_case_without_a_requisition_says_what_is_missing(qm, home):
    opened = CaseOpened(case_id=CASE, instruction="something", evidence="a" * 64, channel="cli", graph_version=1)
    with open_office(home) as office:
        office.unit_of_work.act("open", [opened], stream=CASE, actor="test")
    ran = qm("rehearse", CASE, "--json")
    assert (ran.code, ran.error["code"]) == (4, "conflict")


def only(term: Term, **bounds) -> TermWeighed:
    return TermWeighed(preference=TermLimit(term=term, **bounds), words="said", by="operator")


#: What is said, and what stands in the deal in the middle then; without it: "47.50 EUR per month, 12 months, billed by the year".
SAID = {
    "at most a month": (only(Term.TERM_MONTHS, at_most=1), "1 month, billed by the month"),
    "only monthly billing": (only(Term.BILLING, only=("month",)), "billed by the month"),
    "only premium support": (only(Term.SUPPORT, only=("premium",)), "support: premium"),
    "at least 60 days to pay": (only(Term.PAYMENT_DAYS, at_least=60), "60 days to pay"),
}


def rehearsed(qm) -> dict:
    (one,) = qm("rehearse", CASE, "--runs", 1, "--json").json["vendors"]
    return one["report"]["strategies"][0]


@pytest.mark.parametrize("said", SAID)
def test_a_hard_limit_of_the_operators_is_in_the_deal_that_a_rehearsal_expects(qm, write, quote, said):
    limit, wanted = SAID[said]
    write(*vendor("postbird"), QuoteReceived(quote=quote(5900, billing=Period.MONTH, term_months=1)), limit, urgency=Urgency.HOT)
    found = rehearsed(qm)
    assert found["together"]["deals"]
    assert found["median_deal_in_words"].endswith(wanted)


def test_what_a_term_is_worth_to_the_operator_counts_in_a_rehearsal(qm, write, quote):
    year = TermWorth(term=Term.TERM_MONTHS, value=12, worth_bp=-6000)
    home = write(*vendor("postbird"), QuoteReceived(quote=quote(5900, billing=Period.MONTH, term_months=1)), urgency=Urgency.HOT)
    plain = rehearsed(qm)
    with open_office(home) as office:
        office.unit_of_work.act("said", [TermWeighed(preference=year, words="a year is worth 60 %", by="operator")], actor="operator")
    assert rehearsed(qm)["together"]["mean_share"] < plain["together"]["mean_share"], "no vendor is that much cheaper for a year"


@pytest.mark.parametrize("known", [True, False])
def test_a_limit_counts_before_the_first_quote_and_before_a_vendor_is_known(qm, write, known):
    write(*(vendor("postbird") if known else ()), SAID["only premium support"][0], urgency=Urgency.HOT)
    assert "support: premium" in rehearsed(qm)["median_deal_in_words"]


def test_rounds_are_counteroffers_never_more_than_are_allowed(qm, write, quote):
    write(*vendor("postbird"), QuoteReceived(quote=quote(5900)))
    (one,) = qm("rehearse", CASE, "--runs", 3, "--strategy", "linear", "--strategy", "hold", "--json").json["vendors"]
    assert one["report"]["rounds"] == 4
    assert {found["together"]["rounds"]["p90"] for found in one["report"]["strategies"]} == {4}
