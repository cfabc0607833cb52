"""Bank statements in: camt.053, OFX or CSV become statement lines. Reads only; it performs no effect and so is no connector.

A file is taken over whole or not at all: the first thing that cannot be read is an `InputError` with file, place and mend.
"""

from __future__ import annotations

from memory.domain.statement import StatementLine, numbered
from tools.connectors.statement import camt053, csv_statement, ofx_statement
from tools.connectors.statement.csv_statement import CsvHints
from tools.connectors.statement.fields import LONGEST_FILE, Place

__all__ = ["CsvHints", "read_statement"]


def read_statement(body: bytes, *, file: str, hints: CsvHints | None = None) -> tuple[StatementLine, ...]:
    """Return the lines of a statement file, each with its stable id; `file` is the name for messages.

    The format is told by the content, not by the name. `hints` say what a CSV file leaves open. Raises `InputError`.
    """
    place = Place(file)
    if not body.strip():
        raise place.error("", "it is empty", "Export the statement again.")
    if len(body) > LONGEST_FILE:
        raise place.error("", f"it has more than {LONGEST_FILE // 2**20} MiB", "Export a shorter time, one month for example.")
    head = body[:4096].lstrip(b"\xef\xbb\xbf \r\n\t")
    if head.startswith(b"OFXHEADER") or b"<OFX>" in head or b"<?OFX" in head:
        return numbered(ofx_statement.read(body, file))
    if head.startswith(b"<"):
        return numbered(camt053.read(body, file))
    if head.startswith((b"%PDF", b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise place.error("", "it is a PDF or a spreadsheet, not a statement file", "Export the account statement as camt.053, OFX or CSV.")
    return numbered(csv_statement.read(body, file, hints or CsvHints()))
