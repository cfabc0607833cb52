"""The print of a text as a PDF: what came as a Word file, a page or plain text, so that it can be signed. Equal texts give equal bytes."""

from __future__ import annotations

import io
from typing import Any
from xml.sax.saxutils import escape

from memory.domain.errors import InputError

_LETTERS = "cp1252"  # what the fonts that every PDF reader has can show
#: Signs that have a plain form of the same meaning.
_PLAIN = str.maketrans({"\u2011": "-", "\u2010": "-", "\u202f": " ", "\u2009": " ", "\u2610": "[ ]", "\u2611": "[x]", "\u2612": "[x]"})
_FEET = {"leftMargin": 68, "rightMargin": 68, "topMargin": 64, "bottomMargin": 110}  # below the text is room for a signature


def print_of(text: str, *, title: str, digest: str) -> bytes:
    """Return a PDF with every word of a text; its first line and each page name the file it was printed from and that file's digest.

    Raises `InputError` when the text holds letters that it cannot show: a print must not leave out anything.
    """
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import SimpleDocTemplate

    plain = text.translate(_PLAIN)
    strange = sorted({sign for sign in plain if not _shown(sign)})
    if strange:
        raise InputError(
            f"{title}: letters that a print cannot show ({' '.join(strange[:5])})",
            hint="ask for the contract as a PDF, which can be signed as it is",
        )
    body = io.BytesIO()
    foot = f"Print of {title.translate(_PLAIN).encode(_LETTERS, 'replace').decode(_LETTERS)[:60]}, sha256 {digest}"

    def furnish(canvas: Any, _document: Any) -> None:
        canvas.setFont("Helvetica", 7)
        canvas.drawString(74, 40, foot)
        canvas.drawRightString(A4[0] - 74, 40, f"Page {canvas.getPageNumber()}")

    document = SimpleDocTemplate(body, pagesize=A4, title=title, invariant=1, **_FEET)
    document.build(_lines(f"{foot}\n\n{plain}"), onFirstPage=furnish, onLaterPages=furnish)
    return body.getvalue()


def _shown(sign: str) -> bool:
    return sign in "\n\t\r" or bool(sign.encode(_LETTERS, "ignore"))


def _lines(text: str) -> list[Any]:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.platypus import Paragraph, Spacer

    style = ParagraphStyle("text", fontName="Helvetica", fontSize=9.5, leading=13, spaceAfter=4)
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return [Paragraph(escape(line), style) if line else Spacer(1, 4) for line in lines]
