"""What a model found in contracts it had not seen, kept as places and probabilities, without a word of the contracts.

`contract_dev_passages.npz` beside this file was kept by `bench_contracts` from a model trained without the contracts of the harness's
`dev` split: CUAD v1, The Atticus Project, CC BY 4.0.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

Spans = Mapping[str, Sequence[tuple[int, int, float]]]
KEPT = Path(__file__).with_name("contract_dev_passages.npz")
_FLOOR = 0.005  # below it nothing changes in the third figure
_STEPS = 65_535


def keep(target: Path, texts: Sequence[str], found: Sequence[Spans], thresholds: Mapping[str, float]) -> None:
    """Write what was found in each text, known again by its checksum."""
    names = sorted(thresholds)
    rows = [
        (number, names.index(name), start, end - start, round(chance * _STEPS))
        for number, spans in enumerate(found)
        for name in names
        for start, end, chance in sorted(spans.get(name, ()))
        if chance > _FLOOR
    ]
    contract, category, start, length, chance = np.array(rows).T
    np.savez_compressed(
        target,
        texts=np.array([_checksum(text) for text in texts], np.uint32),
        settings=np.array(json.dumps({name: thresholds[name] for name in names})),
        contract=contract.astype(np.uint16),
        category=category.astype(np.uint8),
        start=start.astype(np.uint32),
        length=length.astype(np.uint32),
        chance=chance.astype(np.uint16),
    )


class HeldOut:
    """The kept finder: gives what was found in a text. Raises `KeyError` for a text that is not among those."""

    def __init__(self, source: Path = KEPT) -> None:
        with np.load(source, allow_pickle=False) as kept:
            self.thresholds: dict[str, float] = json.loads(str(kept["settings"]))
            names = list(self.thresholds)
            columns = [kept[name].tolist() for name in ("contract", "category", "start", "length", "chance")]
            texts = kept["texts"].tolist()
        self._found: dict[int, dict[str, list[tuple[int, int, float]]]] = {text: {name: [] for name in names} for text in texts}
        for contract, category, start, length, chance in zip(*columns, strict=True):
            self._found[texts[contract]][names[category]].append((start, start + length, chance / _STEPS))

    def predict(self, text: str) -> Spans:
        """Return what was found in `text`, by category."""
        return self._found[_checksum(text)]


def _checksum(text: str) -> int:
    return zlib.crc32(text.encode())
