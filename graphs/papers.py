"""The papers that came with a vendor's mail, as text: stored beside the mail, so that a figure can be shown where it stands."""

from __future__ import annotations

from agents.negotiator import Attachment
from graphs.case_file import attachment_digests
from graphs.context import Desk
from memory.domain.errors import InputError
from memory.domain.events.negotiation import MessageReceived
from memory.domain.evidence import Origin
from tools.lookups.document_text import read_pdf

_MOST_PAPERS = 5


def papers_of(desk: Desk, message: MessageReceived) -> tuple[tuple[Attachment, ...], tuple[str, ...]]:
    """Return the text of the attached PDFs, and one sentence for each that could not be read."""
    texts: list[Attachment] = []
    problems: list[str] = []
    for digest, filename in attachment_digests(message, "application/pdf")[:_MOST_PAPERS]:
        try:
            text = read_pdf(desk.evidence.get(digest)).text
        except InputError as error:
            problems.append(f"{filename} could not be read: {error.message}")
            continue
        stored = desk.evidence.put_text(text, origin=Origin.VENDOR_DOCUMENT, source=f"text of {filename}")
        texts.append(Attachment(text=text, digest=stored, filename=filename))
    return tuple(texts), tuple(problems)
