"""Home: what needs the operator and by when, money at risk, what is due, what happened, is all sound. In five seconds."""

from __future__ import annotations

from datetime import datetime

import streamlit as st

from app.charts import renewal_bars
from app.connection import ledger_check, office, zone
from app.panels.figure import show_figure
from app.panels.house import show_ledger_badge
from app.visits import Visit, note_visit
from app.wording import ago, amounts, at_time, days_left, plain, shortened, time_left, urgency_colour
from memory.domain.words import counted
from memory.views.home import Figures, Need, NeedKind, figures, needs, since
from memory.views.renewals import Window, renewal_list

_HORIZON_DAYS = 90
_LOOKS: dict[NeedKind, tuple[str, str, str]] = {
    NeedKind.APPROVAL: (":material/inbox:", "Approval", "Decide"),
    NeedKind.QUESTION: (":material/help:", "Question", "Answer"),
    NeedKind.FAILED_STEP: (":material/build:", "Failed step", "Look"),
    NeedKind.UNKNOWN_EFFECT: (":material/help_center:", "Outcome unknown", "Look"),
    NeedKind.TASK: (":material/assignment_late:", "To put right", "Look"),
    NeedKind.RENEWAL: (":material/event_repeat:", "Renewal", "Look"),
    NeedKind.UNMATCHED_MAIL: (":material/mail:", "Unmatched mail", "Look"),
    NeedKind.REVIEW: (":material/rate_review:", "Weekly review", "Look"),
    NeedKind.STATEMENT: (":material/account_balance:", "Bank statement", "Look"),
    NeedKind.LEDGER: (":material/error:", "Ledger", "Look"),
    NeedKind.DUTY: (":material/schedule:", "Duty", "Look"),
    NeedKind.CHARGE: (":material/currency_exchange:", "Charge", "Look"),
}


def show() -> None:
    """Draw the page."""
    here = office()
    now = here.clock.now()
    waiting = needs(here.database, now, here.settings.zone)
    if not waiting:
        st.title("Nothing needs you")
    else:
        st.title(f"{counted(len(waiting), 'thing')} {'needs' if len(waiting) == 1 else 'need'} you")
    show_figures(figures(here.database, now, here.settings.zone), waiting, now)
    left, right = st.columns([3, 2], gap="medium")
    with left.container(border=True, height="stretch"):
        show_needs(waiting, now)
    with right.container(border=True, height="stretch"):
        drawn = st.session_state["drawn"]
        show_news(note_visit(here.home.root / "dashboard", drawn.seq, now), now)
    with st.container(border=True):
        show_next_days()
    with st.container(horizontal=True, vertical_alignment="center"):
        show_ledger_badge(ledger_check(drawn.seq), drawn)
        st.caption(f"As of {at_time(now, zone())}. The page follows the ledger by itself.")


def show_figures(found: Figures, waiting: tuple[Need, ...], now: datetime) -> None:
    """Draw the four figures."""
    due = [n for n in waiting if n.due is not None]
    with st.grid(4, min_column_width=150, gap="small"):
        show_figure("Needs you", str(len(waiting)), f"next: {_left(due[0], now)}" if due else "no deadline")
        show_figure(
            "Money at risk, 30 days",
            amounts(found.at_risk[:1]),
            _beside(found.at_risk, counted(found.at_risk_contracts, "renewal")),
            hint="A year's cost of contracts that renew by themselves and whose last day to act is within 30 days.",
        )
        show_figure(
            "Saved this year",
            amounts(found.saved[:1]),
            _beside(found.saved, f"in {counted(found.saved_cases, 'purchase')}"),
            hint="First written offer minus what was agreed, for the same term, over purchases finished this year. List prices do not count.",
        )
        show_figure(
            "Paid this year",
            amounts(found.paid[:1]),
            f"committed or reserved: {amounts(found.committed)}",
            hint="What the bank has booked.",
        )


def _left(need: Need, now: datetime) -> str:
    """Return how long is left: in the operator's days for what is due on a day, as on the Renewals page."""
    if need.days_left is not None:
        return days_left(need.days_left)
    return time_left(need.due, now) if need.due is not None else "no deadline"


def _beside(sums: tuple[object, ...], words: str) -> str:
    others = " + ".join(str(m) for m in sums[1:])
    return f"{words}, and {others}" if others else words


def show_needs(waiting: tuple[Need, ...], now: datetime) -> None:
    """Draw what waits, what is due first on top."""
    st.subheader("Decide now")
    if not waiting:
        st.caption("No approval, no question, no failed step, nothing unknown. Start something on the Ask page.")
    for number, need in enumerate(waiting[:10]):
        icon, word, verb = _LOOKS[need.kind]
        with st.container(key=f"need-{number}", gap="xxsmall"):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.badge(word, icon=icon, color="gray")
                if need.due is not None:
                    st.badge(_left(need, now), icon=":material/timer:", color=urgency_colour(need.due, now))
                if need.amount is not None:
                    st.badge(str(need.amount), color="gray")
                st.space("stretch")
                _link(need, verb)
            st.text(shortened(need.title, 160))
            if need.detail:
                st.caption(plain(shortened(need.detail, 220)))
    if len(waiting) > 10:
        st.caption(f"and {len(waiting) - 10} more")


def _link(need: Need, verb: str) -> None:
    match need.kind:
        case NeedKind.APPROVAL:
            st.page_link("screens/approvals.py", label=verb, icon=":material/arrow_forward:", query_params={"approval": need.approval_id})
        case NeedKind.UNMATCHED_MAIL | NeedKind.UNKNOWN_EFFECT | NeedKind.REVIEW | NeedKind.STATEMENT | NeedKind.LEDGER | NeedKind.DUTY:
            st.page_link("screens/health.py", label=verb, icon=":material/arrow_forward:")
        case NeedKind.CHARGE:
            st.page_link("screens/charges.py", label=verb, icon=":material/arrow_forward:")
        case NeedKind.RENEWAL:
            st.page_link("screens/renewals.py", label=verb, icon=":material/arrow_forward:")
        case _:
            st.page_link("screens/case.py", label=verb, icon=":material/arrow_forward:", query_params={"case": need.case_id})


def show_news(visit: Visit, now: datetime) -> None:
    """Draw what was done since the last visit."""
    st.subheader("Since your last visit" if visit.news_since_at else "What happened so far")
    lines = since(office().database, visit.news_since, limit=5)
    if not lines:
        st.caption("Nothing new. The agents wait for vendors, for the bank, or for you.")
    for line in lines:
        with st.container(gap="xxsmall"):
            st.text(shortened(line.sentence, 140))
            st.caption(f"{ago(line.at, now)} · {plain(line.actor.replace('_', ' '))}")


def show_next_days() -> None:
    """Draw the contracts whose window closes within the next days, and those that closed without a word."""
    st.subheader("Next 90 days: last day to act, then renewal")
    today = office().renewals.today
    near = [r for r in renewal_list(office().database, today) if r.days_left <= _HORIZON_DAYS and r.window is not Window.ENDED]
    if not near:
        st.caption("No contract needs a decision in the next 90 days.")
        return
    drawn = renewal_bars(near, today)
    st.altair_chart(drawn.chart, alt=drawn.says)
    st.caption(plain(drawn.says))


show()
