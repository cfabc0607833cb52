"""What else is open to us while we talk: a running contract on its own terms, list prices elsewhere, and the time that is left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from agents.negotiator.agent import position_of
from agents.negotiator.brief import Move
from agents.negotiator.outgoing import leaks
from agents.negotiator.secrets import secrets_of
from agents.negotiator.strategy import decide
from app.bootstrap import open_office
from app.desk import make_desk
from graphs.briefs import bargaining_brief
from graphs.case_file import load_case
from memory.domain.events.cases import CaseOpened, RequisitionSubmitted
from memory.domain.events.contracts import RenewalDecided, RenewalScheduled
from memory.domain.events.negotiation import CounterofferProposed, NegotiationConcluded, QuoteReceived
from memory.domain.events.sourcing import VendorDiscovered, VendorQualified, VendorRejected
from memory.domain.events.workspace import TermWeighed
from memory.domain.money import Money, Period, Price
from memory.domain.preference_defaults import defaults_for
from memory.domain.preferences import Term, TermLimit
from memory.domain.quote import Counteroffer, NegotiationOutcome
from memory.domain.vendor import Candidate, Qualification, VendorFacts
from memory.domain.worth import adjusted

OLD, CASE = "CASE-1", "CASE-7"
TODAY = datetime.now(UTC).date()
CATEGORY = "email_marketing"


def eur(amount: int) -> Money:
    return Money(amount_minor=amount, currency="EUR")


def vendor(vendor_id: str, *, listed: Price | None = None, qualified: bool = True) -> list[object]:
    facts = VendorFacts(vendor_id=vendor_id, name=vendor_id.title(), list_price=listed, category=CATEGORY)
    judged = Qualification(vendor_id=vendor_id, qualified=qualified, score=50 if qualified else 0)
    verdict = (VendorQualified if qualified else VendorRejected)(vendor_id=vendor_id, qualification=judged)
    return [VendorDiscovered(candidate=Candidate(facts=facts, found_in="catalogue")), verdict]


def watched(annual: int, uid: str = "CASE-1-decide-by", **changes) -> RenewalScheduled:
    fields = {
        "vendor_id": "postbird",
        "contract": "c" * 64,
        "term_end": TODAY + timedelta(days=200),
        "decide_by": TODAY + timedelta(days=170),
        "notice_days": 30,
        "auto_renews": True,
        "renewal_months": 12,
        "annual_cost": eur(annual),
        "uid": uid,
    }
    return RenewalScheduled.model_validate({**fields, **changes})


class Books:
    """Writes facts of cases, and gives the brief of the next move with `postbird`."""

    def __init__(self, home, requisition) -> None:
        self.home, self._requisition, self._count = home, requisition, 0

    def note(self, *events: object, stream: str = "workspace") -> None:
        self._count += 1
        with open_office(self.home) as office:
            office.unit_of_work.act(f"written/{self._count}", list(events), stream=stream, actor="test")

    def case(self, case_id: str, *events: object, **changes: object) -> None:
        need = self._requisition(**{"catalogue_category": CATEGORY, **changes})
        opened = CaseOpened(case_id=case_id, instruction="an email tool", evidence="a" * 64, channel="cli", graph_version=1)
        self.note(opened, RequisitionSubmitted(requisition=need, restated="an email tool"), *events, stream=case_id)

    def bought(self, quote, annual: int, *watch: RenewalScheduled, **changes: object) -> None:
        ended = NegotiationConcluded(vendor_id="postbird", outcome=NegotiationOutcome.AGREED, rounds=1, final_quote=quote)
        self.case(OLD, *vendor("postbird"), ended, *(watch or (watched(annual),)), **changes)

    def brief(self, vendor_id: str = "postbird"):
        with open_office(self.home) as office:
            return bargaining_brief(make_desk(office, asks=False), load_case(office.database, CASE), vendor_id)

    def alternatives(self, vendor_id: str = "postbird") -> list[tuple[str, int]]:
        return [(one.source, one.amount.amount_minor) for one in self.brief(vendor_id).alternatives]


@pytest.fixture
def books(home, requisition) -> Books:
    return Books(home, requisition)


RUNNING = "the running contract with Postbird"
DEFAULTS = defaults_for(CATEGORY, "saas")


def test_a_running_contract_is_reckoned_with_its_own_terms_so_that_the_same_offer_is_as_good(books, quote, terms):
    same = {"notice_days": 30, "payment_days": 14}
    books.bought(quote(4750, **same), 67_830)
    dear, asked = quote(5900, **same), terms(4600, **same)
    ours = Counteroffer(vendor_id="postbird", round=1, terms=asked, rationale="because")
    countered = CounterofferProposed(counteroffer=ours, effect_key="mail/1", body="b" * 64)
    again = quote(4750, quote_id="Q-2", round=1, **same)
    books.case(CASE, *vendor("postbird"), QuoteReceived(quote=dear), countered, QuoteReceived(quote=again, final=True))
    cost = adjusted(again.terms, DEFAULTS)
    assert cost > again.terms.all_in_total(), "a year, ahead, and thirty days of notice bind"
    assert books.alternatives() == [(RUNNING, cost.amount_minor)]
    assert decide(position_of(books.brief())).move is Move.ACCEPT


def test_what_only_the_first_term_had_is_no_part_of_going_on(books, quote):
    first = quote(4750, notice_days=30, setup_fee=eur(9900), free_months=2, credit=eur(5000))
    books.bought(first, 70_000)
    books.case(CASE, *vendor("postbird"), QuoteReceived(quote=quote(5900)))
    assert books.alternatives() == [(RUNNING, adjusted(quote(4750, notice_days=30).terms, DEFAULTS).amount_minor)]


ANOTHER = {
    "another category": {"catalogue_category": "web_hosting"},
    "too little": {"quantity": 2500},
    "counted otherwise": {"unit": "email"},
    "no category known, another need": {"catalogue_category": None, "need": "chat tool"},
}


@pytest.mark.parametrize("what", ANOTHER)
def test_a_contract_for_something_else_or_for_less_is_no_alternative(books, quote, what):
    changes = ANOTHER[what]
    covers = {name: changes[name] for name in ("quantity", "unit") if name in changes}
    books.bought(quote(1200, **covers), 17_136, **changes)
    needed = {"catalogue_category": None} if what.startswith("no category") else {}
    books.case(CASE, *vendor("postbird"), QuoteReceived(quote=quote(5900)), **needed)
    assert books.alternatives() == []


def test_a_contract_that_ends_or_is_to_end_or_lacks_what_is_needed_now_is_no_alternative(books, quote):
    books.bought(quote(4750), 0, watched(67_830, auto_renews=False, renewal_months=None))
    books.case(CASE, *vendor("postbird"), QuoteReceived(quote=quote(5900)))
    assert books.alternatives() == []
    books.note(watched(67_830), stream=OLD)
    assert [source for source, _ in books.alternatives()] == [RUNNING]
    books.note(QuoteReceived(quote=quote(5900, quote_id="Q-2"), denied_needs=("EU data residency",)), stream=CASE)
    assert books.alternatives() == []
    books.case("CASE-8", *vendor("postbird"))
    books.note(RenewalDecided(vendor_id="postbird", uid="CASE-1-decide-by", action="cancel", by="operator", instruction="I"))
    assert books.alternatives() == []


def test_a_contract_signed_elsewhere_counts_only_where_it_is_the_one_to_be_renegotiated(books, quote):
    elsewhere = watched(1_200, "import-decide-by", annual_cost=eur(1_200), renewal_months=240, notice_days=900)
    books.note(elsewhere)
    books.case(CASE, *vendor("postbird"), QuoteReceived(quote=quote(5900)), vendor="Postbird")
    assert books.alternatives() == []
    books.note(RenewalDecided(vendor_id="postbird", uid="import-decide-by", action="renegotiate", by="operator", instruction="I"))
    limit = TermLimit(term=Term.TERM_MONTHS, at_most=120)
    books.note(TermWeighed(preference=limit, words="at most ten years", by="operator"))
    ((source, amount),) = books.alternatives()
    assert source == RUNNING
    assert amount >= 1_200


def monthly(amount: int, currency: str = "EUR", period: Period = Period.MONTH) -> Price:
    return Price(amount_minor=amount, currency=currency, period=period)


def test_the_list_price_of_a_qualified_vendor_that_has_not_quoted_can_be_had(books, quote, terms):
    books.case(
        CASE,
        *vendor("postbird", listed=monthly(5900)),
        *vendor("postino", listed=monthly(5200)),
        *vendor("papertern", listed=monthly(1000), qualified=False),
        *vendor("dollarbird", listed=monthly(1000, "USD")),
        *vendor("oncebird", listed=monthly(1000, period=Period.ONCE)),
        *vendor("unlisted"),
        QuoteReceived(quote=quote(5900)),
    )
    plain = terms(5200, term_months=1, billing=Period.MONTH)
    assert books.alternatives() == [("the list price of Postino", adjusted(plain, DEFAULTS).amount_minor)]
    quoted = quote(5100, quote_id="Q-2", vendor_id="postino")
    books.note(QuoteReceived(quote=quoted), stream=CASE)
    assert books.alternatives() == [("the offer of Postino", adjusted(quoted.terms, DEFAULTS).amount_minor)]


def test_what_breaks_a_hard_limit_of_the_operators_is_no_alternative(books, quote):
    books.bought(quote(4750), 67_830)
    listed = (*vendor("postino", listed=monthly(1200)), *vendor("letterly"))
    bound = quote(1100, quote_id="Q-2", vendor_id="letterly")
    books.case(CASE, *vendor("postbird"), *listed, QuoteReceived(quote=quote(5900)), QuoteReceived(quote=bound))
    assert len(books.alternatives()) == 3
    books.note(TermWeighed(preference=TermLimit(term=Term.TERM_MONTHS, at_most=1), words="a month at most", by="operator"))
    assert [source for source, _ in books.alternatives()] == ["the list price of Postino"]
    books.note(TermWeighed(preference=TermLimit(term=Term.SUPPORT, only=("premium",)), words="only premium support", by="operator"))
    assert books.alternatives() == []
    assert position_of(books.brief()).best_alternative is None, "nor is it one by its total alone"


@pytest.mark.parametrize(("answers", "rounds"), [("in seconds", 4), ("never seen", 2)])
def test_a_vendor_that_answers_in_seconds_leaves_time_for_every_round_before_the_deadline(books, quote, terms, qm, answers, rounds):
    if answers == "in seconds":
        for number in (1, 2):
            ours = Counteroffer(vendor_id="postbird", round=1, terms=terms(4400), rationale="because")
            countered = CounterofferProposed(counteroffer=ours, effect_key=f"mail/{number}", body="b" * 64)
            ended = NegotiationConcluded(vendor_id="postbird", outcome=NegotiationOutcome.AGREED, rounds=1, category=CATEGORY)
            talk = (QuoteReceived(quote=quote(5900)), countered, QuoteReceived(quote=quote(4750, quote_id="Q-2", round=1)))
            books.case(f"CASE-{number}", *vendor("postbird"), *talk, ended)
    books.case(CASE, *vendor("postbird"), QuoteReceived(quote=quote(5900)), deadline=datetime.now(UTC).date() + timedelta(days=2))
    brief = books.brief()
    assert brief.rounds_left == rounds
    assert (brief.record.answer_hours if brief.record else None) == (0 if answers == "in seconds" else None)
    (one,) = qm("rehearse", CASE, "--runs", 1, "--strategy", "hold", "--json").json["vendors"]
    assert one["report"]["rounds"] == rounds


def test_what_we_ask_of_another_vendor_is_no_price_of_its_own_and_may_be_asked_here_too(books, quote, terms):
    ours = Counteroffer(vendor_id="postino", round=1, terms=terms(4350), rationale="because")
    asked = CounterofferProposed(counteroffer=ours, effect_key="mail/1", body="b" * 64)
    theirs = QuoteReceived(quote=quote(5170, quote_id="Q-2", vendor_id="postino"))
    books.case(CASE, *vendor("postbird"), *vendor("postino"), QuoteReceived(quote=quote(5900)), theirs, asked)
    secrets = secrets_of(books.brief())
    assert leaks("We can commit today at 43.50 EUR net per month.", allowed_figures=(), secrets=secrets) == ()
    assert leaks("Another asks 51.70 EUR net per month.", allowed_figures=(), secrets=secrets) != ()
