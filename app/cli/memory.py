"""`qm memory`: what can be found again by meaning. Hints, never facts; all of it can be rebuilt from the ledger."""

from __future__ import annotations

from typing import Annotated

import typer

from app.cli.frame import Command, group, opened
from app.cli.options import DryRun
from app.cli.output import Reply, Table, jsonable, would_write
from memory.domain.errors import InputError
from memory.domain.words import counted

app = group("Contract and vendor memory: found by meaning, rebuilt from the ledger.")


@app.command("rebuild", cls=Command)
def rebuild_memory(ctx: typer.Context, dry_run: DryRun = False) -> Reply:
    """Index clauses, vendors and negotiations again from the ledger. Stop the worker first."""
    from graphs.remembering import notes_of

    with opened(ctx) as office:
        notes = notes_of(office.database)
        if dry_run:
            return would_write(f"{counted(len(notes), 'note')} to contract and vendor memory", notes=len(notes))
        office.recall().rebuild(notes)
        count = office.recall().count()
    return Reply({"notes": count}, (f"{counted(count, 'note')} can be found by meaning.",))


@app.command("search", cls=Command)
def search_memory(
    ctx: typer.Context,
    text: Annotated[str, typer.Argument(help="What to look for, in plain words.")],
    kind: Annotated[str, typer.Option("--kind", help="clause, vendor, negotiation or case.")] = "",
    vendor: Annotated[str, typer.Option("--vendor")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=100)] = 5,
) -> Reply:
    """Find clauses and notes that resemble a question. Follow the source before relying on one."""
    from memory.domain.note import NoteKind

    if kind and kind not in set(NoteKind):
        raise InputError(f"--kind {kind!r} is not known", hint=f"one of: {', '.join(k.value for k in NoteKind)}")
    with opened(ctx) as office:
        hints = office.recall().search(text, kind=NoteKind(kind) if kind else None, vendor_id=vendor or None, limit=limit)
    rows = [(f"{h.score / 1000:.2f}", h.note.kind, h.note.vendor_id, h.note.clause, h.note.text) for h in hints]
    table = Table(
        ("likeness", "kind", "vendor", "clause", "text"), rows, empty="Nothing resembles it. qm memory rebuild fills an empty memory."
    )
    return Reply({"hints": jsonable(hints)}, (table,))
