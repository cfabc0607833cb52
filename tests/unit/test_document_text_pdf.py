"""Text of PDFs: real files made here, and the files that cannot be read."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from memory.domain.errors import InputError
from tools.lookups import document_text
from tools.lookups.base import LookupContext
from tools.lookups.document_text import LOOKUP, read_pdf


def pdf(*pages: list[str], password: str = "") -> bytes:
    body = io.BytesIO()
    canvas = Canvas(body, encrypt=StandardEncryption(password) if password else None)
    for lines in pages:
        for number, line in enumerate(lines):
            canvas.drawString(72, 800 - 14 * number, line)
        canvas.showPage()
    canvas.save()
    return body.getvalue()


def refused(body: bytes) -> str:
    with pytest.raises(InputError) as caught:
        read_pdf(body)
    assert caught.value.hint
    return caught.value.message


def test_text_comes_page_by_page_and_whole() -> None:
    document = read_pdf(pdf(["One price: 48,00 EUR", "for a year."], ["And the law", "of Ireland."]))
    assert document.pages == ("One price: 48,00 EUR\nfor a year.", "And the law\nof Ireland.")
    assert document.text == "\n".join(document.pages)


def test_headers_and_footers_that_repeat_are_left_out() -> None:
    pages = [["Agreement 7, page 1", "The term is", "-- Acme --"], ["Agreement 7, page 2", "12 months.", "-- Acme --"]]
    assert read_pdf(pdf(*pages)).text == "The term is\n12 months."


def test_a_single_page_keeps_every_line() -> None:
    assert read_pdf(pdf(["Agreement 7", "It ends."])).text == "Agreement 7\nIt ends."


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", "not a PDF"),
        (b"Dear Sir, the contract is attached.", "not a PDF"),
        (b"<html>" + b" " * 2000 + b"%PDF-1.7", "not a PDF"),
        (b"%PDF-1.7\nand then nothing that makes sense", "damaged"),
        (pdf(["secret"], password="key"), "locked with a password"),
        (pdf([]), "holds no text"),
    ],
    ids=["empty", "text", "html", "broken", "locked", "blank"],
)
def test_what_cannot_be_read_is_refused_with_the_reason(body: bytes, told: str) -> None:
    assert told in refused(body)


def test_sizes_have_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    body = pdf(["a line"], ["b line"], ["c line"])
    for name, limit, told in (("MAX_PAGES", 2, "3 pages"), ("MAX_CHARACTERS", 5, "characters"), ("MAX_BYTES", 10, "bytes")):
        with monkeypatch.context() as patch:
            patch.setattr(document_text, name, limit)
            assert told in refused(body)


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=40), st.integers(0, 1500), st.integers(0, 200))
def test_a_damaged_file_is_refused_or_read_but_never_breaks(put: bytes, at: int, cut: int) -> None:
    body = pdf(["The initial term is 12 months."])
    assert read_or_refused(body[:at] + put + body[at + cut :])


def read_or_refused(body: bytes) -> bool:
    try:
        return bool(read_pdf(body).text.strip())
    except InputError as error:
        return bool(error.hint)


def test_the_lookup_opens_the_reader(tmp_path: Path) -> None:
    assert LOOKUP.name == "document_text"
    assert LOOKUP.open(LookupContext(home_files=tmp_path))(pdf(["It ends."])).text == "It ends."
