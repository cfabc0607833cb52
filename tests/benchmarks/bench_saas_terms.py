"""Scores the checks of software terms against the labelled set: `SAAS_TERMS=folder python tests/benchmarks/bench_saas_terms.py [development|held_out|fresh]`.

The folder holds the whole texts as `<id>.txt`; they are not part of the repository (see tests/unit/saas_terms.json for where each comes from).
UNSURE counts neither as right nor as wrong; its share is told. A contestable label is not scored.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from pathlib import Path

from agents.contract_reading.checks import CheckFinding, CheckState, check_terms

_SET = Path(__file__).parents[1] / "unit" / "saas_terms.json"
_COLUMNS = ("right", "false", "missed", "unsure", "absent", "quoted")


def main() -> None:
    """Print precision and recall of presence for each check and over all, and what was wrong."""
    folder = Path(os.environ.get("SAAS_TERMS", ""))
    halves = sys.argv[1:] or ["development", "held_out", "fresh"]
    for half in halves:
        _print_half(half, folder)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")


def _print_half(half: str, folder: Path) -> None:
    documents = [d for d in json.loads(_SET.read_text(encoding="utf-8"))["documents"] if d["half"] == half]
    counts: dict[str, Counter[str]] = {}
    seconds = 0.0
    for document in documents:
        path = folder / f"{document['id']}.txt"
        if not path.is_file():
            _say(f"missing: {path.name}")
            continue
        text = path.read_text(encoding="utf-8")
        before = time.process_time()
        found = {f.check.value: f for f in check_terms(text)}
        seconds += time.process_time() - before
        for check, label in document["checks"].items():
            verdict = _verdict(label, found[check])
            count = counts.setdefault(check, Counter())
            count[verdict] += 1
            count["quoted"] += verdict == "right" and _holds(label["quote"], text, found[check])
            if verdict in {"false", "missed", "unsure"}:
                _tell(document["id"], check, verdict, found[check], text, label)
    _print_table(half, counts, len(documents), seconds)


def _verdict(label: dict[str, str], found: CheckFinding) -> str:
    if label["state"] == "contestable":
        return "contestable"
    if found.state is CheckState.UNSURE:
        return "unsure"
    there, says = label["state"] == "present", found.state is CheckState.PRESENT
    return {(True, True): "right", (False, True): "false", (True, False): "missed", (False, False): "absent"}[there, says]


def _holds(quote: str, text: str, found: CheckFinding) -> bool:
    start, end = found.span or (0, 0)
    return " ".join(quote.split())[:40] in " ".join(text[start:end].split())


def _tell(document: str, check: str, verdict: str, found: CheckFinding, text: str, label: dict[str, str]) -> None:
    if os.environ.get("QUIET"):
        return
    start, end = found.span or (0, 0)
    _say(f"{verdict:7} {document} {check}: {' '.join(text[start:end].split())[:260]!r} <- {label.get('quote', '')!r}")


def _print_table(half: str, counts: dict[str, Counter[str]], documents: int, seconds: float) -> None:
    _say(f"\n{half}: {documents} documents, {seconds:.2f} s CPU")
    total: Counter[str] = Counter()
    _say(f"{'check':20}" + "".join(f"{c:>8}" for c in _COLUMNS) + f"{'prec':>8}{'recall':>8}")
    for check, count in (*counts.items(), ("all", total)):
        total.update(count if check != "all" else {})
        right, wrong, missed = count["right"], count["false"], count["missed"]
        precision = right / (right + wrong) if right + wrong else float("nan")
        recall = right / (right + missed) if right + missed else float("nan")
        _say(f"{check:20}" + "".join(f"{count[c]:8}" for c in _COLUMNS) + f"{precision:8.3f}{recall:8.3f}")


if __name__ == "__main__":
    main()
