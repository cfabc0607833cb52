"""The payment file: ISO 20022 `pain.001.001.09`, one credit transfer.

Version 09 is the 2019 edition of the message, on which the SEPA rulebooks have been based since March 2024; banks are retiring the
2009 edition (03). Addresses are left out: since November 2026 the rulebooks refuse unstructured ones, and a name with
an IBAN needs none. sepaxml writes the message; what it leaves to chance (ids, the time) is set here, so that
the same order always gives the same bytes, and the finished file is validated against the published schema.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from memory.domain.errors import EffectRejectedError
from memory.domain.money import Money, exponent
from tools.connectors.payment.bank_details import Party

if TYPE_CHECKING:
    import xmlschema

SCHEMA = "pain.001.001.09"
NAMESPACE = f"urn:iso:std:iso:20022:tech:xsd:{SCHEMA}"
_NS = {"p": NAMESPACE}


@dataclass(frozen=True)
class TransferOrder:
    """Everything the file says. `message_id` (at most 35 characters) names the file itself, `end_to_end_id` the payment."""

    message_id: str
    created_at: datetime
    debtor: Party
    creditor: Party
    amount: Money
    end_to_end_id: str
    remittance: str
    execute_on: date

    @property
    def sepa(self) -> bool:
        """Whether this is a SEPA credit transfer: euro, between two accounts of the SEPA area."""
        return self.amount.currency == "EUR" and self.debtor.in_sepa and self.creditor.in_sepa


def written(order: TransferOrder) -> bytes:
    """Return the file. Raises `EffectRejectedError` when the order cannot be expressed in it."""
    if exponent(order.amount.currency) != 2:
        raise EffectRejectedError(
            f"a payment in {order.amount.currency} cannot be written as a file: its minor unit does not have two digits",
            hint="Pay this one in your bank's own form, and record it there.",
        )
    if not order.sepa and order.creditor.bic is None:
        raise EffectRejectedError(
            f"a payment in {order.amount.currency} to this account leaves the SEPA area and needs the payee's BIC",
            hint="Ask the payee for the BIC, confirm it by a call, and enter it in the registry.",
        )
    document = _sepaxml_document(order)
    _settle(document, order)
    ET.indent(document)
    body = b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(document) + b"\n"
    _validate(body)
    return body


def _sepaxml_document(order: TransferOrder) -> ET.Element:
    from defusedxml.ElementTree import fromstring
    from sepaxml import SepaTransfer

    debtor = {
        "name": order.debtor.name,
        "IBAN": order.debtor.iban,
        "currency": order.amount.currency,
        "batch": False,
        "domestic": not order.sepa,
    }
    payment: dict[str, Any] = {
        "name": order.creditor.name,
        "IBAN": order.creditor.iban,
        "amount": order.amount.amount_minor,
        "currency": order.amount.currency,
        "description": order.remittance,
        "execution_date": order.execute_on,
        "endtoend_id": order.end_to_end_id,
    }
    transfer = SepaTransfer(debtor | _bic(order.debtor), schema=SCHEMA, clean=False)
    transfer.add_payment(payment | _bic(order.creditor))
    root: ET.Element = fromstring(transfer.export(validate=False), forbid_dtd=True)
    return root


def _bic(party: Party) -> dict[str, str]:
    return {"BIC": party.bic} if party.bic else {}


def _settle(document: ET.Element, order: TransferOrder) -> None:
    """Set what sepaxml draws at random or leaves empty."""
    _set(document, ".//p:GrpHdr/p:MsgId", order.message_id)
    _set(document, ".//p:GrpHdr/p:CreDtTm", order.created_at.strftime("%Y-%m-%dT%H:%M:%SZ"))
    _set(document, ".//p:PmtInf/p:PmtInfId", order.message_id)
    if not order.sepa:
        _set(document, ".//p:PmtInf/p:ChrgBr", "SHAR")
        _drop_empty(document, ".//p:PmtInf", "PmtTpInf")
    if order.debtor.bic is None:  # the rulebook's form for "the IBAN says it"
        other = ET.SubElement(_one(document, ".//p:DbtrAgt/p:FinInstnId"), f"{{{NAMESPACE}}}Othr")
        ET.SubElement(other, f"{{{NAMESPACE}}}Id").text = "NOTPROVIDED"
    if not order.remittance:
        transaction = _one(document, ".//p:CdtTrfTxInf")
        transaction.remove(_one(document, ".//p:CdtTrfTxInf/p:RmtInf"))


def _one(document: ET.Element, path: str) -> ET.Element:
    element = document.find(path, _NS)
    assert element is not None, path
    return element


def _set(document: ET.Element, path: str, text: str) -> None:
    _one(document, path).text = text


def _drop_empty(document: ET.Element, parent_path: str, tag: str) -> None:
    parent = _one(document, parent_path)
    child = parent.find(f"p:{tag}", _NS)
    if child is not None and len(child) == 0:
        parent.remove(child)


@functools.cache
def _schema() -> xmlschema.XMLSchema:
    from importlib.resources import as_file, files

    import xmlschema

    with as_file(files("sepaxml") / "schemas" / f"{SCHEMA}.xsd") as path:
        return xmlschema.XMLSchema(str(path))


def _validate(body: bytes) -> None:
    import xmlschema

    try:
        _schema().validate(body.decode())
    except xmlschema.XMLSchemaValidationError as error:
        raise EffectRejectedError(
            f"the payment file would not be valid {SCHEMA}: {error.reason}", hint="Correct the payment and propose it again."
        ) from error
