"""Contracts: the list, and one contract with each of its findings marked where it stands in the document."""

from __future__ import annotations

import streamlit as st

from app.connection import office, zone
from app.panels.document import show_beside, show_document, show_download, show_noticed
from app.panels.paper_check import show_paper_check
from app.theme import Colour
from app.wording import at_time, on_day, plain, shortened
from memory.domain.contract import Certainty, Severity
from memory.domain.errors import NotFoundError
from memory.domain.renewal import watch_over
from memory.domain.words import counted
from memory.views.contract_document import ContractDocument, Passage, contract_document
from memory.views.contracts import contract_list

_CONTRACT, _PASSAGE = "contract", "passage"
_WEIGHTS: dict[Severity, tuple[str, Colour]] = {
    Severity.BLOCKER: ("Blocker", "red"),
    Severity.CONCERN: ("Concern", "orange"),
    Severity.NOTE: ("Note", "gray"),
}
_MOST_LISTED = 100


def show() -> None:
    """Draw the list, or the contract of the address."""
    asked = st.query_params.get(_CONTRACT)
    if not asked:
        show_list()
        return
    try:
        document = contract_document(office().database, asked)
    except NotFoundError as error:
        st.title("No such contract")
        st.caption(plain(error.hint))
        show_back()
        return
    show_back()
    show_contract(document)


def show_back() -> None:
    """Draw the way to the list."""
    st.button("All contracts", icon=":material/arrow_back:", type="tertiary", key="all-contracts", on_click=_go, args=("",))


def _go(contract: str) -> None:
    st.query_params.clear()
    if contract:
        st.query_params[_CONTRACT] = contract


def show_list() -> None:
    """Draw every contract that was read, the newest first."""
    papers = contract_list(office().database)
    st.title(counted(len(papers), "contract") if papers else "No contracts yet")
    if not papers:
        st.caption("A contract appears here when a vendor sends one, or when you import it: qm contracts import FILE")
    show_paper_check(expanded=not papers)
    for paper in papers[:_MOST_LISTED]:
        review = paper.review
        with st.container(border=True, gap="xsmall"):
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                st.badge(paper.status.capitalize(), color="green" if paper.status == "signed" else "gray")
                watch = watch_over(review, office().renewals.today, office().free_days)
                if watch:
                    st.badge(f"Last day to act {on_day(watch.decide_by)}", icon=":material/event:", color="blue")
                st.space("stretch")
                st.button(
                    "Open",
                    icon=":material/arrow_forward:",
                    type="tertiary",
                    key=f"go-{review.contract[:20]}",
                    on_click=_go,
                    args=(review.contract,),
                )
            st.markdown(f"**{plain(shortened(paper.vendor_name, 80))}**")
            st.caption(f"{counted(len(review.findings), 'finding')}, {counted(len(review.clauses), 'clause')} · {review.contract[:12]}…")


def show_contract(document: ContractDocument) -> None:
    """Draw one contract: what was found, and the document with the chosen passage marked."""
    st.title(f"Contract with {plain(shortened(document.vendor_name, 60))}", anchor=False)
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        signed = document.status == "signed"
        st.badge(document.status.capitalize(), icon=":material/draw:" if signed else None, color="green" if signed else "gray")
        name = f"{plain(shortened(document.filename, 60))} · " if document.filename else ""
        st.caption(f"{name}read {at_time(document.read_at, zone())} · {document.contract[:12]}…")
        if document.case_id and document.case_id != "workspace":
            st.page_link("screens/case.py", label="Open the case", icon=":material/arrow_forward:", query_params={"case": document.case_id})
    show_noticed(document)
    chosen = choose(document)
    if chosen is not None:
        show_passage(chosen)
        show_beside(document, chosen.span)
    show_document(document, chosen)
    show_everything(document)
    show_download(document)


def choose(document: ContractDocument) -> Passage | None:
    """Draw the choice of a finding or clause and return the chosen one; the address names it, so that it can be linked to."""
    keys = [passage.key for passage in document.passages]
    if not keys:
        st.caption("Nothing was found in this contract that has a place in it.")
        return None
    asked = st.query_params.get(_PASSAGE, "")
    widget = f"passage-{document.contract[:12]}"
    if asked in keys and st.session_state.get(f"{widget}-asked") != asked:
        st.session_state[widget] = asked
    st.session_state[f"{widget}-asked"] = asked
    current = st.session_state.get(widget, keys[0])
    at = keys.index(current) if current in keys else 0
    labels = {passage.key: label(passage) for passage in document.passages}
    st.selectbox(
        counted(len(keys), "finding or clause", "findings and clauses"),
        keys,
        format_func=lambda key: labels.get(key, key),
        key=widget,
        on_change=_chose,
        args=(widget,),
    )
    with st.container(horizontal=True, gap="small"):
        for name, icon, step in (("Earlier", ":material/arrow_upward:", -1), ("Next", ":material/arrow_downward:", 1)):
            other = keys[(at + step) % len(keys)]
            st.button(name, icon=icon, key=f"{widget}-{name}", on_click=_choose, args=(widget, other), disabled=len(keys) < 2)
    return document.passage(st.session_state[widget])


def _chose(widget: str) -> None:
    _choose(widget, st.session_state[widget])


def _choose(widget: str, key: str) -> None:
    st.session_state[widget] = key
    st.session_state[f"{widget}-asked"] = key
    st.query_params[_PASSAGE] = key


def label(passage: Passage) -> str:
    """Return a passage in one line: how much it weighs or what clause it is, and what it says."""
    kind = passage.kind.replace("_", " ").capitalize()
    if passage.severity is not None:
        return shortened(f"{_WEIGHTS[passage.severity][0]}: {passage.says}", 110)
    sure = "" if passage.certainty is Certainty.SURE else " (not sure)"
    return shortened(f"{kind}{sure}: {passage.says or passage.span.text}", 110)


def show_passage(passage: Passage) -> None:
    """Draw what the chosen finding says and the sentence that proves it."""
    with st.container(border=True, gap="xsmall"):
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            if passage.severity is not None:
                word, colour = _WEIGHTS[passage.severity]
                st.badge(word, color=colour)
            if passage.kind:
                st.badge(passage.kind.replace("_", " ").capitalize(), color="gray")
            if passage.certainty is not Certainty.SURE:
                st.badge("Not sure: read it yourself", icon=":material/help:", color="orange")
        if passage.says:
            st.text(passage.says)
        st.code(passage.span.text, language=None, wrap_lines=True)


def show_everything(document: ContractDocument) -> None:
    """Draw the list of all passages, each with a way to its place."""
    widget = f"passage-{document.contract[:12]}"
    with st.expander(f"All {len(document.passages)} in one list", icon=":material/list:"):
        for passage in document.passages:
            st.button(
                plain(label(passage)),
                icon=":material/my_location:",
                type="tertiary",
                key=f"show-{widget}-{passage.key}",
                on_click=_choose,
                args=(widget, passage.key),
            )
    missing = [finding for finding in document.review.findings if finding.span is None]
    if missing:
        st.caption("What is missing has no place in the document:")
    for finding in missing:
        word, colour = _WEIGHTS[finding.severity]
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.badge(word, color=colour)
            st.text(finding.text)


show()
