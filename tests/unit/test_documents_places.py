"""A passage is found again: in its surroundings, on its page, and as rectangles on the picture of that page."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.pdfgen.canvas import Canvas

from memory.domain.errors import InputError
from memory.domain.evidence import Span
from tools.lookups.document_excerpt import document_excerpt
from tools.lookups.document_places import places_of
from tools.lookups.document_text import read_pdf
from tools.lookups.pdf_pictures import PagePicture, page_picture, picture_apart
from tools.lookups.text_blocks import text_blocks

_TWICE = "The fee is 10 EUR a month."


def paper(*pages: list[str], rotate: int = 0) -> bytes:
    body = io.BytesIO()
    canvas = Canvas(body, pagesize=(600, 800))  # a turned page is as wide as this one is high
    for lines in pages:
        canvas.setPageRotation(rotate)
        for number, line in enumerate(lines):
            canvas.drawString(60, 500 - 100 * number, line)
        canvas.showPage()
    canvas.save()
    return body.getvalue()


def span_of(text: str, words: str, nth: int = 0) -> Span:
    start = -1
    for _ in range(nth + 1):
        start = text.index(words, start + 1)
    return Span(start=start, end=start + len(words), text=words)


def test_a_passage_over_two_pages_has_a_place_on_each() -> None:
    document = read_pdf(paper(["Head of one.", "It renews for"], ["another year.", "Law of Ireland."]))
    places = places_of(document, document.text, span_of(document.text, "renews for\nanother year."))
    assert [(place.page, place.words.strip()) for place in places] == [(1, "renews for"), (2, "another year.")]


def test_a_passage_of_a_text_that_an_earlier_reader_took_is_found_by_its_words() -> None:
    document = read_pdf(paper(["Head of one.", _TWICE, "It ends."], ["Other words.", _TWICE, "So be it."]))
    earlier = "HEADER\n" + document.text.replace("\n", "  ")
    second = places_of(document, earlier, span_of(earlier, _TWICE, 1))
    assert [(place.page, place.words) for place in second] == [(2, _TWICE)]
    assert places_of(document, earlier, Span(start=0, end=9, text="not there")) == ()


def test_the_passage_is_marked_on_the_picture_where_it_stands() -> None:
    body = paper([_TWICE, "Something else.", _TWICE])
    first, second = (page_picture(body, 1, words=_TWICE, near=near) for near in (0.0, 0.7))
    for picture, line in ((first, 0), (second, 2)):
        ((left, top, right, bottom),) = picture.marks
        scale = picture.width / 600
        assert abs(left - 60 * scale) < 5
        assert top < (300 + 100 * line) * scale < bottom + 3
        assert right - left > 100
        drawn = Image.open(io.BytesIO(picture.png)).convert("RGB")
        assert drawn.size == (picture.width, picture.height)
        assert drawn.getpixel((left + 1, top + 2))[2] < 200
        assert drawn.getpixel((left + 1, max(top - 20, 0))) == (255, 255, 255)


def test_words_broken_over_lines_are_marked_line_by_line_also_on_a_turned_page() -> None:
    lines = page_picture(paper(["It renews", "for a year."]), 1, words="It renews\nfor a year.")
    assert len(lines.marks) == 2
    turned = page_picture(paper(["It renews", "for a year."], rotate=90), 1, words="for a year.")
    ((left, top, right, bottom),) = turned.marks
    assert bottom - top > right - left
    assert 0 <= left < right <= turned.width
    assert 0 <= top < bottom <= turned.height


def test_what_is_not_on_the_page_is_not_marked_and_a_page_too_far_is_refused() -> None:
    body = paper(["It ends."])
    assert page_picture(body, 1, words="quite other words").marks == ()
    with pytest.raises(InputError, match="no page 2"):
        page_picture(body, 2)


def test_a_picture_comes_whole_from_the_process_that_draws_it() -> None:
    body = paper(["It ends."])
    apart = picture_apart(body, 1, words="It ends.")
    assert apart == page_picture(body, 1, words="It ends.")
    assert PagePicture.unpacked(apart.packed()) == apart
    assert len(apart.png) < 200_000


def test_an_excerpt_shows_the_passage_in_its_surroundings_and_its_page() -> None:
    document = read_pdf(paper(["The parties agree.", "It ends in May."], ["Then comes June.", "The law of Ireland applies."]))
    span = span_of(document.text, "The law of Ireland applies.")
    excerpt = document_excerpt(document.text, span, 12, pages=document.page_ranges)
    assert (excerpt.page, excerpt.exact) == (2, True)
    assert excerpt.marked() == "… comes June.\n»The law of Ireland applies.«"
    assert not document_excerpt("another text", span, 12).exact


def test_an_excerpt_steers_no_terminal() -> None:
    text = "a\x1b[31mred\x07 b"
    assert document_excerpt(text, Span(start=1, end=6, text=text[1:6])).marked() == "a» [31m«red  b"


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet="ab1.(|) \n-A", max_size=200), st.integers(0, 200), st.integers(0, 60), st.integers(0, 50))
def test_an_excerpt_holds_its_passage_and_blocks_hold_every_letter(text: str, start: int, length: int, around: int) -> None:
    start = min(start, len(text))
    span = Span(start=start, end=min(start + length, len(text)), text=text[start : start + length])
    excerpt = document_excerpt(text, span, around)
    assert excerpt.exact
    assert excerpt.passage == span.text

    covered = set[int]()
    for block in text_blocks(text):
        assert not covered & set(range(block.start, block.end))
        covered |= set(range(block.start, block.end))
    assert all(ch.isspace() for at, ch in enumerate(text) if at not in covered)
