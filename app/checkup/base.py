"""What a check says, and how a check that breaks is told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from memory.domain.errors import QuartermasterError


class State(StrEnum):
    """Good; worth knowing; or something that stops the work until it is mended."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True)
class Check:
    """One thing looked at: what it is, how it stands, and the mend when it does not."""

    name: str
    state: State
    says: str
    mend: str = ""


def good(name: str, says: str) -> Check:
    """Return a check that holds."""
    return Check(name, State.GOOD, says)


def warning(name: str, says: str, mend: str) -> Check:
    """Return something worth knowing."""
    return Check(name, State.WARNING, says, mend)


def bad(name: str, says: str, mend: str) -> Check:
    """Return something that must be mended."""
    return Check(name, State.BAD, says, mend)


def looked_at(name: str, look: Callable[[], Check]) -> Check:
    """Return what `look` found; what it raises becomes the finding, for a check-up must get to its end."""
    from sqlalchemy.exc import SQLAlchemyError

    try:
        return look()
    except QuartermasterError as error:
        return bad(name, error.message, error.hint)
    except SQLAlchemyError as error:
        return bad(name, f"the database does not answer: {str(error).splitlines()[0]}", "restore the last backup")
    except OSError as error:
        return bad(name, f"{error.filename or ''} {error.strerror or error}".strip(), "mend the path or its permissions")
