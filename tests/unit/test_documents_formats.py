"""Each format a contract comes as: its words with their places, and what is hidden in it told and left out."""

from __future__ import annotations

import io
from email.message import EmailMessage

import docx
import pytest
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Pt, RGBColor
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from tools.lookups.document_parts import BlockKind, DocumentFormat, DocumentText, WarningKind
from tools.lookups.document_text import read_pdf
from tools.lookups.documents import read_document
from tools.lookups.docx_text import read_docx
from tools.lookups.html_numbers import lettered, roman
from tools.lookups.html_text import read_html
from tools.lookups.markdown_text import read_markdown
from tools.lookups.text_blocks import text_blocks


def blocks(document: DocumentText) -> list[tuple[str, str]]:
    return [(block.kind.value, document.text[block.start : block.end]) for block in document.blocks]


def told(document: DocumentText, kind: WarningKind) -> str:
    return " / ".join(f"{w.says} {w.excerpt}" for w in document.warnings if w.kind is kind)


def saved(document: Document) -> bytes:
    body = io.BytesIO()
    document.save(body)
    return body.getvalue()


# PDF


def drawn(draw) -> DocumentText:
    body = io.BytesIO()
    canvas = Canvas(body)
    draw(canvas)
    canvas.showPage()
    canvas.save()
    return read_pdf(body.getvalue())


def test_words_on_a_pdf_page_that_nobody_sees_are_told_and_not_read() -> None:
    def page(canvas: Canvas) -> None:
        canvas.drawString(72, 800, "The fee is 10 EUR.")
        canvas.setFillColorRGB(1, 1, 1)
        canvas.drawString(72, 780, "white words")
        canvas.setFillColorRGB(0, 0, 0)
        line = canvas.beginText(72, 760)
        line.setTextRenderMode(3)
        line.textLine("unpainted words")
        line.setTextRenderMode(0)
        canvas.drawText(line)
        canvas.setFont("Helvetica", 1)
        canvas.drawString(72, 740, "tiny words")
        canvas.setFont("Helvetica", 12)
        canvas.drawString(-400, 700, "words beside the page")

    document = drawn(page)
    assert document.text == "The fee is 10 EUR."
    hidden = told(document, WarningKind.HIDDEN_TEXT)
    assert all(words in hidden for words in ("white words", "unpainted words", "tiny words", "words beside the page"))
    assert {warning.page for warning in document.warnings} == {1}


def test_white_words_on_a_dark_ground_are_seen() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setFillColorRGB(0, 0, 0.4)
        canvas.rect(60, 600, 300, 40, fill=1)
        canvas.setFillColorRGB(1, 1, 1)
        canvas.drawString(72, 612, "ORDER FORM")

    assert (drawn(page).text, drawn(page).warnings) == ("ORDER FORM", ())


def test_words_under_a_cover_are_not_read() -> None:
    def page(canvas: Canvas) -> None:
        canvas.drawString(72, 700, "It can be ended any day.")
        canvas.drawString(72, 600, "It cannot be ended.")
        canvas.setFillColorRGB(1, 1, 1)
        canvas.rect(60, 590, 400, 30, fill=1, stroke=0)

    document = drawn(page)
    assert document.text == "It can be ended any day."
    assert "It cannot be ended." in told(document, WarningKind.HIDDEN_TEXT)


def test_white_words_on_a_turned_page_and_dark_words_on_a_dark_ground_are_not_seen() -> None:
    def page(canvas: Canvas) -> None:
        canvas.setPageRotation(90)
        canvas.setFillColorRGB(1, 1, 1)
        canvas.rect(0, 0, 900, 900, fill=1, stroke=0)
        canvas.drawString(72, 300, "white words")
        canvas.setFillColorRGB(0.1, 0.1, 0.1)
        canvas.drawString(72, 200, "The fee is 10 EUR.")
        canvas.rect(60, 90, 300, 40, fill=1, stroke=0)
        canvas.setFillColorRGB(0.11, 0.11, 0.11)
        canvas.drawString(72, 100, "dark words")

    document = drawn(page)
    assert document.text == "The fee is 10 EUR."
    assert all(words in told(document, WarningKind.HIDDEN_TEXT) for words in ("white words", "dark words"))


def test_the_text_layer_of_a_scan_is_read_and_told() -> None:
    def page(canvas: Canvas) -> None:
        canvas.drawImage(ImageReader(Image.new("L", (60, 80), 220)), 0, 0, width=595, height=842)
        line = canvas.beginText(72, 760)
        line.setTextRenderMode(3)
        line.textLine("The term is one year.")
        canvas.drawText(line)

    document = drawn(page)
    assert document.text == "The term is one year."
    assert "Page 1 is scanned" in told(document, WarningKind.TEXT_LAYER)


def test_filled_form_fields_are_read_and_pages_without_words_are_named() -> None:
    def page(canvas: Canvas) -> None:
        canvas.drawString(72, 800, "Yearly fee:")
        canvas.acroForm.textfield(name="fee", value="4,800.00 EUR", x=150, y=790, width=200, height=20)
        canvas.showPage()
        canvas.rect(50, 50, 100, 100)

    document = drawn(page)
    assert "4,800.00 EUR" in document.text
    assert "Page 2 is without text" in told(document, WarningKind.PAGES_WITHOUT_TEXT)
    assert document.page_ranges == ((0, len(document.pages[0])), (len(document.text), len(document.text)))
    assert (document.page_of(0), document.page_of(len(document.text))) == (1, 2)


# Word


def test_a_word_document_reads_with_its_numbers_tables_notes_heads_and_feet() -> None:
    document = docx.Document()
    document.add_heading("Terms", 1)
    for words in ("First clause.", "Second clause."):
        document.add_paragraph(words, style="List Number")
    document.add_paragraph("A point", style="List Bullet")
    table = document.add_table(2, 2)
    for at, words in enumerate(("Plan", "Price", "Basic", "10 EUR")):
        table.cell(at // 2, at % 2).text = words
    document.sections[0].header.paragraphs[0].text = "Acme, version 3"
    document.sections[0].footer.paragraphs[0].text = "Confidential"

    read = read_docx(saved(document))
    assert blocks(read) == [
        ("heading", "Terms"),
        ("paragraph", "1. First clause."),
        ("paragraph", "2. Second clause."),
        ("list_item", "- A point"),
        ("table_row", "Plan | Price"),
        ("table_row", "Basic | 10 EUR"),
        ("header", "Acme, version 3"),
        ("footer", "Confidential"),
    ]
    assert read.warnings == ()


_LEVELS = (
    f'<w:abstractNum {nsdecls("w")} w:abstractNumId="77">'
    '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/></w:lvl>'
    '<w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="(%3)"/></w:lvl></w:abstractNum>'
)


def test_word_numbers_clauses_over_levels_and_begins_again_below_each() -> None:
    document = docx.Document()
    numbering = document.part.numbering_part.element
    numbering.insert(0, parse_xml(_LEVELS))
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="77"><w:abstractNumId w:val="77"/></w:num>'))
    for level in (0, 1, 2, 2, 1, 0, 1):
        paragraph = document.add_paragraph("x")
        paragraph._p.get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = 77
        paragraph._p.pPr.numPr.get_or_add_ilvl().val = level

    marks = [words.removesuffix(" x") for _, words in blocks(read_docx(saved(document)))]
    assert marks == ["1.", "1.1", "(a)", "(b)", "1.2", "2.", "2.1"]


def change(kind: str, words: str, tag: str) -> str:
    return f'<w:{kind} {nsdecls("w")} w:id="1" w:author="Ann"><w:r><w:{tag} xml:space="preserve">{words}</w:{tag}></w:r></w:{kind}>'


def test_tracked_changes_are_read_as_accepted_and_told() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("The notice is ")
    paragraph._p.append(parse_xml(change("del", "thirty days", "delText")))
    paragraph._p.append(parse_xml(change("ins", "ninety days", "t")))
    document.add_comment(paragraph.runs[0], "can we accept this?", "Bob", "B")

    read = read_docx(saved(document))
    assert read.text == "The notice is ninety days"
    changes = told(read, WarningKind.TRACKED_CHANGES)
    assert "2 word(s) inserted and 2 word(s) deleted" in changes
    assert "thirty days" in changes
    assert "Bob: can we accept this?" in told(read, WarningKind.COMMENTS)


def test_hidden_words_in_word_are_told_and_not_read() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("It ends. ")
    paragraph.add_run("vanished ").font.hidden = True
    paragraph.add_run("white ").font.color.rgb = RGBColor(255, 255, 255)
    paragraph.add_run("tiny ").font.size = Pt(1)
    paragraph.add_run("struck ").font.strike = True
    style = document.styles.add_style("Unseen", 1)
    style.font.hidden = True
    document.add_paragraph("by its style", style="Unseen")

    read = read_docx(saved(document))
    assert read.text == "It ends."
    hidden = told(read, WarningKind.HIDDEN_TEXT)
    assert "vanished white tiny by its style" in " ".join(hidden.split())
    assert "struck" in told(read, WarningKind.MARKED_UP)


# Pages


PAGE = """<!doctype html><html><head><title>t</title><style>.x, #y {display:none} @media (max-width: 600px) { .wide {display:none} }</style></head>
<body><nav><a href="/">Home</a></nav><header>Acme <a href="/login">Log in</a></header><div class="cookie-banner">We use cookies.</div>
<main><h1>Terms of Service</h1><p>You pay <b>10&nbsp;EUR</b> a&shy; month.<br>In advance.</p>
<ol><li>One<li><p>Two</p><ol type="a"><li>inner</ol></ol><ul><li>point</ul>
<table><tr><th>Plan<th>Price<tr><td><p>Basic</p><td>10 EUR</table>
<p class="wide">Seen on wide screens.</p><p class="x">hidden by class</p><p style="color:#fff">white</p><s>struck</s>
<p>zero\u200bwidth</p><script>alert(1)</script></main><footer>Acme Inc.</footer></body></html>"""


def test_a_terms_page_is_read_without_what_stands_around_it() -> None:
    read = read_document(PAGE.encode(), "terms.html", "text/html")
    assert blocks(read) == [
        ("heading", "Terms of Service"),
        ("paragraph", "You pay 10 EUR a month.\nIn advance."),
        ("list_item", "1. One"),
        ("list_item", "2. Two"),
        ("list_item", "a. inner"),
        ("list_item", "- point"),
        ("table_row", "Plan | Price"),
        ("table_row", "Basic | 10 EUR"),
        ("paragraph", "Seen on wide screens."),
        ("paragraph", "zerowidth"),
    ]
    hidden = told(read, WarningKind.HIDDEN_TEXT)
    assert "hidden by class" in hidden
    assert "white" in hidden
    assert {WarningKind.MARKED_UP, WarningKind.ACTIVE_CONTENT, WarningKind.INVISIBLE_CHARACTERS} <= {w.kind for w in read.warnings}


def test_a_page_keeps_the_encoding_that_it_names() -> None:
    body = '<html><head><meta charset="iso-8859-1"></head><body><p>Kündigungsfrist: drei Monate</p></body></html>'.encode("latin-1")
    assert "Kündigungsfrist" in read_document(body, "agb.html").text
    assert read_document(body, "agb.html").warnings == ()


def test_markdown_is_read_as_it_is_shown() -> None:
    source = (
        "---\ntitle: x\n---\n# Terms\n\nPay **10 EUR** [here](http://x.example).\n\n3. three\n4. four\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    )
    assert blocks(read_markdown(source)) == [
        ("heading", "Terms"),
        ("paragraph", "Pay 10 EUR here."),
        ("list_item", "3. three"),
        ("list_item", "4. four"),
        ("table_row", "a | b"),
        ("table_row", "1 | 2"),
    ]


def test_words_of_one_block_stay_one_block_and_places_fit_the_text() -> None:
    read = read_html("<div>text <i>in</i> a div<p>para</p>tail</div>")
    assert [words for _, words in blocks(read)] == ["text in a div", "para", "tail"]
    assert read.text == "text in a div\n\npara\n\ntail"


# Text and mail


@pytest.mark.parametrize(
    ("body", "guessed"),
    [
        ("Kündigung: 30 Tage, 10 €".encode(), False),
        (b"\xef\xbb\xbf" + "Kündigung: 30 Tage, 10 €".encode(), False),
        ("Kündigung: 30 Tage, 10 €".encode("utf-16"), False),
        ("Kündigung: 30 Tage, 10 €".encode("utf-16-be"), True),
        ("Kündigung: 30 Tage, 10 €".encode("cp1252"), True),
    ],
)
def test_plain_text_is_decoded_with_care_and_guesses_are_told(body: bytes, guessed: bool) -> None:
    read = read_document(body, "pasted.txt")
    assert read.text == "Kündigung: 30 Tage, 10 €"
    assert bool(told(read, WarningKind.ENCODING_GUESSED)) is guessed


def test_direction_marks_and_zero_width_signs_are_taken_out_and_counted() -> None:
    read = read_document("The fee is \u202e001\u202c EUR\u200b.".encode(), "a.txt")
    assert read.text == "The fee is 001 EUR."
    assert "3 character(s)" in told(read, WarningKind.INVISIBLE_CHARACTERS)


def test_lines_of_a_text_become_headings_items_rows_and_paragraphs() -> None:
    text = "MASTER AGREEMENT\n\n1. Term and Renewal\n1.1 The term is one year and is renewed each\nyear for another one.\n(a) an item of it\n\nPlan | Price | Unit"
    assert [(b.kind.value, b.level, text[b.start : b.end]) for b in text_blocks(text)] == [
        ("heading", 1, "MASTER AGREEMENT"),
        ("heading", 1, "1. Term and Renewal"),
        ("paragraph", 0, "1.1 The term is one year and is renewed each\nyear for another one."),
        ("list_item", 1, "(a) an item of it"),
        ("table_row", 0, "Plan | Price | Unit"),
    ]
    assert BlockKind.HEADING == "heading"


def mail(*files: tuple[str, bytes, str, str]) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "sales@acme.example", "me@shop.example", "Our contract"
    message.set_content("Please find our contract attached.")
    for name, body, main, sub in files:
        message.add_attachment(body, maintype=main, subtype=sub, filename=name)
    return message.as_bytes()


def test_the_contract_of_a_saved_mail_is_its_longest_document() -> None:
    page = f"<html><body><h1>Terms</h1><p>{'The fee is due. ' * 20}</p></body></html>".encode()
    read = read_document(mail(("terms.html", page, "text", "html"), ("note.txt", b"see terms", "text", "plain")), "mail.eml")
    assert (read.format, read.filename) == (DocumentFormat.HTML, "terms.html")
    assert "note.txt" in told(read, WarningKind.OTHER_DOCUMENTS)


def test_a_mail_without_a_document_is_read_itself() -> None:
    read = read_document(mail(), "mail.eml", "message/rfc822")
    assert (read.text, read.format) == ("Please find our contract attached.", DocumentFormat.MAIL)


def test_a_pasted_letter_that_begins_like_a_mail_is_text_with_its_first_lines() -> None:
    letter = "Date: 1 March 2026\nFrom: Acme Ltd\nTo: Ada Operator\nSubject: Fees\n\nThe fee is 10 EUR."
    assert read_document(letter.encode(), "letter.txt").text == letter


def test_letters_and_roman_numbers_count_as_lists_do() -> None:
    assert [lettered(number) for number in (1, 26, 27, 53)] == ["a", "z", "aa", "ba"]
    assert [roman(number) for number in (4, 9, 14, 40, 1994)] == ["iv", "ix", "xiv", "xl", "mcmxciv"]
