"""What is known about a sentence and a category together: the features on which the last word is spoken."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from agents.contract_reading.categories import IN_SENTENCES
from agents.contract_reading.finding.phrases import said_for
from agents.contract_reading.finding.vocabulary import Array
from agents.contract_reading.finding.wording import Wording, is_heading
from agents.contract_reading.segments import Segment

CATEGORY_FEATURE = 0
RISING_FEATURES = (1, 2, 11, 25)
"""The scores of the two models: more of them never makes a clause less likely."""
_FAR = -12.0  # log-odds of what lies outside the text
_SEEN = 900  # characters of a sentence in which cues are looked for
_CUES = tuple(
    re.compile(p, re.IGNORECASE)
    for p in (
        r"\b(?:shall|may|will|must)\s+not\b|\bneither\b|\bno party\b|\bin no event\b",
        r"\bnotwithstanding\b|\bexcept\b|\bother than\b|\bprovided,? (?:however|that)\b",
        r"\bexclusive(?:ly)?\b",
        r"\bnon-?\s?exclusive|\bnon-?\s?transferable",
        r"\d\s*%|\bpercent\b|[$€£]\s?\d|\bUSD\b",
        r"\b(?:days?|months?|years?)\b",
        r"\b(?:19|20)\d\d\b",
        r"\bterminat\w+|\bexpir\w+",
        r"\b(?:hereby|agrees? to) (?:grants?|assigns?)\b|\bgrants?\b",
        r"\bminimum\b|\bat least\b|\bno less than\b",
        r"\bmaximum\b|\bno more than\b|\bexceed\b|\bup to\b",
        r"\bliab(?:le|ility)\b|\bdamages\b",
        r"\bconsent\b|\bapproval\b",
        r"\bmeans\b|\bshall mean\b|^\W*[\"“]",
        r"\bcompet\w+\b",
        r"\brenew\w*|\bexten(?:d|sion)\w*",
        r"\bcontrol\b|\bmerger\b|\bsubstantially all\b",
        r"\bown(?:s|ed|ership)?\b|\btitle\b|\bproperty of\b",
    )
)


def pair_features(length: int, cut: Sequence[Segment], around: Sequence[Wording], linear: Array, deep: Array, pairs: Array) -> Array:
    """Return one row per (sentence, category) in `pairs`.

    `linear` and `deep` are log-odds by sentence and category, NaN in `deep` where the encoder was not asked; `length` is that of the text.
    """
    rows, columns = pairs[:, 0], pairs[:, 1]
    sentence = _sentence_features(length, cut, around, rows)
    known = np.where(np.isnan(deep), np.minimum(linear, _FAR / 2), deep)
    both = np.where(np.isnan(deep), linear, (linear + deep) / 2)
    scores = (_scores(linear, rows, columns), _scores(known, rows, columns), _near(both, rows, columns))
    phrases = [said_for(IN_SENTENCES[column], around[row].text) for row, column in pairs]
    return np.column_stack([columns, deep[rows, columns], *scores, sentence, phrases]).astype(np.float32)


def _scores(logits: Array, rows: Array, columns: Array) -> Array:
    """The score itself, against the rest of its contract and against the other categories of its sentence."""
    highest = logits.max(axis=0)
    order = np.argsort(np.argsort(-logits, axis=0, kind="stable"), axis=0)
    chances = 1 / (1 + np.exp(-logits))
    ranked = np.sort(logits, axis=1)
    own = logits[rows, columns]
    return np.column_stack(
        [
            own,
            highest[columns],
            own - highest[columns],
            np.minimum(order[rows, columns], 30),
            (chances > 0.3).sum(axis=0)[columns],
            chances.sum(axis=0)[columns],
            ranked[rows, -1] - own,
            ranked[rows, -2],
            chances.sum(axis=1)[rows],
        ]
    )


def _near(logits: Array, rows: Array, columns: Array) -> Array:
    """The same category in the sentences before and after."""
    padded = np.vstack([np.full((3, logits.shape[1]), _FAR), logits, np.full((3, logits.shape[1]), _FAR)])
    shifted = [padded[rows + 3 + step, columns] for step in (-2, -1, 1, 2)]
    window = np.max([padded[rows + 3 + step, columns] for step in (-3, -2, -1, 1, 2, 3)], axis=0)
    return np.column_stack([*shifted, window, logits[rows, columns]])


def _sentence_features(length: int, cut: Sequence[Segment], around: Sequence[Wording], rows: Array) -> Array:
    known = {int(row): _of_sentence(length, len(cut), cut[row], around[row]) for row in np.unique(rows)}
    return np.array([known[int(row)] for row in rows], dtype=np.float32).reshape(len(rows), -1)


def _of_sentence(length: int, sentences: int, segment: Segment, wording: Wording) -> list[float]:
    text = wording.text[:_SEEN]
    head = text[:200]
    return [
        float(segment[1] - segment[0]),
        segment[0] / max(1, length),
        float(sentences),
        float(length),
        sum(c.isupper() for c in head) / max(1, len(head)),
        float(is_heading(wording.text)),
        float(text[:1] in "(•-"),
        float(text[:1].islower()),
        float(wording.text[-1:] in ":;,"),
        float(wording.before.rstrip()[-1:] in ":;,"),
        *(float(bool(cue.search(text))) for cue in _CUES),
    ]
