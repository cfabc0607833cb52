"""`qm import`: what you have elsewhere: a folder of contracts, a list of vendors, subscriptions of another tracker, bank and card exports."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.frame import Command, group, opened
from app.cli.options import OPERATOR, DryRun, file_body
from app.cli.output import Reply, Table, jsonable
from app.cli.vendors import import_vendors
from memory.domain.errors import ConflictError, InputError, NotFoundError
from memory.domain.words import counted

if TYPE_CHECKING:
    from app.bootstrap import Office
    from graphs.charge_desk import ChargesRead
    from graphs.contract_import import ContractImport, Imported, ReadContract
    from graphs.folder_import import FolderFile
    from memory.views.charge_vendors import VendorMarks

app = group("Take over what you have elsewhere; reading the same again adds nothing.")
app.command("vendors", cls=Command)(import_vendors)


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
        office.keep_holidays(by=OPERATOR)
        done = take_over(
            found,
            remarks,
            database=office.database,
            unit_of_work=office.unit_of_work,
            evidence=office.evidence,
            by=OPERATOR,
            today=office.renewals.today,
            holidays=office.free_days,
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


@app.command("contracts", cls=Command)
def import_contracts(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder; those below it are read too.")],
    vendor: Annotated[list[str] | None, typer.Option("--vendor", metavar="FILE=VENDOR", help="Whose contract a file is.")] = None,
    create_vendors: Annotated[
        bool, typer.Option("--create-vendors", help="Enter vendors that are new, by their name in the paper.")
    ] = False,
    dry_run: DryRun = False,
) -> Reply:
    """Take over a folder of contracts: each is read, its vendor told from the paper, and its renewal watched."""
    from graphs.folder_import import files_of, import_folder
    from memory.views.contracts import contract_list

    given = _given_vendors(vendor or [])
    _, others = files_of(folder)
    with opened(ctx) as office:
        marks, names = _vendors_of(office, given)
        desk = None if dry_run else office.contract_import(by=OPERATOR)
        done = list(
            import_folder(
                folder,
                body_of=lambda path: file_body(path, "contract"),
                known={paper.review.contract: paper.vendor_id for paper in contract_list(office.database)},
                vendors=marks,
                names=names,
                own_names=[name for name in (office.settings.company, office.settings.operator_name) if name],
                given=given,
                import_one=partial(_import_one, office, desk) if desk else None,
                create_vendors=create_vendors,
            )
        )
    return _folder_told(folder, done, others, dry_run=dry_run)


def _folder_told(folder: Path, done: list[FolderFile], others: list[Path], *, dry_run: bool) -> Reply:
    from graphs.folder_import import FileStand

    new = [file for file in done if file.stand is FileStand.NEW]
    wrong = [file for file in done if file.stand in {FileStand.FAILED, FileStand.VENDOR_OPEN}]
    rows = [(file.path, file.stand, file.vendor_name or file.vendor_id, _outcome(file)) for file in done]
    parts: list[str | Table] = [Table(("file", "", "vendor", "what"), rows, empty=f"There is no contract in {folder}.")]
    parts += [Table(("file", "mend"), [(file.path, file.mend) for file in wrong if file.mend], title="To do")] if wrong else []
    would = "would be " if dry_run else ""
    known = sum(file.stand in {FileStand.KNOWN, FileStand.TWIN} for file in done)
    parts.append(f"{counted(len(done), 'file')}: {len(new)} {would}imported, {known} known already, {len(wrong)} waiting for you.")
    notes = (f"{counted(len(others), 'file')} of another kind left alone: {', '.join(path.name for path in others[:5])}",) if others else ()
    body = {"dry_run": dry_run, "files": jsonable(done), "other_files": [str(path.relative_to(folder)) for path in others]}
    problem = (
        ConflictError(f"{counted(len(wrong), 'file')} not imported", hint="the list names the mend of each")
        if wrong and not dry_run
        else None
    )
    return Reply(body, tuple(parts), notes, problem)


def _vendors_of(office: Office, given: dict[str, str]) -> tuple[VendorMarks, dict[str, str]]:
    """Return what gives vendors away in a paper, and their names. Raises `NotFoundError` for a vendor that was named and is not known."""
    from memory.database import reading
    from memory.views.charge_vendors import vendor_marks
    from memory.views.names import all_names

    with reading(office.database) as connection:
        marks, names = vendor_marks(connection), all_names(connection)
    for vendor_id in given.values():
        if vendor_id not in names:
            raise NotFoundError(f"there is no vendor {vendor_id}", hint=f'enter it first: qm vendors add "{vendor_id}"')
    return marks, names


def _import_one(office: Office, desk: ContractImport, read: ReadContract, file: FolderFile) -> Imported:
    """Import one contract, after its vendor where that is new."""
    from graphs.vendor_entry import enter_vendor, vendor_entry
    from memory.views.vendors import current_profile

    if current_profile(office.database, file.vendor_id) is None:
        enter_vendor(
            vendor_entry({"vendor_id": file.vendor_id, "name": file.vendor_name}),
            database=office.database,
            unit_of_work=office.unit_of_work,
            registry=office.registry,
            registrar=office.registrar(by=OPERATOR),
            by=OPERATOR,
        )
    return desk.take_over(read, vendor_id=file.vendor_id)


def _given_vendors(pairs: list[str]) -> dict[str, str]:
    found = {}
    for pair in pairs:
        name, equals, vendor_id = pair.rpartition("=")
        if not equals or not name.strip() or not vendor_id.strip():
            raise InputError(f"--vendor {pair!r} is not understood", hint="write FILE=VENDOR, for example acme.pdf=acme-mail")
        found[name.strip()] = vendor_id.strip()
    return found


def _outcome(file: FolderFile) -> str:
    done = file.imported
    if done is None:
        return file.why
    watched = f"decide by {done.renewal.decide_by}" if done.renewal else f"not watched: {done.not_watched}"
    return f"{file.why}; {watched}"


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
    flags = [
        (flag.on, "perhaps a trial" if flag.assumed else flag.kind.value.replace("_", " "), flag.name, flag.why) for flag in read.flags
    ]
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
    "merchant",
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
