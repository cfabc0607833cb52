"""The frame of every command: `--home` and `--json` before or after it, one reply printed, and the home it works on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from app.cli.output import Reply, show

if TYPE_CHECKING:
    from app.bootstrap import Office
    from app.home import Home

_HOME, _JSON, _REHEARSED = "qm.home", "qm.json", "qm.rehearsed"


class Command(TyperCommand):
    """A command that takes `--home` and `--json`, returns a `Reply` and has it printed."""

    def __init__(self, name: str | None, **rest: Any) -> None:
        super().__init__(name, **{**rest, "params": [*(rest.get("params") or ()), *_common()]})

    def invoke(self, ctx: Any) -> int:
        """Run the command, print its reply, and return the exit code."""
        reply = super().invoke(ctx)
        rehearsed = ctx.meta.get(_REHEARSED)
        if rehearsed is not None:
            reply = rehearsed.reply()
        return show(reply, as_json=wants_json(ctx)) if isinstance(reply, Reply) else 0


class Group(TyperGroup):
    """A group of commands that takes `--home` and `--json` too."""

    def __init__(self, **rest: Any) -> None:
        super().__init__(**{**rest, "params": [*(rest.get("params") or ()), *_common()]})


@cache
def _common() -> tuple[Any, ...]:
    """Return the two options, made by typer from a pattern: every command gets them without naming them."""
    pattern = typer.Typer(add_completion=False)
    pattern.command()(_pattern)
    options = tuple(option for option in get_command(pattern).params if option.name in {"home", "as_json"})
    for option in options:
        option.expose_value = False
    return options


def _remember_home(ctx: typer.Context, value: Path | None) -> None:
    if value is not None:
        ctx.meta[_HOME] = value


def _remember_json(ctx: typer.Context, value: bool) -> None:
    if value:
        ctx.meta[_JSON] = True


def _pattern(
    home: Annotated[
        Path | None,
        typer.Option(
            "--home", metavar="DIR", help="The home to work on; else QM_HOME, else this system's folder.", callback=_remember_home
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.", callback=_remember_json)] = False,
) -> None:
    """Carry the options; it is never run."""


def group(help_text: str, **rest: Any) -> typer.Typer:
    """Return an empty group of commands."""
    return typer.Typer(help=help_text, cls=Group, no_args_is_help=False, rich_markup_mode=None, pretty_exceptions_enable=False, **rest)


def wants_json(ctx: typer.Context) -> bool:
    """Whether `--json` was given, before or after the command."""
    return bool(ctx.meta.get(_JSON))


def home_of(ctx: typer.Context) -> Path:
    """Return the folder of the home: `--home`, else `QM_HOME`, else the system's data folder."""
    from app.settings import home_folder

    return home_folder(ctx.meta.get(_HOME))


def existing(ctx: typer.Context) -> Home:
    """Return the home; raises `NotFoundError` when none was made there."""
    from app.home import existing_home

    return existing_home(home_of(ctx))


@contextmanager
def opened(ctx: typer.Context, *, dry_run: bool = False) -> Iterator[Office]:
    """Yield the office of the home. In a dry run everything is decided and checked, and every transaction is taken back."""
    from app.bootstrap import open_office

    with open_office(home_of(ctx)) as office:
        if not dry_run:
            yield office
            return
        from app.cli.dry_run import rehearsal

        with rehearsal(office) as rehearsed:
            yield rehearsed.office
            ctx.meta[_REHEARSED] = rehearsed


def asks_for_json(arguments: Sequence[str]) -> bool:
    """Whether `--json` stands among arguments that may not even be readable."""
    read = list(arguments)
    return "--json" in (read[: read.index("--")] if "--" in read else read)
