"""What became of the last action, said calmly on top of the page until it is old: pages redraw whenever the ledger moves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal

import streamlit as st

from app.connection import office
from app.wording import plain
from memory.domain.errors import ConflictError, QuartermasterError

_SHOWN_FOR = timedelta(seconds=25)
Level = Literal["success", "info", "warning", "error"]


def notice(level: Level, title: str, text: str = "", *, case_id: str = "") -> None:
    """Say something on top of the next runs. `title` and `text` are plain text."""
    until: datetime = office().clock.now() + _SHOWN_FOR
    st.session_state["notice"] = (level, title, text, case_id, until)


def show_notice() -> None:
    """Show what was said last, while it is fresh."""
    said = st.session_state.get("notice")
    if said is None:
        return
    level, title, text, case_id, until = said
    if office().clock.now() > until:
        del st.session_state["notice"]
        return
    draw = {"success": st.success, "info": st.info, "warning": st.warning, "error": st.error}[level]
    draw(plain(text) or "\u2060", title=plain(title))
    if case_id:
        st.page_link("screens/case.py", label="Open the case", icon=":material/arrow_forward:", query_params={"case": case_id})


def attempt(action: Callable[[], object], *, done: str, case_id: str = "") -> bool:
    """Do it and say so; a refusal is said with what to do next. Returns whether it was done."""
    try:
        action()
    except ConflictError as error:
        notice("info", error.message.capitalize(), error.hint.capitalize())
        return False
    except QuartermasterError as error:
        notice("error", error.message.capitalize(), error.hint.capitalize())
        return False
    notice("success", done, case_id=case_id)
    return True
