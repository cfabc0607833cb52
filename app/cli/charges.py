"""`qm charges`: what leaves the account again and again, what is odd about it, and your word on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.frame import Command, group, opened
from app.cli.options import OPERATOR, AsOf, DryRun, Reason, instant, known_on
from app.cli.output import Reply, Table, jsonable
from memory.domain.words import counted

if TYPE_CHECKING:
    from app.bootstrap import Office
    from graphs.charge_desk import ChargeDesk
    from memory.views.charges import ChargeBook, RecurringCharge

app = group("Recurring charges: what statements show, what nobody knows, price rises, trials, and charges after a cancellation.")
SeriesId = Annotated[str, typer.Argument(metavar="CHARGE", help="Its id, or the beginning of its id or name.")]
_COLUMNS = ("charge", "merchant", "amount", "how often", "a year", "last", "next", "known by", "look at")


def desk_of(office: Office) -> ChargeDesk:
    """Return the desk of an office for recurring charges."""
    from graphs.charge_desk import ChargeDesk

    return ChargeDesk(office.database, office.unit_of_work, office.evidence, office.clock)


@app.command("list", cls=Command)
def list_charges(
    ctx: typer.Context,
    unknown: Annotated[bool, typer.Option("--unknown", help="Only those that nobody knows.")] = False,
    everything: Annotated[bool, typer.Option("--all", help="Also ignored ones and those that stopped.")] = False,
    as_of: AsOf = "",
) -> Reply:
    """List what recurs, with its yearly cost, who is known for it, and what is odd about it."""
    from memory.views.charges import charge_book

    with opened(ctx) as office, known_on(office, as_of) as (database, at):
        book = charge_book(database, at.date())
    lines = [line for line in book.recurring if everything or (line.stand != "ignored" and not line.over) or line.asks]
    lines = [line for line in lines if line.unknown and not line.over] if unknown else lines
    rows = [_row(line) for line in sorted(lines, key=lambda line: (not line.asks, line.series.amount.currency, -line.series.annual.amount))]
    empty = "No recurring charge is known. Read a statement for them: qm import charges FILE"
    others = [(flag.on, "perhaps a trial" if flag.assumed else flag.kind, flag.name, flag.why) for flag in book.flags if not flag.series_id]
    parts: list[str | Table] = [Table(_COLUMNS, rows, empty=empty)]
    parts += [Table(("by", "what", "name", "why"), others, title="Trials and others")] if others else []
    parts += [_totals(book, lines)] if lines else []
    body = {"recurring": [_body(line) for line in lines], "flags": jsonable(book.flags), "covered": jsonable(dict(book.covered))}
    return Reply(body, tuple(parts))


@app.command("show", cls=Command)
def show_charge(ctx: typer.Context, charge: SeriesId) -> Reply:
    """Show one recurring charge: each time it was charged, and why it is shown."""
    from memory.views.charges import charge_book

    with opened(ctx) as office:
        line = desk_of(office).find(charge)
        book = charge_book(office.database, office.clock.now().date())
    by_id = {one.charge_id: one for one in book.charges}
    run = [by_id[ident] for ident in line.series.charge_ids]
    series = line.series
    facts = [
        ("id", series.series_id),
        ("amount", f"{series.amount} {series.cadence.says}, {series.annual} a year"),
        ("since", series.first_on),
        ("next", series.next_on),
        ("vendor", line.vendor_name or "none is known"),
        ("known by", line.known_by or "nobody: confirm or ignore it"),
        ("stands", f"{line.stand}{f' on {line.ended_on}' if line.ended_on else ''}{f': {line.note}' if line.note else ''}"),
    ]
    parts = (
        series.name,
        Table(("", "what is known"), facts),
        Table(
            ("when", "amount", "account", "the bank's words"), [(c.booked_on, c.amount, c.account, f"{c.name} {c.reference}") for c in run]
        ),
        Table(("since", "what", "why"), [(f.on, f.kind, f.why) for f in line.flags], title="Look at", empty="Nothing is odd about it."),
    )
    return Reply({**_body(line), "charges": jsonable(run)}, parts)


@app.command("confirm", cls=Command)
def confirm_charge(
    ctx: typer.Context,
    charge: SeriesId,
    vendor: Annotated[str, typer.Option("--vendor", help="The id of the vendor it belongs to.")] = "",
    note: Annotated[str, typer.Option("--note", help="What it is for; kept in the ledger.")] = "",
    dry_run: DryRun = False,
) -> Reply:
    """Say that you know a recurring charge and want it."""
    with opened(ctx, dry_run=dry_run) as office:
        line = desk_of(office).confirm(charge, by=OPERATOR, vendor_id=vendor, note=note)
    whose = f" It belongs to {line.vendor_name}." if line.vendor_id else ""
    return Reply({"confirmed": _body(line)}, (f"{line.series.name} is known.{whose}",))


@app.command("ignore", cls=Command)
def ignore_charge(ctx: typer.Context, charge: SeriesId, reason: Reason = "", dry_run: DryRun = False) -> Reply:
    """Hear of a recurring charge no more: rent, a private one, no subscription at all."""
    with opened(ctx, dry_run=dry_run) as office:
        line = desk_of(office).ignore(charge, by=OPERATOR, reason=reason)
    return Reply({"ignored": _body(line)}, (f"{line.series.name} is shown no more. To see it again: qm charges list --all",))


@app.command("ended", cls=Command)
def end_charge(
    ctx: typer.Context,
    charge: SeriesId,
    on: Annotated[str, typer.Option("--on", metavar="DAY", help="The last day that is owed; today if left out.")] = "",
    reason: Reason = "",
    dry_run: DryRun = False,
) -> Reply:
    """Say that you cancelled it: whatever is charged after that day is told to you."""
    with opened(ctx, dry_run=dry_run) as office:
        day = instant(on, "--on").date() if on else office.clock.now().date()
        line = desk_of(office).end(charge, day, by=OPERATOR, reason=reason)
    late = [flag.why for flag in line.flags if flag.kind.value == "after_cancellation"]
    return Reply({"ended": _body(line)}, (f"{line.series.name} ended on {day}. Charges after it will be told.", *late))


def _row(line: RecurringCharge) -> tuple[object, ...]:
    series = line.series
    known = line.known_by or ("ignored" if line.stand == "ignored" else "nobody")
    odd = ", ".join(sorted({flag.kind.value.replace("_", " ") for flag in line.news})) + ("" if series.sure else " (twice so far)")
    return (
        series.series_id.removeprefix("series-"),
        line.vendor_name or series.name,
        series.amount,
        series.cadence.says,
        series.annual,
        series.last_on,
        "stopped" if line.over else series.next_on,
        known,
        odd.strip(),
    )


def _totals(book: ChargeBook, lines: list[RecurringCharge]) -> str:
    from memory.views.home import sums

    running = [line for line in lines if not line.over]
    total = " and ".join(str(one) for one in sums(line.series.annual for line in running)) or "nothing"
    strange = f", {counted(len(book.strangers), 'one')} known to nobody" if book.strangers else ""
    return f"{counted(len(running), 'charge')} running, {total} a year{strange.replace(' ones ', ' ')}. Look closer: qm charges show CHARGE"


def _body(line: RecurringCharge) -> dict[str, object]:
    return {**jsonable(line), "unknown": line.unknown, "annual": jsonable(line.series.annual)}
