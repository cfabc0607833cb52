"""The open card: exactly what would happen, on what evidence, at what risk, and the three answers."""

from __future__ import annotations

from datetime import datetime, timedelta

import streamlit as st

from app.connection import office, zone
from app.panels.deciding import answer, changed_lines, edits_in_form, field
from app.panels.evidence import show_claim
from app.theme import Colour
from app.wording import at_time, plain, time_left, urgency_colour
from graphs.edits import edited_action
from memory.domain.approval import ApprovalStatus, Edits
from memory.domain.contract import Finding, Severity
from memory.domain.effects import CONTRACT_SIGN, PAYMENT_INSTRUCT
from memory.domain.errors import InputError, NotFoundError
from memory.views.approvals import ApprovalCard, effect_lines, payment_of
from memory.views.evidence import described

_WEIGHTS: dict[Severity, tuple[str, Colour]] = {
    Severity.BLOCKER: ("Blocker", "red"),
    Severity.CONCERN: ("Concern", "orange"),
    Severity.NOTE: ("Note", "gray"),
}
_OUTCOMES: dict[ApprovalStatus, tuple[str, str, Colour]] = {
    ApprovalStatus.GRANTED: ("Approved", ":material/check_circle:", "green"),
    ApprovalStatus.EDITED: ("Approved with changes", ":material/edit:", "green"),
    ApprovalStatus.REJECTED: ("Rejected", ":material/block:", "red"),
    ApprovalStatus.EXPIRED: ("Expired: that was a no", ":material/timer_off:", "gray"),
}


def show_open_card(card: ApprovalCard) -> None:
    """Draw one open question with everything needed to answer it."""
    now = office().clock.now()
    approval = card.approval
    with st.container(border=True):
        show_head(card, now)
        left, right = st.columns([3, 2], gap="large")
        with left:
            show_effects(card)
        with right:
            show_grounds(card)
        if now >= approval.expires_at:
            st.info("An unanswered approval is a no. Start the case again if you still want it.", title="The time to answer is up")
        else:
            show_form(card)


def show_head(card: ApprovalCard, now: datetime) -> None:
    """Draw the sentence, the amount, the deadline and what silence means."""
    action = card.approval.action
    st.subheader(plain(action.title), anchor=False)
    until = card.approval.expires_at
    final = any(not effect_lines(e).reversible for e in action.effects)
    with st.container(horizontal=True, gap="small"):
        st.badge(f"{action.total} all-in", icon=":material/payments:", color="blue")
        st.badge(time_left(until, now), icon=":material/timer:", color=urgency_colour(until, now))
        if final:
            st.badge("Cannot be undone", icon=":material/lock:", color="orange")
        else:
            st.badge("Can be undone", icon=":material/undo:", color="gray")
        st.space("stretch")
        st.page_link(
            "screens/case.py", label="Open the case", icon=":material/arrow_forward:", query_params={"case": card.approval.case_id}
        )
    st.caption(f"If you do nothing, this expires to “no” on {at_time(until, zone())}: nothing is signed and nothing is paid.")


def show_effects(card: ApprovalCard) -> None:
    """Draw the exact effects, value by value, from the payloads that would be authorized."""
    st.markdown("**What your yes means**")
    with st.container(gap="xxsmall"):
        for sentence in card.approval.action.consequences:
            st.text(f"• {sentence}")
    st.markdown("**Exactly this will be done**")
    for effect in card.approval.action.effects:
        lines = effect_lines(effect)
        with st.container(border=True, gap="xsmall"):
            st.markdown(f"**{plain(lines.heading)}**")
            facts = (*lines.facts, *payee_facts(card)) if effect.kind == PAYMENT_INSTRUCT else lines.facts
            width = max((len(label) for label, _ in facts), default=0)
            st.code("\n".join(f"{label:<{width}}  {value}" for label, value in facts), language=None, wrap_lines=True)
            st.caption(f"{lines.reversal} Bound to digest {lines.digest[:16]}…")


def payee_facts(card: ApprovalCard) -> tuple[tuple[str, str], ...]:
    """Return whom the registry has under the payee's id: the details are the operator's own and are looked up when paying."""
    payment, registry = payment_of(card.approval.action), office().registry
    if payment is None:
        return ()
    try:
        payee = registry.payee(payment.payee_id)
    except NotFoundError:
        return (("In the registry", "no such payee: this payment would fail"),)
    changed = registry.changed_at("payee", payment.payee_id)
    warned = (("Details changed", f"{at_time(datetime.fromisoformat(changed), zone())}: check by phone"),) if changed else ()
    return (("Account holder", payee.name), ("IBAN", payee.iban), *warned)


def show_form(card: ApprovalCard) -> None:
    """Draw what may be changed, what the change is, the reason, and the answers.

    No keyboard shortcuts: the answer signs and pays, and there is no undo after it.
    """
    ident = card.approval.approval_id
    show_fields(card)
    try:
        edits = edits_in_form(card)
        problem = show_difference(card, edits)
    except InputError as error:
        edits, problem = Edits(), f"{error.message}: {error.hint}"
    if problem:
        st.error(plain(problem), title="It cannot be changed like that")
    st.text_area(
        "Reason (needed to reject)",
        key=field(ident, "reason"),
        height=72,
        placeholder="Kept in the ledger; the agents read it next time",
        max_chars=1000,
    )
    with st.container(horizontal=True, gap="small"):
        if edits.empty:
            st.button(
                "Approve", key=f"approve-{ident}", type="primary", icon=":material/check:", on_click=answer, args=(card, "approve", edits)
            )
        else:
            st.button(
                "Send edited",
                key=f"edit-{ident}",
                type="primary",
                icon=":material/edit:",
                disabled=bool(problem),
                on_click=answer,
                args=(card, "edit", edits),
            )
            st.button("Undo changes", key=f"undo-{ident}", on_click=_forget_edits, args=(ident,))
        st.button("Reject", key=f"reject-{ident}", icon=":material/close:", on_click=answer, args=(card, "reject", edits))


def show_fields(card: ApprovalCard) -> None:
    """Draw the typed fields; amount, payee and contract are fixed."""
    ident, payment = card.approval.approval_id, payment_of(card.approval.action)
    with st.expander("Change the day, the reference or add a note", icon=":material/edit:"):
        st.caption("Amount, payee and contract cannot be changed here: that takes a new round with the vendor.")
        if payment is not None:
            today = office().clock.now().date()
            st.date_input(
                "Pay on",
                value=payment.execute_on,
                min_value=min(today, payment.execute_on),
                max_value=today + timedelta(days=365),
                format="YYYY-MM-DD",
                key=field(ident, "pay-on"),
            )
            st.text_input("Reference on the payment", value=payment.remittance, max_chars=140, key=field(ident, "reference"))
        st.text_area(
            "Note with the order", key=field(ident, "note"), max_chars=1000, height=72, placeholder="Goes to the vendor, word for word"
        )


def show_difference(card: ApprovalCard, edits: Edits) -> str:
    """Draw what the edits change; returns what is wrong with them, or nothing."""
    if edits.empty:
        return ""
    try:
        edited = edited_action(card.approval.action, edits)
    except InputError as error:
        return f"{error.message}. {error.hint}"
    st.markdown("**Your changes**")
    st.code(changed_lines(card.approval.action, edited, edits), language="diff", wrap_lines=True)
    return ""


def _forget_edits(ident: str) -> None:
    for name in ("pay-on", "reference", "note"):
        st.session_state.pop(field(ident, name), None)


def show_grounds(card: ApprovalCard) -> None:
    """Draw evidence, risks and rules."""
    approval = card.approval
    known = described(office().database, [ref.digest for claim in approval.evidence for ref in claim.evidence])
    st.markdown("**Why, and on what evidence**")
    if not approval.evidence:
        st.caption("No claim was made for this action.")
    for claim in approval.evidence:
        show_claim(claim, known)
    st.markdown("**Risks**")
    if not card.risks:
        st.caption("The contract reader found nothing to warn about.")
    contract = next((str(effect.payload["contract"]) for effect in approval.action.effects if effect.kind == CONTRACT_SIGN), "")
    for finding in card.risks:
        # The review's findings come first among the risks, so that their numbers are the same.
        show_finding(finding, {"contract": contract, "passage": f"finding-{approval.risks.index(finding)}"} if contract else None)
    st.markdown("**Rules that asked for you**")
    for rule in approval.rules:
        st.text(f"• {rule}")
    st.caption(
        f"Policy version {plain(approval.policy_version)} · action digest {approval.action.digest[:16]}… · {plain(approval.approval_id)}"
    )


def show_finding(finding: Finding, place: dict[str, str] | None = None) -> None:
    """Draw one finding: how much it weighs, what it is, and the passage of the contract behind it; `place` links to it there."""
    word, colour = _WEIGHTS[finding.severity]
    with st.container(gap="xxsmall"):
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.badge(word, color=colour)
            st.text(finding.text)
            if place is not None and finding.span is not None:
                st.page_link("screens/contract.py", label="In the document", icon=":material/my_location:", query_params=place)
        if finding.span is not None:
            st.code(finding.span.text, language=None, wrap_lines=True)


def show_decided_card(card: ApprovalCard) -> None:
    """Draw how a question was answered."""
    word, icon, colour = _OUTCOMES[card.status]
    with st.container(border=True, gap="xsmall"):
        st.markdown(f"**{plain(card.approval.action.title)}**")
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.badge(word, icon=icon, color=colour)
            st.badge(str(card.approval.action.total), color="gray")
            st.page_link(
                "screens/case.py", label="Open the case", icon=":material/arrow_forward:", query_params={"case": card.approval.case_id}
            )
        when = at_time(card.decided_at, zone()) if card.decided_at else ""
        where = f" on the {plain(card.surface)}" if card.surface else ""
        st.caption(f"{when} by {plain(card.decided_by or 'nobody')}{where}")
        if card.reason:
            st.text(card.reason)
        if card.edited is not None:
            changes = changed_lines(card.approval.action, card.edited, Edits())
            if changes:
                st.code(changes, language="diff", wrap_lines=True)
