"""Rehearsals: a planned negotiation against simulated vendors, before anything is sent. Nothing here can send, and nothing is written.

`rehearse(planned, vendors, runs, seed, strategies) -> RehearsalReport`; `hold_talk` plays a single talk, turn by turn.
"""

from agents.negotiation.rehearsal.paces import VendorKind
from agents.negotiation.rehearsal.planned import Move, Planned, Player
from agents.negotiation.rehearsal.rehearsing import EVERY_KIND, rehearse
from agents.negotiation.rehearsal.report import RehearsalReport, Spread, StrategyReport, Tally
from agents.negotiation.rehearsal.risks import named, risks
from agents.negotiation.rehearsal.sayings import words_of
from agents.negotiation.rehearsal.strategies import StrategyName, players
from agents.negotiation.rehearsal.talks import Step, Talk, hold_talk
from agents.negotiation.rehearsal.vendors import Answer, SimulatedVendor

__all__ = [
    "EVERY_KIND",
    "Answer",
    "Move",
    "Planned",
    "Player",
    "RehearsalReport",
    "SimulatedVendor",
    "Spread",
    "Step",
    "StrategyName",
    "StrategyReport",
    "Talk",
    "Tally",
    "VendorKind",
    "hold_talk",
    "named",
    "players",
    "rehearse",
    "risks",
    "words_of",
]
