"""Few-round planning: concession paths played against every hypothesis of the vendor, and the best of them begun."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from agents.negotiation.behaviour import RECIPROCAL
from agents.negotiation.counters import Counters
from agents.negotiation.opponent import Opponent
from agents.negotiation.space import Floats, Ints, Mask, Singles
from agents.negotiation.task import Task

LEVELS = 32
CHECKPOINTS = 10
ENDS = 16
CONFIDENCE = 0.93
SHAPES = (0.5, 1.0, 2.5)
CREEPS = (0.25, 0.6)
IMPATIENT = 0.15
PATIENCE = (0.25, 0.35, 0.45)
NOTICED = 0.01
BLUR = 0.05
CAUTION = 0.02
FORESIGHT = 0.45


@dataclass(frozen=True, eq=False)
class Outlook:
    """What going on is worth: its expected gain over walking away, the outcome to offer, the chance of a deal, the vendor's next gain to us."""

    worth: float
    offer: int
    deal: float
    expected_next: float


@dataclass(frozen=True, eq=False)
class Ahead:
    """The coming answers of the vendor: its clock at each, its targets (hypothesis, answer) and what it takes at its last word."""

    clocks: Floats
    turns: Ints
    targets: Floats
    final: Floats


class Planner:
    """Plans for one task."""

    def __init__(self, task: Task, opponent: Opponent, counters: Counters) -> None:
        self.task, self.opponent, self.counters = task, opponent, counters

    def look(self, round_: int) -> Outlook | None:
        """Return the best way of going on from this turn; None when no offer of ours can be answered any more."""
        ahead = self._ahead(round_)
        if ahead is None:
            return None
        picks = self._picks(ahead.final)
        if len(ahead.clocks) == 1:
            return self._last(ahead, picks)
        return self._along(ahead, picks)

    def _ahead(self, round_: int) -> Ahead | None:
        last = max(self.task.rounds - 1, 1)
        rounds = np.arange(round_, self.task.rounds) if self.task.moves_first else np.arange(round_ + 1, self.task.rounds)
        if not len(rounds):
            return None
        turns = np.unique(np.linspace(0, len(rounds) - 1, CHECKPOINTS).round().astype(int))
        clocks = rounds[turns] / last
        opp = self.opponent
        manner, limit = opp.minds.manner, opp.view.limit
        targets = manner.targets(limit, clocks, None, opp.last_call)
        final = np.where(manner.yields, limit, targets[:, -1]) if self.task.moves_first else targets[:, -1]
        blur = CAUTION + BLUR * opp.rng.normal(size=len(limit))
        return Ahead(clocks, turns, targets + blur[:, None], final + blur)

    def _last(self, ahead: Ahead, picks: Ints) -> Outlook:
        """Return the outlook of the last offer that is answered: its chance of being signed against what stands without it."""
        opp = self.opponent
        wins = self._wins(opp.view.liked[picks].T[:, :, None], ahead)[:, :, 0]
        after = np.zeros(wins.shape)
        if not self.task.moves_first:
            after = self.counters.expected(ahead.targets[:, -1], opp.candidates[picks], opp.view.values)
        worth = (CONFIDENCE * np.where(wins, opp.gains[picks], after) + (1 - CONFIDENCE) * after).mean(axis=0)
        best = int(np.argmax(worth.round(9)))
        return Outlook(float(worth[best]), int(opp.candidates[picks[best]]), float(wins[:, best].mean()), float(after[:, best].mean()))

    def _along(self, ahead: Ahead, picks: Ints) -> Outlook:
        """Return the outlook of the best path of concessions from here to the last answer."""
        opp = self.opponent
        gains, liked = opp.gains[picks], opp.view.liked[picks].T
        paths = _paths(self._start(gains), len(picks), len(ahead.clocks))
        chosen = liked[:, paths]
        wins = self._wins(chosen, ahead)
        left = self._left(chosen, ahead)
        turns = len(ahead.clocks)
        first = np.where(wins.any(axis=2), wins.argmax(axis=2), turns)
        gone = left <= first
        got = np.concatenate((gains[paths], np.zeros((len(paths), 1))), axis=1)[np.arange(len(paths)), first]
        outcomes = opp.candidates[picks]
        if self.task.moves_first:
            stands = self.counters.expected(ahead.targets[:, -2], outcomes, opp.view.values)[:, paths[:, -2]]
            offered = CONFIDENCE * got
            worth = np.where(first >= turns - 1, _best_of(offered, stands), offered)
        else:
            stands = self.counters.expected(ahead.targets[:, -1], outcomes, opp.view.values)[:, paths[:, -1]]
            worth = np.where(first == turns, stands, CONFIDENCE * got + (1 - CONFIDENCE) * stands)
        patient = worth.mean(axis=0)
        worth_of = (1 - IMPATIENT) * patient + IMPATIENT * np.where(gone, 0.0, worth).mean(axis=0)
        best = int(np.argmax(worth_of.round(9)))
        outcome = int(opp.candidates[picks[paths[best, 0]]])
        value = (1 - FORESIGHT) * worth_of[best] + FORESIGHT * worth.max(axis=1).mean()
        return Outlook(float(value), outcome, float((first[:, best] < turns).mean()), float(stands[:, best].mean()))

    def _left(self, chosen: Singles, ahead: Ahead) -> Ints:
        """Return, were the vendor impatient, the answer at which it leaves because we stopped moving (hypothesis, path)."""
        opp = self.opponent
        n, paths, _ = chosen.shape
        spans = max(self.task.rounds, 2) * np.array(PATIENCE)[np.arange(n) % len(PATIENCE)]
        patience = np.maximum(np.rint(spans), 2).astype(np.int16)[:, None]
        level = np.full((n, 1), -1.0)
        stall = np.zeros((n, 1), dtype=np.int16)
        if opp.history.ours:
            past = np.maximum.accumulate(opp.utilities("ours"), axis=1)
            level = past[:, -1:]
            stall[:, 0] = (past >= level - NOTICED).sum(axis=1) - 1
        level, stall = np.repeat(level, paths, axis=1).astype(np.float32), np.repeat(stall, paths, axis=1)
        limit = opp.view.limit[:, None]
        result = np.full((n, paths), len(ahead.clocks) + 1, dtype=np.int16)
        before = -1
        for k, turn in enumerate(ahead.turns):
            now = chosen[:, :, k]
            stall = np.where(now > level + NOTICED, 0, stall + np.int16(turn - before))
            np.maximum(level, now, out=level)
            result[(stall >= patience) & (level < limit) & (result > k)] = k
            before = int(turn)
        return result.astype(np.intp)

    def _wins(self, chosen: Singles, ahead: Ahead) -> Mask:
        """Tell at which answers each hypothesis would sign what a path offers (hypothesis, path, answer)."""
        threshold = np.concatenate((ahead.targets[:, :-1], ahead.final[:, None]), axis=1)[:, None, :]
        wins = chosen >= threshold
        rows = self.opponent.minds.manner.kind == RECIPROCAL
        if rows.any():
            wins[rows] = self._returned(chosen[rows], rows, ahead)
        return wins

    def _returned(self, chosen: Singles, rows: Mask, ahead: Ahead) -> Mask:
        opp = self.opponent
        limit, manner = opp.view.limit[rows] + CAUTION, opp.minds.manner.take(rows)
        ours = opp.utilities("ours")[rows] if opp.history.ours else chosen[:, 0, :1]
        first = ours[:, 0][:, None, None]
        best = np.maximum(np.maximum.accumulate(chosen, axis=2), ours.max(axis=1)[:, None, None])
        target = manner.returned(limit, ahead.clocks, best - first)
        if self.task.moves_first:
            target[:, :, -1] = np.where(manner.yields[:, None], limit[:, None], target[:, :, -1])
        result: Mask = chosen >= np.maximum(target, limit[:, None, None])
        return result

    def _picks(self, final: Floats) -> Ints:
        """Return, for each level of our own gain, the position of the candidate that the vendor is likeliest to sign."""
        opp = self.opponent
        score = (opp.view.liked >= final.astype(np.float32)).mean(axis=1) + 0.3 * opp.view.liked.mean(axis=1)
        used = np.isin(opp.candidates, opp.history.ours)
        if not used.all():
            score = np.where(used, score - 0.05, score)
        top = opp.gains[0]
        picks = []
        for edge in np.linspace(1.0, 0.02, LEVELS) * top:
            high = int(np.searchsorted(-opp.gains, -edge + 1e-9, side="right"))
            low = min(int(np.searchsorted(-opp.gains, -(edge + 0.05 * top), side="left")), len(opp.gains) - 1)
            picks.append(low + int(np.argmax(score[low : max(high, low + 1)].round(9))))
        return np.array(picks)

    def _start(self, gains: Floats) -> int:
        """Return the level from which we go on: we never ask for more again than we did last."""
        ours = self.opponent.history.ours
        if not ours:
            return 0
        last = float(self.task.utility[ours[-1]]) - self.task.reservation
        below = np.flatnonzero(gains <= last + 1e-9)
        return int(below[0]) if len(below) else len(gains) - 1


def _best_of(offered: Floats, stands: Floats) -> Floats:
    """Return the better, on average per path, of a last offer and of taking what stands by then."""
    better = stands.mean(axis=0) > offered.mean(axis=0)
    return np.where(better, stands, offered)


def _paths(start: int, levels: int, turns: int) -> Ints:
    """Return paths of levels (path, turn): from `start` to every end, by every shape, and creeping until a drop on the last turn."""
    time = np.linspace(0, 1, turns)
    shapes = [time**power for power in SHAPES] + [np.where(time < 1, creep * (0.3 + 0.7 * time), 1.0) for creep in CREEPS]
    ends = np.unique(np.linspace(start, levels - 1, min(levels - start, ENDS)).round().astype(int))
    rows = [np.rint(start + (end - start) * shape) for end in ends for shape in shapes]
    return np.array(rows, dtype=np.intp)
