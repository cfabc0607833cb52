"""Charges: what leaves the account again and again, what nobody knows on top, each with its reasons and the operator's word on it."""

from __future__ import annotations

import streamlit as st

from app.connection import office
from app.panels.charges import show_line, show_trials
from app.wording import amounts, on_day, plain
from memory.domain.words import counted
from memory.views.charges import ChargeBook, RecurringCharge, charge_book
from memory.views.home import sums

_MOST = 40


def show() -> None:
    """Draw the page."""
    here = office()
    today = here.clock.now().date()
    book = charge_book(here.database, today)
    asking = _asking(book)
    st.title(f"{counted(len(asking), 'recurring charge')} to look at" if asking else "No recurring charge needs a look")
    if not book.charges and not book.subscriptions:
        st.caption("Charges appear here when you import a bank, card or wallet export: qm import charges FILE")
        return
    running = [line for line in book.recurring if not line.over and line.stand != "ignored"]
    until = max(book.covered.values(), default=today)
    yearly = amounts(sums(line.series.annual for line in running)) if running else "nothing"
    st.caption(plain(f"{counted(len(running), 'charge')} running, {yearly} a year. Statements read up to {on_day(until)}."))
    show_trials(book)
    for line in asking[:_MOST]:
        show_line(line, ask=True)
    others = [line for line in book.recurring if line not in asking]
    if others:
        with st.expander(f"Known, ignored and stopped ({len(others)})", icon=":material/check:"):
            for line in others[:_MOST]:
                show_line(line, ask=False)


def _asking(book: ChargeBook) -> list[RecurringCharge]:
    """Return what asks for a look: the dearest of a year first."""
    return sorted((line for line in book.recurring if line.asks), key=lambda line: (-line.series.annual.amount, line.series.series_id))


show()
