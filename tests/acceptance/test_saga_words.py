"""What the operator hears meanwhile: a refusal told by phone, from every place a case can be in; and what is watched no more after it."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from app.case_replay import replay_office_case
from app.cli import run
from graphs.case_replay import Verdict
from memory.database import reading
from memory.domain.errors import ConflictError, InputError, NotFoundError
from memory.domain.events.cases import CaseEnded
from memory.domain.events.contracts import OrderPlaced, PaymentConfirmed, RenewalDropped
from memory.domain.events.remediation import OrderRefused
from memory.domain.remediation import TaskOutcome, Trouble
from memory.projections.base import fingerprint, rebuild
from memory.projections.duties import renewal_times
from memory.views.remediations import open_tasks
from memory.views.renewals import renewal_list
from memory.views.spend import budget_lines
from tools.sandbox.vendors.cast import BRIEFLARK

SAID = "Mia Lerche on the phone: they close the platform and will not deliver."


def _used(town) -> int:
    return sum(line.used.amount_minor for line in budget_lines(town.office.database, town.clock.now()))


def _replays_alike(town, case_id) -> None:
    replay = replay_office_case(town.office, case_id, "recorded")
    assert not replay.stands_still, replay.stands_still
    assert [(step.key, step.verdict, step.differences) for step in replay.steps if step.verdict is not Verdict.SAME] == []


def _rebuilds_alike(town) -> None:
    with town.office.database.begin() as connection:
        live = {p.name: fingerprint(connection, p) for p in town.office.projections}
        for projection in town.office.projections:
            rebuild(connection, projection)
        assert {p.name: fingerprint(connection, p) for p in town.office.projections} == live


def _told(town, case_id, said=SAID) -> None:
    town.office.tasks.vendor_refused(case_id, said, by="operator")
    town.run()


def _only_task(town):
    (card,) = open_tasks(town.office.database)
    return card.task


# ---- a refusal told by phone


def test_a_refusal_told_while_the_order_waits_for_its_confirmation_withdraws_it(at_the_gate):
    town, case_id = at_the_gate
    town.approve(case_id)
    town.run(until=lambda: bool(town.facts_of(case_id, OrderPlaced)))
    _told(town, case_id)
    (refused,) = town.facts_of(case_id, OrderRefused)
    assert town.office.evidence.text(refused.message) == SAID
    assert refused.words.origin.value == "operator"
    (ended,) = town.facts_of(case_id, CaseEnded)
    assert ended.outcome == "refused by the vendor"
    assert _only_task(town).trouble is Trouble.ORDER_REFUSED
    assert town.effects(case_id, "payment.instruct") == []
    assert _used(town) == 0
    assert len([mail for mail in town.mailbox(BRIEFLARK.mailbox) if "withdrawn" in mail.subject]) == 1
    assert not any(SAID in str(row.payload) for row in town.effects(case_id)), "what was said to us is not for the vendor"
    _replays_alike(town, case_id)
    with pytest.raises(ConflictError, match="no order"):
        town.office.tasks.vendor_refused(case_id, SAID, by="operator")


def test_a_refusal_told_after_the_payment_asks_for_the_money(at_the_gate):
    town, case_id = at_the_gate
    with pytest.raises(ConflictError, match="no order"):
        town.office.tasks.vendor_refused(case_id, SAID, by="operator")
    town.approve(case_id)
    town.run()
    _told(town, case_id)
    task = _only_task(town)
    assert task.trouble is Trouble.PAID_AND_REFUSED
    assert "told you" in task.happened
    assert task.awaits == town.facts_of(case_id, PaymentConfirmed)[0].amount
    with pytest.raises(ConflictError, match="already"):
        town.office.tasks.vendor_refused(case_id, "again", by="operator")
    with pytest.raises(InputError):
        town.office.tasks.vendor_refused(case_id, "  ", by="operator")
    with pytest.raises(NotFoundError):
        town.office.tasks.vendor_refused("CASE-999999", SAID, by="operator")


def test_a_refusal_told_while_a_wrong_invoice_holds_the_payment_ends_the_case(at_the_gate):
    town, case_id = at_the_gate
    for desk in town.desks:
        if desk.personality is BRIEFLARK:
            desk.personality = replace(BRIEFLARK, vat_percent=36)
    town.approve(case_id)
    town.run()
    assert town.facts(case_id).status == "failed"
    _told(town, case_id)
    assert town.facts(case_id).stage == "refused by the vendor"
    assert _used(town) == 0
    _replays_alike(town, case_id)


def test_a_refusal_told_while_the_order_cannot_be_delivered_sends_it_no_more(at_the_gate):
    town, case_id = at_the_gate
    armed = []

    def break_once(_job):
        if town.facts_of(case_id, OrderPlaced) and not armed:
            armed.append(True)
            town.server.fail_next("reject")

    town.engine.after_job = break_once
    town.approve(case_id)
    town.run()
    assert town.facts(case_id).status == "failed"
    _told(town, case_id)
    assert town.facts(case_id).stage == "refused by the vendor"
    assert len(town.facts_of(case_id, OrderPlaced)) == 1
    assert {card.task.trouble for card in open_tasks(town.office.database)} == {Trouble.ORDER_REFUSED}
    assert _used(town) == 0
    _replays_alike(town, case_id)


def test_the_command_says_beforehand_what_it_would_write_and_refuses_where_nothing_is_ordered(at_the_gate, capsys):
    town, case_id = at_the_gate
    home = ["--home", str(town.root)]
    assert run(["cases", "refused", case_id, "--said", SAID, *home]) == 4
    town.approve(case_id)
    town.run()
    capsys.readouterr()
    assert run(["cases", "refused", case_id, "--said", SAID, "--dry-run", *home]) == 0
    assert town.facts_of(case_id, OrderRefused) == []
    assert "brieflark told you" in capsys.readouterr().out


# ---- a contract that is watched no more


def test_a_contract_whose_money_came_back_is_watched_no_more(at_the_gate):
    town, case_id = at_the_gate
    town.approve(case_id)
    town.run()
    (watched,) = [line for line in renewal_list(town.office.database, town.clock.now().date()) if line.case_id == case_id]
    others = len(renewal_list(town.office.database, town.clock.now().date())) - 1
    _told(town, case_id)
    assert len(renewal_list(town.office.database, town.clock.now().date())) == others + 1, "until it is settled it stands"
    task = _only_task(town)
    town.office.tasks.close(task.task_id, outcome=TaskOutcome.REFUNDED, amount=task.awaits, by="operator", surface="test")
    town.run()
    (dropped,) = town.facts_of(case_id, RenewalDropped)
    assert (dropped.uid, dropped.vendor_id) == (watched.uid, "brieflark")
    assert "came back" in dropped.reason
    assert watched.uid not in {line.uid for line in renewal_list(town.office.database, town.clock.now().date())}
    assert town.facts(case_id).decide_by is None
    with reading(town.office.database) as connection:
        assert connection.scalar(sa.select(sa.func.count()).where(renewal_times.c.uid == watched.uid)) == 0
    town.clock.at = town.clock.at.replace(year=watched.decide_by.year, month=watched.decide_by.month, day=watched.decide_by.day)
    town.engine.tick(town.clock.now().isoformat())
    town.run()
    assert [e for e in town.events(None, "renewal.due") if e.body["uid"] == watched.uid] == [], "nobody is reminded of it"
    _rebuilds_alike(town)
    _replays_alike(town, case_id)


def test_a_refusal_that_was_settled_otherwise_keeps_the_contract_under_watch(at_the_gate):
    town, case_id = at_the_gate
    town.approve(case_id)
    town.run()
    before = renewal_list(town.office.database, town.clock.now().date())
    _told(town, case_id)
    town.office.tasks.close(_only_task(town).task_id, note="they deliver after all", by="operator", surface="test")
    town.run()
    assert town.facts_of(case_id, RenewalDropped) == []
    assert renewal_list(town.office.database, town.clock.now().date()) == before
