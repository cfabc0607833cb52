"""A contract's document with one passage marked: the picture of its page, or its words. Every word of it is a stranger's: plain text."""

from __future__ import annotations

import streamlit as st

from agents.contract_reading.structure import Structure, Surroundings, surroundings
from app.connection import office
from app.panels.evidence import show_body
from app.wording import plain, shortened
from memory.domain.base import Digest
from memory.domain.errors import QuartermasterError
from memory.domain.evidence import Span
from memory.domain.words import counted
from memory.views.contract_document import ContractDocument, Passage, contract_document
from tools.lookups.document_parts import BlockKind, DocumentText
from tools.lookups.document_places import Place, places_of
from tools.lookups.documents import read_document
from tools.lookups.pdf_pictures import PagePicture, picture_apart
from tools.lookups.text_blocks import text_blocks

#: How much of the text is drawn around a passage, and at most when the whole is asked for.
_BEFORE, _AFTER, _WHOLE = 900, 2600, 60_000


@st.cache_data(max_entries=6, show_spinner="Reading the document…")
def _read(contract: Digest, filename: str) -> DocumentText:
    return read_document(office().evidence.get(contract), filename)


@st.cache_data(max_entries=40, show_spinner="Drawing the page…")
def _picture(contract: Digest, page: int, words: str, near: float) -> PagePicture:
    return picture_apart(office().evidence.get(contract), page, words=words, near=near)


def show_document(document: ContractDocument, chosen: Passage | None) -> None:
    """Draw the document where the chosen passage stands, as a page or as words."""
    ways = ("Page", "Text") if document.has_pages else ("Text",)
    way = st.segmented_control("Show as", ways, default=ways[0], required=True, key="document-way", label_visibility="collapsed")
    if way == "Page":
        show_page(document, chosen)
    elif document.text:
        show_words(document.text, chosen.span if chosen else None)
    else:
        st.caption("Its text is not in the store; a backup may hold it.")


def show_page(document: ContractDocument, chosen: Passage | None) -> None:
    """Draw the picture of the page on which the passage stands, with the passage marked; other pages can be turned to."""
    try:
        read = _read(document.contract, document.filename)
        places = {place.page: place for place in places_of(read, document.text, chosen.span)} if chosen else {}
        pages, page = len(read.pages), min(places, default=1)
        if pages > 1:
            page = st.pagination(pages, default=page, key=f"page-{document.contract[:12]}-{chosen.key if chosen else ''}")
        place = places.get(page, Place(page, "", 0.0))
        picture = _picture(document.contract, page, place.words, round(place.near, 3))
    except QuartermasterError as error:
        st.error(plain(error.hint), title=plain(error.message))
        return
    where = f"Page {page} of {pages}"
    st.caption(f"{where}, the passage is marked" if picture.marks else where)
    with st.container(border=True):
        st.image(picture.png, width="stretch", alt=f"{where} of the contract" + (", with the passage marked" if picture.marks else ""))
    if chosen and place.words and not picture.marks:
        st.caption("The passage could not be found on the picture; look at it under Text.")


@st.cache_data(max_entries=40, show_spinner=False)
def _beside(contract: Digest, start: int, end: int) -> Surroundings:
    return surroundings(Structure(contract_document(office().database, contract).text), start, end)


def show_beside(document: ContractDocument, span: Span) -> None:
    """Draw what belongs to a passage, in the paper's own words: its heading, what its defined words mean, the sections that it names."""
    if not document.text:
        return
    found = _beside(document.contract, span.start, span.end)
    if found.heading:
        st.caption(f"Under “{plain(shortened(found.heading, 90))}”")
    parts = [
        *((f"Meaning of {part.name}", part) for part in found.definitions),
        *((f"It names {part.name}", part) for part in found.sections),
    ]
    if found.missing:
        st.caption(plain(f"It names what this paper has not: section {', '.join(found.missing)}"))
    if not parts:
        return
    with st.expander(f"Read with it: {counted(len(parts), 'other part')} of the paper", icon=":material/link:"):
        for title, part in parts:
            st.caption(plain(shortened(title, 110)))
            st.code(part.span.text, language=None, wrap_lines=True)


def show_words(text: str, span: Span | None) -> None:
    """Draw the words around a passage, with the passage in colour; or the beginning, when none is chosen."""
    whole = len(text) > _BEFORE + _AFTER and st.toggle("Show the whole text", key="document-whole")
    start, end = (span.start, min(span.end, len(text))) if span else (0, 0)
    first, last = (0, _WHOLE) if whole else (max(0, start - _BEFORE), end + _AFTER)
    if whole and start > _WHOLE // 2:
        first, last = start - _WHOLE // 2, start + _WHOLE // 2
    shown = [block for block in text_blocks(text) if block.end > first and block.start < last]
    lines = [_line(text, block.start, block.end, start, end, heading=block.kind is BlockKind.HEADING) for block in shown]
    with st.container(border=True, height=620 if whole else "content"):
        if shown and shown[0].start > 0:
            st.caption("… the text begins further up")
        st.markdown("\n\n".join(lines) or "\u2014")
        if shown and shown[-1].end < len(text.rstrip()):
            st.caption("… and goes on")


def _line(text: str, first: int, last: int, start: int, end: int, *, heading: bool) -> str:
    """Return a block as markdown that shows its letters and nothing else, with what lies in the passage on colour."""
    if end <= first or start >= last:
        words = plain(text[first:last])
        return f"**{words}**" if heading and words else words
    before, inside, after = text[first : max(start, first)], text[max(start, first) : min(end, last)], text[min(end, last) : last]
    marked = f":orange-background[**{plain(inside)}**]" if inside.strip() else ""
    gaps = (" " if before[-1:].isspace() or inside[:1].isspace() else "", " " if inside[-1:].isspace() or after[:1].isspace() else "")
    return f"{plain(before)}{gaps[0]}{marked}{gaps[1]}{plain(after)}"


def show_noticed(document: ContractDocument) -> None:
    """Draw what was noticed while the document was read: hidden words, changes, comments. Nothing is drawn when there was nothing."""
    if not document.size:
        return
    try:
        warnings = _read(document.contract, document.filename).warnings
    except QuartermasterError as error:
        st.caption(plain(f"The document itself could not be read again: {error.message}"))
        return
    if not warnings:
        return
    with st.expander(
        f"{counted(len(warnings), 'thing')} noticed in the document that its reader may not see", icon=":material/visibility:"
    ):
        for warning in warnings:
            page = f"Page {warning.page}: " if warning.page and f"age {warning.page}" not in warning.says else ""
            st.text(f"{page}{warning.says}")
            if warning.excerpt:
                st.code(shortened(warning.excerpt, 400), language=None, wrap_lines=True)


def show_download(document: ContractDocument) -> None:
    """Offer the document as it was received."""
    if document.size:
        show_body(document.contract, document.media_type, readable=False, name="As received")
