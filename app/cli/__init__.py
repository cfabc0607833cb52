"""The command line: `qm`. One module per group of commands; whatever is heavy is imported inside the command that needs it."""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterable, Sequence

import typer

from app.cli import (
    approvals,
    ask,
    cases,
    charges,
    contracts,
    duties,
    effects,
    home,
    imports,
    ledger,
    memory,
    money,
    move,
    policy,
    preferences,
    rehearse,
    renewals,
    review,
    tasks,
    vault,
    vendors,
)
from app.cli.frame import Command, asks_for_json, group
from app.cli.output import fail, say
from memory.domain.errors import InputError, QuartermasterError, UnavailableError

#: What typer makes of Ctrl-C.
_INTERRUPTED = 130

_GROUPS = {
    "cases": cases,
    "approvals": approvals,
    "tasks": tasks,
    "vendors": vendors,
    "policy": policy,
    "preferences": preferences,
    "renewals": renewals,
    "ledger": ledger,
    "effects": effects,
    "duties": duties,
    "memory": memory,
    "charges": charges,
    "import": imports,
    "vault": vault,
}


def _tree(groups: Iterable[str], *, alone: bool = False) -> typer.Typer:
    """Return the command line with the named groups, `alone` without the commands that stand outside every group."""
    tree = group("The procurement department of a one-person company: finds, negotiates, reads, signs, pays, remembers.")
    for register in () if alone else (home, ask, rehearse, review, contracts, money, move, effects):
        register.add_to(tree)
    for name in groups:
        tree.add_typer(_GROUPS[name].app, name=name)
    return tree


app = _tree(_GROUPS)


def _fitting(arguments: Sequence[str]) -> typer.Typer:
    """Return the part of the command line that the arguments speak to: Typer reads the signature of every command it is given."""
    first = arguments[0] if arguments else ""
    return _tree((first,), alone=True) if first in _GROUPS else app


class _UsageError(InputError):
    code = "usage"


class _InterruptedError(QuartermasterError):
    code = "interrupted"


class _BrokenError(QuartermasterError):
    """A fault of this program, which it did not foresee."""

    code = "internal"


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; nothing is raised."""
    as_json = asks_for_json(arguments)
    try:
        code = int(_fitting(arguments)(list(arguments), prog_name="qm", standalone_mode=False) or 0)
    except BrokenPipeError:
        # Whoever read our output has gone; Python would complain once more when it flushes.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001  named edge: whoever reads --json gets an object whatever happens
        return fail(_ours(error), as_json=as_json)
    return fail(_interrupted(), as_json=as_json) if code == _INTERRUPTED else code


def main() -> None:
    """Run `qm` with the process's own arguments."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    with contextlib.suppress(BrokenPipeError):
        code = run(sys.argv[1:])
        sys.stdout.flush()
    sys.exit(code)


def _ours(error: BaseException) -> QuartermasterError:
    """Return any error as one of our own."""
    if isinstance(error, QuartermasterError):
        return error
    if isinstance(error, typer.TyperException):
        context = getattr(error, "ctx", None)
        where = context.command_path if context is not None else "qm"
        return _UsageError(error.format_message(), hint=f"{where} --help")
    return _interrupted() if isinstance(error, typer.Abort | KeyboardInterrupt) else _explained(error)


def _interrupted() -> QuartermasterError:
    return _InterruptedError("interrupted", hint="what was recorded before stands")


def _explained(error: BaseException) -> QuartermasterError:
    """Return an error that nobody foresaw in our own words; the traceback goes to stderr."""
    import traceback

    database = sys.modules.get("sqlalchemy")
    if database is not None and isinstance(error, database.exc.SQLAlchemyError):
        return UnavailableError(f"the database does not answer: {str(error).splitlines()[0]}", hint="qm doctor")
    if isinstance(error, OSError) and error.filename:
        return UnavailableError(f"{error.filename}: {error.strerror}", hint="mend the path or its permissions")
    say("".join(traceback.format_exception(error)))
    return _BrokenError(f"{type(error).__name__}: {error}", hint="this is a mistake in Quartermaster; report it with the lines above")


__all__ = ["Command", "app", "main", "run"]
