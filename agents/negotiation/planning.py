"""Few-round planning: concession paths played against every hypothesis of the vendor, and the best of them begun."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from agents.negotiation.counters import Counters
from agents.negotiation.holding import LAST_ROUNDS, pick_of, reach_of
from agents.negotiation.movement import MOVED, NOTICED, PATIENCE, held_by, stalled
from agents.negotiation.opponent import Opponent
from agents.negotiation.paths import paths_from
from agents.negotiation.space import Floats, Ints, Mask, Singles
from agents.negotiation.task import Task

LEVELS = 32
CHECKPOINTS = 10
CONFIDENCE = 0.93
IMPATIENT = 0.15
BLUR = 0.05
CAUTION = 0.02
FORESIGHT = 0.45
HOLDING = 0.15
SOON = 8


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
    blur: Floats


class Planner:
    """Plans for one task."""

    def __init__(self, task: Task, opponent: Opponent, counters: Counters) -> None:
        self.task, self.opponent, self.counters = task, opponent, counters

    def look(self, round_: int) -> Outlook | None:
        """Return the best way of going on from this turn; None when no offer of ours can be answered any more."""
        ahead = self._ahead(round_)
        if ahead is None:
            return None
        if ahead.turns[-1] >= LAST_ROUNDS:
            return self._held(round_, ahead)
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
        targets = manner.targets(limit, clocks, opp.last_call)
        final = np.where(manner.yields, limit, targets[:, -1]) if self.task.moves_first else targets[:, -1]
        blur = CAUTION + BLUR * opp.rng.normal(size=len(limit))
        return Ahead(clocks, turns, targets + blur[:, None], final + blur, blur)

    def _held(self, round_: int, ahead: Ahead) -> Outlook:
        """Return the outlook of the long part of the talks, in which only what we can hope for at most is worth signing."""
        opp = self.opponent
        pick = pick_of(self.task, opp, round_)
        outcome = opp.candidates[[pick]]
        coming = self.counters.expected(ahead.targets[:, :1], outcome, opp.view.values)
        deal = float((opp.view.liked[pick] >= ahead.targets[:, 0]).mean())
        return Outlook(reach_of(opp), int(outcome[0]), deal, float(coming.mean()))

    def _last(self, ahead: Ahead, picks: Ints) -> Outlook:
        """Return the outlook of the last offer that is answered: its chance of being signed against what stands without it."""
        opp = self.opponent
        chosen = opp.view.liked[picks].T[:, :, None]
        rows, asked = self._asked(chosen, ahead)
        wins = self._wins(chosen, ahead, rows, asked)[:, :, 0]
        after = np.zeros(wins.shape)
        if not self.task.moves_first:
            after = self.counters.expected(_asks(ahead.targets[:, -1], rows, asked[:, :, -1]), opp.candidates[picks], opp.view.values)
        worth = (CONFIDENCE * np.where(wins, opp.gains[picks], after) + (1 - CONFIDENCE) * after).mean(axis=0)
        best = int(np.argmax(worth.round(9)))
        return Outlook(float(worth[best]), int(opp.candidates[picks[best]]), float(wins[:, best].mean()), float(after[:, best].mean()))

    def _along(self, ahead: Ahead, picks: Ints) -> Outlook:
        """Return the outlook of the best path of concessions from here to the last answer."""
        opp = self.opponent
        gains, liked = opp.gains[picks], opp.view.liked[picks].T
        paths = paths_from(self._start(gains), len(picks), len(ahead.clocks))
        chosen = liked[:, paths]
        rows, asked = self._asked(chosen, ahead)
        wins = self._wins(chosen, ahead, rows, asked)
        left = self._left(chosen, ahead)
        turns = len(ahead.clocks)
        first = np.where(wins.any(axis=2), wins.argmax(axis=2), turns)
        gone = left <= first
        got = np.concatenate((gains[paths], np.zeros((len(paths), 1))), axis=1)[np.arange(len(paths)), first]
        outcomes = opp.candidates[picks]
        if self.task.moves_first:
            stands = self.counters.expected(_asks(ahead.targets[:, -2], rows, asked[:, :, -2]), outcomes, opp.view.values, paths[:, -2])
            offered = CONFIDENCE * got
            worth = np.where(first >= turns - 1, _best_of(offered, stands), offered)
        else:
            stands = self.counters.expected(_asks(ahead.targets[:, -1], rows, asked[:, :, -1]), outcomes, opp.view.values, paths[:, -1])
            worth = np.where(first == turns, stands, CONFIDENCE * got + (1 - CONFIDENCE) * stands)
        patient = worth.mean(axis=0)
        worth_of = (1 - IMPATIENT) * patient + IMPATIENT * np.where(gone, 0.0, worth).mean(axis=0)
        early = ahead.turns[-1] / (ahead.turns[-1] + SOON)
        best = int(np.argmax((worth_of + HOLDING * early * gains[paths[:, 0]]).round(9)))
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
            best, stall[:, 0] = stalled(opp.utilities("ours"))
            level = best[:, None]
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

    def _asked(self, chosen: Singles, ahead: Ahead) -> tuple[Mask, Floats]:
        """Return which vendors answer our moves, and what those ask along each path (hypothesis, path, answer)."""
        opp = self.opponent
        rows = opp.minds.manner.answers
        chosen, past = chosen[rows], opp.utilities("ours")[rows]
        known = past.max(axis=1, initial=-1.0).astype(np.float32)[:, None, None]
        best = np.maximum(np.maximum.accumulate(chosen, axis=2), known)
        before = np.concatenate((np.broadcast_to(known, (*best.shape[:2], 1)), best[:, :, :-1]), axis=2)
        still = (chosen <= before + MOVED) * np.diff(ahead.turns, prepend=-1)
        held = held_by(past, self.task.rounds)[:, None, -1:] + np.cumsum(still, axis=2) / max(self.task.rounds - 1, 1)
        given = best - (past[:, :1, None] if past.shape[1] else chosen[:, :, :1])
        asked = opp.minds.manner.take(rows).targets(opp.view.limit[rows], ahead.clocks, opp.last_call, given, held)
        return rows, asked + ahead.blur[rows, None, None]

    def _wins(self, chosen: Singles, ahead: Ahead, rows: Mask, asked: Floats) -> Mask:
        """Tell at which answers each hypothesis would sign what a path offers (hypothesis, path, answer)."""
        threshold = np.concatenate((ahead.targets[:, :-1], ahead.final[:, None]), axis=1)[:, None, :]
        wins = chosen >= threshold
        if rows.any():
            asked = asked.copy()
            if self.task.moves_first:
                final = np.where(self.opponent.minds.manner.yields[rows], ahead.final[rows], 1.0)[:, None]
                asked[:, :, -1] = np.minimum(asked[:, :, -1], final)
            wins[rows] = chosen[rows] >= asked
        return wins

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


def _asks(targets: Floats, rows: Mask, asked: Floats) -> Floats:
    """Return what each vendor asks after each path (hypothesis, path): its curve, or for those that answer our moves what those bring."""
    result = np.repeat(targets[:, None], asked.shape[1], axis=1)
    result[rows] = asked
    return result
