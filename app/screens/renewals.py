"""Renewals: every contract by the last day on which the operator can still act."""

from __future__ import annotations

import streamlit as st

from app.charts import renewal_bars
from app.connection import office
from app.theme import Colour
from app.wording import amounts, days_away, on_day, plain, shortened
from memory.domain.words import counted
from memory.views.home import sums
from memory.views.renewals import Renewal, Window, renewal_list

_LOOKS: dict[Window, tuple[str, str, Colour]] = {
    Window.MISSED: ("Window missed", ":material/error:", "red"),
    Window.NOW: ("Decide now", ":material/timer:", "orange"),
    Window.SOON: ("Soon", ":material/schedule:", "blue"),
    Window.LATER: ("Later", ":material/event:", "gray"),
    Window.ENDED: ("Ended", ":material/event_busy:", "gray"),
}
_CALENDAR = "calendar.ics"


def show() -> None:
    """Draw the page."""
    here = office()
    today = here.clock.now().date()
    lines = renewal_list(here.database, today)
    running = [r for r in lines if r.window is not Window.ENDED]
    now = [r for r in running if r.window in {Window.MISSED, Window.NOW}]
    st.title(f"{counted(len(now), 'contract')} to decide now" if now else "No renewal needs a decision now")
    if not lines:
        st.caption("Contracts appear here when a purchase is signed, or when you import one: qm contracts import FILE")
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        yearly = amounts(sums(r.annual_cost for r in running))
        st.caption(
            f"{counted(len(running), 'contract')} under watch, {yearly} a year. Sorted by the last day to act, not by the renewal day."
        )
        offer_calendar()
    drawn = renewal_bars(running, today)
    with st.container(border=True):
        st.altair_chart(drawn.chart, alt=drawn.says)
        st.caption(plain(drawn.says))
    for line in [*running, *(r for r in lines if r.window is Window.ENDED)]:
        show_line(line)


def offer_calendar() -> None:
    """Offer the calendar file, when the calendar connector has written one."""
    path = office().home.files / _CALENDAR
    if path.is_file():
        st.download_button(
            "Calendar (.ics)", path.read_bytes(), file_name=_CALENDAR, mime="text/calendar", icon=":material/event:", on_click="ignore"
        )


def show_line(line: Renewal) -> None:
    """Draw one contract: window, last day, end of the term, cost, and what happens without a word."""
    word, icon, colour = _LOOKS[line.window]
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.badge(word, icon=icon, color=colour)
            st.badge(f"{line.annual_cost} a year", color="gray")
            if line.decision:
                st.badge(f"You chose: {line.decision}", icon=":material/check:", color="green")
            if line.case_id and line.case_id != "workspace":
                st.page_link("screens/case.py", label="Open the case", icon=":material/arrow_forward:", query_params={"case": line.case_id})
            st.page_link(
                "screens/contract.py", label="See the contract", icon=":material/description:", query_params={"contract": line.contract}
            )
        st.text(shortened(line.vendor_name, 90))
        st.caption(plain(in_words(line)))


def in_words(line: Renewal) -> str:
    """Return until when one can act and what happens otherwise."""
    term = f"for {line.renewal_months} months" if line.renewal_months else "for another term"
    silence = f"renews by itself {term} after {on_day(line.term_end)}" if line.auto_renews else f"ends on {on_day(line.term_end)}"
    day = f"{on_day(line.decide_by)} ({days_away(line.days_left)})"
    if line.window is Window.MISSED:
        return f"The last day to act was {day}; it {silence}. Ask the vendor for goodwill, or plan the next term."
    if line.window is Window.ENDED:
        return f"The term ended on {on_day(line.term_end)}."
    return f"Last day to act {day}, {line.notice_days} days' notice; otherwise it {silence}."


show()
