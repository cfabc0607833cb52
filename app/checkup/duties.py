"""The clock's side: whether what the house owes at certain times is done."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.checkup.base import Check, good, warning
from memory.domain.words import counted

if TYPE_CHECKING:
    from app.bootstrap import Office


def check_duties(office: Office) -> Check:
    """Whether a duty fails, or is late although it ran before."""
    from graphs.duties import standings

    found = standings(office.database, office.settings.zone, office.clock.now())
    failing = [s for s in found if s.failures]
    if failing:
        first = failing[0]
        mend = f"{first.hint or 'qm duties list'}; it is tried again by itself"
        return warning("duties", f"{first.name} failed {counted(first.failures, 'time')}: {first.error}", mend)
    late = [s for s in found if s.overdue]
    if late:
        return warning(
            "duties", f"{len(late)} late, {late[0].name} since {late[0].last_run:%Y-%m-%d %H:%M} UTC", "start what does them: qm up"
        )
    ran = [s for s in found if s.last_run is not None]
    if not ran:
        return good("duties", "none was due yet; qm up sees to them")
    ahead = min(ran, key=lambda s: s.next_due)
    return good("duties", f"{len(ran)} of {len(found)} have run; next is {ahead.name}")
