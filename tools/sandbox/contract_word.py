"""Renders a vendor's contract as a Word file: the same words as on its PDF."""

from __future__ import annotations

import io

from tools.sandbox.contract_paper import clauses, opening
from tools.sandbox.contract_terms import ContractTerms


def contract_word(terms: ContractTerms) -> bytes:
    """Return the contract as DOCX, without the table of fees, whose sums the clauses state."""
    from docx import Document

    paper = Document()
    paper.core_properties.title = f"Subscription Agreement {terms.number}"
    paper.add_heading("Subscription Agreement", level=0)
    paper.add_paragraph(opening(terms))
    for number, (heading, paragraphs) in enumerate(clauses(terms), start=1):
        paper.add_heading(f"{number}. {heading}", level=1)
        for count, text in enumerate(paragraphs, start=1):
            paper.add_paragraph(f"{number}.{count} {text}")
    body = io.BytesIO()
    paper.save(body)
    return body.getvalue()
