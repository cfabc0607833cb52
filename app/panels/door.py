"""The operator's hand on the door: what leaves the house is stopped, let go again, and settled where its outcome is unknown."""

from __future__ import annotations

import streamlit as st

from app.connection import office, zone
from app.panels.notice import attempt
from app.wording import at_time, shortened
from graphs.settling import EffectControl
from memory.database import reading
from memory.effect_stop import stop_in_force
from memory.ledger import StoredEvent
from memory.outbox import OutboxRow
from memory.vouching import vouched

_MOST = 300
_KEPT = "Kept in the ledger"


def show_stop() -> None:
    """Say on top of every page that nothing leaves, since when and why, with a way to let effects leave again."""
    stop = _in_force()
    if stop is None:
        return
    with st.container(border=True, gap="xsmall"):
        st.badge("Nothing leaves the house", icon=":material/front_hand:", color="red")
        st.text(f"Stopped since {at_time(stop.at, zone())}: {shortened(str(stop.body['reason']), _MOST)}")
        st.caption("No mail, signature, payment or date leaves. Cases go on up to the door and wait there.")
        with st.popover("Let effects leave again…", icon=":material/play_arrow:"):
            st.text_input("Why", key="resume-reason", max_chars=_MOST, placeholder=_KEPT)
            st.button("Let them leave", key="resume-effects", on_click=_resume)


def show_stop_button() -> None:
    """Draw the way to stop everything at once; nothing where it is stopped already."""
    if _in_force() is not None:
        return
    with st.popover("Stop all effects…", icon=":material/front_hand:"):
        st.text_input("Why", key="stop-reason", max_chars=_MOST, placeholder=_KEPT)
        st.button("Stop everything now", key="stop-effects", type="primary", on_click=_stop)


def show_settling(row: OutboxRow) -> None:
    """Draw the two answers to an effect whose outcome nobody could look up."""
    reason = f"settle-reason-{row.effect_key}"
    with st.popover("I found out what became of it…", icon=":material/fact_check:"):
        st.caption("Look at your bank, the Sent folder or the vendor first. What did not happen goes again, under the same key.")
        st.text_input("How you know", key=reason, max_chars=_MOST, placeholder=_KEPT)
        with st.container(horizontal=True):
            st.button("It happened", key=f"happened-{row.effect_key}", on_click=_settle, args=(row.effect_key, True, reason))
            st.button("It did not happen", key=f"not-{row.effect_key}", on_click=_settle, args=(row.effect_key, False, reason))


def _in_force() -> StoredEvent | None:
    here = office()
    sealer = here.sealer
    with reading(here.database) as connection:
        return stop_in_force(connection) if sealer is None else stop_in_force(connection, lambda lift: vouched(lift, sealer))


def _control() -> EffectControl:
    here = office()
    return EffectControl(here.database, here.unit_of_work, here.ids, sealer=here.sealer, book=here.door_book)


def _said(key: str) -> str:
    return (st.session_state.get(key) or "").strip()


def _stop() -> None:
    attempt(
        lambda: _control().stop_effects(by=office().settings.operator_name, reason=_said("stop-reason")),
        done="Nothing leaves any more.",
    )


def _resume() -> None:
    attempt(
        lambda: _control().resume_effects(by=office().settings.operator_name, reason=_said("resume-reason")),
        done="Effects may leave again.",
    )


def _settle(effect_key: str, happened: bool, reason: str) -> None:
    attempt(
        lambda: _control().settle(effect_key, happened=happened, by=office().settings.operator_name, reason=_said(reason)),
        done="It is confirmed." if happened else "It goes again under the same key.",
    )
