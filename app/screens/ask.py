"""Ask: instructions in plain words. What acts is shown as it was understood, and waits for a yes."""

from __future__ import annotations

from typing import Any

import streamlit as st

from app.connection import office, zone
from app.panels.deciding import SURFACE
from app.panels.notice import notice
from app.panels.preferences import show_preferences
from app.wording import at_time, plain, shortened
from memory.domain.errors import QuartermasterError
from memory.domain.money import Price
from memory.views.chat import Exchange, recent_exchanges, sequence_numbers

_SUGGESTIONS = (
    "Which approvals are waiting?",
    "What did we spend this year?",
    "Which contracts renew next?",
    "Find an email tool for 5,000 contacts, EU data, under 60 EUR a month",
)
_ONLY_ANSWERS = frozenset({"question", "unknown"})
_LABELS = {
    "intent": "What",
    "need": "Need",
    "category": "Category",
    "quantity": "Quantity",
    "ceiling": "Ceiling",
    "deadline": "By",
    "must_have": "Must have",
    "nice_to_have": "Nice to have",
    "urgency": "Urgency",
    "vendor": "Vendor",
    "case": "Case",
    "missing": "Still missing",
}


def show() -> None:
    """Draw the page."""
    st.title("Ask")
    show_preferences()
    exchanges = recent_exchanges(office().database, limit=20)
    if not exchanges and "proposed" not in st.session_state:
        st.caption("Say what to buy, renew, cancel, change or find out. Numbers in answers come from the ledger, never from a model.")
    for exchange in exchanges:
        show_exchange(exchange)
    show_proposal()
    show_suggestions()
    st.chat_input(
        "Say what to buy, renew, cancel or find out",
        key="said",
        max_chars=4000,
        submit_mode="disable",
        on_submit=_said,
    )


def show_suggestions() -> None:
    """Draw what one could say."""
    with st.container(horizontal=True, gap="xsmall"):
        for number, text in enumerate(_SUGGESTIONS):
            st.button(shortened(text, 46), key=f"suggestion-{number}", type="secondary", on_click=_consider, args=(text,))


def show_exchange(exchange: Exchange) -> None:
    """Draw one instruction and its answer."""
    with st.chat_message("user", avatar=":material/person:"):
        st.text(exchange.text)
        st.caption(f"{at_time(exchange.at, zone())} · {plain(exchange.surface)}")
    with st.chat_message("assistant", avatar=":material/support_agent:"):
        st.text(exchange.answer or "Not answered yet.")
        show_references(exchange)


def show_references(exchange: Exchange) -> None:
    """Draw what an answer rests on, and the level of precedence that applied."""
    numbers = sequence_numbers(office().database, exchange.references)
    with st.container(horizontal=True, gap="xsmall", vertical_alignment="center"):
        for number in sorted(numbers.values())[:12]:
            st.badge(f"ledger #{number}", icon=":material/link:", color="gray")
        for case_id in dict.fromkeys(r for r in (exchange.case_id, *exchange.references) if r.startswith("CASE-")):
            st.page_link("screens/case.py", label=case_id, icon=":material/arrow_forward:", query_params={"case": case_id})
    if exchange.precedence:
        st.caption(f"Precedence: {plain(exchange.precedence)}")


def show_proposal() -> None:
    """Draw what was understood and would be done, with the yes and the no."""
    proposed = st.session_state.get("proposed")
    if proposed is None:
        return
    text, answer = proposed
    with st.chat_message("user", avatar=":material/person:"):
        st.text(text)
    with st.chat_message("assistant", avatar=":material/support_agent:"), st.container(border=True):
        st.markdown("**I understood**")
        lines = understood_lines(answer.understood)
        width = max((len(label) for label, _ in lines), default=0)
        st.code("\n".join(f"{label:<{width}}  {value}" for label, value in lines), language=None, wrap_lines=True)
        st.text(answer.answer)
        if answer.precedence:
            st.caption(f"Precedence: {plain(answer.precedence)}")
        with st.container(horizontal=True, gap="small"):
            st.button(
                "Yes, do it", type="primary", icon=":material/check:", key="confirm", on_click=_confirm, args=(text, answer.instruction_id)
            )
            st.button("No", key="forget", on_click=_forget)
        st.caption("Nothing has been done yet.")


def understood_lines(understood: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the fields that were read, with a label each; empty ones are left out."""
    lines = []
    for name, label in _LABELS.items():
        value = understood.get(name)
        if value in (None, "", [], ()) or (name == "urgency" and value == "normal"):
            continue
        lines.append((label, _words(name, value, understood)))
    return lines


def _words(name: str, value: Any, understood: dict[str, Any]) -> str:
    if name == "ceiling" and isinstance(value, dict):
        return f"at most {Price.model_validate(value)}"
    if name == "quantity":
        return f"{value:,} {understood.get('unit') or ''}".strip()
    if isinstance(value, list | tuple):
        return ", ".join(str(item) for item in value)
    return str(value).replace("_", " ") if name == "intent" else str(value)


def _said() -> None:
    _consider(str(st.session_state["said"] or ""))


def _consider(text: str) -> None:
    """Read an instruction without acting; a question is answered at once, anything that acts waits for a yes."""
    st.session_state.pop("proposed", None)
    try:
        planned = office().interaction.ask(text, surface=SURFACE, dry_run=True)
        if planned.intent in _ONLY_ANSWERS or planned.questions:
            office().interaction.ask(text, surface=SURFACE)
            return
    except QuartermasterError as error:
        notice("error", error.message.capitalize(), error.hint)
        return
    st.session_state["proposed"] = (text, planned)


def _confirm(text: str, instruction_id: str) -> None:
    """Do what was shown. The id is the one of the dry run, so that a second click finds it done."""
    st.session_state.pop("proposed", None)
    try:
        office().interaction.ask(text, surface=SURFACE, instruction_id=instruction_id)
    except QuartermasterError as error:
        notice("error", error.message.capitalize(), error.hint)


def _forget() -> None:
    st.session_state.pop("proposed", None)


show()
