"""The one place that prints: a reply as one JSON object or as plain text, a failure in the same two ways.

Whatever a vendor wrote passes `plain` before it reaches a terminal: no control character, no invisible mark, no markup.
"""

from __future__ import annotations

import json
import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field, is_dataclass
from dataclasses import fields as fields_of
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any, TextIO

from memory.domain.errors import QuartermasterError

#: Control, format (bidirectional overrides, zero width), surrogate and private characters, line and paragraph separators.
_UNPRINTED = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


@dataclass(frozen=True)
class Table:
    """Rows for people: a rich table on a terminal, aligned columns elsewhere; `empty` is said when there are none."""

    columns: tuple[str, ...]
    rows: Sequence[Sequence[object]]
    title: str = ""
    empty: str = "Nothing."


@dataclass(frozen=True)
class Reply:
    """What a command answers: `body` for programs, `parts` for people on stdout, `notes` for people on stderr.

    With a `problem` the command failed although it has something to show: the exit code is the problem's.
    """

    body: dict[str, Any]
    parts: tuple[str | Table, ...] = ()
    notes: tuple[str, ...] = ()
    problem: QuartermasterError | None = field(default=None)


def would_write(*what: str, **body: object) -> Reply:
    """Return the answer of a dry run that would write something else than events."""
    return Reply({"dry_run": True, "would_write": list(what), **body}, tuple(f"Would write {one}" for one in what))


def show(reply: Reply, *, as_json: bool) -> int:
    """Print a reply and return the exit code."""
    for note in reply.notes:
        say(note)
    if as_json:
        body = reply.body if reply.problem is None else {**error_body(reply.problem), **reply.body}
        print(to_json(body), flush=True)
    else:
        for part in reply.parts:
            _print_part(part)
        if reply.problem is not None:
            _print_error(reply.problem)
    return 0 if reply.problem is None else reply.problem.exit_code


def fail(error: QuartermasterError, *, as_json: bool) -> int:
    """Print a failure, on stdout as JSON or on stderr for people, and return the exit code."""
    if as_json:
        print(to_json(error_body(error)), flush=True)
    else:
        _print_error(error)
    return error.exit_code


def say(message: str) -> None:
    """Print a message for people on stderr."""
    print(plain(message), file=sys.stderr, flush=True)


def error_body(error: QuartermasterError) -> dict[str, Any]:
    """Return the object that stands for a failure."""
    return {"ok": False, "error": {"code": error.code, "message": error.message, "hint": error.hint}}


def to_json(body: dict[str, Any]) -> str:
    """Return one line of JSON in ASCII, so that no terminal and no locale can read anything else out of it."""
    return json.dumps(jsonable(body))


def jsonable(value: Any) -> Any:
    """Return nouns, views, dates and enums as plain JSON values."""
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: jsonable(getattr(value, f.name)) for f in fields_of(value)}
    if isinstance(value, dict):
        return {str(_scalar(key)): jsonable(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [jsonable(item) for item in value]
    return _scalar(value)


def _scalar(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Path) else value


def plain(text: str) -> str:
    """Return text without anything that a terminal would act on; line breaks stay, tabs become spaces."""
    lines = text.replace("\t", " ").split("\n")
    return "\n".join("".join(ch for ch in line if unicodedata.category(ch) not in _UNPRINTED) for line in lines)


def cell(value: object) -> str:
    """Return a value as one line: nothing for None, minutes for instants, plain text otherwise."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return " ".join(plain(str(value.value if isinstance(value, Enum) else value).replace("\n", " ")).split())


def _print_part(part: str | Table) -> None:
    if isinstance(part, str):
        print(plain(part), flush=True)
    elif not part.rows:
        print(plain(part.empty), flush=True)
    elif sys.stdout.isatty():
        _print_rich(part)
    else:
        _print_columns(part, sys.stdout)


def _print_rich(part: Table) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table as RichTable
    from rich.text import Text

    table = RichTable(title=Text(plain(part.title)) if part.title else None, box=box.SIMPLE_HEAD, title_justify="left", pad_edge=False)
    for column in part.columns:
        table.add_column(Text(column), overflow="fold")
    for row in part.rows:
        table.add_row(*(Text(cell(value)) for value in row))
    Console(highlight=False).print(table)


def _print_columns(part: Table, stream: TextIO) -> None:
    rows = [part.columns, *([cell(value) for value in row] for row in part.rows)]
    widths = [max(len(row[index]) for row in rows) for index in range(len(part.columns))]
    if part.title:
        print(plain(part.title), file=stream)
    for row in rows:
        print("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip(), file=stream, flush=True)


def _print_error(error: QuartermasterError) -> None:
    say(f"error: {error.message}")
    if error.hint:
        say(f"  mend: {error.hint}")
