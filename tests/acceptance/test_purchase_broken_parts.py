"""Parts that break: a step, the memory, the mail server, a call in mid-air. Nothing is lost, nothing is doubled, all is told."""

from __future__ import annotations

import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import replace

import pytest

from memory.domain.errors import ConflictError
from memory.domain.events.cases import CaseClosed, CaseEnded, StepFailed, StepRetried
from memory.domain.events.effects import EffectConfirmed, EffectDelayed, EffectUnknown
from memory.domain.events.negotiation import MessageReceived, QuoteReceived
from memory.domain.events.workspace import MemoryMissed
from memory.domain.registry import Contact, Payee
from tools.sandbox.vendors.cast import BRIEFLARK, DEMO_VENDORS, MUTEMAIL


def _failed(town, case_id) -> StepFailed:
    assert town.facts(case_id).status == "failed", town.facts(case_id)
    failed = town.facts_of(case_id, StepFailed)[-1]
    assert failed.message
    assert failed.hint
    return failed


def test_a_catalogue_that_cannot_be_read_is_told_and_a_retry_goes_on_at_that_step(found, catalogue_of):
    good = catalogue_of(BRIEFLARK)
    town = found((BRIEFLARK,), products='{"format": 1, "products": [{"product_id": 7}]}')
    case_id = town.start()
    town.run()
    failed = _failed(town, case_id)
    assert failed.node == "discover_vendors"
    assert "catalogue.json" in failed.message
    assert town.effects(case_id) == []
    (town.office.home.files / "catalogue.json").write_text(good, encoding="utf-8")
    town.office.service.retry(case_id, by="operator")
    town.run()
    assert town.asked(case_id).action.vendor_id == "brieflark"
    kinds = Counter(e.kind for e in town.events(case_id))
    assert (kinds["requisition.submitted"], kinds["step.failed"], kinds["step.retried"]) == (1, 1, 1)


def test_a_retry_that_meets_the_same_fault_fails_again_and_can_be_retried_again(found, catalogue_of):
    good = catalogue_of(BRIEFLARK)
    town = found((BRIEFLARK,), products="not a catalogue")
    case_id = town.start()
    town.run()
    for _ in range(3):
        _failed(town, case_id)
        town.office.service.retry(case_id, by="operator")
        town.run()
    assert len(town.facts_of(case_id, StepFailed)) == 4
    (town.office.home.files / "catalogue.json").write_text(good, encoding="utf-8")
    town.office.service.retry(case_id, by="operator")
    town.run()
    assert town.facts(case_id).status == "needs_you"
    assert len(town.facts_of(case_id, StepRetried)) == 4


def test_a_memory_that_is_broken_never_stops_a_purchase_and_is_told(office):
    office.office.home.recall.write_text("this is no folder", encoding="utf-8")
    office.reopen()
    case_id = office.buy()
    assert office.facts(case_id).status == "done"
    missed = office.facts_of(case_id, MemoryMissed)
    assert missed
    assert all(fact.reason for fact in missed)


def _hidden(town, digests):
    """Take texts out of the evidence store, as a damaged disk would; returns how to put them back."""
    path = town.office.home.database
    with closing(sqlite3.connect(path)) as damaged, damaged:
        triggers = damaged.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'evidence'").fetchall()
        for name, _ in triggers:
            damaged.execute(f"DROP TRIGGER {name}")
        marks = ", ".join("?" * len(digests))
        rows = damaged.execute(f"SELECT * FROM evidence WHERE digest IN ({marks})", digests).fetchall()
        damaged.execute(f"DELETE FROM evidence WHERE digest IN ({marks})", digests)

    def put_back():
        with closing(sqlite3.connect(path)) as mended, mended:
            mended.executemany(f"INSERT INTO evidence VALUES ({', '.join('?' * len(rows[0]))})", rows)
            for _, sql in triggers:
                mended.execute(sql)

    return put_back


def test_replies_that_could_not_be_read_are_all_read_after_one_retry(office):
    """Two negotiations fail side by side; each still knows which answer it was reading."""
    case_id = office.start()
    office.run(until=lambda: len(office.facts_of(case_id, MessageReceived)) == 2)
    put_back = _hidden(office, [e.text for e in office.facts_of(case_id, MessageReceived)])
    office.run()
    _failed(office, case_id)
    assert {e.node for e in office.facts_of(case_id, StepFailed)} == {"read_reply/brieflark", "read_reply/postino"}
    assert office.facts_of(case_id, QuoteReceived) == []
    put_back()
    office.office.service.retry(case_id, by="operator")
    office.run()
    assert {e.quote.vendor_id for e in office.facts_of(case_id, QuoteReceived) if e.quote.round == 0} == {"brieflark", "postino"}
    assert office.facts(case_id).status == "needs_you"
    with pytest.raises(ConflictError):
        office.office.service.retry(case_id, by="operator")


def test_a_missing_payee_is_told_before_anything_is_asked_and_the_retry_finds_it(found, catalogue_of):
    newcomer = replace(MUTEMAIL, vendor_id="newmail", name="Newmail", habits=frozenset())
    town = found((newcomer,), products=catalogue_of(newcomer), register=False)
    registrar = town.office.registrar()
    registrar.add_contact("newmail-sales", Contact(name="Nell New", email=newcomer.mailbox), vendor_id="newmail")
    case_id = town.start()
    town.run()
    failed = _failed(town, case_id)
    assert failed.node == "prepare_approval"
    assert "qm vendors add" in failed.hint
    assert "newmail" in failed.message + failed.hint
    registrar.add_payee("newmail-bank", Payee(name="Newmail fictional", iban="DE02120300000000202051", country="DE"), vendor_id="newmail")
    town.office.service.retry(case_id, by="operator")
    town.run()
    assert town.facts(case_id).status == "needs_you"
    town.approve(case_id)
    town.run()
    assert town.facts(case_id).status == "done"


def test_while_the_mail_server_is_down_mails_wait_and_leave_once_when_it_is_back(office):
    office.server.stop()
    case_id = office.start()
    office.engine.drain()
    assert {e.effect_kind for e in office.facts_of(case_id, EffectDelayed)} == {"mail.send"}
    assert {row.status.value for row in office.effects(case_id)} == {"delayed"}
    office.new_server()
    office.reopen()
    office.engine.drain()
    assert {row.status.value for row in office.effects(case_id)} == {"delayed"}, "not before its time"
    office.clock.go(seconds=10)
    office.run()
    assert office.facts(case_id).status == "needs_you"
    rows = office.effects(case_id)
    assert {row.status.value for row in rows} == {"confirmed"}
    arrived = Counter(m.message_id for v in DEMO_VENDORS for m in office.mailbox(v.mailbox))
    assert arrived == Counter(row.reference for row in rows)


def test_a_mail_whose_sending_broke_off_is_looked_up_and_never_sent_twice(office):
    office.server.fail_next("drop_after_data")
    case_id = office.start()
    office.engine.drain()
    assert len(office.facts_of(case_id, EffectUnknown)) == 1
    (unknown,) = [row for row in office.effects(case_id) if row.status.value == "unknown"]
    office.run()
    office.clock.go(seconds=31)
    office.run()
    assert office.facts(case_id).status == "needs_you"
    assert office.asked(case_id)
    confirmed = [e for e in office.facts_of(case_id, EffectConfirmed) if e.effect_key == unknown.effect_key]
    assert len(confirmed) == 1
    arrived = Counter(m.message_id for v in DEMO_VENDORS for m in office.mailbox(v.mailbox))
    assert arrived[unknown.reference] == 1
    assert set(arrived.values()) == {1}


def test_a_mail_that_was_lost_in_mid_air_is_never_sent_again_on_hope(office):
    office.server.fail_next("lose_after_data")
    case_id = office.start()
    office.run()
    office.clock.go(seconds=31)
    office.run()
    arrived = Counter(m.message_id for v in DEMO_VENDORS for m in office.mailbox(v.mailbox))
    assert set(arrived.values()) == {1}
    lost = [row for row in office.effects(case_id) if row.reference not in arrived]
    assert [row.attempts for row in lost] == [1]
    office.clock.go(days=5)
    office.run()
    assert office.facts(case_id).status in {"needs_you", "ended"}


def test_a_vendor_whose_server_refuses_our_mail_is_left_out_and_the_others_go_on(office):
    office.server.fail_next("reject")
    case_id = office.start()
    office.run()
    failed = [row for row in office.effects(case_id) if row.status.value == "failed"]
    assert len(failed) == 1
    assert office.facts(case_id).status in {"needs_you", "ended"}
    assert office.facts_of(case_id, CaseClosed) == []


def test_a_case_never_asks_for_a_yes_and_an_end_at_once(bought):
    office, case_id = bought
    assert office.facts_of(case_id, CaseEnded) == []
    assert len(office.facts_of(case_id, CaseClosed)) == 1
