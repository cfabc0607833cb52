"""Which sentences are worth the encoder's time, and which pairs of sentence and category are worth a judgement."""

from __future__ import annotations

import numpy as np

from agents.contract_reading.finding.vocabulary import Array

ASKED_ABOVE = 0.02  # sum of the linear chances: 30 % of all sentences, which hold 96 % of the clauses
ASKED_AT_MOST = 400  # sentences of one contract: bounds the seconds that the longest one takes
JUDGED_ABOVE = 0.002  # chance, by either model


def chances(logits: Array) -> Array:
    """Return probabilities for log-odds; unknown ones (NaN) are impossible ones."""
    known = np.where(np.isnan(logits), -np.inf, logits)
    with np.errstate(over="ignore"):
        found: Array = 1 / (1 + np.exp(-known))
    return found


def asked_rows(linear: Array) -> Array:
    """Return the sentences that go to the encoder, in the order of the text."""
    interest = chances(linear).sum(axis=1)
    rows = np.flatnonzero(interest > ASKED_ABOVE)
    if len(rows) > ASKED_AT_MOST:
        rows = np.sort(rows[np.argsort(-interest[rows], kind="stable")[:ASKED_AT_MOST]])
    return rows


def judged_pairs(linear: Array, deep: Array) -> Array:
    """Return (sentence, category) for every pair that either model holds possible."""
    return np.argwhere((chances(linear) > JUDGED_ABOVE) | (chances(deep) > JUDGED_ABOVE))
