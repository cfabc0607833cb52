"""What only the operator knows of a contract: how it is used, what went wrong, that a notice was posted, that the end is confirmed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from app.connection import office
from app.panels.notice import attempt
from graphs.renewal_desk import Proof
from memory.domain.notice import NoticeState
from memory.views.renewals import Renewal

_LONGEST = 400
_MOST_MB = 10
_FILES = ["pdf", "png", "jpg", "jpeg", "eml", "txt"]


def show_words(line: Renewal) -> None:
    """Draw the forms that fit how far a contract's renewal has come."""
    if line.ends_on is None:
        with st.expander("Say how it is used, or what went wrong", icon=":material/edit:", key=f"words-{line.uid}"):
            _show_usage(line)
            _show_incident(line)
    if line.notice is NoticeState.PREPARED:
        with st.expander("You sent the notice by hand?", icon=":material/markunread_mailbox:", key=f"posted-{line.uid}"):
            _show_proof_form(line, "posted", "The day you sent it", "It is posted", _posted)
    if line.notice in {NoticeState.SENT, NoticeState.GIVEN}:
        with st.expander("The end is confirmed?", icon=":material/verified:", key=f"confirmed-{line.uid}"):
            _show_proof_form(line, "confirmed", "The day it ends", "It is confirmed", _confirmed)


def _show_usage(line: Renewal) -> None:
    with st.form(f"usage-{line.uid}", border=False), st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.number_input("Used", min_value=0, value=None, step=1, key=f"used-{line.uid}", width=120)
        st.number_input("Of", min_value=1, value=None, step=1, key=f"of-{line.uid}", width=120)
        st.text_input("Of what", key=f"unit-{line.uid}", max_chars=40, placeholder="seats", width=160)
        st.text_input("Or in your words", key=f"usage-note-{line.uid}", max_chars=_LONGEST, placeholder="hardly ever")
        st.form_submit_button("Keep it", key=f"keep-usage-{line.uid}", on_click=_keep_usage, args=(line.uid,))


def _show_incident(line: Renewal) -> None:
    with (
        st.form(f"incident-{line.uid}", border=False, clear_on_submit=True),
        st.container(horizontal=True, vertical_alignment="bottom", gap="small"),
    ):
        st.text_input("What went wrong", key=f"wrong-{line.uid}", max_chars=_LONGEST, placeholder="two days without service")
        st.date_input("On", value=office().renewals.today, key=f"wrong-on-{line.uid}", format="YYYY-MM-DD", width=160)
        st.form_submit_button("Note it", key=f"note-{line.uid}", on_click=_note_incident, args=(line.uid,))


def _show_proof_form(line: Renewal, name: str, day: str, button: str, keep: Callable[[str], None]) -> None:
    today = office().renewals.today
    with st.form(f"{name}-form-{line.uid}", border=False):
        st.date_input(day, value=today if name == "posted" else line.term_end, key=f"{name}-on-{line.uid}", format="YYYY-MM-DD", width=160)
        st.text_input("How it went: a number, who said it", key=f"{name}-note-{line.uid}", max_chars=_LONGEST)
        st.file_uploader(
            "What shows it: a receipt, a picture, a mail",
            type=_FILES,
            accept_multiple_files=True,
            key=f"{name}-proof-{line.uid}",
            max_upload_size=_MOST_MB,
        )
        st.form_submit_button(button, key=f"{name}-done-{line.uid}", icon=":material/check:", on_click=keep, args=(line.uid,))


def _said(name: str, uid: str) -> Any:
    return st.session_state.get(f"{name}-{uid}")


def _keep_usage(uid: str) -> None:
    here = office()
    used, paid_for, unit, words = (_said(name, uid) for name in ("used", "of", "unit", "usage-note"))
    attempt(
        lambda: here.renewals.state_usage(
            uid, by=here.settings.operator_name, used=used, paid_for=paid_for, unit=(unit or "").strip(), words=words or ""
        ),
        done="Noted. Recommendations reckon with it from now on.",
    )


def _note_incident(uid: str) -> None:
    here = office()
    words, on = _said("wrong", uid) or "", _said("wrong-on", uid)
    attempt(
        lambda: here.renewals.note_incident(uid, words, by=here.settings.operator_name, on=on),
        done="Noted. Recommendations reckon with it from now on.",
    )


def _posted(uid: str) -> None:
    here = office()
    attempt(
        lambda: here.renewals.sent_by_hand(
            uid,
            on=_said("posted-on", uid),
            by=here.settings.operator_name,
            proof=_proofs("posted", uid),
            note=_said("posted-note", uid) or "",
        ),
        done="Noted, with its proof. Now it has to be confirmed.",
    )


def _confirmed(uid: str) -> None:
    here = office()
    attempt(
        lambda: here.renewals.confirmed(
            uid,
            ends_on=_said("confirmed-on", uid),
            by=here.settings.operator_name,
            proof=_proofs("confirmed", uid),
            note=_said("confirmed-note", uid) or "",
        ),
        done="Noted: it ends. A later charge will be told.",
    )


def _proofs(name: str, uid: str) -> list[Proof]:
    return [Proof(file.name, file.getvalue()) for file in _said(f"{name}-proof", uid) or []]
