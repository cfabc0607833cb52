"""Restarts, killed steps and jobs that come twice: the purchase completes, with exactly one of each effect."""

from __future__ import annotations

import time
from collections import Counter

from app.demo import QuietVoice, run_demo
from memory.database import reading
from memory.ledger import verify
from memory.unit_of_work import UnitOfWork
from tools.sandbox.vendors.cast import DEMO_VENDORS

#: What a letter is known by: the request, each counteroffer of each vendor, and the order.
_LETTERS = frozenset({"rfq.issued", "counteroffer.proposed", "order.placed"})
#: The choice that asks for the contract, and the farewell to the other vendor.
_WITHOUT_A_FACT = 2


def _round(body):
    counteroffer = body.get("counteroffer", {})
    return body.get("vendor_id") or counteroffer.get("vendor_id"), counteroffer.get("round")


def _assert_bought_once(town, case_id):
    """The case is done, every effect happened once, and every mail arrived once."""
    assert town.facts(case_id).status == "done", town.facts(case_id)
    rows = town.effects(case_id)
    sent = Counter(row.kind for row in rows)
    assert {kind: sent[kind] for kind in sent if kind != "mail.send"} == {"contract.sign": 1, "payment.instruct": 1, "calendar.put": 1}
    letters = Counter((e.kind, *(_round(e.body))) for e in town.events(case_id) if e.kind in _LETTERS)
    assert set(letters.values()) == {1}, letters
    assert sent["mail.send"] == len(letters) + _WITHOUT_A_FACT
    assert {row.status.value for row in rows} == {"confirmed"}
    arrived = Counter(m.message_id for v in DEMO_VENDORS for m in town.mailbox(v.mailbox))
    assert arrived == Counter(row.reference for row in rows if row.kind == "mail.send")
    assert [len(town.written(p)) for p in ("contracts/*.pdf", "payments/*.xml", "*.ics")] == [1, 1, 1]
    kinds = Counter(e.kind for e in town.events(case_id))
    once = (
        "requisition.submitted",
        "award.recommended",
        "contract.reviewed",
        "approval.requested",
        "contract.signed",
        "order.placed",
        "invoice.matched",
        "payment.submitted",
        "payment.confirmed",
        "renewal.scheduled",
        "budget.reserved",
        "budget.committed",
        "case.closed",
    )
    assert {kind: kinds[kind] for kind in once} == dict.fromkeys(once, 1)
    assert kinds["step.failed"] == 0
    with reading(town.office.database) as connection:
        assert verify(connection).ok


def test_a_new_house_after_every_single_job_changes_nothing(office):
    restarts = 0

    def restart(_job):
        nonlocal restarts
        restarts += 1
        office.reopen()

    office.engine.after_job = restart
    case_id = office.buy()
    assert restarts > 20
    _assert_bought_once(office, case_id)


def test_every_job_delivered_twice_does_nothing_twice(office):
    office.engine.deliveries = 2
    case_id = office.buy()
    _assert_bought_once(office, case_id)


def test_jobs_that_come_again_after_the_end_do_nothing(office):
    ran = []
    office.engine.after_job = ran.append
    case_id = office.buy()
    head = office.head
    for job in ran:
        office.engine.redeliver(job)
    office.run()
    assert office.head == head
    _assert_bought_once(office, case_id)


class Killed(BaseException):
    """The process is gone: nothing in the house may catch this."""


class DeadlyUnitOfWork(UnitOfWork):
    """Writes a graph's step, then dies before the step's checkpoint is written; each step once."""

    died: set[str]

    def act(self, key, events, **rest):
        recorded = super().act(key, events, **rest)
        if rest.get("stream") and key.startswith(rest["stream"]) and rest["actor"] != "operator" and key not in self.died:
            self.died.add(key)
            raise Killed(key)
        return recorded


def test_a_house_killed_after_each_commit_before_its_checkpoint_loses_and_doubles_nothing(office):
    died: set[str] = set()

    def make_deadly():
        real = office.office.unit_of_work
        deadly = DeadlyUnitOfWork(real._engine, real._ledger, real._projections, real._jobs, real._clock)
        deadly.died = died
        office.office.__dict__["unit_of_work"] = deadly

    office.after_opening = make_deadly
    office.engine.survives = Killed
    office.engine.on_death = office.reopen
    office.reopen()
    case_id = office.buy()
    assert len(died) > 20
    _assert_bought_once(office, case_id)


def test_the_demo_runs_on_the_durable_engine_and_says_what_it_did(tmp_path):
    result = run_demo(tmp_path / "demo", QuietVoice())
    assert (result.status, result.vendor, result.currency) == ("done", "Brieflark", "EUR")
    assert result.paid_total == result.agreed_total < result.list_total
    assert result.rounds >= 2
    assert (result.approvals, result.ledger_verified) == (1, True)
    assert len(result.files) >= 6
    assert set(result.as_json()) == {
        "case", "status", "vendor", "currency", "list_total", "agreed_total", "paid_total", "rounds", "approvals", "events",
        "ledger_head", "ledger_verified", "decide_by", "files", "seconds",
    }  # fmt: skip


def test_a_durable_worker_that_stops_midway_is_followed_by_another_that_finishes(tmp_path):
    from app.demo import demo_office
    from app.roles import one_process
    from memory.views.cases import case_facts

    with demo_office(tmp_path / "demo") as house:
        case_id = house.service.start(
            "Find an email marketing tool for 5,000 contacts, EU data residency, under 60 EUR a month", channel="t"
        )
        for _worker in range(20):
            with one_process(house):
                seen = _head(house)
                _wait_until(
                    lambda seen=seen: _head(house) >= seen + 40 or case_facts(house.database, case_id).status in {"done", "needs_you"}
                )
            if case_facts(house.database, case_id).status == "needs_you":
                _approve(house, case_id)
            if case_facts(house.database, case_id).status == "done":
                break
        assert case_facts(house.database, case_id).status == "done"
        from memory import outbox

        with reading(house.database) as connection:
            rows = outbox.rows(connection, case_id=case_id)
            assert verify(connection).ok
        assert Counter(row.kind for row in rows if row.kind != "mail.send") == {
            "contract.sign": 1,
            "payment.instruct": 1,
            "calendar.put": 1,
        }
        assert {row.status.value for row in rows} == {"confirmed"}


def _approve(house, case_id):
    from memory.domain.approval import Approve
    from memory.ledger import read_events

    with reading(house.database) as connection:
        (asked,) = read_events(connection, stream=case_id, kinds=("approval.requested",))
    approval = asked.event.approval
    house.service.decide(Approve(approval_id=approval.approval_id, digest=approval.action.digest, by="operator"), surface="test")


def _head(house):
    from memory.ledger import read_events

    with reading(house.database) as connection:
        return sum(1 for _ in read_events(connection))


def _wait_until(holds, patience_s=60.0):
    end = time.monotonic() + patience_s
    while not holds():
        assert time.monotonic() < end, "the worker stands still"
        time.sleep(0.05)
