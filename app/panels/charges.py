"""One recurring charge as a card: what it costs, why it is shown, and the operator's word: mine, ignore, cancelled."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from app.connection import office
from app.panels.notice import attempt
from app.theme import Colour
from app.wording import on_day, plain, shortened
from graphs.charge_desk import ChargeDesk
from memory.domain.charges import FlagKind
from memory.views.charges import ChargeBook, RecurringCharge

_LOOKS: dict[FlagKind, tuple[str, str, Colour]] = {
    FlagKind.UNKNOWN: ("Nobody knows it", ":material/help:", "orange"),
    FlagKind.PRICE_RISE: ("Price rise", ":material/trending_up:", "orange"),
    FlagKind.TRIAL_ENDING: ("Trial ends", ":material/timer:", "orange"),
    FlagKind.TRIAL_CONVERTED: ("Trial costs now", ":material/paid:", "blue"),
    FlagKind.STOPPED: ("Stopped", ":material/event_busy:", "gray"),
    FlagKind.AFTER_CANCELLATION: ("Charged after its end", ":material/error:", "red"),
    FlagKind.CHARGED_TWICE: ("Charged twice", ":material/content_copy:", "red"),
}


def show_line(line: RecurringCharge, *, ask: bool) -> None:
    """Draw one recurring charge; with `ask` the operator can say what is known of it."""
    series = line.series
    with st.container(border=True, gap="xsmall", key=f"charge-{series.series_id}"):
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            if line.unknown and not line.over:
                word, icon, colour = _LOOKS[FlagKind.UNKNOWN]
                st.badge(word, icon=icon, color=colour)
            for kind in dict.fromkeys(flag.kind for flag in (line.news if ask else line.flags)):
                word, icon, colour = _LOOKS[kind]
                st.badge(word, icon=icon, color=colour)
            st.badge(f"{series.amount} {series.cadence.says}", color="gray")
            st.badge(f"{series.annual} a year", color="gray")
        st.text(shortened(line.vendor_name or series.name, 90))
        st.caption(plain(reasons(line)))
        for flag in line.flags[:3]:
            st.caption(plain(shortened(flag.why, 240)))
        if ask:
            _show_answers(line)


def reasons(line: RecurringCharge) -> str:
    """Return in words since when it runs, when it comes next, and who is known for it."""
    series = line.series
    times = f"{len(series.charge_ids)} times since {on_day(series.first_on)}"
    coming = f"stopped after {on_day(series.last_on)}" if line.over else f"next about {on_day(series.next_on)}"
    known = f"known: {line.known_by}" if line.known_by else "no contract, vendor or subscription is known for it"
    unsure = "" if series.sure else "; it came only twice yet"
    note = f". You noted: {line.note}" if line.note else ""
    return f"{times}, {coming}; {known}{unsure}{note}"


def show_trials(book: ChargeBook) -> None:
    """Draw trials that are about to cost, and what else belongs to no series."""
    for flag in book.flags:
        if flag.series_id:
            continue
        word, icon, colour = _LOOKS[flag.kind]
        word = "May be a trial" if flag.assumed else word
        with st.container(border=True, gap="xsmall", key=f"flag-{flag.flag_id}"):
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                st.badge(word, icon=icon, color=colour)
                st.badge(f"{'perhaps ' if flag.assumed else ''}{on_day(flag.on)}", icon=":material/timer:", color="gray")
            st.text(shortened(flag.name, 90))
            st.caption(plain(shortened(flag.why, 240)))


def _show_answers(line: RecurringCharge) -> None:
    ident = line.series.series_id
    with st.container(horizontal=True, gap="small"):
        if line.unknown:
            st.button("I know it", icon=":material/check:", key=f"confirm-{ident}", on_click=_say, args=(ident, "confirm"))
        st.button("Not of interest", icon=":material/visibility_off:", key=f"ignore-{ident}", on_click=_say, args=(ident, "ignore"))
        st.button("I cancelled it", icon=":material/cancel:", key=f"ended-{ident}", on_click=_say, args=(ident, "ended"))


def _say(series_id: str, word: str) -> None:
    here = office()
    by = here.settings.operator_name
    desk = ChargeDesk(here.database, here.unit_of_work, here.evidence, here.clock)
    deeds: dict[str, tuple[Callable[[], object], str]] = {
        "confirm": (lambda: desk.confirm(series_id, by=by), "Noted: you know it."),
        "ignore": (lambda: desk.ignore(series_id, by=by), "Noted: it is shown no more."),
        "ended": (
            lambda: desk.end(series_id, here.clock.now().date(), by=by),
            "Noted: it ended today. Later charges will be told. Another day: qm charges ended --on DAY",
        ),
    }
    deed, told = deeds[word]
    attempt(lambda: _done(deed), done=told)


def _done(deed: Callable[[], object]) -> None:
    deed()
