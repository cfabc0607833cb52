"""The frame of every command: `--home` and `--json` before or after it, one reply printed, and the home it works on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup, TyperOption

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


def _common() -> list[TyperOption]:
    home = TyperOption(
        param_decls=["--home"],
        type_descriptor=Path,
        metavar="DIR",
        help="The home to work on; else QM_HOME, else the data folder of this system.",
        callback=_remember(_HOME),
        expose_value=False,
    )
    as_json = TyperOption(
        param_decls=["--json"],
        type_descriptor=bool,
        is_flag=True,
        default=False,
        help="Print one JSON object on stdout.",
        callback=_remember(_JSON),
        expose_value=False,
    )
    return [home, as_json]


def _remember(name: str) -> Any:
    def remember(ctx: typer.Context, _parameter: object, value: object) -> None:
        if value:
            ctx.meta[name] = value

    return remember


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
