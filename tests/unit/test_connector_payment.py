from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from memory.domain.errors import EffectRejectedError, EffectUnknownError
from memory.domain.money import Money
from memory.domain.registry import Account, Payee
from memory.domain.statement import ExpectedPayment, MatchedBy, match
from tools.connectors.base import ConnectorContext
from tools.connectors.payment import CONNECTOR, pain001
from tools.connectors.payment.bank_details import Party, sepa_name
from tools.connectors.statement import read_statement
from tools.sandbox.bank import statement_for
from tools.sandbox.gatehouse import Gatehouse
from tools.sandbox.ports import MemoryEvidence, MemoryRegistry, SetClock
from tools.vault import Secret

KIND = "payment.instruct"
VENDOR = Payee(name="Müller & Söhne GmbH", iban="NL91 ABNA 0417 1643 00", country="NL")
REGISTRY = MemoryRegistry(
    payees={
        "vendor": VENDOR,
        "wrong-check-digits": Payee(name="Vendor", iban="NL92ABNA0417164300", country="NL"),
        "wrong-bic": Payee(name="Vendor", iban="NL91ABNA0417164300", bic="ABNAZZ2A", country="NL"),
        "long": Payee(name="V" * 71, iban="NL91ABNA0417164300", country="NL"),
        "greek": Payee(name="Ωμέγα", iban="NL91ABNA0417164300", country="NL"),
        "abroad": Payee(name="Gulf Tools", iban="AE070331234567890123456", country="AE"),
        "abroad-bic": Payee(name="Gulf Tools", iban="AE070331234567890123456", bic="BOMLAEAD", country="AE"),
    },
    accounts={"main": Account(name="Solo Company", iban="DE02120300000000202051", bic="BYLADEM1001", country="DE")},
)


def connector(home: Path, registry: MemoryRegistry = REGISTRY, clock: SetClock | None = None):
    gate = Gatehouse(clock=clock or SetClock())
    return gate.through(CONNECTOR.open(ConnectorContext(home, MemoryEvidence(), registry, gate.clock, lambda _: Secret(""), gate.tokens)))


def order(**change):
    return {
        "payee_id": "vendor",
        "amount": {"amount_minor": 5712, "currency": "EUR"},
        "end_to_end_id": "QM-1",
        "remittance": "QM-1 Invoice 7",
        "execute_on": "2026-11-23",
        "debtor_account_id": "main",
    } | change


def said(home: Path, tag: str, reference: str = "QM-1") -> list[str | None]:
    return [element.text for element in ET.parse(home / "payments" / f"{reference}.xml").iter() if element.tag.endswith("}" + tag)]


def test_an_instruction_becomes_a_file_a_code_and_a_sheet(tmp_path):
    receipt = connector(tmp_path).perform(KIND, order(), key="case-1/pay/0/0")
    assert {path.name for path in (tmp_path / "payments").glob("QM-1.*")} == {"QM-1.xml", "QM-1.png", "QM-1.svg", "QM-1.txt"}
    assert said(tmp_path, "IBAN") == ["DE02120300000000202051", "NL91ABNA0417164300"]
    assert said(tmp_path, "Nm") == ["Solo Company", "Solo Company", "Muller + Sohne GmbH"]
    assert said(tmp_path, "BICFI") == ["BYLADEM1001"]
    assert not said(tmp_path, "PstlAdr")
    assert receipt.detail["payee_name_written"] == "Muller + Sohne GmbH"
    assert receipt.detail["amount_minor"] == 5712
    assert VENDOR.iban not in receipt.model_dump_json()
    sheet = (tmp_path / "payments" / "QM-1.txt").read_text()
    assert "NL91 ABNA 0417 1643 00" in sheet
    assert "57.12 EUR" in sheet
    assert "'Müller & Söhne GmbH'" in sheet


def test_the_qr_code_is_a_real_picture_of_the_epc_text(tmp_path):
    from segno import helpers

    connector(tmp_path).perform(KIND, order(), key="k")
    picture = Image.open(tmp_path / "payments" / "QM-1.png")
    expected = io.BytesIO()
    helpers.make_epc_qr("Muller + Sohne GmbH", "NL91ABNA0417164300", Decimal("57.12"), "QM-1 Invoice 7").save(expected, kind="png", scale=6)
    assert picture.convert("1").tobytes() == Image.open(expected).convert("1").tobytes()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(minor=st.integers(1, 999_999_999_99), currency=st.sampled_from(["EUR", "USD", "CHF"]))
def test_every_amount_is_written_to_the_cent_and_all_sums_agree(tmp_path_factory, minor, currency):
    home = tmp_path_factory.mktemp("pay")
    payee = "vendor" if currency == "EUR" else "abroad-bic"
    connector(home).perform(KIND, order(amount={"amount_minor": minor, "currency": currency}, payee_id=payee), key="k")
    exact = Money(amount_minor=minor, currency=currency).amount
    assert {Decimal(text or "") for text in said(home, "CtrlSum") + said(home, "InstdAmt")} == {exact}
    assert said(home, "CtrlSum") == [f"{exact:.2f}"] * 2


def test_the_same_order_at_the_same_time_gives_the_same_bytes(tmp_path):
    for folder in ("one", "two"):
        connector(tmp_path / folder).perform(KIND, order(), key="k")
    for name in ("QM-1.xml", "QM-1.txt", "QM-1.png"):
        assert (tmp_path / "one" / "payments" / name).read_bytes() == (tmp_path / "two" / "payments" / name).read_bytes()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"payee_id": "wrong-check-digits"}, "bank details of the payee 'Vendor' are wrong"),
        ({"payee_id": "wrong-bic"}, "bank details of the payee 'Vendor' are wrong"),
        ({"payee_id": "long"}, "71 characters long and a bank passes on 70"),
        ({"payee_id": "greek"}, "characters that a bank cannot pass on"),
        ({"payee_id": "nobody"}, "no payee nobody"),
        ({"debtor_account_id": "nobody"}, "no account nobody"),
        ({"payee_id": "abroad"}, "needs the payee's BIC"),
        ({"amount": {"amount_minor": 5712, "currency": "JPY"}, "payee_id": "abroad-bic"}, "minor unit does not have two digits"),
        ({"amount": {"amount_minor": 0, "currency": "EUR"}}, "more than nothing"),
        ({"amount": {"amount_minor": -1, "currency": "EUR"}}, "more than nothing"),
        ({"amount": {"amount_minor": True, "currency": "EUR"}}, "valid integer"),
        ({"amount": {"amount_minor": "5712", "currency": "EUR"}}, "valid integer"),
        ({"amount": {"amount_minor": 57.12, "currency": "EUR"}}, "not plain JSON"),
        ({"end_to_end_id": "x" * 36}, "end_to_end_id"),
        ({"end_to_end_id": "../../up"}, "end_to_end_id"),
        ({"remittance": "r" * 141}, "remittance"),
        ({"remittance": "Grüße"}, "remittance"),
        ({"execute_on": 86400 * 20787}, "execute_on"),
        ({"payee_id": "NL91 ABNA 0417 1643 00"}, "payee_id"),
    ],
)
def test_what_a_bank_would_not_take_is_refused_and_leaves_no_file(tmp_path, change, says):
    with pytest.raises(EffectRejectedError) as refused:
        connector(tmp_path).perform(KIND, order(**change), key="k")
    assert says in refused.value.message
    assert refused.value.hint
    assert not list(tmp_path.rglob("*"))


def test_a_file_that_the_published_schema_refuses_is_not_written():
    party = Party("Solo", "DE02120300000000202051", None, in_sepa=True)
    amount = Money(amount_minor=1, currency="EUR")
    order = pain001.TransferOrder("m" * 35, SetClock().now(), party, party, amount, "QM-1", "text", SetClock().now().date())
    assert pain001.written(order)
    with pytest.raises(EffectRejectedError, match=r"not be valid pain\.001\.001\.09"):
        pain001.written(replace(order, message_id="m" * 36))


def test_a_payment_outside_of_sepa_gets_a_file_with_shared_charges_and_no_code(tmp_path):
    receipt = connector(tmp_path).perform(KIND, order(payee_id="abroad-bic", amount={"amount_minor": 100, "currency": "USD"}), key="k")
    assert said(tmp_path, "ChrgBr") == ["SHAR"]
    assert not said(tmp_path, "SvcLvl")
    assert receipt.detail["qr"] is None
    assert not (tmp_path / "payments" / "QM-1.png").exists()
    assert "QR" not in (tmp_path / "payments" / "QM-1.txt").read_text()


def test_an_end_to_end_id_is_taken_once(tmp_path):
    opened = connector(tmp_path)
    opened.perform(KIND, order(), key="k")
    before = (tmp_path / "payments" / "QM-1.xml").read_bytes()
    for other, key in ((order(), "other"), (order(amount={"amount_minor": 5713, "currency": "EUR"}), "k")):
        with pytest.raises(EffectRejectedError, match="used for another payment"):
            opened.perform(KIND, other, key=key)
        with pytest.raises(EffectUnknownError, match="used for another payment"):
            opened.look_up(KIND, other, key=key)
    assert (tmp_path / "payments" / "QM-1.xml").read_bytes() == before


def test_a_file_that_was_moved_to_the_bank_is_still_known_and_not_written_again(tmp_path):
    clock = SetClock()
    opened = connector(tmp_path, clock=clock)
    receipt = opened.perform(KIND, order(), key="k")
    (tmp_path / "payments" / "QM-1.xml").unlink()
    clock.move(timedelta(days=1))
    assert opened.look_up(KIND, order(), key="k") == receipt
    assert opened.perform(KIND, order(), key="k") == receipt
    assert not (tmp_path / "payments" / "QM-1.xml").exists()


def test_an_instruction_whose_record_was_not_written_gets_it_when_it_is_found(tmp_path):
    """A run killed between the bank's file and its record, then the file uploaded and moved away: still known."""
    opened = connector(tmp_path)
    receipt = opened.perform(KIND, order(), key="k")
    (tmp_path / "payments" / ".written" / "QM-1.xml").unlink()
    assert opened.look_up(KIND, order(), key="k") == receipt
    (tmp_path / "payments" / "QM-1.xml").unlink()
    assert opened.look_up(KIND, order(), key="k") == receipt


def test_files_without_the_payment_file_are_no_instruction(tmp_path):
    """A run that was killed before the last write: nothing has been instructed, and it may be done again."""
    opened = connector(tmp_path)
    opened.perform(KIND, order(), key="k")
    (tmp_path / "payments" / "QM-1.xml").unlink()
    (tmp_path / "payments" / ".written" / "QM-1.xml").unlink()
    assert opened.look_up(KIND, order(), key="k") is None
    opened.perform(KIND, order(), key="k")
    assert (tmp_path / "payments" / "QM-1.xml").exists()


def test_an_edited_file_and_a_changed_registry_make_the_outcome_unknown(tmp_path):
    opened = connector(tmp_path)
    opened.perform(KIND, order(), key="k")
    changed = MemoryRegistry(payees={"vendor": VENDOR.model_copy(update={"iban": "DE89370400440532013000"})}, accounts=REGISTRY.accounts)
    gone = MemoryRegistry(accounts=REGISTRY.accounts)
    for registry in (changed, gone):
        for attempt in (connector(tmp_path, registry).perform, connector(tmp_path, registry).look_up):
            with pytest.raises(EffectUnknownError, match="changed since"):
                attempt(KIND, order(), key="k")
    file = tmp_path / "payments" / "QM-1.xml"
    file.write_bytes(file.read_bytes().replace(b"57.12", b"9957.12"))
    with pytest.raises(EffectUnknownError, match="changed since"):
        opened.look_up(KIND, order(), key="k")


def test_hostile_names_cannot_break_out_of_the_file(tmp_path):
    registry = MemoryRegistry(
        payees={"vendor": Payee(name="A/B ?:().,'+ - Co", iban="NL91ABNA0417164300", country="NL")}, accounts=REGISTRY.accounts
    )
    connector(tmp_path, registry).perform(KIND, order(), key="k")
    assert said(tmp_path, "Nm")[-1] == "A/B ?:().,'+ - Co"
    with pytest.raises(EffectRejectedError, match="cannot pass on: <>"):
        sepa_name("</Nm><IBAN>", "payee")


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(minor=st.integers(1, 10**9), booked=st.booleans())
def test_the_banks_answer_confirms_exactly_what_was_instructed(tmp_path_factory, minor, booked):
    home = tmp_path_factory.mktemp("pay")
    connector(home).perform(KIND, order(amount={"amount_minor": minor, "currency": "EUR"}), key="k")
    answer = statement_for((home / "payments" / "QM-1.xml").read_bytes(), SetClock(), status="BOOK" if booked else "PDNG")
    lines = read_statement(answer, file="statement.xml")
    assert lines == read_statement(answer, file="again.xml")
    payment = ExpectedPayment(
        end_to_end_id="QM-1", amount=Money(amount_minor=minor, currency="EUR"), payee_iban=VENDOR.iban, execute_on=SetClock().now().date()
    )
    assert [(m.payment, m.by) for m in match(lines, [payment]).matches] == ([(payment, MatchedBy.REFERENCE)] if booked else [])
