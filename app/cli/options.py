"""Options that several commands share, and the reading of values a person writes: instants, money, files."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from memory.domain.errors import InputError, NotFoundError

if TYPE_CHECKING:
    import sqlalchemy as sa

    from app.bootstrap import Office
    from memory.domain.money import Price

DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be written, and write nothing.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; kept in the ledger.")]
CaseId = Annotated[str, typer.Argument(metavar="CASE")]

OPERATOR = "operator"
SURFACE = "cli"
#: No file that a person hands in is larger.
_LARGEST_FILE = 64 * 1024 * 1024
_PERIODS = {"month": "month", "mo": "month", "year": "year", "yr": "year", "quarter": "quarter", "once": "once"}


def instant(text: str, option: str, *, end_of_day: bool = False) -> datetime:
    """Return a time as written: `2026-11-22T10:00:00Z`, or a day. A time without a zone is UTC. Raises `InputError`."""
    try:
        if len(text) == len("2026-11-22"):
            day = datetime.combine(date.fromisoformat(text), datetime.min.time(), UTC)
            return day + timedelta(days=1, microseconds=-1) if end_of_day else day
        found = datetime.fromisoformat(text)
    except ValueError:
        raise InputError(f"{option} {text!r} is not a time", hint="write it like 2026-11-22T10:00:00Z, or as a day: 2026-11-22") from None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def price(text: str, what: str) -> Price:
    """Return an amount with its period: `400 EUR/month`, `4,800.00 EUR per year`. Raises `InputError`."""
    from pydantic import ValidationError

    from graphs.policy.written import written_money
    from memory.domain.money import Money, Period, Price

    written, _, period = text.replace(" per ", "/").partition("/")
    named = _PERIODS.get(period.strip().lower() or "once")
    try:
        money = written_money(written.strip())
    except ValueError as error:
        raise InputError(f"{what} {text!r}: {error}", hint='write it like "400 EUR/month"') from None
    if named is None or not isinstance(money, Money):
        raise InputError(f"{what} {text!r}: there is no period {period.strip()!r}", hint="write /month, /quarter or /year")
    try:
        return Price(amount_minor=money.amount_minor, currency=money.currency, period=Period(named))
    except ValidationError:
        raise InputError(f"{what} {text!r} is negative", hint='write it like "400 EUR/month"') from None


def file_body(path: Path, what: str) -> bytes:
    """Return the bytes of a file. Raises `NotFoundError` or `InputError` naming the file and the mend."""
    try:
        if path.stat().st_size > _LARGEST_FILE:
            raise InputError(
                f"{path.name} has {path.stat().st_size:,} bytes; at most {_LARGEST_FILE:,} are read", hint="give a smaller file"
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise NotFoundError(f"there is no {what} at {path}", hint="check the path") from None
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}", hint="give the path of a file that you may read") from None


def file_text(path: Path, what: str) -> str:
    """Return the text of a UTF-8 file. Raises `NotFoundError` or `InputError`."""
    try:
        return file_body(path, what).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{path.name} is not UTF-8 text (byte {error.start})", hint="save it as UTF-8") from None


def piped_body(what: str) -> bytes:
    """Return the bytes that are piped in. Raises `InputError` when nothing is, or more than any file that is read."""
    if sys.stdin.isatty():
        raise InputError(f"`-` reads the {what} from a pipe, and there is none", hint=f"give the {what} as an argument")
    body = sys.stdin.buffer.read(_LARGEST_FILE + 1)
    if len(body) > _LARGEST_FILE:
        raise InputError(f"what is piped in has more than {_LARGEST_FILE:,} bytes", hint=f"give a smaller {what}")
    return body


def given_text(argument: str, what: str) -> str:
    """Return the argument, or what is piped in when it is `-`. Raises `InputError` when that is not text."""
    if argument != "-":
        return argument
    try:
        return piped_body(what).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"the {what} is not UTF-8 text (byte {error.start})", hint="send it as UTF-8") from None


AsOf = Annotated[str, typer.Option("--as-of", metavar="DATE", help="As it was known at the end of that day, like 2026-12-01.")]


@contextmanager
def known_on(office: Office, as_of: str) -> Iterator[tuple[sa.Engine, datetime]]:
    """Yield the database and the time of now, or of the end of a day: with all that was known then, and nothing else."""
    if not as_of:
        yield office.database, office.clock.now()
        return
    from graphs.past import as_known_at

    at = end_of(as_of, office.settings.zone)
    with as_known_at(office.database, office.projections, at) as then:
        yield then, at


def end_of(day: str, zone: tzinfo) -> datetime:
    """Return the last instant of a day in a time zone. Raises `InputError` for what is no day."""
    try:
        return datetime.combine(date.fromisoformat(day), time.max, zone)
    except ValueError:
        raise InputError(f"{day!r} is not a day", hint="write it like 2026-12-01") from None
