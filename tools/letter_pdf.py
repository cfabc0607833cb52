"""A letter as a PDF that is ready to print, sign and post: address block where a window envelope shows it (DIN 5008, form B)."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape

_LETTERS = "cp1252"  # what the fonts that every PDF reader has can show
_PLAIN = str.maketrans({"\u2011": "-", "\u2010": "-", "\u202f": " ", "\u2009": " ", "ł": "l", "Ł": "L", "đ": "d", "\u0131": "i"})
#: Points: 25 mm from the left; the window begins 45 mm, the text 98 mm from the top of the page.
_LEFT, _RIGHT, _WINDOW, _TEXT, _BOTTOM = 71, 57, 128, 278, 71
_HOLDS = 45  # letters in a line of the address block


def letter_pdf(*, sender: Sequence[str], to: Sequence[str], dated: str, subject: str, body: str) -> bytes:
    """Return the letter, with room for a signature; equal letters give equal bytes.

    A letter of another script than Latin is shown as its nearest plain one, or as a question mark.
    """
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import BaseDocTemplate, Frame, NextPageTemplate, PageTemplate, Paragraph, Spacer

    width, height = A4
    plain = ParagraphStyle("text", fontName="Helvetica", fontSize=10.5, leading=14.5, spaceAfter=7)
    bold = ParagraphStyle("subject", parent=plain, fontName="Helvetica-Bold", spaceAfter=12)
    first = Frame(_LEFT, _BOTTOM, width - _LEFT - _RIGHT, height - _TEXT - _BOTTOM, 0, 0, 0, 0)
    later = Frame(_LEFT, _BOTTOM, width - _LEFT - _RIGHT, height - 2 * _BOTTOM, 0, 0, 0, 0)

    def furnish(canvas: Any, _document: Any) -> None:
        canvas.setFont("Helvetica", 7)
        canvas.drawString(_LEFT, height - _WINDOW - 8, " · ".join(_shown(line) for line in sender)[:110])
        canvas.setFont("Helvetica", 10.5)
        for number, line in enumerate(_address(to)):
            canvas.drawString(_LEFT, height - _WINDOW - 24 - 13 * number, _shown(line))
        canvas.drawRightString(width - _RIGHT, height - _TEXT + 18, _shown(dated))

    pages = [PageTemplate("first", [first], onPage=furnish), PageTemplate("later", [later])]
    out = io.BytesIO()
    document = BaseDocTemplate(
        out, pagesize=A4, pageTemplates=pages, title=_shown(subject), author=_shown(sender[0] if sender else ""), invariant=1
    )
    lines = [Paragraph(escape(_shown(line)), plain) if line.strip() else Spacer(1, 6) for line in body.split("\n")]
    signature = [Spacer(1, 44), Paragraph("_" * 36, plain), Paragraph(escape(_shown(sender[0] if sender else "")), plain)]
    document.build([NextPageTemplate("later"), Paragraph(escape(_shown(subject)), bold), *lines, *signature])
    return out.getvalue()


def address_lines(name: str, written: str) -> tuple[str, ...]:
    """Return an address as a contract writes it, line by line under the name: parted where it has line breaks, semicolons or commas."""
    rough = written.replace("\r", "\n").replace(";", "\n")
    parts = rough.split("\n") if "\n" in rough.strip() else rough.split(",")
    lines = [" ".join(part.split()).strip(" .") for part in parts]
    lines = [line for line in lines if line]
    if lines:
        lines[0] = lines[0].rpartition(":")[2].strip() or lines[0]  # "the Provider at: Acme Mail GmbH"
    named = lines and lines[0].casefold().startswith(name.casefold()[:12])
    return tuple(lines if named else [name, *lines])


def _address(to: Sequence[str]) -> list[str]:
    """Return at most seven lines that fit the window."""
    lines: list[str] = []
    for line in to:
        cut = line if len(line) <= _HOLDS else line[: line.rfind(" ", 0, _HOLDS) if " " in line[:_HOLDS] else _HOLDS]
        lines += [cut, *([line[len(cut) :].strip()[:_HOLDS]] if len(line) > len(cut) else [])]
    return lines[:7]


def _shown(text: str) -> str:
    plain = text.translate(_PLAIN)
    return "".join(sign if sign.encode(_LETTERS, "ignore") else _folded(sign) for sign in plain)


def _folded(sign: str) -> str:
    base = "".join(part for part in unicodedata.normalize("NFKD", sign) if part.encode(_LETTERS, "ignore"))
    return base or "?"
