"""Train the clause finder: `python -m agents.contract_reading.training MARKED BASE OUT [--no-encoder] [--holdout FOLD]`.

MARKED is the train split of CUAD v1 (SQuAD JSON, or JSON lines), BASE the `model.safetensors` and `vocab.txt` of all-MiniLM-L6-v2
in one folder, OUT the folder that gets the model files. About 10 CPU minutes without and two hours with the encoder, on one core.
With `--holdout 0` nothing is learnt from the fifth of the filers that the public harness calls `dev`, thresholds included, so that OUT
can be measured there: `CONTRACT_MODEL=OUT python -m pytest -s tests/benchmarks/bench_contracts.py`.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path

import numpy as np

from agents.contract_reading.finding import shipped
from agents.contract_reading.finding.vocabulary import Array
from agents.contract_reading.training.corpus import FOLDS, examples_of, read_contracts
from agents.contract_reading.training.stages import asked_encoder, judged, named, word_scores


def main() -> None:
    """Train stage by stage; each is judged by scores on contracts of filers it did not see."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("marked", type=Path)
    parser.add_argument("base", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--no-encoder", action="store_true")
    parser.add_argument("--holdout", type=int, choices=range(FOLDS), metavar="FOLD", help="learn nothing from this fifth of the filers")
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    examples = [examples_of(contract) for contract in read_contracts(asked.marked) if contract.fold != asked.holdout]
    _say(f"{len(examples)} contracts, {sum(len(e.cut) for e in examples)} sentences")
    linear, words = word_scores(examples)
    _save(asked.out / shipped.LINEAR, words)
    _say("words done")
    named_parts, named_best = named(examples)
    trees = dict(named_parts)
    limits = {}
    nothing = [np.full_like(scores, np.nan) for scores in linear]
    stages = {shipped.WITHOUT_ENCODER: nothing}
    if not asked.no_encoder:
        shutil.copyfile(asked.base / "vocab.txt", asked.out / shipped.PIECES)
        stages[shipped.WITH_ENCODER] = asked_encoder(examples, linear, asked.base / "model.safetensors", asked.out)
        _say("encoder done")
    for stage, deep in stages.items():
        parts, limits[stage] = judged(stage, examples, linear, deep, named_best)
        trees |= parts
    _save(asked.out / shipped.TREES, trees)
    (asked.out / shipped.SETTINGS).write_text(json.dumps({"limits": limits}, indent=1) + "\n", encoding="utf-8")
    _say(f"written to {asked.out}")


def _save(target: Path, parts: dict[str, Array]) -> None:
    np.savez_compressed(target, allow_pickle=False, **parts)


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    main()
