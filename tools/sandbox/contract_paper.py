"""Renders a vendor's contract as a PDF of two to three pages, with fields for both signatures. Equal terms give equal bytes."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from memory.domain.money import Money, Period
from tools.sandbox.contract_terms import ContractTerms, PaperParty

if TYPE_CHECKING:
    from reportlab.platypus import Flowable

CUSTOMER_FIELD, VENDOR_FIELD = "Customer", "Vendor"
_INK, _RULE = "#1f2a37", "#9aa4b2"


def contract_pdf(terms: ContractTerms) -> bytes:
    """Return the contract. The signature fields are named `Customer` and `Vendor`."""
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import SimpleDocTemplate

    body = io.BytesIO()
    document = SimpleDocTemplate(
        body,
        pagesize=A4,
        leftMargin=68,
        rightMargin=68,
        topMargin=64,
        bottomMargin=64,
        title=f"Subscription Agreement {terms.number}",
        author=terms.vendor.name,
        invariant=1,
    )

    def furnish(canvas: Any, _document: Any) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.setFillColor(_RULE)
        canvas.drawString(74, 40, f"{terms.vendor.name} - Agreement {terms.number}")
        canvas.drawRightString(A4[0] - 74, 40, f"Page {canvas.getPageNumber()}")

    document.build(_content(terms), onFirstPage=furnish, onLaterPages=furnish)
    return body.getvalue()


def _content(terms: ContractTerms) -> list[Flowable]:
    from reportlab.platypus import KeepTogether, Paragraph, Spacer

    styles = _styles()
    flow: list[Flowable] = [Paragraph("Subscription Agreement", styles["title"]), Paragraph(f"No. {escape(terms.number)}", styles["small"])]
    flow += [Spacer(1, 10), _parties(terms, styles), Spacer(1, 6), Paragraph(escape(opening(terms)), styles["text"])]
    for number, (heading, paragraphs) in enumerate(clauses(terms), start=1):
        first, *rest = [Paragraph(f"{number}.{count} {escape(text)}", styles["text"]) for count, text in enumerate(paragraphs, start=1)]
        flow.append(KeepTogether([Paragraph(f"{number}. {escape(heading)}", styles["heading"]), first]))
        flow += rest
        if number == 1:
            flow += [Spacer(1, 4), _price_table(terms), Spacer(1, 4)]
    flow.append(KeepTogether([Paragraph("Signatures", styles["heading"]), Spacer(1, 6), _signatures(terms)]))
    return flow


def opening(terms: ContractTerms) -> str:
    """Return the sentence that names the day and the parties: the same words as on paper."""
    return (
        f"This agreement takes effect on {terms.effective_on.isoformat()} (the “Effective Date”) between {terms.vendor.name} (the “Vendor”) "
        f"and {terms.customer.name} (the “Customer”)."
    )


def clauses(terms: ContractTerms) -> list[tuple[str, list[str]]]:
    """Return the contract's clauses in order, heading and paragraphs: the same words as on paper."""
    return [
        ("Subject and fees", _fees(terms)),
        ("Term and renewal", _term(terms)),
        ("Payment", _payment(terms)),
        ("Price changes", [_price_changes(terms)]),
        ("Termination", _termination()),
        ("Data protection and data residency", _data_protection(terms)),
        ("Confidentiality", _confidentiality()),
        ("Liability", _liability(terms)),
        *[(clause.heading, [clause.text]) for clause in terms.extra_clauses],
        ("Governing law and notices", _law(terms)),
    ]


def _fees(terms: ContractTerms) -> list[str]:
    per = "once" if terms.period is Period.ONCE else f"per {terms.unit} per {terms.period.value}"
    return [
        f"The Vendor provides {terms.product} to the Customer for {terms.quantity:,} {_units(terms)}.",
        (
            f"The unit price is {terms.unit_price} {per}, net of VAT. The fees of the initial term are set out in the table below; "
            f"the total, everything included, is {terms.total_all_in}. No other charge is due unless agreed in writing."
        ),
    ]


def _units(terms: ContractTerms) -> str:
    return terms.unit if terms.quantity == 1 or terms.unit.endswith("s") else f"{terms.unit}s"


def _term(terms: ContractTerms) -> list[str]:
    initial = f"The initial term is {terms.initial_months} months from the Effective Date."
    if not terms.renewal_months:
        return [initial, "This agreement ends at the end of the initial term without notice. It does not renew automatically."]
    return [
        initial,
        (
            f"This agreement renews automatically for successive periods of {terms.renewal_months} months unless either party gives notice of "
            f"non-renewal at least {terms.notice_days} days before the end of the then-current term."
        ),
        "Notice of non-renewal is given in text form; an e-mail to the address in clause “Governing law and notices” is sufficient.",
    ]


def _payment(terms: ContractTerms) -> list[str]:
    return [
        f"Invoices are payable within {terms.payment_days} days of receipt, by bank transfer in {terms.unit_price.currency}.",
        "The Vendor invoices in advance. Overdue amounts bear interest at the statutory rate; the Customer may withhold amounts disputed in good faith.",
        "The Vendor may not change its bank details by e-mail alone; a change takes effect when the Customer has confirmed it by telephone.",
    ]


def _price_changes(terms: ContractTerms) -> str:
    if terms.price_increase_cap_percent is None:
        return "The Vendor may change its prices at any renewal, by notice in text form 30 days before the change."
    return (
        "Prices are fixed during the initial term. At each renewal the Vendor may increase the fees by no more than "
        f"{terms.price_increase_cap_percent} % over the fees of the preceding term, by notice in text form at least {terms.notice_days + 30} days "
        "before the renewal."
    )


def _termination() -> list[str]:
    return [
        (
            "Either party may terminate this agreement for good cause if the other party materially breaches it and does not remedy the breach within "
            "30 days of notice."
        ),
        (
            "On termination for the Vendor's breach, prepaid fees for the time after termination are refunded within 14 days. The Customer may export its "
            "data for 30 days after the end of this agreement in a common format, at no charge; the Vendor then deletes it."
        ),
    ]


def _data_protection(terms: ContractTerms) -> list[str]:
    return [
        (
            f"The Vendor stores and processes the Customer's data only in {terms.data_region}. It does not transfer personal data elsewhere without the "
            "Customer's prior consent in text form."
        ),
        (
            "The parties enter into a data processing agreement under Article 28 GDPR, which forms part of this agreement. The Vendor notifies the Customer "
            "of a personal data breach within 48 hours of becoming aware of it."
        ),
    ]


def _confidentiality() -> list[str]:
    return [
        (
            "Each party keeps the other's confidential information secret, uses it only for this agreement, and protects it with reasonable care. "
            "This duty continues for three years after the end of this agreement."
        ),
    ]


def _liability(terms: ContractTerms) -> list[str]:
    unlimited = "Liability for intent, gross negligence, and injury to life, body or health is unlimited."
    if terms.liability_cap_months is None:
        return ["The Vendor's liability is excluded as far as the law permits.", unlimited]
    return [
        f"Each party's total liability in a contract year is limited to the fees paid or payable in the preceding {terms.liability_cap_months} months.",
        unlimited,
    ]


def _law(terms: ContractTerms) -> list[str]:
    return [
        f"This agreement is governed by the laws of {terms.governing_law}. The courts of {terms.courts} have jurisdiction.",
        f"Notices to the Vendor go to {terms.vendor.email}, notices to the Customer to {terms.customer.email}.",
        "This agreement is the entire agreement on its subject. Changes require text form. It may be signed electronically.",
    ]


def _styles() -> dict[str, Any]:
    from reportlab.lib.styles import ParagraphStyle

    text = ParagraphStyle("text", fontName="Helvetica", fontSize=9.5, leading=13.5, textColor=_INK, spaceAfter=4)
    return {
        "text": text,
        "title": ParagraphStyle("title", parent=text, fontName="Helvetica-Bold", fontSize=18, leading=22),
        "heading": ParagraphStyle("heading", parent=text, fontName="Helvetica-Bold", fontSize=11, leading=15, spaceBefore=8),
        "small": ParagraphStyle("small", parent=text, fontSize=8.5, leading=11, textColor="#5b6675"),
    }


def _parties(terms: ContractTerms, styles: dict[str, Any]) -> Flowable:
    from reportlab.platypus import Paragraph, Table

    def card(role: str, party: PaperParty) -> list[Flowable]:
        lines = "<br/>".join(escape(line) for line in (*party.address, party.email))
        return [Paragraph(role, styles["small"]), Paragraph(f"<b>{escape(party.name)}</b><br/>{lines}", styles["text"])]

    return Table(
        [[card("Vendor", terms.vendor), card("Customer", terms.customer)]],
        colWidths=[223, 224],
        hAlign="LEFT",
        style=[("LEFTPADDING", (0, 0), (-1, -1), 0)],
    )


def _price_table(terms: ContractTerms) -> Flowable:
    from reportlab.platypus import Table

    once = terms.period is Period.ONCE
    rows = [
        ["Item", "Quantity", "Unit price (net)", "Amount (net)"],
        [
            terms.product[:48],
            f"{terms.quantity:,} {terms.unit}",
            str(terms.unit_price),
            f"{terms.fee_net}{'' if once else ' per ' + terms.period.value}",
        ],
    ]
    rows += [] if once else [[f"Fees of the initial term ({terms.initial_months} months)", "", "", str(terms.fee_net * terms.periods)]]
    setup = Money(amount_minor=terms.setup_fee_minor, currency=terms.unit_price.currency)
    rows += [["Set-up fee, once", "", "", str(setup)]] if terms.setup_fee_minor else []
    rows += [
        ["Total net", "", "", str(terms.total_net)],
        [f"VAT {terms.vat_percent} %", "", "", str(terms.vat)],
        ["Total including VAT", "", "", str(terms.total_all_in)],
    ]
    style = [
        ("FONT", (0, 0), (-1, -1), "Helvetica", 9),
        ("FONT", (0, 0), (-1, 0), "Helvetica-Bold", 9),
        ("FONT", (0, -1), (-1, -1), "Helvetica-Bold", 9),
        ("ALIGN", (1, 0), (-1, -1), "RIGHT"),
        ("LINEBELOW", (0, 0), (-1, 0), 0.7, _RULE),
        ("LINEABOVE", (0, -1), (-1, -1), 0.7, _RULE),
        ("LEFTPADDING", (0, 0), (0, -1), 0),
    ]
    return Table(rows, colWidths=[183, 78, 84, 102], hAlign="LEFT", style=style)


def _signatures(terms: ContractTerms) -> Flowable:
    from reportlab.platypus import Flowable as BaseFlowable

    class SignatureFields(BaseFlowable):  # type: ignore[misc]  # reportlab has no types
        """Two boxes side by side, each an empty signature field of the PDF."""

        def wrap(self, _width: float, _height: float) -> tuple[float, float]:
            return 447, 118

        def draw(self) -> None:
            for left, name, party in ((0, CUSTOMER_FIELD, terms.customer), (235, VENDOR_FIELD, terms.vendor)):
                self._draw_field(left, name, party)

        def _draw_field(self, left: int, name: str, party: PaperParty) -> None:
            canvas = self.canv
            canvas.setStrokeColor(_RULE)
            canvas.rect(left, 34, 212, 70, stroke=1, fill=0)
            canvas.setFillColor(_INK)
            canvas.setFont("Helvetica", 8.5)
            canvas.drawString(left, 108, f"For the {name}")
            canvas.drawString(left, 20, f"{party.signatory}, {party.title}")
            canvas.drawString(left, 8, party.name)
            x, y = canvas.absolutePosition(left, 34)
            _add_field(canvas, name, (x, y, x + 212, y + 70))

    return SignatureFields()


def _add_field(canvas: Any, name: str, box: tuple[float, float, float, float]) -> None:
    """Add an empty signature field (ISO 32000-1, 12.7.4.5). reportlab's own form methods have no such kind."""
    from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFString

    shown_and_printed = 4
    entries = {"Type": PDFName("Annot"), "Subtype": PDFName("Widget"), "FT": PDFName("Sig"), "T": PDFString(name), "F": shown_and_printed}
    field = PDFDictionary(entries | {"Rect": PDFArray([round(side, 2) for side in box])})
    canvas._addAnnotation(field)  # noqa: SLF001 - reportlab offers no public way
    canvas.acroForm.fields.append(canvas._doc.Reference(field))  # noqa: SLF001
