"""The public harness's engine interface over the product's own strategy: `--buyer negotiation_adapter.py:Engine`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from agents.negotiation import Issue, MoveKind, Negotiation, Space, Task


@dataclass(frozen=True)
class Move:
    kind: str
    outcome: tuple | None = None


class Engine:
    """Translates the harness's brief and messages; decides nothing."""

    def __init__(self, brief) -> None:
        issues = tuple(Issue(issue.name, tuple(issue.values)) for issue in brief.issues)
        places = [{value: k for k, value in enumerate(issue.values)} for issue in issues]
        grid = np.array(
            [[place[value] for place, value in zip(places, outcome, strict=True)] for outcome in brief.outcomes], dtype=np.int16
        )
        space = Space(issues, grid, np.asarray(brief.policy_ok, dtype=np.bool_))
        self.brief = brief
        self.talks = Negotiation(
            Task(
                space, np.asarray(brief.utility, dtype=np.float64), float(brief.reservation), brief.n_rounds, brief.moves_first, brief.seed
            )
        )

    def act(self, msg) -> Move:
        decision = self.talks.turn(None if msg.offer is None else self.brief.index(msg.offer))
        if decision.kind is MoveKind.OFFER:
            return Move("offer", self.brief.outcomes[decision.outcome])
        return Move(decision.kind.value)
