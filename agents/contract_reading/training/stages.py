"""The stages of training. What a later stage learns from are scores that an earlier one gave to contracts it had not seen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from agents.contract_reading.categories import IN_SENTENCES, Category
from agents.contract_reading.finding.encoder import Encoder, Pieces
from agents.contract_reading.finding.finder import NAMED
from agents.contract_reading.finding.gating import asked_rows, chances, judged_pairs
from agents.contract_reading.finding.pairs import CATEGORY_FEATURE, RISING_FEATURES, pair_features
from agents.contract_reading.finding.shipped import ENCODER, PIECES
from agents.contract_reading.finding.vocabulary import Array
from agents.contract_reading.training import forests
from agents.contract_reading.training.corpus import Examples, bag, same
from agents.contract_reading.training.encoding import INSIDE_LABEL, export, tune
from agents.contract_reading.training.limits import limits_of
from agents.contract_reading.training.words import fit_words, packed, word_logits

_PAIR_ROUNDS = 200
_NAMED_ROUNDS = {Category.PARTIES: 150, Category.DOCUMENT_NAME: 100, Category.AGREEMENT_DATE: 80, Category.EFFECTIVE_DATE: 80}
_ENCODER_PARTS = 3  # the encoder is dear: three parts, not five
_LEARNT_ABOVE = 0.01  # linear chance from which a sentence without a clause is worth learning from
_THINNED = 0.4

Best = dict[Category, Array]


def word_scores(examples: Sequence[Examples]) -> tuple[list[Array], dict[str, Array]]:
    """Return out-of-fold log-odds of the linear model per contract, and the packed model of all contracts."""
    folds = [e.contract.fold for e in examples]
    scores: list[Array] = [np.zeros(0)] * len(examples)
    for fold in sorted(set(folds)):
        seen = [e for e, f in zip(examples, folds, strict=True) if f != fold]
        words = fit_words([w for e in seen for w in e.around], np.vstack([e.inside for e in seen]), _THINNED)
        for k, example in enumerate(examples):
            if folds[k] == fold:
                scores[k] = word_logits(words, example.around).astype(np.float32)
    whole = fit_words([w for e in examples for w in e.around], np.vstack([e.inside for e in examples]), 1.0)
    return scores, packed(whole)


def named(examples: Sequence[Examples]) -> tuple[dict[str, Array], Best]:
    """Return the forests of names and dates, and their best out-of-fold chance per contract."""
    parts: dict[str, Array] = {}
    best: Best = {}
    for category, candidates in NAMED.items():
        found = [candidates(e.contract.text) for e in examples]
        owner = np.repeat(np.arange(len(examples)), [len(spans) for spans, _ in found])
        rows = np.array([row for _, features in found for row in features], np.float32)
        labels = np.array([fits for e, (spans, _) in zip(examples, found, strict=True) for fits in _matching(e, category, spans)])
        rounds = _NAMED_ROUNDS[category]
        judged_chances = forests.out_of_fold(rows, labels, np.array([e.contract.fold for e in examples])[owner], rounds, forests.NAMED)
        best[category] = _best(len(examples), owner, judged_chances)
        parts |= forests.flattened(forests.grow(rows, labels, rounds, forests.NAMED), category.name.lower())
    return parts, best


def asked_encoder(examples: Sequence[Examples], linear: Sequence[Array], base: Path, out: Path) -> list[Array]:
    """Tune the encoder on all contracts into `out`, and return out-of-part log-odds, NaN where it is not asked."""
    pieces = Pieces(out / PIECES)
    part = _parts(examples)
    deep = [np.full_like(scores, np.nan) for scores in linear]
    for left_out in range(_ENCODER_PARTS + 1):  # the last leaves nothing out
        whole = left_out == _ENCODER_PARTS
        rows = [(k, r) for k, e in enumerate(examples) if part[k] != left_out for r in _learnt(e, linear[k])]
        inputs = pieces.inputs([examples[k].around[r] for k, r in rows])
        labels = np.array([np.maximum(examples[k].matching[r], INSIDE_LABEL * examples[k].inside[r]) for k, r in rows], np.float32)
        target = out / (ENCODER if whole else f"part{left_out}.onnx")
        export(tune(base, inputs, labels, left_out), target)
        if not whole:
            encoder = Encoder(target, out / PIECES)
            for k in np.flatnonzero(part == left_out).tolist():
                asked = asked_rows(linear[k])
                deep[k][asked] = encoder.logits([examples[k].around[r] for r in asked]) if len(asked) else 0
            target.unlink()
    return deep


def judged(
    stage: str, examples: Sequence[Examples], linear: Sequence[Array], deep: Sequence[Array], others: Best
) -> tuple[dict[str, Array], dict[str, list[float]]]:
    """Return the forest over pairs of sentence and category, and the limits of every category."""
    pairs = [judged_pairs(a, b) for a, b in zip(linear, deep, strict=True)]
    owner = np.repeat(np.arange(len(examples)), [len(found) for found in pairs])
    features = [
        pair_features(len(e.contract.text), e.cut, e.around, a, b, found)
        for e, a, b, found in zip(examples, linear, deep, pairs, strict=True)
        if len(found)
    ]
    labels = np.concatenate([e.matching[found[:, 0], found[:, 1]] for e, found in zip(examples, pairs, strict=True)])
    columns, rows = np.concatenate(pairs)[:, 1], np.vstack(features)
    folds = np.array([e.contract.fold for e in examples])[owner]
    categorical = [CATEGORY_FEATURE]
    settings = {**forests.PAIRS, "monotone_constraints": [int(feature in RISING_FEATURES) for feature in range(rows.shape[1])]}
    found = forests.out_of_fold(rows, labels, folds, _PAIR_ROUNDS, settings, categorical)
    best = dict(others)
    for column, category in enumerate(IN_SENTENCES):
        mine = columns == column
        own = _best(len(examples), owner[mine], found[mine])
        best[category] = np.maximum(own, others[category]) if category in others else own
    there = {category: np.array([bool(e.contract.marked.get(category)) for e in examples]) for category in Category}
    forest = forests.grow(rows, labels, _PAIR_ROUNDS, settings, categorical)
    return forests.flattened(forest, stage), limits_of({c: best[c] for c in Category}, there)


def _learnt(example: Examples, linear: Array) -> list[int]:
    worth = (chances(linear).max(axis=1) > _LEARNT_ABOVE) | example.inside.any(axis=1)
    return [int(row) for row in np.flatnonzero(worth)]


def _matching(example: Examples, category: Category, spans: Sequence[tuple[int, int]]) -> list[int]:
    text = example.contract.text
    wanted = [bag(text[a:b]) for a, b in example.contract.marked.get(category, ())]
    return [int(any(same(bag(text[a:b]), words) for words in wanted)) for a, b in spans]


def _best(contracts: int, owner: Array, found: Array) -> Array:
    best = np.zeros(contracts)
    np.maximum.at(best, owner, found)
    return best


def _parts(examples: Sequence[Examples]) -> Array:
    """Return three parts of about equal size, filers kept whole, fold 0 in the first."""
    filers: dict[str, list[int]] = {}
    for k, example in enumerate(examples):
        filers.setdefault(example.contract.filer, []).append(k)
    part, sizes = np.zeros(len(examples), int), [0] * _ENCODER_PARTS
    for members in sorted(filers.values(), key=lambda m: (examples[m[0]].contract.fold != 0, examples[m[0]].contract.filer)):
        to = 0 if examples[members[0]].contract.fold == 0 else int(np.argmin(sizes))
        part[members], sizes[to] = to, sizes[to] + len(members)
    return part
