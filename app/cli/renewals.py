"""`qm renewals`: the contracts under watch by the last day to act, and the same as a calendar file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from app.cli.frame import Command, Group, group, opened, wants_json
from app.cli.options import DryRun
from app.cli.output import Reply, Table, jsonable, show, would_write
from memory.domain.words import counted


class _Overview(Group):
    """A group whose bare name answers too."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command of the group, or print the reply of the group itself."""
        reply = super().invoke(ctx)
        return show(reply, as_json=wants_json(ctx)) if isinstance(reply, Reply) else reply


app = group("Renewals: every contract by the last day on which you can still act.")
CalendarFile = Annotated[Path | None, typer.Option("--ics", metavar="FILE", help="Write them as a calendar file too.")]


@app.callback(cls=_Overview, invoke_without_command=True)
def renewals(ctx: typer.Context, ics: CalendarFile = None, dry_run: DryRun = False) -> Reply | None:
    """Show the contracts under watch, by the last day on which you can still act."""
    return _listed(ctx, ics, dry_run=dry_run) if ctx.invoked_subcommand is None else None


@app.command("list", cls=Command)
def list_renewals(ctx: typer.Context, ics: CalendarFile = None, dry_run: DryRun = False) -> Reply:
    """Show the contracts under watch, by the last day on which you can still act."""
    return _listed(ctx, ics, dry_run=dry_run)


def _listed(ctx: typer.Context, ics: Path | None, *, dry_run: bool) -> Reply:
    from memory.views.calendar_entries import calendar_entries
    from memory.views.renewals import renewal_list

    with opened(ctx) as office:
        today = office.renewals.today
        found = renewal_list(office.database, today)
        entries = calendar_entries(office.database, today) if ics is not None else ()
    rows = [(r.decide_by, r.days_left, r.window, r.vendor_name, r.term_end, r.auto_renews, r.annual_cost, r.uid) for r in found]
    columns = ("decide by", "days", "", "vendor", "term ends", "renews", "a year", "id")
    body = {"today": today.isoformat(), "renewals": jsonable(found)}
    if ics is not None:
        from app.renewal_calendar import calendar_of
        from tools.atomic_file import write_atomically

        if dry_run:
            return would_write(f"{counted(len(entries), 'date')} to {ics}")
        write_atomically(ics, calendar_of(entries), mode=0o644)
        body["ics"] = str(ics)
    notes = (f"Written to {ics}.",) if ics is not None else ()
    return Reply(body, (Table(columns, rows, empty="No contract is under watch."),), notes)
