"""`qm duties`: what the house owes at certain times, when it was done last and when it is due next."""

from __future__ import annotations

import typer

from app.cli.frame import Command, group, opened
from app.cli.output import Reply, Table, jsonable

app = group("Duties: what is done by the clock, when last and when next.")


@app.command("list", cls=Command)
def list_duties(ctx: typer.Context) -> Reply:
    """List every duty: when it ran last and what it found, when it is due next, and what stands in its way."""
    from graphs.duties import standings

    with opened(ctx) as office:
        now, zone = office.clock.now(), office.settings.zone
        found = standings(office.database, zone, now)
    rows = [(s.name, s.last_run or "not yet", s.next_due, s.state, s.error or s.found) for s in found]
    table = Table(("duty", "last (UTC)", "next (UTC)", "", "what it found"), rows)
    notes = tuple(f"{s.name} failed {s.failures} times in a row: {s.error} {s.hint}".strip() for s in found if s.failures)
    return Reply({"timezone": zone.key, "duties": jsonable(found)}, (table, f"Your time zone: {zone.key}."), notes)
