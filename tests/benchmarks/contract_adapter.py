"""The contract finder behind the face of the public clause-finding harness: text in, spans and fields by the harness's names out.

`contract_adapter:Model`, or the functions of this module: `predict(text) -> {category: [(start, end, score)]}`,
`fields(text) -> {field: normal form or None}`, `thresholds` (presence is decided there) and `artifact_paths`.
$CONTRACT_WITHOUT_ENCODER=1 leaves the encoder out, to see what numpy alone finds; $CONTRACT_MODEL names the folder of another model,
such as one trained without the contracts it is measured on (`python -m agents.contract_reading.training ... --holdout 0`).
"""

from __future__ import annotations

import functools
import importlib
import os
from pathlib import Path

from agents.contract_reading.finding import Finder
from agents.contract_reading.finding.shipped import MODEL_FOLDER, shipped_model

Spans = dict[str, list[tuple[int, int, float]]]
FIELDS = ("agreement_date", "effective_date", "expiration_date", "renewal_term", "notice_period", "governing_law")
_FOLDER = Path(os.environ.get("CONTRACT_MODEL") or MODEL_FOLDER)
artifact_paths = [str(path) for path in sorted(_FOLDER.iterdir()) if path.suffix != ".md"]


@functools.cache
def _finder() -> Finder:
    return Finder(shipped_model(encoder=os.environ.get("CONTRACT_WITHOUT_ENCODER") != "1", folder=_FOLDER))


@functools.lru_cache(maxsize=1)  # the harness asks for the fields of the text it has just had read
def predict(text: str) -> Spans:
    """Return every passage found, by the harness's category names."""
    found = _finder().find(text)
    return {category.value: [(p.start, p.end, p.score) for p in passages] for category, passages in found.passages.items()}


def fields(text: str) -> dict[str, str | None]:
    """Return the harness's value fields, read by the product's own readers of dates, periods and laws."""
    try:
        read = importlib.import_module("agents.contract_reading.values").fields
    except (ImportError, AttributeError):
        return dict.fromkeys(FIELDS)
    return dict(read(text, predict(text))) if callable(read) else dict.fromkeys(FIELDS)


thresholds = {category.value: limit for category, limit in _finder().thresholds.items()}


class Model:
    """The same as an object, for harnesses that want one."""

    name = "quartermaster"
    thresholds = thresholds
    artifact_paths = artifact_paths
    predict = staticmethod(predict)
    fields = staticmethod(fields)
