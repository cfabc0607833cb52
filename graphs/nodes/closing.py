"""Closing: the renewal goes into the calendar, the budget is committed at the settled amount, the case is summed up."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from langgraph.runtime import Runtime

from agents.renewal_watcher import read_notice_route
from graphs.authority import authorize_by_rule
from graphs.case_file import CaseFile
from graphs.context import Desk
from graphs.facts import ask_policy, facts_for
from graphs.policy.facts import Stage
from graphs.remedies import released
from graphs.renewal_facts import bought_in, category_of
from graphs.state import PurchaseState
from graphs.steps import Outcome, take_step
from graphs.watching import scheduled, superseded
from memory.domain.approval import PlannedEffect
from memory.domain.effects import CALENDAR_PUT, PutCalendar
from memory.domain.events import Event
from memory.domain.events.cases import CaseClosed, CaseEnded
from memory.domain.events.contracts import RenewalScheduled
from memory.domain.events.effects import effect_wait
from memory.domain.events.workspace import BudgetCommitted
from memory.domain.words import counted
from memory.outbox import effect_key
from memory.projections.duties import LADDER
from memory.views.holidays import free_days
from memory.views.renewal_twins import follows_on, listed_as, standing


async def schedule_renewal(state: PurchaseState, runtime: Runtime[Desk]) -> PurchaseState:
    """Put the last day to act into the operator's calendar."""
    desk, vendor_id = runtime.context, state["awarded"]

    async def work(case: CaseFile) -> Outcome:
        if case.refused is not None:
            # Paid, and refused meanwhile: what was bought is not there, so nothing is closed; the task about the money ends the case.
            return Outcome({"verdict": "refused"}, (_settled(case),))
        renewal = _renewal(desk, case, vendor_id)
        if renewal is None:
            return Outcome({"verdict": "no dates"})
        name = case.vendor_name(vendor_id)
        entry = PutCalendar(
            uid=renewal.uid,
            summary=f"Decide: keep or cancel {name}"[:200],
            on=renewal.decide_by,
            description=_description(renewal, name, case.requisition.need),
            alarms_days=LADDER,
        )
        effect = PlannedEffect(
            key=effect_key(case.case_id, "schedule_renewal", 0), kind=CALENDAR_PUT, payload=entry.model_dump(mode="json")
        )
        decision, judged = ask_policy(desk, facts_for(desk, case, Stage.CALENDAR, vendor_id=vendor_id, effect_kind=CALENDAR_PUT))
        permit = authorize_by_rule(desk, case.case_id, effect, decision)
        earlier = tuple(_superseded(desk, case, renewal))
        return Outcome({"verdict": "scheduled", "wait": effect_wait(effect.key)}, (renewal, *earlier, judged, permit), (effect,))

    return await take_step(desk, state, "schedule_renewal", 0, work, actor="renewal_watcher")


def _renewal(desk: Desk, case: CaseFile, vendor_id: str) -> RenewalScheduled | None:
    if case.review is None:
        return None
    terms, requisition, text = case.final_quote(vendor_id).terms, case.requisition, case.review.text
    return scheduled(
        case.review,
        vendor_id=vendor_id,
        annual_cost=terms.all_in_total().times(Decimal(12) / Decimal(terms.term_months)),
        uid=f"{case.case_id}-decide-by",
        today=desk.today(),
        category=requisition.catalogue_category or requisition.category,
        route=read_notice_route(desk.evidence.text(text), text),
        holidays=free_days(desk.database),
    )


def _superseded(desk: Desk, case: CaseFile, renewal: RenewalScheduled) -> Iterator[Event]:
    """Yield the end of the watch over the contracts with this vendor that the new one takes the place of.

    That is the one it was negotiated for, an entry of a list that says the same, and one for the same kind of thing whose term it takes up.
    Anything else with the vendor stays under watch, and the operator is asked about it.
    """
    found = standing(desk.database, desk.today())
    listed = listed_as(found, renewal.vendor_id, renewal.annual_cost, renewal.renewal_months)
    category = case.requisition.catalogue_category
    for line in found.with_vendor(renewal.vendor_id):
        if line.uid == renewal.uid:
            continue
        if line.negotiation == case.case_id:
            why = f"{case.case_id} renegotiated it, and the new contract is signed"
        elif listed is not None and line.uid == listed.uid:
            why = f"the contract signed in {case.case_id} says the same, and more"
        elif (
            category and category == category_of(desk, line, bought_in(desk, line)) and follows_on(line, renewal.term_start or desk.today())
        ):
            why = f"the contract signed in {case.case_id} is for the same with the same vendor, and takes up its term"
        else:
            continue
        yield superseded(line, renewal.uid, why, by="renewal_watcher")


def _description(renewal: RenewalScheduled, name: str, need: str) -> str:
    then = "it renews by itself" if renewal.auto_renews else "it ends"
    return (
        f"{need} from {name}. The term ends on {renewal.term_end}; without notice {then}. Notice: {counted(renewal.notice_days, 'day')}. "
        f"Cost a year: {renewal.annual_cost}."
    )


async def close_case(state: PurchaseState, runtime: Runtime[Desk]) -> PurchaseState:
    """Commit the budget at the settled amount and sum the case up."""
    desk, vendor_id = runtime.context, state["awarded"]

    async def work(case: CaseFile) -> Outcome:
        assert case.paid is not None
        concluded = case.negotiation(vendor_id).concluded
        assert concluded is not None
        assert concluded.list_quote is not None
        listed, agreed = concluded.list_quote.terms.all_in_total(), case.final_quote(vendor_id).terms.all_in_total()
        requisition = case.requisition
        summary = f"Bought {requisition.need} from {case.vendor_name(vendor_id)}: {listed} list, {agreed} agreed, {case.paid.amount} paid"
        committed = _settled(case)
        closed = CaseClosed(vendor_id=vendor_id, list_total=listed, agreed_total=agreed, paid_total=case.paid.amount, summary=summary)
        return Outcome({"outcome": "bought"}, (committed, closed))

    return await take_step(desk, state, "close_case", 0, work, actor="buyer")


def _settled(case: CaseFile) -> BudgetCommitted:
    """Return the fact that the case's money was spent, at what the bank booked."""
    assert case.paid is not None
    requisition = case.requisition
    return BudgetCommitted(
        case_id=case.case_id, category=requisition.budget_category, top_category=requisition.category, amount=case.paid.amount
    )


async def end_without_signing(state: PurchaseState, runtime: Runtime[Desk]) -> PurchaseState:
    """Give the reserved money back and end the case: the operator said no, or the signature did not come about."""
    desk = runtime.context

    async def work(case: CaseFile) -> Outcome:
        approval = case.approvals[state["approval_id"]]
        said_no = state.get("decision") == "reject"
        reason = "the operator did not approve" if said_no else "the contract could not be signed"
        back = released(case, approval.action.total, reason)
        return Outcome({"outcome": "ended"}, (back, CaseEnded(outcome="not approved" if said_no else "not signed", reason=reason)))

    return await take_step(desk, state, "end_without_signing", 0, work, actor="gate")
