"""Finds the passages of a contract that matter, offline: a linear model over words, and what stands on top of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from agents.contract_reading.categories import IN_SENTENCES, Category
from agents.contract_reading.finding.found import Found, Passage, Presence
from agents.contract_reading.finding.linear import LinearModel
from agents.contract_reading.finding.wording import wordings
from agents.contract_reading.segments import segments

MODEL_FOLDER = Path(__file__).parent.parent / "model"
_FLOOR = 0.002  # a passage below this probability is not worth a look
_MEND = "install the project again: its model files are part of the package"


class Finder:
    """Reads one text at a time; holds the loaded model (about 20 MB) and nothing of what it read."""

    def __init__(self, linear: LinearModel, thresholds: Mapping[Category, tuple[float, float]]) -> None:
        self._linear = linear
        self._thresholds = thresholds

    @classmethod
    def shipped(cls) -> Finder:
        """Load the model that comes with the project. Raises `UnavailableError` when its files are missing."""
        from memory.domain.errors import UnavailableError

        try:
            with np.load(MODEL_FOLDER / "linear.npz", allow_pickle=False) as parts:
                linear = LinearModel(parts)
            settings: dict[str, Any] = json.loads((MODEL_FOLDER / "settings.json").read_text(encoding="utf-8"))
        except FileNotFoundError as error:
            raise UnavailableError(f"the clause finder is not installed: {error.filename} is missing", hint=_MEND) from error
        return cls(linear, {Category(name): (low, high) for name, (low, high) in settings["thresholds"].items()})

    def find(self, text: str) -> Found:
        """Return every category's passages, best first, and whether the clause is there. Text is read, never followed."""
        cut = segments(text)
        chances = 1 / (1 + np.exp(-self._linear.logits(wordings(text, cut)))) if cut else np.zeros((0, len(IN_SENTENCES)))
        passages: dict[Category, tuple[Passage, ...]] = dict.fromkeys(Category, ())
        for column, category in enumerate(IN_SENTENCES):
            listed = [Passage(*cut[row], float(chances[row, column])) for row in np.flatnonzero(chances[:, column] > _FLOOR)]
            passages[category] = tuple(sorted(listed, key=lambda p: -p.score))
        return Found(passages, {category: self._presence(category, listed) for category, listed in passages.items()})

    def _presence(self, category: Category, passages: tuple[Passage, ...]) -> Presence:
        best = max((p.score for p in passages), default=0.0)
        low, high = self._thresholds[category]
        if best >= high:
            return Presence.PRESENT
        return Presence.UNSURE if best >= low else Presence.ABSENT
