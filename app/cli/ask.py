"""`qm ask`: an instruction in plain words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from app.cli.frame import Command, home_of, opened, wants_json
from app.cli.options import SURFACE, DryRun, given_text, instant
from app.cli.output import Reply, Table
from memory.domain.errors import InputError

if TYPE_CHECKING:
    from graphs.interaction.answer import Answer
    from memory.domain.instruction import Understood


def ask(
    ctx: typer.Context,
    text: Annotated[str, typer.Argument(help="The instruction; - reads it from a pipe.")],
    dry_run: DryRun = False,
    now: Annotated[str, typer.Option("--now", metavar="TIME", help="With --dry-run: read it as if it were this time.")] = "",
) -> Reply:
    """Say what you need, ask a question, set a budget, suggest a vendor, pause a case: in plain words."""
    instruction = given_text(text, "instruction")
    if dry_run:
        return _rehearsed(ctx, instruction, now)
    if now:
        raise InputError("--now is for trying out what is understood", hint="add --dry-run, or leave --now out")
    with opened(ctx) as office:
        answer = office.interaction.ask(instruction, surface=SURFACE)
    return Reply(answer.as_json(), _told(answer))


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("ask", cls=Command)(ask)


def _rehearsed(ctx: typer.Context, text: str, now: str) -> Reply:
    """Say what is understood. This needs no home and loads nothing but the intake."""
    from agents.requisition_intake import understand

    at = instant(now, "--now") if now else datetime.now(UTC)
    understood = understand(text, now=at)
    notes: tuple[str, ...] = ()
    if not wants_json(ctx) and not now:
        notes = _what_would_happen(ctx, text)
    return Reply({"understood": understood.public()}, (_fields(understood), *notes))


def _what_would_happen(ctx: typer.Context, text: str) -> tuple[str, ...]:
    from app.home import Home

    if not Home(home_of(ctx)).exists:
        return ()
    with opened(ctx) as office:
        return _told(office.interaction.ask(text, surface=SURFACE, dry_run=True))


def _fields(understood: Understood) -> Table:
    shown = understood.public()
    spans = shown.pop("spans")
    if understood.ceiling is not None:
        shown["ceiling"] = str(understood.ceiling)
    rows = [(name, _words(value), spans.get(name, {}).get("text", "")) for name, value in shown.items() if value not in (None, [])]
    return Table(("understood", "as", "from the words"), rows)


def _words(value: object) -> object:
    return ", ".join(str(item) for item in value) if isinstance(value, list) else value


def _told(answer: Answer) -> tuple[str, ...]:
    lines = [answer.answer]
    if answer.precedence:
        lines.append(f"What applied: {answer.precedence}")
    if answer.references:
        lines.append(f"It rests on: {', '.join(answer.references)}")
    return tuple(lines)
