"""`qm renewals say`, `contact`, `sent`, `letter`, `confirmed`: what only the operator knows of a contract, and does by hand."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.frame import Command, opened
from app.cli.options import OPERATOR, DryRun, file_body, price
from app.cli.output import Reply, would_write
from memory.domain.errors import ConflictError, InputError
from memory.domain.words import counted

if TYPE_CHECKING:
    from graphs.renewal_desk import Proof


Name = Annotated[str, typer.Argument(metavar="CONTRACT", help="Its id (qm renewals), its vendor's id, or its renewal case.")]
ProofFiles = Annotated[list[Path] | None, typer.Option("--proof", metavar="FILE", help="What shows it: a receipt, a picture, a mail.")]
Day = Annotated[str, typer.Option("--on", metavar="DATE", help="The day, like 2026-12-01; today if left out.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command("say", cls=Command)(say_about)
    app.command("contact", cls=Command)(enter_contact)
    app.command("sent", cls=Command)(sent_by_hand)
    app.command("letter", cls=Command)(print_letter)
    app.command("confirmed", cls=Command)(confirmed)


def say_about(
    ctx: typer.Context,
    contract: Name,
    used: Annotated[int | None, typer.Option("--used", min=0, help="How many are used.")] = None,
    of: Annotated[int | None, typer.Option("--of", min=1, help="How many are paid for.")] = None,
    unit: Annotated[str, typer.Option("--unit", help="Of what: seats, contacts.")] = "",
    note: Annotated[str, typer.Option("--note", help="How it is used, in your words.")] = "",
    annual_cost: Annotated[
        str, typer.Option("--annual-cost", help='What it costs a year, where the paper does not say: "480.00 EUR".')
    ] = "",
    incident: Annotated[str, typer.Option("--incident", help="Something that went wrong with the vendor.")] = "",
    on: Day = "",
    dry_run: DryRun = False,
) -> Reply:
    """Say how a contract is used, what it costs or what went wrong: recommendations rest on it."""
    told = []
    with opened(ctx, dry_run=dry_run) as office:
        desk = office.renewals
        if incident:
            desk.note_incident(contract, incident, by=OPERATOR, on=_day(on, desk.today))
            told.append(f"Noted: {incident}")
        if annual_cost:
            desk.state_cost(contract, cost := price(annual_cost, "--annual-cost").money, by=OPERATOR)
            told.append(f"Noted: {cost} a year")
        if used is not None or note or not (incident or annual_cost):
            usage = desk.state_usage(contract, by=OPERATOR, used=used, paid_for=of, unit=unit, words=note)
            told.append(f"Noted: {usage.words}")
    return Reply({"noted": told}, tuple(told))


def enter_contact(
    ctx: typer.Context,
    contract: Name,
    email: Annotated[str, typer.Option("--email", help="The address for notices, checked by you.")],
    name: Annotated[str, typer.Option("--name", help="Who reads it there.")] = "",
    dry_run: DryRun = False,
) -> Reply:
    """Enter where notices to a vendor go, as its contract names it and you have checked it. Other mails never go there."""
    from pydantic import ValidationError

    from memory.domain.registry import Contact

    with opened(ctx, dry_run=dry_run) as office:
        line = office.renewals.line(contract)
        try:
            contact = Contact(name=name or line.vendor_name, email=email)
        except ValidationError as error:
            raise InputError(
                f"--email cannot be used: {error.errors()[0]['msg']}", hint="one plain address like legal@vendor.example"
            ) from None
        contact_id = office.renewals.enter_contact(contract, contact, registrar=office.registrar(), by=OPERATOR)
    return Reply({"contact": contact_id, "email": email}, (f"Notices to {line.vendor_name} go to {email} ({contact_id}).",))


def sent_by_hand(
    ctx: typer.Context,
    contract: Name,
    on: Day = "",
    proof: ProofFiles = None,
    note: Annotated[str, typer.Option("--note", help="How it went: the number of the registered letter.")] = "",
    dry_run: DryRun = False,
) -> Reply:
    """Say that you sent the notice by hand, and keep the proof."""
    files = _proofs(proof)
    with opened(ctx, dry_run=dry_run) as office:
        case_id = office.renewals.sent_by_hand(contract, on=_day(on, office.renewals.today), by=OPERATOR, proof=files, note=note)
    return Reply(
        {"case": case_id, "proof": len(files)}, (f"Noted, with {counted(len(files), 'piece')} of proof. Now it has to be confirmed.",)
    )


def print_letter(
    ctx: typer.Context,
    contract: Name,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The PDF to write; an existing file is left alone.")],
    dry_run: DryRun = False,
) -> Reply:
    """Write the notice that goes by post as a PDF: print it, sign it, send it by registered letter."""
    from tools.atomic_file import write_atomically

    with opened(ctx) as office:
        body = office.renewals.letter(contract)
    if out.exists():
        raise ConflictError(f"{out} exists already", hint="choose another name")
    if dry_run:
        return would_write(f"the letter to {out}")
    write_atomically(out, body, mode=0o600)
    return Reply(
        {"file": str(out), "bytes": len(body)}, (f"Written to {out}. When it is posted: qm renewals sent {contract} --proof FILE",)
    )


def confirmed(
    ctx: typer.Context,
    contract: Name,
    on: Annotated[str, typer.Option("--on", metavar="DATE", help="The day the contract ends; the end of the term if left out.")] = "",
    proof: ProofFiles = None,
    note: Annotated[str, typer.Option("--note", help="Who confirmed it, when and how.")] = "",
    dry_run: DryRun = False,
) -> Reply:
    """Say that the end of a contract is confirmed, with what shows it."""
    files = _proofs(proof)
    with opened(ctx, dry_run=dry_run) as office:
        line = office.renewals.line(contract)
        ends_on = _day(on, line.term_end)
        case_id = office.renewals.confirmed(contract, ends_on=ends_on, by=OPERATOR, proof=files, note=note)
    return Reply({"case": case_id, "ends_on": ends_on.isoformat()}, (f"{line.vendor_name} ends on {ends_on}. Later charges will be told.",))


def _day(text: str, otherwise: date) -> date:
    if not text:
        return otherwise
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"{text!r} is not a day", hint="write it like 2026-12-01") from None


def _proofs(files: list[Path] | None) -> list[Proof]:
    from graphs.renewal_desk import Proof

    return [Proof(file.name, file_body(file, "proof")) for file in files or ()]
