"""Evidence on the page: always as plain text or as a download, since every word of it is somebody else's."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from app.connection import office, zone
from app.wording import at_time, plain, shortened
from memory.domain.errors import QuartermasterError
from memory.domain.evidence import Claim, EvidenceItem, EvidenceRef
from memory.views.evidence import Paper

#: What is shown at once; longer papers are downloaded.
_SHOWN_CHARACTERS = 20_000
_FROM = {
    "operator": "you",
    "system": "Quartermaster",
    "catalogue": "the vendor catalogue",
    "vendor_mail": "the vendor's mail",
    "vendor_document": "the vendor's document",
    "web_page": "a web page",
    "model": "a model",
    "bank": "your bank",
}


def show_claim(claim: Claim, known: Mapping[str, EvidenceItem]) -> None:
    """Draw one statement and, below it, the words it rests on."""
    with st.container(gap="xxsmall"):
        st.text(claim.text)
        for ref in claim.evidence:
            show_reference(ref, known.get(ref.digest))


def show_reference(ref: EvidenceRef, item: EvidenceItem | None) -> None:
    """Draw where a statement comes from: whose words, when kept, under which digest, and the passage."""
    source = _FROM[ref.origin.value]
    when = f", kept {at_time(item.stored_at, zone())}" if item else ", not in the store"
    page = f" · {plain(shortened(item.source, 80))}" if item and item.source else ""
    st.caption(f"From {source}{when}{page} · snapshot {ref.digest[:12]}…")
    if ref.span is not None and ref.span.text:
        st.code(shortened(ref.span.text, 600), language=None, wrap_lines=True)


def show_paper(paper: Paper) -> None:
    """Draw one paper of a case, folded; its text is read when it is opened."""
    direction = "with" if "contract" in paper.kind.lower() else "to" if paper.ours else "from"
    who = f" {direction} {plain(shortened(paper.vendor_name, 40))}" if paper.vendor_name else ""
    title = f": {plain(shortened(paper.title, 70))}" if paper.title and paper.title != paper.vendor_name else ""
    icon = ":material/mail:" if paper.kind == "Mail" else ":material/outgoing_mail:" if paper.letter else ":material/description:"
    opened = st.expander(f"{paper.kind}{who}{title}", icon=icon, key=f"paper-{paper.digest[:16]}-{paper.vendor_id}", on_change="rerun")
    if not opened.open:
        return
    with opened:
        st.caption(f"{at_time(paper.at, zone())} · {paper.size:,} bytes · sha256 {paper.digest}")
        if paper.verified_sender is False:
            st.badge("Sender not verified", icon=":material/warning:", color="orange")
        for note in paper.notes:
            st.badge(plain(shortened(note, 90)), icon=":material/flag:", color="orange")
        show_body(paper.digest, paper.media_type, readable=paper.readable, name=paper.kind)


def show_body(digest: str, media_type: str, *, readable: bool, name: str = "Download") -> None:
    """Draw the bytes behind a digest: as text, or as a file to keep. Raises nothing: what is wrong is said."""
    try:
        body = office().evidence.get(digest)
    except QuartermasterError as error:
        st.error(plain(error.hint), title=plain(error.message))
        return
    if readable:
        text = body.decode(errors="replace")
        st.code(text[:_SHOWN_CHARACTERS], language=None, wrap_lines=True, height=320 if text.count("\n") > 14 else "content")
        if len(text) <= _SHOWN_CHARACTERS:
            return
        st.caption(f"The first {_SHOWN_CHARACTERS:,} of {len(text):,} characters.")
    ending = ".pdf" if media_type == "application/pdf" else ".txt" if readable else ".bin"
    st.download_button(
        f"{name} (PDF)" if ending == ".pdf" else name,
        body,
        file_name=f"{digest[:12]}{ending}",
        mime=media_type,
        icon=":material/download:",
        key=f"get-{digest[:20]}-{name}",
        on_click="ignore",
    )
