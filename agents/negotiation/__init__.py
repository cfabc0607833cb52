"""The decision engine of a negotiation: arithmetic on typed terms. It never sees a word that a vendor wrote.

`Task` in, `Negotiation(task).turn(offer)` round by round, `Decision` out: what to do, and why.
"""

from agents.negotiation.engine import Negotiation
from agents.negotiation.space import Issue, Space
from agents.negotiation.task import Decision, MoveKind, Reason, Task, Turn

__all__ = ["Decision", "Issue", "MoveKind", "Negotiation", "Reason", "Space", "Task", "Turn"]
