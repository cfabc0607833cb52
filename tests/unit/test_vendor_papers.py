"""The contract among a vendor's attachments: which it is, what is said when it cannot be read, and its print for the signature."""

from __future__ import annotations

import io
import shutil
import zipfile

import pytest
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from app.ports import SystemClock
from graphs.papers import VendorPaper, attached_papers, contract_among
from memory.database import open_database, sqlite_url
from memory.domain.errors import InputError
from memory.domain.events.negotiation import MessageReceived
from memory.domain.evidence import Origin
from memory.evidence import EvidenceStore
from tools.connectors.signature.documents import active_content, opened
from tools.lookups.document_print import print_of
from tools.lookups.documents import read_document

TERM = "2. The initial term is twelve (12) months. It renews for 12 months unless notice is given 30 days before its end."


def word_file(*paragraphs: str) -> bytes:
    paper, body = Document(), io.BytesIO()
    for words in paragraphs:
        paper.add_paragraph(words)
    paper.save(body)
    return body.getvalue()


def message(*attachments: dict[str, object]) -> MessageReceived:
    return MessageReceived(
        message_id="<1@x.example>",
        conversation="CASE-1/postbird",
        vendor_id="postbird",
        wait_key="w",
        from_address="sales@postbird.example",
        verified_sender=True,
        subject="Re: contract",
        raw="d" * 64,
        text="c" * 64,
        attachments=attachments,
    )


def item(filename: str, media_type: str = "application/octet-stream", digest: str = "e" * 64, *, kept: bool = True) -> dict[str, object]:
    return {"filename": filename, "media_type": media_type, "size": 9, "digest": digest, "kept": kept}


@pytest.mark.parametrize(
    ("media_type", "filename", "kept", "rank"),
    [
        ("application/pdf", "contract", True, 0),
        ("application/octet-stream", "Contract.PDF", True, 0),
        ("application/octet-stream", "contract.docx", True, 1),
        ("text/html; charset=utf-8", "terms", True, 2),
        ("text/plain", "terms.txt", True, 3),
        ("message/rfc822", "forwarded", True, 3),
        ("application/pdf", "contract.pdf", False, None),
        ("image/png", "pdf", True, None),
        ("text/calendar", "invite.ics", True, None),
    ],
)
def test_a_paper_is_known_by_its_type_or_its_ending_and_only_when_it_was_kept(media_type, filename, kept, rank):
    found = attached_papers(message(item(filename, media_type, kept=kept)))
    assert [paper.rank for paper in found] == ([] if rank is None else [rank])


@pytest.fixture(scope="module")
def evidence(migrated_file, tmp_path_factory):
    database = open_database(sqlite_url(shutil.copy(migrated_file, tmp_path_factory.mktemp("papers"))))
    yield EvidenceStore(database, SystemClock())
    database.dispose()


@pytest.fixture
def among(evidence):
    """Returns the contract among files that came with one mail."""

    def found(**files: bytes) -> VendorPaper | str:
        kept = [
            item(name.replace("_", "."), digest=evidence.put(body, media_type="x/y", origin=Origin.VENDOR_DOCUMENT, source="mail"))
            for name, body in files.items()
        ]
        return contract_among([message(*kept)], evidence)

    return found


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("contract_docx", word_file("Agreement", TERM)),
        ("contract_html", f"<html><body><h1>Agreement</h1><p>{TERM}</p></body></html>".encode()),
        ("contract_txt", f"Agreement\n\n{TERM}\n".encode()),
    ],
)
def test_what_is_no_pdf_is_read_and_printed_for_the_signature_with_every_word(among, evidence, name, body):
    paper = among(**{name: body})
    assert isinstance(paper, VendorPaper)
    assert "print of its text" in paper.remark
    assert evidence.text(paper.text) == paper.document.text
    pdf = evidence.get(paper.signable)
    assert not active_content(opened(pdf))
    shown = " ".join(read_document(pdf, "print.pdf").text.split())
    assert paper.paper.digest in shown
    assert " ".join(paper.document.text.split()) in shown


def test_a_pdf_goes_before_a_word_file_and_a_footer_in_plain_text_never_stands_in_for_what_cannot_be_read(among):
    assert among(contract_docx=word_file(TERM), footer_txt=b"This mail is confidential.").paper.filename == "contract.docx"
    broken = among(contract_pdf=b"%PDF-1.7 cut off", footer_txt=b"This mail is confidential.", contract_docx=word_file(TERM))
    assert isinstance(broken, str)
    assert "contract.pdf" in broken


def bomb() -> bytes:
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<Types/>")
        package.writestr("word/document.xml", b" " * 30_000_000)
    return body.getvalue()


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("contract_docx", word_file(TERM)[:-400]),
        ("contract_docx", bomb()),
        ("contract_docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old"),
        ("contract_html", b"<html><body><script>1</script></body></html>"),
        ("contract_txt", "договор между сторонами".encode()),
    ],
    ids=["cut off", "bomb", "old format", "no words", "letters that a print cannot show"],
)
def test_what_cannot_be_read_or_printed_is_named_with_its_fault(among, name, body):
    said = among(**{name: body})
    assert isinstance(said, str)
    assert said.startswith(name.replace("_", ".") + ": ")


def test_without_a_document_the_reason_says_so(among):
    assert among(logo_png=b"\x89PNG") == "the answer carried no document that could be a contract"


@settings(max_examples=15, deadline=None)
@given(st.text(st.characters(codec="cp1252", exclude_categories=["Cc", "Cf"]), min_size=1, max_size=300))
def test_a_print_of_any_text_it_can_show_is_the_same_twice_and_is_a_plain_pdf(text):
    once, again = (print_of(text, title="x.txt", digest="a" * 64) for _ in range(2))
    assert once == again
    assert not active_content(opened(once))


def test_a_print_never_leaves_out_a_letter():
    with pytest.raises(InputError, match="cannot show"):
        print_of("The price is 10 €, and 漢字", title="x.txt", digest="a" * 64)
