"""Loads the model that comes with the project."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from agents.contract_reading.categories import Category
from agents.contract_reading.finding.encoder import Encoder, can_run
from agents.contract_reading.finding.linear import LinearModel
from agents.contract_reading.finding.trees import Trees
from memory.domain.errors import UnavailableError

MODEL_FOLDER = Path(__file__).parent.parent / "model"
LINEAR, TREES, SETTINGS, ENCODER, PIECES = "linear.npz", "trees.npz", "settings.json", "encoder.onnx", "pieces.txt"
WITH_ENCODER, WITHOUT_ENCODER = "with_encoder", "without_encoder"
_MEND = "install the project again: its model files are part of the package"


@dataclass(frozen=True, slots=True)
class Limits:
    """Probabilities of the best passage: below `absent` the clause is not there, from `present` on it is, between them it is unsure.

    `decided` parts yes from no where no third answer is allowed.
    """

    absent: float
    decided: float
    present: float


@dataclass(frozen=True, slots=True)
class Model:
    """The parts that work together; `pairs` and `limits` are those made for a finder with, or without, the encoder."""

    linear: LinearModel
    encoder: Encoder | None
    pairs: Trees
    named: Mapping[Category, Trees]
    limits: Mapping[Category, Limits]


def shipped_model(*, encoder: bool = True, folder: Path = MODEL_FOLDER) -> Model:
    """Load the model in `folder`. Raises `UnavailableError` when a file is missing."""
    try:
        return _load(folder, encoder=encoder and can_run() and (folder / ENCODER).exists())
    except FileNotFoundError as error:
        raise UnavailableError(f"the clause finder is not installed: {error.filename} is missing", hint=_MEND) from error


def _load(folder: Path, *, encoder: bool) -> Model:
    stage = WITH_ENCODER if encoder else WITHOUT_ENCODER
    settings = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
    with np.load(folder / LINEAR, allow_pickle=False) as parts:
        linear = LinearModel(parts)
    with np.load(folder / TREES, allow_pickle=False) as parts:
        forests = dict(parts)
    named = (Category.DOCUMENT_NAME, Category.PARTIES, Category.AGREEMENT_DATE, Category.EFFECTIVE_DATE)
    return Model(
        linear,
        Encoder(folder / ENCODER, folder / PIECES) if encoder else None,
        Trees.of(forests, stage),
        {category: Trees.of(forests, category.name.lower()) for category in named},
        {Category(name): Limits(*limits) for name, limits in settings["limits"][stage].items()},
    )
