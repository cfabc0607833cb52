"""The marked contracts: reading the public file, and which sentence is an example of what."""

from __future__ import annotations

import gzip
import json
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from agents.contract_reading.categories import IN_SENTENCES, Category
from agents.contract_reading.finding.vocabulary import Array
from agents.contract_reading.finding.wording import Wording, wordings
from agents.contract_reading.segments import Segment, segments
from memory.domain.errors import InputError

FOLDS = 5
_SAME = 0.5  # share of common words from which two passages count as the same, as in the paper's evaluation
_DROPPED = str.maketrans("", "", ".,;:")
_BY_NAME = {category.value.lower(): category for category in Category}


@dataclass(frozen=True, slots=True)
class Contract:
    """A contract and the passages that lawyers marked in it."""

    title: str
    text: str
    marked: Mapping[Category, Sequence[Segment]]

    @property
    def filer(self) -> str:
        """The company that filed it: its contracts are alike, so they stay in one fold."""
        return re.split(r"[_ ]", self.title)[0][:12].lower()

    @property
    def fold(self) -> int:
        """Which of the `FOLDS` parts it is in; fold 0 is what the shipped figures were validated on."""
        return zlib.crc32(self.filer.encode()) % FOLDS


@dataclass(frozen=True, slots=True)
class Examples:
    """The sentences of a contract. `inside` is wider than `matching`: it also holds sentences of a longer marked passage."""

    contract: Contract
    cut: list[Segment]
    around: list[Wording]
    inside: Array
    matching: Array


def read_contracts(path: Path) -> list[Contract]:
    """Read CUAD in the form of its release (SQuAD JSON), or one JSON object per line with title, text and spans, gzipped or not."""
    opened = gzip.open if path.suffix == ".gz" else open
    with opened(path, "rt", encoding="utf-8") as lines:
        if ".jsonl" in path.name:
            return [_of_line(json.loads(line)) for line in lines if line.strip()]
        return [contract for entry in json.load(lines)["data"] for contract in _of_entry(entry)]


def _of_line(line: Mapping[str, Any]) -> Contract:
    marked = {_category(name): tuple((int(a), int(b)) for a, b in spans) for name, spans in line["spans"].items()}
    return Contract(line["title"], line["text"], marked)


def _of_entry(entry: Mapping[str, Any]) -> Iterator[Contract]:
    for paragraph in entry["paragraphs"]:
        marked: dict[Category, tuple[Segment, ...]] = {}
        for question in paragraph["qas"]:
            spans = {(int(a["answer_start"]), int(a["answer_start"]) + len(a["text"])) for a in question["answers"]}
            marked[_category(question["id"].rsplit("__", 1)[-1])] = tuple(sorted(spans))
        yield Contract(entry["title"], paragraph["context"], marked)


def _category(name: str) -> Category:
    try:
        return _BY_NAME[name.strip().lower()]
    except KeyError as error:
        raise InputError(f"CUAD has no category {name!r}", hint="give the train split of CUAD v1") from error


def examples_of(contract: Contract) -> Examples:
    """Cut a contract into sentences and mark each with the categories it is an example of."""
    cut = segments(contract.text)
    words = [bag(contract.text[a:b]) for a, b in cut]
    inside = np.zeros((len(cut), len(IN_SENTENCES)), np.int8)
    matching = np.zeros_like(inside)
    for column, category in enumerate(IN_SENTENCES):
        for start, end in contract.marked.get(category, ()):
            wanted = bag(contract.text[start:end])
            for row, (a, b) in enumerate(cut):
                alike = same(wanted, words[row])
                matching[row, column] |= alike
                inside[row, column] |= alike or min(b, end) - max(a, start) >= _SAME * (b - a)
    return Examples(contract, cut, wordings(contract.text, cut), inside, matching)


def bag(passage: str) -> frozenset[str]:
    """Return the words of a passage as the paper's evaluation counts them."""
    return frozenset(passage.translate(_DROPPED).lower().replace("/", " ").split(" "))


def same(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two passages share at least half of their words."""
    return len(one & other) >= _SAME * len(one | other)
