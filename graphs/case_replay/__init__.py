"""`qm cases replay`: a case decided again from its recorded inputs and answers, to see where today's code would decide otherwise."""

from graphs.case_replay.comparing import Difference
from graphs.case_replay.replaying import CaseReplay, ReplayedStep, Verdict, replay_case

__all__ = ["CaseReplay", "Difference", "ReplayedStep", "Verdict", "replay_case"]
