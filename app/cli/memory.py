"""`qm memory`: what can be found again by meaning. Hints, never facts; all of it can be rebuilt from the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.frame import Command, group, opened
from app.cli.options import DryRun, instant
from app.cli.output import Reply, Table, jsonable, would_write
from memory.domain.errors import InputError
from memory.domain.words import counted

if TYPE_CHECKING:
    from app.bootstrap import Office
    from memory.domain.note import Hint

#: As so many kinds of clause one sentence may be read.
_READ_AS = 4
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


@app.command("update", cls=Command)
def update_memory(ctx: typer.Context, dry_run: DryRun = False) -> Reply:
    """Index what is new in the ledger, as the worker does by itself every minute. Stopped midway, it goes on where it stopped; the worker may run."""
    from graphs.remembering import notes_of

    with opened(ctx) as office:
        notes = notes_of(office.database)
        if dry_run:
            return would_write(f"what is new among {counted(len(notes), 'note')} to contract and vendor memory", notes=len(notes))
        before = office.recall().count()
        office.recall().remember(notes)
        count = office.recall().count()
    return Reply(
        {"notes": count, "new": count - before}, (f"{counted(count, 'note')} can be found by meaning, {count - before} of them new.",)
    )


@app.command("search", cls=Command)
def search_memory(
    ctx: typer.Context,
    text: Annotated[str, typer.Argument(help="What to look for, in plain words.")],
    kind: Annotated[str, typer.Option("--kind", help="clause, vendor, negotiation, incident or case.")] = "",
    vendor: Annotated[str, typer.Option("--vendor", help="With all profiles that were merged into it.")] = "",
    clause: Annotated[str, typer.Option("--clause", help="A kind of clause, for example notice or liability_cap.")] = "",
    in_force: Annotated[str, typer.Option("--in-force", metavar="DAY", help="Clauses that bind on this day, for example 2026-11-22.")] = "",
    as_of: Annotated[str, typer.Option("--as-of", metavar="TIME", help="What was known at this time.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=100)] = 5,
) -> Reply:
    """Find clauses and notes that resemble a question. Follow the source before relying on one."""
    from memory.domain.contract import ClauseKind
    from memory.domain.note import NoteKind
    from memory.views.vendor_merges import read_merges

    for option, value, known in (("--kind", kind, NoteKind), ("--clause", clause, ClauseKind)):
        if value and value not in set(known):
            raise InputError(f"{option} {value!r} is not known", hint=f"one of: {', '.join(known)}")
    at = instant(as_of, "--as-of", end_of_day=True) if as_of else None
    day = instant(in_force, "--in-force").date() if in_force else None
    with opened(ctx) as office:
        _catch_up(office)
        hints = office.recall().search(
            text,
            kind=NoteKind(kind) if kind else None,
            vendor_ids=read_merges(office.database, at=at).ids(vendor) if vendor else None,
            clause=clause or None,
            as_of=at,
            in_force=day,
            limit=min(100, limit * _READ_AS),
        )
    # One sentence may be several clauses at once (renewal, notice, termination): it is shown once, with all of them.
    alike: dict[tuple[str, str | None], list[Hint]] = {}
    for hint in hints:
        alike.setdefault((hint.note.text, hint.note.vendor_id), []).append(hint)
    shown = list(alike.values())[:limit]
    empty = "Nothing resembles it. qm memory rebuild fills an empty memory."
    table = Table(("likeness", "kind", "vendor", "clause", "text", "known since", "source"), [_row(same) for same in shown], empty=empty)
    return Reply({"hints": jsonable([same[0] for same in shown])}, (table,))


def _row(same: list[Hint]) -> tuple[object, ...]:
    best = same[0].note
    return (f"{same[0].score / 1000:.2f}", best.kind, best.vendor_id, _clauses(same), best.text, f"{best.at:%Y-%m-%d}", _source(same[0]))


def _source(hint: Hint) -> str:
    """Return what proves a note, short enough for a column: the contract it stands in, the evidence, or the event."""
    from memory.domain.note import EventRef, NoteKind

    note = hint.note
    if note.kind is NoteKind.CLAUSE:
        return f"contract {note.id[:12]}"
    return note.source.event_id if isinstance(note.source, EventRef) else f"evidence {note.source.digest[:12]}"


def _clauses(same: list[Hint]) -> str:
    return ", ".join(dict.fromkeys(hint.note.clause.replace("_", " ") for hint in same if hint.note.clause))


def _catch_up(office: Office) -> None:
    """Index what no worker has indexed yet: an import is found at once, with and without one."""
    from graphs.duties.memory_upkeep import memory_owed
    from graphs.remembering import notes_of
    from memory.database import reading

    with reading(office.database) as connection:
        owed = memory_owed(connection)
    if owed:
        office.recall().remember(notes_of(office.database))
