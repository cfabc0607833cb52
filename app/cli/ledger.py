"""`qm ledger`: proof. Every chain checked, every event exported, every projection replayed."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from app.cli.frame import Command, group, opened
from app.cli.options import DryRun
from app.cli.output import Reply, Table, jsonable, would_write
from memory.domain.errors import ConflictError, IntegrityError
from memory.domain.words import counted

app = group("The ledger: append-only, hash-chained, verifiable.")


@app.command("verify", cls=Command)
def verify_ledger(ctx: typer.Context) -> Reply:
    """Check every chain from its first event to its head."""
    from memory.database import reading
    from memory.ledger import verify

    with opened(ctx) as office, reading(office.database) as connection:
        proof = verify(connection)
    body = {
        "ok": proof.ok,
        "streams": proof.streams,
        "events": proof.events,
        "head": proof.head,
        "first_break": jsonable(proof.first_break),
    }
    if proof.first_break is None:
        return Reply(
            body, (f"The ledger verifies: {counted(proof.events, 'event')} in {counted(proof.streams, 'stream')}.", f"Head {proof.head}")
        )
    broken = proof.first_break
    problem = IntegrityError(
        f"the ledger is broken at {broken.stream} version {broken.version}: {broken.problem}",
        hint="stop the worker, keep this file as evidence, and restore the last backup that verifies",
    )
    return Reply(body, (), (), problem)


@app.command("head", cls=Command)
def ledger_head(ctx: typer.Context) -> Reply:
    """Print the one digest that stands for the whole ledger."""
    from memory.database import reading
    from memory.ledger import head_of

    with opened(ctx) as office, reading(office.database) as connection:
        head = head_of(connection)
    return Reply({"head": head}, (head,))


@app.command("export", cls=Command)
def export_ledger(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="Where to write: one JSON object per line.")],
    dry_run: DryRun = False,
) -> Reply:
    """Write every event as it was hashed, and the heads, as JSON Lines: enough to check the chains elsewhere."""
    from app.ledger_export import export
    from memory.database import reading
    from memory.ledger import verify

    if file.exists():
        raise ConflictError(f"{file} exists already", hint="choose another name; an export never overwrites")
    with opened(ctx) as office:
        if dry_run:
            with reading(office.database) as connection:
                return would_write(f"{counted(verify(connection).events, 'event')} to {file}")
        done = export(office.database, file)
    told = f"{counted(done.events, 'event')} of {counted(done.streams, 'stream')}, written to {file}."
    return Reply({"file": str(file), **jsonable(done)}, (told, f"Head {done.head}"))


@app.command("replay", cls=Command)
def replay_ledger(ctx: typer.Context) -> Reply:
    """Fold every projection again from the ledger, beside the live one, and compare."""
    from graphs.replay import replay

    with opened(ctx) as office:
        found = replay(office.database, office.projections)
    rows = [(r.name, r.events, r.live[:12], r.rebuilt[:12], r.equal) for r in found]
    wrong = [r.name for r in found if not r.equal]
    body = {"ok": not wrong, "projections": [{**jsonable(r), "equal": r.equal} for r in found]}
    table = Table(("projection", "events", "live", "rebuilt", "equal"), rows)
    problem = IntegrityError(f"not what the ledger says: {', '.join(wrong)}", hint="qm doctor --mend rebuilds them") if wrong else None
    return Reply(body, (table,), (), problem)
