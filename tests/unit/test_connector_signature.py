from __future__ import annotations

import asyncio
import contextlib
import io
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from reportlab.pdfgen.canvas import Canvas

from memory.domain.errors import EffectRejectedError, EffectUnknownError, InputError
from memory.domain.evidence import Origin
from memory.domain.money import Money, Period
from memory.domain.registry import Signatory
from tools.connectors.base import ConnectorContext
from tools.connectors.signature import CONNECTOR, PASSPHRASE, PKCS12, make_signing_identity, verify, verify_all
from tools.connectors.signature.signing import load_signer
from tools.sandbox.contract_paper import contract_pdf
from tools.sandbox.contract_terms import ContractTerms, PaperParty
from tools.sandbox.gatehouse import Gatehouse
from tools.sandbox.ports import MemoryEvidence, MemoryRegistry, SetClock
from tools.vault import Secret

KIND = "contract.sign"
NOW = SetClock().now()
TERMS = ContractTerms(
    number="A-1",
    vendor=PaperParty(name="Nordlicht Mail GmbH", email="legal@vendor.example", signatory="Ida Brandt"),
    customer=PaperParty(name="Solo Company", email="ada@solo.example", signatory="Ada Solo"),
    product="Campaigns",
    quantity=1,
    unit="plan",
    unit_price=Money(amount_minor=4900, currency="EUR"),
    period=Period.MONTH,
    vat_percent=19,
    effective_on=date(2026, 12, 1),
    initial_months=12,
)
PAPER = contract_pdf(TERMS)


@pytest.fixture(scope="module")
def identities():
    return {
        name: make_signing_identity(name, email, SetClock())
        for name, email in (("Ada Solo", "ada@solo.example"), ("Ida Brandt", "ida@vendor.example"))
    }


class Desk:
    """One signatory's connector with its evidence store."""

    def __init__(self, home: Path, identity, clock: SetClock | None = None, evidence: MemoryEvidence | None = None) -> None:
        self.evidence = evidence or MemoryEvidence()
        people = {
            "ada": Signatory(name="Ada Solo", email="ada@solo.example", title="Owner"),
            "ida": Signatory(name="Ida Brandt", email="ida@vendor.example"),
        }
        secrets = {PKCS12: identity.pkcs12, PASSPHRASE: identity.passphrase}
        gate = Gatehouse(clock=clock or SetClock())
        people_here = MemoryRegistry(signatories=people)
        context = ConnectorContext(home, self.evidence, people_here, gate.clock, secrets.__getitem__, gate.tokens)
        self.connector = gate.through(CONNECTOR.open(context))

    def payload(self, body: bytes = PAPER, **change):
        digest = self.evidence.put(body, media_type="application/pdf", origin=Origin.VENDOR_DOCUMENT)
        return {"contract": digest, "vendor_id": "v", "signatory_id": "ada", "reason": "Approved: case-1", "field": "Customer"} | change

    def sign(self, body: bytes = PAPER, key: str = "k", **change) -> bytes:
        return self.evidence.get(self.connector.perform(KIND, self.payload(body, **change), key=key).reference)


@pytest.fixture
def desk(tmp_path, identities):
    return Desk(tmp_path, identities["Ada Solo"])


@pytest.fixture(scope="module")
def root(identities):
    return identities["Ada Solo"].root_pem


@pytest.fixture(scope="module")
def fresh_desk(tmp_path_factory, identities):
    return lambda: Desk(tmp_path_factory.mktemp("desk"), identities["Ada Solo"])


@pytest.fixture(scope="module")
def whole(tmp_path_factory, identities) -> bytes:
    return Desk(tmp_path_factory.mktemp("whole"), identities["Ada Solo"]).sign()


def test_a_signed_contract_is_sound_and_says_who_when_and_why(desk, root):
    check = verify(desk.sign(), [root], at=NOW)
    assert check.sound
    assert (check.signer, check.signed_at, check.reason, check.field) == ("Ada Solo", NOW, "Approved: case-1", "Customer")
    assert check.covers_whole_document
    assert check.modification_level == "NONE"


def test_the_documents_own_bytes_stay_as_they_were_approved(desk):
    assert desk.sign().startswith(PAPER)


def test_the_stamp_stands_in_the_contracts_own_field(desk):
    import pypdfium2

    document = pypdfium2.PdfDocument(desk.sign())
    document.init_forms()
    before = pypdfium2.PdfDocument(PAPER)
    last = len(document) - 1
    assert len(before) == len(document)
    signed, plain = (pages[last].render(may_draw_forms=True).to_pil().convert("L") for pages in (document, before))
    changed = [at for at, (one, other) in enumerate(zip(signed.tobytes(), plain.tobytes(), strict=True)) if one != other]
    assert changed
    assert all(at % signed.width < signed.width // 2 for at in changed)
    document.close()
    before.close()


def test_a_signature_under_an_unknown_root_is_intact_but_not_trusted(desk, identities):
    check = verify(desk.sign(), [identities["Ida Brandt"].root_pem], at=NOW)
    assert (check.intact, check.trusted, check.bottom_line, check.sound) == (True, False, False, False)
    assert not verify(desk.sign(), [], at=NOW).sound


@pytest.mark.parametrize("where", [0.1, 0.3, 0.5])
def test_one_flipped_byte_of_the_contract_breaks_the_signature(desk, root, where):
    body = bytearray(desk.sign())
    at = PAPER.index(b"stream", int(len(PAPER) * where)) + 12
    body[at] ^= 1
    assert not verify(bytes(body), [root], at=NOW).sound


@settings(max_examples=150, deadline=None)
@given(place=st.integers(0, 10**6), value=st.integers(0, 255))
def test_no_changed_byte_anywhere_leaves_the_signature_sound(whole, root, place, value):
    """But for the one hole in which the signature itself stands: its bytes sign the others and cannot sign themselves."""
    body = bytearray(whole)
    at = place % len(body)
    hole = range(whole.index(b"/Contents <") + len(b"/Contents <"), whole.index(b">", whole.index(b"/Contents <")))
    assume(body[at] != value and at not in hole)
    body[at] = value
    with contextlib.suppress(InputError):
        assert not verify(bytes(body), [root], at=NOW).sound


JUNK = st.sampled_from([b"", b"<<", b"9999999999 0 R", b"/Kids", b"\xff\xfe", b"(", b"-1"])


@settings(max_examples=100, deadline=None)
@given(place=st.integers(0, 10**6), cut=st.integers(0, 60), junk=JUNK)
def test_a_damaged_document_is_refused_or_signed_soundly_and_nothing_else_happens(fresh_desk, root, place, cut, junk):
    at = place % len(PAPER)
    with contextlib.suppress(EffectRejectedError):
        assert verify(fresh_desk().sign(PAPER[:at] + junk + PAPER[at + cut :]), [root], at=NOW).sound


def test_a_later_edit_of_the_page_is_noticed_although_the_signed_part_is_intact(desk, root):
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    writer = IncrementalPdfFileWriter(io.BytesIO(desk.sign()))
    stream = generic.StreamObject(stream_data=b"BT /F1 30 Tf 100 600 Td (and all your data) Tj ET")
    writer.add_stream_to_page(0, writer.add_object(stream))
    edited = io.BytesIO()
    writer.write(edited)
    check = verify(edited.getvalue(), [root], at=NOW)
    assert check.intact
    assert not check.covers_whole_document
    assert check.modification_level == "OTHER"
    assert not check.bottom_line
    assert not check.sound


def test_the_first_signature_certifies_so_that_only_signatures_and_fields_may_follow(desk):
    from pyhanko.pdf_utils.reader import PdfFileReader

    assert PdfFileReader(io.BytesIO(PAPER)).root.get("/Perms") is None
    reader = PdfFileReader(io.BytesIO(desk.sign()))
    assert reader.root["/Perms"]["/DocMDP"].get_object() == reader.embedded_signatures[0].sig_object
    assert reader.embedded_signatures[0].docmdp_level.value == 2


def test_a_note_put_on_the_page_after_an_uncertified_signature_is_noticed(identities):
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import signers

    identity = identities["Ida Brandt"]
    metadata = signers.PdfSignatureMetadata(field_name="Vendor", md_algorithm="sha256")
    signed = signers.sign_pdf(
        IncrementalPdfFileWriter(io.BytesIO(PAPER)), metadata, signer=load_signer(identity.pkcs12, identity.passphrase)
    )
    assert verify(signed.getvalue(), [identity.root_pem], at=NOW).sound
    writer = IncrementalPdfFileWriter(signed)
    box = generic.ArrayObject(map(generic.NumberObject, (100, 600, 300, 700)))
    note = generic.DictionaryObject(
        {generic.pdf_name("/Type"): generic.pdf_name("/Annot"), generic.pdf_name("/Subtype"): generic.pdf_name("/FreeText")}
    )
    note[generic.pdf_name("/Rect")] = box
    note[generic.pdf_name("/Contents")] = generic.pdf_string("The price is 1 EUR")
    writer.register_annotation(writer.find_page_for_modification(0)[0], writer.add_object(note))
    noted = io.BytesIO()
    writer.write(noted)
    check = verify(noted.getvalue(), [identity.root_pem], at=NOW)
    assert (check.intact, check.trusted, check.covers_whole_document) == (True, True, False)
    assert not check.sound


def test_the_vendors_countersignature_leaves_ours_sound(tmp_path, desk, root, identities):
    ours = desk.sign()
    vendor = Desk(tmp_path / "vendor", identities["Ida Brandt"])
    both = vendor.sign(ours, signatory_id="ida", field="Vendor", reason="Agreed")
    first, second = verify_all(both, [root, identities["Ida Brandt"].root_pem], at=NOW)
    assert (first.field, first.sound, first.covers_whole_document, first.modification_level) == ("Customer", True, False, "FORM_FILLING")
    assert (second.field, second.sound, second.covers_whole_document) == ("Vendor", True, True)
    assert verify(both, [root], at=NOW, field="Customer").signer == "Ada Solo"


def test_a_certificate_that_has_run_out_is_neither_used_nor_trusted(tmp_path, desk, root, identities):
    signed = desk.sign()
    later = NOW + timedelta(days=4 * 365)
    assert not verify(signed, [root], at=later).sound
    with pytest.raises(EffectRejectedError, match="valid from 2026-11-21 to 2029-11-21"):
        Desk(tmp_path / "later", identities["Ada Solo"], SetClock(later)).sign()


def plain() -> bytes:
    body = io.BytesIO()
    canvas = Canvas(body, invariant=1)
    canvas.drawString(100, 700, "A contract")
    canvas.linkURL("https://vendor.example", (100, 690, 200, 710))
    canvas.save()
    return body.getvalue()


def fillable() -> bytes:
    body = io.BytesIO()
    canvas = Canvas(body, invariant=1)
    canvas.drawString(100, 700, "Price:")
    canvas.acroForm.textfield(name="price", value="49.00", x=150, y=690)
    canvas.save()
    return body.getvalue()


def scripted(place: str, value: dict[str, object]) -> bytes:
    """A PDF with one more entry in its catalogue, or in its page, or in its first annotation."""
    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

    def as_pdf(content):
        if isinstance(content, dict):
            return generic.DictionaryObject({generic.pdf_name(name): as_pdf(item) for name, item in content.items()})
        if isinstance(content, list):
            return generic.ArrayObject(map(as_pdf, content))
        return generic.pdf_name(content) if content.startswith("/") else generic.pdf_string(content)

    writer = IncrementalPdfFileWriter(io.BytesIO(plain()))
    page = writer.root["/Pages"]["/Kids"][0]
    holder = {"catalogue": writer.root, "page": page, "annotation": page["/Annots"][0]}[place]
    for name, item in value.items():
        holder[generic.pdf_name(name)] = as_pdf(item)
    writer.update_container(holder)
    body = io.BytesIO()
    writer.write(body)
    return body.getvalue()


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "is not a PDF"),
        (b"PK\x03\x04 a word document", "is not a PDF"),
        (b"%PDF-1.7\nnothing more", "damaged PDF"),
        (PAPER[:2000], "damaged PDF"),
        (scripted("catalogue", {"/OpenAction": {"/S": "/JavaScript", "/JS": "app.alert"}}), "active content (/JavaScript)"),
        (scripted("catalogue", {"/OpenAction": {"/S": "/Launch", "/F": "calc"}}), "active content (/Launch)"),
        (scripted("catalogue", {"/AA": {"/WC": {"/S": "/JavaScript"}}}), "active content (/AA)"),
        (scripted("catalogue", {"/Names": {"/JavaScript": {}}}), "active content (/JavaScript)"),
        (scripted("catalogue", {"/AcroForm": {"/XFA": "x"}}), "active content (/XFA)"),
        (fillable(), "active content (fields to fill in)"),
        (scripted("catalogue", {"/AcroForm": {"/Fields": [{"/T": "a", "/FT": "/Tx"}]}}), "active content (fields to fill in)"),
        (scripted("catalogue", {"/AcroForm": {"/Fields": [{"/T": "a", "/Kids": [{"/FT": "/Ch"}]}]}}), "active content (fields to fill in)"),
        (scripted("page", {"/AA": {"/O": {"/S": "/JavaScript", "/JS": "app.alert"}}}), "active content (/JavaScript)"),
        (scripted("annotation", {"/A": {"/S": "/SubmitForm"}}), "active content (/SubmitForm)"),
    ],
)
def test_what_is_no_plain_whole_pdf_is_not_signed(desk, body, says):
    with pytest.raises(EffectRejectedError) as refused:
        desk.sign(body)
    assert says in refused.value.message
    assert refused.value.hint
    assert not (desk.connector.connector.context.home_files / "contracts").exists()


def test_a_plain_pdf_with_a_link_and_without_fields_gets_a_field(desk, root):
    assert verify(desk.sign(plain()), [root], at=NOW).sound


def test_a_locked_pdf_is_not_signed(desk):
    from reportlab.lib.pdfencrypt import StandardEncryption

    body = io.BytesIO()
    canvas = Canvas(body, encrypt=StandardEncryption("secret", canPrint=0))
    canvas.drawString(100, 700, "A contract")
    canvas.save()
    with pytest.raises(EffectRejectedError, match="locked with a password"):
        desk.sign(body.getvalue())


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"contract": "0" * 64}, "no evidence"),
        ({"signatory_id": "nobody"}, "no signatory nobody"),
        ({"signatory_id": "ida"}, "not that of Ida Brandt"),
        ({"reason": "two\nlines"}, "reason"),
    ],
)
def test_the_wrong_document_or_person_is_refused(desk, change, says):
    with pytest.raises(EffectRejectedError, match=says):
        desk.sign(**change)


def test_a_field_is_signed_once(desk):
    with pytest.raises(EffectRejectedError, match="signed already"):
        desk.sign(desk.sign(), key="other")


def test_bytes_that_are_not_those_approved_are_refused(desk):
    digest = desk.payload()["contract"]
    desk.evidence.kept[digest] = (PAPER + b"\n", "application/pdf", Origin.VENDOR_DOCUMENT)
    with pytest.raises(EffectRejectedError, match="not those that were approved"):
        desk.connector.perform(KIND, desk.payload(), key="k")


def test_a_wrong_passphrase_is_refused(tmp_path, identities):
    identity = identities["Ada Solo"]
    wrong = type(identity)(identity.pkcs12, Secret("wrong"), identity.root_pem)
    with pytest.raises(EffectRejectedError, match="does not open"):
        Desk(tmp_path, wrong).sign()


def test_a_key_that_signed_one_contract_signs_no_other(desk):
    desk.sign()
    other = desk.payload(reason="Another reason")
    with pytest.raises(EffectRejectedError, match="signed something else"):
        desk.connector.perform(KIND, other, key="k")
    with pytest.raises(EffectUnknownError, match="signed something else"):
        desk.connector.look_up(KIND, other, key="k")


def test_an_interrupted_signing_is_finished_or_done_again_never_twice(desk):
    """Killed after the record: the visible copy is put there again. Killed before it: nothing was signed."""
    first = desk.sign()
    contracts = desk.connector.connector.context.home_files / "contracts"
    (visible,) = contracts.glob("*-signed.pdf")
    visible.unlink()
    assert desk.sign() == first
    assert visible.read_bytes() == first
    (record,) = (contracts / ".signed").glob("*.json")
    record.unlink()
    assert desk.connector.look_up(KIND, desk.payload(), key="k") is None


@pytest.mark.parametrize("damage", [b"{}", b"no json", b'{"at":"x","payload":"y","signed":"z"}'])
def test_a_damaged_record_makes_the_outcome_unknown(desk, damage):
    desk.sign()
    (record,) = (desk.connector.connector.context.home_files / "contracts" / ".signed").glob("*.json")
    record.write_bytes(damage)
    for attempt in (desk.connector.perform, desk.connector.look_up):
        with pytest.raises(EffectUnknownError, match="damaged"):
            attempt(KIND, desk.payload(), key="k")


def test_signing_and_verifying_work_inside_a_running_event_loop(desk, root):
    async def inside() -> bool:
        return verify(desk.sign(), [root], at=NOW).sound

    assert asyncio.run(inside())


@pytest.mark.parametrize("body", [b"hello", b"%PDF-1.4 broken", PAPER])
def test_verifying_what_carries_no_signature_is_an_input_error_with_a_hint(body):
    with pytest.raises(InputError) as refused:
        verify(body, [], at=NOW)
    assert refused.value.hint


def test_an_identity_hides_its_secrets_and_can_issue_nothing_else(identities):
    from cryptography.hazmat.primitives.serialization import pkcs12

    identity = identities["Ada Solo"]
    assert b"PRIVATE" not in identity.root_pem
    assert repr(identity).count("Secret(****)") == 2
    key, own, others = pkcs12.load_key_and_certificates(identity.pkcs12.reveal(), identity.passphrase.reveal())
    assert key.public_key() == own.public_key()
    assert [other.public_key() == key.public_key() for other in others] == [False]
