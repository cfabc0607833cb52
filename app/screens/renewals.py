"""Renewals: every contract by the last day on which the operator can still act."""

from __future__ import annotations

import streamlit as st

from app.charts import renewal_bars
from app.connection import calendar_address, office
from app.panels.notice import attempt
from app.panels.renewal_card import show_notice_badge, show_renewal
from app.panels.renewal_words import show_words
from app.renewal_calendar import FEED
from app.theme import Colour
from app.wording import amounts, days_away, on_day, plain, shortened
from graphs.twin_watches import take_the_place, tell_apart
from memory.domain.words import counted
from memory.views.home import sums
from memory.views.renewal_outlook import Level, RiskAhead, VendorStanding, risks_ahead, vendor_standings
from memory.views.renewal_twins import Twins, likely_twins
from memory.views.renewals import Renewal, Window, renewal_list
from memory.views.unwatched import Unwatched, unwatched_list

_LOOKS: dict[Window, tuple[str, str, Colour]] = {
    Window.MISSED: ("Window missed", ":material/error:", "red"),
    Window.NOW: ("Decide now", ":material/timer:", "orange"),
    Window.SOON: ("Soon", ":material/schedule:", "blue"),
    Window.LATER: ("Later", ":material/event:", "gray"),
    Window.ENDED: ("Ended", ":material/event_busy:", "gray"),
}
_LEVELS: dict[Level, tuple[str, Colour]] = {Level.HIGH: ("High", "red"), Level.MEDIUM: ("Medium", "orange"), Level.LOW: ("Low", "gray")}
#: So many renewals at risk and vendors are shown at once.
_MOST = 8


def show() -> None:
    """Draw the page."""
    here = office()
    today = here.renewals.today
    lines = renewal_list(here.database, today)
    running = [r for r in lines if r.window is not Window.ENDED]
    now = [r for r in running if r.window in {Window.MISSED, Window.NOW} and r.ends_on is None]
    st.title(f"{counted(len(now), 'contract')} to decide now" if now else "No renewal needs a decision now")
    if not lines:
        st.caption("Contracts appear here when a purchase is signed, or when you import one: qm contracts import FILE")
        return
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        yearly = amounts(sums(r.annual_cost for r in running if r.annual_cost.amount_minor))
        st.caption(
            f"{counted(len(running), 'contract')} under watch, {yearly} a year. Sorted by the last day to act, not by the renewal day."
        )
        offer_calendar()
    drawn = renewal_bars(running, today)
    with st.container(border=True):
        st.altair_chart(drawn.chart, alt=drawn.says)
        st.caption(plain(drawn.says))
    show_twins(likely_twins(here.database, today))
    show_unwatched(unwatched_list(here.database, today))
    for line in [*running, *(r for r in lines if r.window is Window.ENDED)]:
        show_line(line)
    show_risks(risks_ahead(here.database, today))
    show_standings(vendor_standings(here.database, today))


def offer_calendar() -> None:
    """Offer the calendar file that a worker keeps up to date, and say where a calendar program can subscribe to it."""
    path = office().home.files / FEED
    if path.is_file():
        st.download_button(
            "Calendar (.ics)",
            path.read_bytes(),
            file_name=FEED,
            mime="text/calendar",
            icon=":material/event:",
            on_click="ignore",
            help=f"Kept up to date. To subscribe, give your calendar program {calendar_address()}, or this file: {path}",
        )


def show_twins(pairs: tuple[Twins, ...]) -> None:
    """Ask about contracts that may be watched twice."""
    for pair in pairs[:_MOST]:
        with st.container(border=True, gap="xxsmall"):
            st.badge("Watched twice?", icon=":material/content_copy:", color="orange")
            st.caption(plain(pair.says))
            key = f"{pair.drop.uid}-{pair.keep.uid}"
            with st.container(horizontal=True, gap="small"):
                st.button(
                    f"One: keep the one until {on_day(pair.keep.term_end)}",
                    key=f"one-{key}",
                    on_click=settle,
                    args=(pair,),
                    kwargs={"one": True},
                )
                st.button("Two contracts", key=f"two-{key}", on_click=settle, args=(pair,), kwargs={"one": False})


def show_unwatched(found: tuple[Unwatched, ...]) -> None:
    """Name the contracts in force that have no last day to act, and what is missing."""
    if not found:
        return
    with st.container(border=True, gap="xxsmall"):
        st.badge(f"{counted(len(found), 'contract')} not watched", icon=":material/visibility_off:", color="orange")
        for one in found[:_MOST]:
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                st.caption(plain(one.says))
                st.page_link(
                    "screens/contract.py", label="See the contract", icon=":material/description:", query_params={"contract": one.contract}
                )


def settle(pair: Twins, *, one: bool) -> None:
    """Record the answer: one contract, or two."""
    here = office()
    by, database, writes, today = here.settings.operator_name, here.database, here.unit_of_work, here.renewals.today

    def record() -> None:
        if one:
            why = "you said that it is watched twice"
            take_the_place(pair.drop.uid, pair.keep.uid, reason=why, by=by, database=database, unit_of_work=writes, today=today)
        else:
            tell_apart(pair.drop.uid, pair.keep.uid, by=by, database=database, unit_of_work=writes, today=today)

    attempt(record, done="Noted. To take it back: qm renewals apart." if one else "Noted: two contracts.")


def show_risks(risks: tuple[RiskAhead, ...]) -> None:
    """Draw the renewals at risk, each with the facts that say so."""
    if not risks:
        return
    st.subheader("Renewals at risk", anchor=False)
    for risk in risks[:_MOST]:
        word, colour = _LEVELS[risk.level]
        with st.container(border=True, gap="xxsmall"):
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                st.badge(word, color=colour)
                st.badge(risk.line.yearly, color="gray")
                st.text(shortened(risk.line.vendor_name, 60))
            for sign in risk.signs:
                st.caption(plain(f"{sign.says} · {', '.join(item[:16] for item in sign.evidence)}"))


def show_standings(standings: tuple[VendorStanding, ...]) -> None:
    """Draw which vendors to favour, each with the facts that say so."""
    for title, favoured in (("Vendors to favour", True), ("Vendors of which only trouble is known", False)):
        _show_stood(title, [standing for standing in standings if standing.favoured is favoured])


def _show_stood(title: str, standings: list[VendorStanding]) -> None:
    if not standings:
        return
    st.subheader(title, anchor=False)
    st.caption("50 plus 10 for each good sign, less 15 for each bad one: it says where to look first, and decides nothing.")
    for standing in standings[:_MOST]:
        with st.container(border=True, gap="xxsmall"):
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                st.badge(str(standing.score), color="green" if standing.score > 50 else "gray")
                st.text(shortened(standing.vendor_name, 60))
            for sign in standing.signs:
                st.caption(plain(f"{'+' if sign.good else '-'} {sign.says} · {', '.join(item[:16] for item in sign.evidence)}"))


def show_line(line: Renewal) -> None:
    """Draw one contract: window, last day, end of the term, cost, and what happens without a word."""
    word, icon, colour = _LOOKS[line.window]
    with st.container(border=True, gap="xsmall", key=f"renewal-{line.uid}"):
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.badge(word, icon=icon, color=colour)
            st.badge(line.yearly, color="gray")
            if line.decision:
                st.badge(f"You chose: {line.decision}", icon=":material/check:", color="green")
            show_notice_badge(line)
            case_id = line.renewal_case or (line.case_id if line.case_id != "workspace" else "")
            if case_id:
                st.page_link("screens/case.py", label="Open the case", icon=":material/arrow_forward:", query_params={"case": case_id})
            st.page_link(
                "screens/contract.py", label="See the contract", icon=":material/description:", query_params={"contract": line.contract}
            )
        st.text(shortened(line.vendor_name, 90))
        st.caption(plain(in_words(line)))
        if line.window is not Window.ENDED:
            show_renewal(line)
            show_words(line)


def in_words(line: Renewal) -> str:
    """Return until when one can act and what happens otherwise."""
    if line.ends_on is not None:
        return f"It ends for good on {on_day(line.ends_on)}: that is confirmed."
    term = f"for {counted(line.renewal_months, 'month')}" if line.renewal_months else "for another term"
    silence = f"renews by itself {term} after {on_day(line.term_end)}" if line.auto_renews else f"ends on {on_day(line.term_end)}"
    day = f"{on_day(line.decide_by)} ({days_away(line.days_left)})"
    if line.window is Window.MISSED:
        return f"The last day to act was {day}; it {silence}. Ask the vendor for goodwill, or plan the next term."
    if line.window is Window.ENDED:
        return f"The term ended on {on_day(line.term_end)}."
    return f"Last day to act {day}, {counted(line.notice_days, 'day')} of notice; otherwise it {silence}."


show()
