"""Whatever happened, in whatever order: a rebuild gives the very rows that were there, and a refused step leaves no trace."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from random import Random
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st

from graphs.past import as_known_at
from memory.database import reading, writing
from memory.domain.base import Noun
from memory.domain.events import event_types
from memory.domain.events.authority import ApprovalGranted, ApprovalRequested
from memory.domain.events.cases import CaseCancelled, CaseClosed, CaseOpened, CasePaused, CaseResumed, StepFailed
from memory.domain.events.contracts import ContractReviewed, ContractSigned, PaymentConfirmed, PaymentSubmitted
from memory.domain.events.effects import EffectConfirmed, EffectFailed
from memory.domain.events.negotiation import ReplyOverdue, RfqIssued
from memory.domain.money import Money
from memory.ledger import StoredEvent
from memory.projections.approvals import approvals
from memory.projections.base import Projection, discover, fingerprint, upsert
from memory.projections.cases import cases
from memory.projections.spend import payments
from memory.projections.waits import wait_answers

AnyOf = Callable[[type[Noun]], st.SearchStrategy[Any]]


@settings(max_examples=25)
@given(data=st.data())
@pytest.mark.parametrize("new_url", ["sqlite"], indirect=True)
def test_a_rebuild_gives_the_same_rows_as_the_live_fold(open_core: Callable[..., Any], any_of: AnyOf, data: st.DataObject) -> None:
    _rebuilds_to_the_same_rows(open_core(), any_of, data)


@settings(max_examples=6)
@given(data=st.data())
@pytest.mark.parametrize("new_url", ["postgres"], indirect=True)
def test_a_rebuild_on_postgres_does_too(open_core: Callable[..., Any], any_of: AnyOf, data: st.DataObject) -> None:
    _rebuilds_to_the_same_rows(open_core(), any_of, data)


def _rebuilds_to_the_same_rows(core: Any, any_of: AnyOf, data: st.DataObject) -> None:
    _write_anything(core, any_of, data)
    live = core.fingerprints()
    assert core.rebuilt() == live
    assert core.rebuilt() == live
    assert core.verify().ok


@settings(max_examples=5)
@given(data=st.data())
@pytest.mark.parametrize("new_url", ["sqlite"], indirect=True)
def test_as_known_at_an_instant_is_what_every_projection_held_then(
    open_core: Callable[..., Any], any_of: AnyOf, data: st.DataObject
) -> None:
    _known_then(open_core(), any_of, data)


@settings(max_examples=1)
@given(data=st.data())
@pytest.mark.parametrize("new_url", ["postgres"], indirect=True)
def test_a_past_of_postgres_is_the_same(open_core: Callable[..., Any], any_of: AnyOf, data: st.DataObject) -> None:
    _known_then(open_core(), any_of, data)


def _known_then(core: Any, any_of: AnyOf, data: st.DataObject) -> None:
    _write_anything(core, any_of, data)
    at, held = core.clock.now(), core.fingerprints()
    core.clock.move(timedelta(seconds=1))
    _write_anything(core, any_of, data, "later")
    now = core.fingerprints()
    with as_known_at(core.database, core.projections, at) as then, reading(then) as connection:
        assert {p.name: fingerprint(connection, p) for p in core.projections} == held
    assert core.fingerprints() == now


@settings(max_examples=25)
@given(data=st.data(), chance=st.randoms(use_true_random=False))
@pytest.mark.parametrize("new_url", ["sqlite"], indirect=True)
def test_events_that_overtake_those_of_other_streams_give_the_same_rows(
    open_core: Callable[..., Any], any_of: AnyOf, data: st.DataObject, chance: Random
) -> None:
    """On Postgres two cases commit in another order than they are numbered; only what they share keeps its order."""
    core = open_core()
    _write_anything(core, any_of, data)
    live = core.fingerprints()
    with writing(core.database) as connection:
        for projection in core.projections:
            for table in projection.tables:
                connection.execute(table.delete())
        for stored in _another_order(core.events(), core.projections, chance):
            for projection in core.projections:
                if projection.wants(stored.kind):
                    projection.apply(connection, stored)
    assert core.fingerprints() == live


def _another_order(events: list[StoredEvent], folds: tuple[Projection, ...], chance: Random) -> list[StoredEvent]:
    """Return any order that keeps events of one stream, and those that share a row, as they are."""
    held = {e.seq: {e.stream, *(name for p in folds if p.wants(e.kind) for name in p.shared(e.event))} for e in events}
    left, order = list(events), []
    while left:
        free = [e for n, e in enumerate(left) if not any(held[e.seq] & held[earlier.seq] for earlier in left[:n])]
        order.append(chance.choice(free))
        left.remove(order[-1])
    return order


def _own_stream(fact: object) -> str:
    """Return the case that a fact begins or asks for, in whose stream alone the house writes it."""
    if isinstance(fact, ApprovalRequested):
        return fact.approval.case_id
    return fact.case_id if isinstance(fact, CaseOpened) else ""


def _write_anything(core: Any, any_of: AnyOf, data: st.DataObject, prefix: str = "step") -> None:
    written = core.rows("events")
    kinds = data.draw(st.lists(st.sampled_from(sorted(event_types())), min_size=6, max_size=30))
    for number, kind in enumerate(["case.opened", *kinds]):
        fact = data.draw(any_of(event_types()[kind]))
        stream = _own_stream(fact) or data.draw(st.sampled_from(["CASE-1", "CASE-2", "workspace"]))
        core.clock.move(timedelta(seconds=data.draw(st.integers(0, 90_000))))
        before = core.rows("events")
        try:
            core.act(f"{prefix}/{number}", fact, stream=stream)
            written += 1
        except sa.exc.IntegrityError:  # a second approval under one id, and the like: the house never writes it, and it leaves no trace
            assert core.rows("events") == before
    assert core.rows("events") == written


def test_a_fingerprint_notices_one_changed_cell_in_any_projection(core: Any, approved: Callable[..., Any], effects: Any) -> None:
    core.act("open", CaseOpened(case_id="CASE-1", instruction="x", evidence="a" * 64, channel="cli", graph_version=1))
    approved(effects.payment())
    live = core.fingerprints()
    core.sql("UPDATE approvals SET reason = 'forged'")
    core.sql("UPDATE authorizations SET burned_at = 'forged'")
    core.sql("UPDATE cases SET note = 'forged'")
    changed = {name for name, value in core.fingerprints().items() if value != live[name]}
    assert changed == {"approvals", "authorizations", "cases"}
    assert core.rebuilt() == live


def test_a_projection_hears_exactly_the_kinds_it_names() -> None:
    known = set(event_types())
    for projection in discover():
        assert projection.kinds is None or projection.kinds <= known
        for kind in known:
            assert projection.wants(kind) == (projection.kinds is None or kind in projection.kinds)


def test_an_upsert_writes_one_row_and_changes_it(core: Any) -> None:
    from memory.database import writing
    from memory.projections.registry import preferences

    with writing(core.database) as connection:
        for value in ("a", "b"):
            upsert(connection, preferences, {"name": "region"}, {"value": value, "event_id": "EV"})
        assert [tuple(row) for row in connection.execute(sa.select(preferences))] == [("region", "b", "EV")]


OPENED = CaseOpened(case_id="CASE-1", instruction="email tool", evidence="a" * 64, channel="cli", graph_version=1)
RFQ = RfqIssued(vendor_id="v", effect_key="k", subject="s", body="a" * 64, reply_by="2026-12-01T00:00:00Z")
FAILED = StepFailed(node="award", error="bug", message="it broke", hint="mend it", wait_key="retry/1")
CLOSED = CaseClosed(
    vendor_id="v", list_total=Money.of(3, "EUR"), agreed_total=Money.of(2, "EUR"), paid_total=Money.of(2, "EUR"), summary="done"
)


@pytest.mark.parametrize(
    ("facts", "status", "stage"),
    [
        ([], "running", "reading the request"),
        ([RFQ], "waiting", "waiting for quotes"),
        ([RFQ, CasePaused()], "paused", "waiting for quotes"),
        ([RFQ, CasePaused(), CaseResumed()], "waiting", "waiting for quotes"),
        ([CasePaused(), RFQ], "paused", "waiting for quotes"),
        ([CasePaused(), RFQ, CaseResumed()], "waiting", "waiting for quotes"),
        ([CasePaused(), CasePaused(), CaseResumed()], "running", "reading the request"),
        ([FAILED], "failed", "stopped by an error"),
        ([CasePaused(), CaseCancelled()], "cancelled", "cancelled"),
        ([CLOSED], "done", "bought"),
    ],
)
def test_a_case_stands_where_its_facts_left_it(core: Any, facts: list[Any], status: str, stage: str) -> None:
    core.act("open", OPENED)
    for number, fact in enumerate(facts):
        core.act(f"step/{number}", fact)
    with reading(core.database) as connection:
        row = connection.execute(sa.select(cases.c.status, cases.c.stage)).one()
    assert tuple(row) == (status, stage)


def test_the_first_answer_to_a_wait_stands(core: Any) -> None:
    core.act("a", ReplyOverdue(vendor_id="v", wait_key="reply/k"))
    core.act("b", EffectFailed(effect_key="k", effect_kind="mail.send", error="e", message="m"))
    core.act("c", EffectConfirmed(effect_key="k", effect_kind="mail.send", reference="r"))
    with reading(core.database) as connection:
        rows = {r.wait_key: (r.answer, r.case_id) for r in connection.execute(sa.select(wait_answers))}
    assert rows["reply/k"] == ('{"overdue":true}', "CASE-1")
    assert '"failed"' in rows["effect/k"][0]


def test_cancelling_closes_the_open_questions_of_that_case_only(core: Any, approval: Callable[..., Any], effects: Any) -> None:
    answered, open_here = approval(effects.payment()), approval(effects.payment(), approval_id="AP-2")
    elsewhere = approval(effects.payment("CASE-2"), case_id="CASE-2", approval_id="AP-3")
    for asked in (answered, open_here, elsewhere):
        core.act(asked.approval_id, ApprovalRequested(approval=asked), stream=asked.case_id)
    core.act("yes", ApprovalGranted(approval_id="AP-1", digest=answered.action.digest, by="jo", surface="cli"))
    core.act("cancel", CaseCancelled())
    with reading(core.database) as connection:
        status = {r.approval_id: r.status for r in connection.execute(sa.select(approvals))}
    assert status == {"AP-1": "granted", "AP-2": "expired", "AP-3": "open"}


SUBMITTED = PaymentSubmitted(effect_key="k", end_to_end_id="QM1", payee_id="p", amount=Money.of(10, "EUR"))
CONFIRMED = PaymentConfirmed(end_to_end_id="QM1", amount=Money.of(9, "EUR"), booked_on=date(2026, 12, 1), statement="a" * 64, line_id="l")


@pytest.mark.parametrize("facts", [[SUBMITTED, CONFIRMED], [CONFIRMED, SUBMITTED]])
def test_a_payment_is_confirmed_also_when_the_bank_line_is_read_first(core: Any, facts: list[Any]) -> None:
    for number, fact in enumerate(facts):
        core.act(f"step/{number}", fact)
    with reading(core.database) as connection:
        row = connection.execute(sa.select(payments)).one()
    assert (row.status, row.payee_id, row.amount_minor, row.settled_minor) == ("confirmed", "p", 1000, 900)
    assert (row.case_id, row.booked_on, row.line_id) == ("CASE-1", "2026-12-01", "l")


def test_a_signed_contract_keeps_its_review(core: Any) -> None:
    from memory.domain.contract import ContractReview
    from memory.projections.contract_calendar import contracts

    review = ContractReview(contract="c" * 64, text="d" * 64, pages=3, clauses=())
    core.act("a", ContractReviewed(vendor_id="v", review=review))
    core.act("b", ContractSigned(vendor_id="v", contract="c" * 64, signed="e" * 64, check={}))
    with reading(core.database) as connection:
        row = connection.execute(sa.select(contracts)).one()
    assert (row.status, row.signed, ContractReview.model_validate_json(row.review)) == ("signed", "e" * 64, review)
