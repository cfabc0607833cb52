"""The dashboard: navigation, the state of the house in the side bar, and a poll that redraws a page when the ledger moves."""

from __future__ import annotations

import streamlit as st
from streamlit import runtime

from app.connection import office
from app.dashboard_server import current_settings, unsafe_settings
from app.panels.door import show_stop
from app.panels.house import show_house
from app.panels.notice import show_notice
from app.theme import WORDMARK
from memory.views.approvals import open_count
from memory.views.health import position

_POLL_S = 2


def main() -> None:
    """Draw the page that is asked for. The ledger's head is noted first, so that whatever comes later is seen as news."""
    st.set_page_config(page_title="Quartermaster", page_icon="🧭", layout="wide")
    refuse_open_server()
    st.logo(WORDMARK, size="large")
    here = office()
    st.session_state["drawn"] = position(here.database)
    st.session_state["whole_run"] = True
    waiting = open_count(here.database)
    page = st.navigation(
        {
            "": [
                st.Page("screens/home.py", title="Home", icon=":material/home:", default=True),
                st.Page("screens/approvals.py", title=f"Approvals ({waiting})" if waiting else "Approvals", icon=":material/inbox:"),
                st.Page("screens/ask.py", title="Ask", icon=":material/chat:"),
            ],
            "Watch": [
                st.Page("screens/case.py", title="Cases", icon=":material/account_tree:", url_path="cases"),
                st.Page("screens/renewals.py", title="Renewals", icon=":material/event_repeat:"),
                st.Page("screens/contract.py", title="Contracts", icon=":material/description:", url_path="contracts"),
                st.Page("screens/charges.py", title="Charges", icon=":material/currency_exchange:"),
                st.Page("screens/health.py", title="Health", icon=":material/monitor_heart:"),
            ],
        }
    )
    show_house()
    show_stop()
    show_notice()
    page.run()
    redraw_on_news()


def refuse_open_server() -> None:
    """Stop before anything is shown when this server could be reached, or driven, by somebody else."""
    wrong = unsafe_settings(current_settings()) if runtime.exists() else ()
    if wrong:
        st.error("\n".join(f"- {problem}" for problem in wrong), title="This dashboard is not safe to use. Start it with: qm up")
        st.stop()


@st.fragment(run_every=_POLL_S)
def redraw_on_news() -> None:
    """Ask for a new run when the ledger has moved since the page was drawn; the run that drew it never asks.

    A rerun asked for in the same run as a toast would eat the toast, hence the mark.
    """
    if st.session_state.pop("whole_run", False):
        return
    if position(office().database) != st.session_state.get("drawn"):
        st.rerun()


main()
