"""A bank statement read whole: first for what it says of our own payments, then for the charges that recur in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.bootstrap import Office
    from tools.connectors.statement import CsvHints
    from tools.reconciler import StatementReport


def read_statement_whole(
    office: Office, body: bytes, *, filename: str, by: str, hints: CsvHints | None = None, dry_run: bool = False
) -> StatementReport:
    """Import a statement and take in its charges; doing it again adds nothing. Raises `InputError`, and then nothing is recorded."""
    from graphs.charge_desk import ChargeDesk
    from tools.connectors.statement import read_statement

    report = office.reconciler.import_statement(body, filename=filename, hints=hints, dry_run=dry_run)
    if not dry_run:
        desk = ChargeDesk(office.database, office.unit_of_work, office.evidence, office.clock)
        desk.take_in(read_statement(body, file=filename, hints=hints), body, filename=filename, by=by)
    return report
