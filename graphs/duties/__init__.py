"""Duties: what the house owes at certain times, each due time once, whoever is at work and however long nobody was."""

from graphs.duties.crew import described, dispatcher_duties, standings, worker_duties
from graphs.duties.duty import Done, DueTime, Duty, DutyStanding
from graphs.duties.roster import Duties, DutySetting

__all__ = [
    "Done",
    "DueTime",
    "Duties",
    "Duty",
    "DutySetting",
    "DutyStanding",
    "described",
    "dispatcher_duties",
    "standings",
    "worker_duties",
]
