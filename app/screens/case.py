"""Cases: the list, and one case with its facts, its controls, its question and its story."""

from __future__ import annotations

import streamlit as st

from app.connection import office, zone
from app.panels.case_parts import show_contracts, show_effects, show_ledger, show_offers, show_papers
from app.panels.deciding import SURFACE
from app.panels.figure import show_figure
from app.panels.notice import attempt, notice
from app.panels.preferences import show_walk_away
from app.panels.tasks import show_tasks
from app.panels.timeline import show_timeline
from app.theme import Colour
from app.wording import ago, at_time, on_day, plain, shortened
from memory.domain.errors import NotFoundError
from memory.domain.words import counted
from memory.views.cases import CaseFacts, case_facts, case_list, open_question, timeline
from memory.views.preferences import walk_away_of

_PARAMETER = "case"
_STATES: dict[str, tuple[str, str, Colour]] = {
    "running": ("At work", ":material/autorenew:", "blue"),
    "waiting": ("Waiting for others", ":material/hourglass_empty:", "gray"),
    "needs_you": ("Needs you", ":material/notifications:", "orange"),
    "failed": ("Stopped by an error", ":material/error:", "red"),
    "paused": ("Paused", ":material/pause:", "gray"),
    "done": ("Bought", ":material/check_circle:", "green"),
    "ended": ("Ended without a purchase", ":material/do_not_disturb_on:", "gray"),
    "cancelled": ("Cancelled", ":material/block:", "gray"),
}
_VIEWS = ("Timeline", "Offers", "Evidence", "Contract", "Effects", "Ledger")


def show() -> None:
    """Draw the list, or the case of the address."""
    asked = st.query_params.get(_PARAMETER)
    if not asked:
        show_list()
        return
    try:
        case = case_facts(office().database, asked)
    except NotFoundError:
        st.title("No such case")
        st.caption("It may belong to another home.")
        show_back()
        return
    show_back()
    show_case(case)


def show_back() -> None:
    """Draw the way to the list."""
    st.button("All cases", icon=":material/arrow_back:", type="tertiary", key="all-cases", on_click=_go, args=("",))


def _go(case_id: str) -> None:
    if case_id:
        st.query_params[_PARAMETER] = case_id
    else:
        st.query_params.clear()


def show_list() -> None:
    """Draw every case, those that need the operator first."""
    cases = case_list(office().database)
    st.title(counted(len(cases), "case") if cases else "No cases yet")
    if not cases:
        st.caption("Say what you need on the Ask page, and the first case begins.")
        st.page_link("screens/ask.py", label="Ask for something", icon=":material/chat:")
        return
    groups = ("All", "Needs you", "Under way", "Finished")
    chosen = st.segmented_control("Show", groups, default="All", required=True, key="case-group", label_visibility="collapsed")
    shown = [c for c in cases if chosen == "All" or _group(c) == chosen]
    if not shown:
        st.caption("None of this kind.")
    now = office().clock.now()
    for case in sorted(shown, key=lambda c: groups.index(_group(c)))[:50]:
        word, icon, colour = _STATES[case.status]
        with st.container(border=True, gap="xsmall"):
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                st.badge(word, icon=icon, color=colour)
                if case.agreed_total:
                    st.badge(str(case.agreed_total), color="gray")
                st.space("stretch")
                st.button(
                    "Open", icon=":material/arrow_forward:", type="tertiary", key=f"go-{case.case_id}", on_click=_go, args=(case.case_id,)
                )
            st.markdown(f"**{plain(headline(case))}**")
            vendor = f"{plain(shortened(case.vendor_name, 40))} · " if case.vendor_name else ""
            stage = "" if case.closed else f"{plain(case.stage)} · "
            st.caption(f"{stage}{vendor}{ago(case.updated_at, now)} · {case.case_id}")


def headline(case: CaseFacts) -> str:
    """Return the case's title with a capital."""
    title = shortened(case.title, 110)
    return title[:1].upper() + title[1:]


def _group(case: CaseFacts) -> str:
    if case.status in {"needs_you", "failed"}:
        return "Needs you"
    return "Finished" if case.closed else "Under way"


def show_case(case: CaseFacts) -> None:
    """Draw one case."""
    st.title(plain(headline(case)), anchor=False)
    word, icon, colour = _STATES[case.status]
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.badge(word, icon=icon, color=colour)
        if not case.closed and case.stage != word.lower():
            st.badge(plain(case.stage), color="gray")
        if case.urgency and case.urgency != "normal":
            st.badge(case.urgency, icon=":material/bolt:", color="orange")
        st.caption(f"{case.case_id} · opened {at_time(case.opened_at, zone())}")
    show_question(case)
    show_tasks(case.case_id)
    show_facts(case)
    if not case.closed:
        show_walk_away(case.case_id)
    show_controls(case)
    view = st.segmented_control("View", _VIEWS, default="Timeline", required=True, key=f"view-{case.case_id}", label_visibility="collapsed")
    entries = timeline(office().database, case.case_id)
    match view:
        case "Offers":
            show_offers(case.case_id)
        case "Evidence":
            show_papers(case.case_id)
        case "Contract":
            show_contracts(case.case_id)
        case "Effects":
            show_effects(case.case_id)
        case "Ledger":
            show_ledger(entries)
        case _:
            everything = st.toggle("Show bookkeeping too", key=f"all-{case.case_id}")
            show_timeline(entries, case, everything=everything)


def show_facts(case: CaseFacts) -> None:
    """Draw the figures that are known."""
    own = walk_away_of(office().database, case.case_id)
    facts = {
        "Vendor": shortened(case.vendor_name, 60),
        "Ceiling, all-in": case.ceiling,
        "Your walk-away": str(own) if own else "",
        "Needed by": on_day(case.deadline) if case.deadline else "",
        "First written offer": str(case.list_total or ""),
        "Agreed": str(case.agreed_total or ""),
        "Paid": str(case.paid_total or ""),
        "Last day to act": on_day(case.decide_by) if case.decide_by else "",
    }
    known = [(name, value) for name, value in facts.items() if value]
    if known:
        with st.grid(4 if len(known) > 3 else 3, min_column_width=150, gap="small"):
            for name, value in known:
                show_figure(name, value)
    with st.expander("Your request, word for word"):
        st.text(case.instruction)


def show_question(case: CaseFacts) -> None:
    """Draw what the case asks, with a box for the answer."""
    asked = open_question(office().database, case.case_id) if case.status == "needs_you" else None
    if asked is None:
        return
    with st.form(f"answer-{case.case_id}", clear_on_submit=True):
        st.markdown("**The case asks you**")
        for question in asked.questions:
            st.text(question)
        st.text_area("Your answer", key=f"answer-text-{case.case_id}", max_chars=2000, height=90)
        st.form_submit_button("Answer", type="primary", icon=":material/send:", on_click=_answer, args=(case.case_id,))


def _answer(case_id: str) -> None:
    text = (st.session_state.get(f"answer-text-{case_id}") or "").strip()
    if not text:
        notice("warning", "The answer is empty", "Nothing was sent.")
        return
    attempt(lambda: office().service.clarify(case_id, text, surface=SURFACE), done="Answered. The case goes on.")


def show_controls(case: CaseFacts) -> None:
    """Draw what the operator can do with the case as it stands."""
    if case.closed:
        return
    with st.container(horizontal=True, gap="small"):
        if case.status == "failed":
            st.button("Try again", type="primary", icon=":material/refresh:", key="retry", on_click=_control, args=(case.case_id, "retry"))
        if case.status == "paused":
            st.button(
                "Resume", type="primary", icon=":material/play_arrow:", key="resume", on_click=_control, args=(case.case_id, "resume")
            )
        else:
            st.button("Pause", icon=":material/pause:", key="pause", on_click=_control, args=(case.case_id, "pause"))
        with st.popover("Cancel…", icon=":material/block:"):
            st.text_input("Why", key="cancel-reason", max_chars=300, placeholder="Kept in the ledger")
            st.caption("Mails that were not sent are withdrawn, vendors that were asked are told, and the reserved budget is given back.")
            st.button("Cancel this case", type="primary", key="cancel", on_click=_control, args=(case.case_id, "cancel"))
    if case.note and case.status == "failed":
        st.error(plain(case.note), title="What stands in the way")


def _control(case_id: str, verb: str) -> None:
    service, by = office().service, f"operator:{SURFACE}"
    reason = (st.session_state.get("cancel-reason") or "").strip()
    match verb:
        case "retry":
            attempt(lambda: service.retry(case_id, by=by), done="The step is tried again.")
        case "resume":
            attempt(lambda: service.resume(case_id, by=by), done="Resumed.")
        case "pause":
            attempt(lambda: service.pause(case_id, by=by), done="Paused. Nothing new happens until you resume it.")
        case _:
            attempt(lambda: service.cancel(case_id, by=by, reason=reason), done="Cancelled.")


show()
