"""camt.053, the bank-to-customer statement of ISO 20022, any edition. DTDs and entities are refused."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from xml.etree import ElementTree as ET

from memory.domain.money import Money
from memory.domain.statement import LineStatus, StatementLine
from tools.connectors.statement import fields
from tools.connectors.statement.fields import Place

# Ntry/Sts: FUTR is booked later; INFO is told for information only and is no booking.
_STATUS = {"BOOK": LineStatus.BOOKED, "PDNG": LineStatus.PENDING, "FUTR": LineStatus.PENDING}


def read(body: bytes, file: str) -> list[StatementLine]:
    """Return the lines of every statement in the file, without ids. Raises `InputError`."""
    lines: list[StatementLine] = []
    for number, statement in enumerate(_statements(body, Place(file)), start=1):
        lines += _statement(statement, Place(file, f"statement {number}"))
    return lines


def _statements(body: bytes, place: Place) -> list[ET.Element]:
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import ParseError, fromstring

    try:
        root: ET.Element = fromstring(body, forbid_dtd=True)
    except DefusedXmlException as error:
        raise place.error(
            "", "it has a document type or entities, which no bank writes", "Download the statement from your bank again."
        ) from error
    except ParseError as error:
        raise place.error("", f"it is not whole XML ({error})", "Download the statement from your bank again.") from error
    statements = root.findall("{*}BkToCstmrStmt/{*}Stmt")
    if not statements:
        held = root[0].tag.rpartition("}")[2] if len(root) else root.tag.rpartition("}")[2]
        raise place.error(
            "", f"it holds {held[:60]}, not a statement", "Export the account statement as camt.053 (not camt.052 or camt.054), CSV or OFX."
        )
    return statements


def _statement(statement: ET.Element, place: Place) -> Iterator[StatementLine]:
    account = fields.one_line(statement.findtext("{*}Acct/{*}Id/{*}IBAN") or statement.findtext("{*}Acct/{*}Id/{*}Othr/{*}Id"))
    if not account:
        raise place.error("Acct/Id", "the account is not named", "Export the statement again, with its account.")
    booked: list[Money] = []
    for number, entry in enumerate(statement.findall("{*}Ntry"), start=1):
        at = Place(place.file, f"{place.where}, entry {number}")
        code = entry.findtext("{*}Sts/{*}Cd") or fields.one_line(entry.findtext("{*}Sts"))
        if code == "INFO":
            continue
        if code not in _STATUS:
            raise at.error("Sts", f"{code[:20]!r} is not a status", "It is BOOK, PDNG, FUTR or INFO.")
        amount = _amount(entry, at)
        if _STATUS[code] is LineStatus.BOOKED:
            booked.append(amount)
        yield from _lines(entry, at, account, _STATUS[code], amount)
    _check_balance(statement, place, booked)


def _lines(entry: ET.Element, at: Place, account: str, status: LineStatus, amount: Money) -> Iterator[StatementLine]:
    """One line per entry, or per transaction of a collected entry whose parts have amounts that add up."""
    transactions = entry.findall("{*}NtryDtls/{*}TxDtls")
    parts = _parts(entry, transactions, at, amount)
    day = _day(entry, at)
    for transaction, part in parts:
        theirs = "Cdtr" if part.amount_minor < 0 else "Dbtr"
        detail = transaction if transaction is not None else entry
        yield StatementLine(
            line_id="",
            account=account,
            booked_on=day,
            amount=part,
            status=status,
            end_to_end_id=fields.one_line(detail.findtext("{*}Refs/{*}EndToEndId")) or None,
            reference=fields.one_line(_reference(detail, entry)),
            counterparty_name=fields.one_line(
                detail.findtext(f"{{*}}RltdPties/{{*}}{theirs}/{{*}}Pty/{{*}}Nm")
                or detail.findtext(f"{{*}}RltdPties/{{*}}{theirs}/{{*}}Nm")
            ),
            counterparty_iban=fields.iban(detail.findtext(f"{{*}}RltdPties/{{*}}{theirs}Acct/{{*}}Id/{{*}}IBAN")),
            bank_reference=fields.one_line(detail.findtext("{*}Refs/{*}AcctSvcrRef") or entry.findtext("{*}AcctSvcrRef")) or None,
        )


def _parts(entry: ET.Element, transactions: list[ET.Element], at: Place, amount: Money) -> list[tuple[ET.Element | None, Money]]:
    if len(transactions) < 2:
        return [(transactions[0] if transactions else None, amount)]
    if not all(transaction.find("{*}Amt") is not None for transaction in transactions):
        return [(None, amount)]
    direction = entry.findtext("{*}CdtDbtInd")
    parts = [(transaction, _amount(transaction, at, direction)) for transaction in transactions]
    if {part.currency for _, part in parts} != {amount.currency} or sum(part.amount_minor for _, part in parts) != amount.amount_minor:
        return [(None, amount)]
    return [*parts]


def _amount(element: ET.Element, at: Place, direction: str | None = None) -> Money:
    amount = element.find("{*}Amt")
    if amount is None:
        raise at.error("Amt", "the amount is missing", "Download the statement from your bank again.")
    code = fields.currency(at, "Amt/@Ccy", amount.get("Ccy"))
    value = fields.money(at, "Amt", amount.text or "", code)
    sign = element.findtext("{*}CdtDbtInd") or direction
    if sign not in {"CRDT", "DBIT"} or value.amount_minor < 0:
        raise at.error(
            "CdtDbtInd", "it is not said whether money came in (CRDT) or went out (DBIT)", "Download the statement from your bank again."
        )
    return value if sign == "CRDT" else value * -1


def _day(entry: ET.Element, at: Place) -> date:
    text = entry.findtext("{*}BookgDt/{*}Dt") or entry.findtext("{*}BookgDt/{*}DtTm") or entry.findtext("{*}ValDt/{*}Dt") or ""
    try:
        return datetime.fromisoformat(text.strip()).date()
    except ValueError:
        raise at.error("BookgDt", f"{text.strip()[:40]!r} is not a date", "Dates are written as 2026-11-22.") from None


def _reference(detail: ET.Element, entry: ET.Element) -> str:
    said = [part.text or "" for part in detail.findall("{*}RmtInf/{*}Ustrd")]
    said += [part.text or "" for part in detail.findall("{*}RmtInf/{*}Strd/{*}CdtrRefInf/{*}Ref")]
    return " ".join(said) or entry.findtext("{*}AddtlNtryInf") or ""


def _check_balance(statement: ET.Element, place: Place, booked: list[Money]) -> None:
    """Opening balance plus booked lines is the closing balance, where the bank gives both: a cut file is noticed."""
    balances: dict[str, Money] = {}
    for balance in statement.findall("{*}Bal"):
        code = balance.findtext("{*}Tp/{*}CdOrPrtry/{*}Cd") or ""
        balances[code] = _amount(balance, Place(place.file, f"{place.where}, balance {code}"))
    opening, closing = balances.get("OPBD") or balances.get("PRCD"), balances.get("CLBD")
    if opening is None or closing is None or {opening.currency, closing.currency} != {money.currency for money in [opening, *booked]}:
        return
    total = sum(money.amount_minor for money in booked)
    if opening.amount_minor + total != closing.amount_minor:
        raise place.error(
            "Bal", "the lines do not add up from the opening to the closing balance", "Part of the file is missing: download it again."
        )
