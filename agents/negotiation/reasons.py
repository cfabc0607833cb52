"""The reason of a move as figures and one paragraph of plain English, from what the engine believed when it made it."""

from __future__ import annotations

import numpy as np

from agents.negotiation.behaviour import KINDS
from agents.negotiation.opponent import Opponent
from agents.negotiation.planning import Outlook
from agents.negotiation.task import MoveKind, Reason, Task

INTERVAL = (0.1, 0.5, 0.9)
MANNERS = {
    "timed": "concedes as time passes",
    "dropper": "holds and drops late",
    "reciprocal": "moves as we move",
    "representative": "moves in even steps and makes a last offer",
    "stubborn": "hardly moves",
    "erratic": "moves without a pattern",
}
NOTHING = Reason(
    round=0,
    standing=None,
    going_on=0,
    reachable=0,
    reachable_low=0,
    reachable_high=0,
    no_deal=1000,
    expected_next=0,
    deal_chance=0,
    behaviours={},
    words="No outcome is both permitted and better than walking away, so there is nothing to offer.",
)


def reason_of(task: Task, round_: int, standing: int | None, opponent: Opponent, look: Outlook | None, move: MoveKind) -> Reason:
    """Return why `move` was made in a round; `standing` is the vendor's offer on the table, `look` None when talks are over."""
    low, likely, high = reachable(task, opponent)
    counts = np.bincount(opponent.minds.manner.kind, minlength=len(KINDS)) / len(opponent.minds)
    worth = None if standing is None else _thousandths(task.utility[standing])
    reason = Reason(
        round=round_,
        standing=worth,
        going_on=_thousandths(task.reservation + look.worth) if look else 0,
        reachable=likely,
        reachable_low=low,
        reachable_high=high,
        no_deal=_thousandths(1 - float(np.mean(opponent.minds.open))),
        expected_next=_thousandths(task.reservation + look.expected_next) if look else 0,
        deal_chance=_thousandths(look.deal) if look else 0,
        behaviours={name: _thousandths(count) for name, count in zip(KINDS, counts, strict=True) if count > 0},
        words="",
    )
    return reason.model_copy(update={"words": _paragraph(task, reason, look is not None, move)})


def reachable(task: Task, opponent: Opponent) -> tuple[int, int, int]:
    """Return the least, likely and most own utility, in thousandths, that this vendor would still sign if it can meet us at all (80 %).

    Zeros where it is likelier that it cannot.
    """
    if np.mean(opponent.minds.open) < 0.5:
        return 0, 0, 0
    share = np.minimum(opponent.minds.share[opponent.minds.open], 1.0)
    low, likely, high = np.quantile(share, INTERVAL) * opponent.gains[0] + task.reservation
    return _thousandths(low), _thousandths(likely), _thousandths(high)


def _thousandths(value: float) -> int:
    return round(min(max(float(value), 0.0), 1.0) * 1000)


def _paragraph(task: Task, reason: Reason, going: bool, move: MoveKind) -> str:
    parts = [f"Round {reason.round + 1} of {task.rounds}."]
    if reason.standing is not None:
        parts.append(f"Their offer is worth {reason.standing} of 1000 to us; walking away is worth {_thousandths(task.reservation)}.")
    if reason.reachable:
        parts.append(
            f"If this vendor can meet us at all, and with {reason.no_deal / 10:.0f} % it cannot, we think at most about {reason.reachable} "
            f"can be had (80 %: {reason.reachable_low} to {reason.reachable_high})."
        )
    else:
        parts.append(
            f"We think that this vendor has nothing to sign that is better for us than walking away ({reason.no_deal / 10:.0f} %)."
        )
    if reason.behaviours:
        likeliest = max(reason.behaviours, key=lambda name: (reason.behaviours[name], name))
        parts.append(f"Most likely it {MANNERS[likeliest]} ({reason.behaviours[likeliest] / 10:.0f} %).")
    if going:
        parts.append(f"Going on is worth {reason.going_on}, with a chance of {reason.deal_chance / 10:.0f} % that our offer is signed.")
    parts.append(
        {
            MoveKind.ACCEPT: "So we take what lies on the table." if going else "No offer of ours can be answered any more, so we take it.",
            MoveKind.OFFER: "So we make an offer.",
            MoveKind.END: "So we end the talks.",
        }[move]
    )
    return " ".join(parts)
