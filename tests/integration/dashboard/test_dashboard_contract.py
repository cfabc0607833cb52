"""The contract's page: every finding can be opened where it stands, and a stranger's words stay words."""

from __future__ import annotations

import io

import pytest
import sqlalchemy as sa
from reportlab.pdfgen.canvas import Canvas

from app.wording import plain
from memory.domain.base import sha256_hex
from memory.domain.contract import Certainty, Clause, ClauseKind, ContractReview, Finding, Severity
from memory.domain.errors import NotFoundError
from memory.domain.events import contracts as co
from memory.domain.evidence import Origin, Span
from memory.schema import events, evidence
from memory.views.contract_document import contract_document
from tools.lookups.documents import read_document

_HOSTILE = "Renewal is [automatic](http://evil.example) ![i](http://evil.example/i.png) <b>and</b> costs $9$ :material/verified:."


def words(app) -> str:
    kinds = (app.title, app.text, app.caption, app.markdown, app.code, app.warning, app.error)
    return "\n".join(str(item.value) for kind in kinds for item in kind)


def paper() -> bytes:
    body = io.BytesIO()
    canvas = Canvas(body)
    for lines in (
        ["Agreement", 'Here "Renewal" means a **further** year.', "The parties agree as follows."],
        [_HOSTILE, "The law of Ireland applies."],
    ):
        canvas.setFont("Helvetica", 8)
        for number, line in enumerate(lines):
            canvas.drawString(40, 800 - 16 * number, line)
        canvas.showPage()
    canvas.save()
    return body.getvalue()


@pytest.fixture
def imported(seed):
    body = paper()
    text = read_document(body, "terms.pdf").text
    digest = seed.office.evidence.put(body, media_type="application/pdf", origin=Origin.VENDOR_DOCUMENT, source="terms.pdf")
    kept = seed.keep(text, Origin.VENDOR_DOCUMENT, "text of terms.pdf")

    def span(sentence: str) -> Span:
        return Span(start=text.index(sentence), end=text.index(sentence) + len(sentence), text=sentence)

    review = ContractReview(
        contract=digest,
        text=kept,
        pages=2,
        clauses=(
            Clause(kind=ClauseKind.GOVERNING_LAW, span=span("The law of Ireland applies."), value="Ireland", certainty=Certainty.UNSURE),
        ),
        findings=(
            Finding(severity=Severity.NOTE, text="nothing is said about data"),
            Finding(severity=Severity.CONCERN, text="it renews by itself", clause=ClauseKind.RENEWAL, span=span(_HOSTILE)),
        ),
    )
    seed.act("workspace", co.ContractImported(vendor_id="brieflark", filename="terms.pdf", review=review), actor="operator")
    return seed, digest


def test_a_finding_opens_on_its_page_and_then_as_words_that_stay_words(imported, opened) -> None:
    seed, digest = imported
    app = opened(seed.office.home.root, "contract", contract=digest, passage="finding-1")

    assert "it renews by itself" in words(app)
    assert "Page 2 of 2, the passage is marked" in words(app)
    assert "Meaning of Renewal" in words(app)
    assert 'Agreement\nHere "Renewal" means a **further** year.' in [item.value for item in app.code]

    app = next(control for control in app.get("button_group") if control.key == "document-way").set_value("Text").run()
    assert f":orange-background[**{plain(_HOSTILE)}**]" in words(app)
    assert "[automatic](http" not in "\n".join(str(m.value) for m in app.markdown)


def test_a_contract_is_found_by_the_beginning_of_its_digest_and_lists_what_is_unsure(imported) -> None:
    seed, digest = imported
    document = contract_document(seed.office.database, digest[:10])

    assert [(p.key, p.certainty) for p in document.passages] == [("finding-1", Certainty.SURE), ("clause-0", Certainty.UNSURE)]
    assert document.text[document.passages[0].span.start : document.passages[0].span.end] == _HOSTILE
    assert (document.has_pages, document.filename) == (True, "terms.pdf")
    for unknown in ("", digest[:3], sha256_hex(b"another"), "%" * 12):
        with pytest.raises(NotFoundError):
            contract_document(seed.office.database, unknown)


def test_the_list_leads_to_a_contract(imported, opened) -> None:
    seed, digest = imported
    app = opened(seed.office.home.root, "contract")
    assert app.title[0].value == "1 contract"

    app.button(key=f"go-{digest[:20]}").click().run()
    assert app.title[0].value.startswith("Contract with")


def test_a_risk_before_the_operator_leads_to_its_place_in_the_contract(opened, furnished) -> None:
    app = opened(furnished.home, "approvals")
    links = [str(link.proto) for link in app.get("page_link")]
    assert any("In the document" in link and "passage=finding-" in link for link in links)


_PASTED = """Agreement between Acme Mail GmbH ("Provider") and Ann Lee ("Customer").
1. This agreement is effective as of 1 March 2026. The initial term is 12 months.
9. Exclusivity. During the Term Customer shall not purchase similar services from any [competitor](http://evil.example) of Provider.
"""


def kept_in(seed) -> tuple[int | None, int | None]:
    """Return how many events and pieces of evidence a home holds."""
    with seed.office.database.connect() as connection:
        found = [connection.scalar(sa.select(sa.func.count()).select_from(table)) for table in (events, evidence)]
    return found[0], found[1]


def test_a_paper_is_pasted_or_handed_in_and_held_against_the_policy_in_plain_words_and_nothing_is_written(imported, opened) -> None:
    seed, _ = imported
    before = kept_in(seed)
    app = opened(seed.office.home.root, "contract")

    app.text_area(key="paper-text").set_value(_PASTED)
    next(button for button in app.button if button.label == "Check it").click().run()
    assert "it has a clause on exclusivity" in words(app)
    assert any(item.value.endswith("from any [competitor](http://evil.example) of Provider.") for item in app.code)
    assert "[competitor](http" not in "\n".join(str(item.value) for item in (*app.markdown, *app.caption))

    app.file_uploader(key="paper-file").set_value(("terms.pdf", b"%PDF-1.7 broken", "application/pdf"))
    next(button for button in app.button if button.label == "Check it").click().run()
    assert not app.exception
    assert "the PDF is damaged" in app.error[0].proto.title
    assert kept_in(seed) == before
