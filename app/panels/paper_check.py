"""A paper that is not stored, pasted or handed in: what it says, and what in it is against the policy in force. Nothing is written.

Every word of the paper is a stranger's: plain text. It is read as `qm contracts review` reads it, and told in the same words.
"""

from __future__ import annotations

import streamlit as st

from agents.contract_reading.policy_check import Conflict, State
from app.cli.contract_words import finding_parts, paper_parts, paper_told
from app.cli.output import Table
from app.connection import office
from app.paper_check import CheckedPaper, check_paper
from app.theme import Colour
from app.wording import plain, shortened
from graphs.contract_import import read_contract_file
from memory.domain.errors import QuartermasterError
from memory.domain.policy import Verdict
from memory.domain.words import counted

_FILES = ["pdf", "docx", "html", "htm", "md", "txt", "eml"]
_MOST_MB = 38
_LONGEST = 1_500_000
_VERDICTS: dict[Verdict, tuple[str, Colour]] = {Verdict.DENY: ("Not allowed", "red"), Verdict.REQUIRE_APPROVAL: ("Ask", "orange")}
_CHECKED = "paper-checked"


def show_paper_check(*, expanded: bool = False) -> None:
    """Draw the box for a paper, and what was found in the one that was given last."""
    with st.expander("Check a contract before you sign", icon=":material/fact_check:", expanded=expanded or _CHECKED in st.session_state):
        st.caption("Paste its text or hand in the file. It is held against your policy; nothing is kept.")
        with st.form("paper-check", border=False):
            st.text_area("Its text", key="paper-text", height=160, max_chars=_LONGEST)
            st.file_uploader("Or the file", type=_FILES, key="paper-file", max_upload_size=_MOST_MB)
            st.text_input("What it buys, for rules about that alone", key="paper-categories", max_chars=200, placeholder="saas, crm")
            if st.form_submit_button("Check it", icon=":material/search:", key="paper-check-go"):
                _check()
        checked = st.session_state.get(_CHECKED)
        if isinstance(checked, CheckedPaper):
            show_checked(checked)
        elif checked is not None:
            st.error(plain(checked.hint) or "\u2060", title=plain(checked.message))


def _check() -> None:
    """Read what was given and keep the outcome for this visit: the paper held against the policy, or why it could not be read."""
    given, text = st.session_state.get("paper-file"), (st.session_state.get("paper-text") or "").strip()
    if given is None and not text:
        st.session_state.pop(_CHECKED, None)
        st.warning("Paste the text of a contract, or hand in its file.")
        return
    body, name = (given.getvalue(), given.name) if given is not None else (text.encode(), "pasted text")
    categories = [word.strip() for word in (st.session_state.get("paper-categories") or "").split(",") if word.strip()]
    policies = office().policies
    try:
        with st.spinner("Reading the paper…"):
            read = read_contract_file(body, filename=name)
            st.session_state[_CHECKED] = check_paper(read, policies.current() if policies.adopted() else None, categories)
    except QuartermasterError as error:
        st.session_state[_CHECKED] = error


def show_checked(checked: CheckedPaper) -> None:
    """Draw what a paper says, what in it is against the policy, and what else was found."""
    review = checked.read.review
    st.subheader("What it says", anchor=False)
    st.caption(plain(paper_told(checked.read)))
    *facts, clauses = paper_parts(review, office().renewals.today, office().free_days)
    for part in facts:
        _show_part(part)
    _show_conflicts(checked)
    for part in (*finding_parts(review, checked.conflicts), clauses):
        _show_part(part)


def _show_conflicts(checked: CheckedPaper) -> None:
    if checked.rules is None:
        st.caption("Not held against a policy: none is in force.")
        return
    if not checked.conflicts:
        st.subheader("Against your policy", anchor=False)
        st.caption(plain(f"Nothing in it is against {checked.policy_name}."))
    else:
        st.subheader(f"Against your policy: {counted(len(checked.conflicts), 'point')}", anchor=False)
    if checked.not_asked:
        st.caption(plain(checked.not_asked_told))
    for conflict in checked.conflicts:
        _show_conflict(conflict)


def _show_conflict(conflict: Conflict) -> None:
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            word, colour = _VERDICTS.get(conflict.verdict, ("Allowed", "green"))
            st.badge(word, color=colour)
            st.badge(plain(", ".join(conflict.rules)), color="gray")
        st.text(conflict.because)
        if conflict.state is State.SILENT:
            return
        st.text(f"Risk: {conflict.risk}")
        if conflict.span is not None:
            st.caption("It says")
            st.code(conflict.span.text, language=None, wrap_lines=True)
        if conflict.redline is not None:
            change = conflict.redline.change.value
            st.caption("Ask for: delete it" if change == "delete" else "Ask for: add" if change == "add" else "Ask for")
            if conflict.redline.becomes:
                st.code(conflict.redline.becomes, language=None, wrap_lines=True)


def _show_part(part: str | Table) -> None:
    """Draw a part of a reply as it is told on the command line: a sentence, or a table of plain cells."""
    if isinstance(part, str):
        st.caption(plain(part))
        return
    if part.title.strip():
        st.markdown(f"**{plain(part.title.strip())}**")
    if not part.rows:
        st.caption(plain(part.empty.strip()))
        return
    columns = [name or f"{' ' * (at + 1)}" for at, name in enumerate(part.columns)]
    cells = [[shortened("" if cell is None else str(cell), 400) for cell in row] for row in part.rows]
    st.dataframe({name: [row[at] for row in cells] for at, name in enumerate(columns)}, hide_index=True, width="stretch")
