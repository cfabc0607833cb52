"""The state of the house in the side bar: is the ledger whole, is a worker at work."""

from __future__ import annotations

import streamlit as st

from app.connection import ledger_check, office
from app.wording import ago
from memory.domain.words import counted
from memory.views.health import LedgerCheck, Position, workers


def show_house() -> None:
    """Draw the badges below the navigation."""
    here = office()
    drawn: Position = st.session_state["drawn"]
    with st.sidebar:
        show_ledger_badge(ledger_check(drawn.seq), drawn)
        alive = [w for w in workers(here.database, here.clock.now()) if w.alive]
        if alive:
            st.badge("Worker at work", icon=":material/check_circle:", color="green")
        else:
            st.badge("No worker: start qm up", icon=":material/pause_circle:", color="orange")
        if here.settings.demo:
            st.badge("Demo home: nothing is real", icon=":material/science:", color="violet")


def show_ledger_badge(check: LedgerCheck, drawn: Position) -> None:
    """Draw whether every chain holds, in words and colour."""
    found = check.verification
    if not found.ok:
        st.badge("Ledger broken: see Health", icon=":material/error:", color="red")
    elif check.seq < drawn.seq:
        when = ago(check.checked_at, office().clock.now())
        st.badge(f"Ledger checked {when}, more since", icon=":material/schedule:", color="orange")
    else:
        st.badge(f"Ledger verified · {counted(found.events, 'event')}", icon=":material/verified:", color="green")
