"""OFX 1.x and 2.x (QFX too), as many banks offer it for bookkeeping programs.

Read here and not by ofxparse, whose last release is of 2021, calls what its HTML parser has deprecated, and passes over
what it cannot read. Of the format (OFX 1.6, 11.4) only the statement's frame and its transactions matter: in SGML an
element has no end tag and its value ends at the line or the next tag; an aggregate always has one.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import date, datetime

from memory.domain.statement import StatementLine
from tools.connectors.statement import fields
from tools.connectors.statement.fields import Place

_STATEMENT = re.compile(r"<((?:CC)?STMTRS)>(.*?)</\1>", re.DOTALL | re.IGNORECASE)
_TRANSACTION = re.compile(r"<STMTTRN>(.*?)</STMTTRN>", re.DOTALL | re.IGNORECASE)
_ELEMENT = re.compile(r"<([A-Z0-9.]+)>([^<\r\n]+)", re.IGNORECASE)


def read(body: bytes, file: str) -> list[StatementLine]:
    """Return the lines of every account, without ids. Raises `InputError`."""
    text = _text(body)
    if not _STATEMENT.search(text):
        raise Place(file).error(
            "STMTRS", "it holds no whole bank statement", "Export the account's transactions, not an investment report."
        )
    lines = [line for statement in _STATEMENT.finditer(text) for line in _lines(text, statement, file)]
    told = text.upper().count("<STMTTRN>")
    if told != len(lines):
        raise Place(file).error("STMTTRN", f"only {len(lines)} of {told} transactions are whole", "Export the statement again.")
    return lines


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return body.decode("cp1252", errors="replace")


def _lines(text: str, statement: re.Match[str], file: str) -> Iterator[StatementLine]:
    frame = _elements(statement[2])
    at, number = statement.start(), text.count("\n", 0, statement.start()) + 1
    code = fields.currency(Place(file, f"line {number}"), "CURDEF", frame.get("CURDEF"))
    for transaction in _TRANSACTION.finditer(text, statement.start(2), statement.end(2)):
        number += text.count("\n", at, transaction.start())
        at = transaction.start()
        place = Place(file, f"line {number}")
        said = _elements(transaction[1])
        yield StatementLine(
            line_id="",
            account=fields.one_line(frame.get("ACCTID")) or "unnamed",
            booked_on=_day(said.get("DTPOSTED", ""), place),
            amount=fields.money(place, "TRNAMT", said.get("TRNAMT", "").replace(",", "."), code),
            reference=fields.one_line(said.get("MEMO")),
            counterparty_name=fields.one_line(said.get("NAME")),
            bank_reference=fields.one_line(said.get("FITID")) or None,
        )


def _elements(text: str) -> dict[str, str]:
    """The first value of each element; the account of the statement comes before those of its transactions."""
    found: dict[str, str] = {}
    for name, value in _ELEMENT.findall(text):
        found.setdefault(name.upper(), html.unescape(value).strip())
    return found


def _day(text: str, place: Place) -> date:
    """OFX writes YYYYMMDD, then perhaps time and zone, which do not change the bank's day."""
    try:
        return datetime.strptime(text[:8], "%Y%m%d").date()  # noqa: DTZ007 - a bank's day has no zone
    except ValueError:
        raise place.error("DTPOSTED", f"{text[:40]!r} is not a date", "Dates are written as 20261122.") from None
