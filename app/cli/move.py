"""`qm move`: to Postgres, or back to the SQLite file."""

from __future__ import annotations

from typing import Annotated

import typer

from app.cli.frame import Command, existing
from app.cli.options import DryRun
from app.cli.output import Reply, Table, jsonable
from memory.domain.words import counted


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("move", cls=Command)(move)


def move(
    ctx: typer.Context,
    to: Annotated[
        str, typer.Option("--to", metavar="ADDRESS", help="postgresql+psycopg://USER@HOST/DATABASE, or sqlite for the way back.")
    ],
    dry_run: DryRun = False,
) -> Reply:
    """Move this home's records to a Postgres database, compare them there, and go on there; the old file is kept."""
    from app.move import move_home
    from app.ports import SystemClock
    from app.settings import load_settings

    home = existing(ctx)
    done = move_home(home, load_settings(home.root), to, now=SystemClock().now(), dry_run=dry_run)
    table = Table(("table", "rows", "sha256"), [(t.name, t.rows, t.digest[:12]) for t in done.tables])
    if done.dry_run:
        told = f"Would move {counted(done.events, 'event')} from {done.source} to {done.target}; nothing was written."
        return Reply({**jsonable(done), "dry_run": True}, (table, told))
    lines = (
        f"Moved {counted(done.events, 'event')} from {done.source} to {done.target}; every table agrees, and both ledgers verify.",
        f"Ledger head {done.ledger_head}",
        f"{counted(done.checkpoints, 'checkpoint')} of open cases went along; {counted(done.jobs, 'job')} put into the queue there.",
        f"The old records are kept at {done.kept}.",
    )
    return Reply(jsonable(done), (table, *lines), done.says)
