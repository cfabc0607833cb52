"""The papers that came with a vendor's mail: which they are, their text, and the contract among them as something that can be signed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from agents.negotiator import Attachment
from graphs.context import Desk
from memory.domain.base import Digest
from memory.domain.errors import InputError
from memory.domain.events.negotiation import MessageReceived
from memory.domain.evidence import Origin
from memory.evidence import EvidenceStore
from tools.lookups.document_parts import DocumentFormat, DocumentText
from tools.lookups.document_print import print_of
from tools.lookups.documents import read_document

_MOST_PAPERS = 5
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#: What a paper comes as, the likeliest to be the contract first: a text or a page may be no more than the foot of the mail.
_TYPES = (
    ("application/pdf",),
    (_WORD,),
    ("text/html", "application/xhtml+xml"),
    ("text/plain", "text/markdown", "message/rfc822"),
)
_ENDINGS = ((".pdf",), (".docx",), (".html", ".htm", ".xhtml"), (".txt", ".text", ".md", ".markdown", ".eml"))


@dataclass(frozen=True)
class AttachedPaper:
    """A document that came with a mail; `rank` is its place among the formats a contract comes as, 0 for PDF."""

    digest: Digest
    filename: str
    media_type: str
    rank: int


@dataclass(frozen=True)
class VendorPaper:
    """A contract as it came, and as it can be signed: a PDF itself, or the print of what came in another format."""

    paper: AttachedPaper
    document: DocumentText
    text: Digest
    signable: Digest
    remark: str = ""


def attached_papers(message: MessageReceived) -> list[AttachedPaper]:
    """Return the attachments that claim to be a document, by media type or ending, and were kept."""
    return [
        AttachedPaper(str(a["digest"]), str(a["filename"]), str(a["media_type"]), rank)
        for a in message.attachments
        if a["kept"] and (rank := _rank(str(a["media_type"]), str(a["filename"]))) is not None
    ]


def _rank(media_type: str, filename: str) -> int | None:
    plain, ending = media_type.partition(";")[0].strip().lower(), PurePosixPath(filename.lower()).suffix
    by_name = next((rank for rank, endings in enumerate(_ENDINGS) if ending in endings), None)
    return by_name if by_name is not None else next((rank for rank, types in enumerate(_TYPES) if plain in types), None)


def contract_among(messages: Iterable[MessageReceived], evidence: EvidenceStore) -> VendorPaper | str:
    """Return the contract in a vendor's answers, or in one sentence why there is none: the newest PDF, else Word file, page or text.

    What cannot be read or printed is not skipped for another paper: a footer would then pass for the contract.
    """
    papers = [paper for message in messages for paper in attached_papers(message)]
    if not papers:
        return "the answer carried no document that could be a contract"
    best = min(paper.rank for paper in papers)
    chosen = [paper for paper in papers if paper.rank == best][-1]
    try:
        return _read(chosen, evidence)
    except InputError as error:
        return error.message


def _read(paper: AttachedPaper, evidence: EvidenceStore) -> VendorPaper:
    document = read_document(evidence.get(paper.digest), paper.filename, paper.media_type)
    if document.format is DocumentFormat.PDF:
        return VendorPaper(paper, document, _stored(document.text, paper, evidence), paper.digest)
    printed = print_of(document.text, title=paper.filename, digest=paper.digest)
    copy = evidence.put(printed, media_type="application/pdf", origin=Origin.SYSTEM, source=f"print of {paper.filename}")
    remark = (
        f"the contract came as {paper.filename}; what you sign is a print of its text, which names the file by its digest. "
        "Pictures and layout are not in it."
    )
    return VendorPaper(paper, document, _stored(document.text, paper, evidence), copy, remark)


def _stored(text: str, paper: AttachedPaper, evidence: EvidenceStore) -> Digest:
    return evidence.put_text(text, origin=Origin.VENDOR_DOCUMENT, source=f"text of {paper.filename}")


def papers_of(desk: Desk, message: MessageReceived) -> tuple[tuple[Attachment, ...], tuple[str, ...]]:
    """Return the text of the attached documents, and one sentence for each that could not be read."""
    texts: list[Attachment] = []
    problems: list[str] = []
    for paper in attached_papers(message)[:_MOST_PAPERS]:
        try:
            text = read_document(desk.evidence.get(paper.digest), paper.filename, paper.media_type).text
        except InputError as error:
            problems.append(f"could not be read: {error.message}")
            continue
        texts.append(Attachment(text=text, digest=_stored(text, paper, desk.evidence), filename=paper.filename))
    return tuple(texts), tuple(problems)
