"""Finds the passages of a contract that matter, offline and in about a second.

A linear model over words looks at every sentence; a small encoder looks again at those it does not rule out; boosted trees weigh
both with what stands around a sentence, and speak in calibrated probabilities. Names and dates have trees of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from agents.contract_reading.categories import IN_SENTENCES, Category
from agents.contract_reading.finding.dates_named import date_candidates
from agents.contract_reading.finding.found import Found, Passage, Presence
from agents.contract_reading.finding.gating import asked_rows, judged_pairs
from agents.contract_reading.finding.pairs import pair_features
from agents.contract_reading.finding.party_names import party_candidates
from agents.contract_reading.finding.shipped import Model, shipped_model
from agents.contract_reading.finding.titles import title_candidates
from agents.contract_reading.finding.vocabulary import Array
from agents.contract_reading.finding.wording import Wording, wordings
from agents.contract_reading.segments import Segment, segments

_FLOOR = 0.002  # a passage below this probability is not worth a look
_Candidates = tuple[list[Segment], list[list[float]]]
NAMED: Mapping[Category, Callable[[str], _Candidates]] = {
    Category.DOCUMENT_NAME: title_candidates,
    Category.PARTIES: party_candidates,
    Category.AGREEMENT_DATE: date_candidates,
    Category.EFFECTIVE_DATE: date_candidates,
}
"""Where candidates for names and dates come from; the forest that judges them has the category's name."""


class Finder:
    """Reads one text at a time; holds the loaded model and nothing of what it read."""

    def __init__(self, model: Model) -> None:
        self._model = model

    @classmethod
    def shipped(cls, *, encoder: bool = True) -> Finder:
        """Load the model that comes with the project; without onnxruntime, or with `encoder=False`, numpy alone does the work.

        Raises `UnavailableError` when its files are missing.
        """
        return cls(shipped_model(encoder=encoder))

    @property
    def uses_encoder(self) -> bool:
        """Whether the second stage is at work."""
        return self._model.encoder is not None

    @property
    def thresholds(self) -> dict[Category, float]:
        """The best passage's probability from which a clause counts as there when the answer must be yes or no."""
        return {category: limits.decided for category, limits in self._model.limits.items()}

    def find(self, text: str) -> Found:
        """Return every category's passages, best first, and whether the clause is there. Text is read, never followed."""
        listed: dict[Category, list[Passage]] = {category: [] for category in Category}
        for category, passage in (*self._in_sentences(text), *self._named(text)):
            listed[category].append(passage)
        passages = {category: tuple(sorted(found, key=lambda p: (-p.score, p.start))) for category, found in listed.items()}
        return Found(passages, {category: self._presence(category, found) for category, found in passages.items()})

    def _in_sentences(self, text: str) -> list[tuple[Category, Passage]]:
        cut = segments(text)
        if not cut:
            return []
        around = wordings(text, cut)
        linear = self._model.linear.logits(around)
        deep = self._asked(around, linear)
        pairs = judged_pairs(linear, deep)
        if not len(pairs):
            return []
        judged = self._model.pairs.chances(pair_features(len(text), cut, around, linear, deep, pairs))
        return [
            (IN_SENTENCES[column], Passage(cut[row][0], cut[row][1], float(chance)))
            for (row, column), chance in zip(pairs, judged, strict=True)
            if chance > _FLOOR
        ]

    def _asked(self, around: Sequence[Wording], linear: Array) -> Array:
        deep = np.full_like(linear, np.nan)
        rows = asked_rows(linear)
        if self._model.encoder is not None and len(rows):
            deep[rows] = self._model.encoder.logits([around[row] for row in rows])
        return deep

    def _named(self, text: str) -> list[tuple[Category, Passage]]:
        found = []
        for category, candidates in NAMED.items():
            spans, rows = candidates(text)
            judged = self._model.named[category].chances(np.array(rows, np.float32)) if rows else ()
            found += [
                (category, Passage(start, end, float(chance)))
                for (start, end), chance in zip(spans, judged, strict=True)
                if chance > _FLOOR
            ]
        return found

    def _presence(self, category: Category, passages: tuple[Passage, ...]) -> Presence:
        best = passages[0].score if passages else 0.0
        limits = self._model.limits[category]
        if best >= limits.present:
            return Presence.PRESENT
        return Presence.UNSURE if best >= limits.absent else Presence.ABSENT
