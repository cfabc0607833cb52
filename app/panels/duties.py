"""The duties on the health page: when each ran last, when it is due next, and what stands in its way."""

from __future__ import annotations

import streamlit as st

from app.connection import office, zone
from app.wording import at_time, plain
from graphs.duties import standings


def show_duties() -> None:
    """Draw one line for each duty."""
    here = office()
    st.subheader("Duties", anchor=False)
    found = standings(here.database, here.settings.zone, here.clock.now())
    for failing in (s for s in found if s.failures):
        st.warning(plain(f"{failing.error}. {failing.hint}"), title=plain(f"{failing.name}: failed {failing.failures} times in a row"))
    rows = [
        {
            "Duty": s.name.replace("_", " "),
            "Last": at_time(s.last_run, zone()) if s.last_run else "not yet",
            "Next": at_time(s.next_due, zone()),
            "": s.state,
            "It": s.says,
        }
        for s in found
    ]
    st.dataframe(rows, hide_index=True, alt="Duties: when each ran last and when it is due next")
    st.caption(f"Days and mornings are those of {here.settings.timezone}.")
