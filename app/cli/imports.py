"""`qm import`: what you have elsewhere: a folder of contracts, a list of vendors, subscriptions of another tracker, bank and card exports."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.frame import Command, group, opened
from app.cli.options import OPERATOR, DryRun, file_body
from app.cli.output import Reply, Table, jsonable
from memory.domain.errors import InputError
from memory.domain.words import counted

if TYPE_CHECKING:
    from graphs.charge_desk import ChargesRead

app = group("Take over what you have elsewhere; reading the same again adds nothing.")


@app.command("charges", cls=Command)
def import_charges(
    ctx: typer.Context,
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Bank, card or wallet exports: CSV, OFX or camt.053.")],
    account: Annotated[str, typer.Option("--account", help="Your account they are of, for a CSV that does not name it.")] = "main",
    currency: Annotated[str, typer.Option("--currency", help="For a CSV that does not name it.")] = "",
    columns: Annotated[
        str, typer.Option("--columns", metavar="FIELD=NAME,...", help='Which column is which: "date=Posted,amount=Value,name=Shop".')
    ] = "",
    day_first: Annotated[bool | None, typer.Option("--day-first/--month-first", help="How 03/04/2026 is meant in a CSV.")] = None,
    charges_positive: Annotated[
        bool | None, typer.Option("--charges-positive/--charges-negative", help="How a CSV counts what was bought.")
    ] = None,
    dry_run: DryRun = False,
) -> Reply:
    """Find recurring charges: unknown ones, price rises, trials that begin to cost, charges after a cancellation."""
    from app.cli.charges import desk_of
    from tools.connectors.statement import CsvHints, read_statement

    hints = CsvHints(
        account=account, currency=_currency(currency), columns=_columns(columns), day_first=day_first, charges_positive=charges_positive
    )
    bodies = [(file.name, file_body(file, "statement")) for file in files]
    # All of them are read before anything of the first is written.
    told = [(name, body, read_statement(body, file=name, hints=hints)) for name, body in bodies]
    with opened(ctx) as office:
        desk = desk_of(office)
        done = [
            desk.preview(lines, filename=name) if dry_run else desk.take_in(lines, body, filename=name, by=OPERATOR)
            for name, body, lines in told
        ]
    body_out = {"dry_run": dry_run, "files": [jsonable(read) for read in done]}
    return Reply(body_out, tuple(part for read in done for part in _told(read, dry_run=dry_run)))


@app.command("wallos", cls=Command)
def import_wallos(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="The JSON that Wallos exports, or what its API gives.")],
    currency: Annotated[str, typer.Option("--currency", help="For entries whose currency the file does not tell.")] = "",
    dry_run: DryRun = False,
) -> Reply:
    """Take over the subscriptions of Wallos: longer terms are watched with their last day to act, trials before they cost."""
    from app.cli.options import file_text
    from graphs.wallos_import import read_wallos, take_over

    found, remarks = read_wallos(file_text(file, "file"), filename=file.name, currency=_currency(currency))
    with opened(ctx, dry_run=dry_run) as office:
        today = office.clock.now().date()
        done = take_over(
            found,
            remarks,
            database=office.database,
            unit_of_work=office.unit_of_work,
            evidence=office.evidence,
            by=OPERATOR,
            today=today,
        )
    rows = [
        (s.name, s.price, s.cadence.says if s.cadence else "once", s.next_on, s.trial_ends_on or s.cancel_by, "" if s.active else "over")
        for s in done.changed
    ]
    told = (
        f"{file.name}: {counted(len(found), 'subscription')} read, {len(done.changed)} new or changed, {done.unchanged} known already; "
        f"{counted(len(done.renewals), 'renewal')} put under watch: qm renewals"
    )
    columns = ("name", "price", "how often", "next", "act by", "")
    return Reply(jsonable(done), (Table(columns, rows, empty="Nothing new."), told), done.remarks)


def _told(read: ChargesRead, *, dry_run: bool) -> list[str | Table]:
    would = "would be " if dry_run else ""
    parts: list[str | Table] = []
    for account in read.accounts:
        same = f" (the same lines as {account.account}, so it is that account)" if account.called != account.account else ""
        parts.append(
            f"{read.filename}, account {account.called}{same}: {counted(account.lines, 'line')} of {account.first_day} to {account.last_day}; "
            f"{counted(len(account.charges), 'charge')} {would}new, {account.already_known} known already."
        )
    rows = [(s.series_id.removeprefix("series-"), s.name, s.amount, s.cadence.says, s.annual, len(s.charge_ids)) for s in read.series]
    if rows:
        parts.append(Table(("charge", "merchant", "amount", "how often", "a year", "times"), rows, title="Found to recur"))
    flags = [(flag.on, flag.kind.value.replace("_", " "), flag.name, flag.why) for flag in read.flags]
    if flags:
        parts.append(Table(("since", "what", "merchant", "why"), flags, title="Look at these"))
    if rows or flags:
        parts.append("Say what you know: qm charges confirm CHARGE, or qm charges ignore CHARGE")
    return parts


_FIELDS = (
    "date",
    "amount",
    "debit",
    "credit",
    "currency",
    "name",
    "payer",
    "reference",
    "iban",
    "status",
    "kind",
    "account",
    "bank_reference",
)


def _columns(text: str) -> dict[str, str]:
    """Return which column is which, as written in --columns. Raises `InputError`."""
    found = {}
    for pair in (part for part in text.split(",") if part.strip()):
        field, equals, name = pair.partition("=")
        if not equals or field.strip() not in _FIELDS or not name.strip():
            raise InputError(f"--columns {pair.strip()!r} is not understood", hint=f"write FIELD=NAME with a field of {', '.join(_FIELDS)}")
        found[field.strip()] = name.strip()
    return found


def _currency(code: str) -> str | None:
    from memory.domain.money import CURRENCIES

    if code and code.upper() not in CURRENCIES:
        raise InputError(f"--currency {code!r} is not an ISO 4217 currency code", hint="write for example EUR, USD or GBP")
    return code.upper() or None
