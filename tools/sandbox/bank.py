"""A simulated bank: it takes a payment file, books every transfer at once, and answers with a camt.053 statement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

from memory.domain.base import sha256_hex
from memory.domain.clock import Clock
from memory.domain.errors import InputError

_PAIN = "{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}"
_CAMT = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
OPENING = Decimal("10000.00")


@dataclass(frozen=True)
class _Transfer:
    end_to_end_id: str
    amount: Decimal
    currency: str
    name: str
    iban: str
    remittance: str


def statement_for(pain_xml: bytes, clock: Clock, *, status: str = "BOOK") -> bytes:
    """Return the camt.053.001.08 statement of the debtor's account, with one line for each transfer of a pain.001.001.09 file.

    `status` is BOOK or PDNG. The same file at the same time gives the same bytes. Raises `InputError` for another file.
    """
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        order = fromstring(pain_xml, forbid_dtd=True)
    except (ParseError, DefusedXmlException) as error:
        raise InputError(
            "the simulated bank was given something that is not a payment file", hint="Give it a pain.001.001.09 file."
        ) from error
    iban, transfers = _text(order, "DbtrAcct/Id/IBAN"), [_transfer(tx) for tx in order.iter(f"{_PAIN}CdtTrfTxInf")]
    if not iban or not transfers:
        raise InputError("the simulated bank finds no transfer in the file", hint="Give it a pain.001.001.09 file.")
    return _statement(iban, transfers, clock.now(), status, sha256_hex(pain_xml)[:12])


def _text(element: Any, path: str) -> str:
    found = element.findtext(".//" + "/".join(_PAIN + tag for tag in path.split("/")))
    return str(found) if found else ""


def _transfer(tx: ET.Element) -> _Transfer:
    amount = tx.find(f".//{_PAIN}InstdAmt")
    assert amount is not None
    return _Transfer(
        end_to_end_id=_text(tx, "EndToEndId"),
        amount=Decimal(amount.text or "0"),
        currency=amount.get("Ccy", ""),
        name=_text(tx, "Cdtr/Nm"),
        iban=_text(tx, "CdtrAcct/Id/IBAN"),
        remittance=_text(tx, "RmtInf/Ustrd"),
    )


def _statement(iban: str, transfers: list[_Transfer], at: datetime, status: str, mark: str) -> bytes:
    document = ET.Element("Document", xmlns=_CAMT)
    message = ET.SubElement(document, "BkToCstmrStmt")
    _fill(message, {"GrpHdr": {"MsgId": f"SIM-{mark}", "CreDtTm": at.strftime("%Y-%m-%dT%H:%M:%SZ")}})
    statement = ET.SubElement(message, "Stmt")
    _fill(statement, {"Id": f"SIM-{mark}", "Acct": {"Id": {"IBAN": iban}, "Ccy": transfers[0].currency}})
    gone = sum((transfer.amount for transfer in transfers), Decimal(0)) if status == "BOOK" else Decimal(0)
    for code, balance in (("OPBD", OPENING + gone), ("CLBD", OPENING)):
        _balance(statement, code, balance, transfers[0].currency, at)
    for number, transfer in enumerate(transfers, start=1):
        _entry(statement, transfer, at, status, f"SIM{mark}{number:03d}")
    ET.indent(document)
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(document) + b"\n"


def _balance(statement: ET.Element, code: str, amount: Decimal, currency: str, at: datetime) -> None:
    balance = ET.SubElement(statement, "Bal")
    _fill(balance, {"Tp": {"CdOrPrtry": {"Cd": code}}})
    ET.SubElement(balance, "Amt", Ccy=currency).text = str(amount)
    _fill(balance, {"CdtDbtInd": "CRDT", "Dt": {"Dt": at.date().isoformat()}})


def _entry(statement: ET.Element, transfer: _Transfer, at: datetime, status: str, reference: str) -> None:
    entry = ET.SubElement(statement, "Ntry")
    ET.SubElement(entry, "Amt", Ccy=transfer.currency).text = str(transfer.amount)
    _fill(entry, {"CdtDbtInd": "DBIT", "Sts": {"Cd": status}, "BookgDt": {"Dt": at.date().isoformat()}, "AcctSvcrRef": reference})
    details = ET.SubElement(ET.SubElement(entry, "NtryDtls"), "TxDtls")
    _fill(details, {"Refs": {"AcctSvcrRef": reference, "EndToEndId": transfer.end_to_end_id}})
    _fill(details, {"RltdPties": {"Cdtr": {"Pty": {"Nm": transfer.name}}, "CdtrAcct": {"Id": {"IBAN": transfer.iban}}}})
    if transfer.remittance:
        _fill(details, {"RmtInf": {"Ustrd": transfer.remittance}})


def _fill(parent: ET.Element, content: dict[str, Any]) -> None:
    for tag, value in content.items():
        element = ET.SubElement(parent, tag)
        if isinstance(value, dict):
            _fill(element, value)
        else:
            element.text = str(value)
