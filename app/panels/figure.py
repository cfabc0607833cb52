"""One figure in a box. Not `st.metric`: that cuts long amounts off, and an amount must be read whole."""

from __future__ import annotations

import streamlit as st

from app.wording import plain


def show_figure(label: str, value: str, below: str = "", *, hint: str = "") -> None:
    """Draw a label, its value and a line below; `hint` explains how the figure is made."""
    with st.container(border=True, height="stretch", gap="xxsmall"):
        st.caption(label, help=hint or None)
        st.header(plain(value), anchor=False)
        if below:
            st.caption(plain(below))
