"""The answer at the gate: what stands in the form becomes one decision, bound to the digest that was on the page."""

from __future__ import annotations

from datetime import date

import streamlit as st
from pydantic import ValidationError

from app.connection import office
from app.panels.notice import attempt, notice
from memory.domain.approval import Approve, Decision, Edit, Edits, ProposedAction, Reject
from memory.domain.errors import InputError
from memory.views.approvals import ApprovalCard, payment_of

SURFACE = "dashboard"


def field(approval_id: str, name: str) -> str:
    """Return the key of a widget of one approval's form."""
    return f"{name}-{approval_id}"


def edits_in_form(card: ApprovalCard) -> Edits:
    """Return what the form changes against the action; an untouched form changes nothing.

    Raises `InputError` when a value cannot stand in a payment.
    """
    ident, payment = card.approval.approval_id, payment_of(card.approval.action)
    day = st.session_state.get(field(ident, "pay-on"))
    reference = (st.session_state.get(field(ident, "reference")) or "").strip()
    note = (st.session_state.get(field(ident, "note")) or "").strip()
    moved = day.isoformat() if isinstance(day, date) and payment is not None and day != payment.execute_on else None
    reworded = payment is not None and reference not in {"", payment.remittance}
    try:
        return Edits(execute_on=moved, remittance=reference if reworded else None, order_note=note or None)
    except ValidationError as error:
        # The browser keeps texts short, but a browser is not a guard.
        raise InputError("the reference or the note is too long", hint="140 letters for the reference, 1,000 for the note") from error


def changed_lines(action: ProposedAction, edited: ProposedAction, edits: Edits) -> str:
    """Return what the edits change as a difference, old lines with a minus and new ones with a plus."""
    before, after = payment_of(action), payment_of(edited)
    lines = []
    if before is not None and after is not None:
        if before.execute_on != after.execute_on:
            lines += [f"- pay on: {before.execute_on}", f"+ pay on: {after.execute_on}"]
        if before.remittance != after.remittance:
            lines += [f"- reference: {before.remittance}", f"+ reference: {after.remittance}"]
    if edits.order_note:
        lines += [f"+ note with the order: {line}" for line in edits.order_note.splitlines()]
    return "\n".join(lines)


def answer(card: ApprovalCard, verb: str, drawn: Edits) -> None:
    """Record the operator's answer; called by a button, so the form is read anew.

    An edit that was typed but never shown as a difference is not sent: the operator looks at it first.
    """
    ident, case_id = card.approval.approval_id, card.approval.case_id
    reason = (st.session_state.get(field(ident, "reason")) or "").strip()
    try:
        edits = edits_in_form(card)
    except InputError as error:
        notice("error", error.message.capitalize(), error.hint)
        return
    if verb == "reject" and not reason:
        notice("warning", "A rejection needs a reason", "It is kept in the ledger, and the agents read it next time. Nothing was decided.")
        return
    if verb != "reject" and edits != drawn:
        notice("warning", "Look at your changes first", "They are now shown as a difference above the buttons. Nothing was decided.")
        return
    attempt(
        lambda: _decide(_decision(card, verb, edits, reason)),
        done={"approve": "Approved. The case goes on.", "edit": "Approved with your changes. The case goes on."}.get(verb, "Rejected."),
        case_id=case_id,
    )


def _decide(decision: Decision) -> None:
    office().service.decide(decision, surface=SURFACE)


def _decision(card: ApprovalCard, verb: str, edits: Edits, reason: str) -> Decision:
    approval = card.approval
    by = office().settings.operator_name
    if verb == "reject":
        return Reject(approval_id=approval.approval_id, digest=approval.action.digest, by=by, reason=reason)
    if verb == "edit":
        return Edit(approval_id=approval.approval_id, digest=approval.action.digest, by=by, edits=edits, reason=reason)
    if not edits.empty:
        raise InputError("the form holds changes", hint="send it with the changes, or undo them")
    return Approve(approval_id=approval.approval_id, digest=approval.action.digest, by=by, reason=reason)
