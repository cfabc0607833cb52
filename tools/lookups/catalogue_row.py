"""A catalogue row as evidence: the text that is stored, and where in it the price, the region and the quotes stand."""

from __future__ import annotations

from pydantic import Field

from memory.domain.base import Noun
from memory.domain.catalogue import Product, Source
from memory.domain.evidence import Span
from memory.domain.money import Money


class RowEvidence(Noun):
    """The text of a row, and spans in it by name: `price`, `region`, `quote`, `region_quote`, and `tier:N` for each tier."""

    text: str
    spans: dict[str, Span] = Field(default_factory=dict)


class _Page:
    """Text that grows, and remembers where named pieces were put."""

    def __init__(self) -> None:
        self.text = ""
        self.spans: dict[str, Span] = {}

    def line(self, label: str, value: str, *, span: str = "") -> None:
        self.text += f"{label}: "
        self.piece(value, span=span)
        self.text += "\n"

    def piece(self, value: str, *, span: str = "") -> None:
        if span:
            self.spans[span] = Span(start=len(self.text), end=len(self.text) + len(value), text=value)
        self.text += value


def row_evidence(product: Product) -> RowEvidence:
    """Return the row's text and spans. Equal products give equal text, so the stored digest is stable."""
    page = _Page()
    page.line("Catalogue row", product.product_id)
    if product.fictional:
        page.line("Note", "fictional, part of the demo")
    page.line("Vendor", f"{product.vendor} ({product.vendor_id})")
    page.line("Product", f"{product.product}, {product.plan}")
    page.line("Category", product.category)
    page.line("Price", f"{'from ' if product.starting_price else ''}{product.price}", span="price")
    page.line("Priced per", f"{product.per}, billed {product.billing.value}, minimum {product.minimum} {product.counted}")
    for tier in product.tiers:
        amount = Money(amount_minor=tier.amount_minor, currency=product.price.currency)
        page.line(
            f"{tier.start:,} to {tier.up_to:,} {product.counted}", f"{amount} per {product.price.period.value}", span=f"tier:{tier.up_to}"
        )
    for limit in product.limits:
        page.line("Limit", f"{limit.name} at most {limit.amount:,} {limit.unit}", span=f"limit:{limit.name}")
    page.line("Data region", product.data_region, span="region")
    for feature in product.features:
        page.line("Has", feature)
    for feature in product.lacks:
        page.line("Does not have", feature)
    page.line("Website", product.website or "not stated")
    _put_source(page, "Price source", product.source, "quote")
    if product.region_source:
        _put_source(page, "Region source", product.region_source, "region_quote")
    return RowEvidence(text=page.text, spans=page.spans)


def row_text(product: Product) -> str:
    """Return the text of a row, as it is put into the evidence store (UTF-8, origin `catalogue`)."""
    return row_evidence(product).text


def _put_source(page: _Page, label: str, source: Source, span: str) -> None:
    dated = f", page dated {source.page_date}" if source.page_date else ""
    transcript = f", transcript of {source.transcribes}" if source.transcribes else ""
    page.line(label, f"{source.title} <{source.url}>, read on {source.read_on}{dated}{transcript}")
    page.line("Words", source.quote, span=span)
