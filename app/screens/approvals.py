"""Approvals: the queue, one open card, and what was answered before.

The chosen card stays until the operator chooses another: when it was answered meanwhile, its outcome takes its place, so that
a click meant for one question can never land on the next one.
"""

from __future__ import annotations

import streamlit as st

from app.connection import office
from app.panels.approval_card import show_decided_card, show_open_card
from app.wording import plain, shortened, time_left, urgency_colour
from memory.domain.errors import NotFoundError
from memory.domain.words import counted
from memory.views.approvals import ApprovalCard, approval_card, decided_approvals, open_approvals

_PARAMETER = "approval"


def show() -> None:
    """Draw the page."""
    database = office().database
    queue = open_approvals(database)
    st.title(f"{counted(len(queue), 'approval')} waiting" if queue else "No approval is waiting")
    chosen = chosen_card(queue)
    if chosen is None:
        st.caption("When something needs your word, it shows up here with the exact action, its evidence and its risks.")
    else:
        show_chosen(chosen)
        others = [card for card in queue if card.approval.approval_id != chosen.approval.approval_id]
        if others:
            show_queue(others)
    show_answered(decided_approvals(database, limit=10), chosen)


def chosen_card(queue: tuple[ApprovalCard, ...]) -> ApprovalCard | None:
    """Return the card of the address, else the one that was open before, else the most urgent; and stay with it."""
    asked = st.query_params.get(_PARAMETER) or st.session_state.get("open-approval")
    if not asked and queue:
        asked = queue[0].approval.approval_id
    if not asked:
        return None
    st.session_state["open-approval"] = asked
    try:
        return approval_card(office().database, asked)
    except NotFoundError:
        st.info(plain("Choose another one below."), title="There is no such approval")
        del st.session_state["open-approval"]
        return None


def show_chosen(card: ApprovalCard) -> None:
    """Draw the chosen card, open or answered."""
    if card.open:
        show_open_card(card)
        return
    st.caption("This one is answered; nothing more can be decided here.")
    show_decided_card(card)


def show_queue(cards: list[ApprovalCard]) -> None:
    """Draw the other open questions, each with its deadline."""
    st.subheader("Also waiting", anchor=False)
    now = office().clock.now()
    for card in cards[:10]:
        approval = card.approval
        with st.container(border=True, horizontal=True, vertical_alignment="center", gap="small"):
            st.badge(time_left(approval.expires_at, now), icon=":material/timer:", color=urgency_colour(approval.expires_at, now))
            st.text(shortened(approval.action.title, 110))
            st.space("stretch")
            st.button("Open", key=f"open-{approval.approval_id}", on_click=_choose, args=(approval.approval_id,))
    if len(cards) > 10:
        st.caption(f"and {len(cards) - 10} more")


def _choose(approval_id: str) -> None:
    st.session_state["open-approval"] = approval_id
    st.query_params[_PARAMETER] = approval_id


def show_answered(cards: tuple[ApprovalCard, ...], chosen: ApprovalCard | None) -> None:
    """Draw the last answers."""
    shown = [card for card in cards if chosen is None or card.approval.approval_id != chosen.approval.approval_id]
    if not shown:
        return
    st.subheader("Answered", anchor=False)
    for card in shown:
        show_decided_card(card)


show()
