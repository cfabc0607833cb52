"""A letter to print: what must stand on it stands on it, on paper of any length and for names of any script."""

from __future__ import annotations

from tools.letter_pdf import address_lines, letter_pdf
from tools.lookups.documents import read_document

SENDER = ["Sommer Studio", "Lindenweg 3", "10115 Berlin", "alex@sommer.example"]


def a_letter(body: str = "We give notice.\n\nIt ends on 28 February 2027.", to: tuple[str, ...] = ("Postino", "Via Roma 7")) -> bytes:
    return letter_pdf(sender=SENDER, to=to, dated="2026-11-23", subject="Notice of termination", body=body)


def test_address_date_words_and_room_for_a_signature_are_on_one_page_and_equal_letters_are_equal_bytes() -> None:
    read = read_document(a_letter(), "letter.pdf", "application/pdf")
    assert len(read.pages) == 1
    for said in ("Via Roma 7", "Lindenweg 3", "2026-11-23", "Notice of termination", "28 February 2027", "____", "Sommer Studio"):
        assert said in read.text
    assert a_letter() == a_letter()


def test_a_long_letter_goes_on_and_letters_no_printer_knows_do_not_stop_it() -> None:
    read = read_document(
        a_letter("\n".join(f"Line {n} & <more>" for n in range(120)), ("Łódź Sp. z o.o.", "日本")), "l.pdf", "application/pdf"
    )
    assert len(read.pages) > 1
    assert "Line 119 & <more>" in read.text
    assert "Lódz" in read.text


def test_an_address_is_parted_as_the_contract_wrote_it_with_the_vendor_on_top() -> None:
    assert address_lines("Postino", "Postino, Via Roma 7, 00100 Roma.") == ("Postino", "Via Roma 7", "00100 Roma")
    assert address_lines("Acme Mail", "Legal Department\nInvalidenstr. 5, Hof\n10115 Berlin") == (
        "Acme Mail",
        "Legal Department",
        "Invalidenstr. 5, Hof",
        "10115 Berlin",
    )
    assert address_lines("Acme Mail", "the Provider at: Acme Mail GmbH, 10115 Berlin") == ("Acme Mail GmbH", "10115 Berlin")
    assert address_lines("Acme Mail", "") == ("Acme Mail",)
