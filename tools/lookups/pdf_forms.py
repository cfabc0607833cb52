"""What was filled into a PDF's form fields, and typed onto its pages, is part of what the page says."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pypdfium2 import PdfDocument, PdfPage


def opened_page(document: PdfDocument, number: int) -> PdfPage:
    """Return a page with its filled fields, typed notes and stamps drawn into it, as a viewer shows it."""
    import pypdfium2.raw as pdfium

    page = document[number]
    if not _has_words_on_top(page):
        return page
    pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY)
    page.close()
    return document[number]


def _has_words_on_top(page: PdfPage) -> bool:
    import pypdfium2.raw as pdfium

    wanted = (pdfium.FPDF_ANNOT_WIDGET, pdfium.FPDF_ANNOT_FREETEXT, pdfium.FPDF_ANNOT_STAMP)
    for at in range(min(pdfium.FPDFPage_GetAnnotCount(page), 1000)):
        note = pdfium.FPDFPage_GetAnnot(page, at)
        kind = pdfium.FPDFAnnot_GetSubtype(note)
        pdfium.FPDFPage_CloseAnnot(note)
        if kind in wanted:
            return True
    return False
