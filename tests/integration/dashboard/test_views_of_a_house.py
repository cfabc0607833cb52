"""The read models over a home with a history: each figure against what was written."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import sqlalchemy as sa

from app.bootstrap import Office
from memory.database import reading
from memory.domain.approval import ApprovalStatus
from memory.domain.contract import Severity
from memory.domain.money import Money
from memory.ledger import read_events
from memory.outbox import EffectStatus
from memory.schema import heartbeats
from memory.views import approvals, cases, chat, evidence, health, home, names, offers, renewals
from memory.views.home import NeedKind
from memory.views.renewals import Window


def eur(minor: int) -> Money:
    return Money(amount_minor=minor, currency="EUR")


def test_needs_come_in_the_order_of_their_deadlines(office: Office, furnished) -> None:
    found = home.needs(office.database, furnished.now)

    assert [n.kind for n in found] == [
        NeedKind.APPROVAL,
        NeedKind.RENEWAL,
        NeedKind.FAILED_STEP,
        NeedKind.QUESTION,
        NeedKind.UNKNOWN_EFFECT,
        NeedKind.UNMATCHED_MAIL,
    ]
    assert (found[0].approval_id, found[0].amount) == (furnished.approval_id, eur(74256))


def test_savings_are_first_written_offer_minus_agreed(office: Office, furnished) -> None:
    found = home.figures(office.database, furnished.now)

    # 57.00 against 48.00 a month net, twelve months, 19 % tax
    assert found.saved == (eur((5700 - 4800) * 12 * 119 // 100),)
    assert found.paid == (eur(68544),)
    assert found.committed == (eur(68544 + 74256),)


def test_money_at_risk_counts_what_renews_by_itself_within_thirty_days(office: Office, furnished) -> None:
    found = home.figures(office.database, furnished.now)

    assert (found.at_risk, found.at_risk_contracts) == ((eur(54000 + 30000),), 2)


def test_sums_never_add_currencies() -> None:
    dollars = Money(amount_minor=900_00, currency="USD")

    assert home.sums([eur(100), dollars, eur(250)]) == (dollars, eur(350))
    assert home.sums([]) == ()


def test_news_leave_out_the_operators_own_acts_and_bookkeeping(office: Office) -> None:
    lines = home.since(office.database, 0, limit=500)

    assert not [line for line in lines if line.actor.startswith("operator") or line.kind.startswith("authorization.")]
    assert [line.seq for line in lines] == sorted((line.seq for line in lines), reverse=True)


def test_news_end_where_the_last_visit_ended(office: Office) -> None:
    head = health.position(office.database).seq

    assert home.since(office.database, head) == ()
    assert all(line.seq > head - 10 for line in home.since(office.database, head - 10))


def test_the_queue_holds_what_is_open_and_answers_are_kept_apart(office: Office, furnished) -> None:
    assert [c.approval.approval_id for c in approvals.open_approvals(office.database)] == [furnished.approval_id]
    assert [(c.approval.approval_id, c.status) for c in approvals.decided_approvals(office.database)] == [
        ("AP-done", ApprovalStatus.GRANTED)
    ]
    assert approvals.open_count(office.database) == 1


def test_risks_come_heaviest_first(office: Office, furnished) -> None:
    card = approvals.approval_card(office.database, furnished.approval_id)

    assert [f.severity for f in card.risks] == [Severity.CONCERN, Severity.NOTE]


def test_effects_are_told_from_the_payload_that_would_be_authorized(office: Office, furnished) -> None:
    card = approvals.approval_card(office.database, furnished.approval_id)
    sign, pay = (approvals.effect_lines(e) for e in card.approval.action.effects)

    assert (sign.reversible, pay.reversible) == (False, True)
    assert dict(pay.facts)["Amount"] == "742.56 EUR"
    assert dict(sign.facts)["Contract sha256"] == card.approval.action.contract
    assert {sign.digest, pay.digest} == {e.digest for e in card.approval.action.effects}


def test_a_case_is_told_in_the_order_of_the_ledger(office: Office, furnished) -> None:
    lines = cases.timeline(office.database, furnished.done_case)

    assert all(a.seq < b.seq for a, b in pairwise(lines))
    assert lines[0].kind == "case.opened"
    with reading(office.database) as connection:
        assert len(lines) == sum(1 for _ in read_events(connection, stream=furnished.done_case))


def test_the_facts_of_a_case_are_those_of_its_award(office: Office, furnished) -> None:
    facts = cases.case_facts(office.database, furnished.done_case)

    assert (facts.vendor_name, facts.list_total, facts.agreed_total, facts.paid_total) == ("Brieflark", eur(81396), eur(68544), eur(68544))
    assert facts.closed


def test_only_a_question_without_an_answer_is_open(office: Office, furnished) -> None:
    asked = cases.open_question(office.database, furnished.asking_case)

    assert asked is not None
    assert asked.missing == ("ceiling", "deadline")
    assert cases.open_question(office.database, furnished.done_case) is None


def test_offers_of_both_sides_come_by_round_with_the_ceiling_per_month(office: Office, furnished) -> None:
    made = offers.case_offers(office.database, furnished.done_case)

    theirs = [o.per_month for o in made if o.vendor_id == "brieflark" and o.side == offers.VENDOR]
    assert theirs == [eur(6783), eur(6069), eur(5712)]
    assert offers.ceiling_per_month(office.database, furnished.done_case) == eur(6000)
    assert offers.ceiling_per_month(office.database, furnished.asking_case) is None


def test_standings_put_the_lowest_newest_offer_first(office: Office, furnished) -> None:
    found = offers.standings(office.database, furnished.done_case)

    assert [(s.vendor_id, s.outcome) for s in found] == [("brieflark", "agreed"), ("postino", "final_quote"), ("papertern", "walked_away")]


def test_every_paper_of_a_case_is_listed_once_and_is_in_the_store(office: Office, furnished) -> None:
    papers = evidence.case_papers(office.database, furnished.done_case)

    assert len({(p.digest, p.vendor_id) for p in papers}) == len(papers)
    assert sum(p.kind == "Request for quotation" for p in papers) == 3
    assert {"Your request", "Request for quotation", "Mail", "Counteroffer", "Contract", "Signed contract", "Bank statement"} <= {
        p.kind for p in papers
    }
    assert all(len(office.evidence.get(p.digest)) == p.size for p in papers)
    assert [p.readable for p in papers if p.kind in {"Contract", "Mail"}].count(False) == 1


def test_evidence_that_is_not_stored_is_left_out(office: Office) -> None:
    assert evidence.described(office.database, ["0" * 64]) == {}


def test_renewals_are_sorted_by_the_last_day_to_act(office: Office, furnished) -> None:
    lines = renewals.renewal_list(office.database, furnished.now.date())

    assert [(r.vendor_id, r.window) for r in lines] == [
        ("cloudpost", Window.MISSED),
        ("ledgerly", Window.NOW),
        ("meetwell", Window.SOON),
        ("dataroom", Window.SOON),
        ("pixelbarn", Window.LATER),
        ("brieflark", Window.LATER),
    ]


def test_a_term_that_is_over_is_ended_or_has_renewed_by_itself(office: Office, furnished) -> None:
    later = furnished.now.date() + timedelta(days=400)
    lines = renewals.renewal_list(office.database, later)

    assert {r.window is Window.ENDED for r in lines if not r.auto_renews} == {True}
    assert not [r for r in lines if r.at_risk and not r.auto_renews]
    assert all(r.term_end >= later and r.decision == "" for r in lines if r.auto_renews)


def test_the_ledger_verifies_and_its_head_stands_for_all_of_it(office: Office, furnished) -> None:
    check = health.check_ledger(office.database, furnished.now)

    assert check.verification.ok
    assert check.verification.events == health.position(office.database).seq
    assert check.head == check.verification.head == health.ledger_head(office.database)


def test_effects_are_counted_by_status(office: Office, furnished) -> None:
    counts = health.effect_counts(office.database)

    assert counts[EffectStatus.UNKNOWN] == 1
    assert counts[EffectStatus.QUEUED] == 0
    assert sum(counts.values()) == counts[EffectStatus.CONFIRMED] + 1
    assert [row.kind for row in health.effects_in(office.database, EffectStatus.UNKNOWN)] == ["calendar.put"]


def test_a_worker_without_a_sign_of_life_is_silent(office: Office, furnished) -> None:
    with reading(office.database) as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(heartbeats)) == 1

    assert [w.alive for w in health.workers(office.database, furnished.now)] == [True]
    assert [w.alive for w in health.workers(office.database, furnished.now + timedelta(minutes=5))] == [False]


def test_failed_steps_unmatched_mails_wishes_and_costs_are_found(office: Office, furnished) -> None:
    assert [s.case_id for s in health.failed_steps(office.database)] == [furnished.failed_case]
    assert [m.from_address for m in health.unmatched_mails(office.database)] == ["promo@stranger.example"]
    assert [w.suggestion for w in health.policy_wishes(office.database)] == ["deny vendor Acme"]
    assert [(c.agent, c.cost) for c in health.model_costs(office.database)] == [("negotiator", "0.0014 EUR")]


def test_the_chat_is_told_in_order_and_references_have_numbers(office: Office) -> None:
    exchange = chat.recent_exchanges(office.database)[-1]

    assert (exchange.text, exchange.answer) == ("what did we spend on email?", "685.44 EUR on email marketing this year.")
    with reading(office.database) as connection:
        first = next(read_events(connection))
    assert chat.sequence_numbers(office.database, (first.event_id, "EV-nothing")) == {first.event_id: first.seq}


def test_a_vendor_without_a_profile_keeps_its_id_as_name(office: Office) -> None:
    with reading(office.database) as connection:
        assert names.names_of(connection, ["brieflark", "nobody", ""]) == {"brieflark": "Brieflark", "nobody": "nobody"}
        assert names.names_of(connection, []) == {}
