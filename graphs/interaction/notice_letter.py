"""The text of a notice not to renew: dates from the calendar, names from the registry, nothing from a vendor's words."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from memory.database import reading
from memory.domain.events.workspace import WorkspaceMade
from memory.ledger import WORKSPACE, read_events


def notice_letter(database: sa.Engine, vendor: str, term_end: date, notice_days: int, today: date, *, in_time: bool) -> tuple[str, ...]:
    """Return the letter line by line; it is shown to the operator and never sent from here."""
    kept = (
        f"The notice period of {notice_days} days is kept."
        if in_time
        else "We ask you to accept this notice although the notice period has begun."
    )
    return (
        f"  {today:%d %B %Y}",
        f"  To {vendor}",
        "  Notice of non-renewal",
        "  ",
        f"  We herewith give notice that our contract with you will not be renewed. It ends on {term_end:%d %B %Y}, the end of the current term.",
        f"  {kept} We withdraw any consent to collect payments after that day.",
        "  Please confirm receipt and the date of termination in writing, and tell us how our data can be exported and when it will be deleted.",
        "  ",
        f"  {_signed_by(database)}",
    )


def _signed_by(database: sa.Engine) -> str:
    with reading(database) as connection:
        made = next(iter(read_events(connection, stream=WORKSPACE, kinds=(WorkspaceMade.kind,), newest_first=True, limit=1)), None)
    return made.event.operator if made is not None and isinstance(made.event, WorkspaceMade) else "[your name and company]"
