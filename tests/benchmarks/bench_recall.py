"""A thousand contracts indexed and recalled: how often a clause is found by other words, and how long a search takes beside bare Chroma.

Run: python tests/benchmarks/bench_recall.py [--contracts 1000] [--folder DIR] [--json FILE]

`recall_clauses.json` holds clauses written by hand, each with a paraphrase (what a reader remembers of it) and an oblique question (which
shares next to no word with it). They are hidden one by one in papers of `contract_paper`; what is searched are the passages that the
product cuts from the papers' texts. The weight
of words was chosen with all rows in view (from .3 to .7 it makes no difference), so there is no held-out figure. The oblique questions were
written first, and the paraphrases after those had been found to be too hard for a search over everything. `--folder` keeps the index:
a second run goes on where the first stopped.

Speed: the same questions against the same collection with the same vectors and filters, alternately through `ChromaRecall.search` and
through Chroma's own `query` with documents and metadata. A search without filters still admits only what stands now
(`superseded`), so it is held against Chroma both with that filter and without any. The time to embed the question is left out of both,
but for the last row, which is a query as it is asked: from the words of the question to the hints, the same embedding in both.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from random import Random
from typing import Any

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1])]

from contract_paper import papers  # noqa: E402

from memory.domain.base import sha256_hex  # noqa: E402
from memory.domain.evidence import EvidenceRef, Origin, Span  # noqa: E402
from memory.domain.note import Note, NoteKind  # noqa: E402
from memory.domain.words import one_line  # noqa: E402
from memory.recall.chroma import ChromaRecall  # noqa: E402
from memory.recall.embeddings.minilm import MiniLmEmbedding  # noqa: E402
from memory.recall.passages import passages  # noqa: E402
from memory.recall.ranking import NEVER  # noqa: E402
from memory.recall.terms import terms_of  # noqa: E402

ROWS = json.loads((HERE / "recall_clauses.json").read_text(encoding="utf-8"))
READ_AT = datetime(2026, 11, 1, tzinfo=UTC)
TODAY = date(2026, 11, 23)
FOUND_AT = (1, 3, 10)


class KnownVectors:
    """An embedding that has embedded the questions before, so that only the search is timed."""

    def __init__(self, inner: MiniLmEmbedding, questions: Sequence[str]) -> None:
        self.name = inner.name
        self._inner = inner
        self.known = dict(zip(questions, inner.embed(questions), strict=True))

    def embed(self, texts: Sequence[str]) -> Any:
        """Return known vectors without computing them."""
        if all(text in self.known for text in texts):
            return [self.known[text] for text in texts]
        return self._inner.embed(texts)


def hidden(count: int) -> dict[int, list[int]]:
    """Return which rows are hidden in which paper."""
    chance, places = Random(11), {}
    for row in range(len(ROWS)):
        places.setdefault(chance.randrange(count), []).append(row)
    return places


def notes(count: int) -> Iterator[Note]:
    """Yield the passages of all papers as notes; every third contract has ended."""
    where = hidden(count)
    for number, paper in enumerate(papers(count)):
        text = paper.text
        for row in where.get(number, ()):
            text += f"\n{900 + row}. {ROWS[row]['clause']}\n"
        digest = sha256_hex(text.encode())
        ended = date(2026, 6, 30) if number % 3 == 0 else None
        for start, end in passages(text):
            span = Span(start=start, end=end, text=text[start:end])
            source = EvidenceRef(digest=digest, origin=Origin.VENDOR_DOCUMENT, span=span)
            yield Note(
                id=f"{digest[:24]}-p{start}", kind=NoteKind.CLAUSE, text=span.text, vendor_id=paper.vendor_id, at=READ_AT, source=source,
                in_force_from=date(2024, 1, 1), in_force_until=ended,
            )  # fmt: skip


def found(recall: ChromaRecall, column: str, count: int, *, of_vendor: bool = False) -> dict[str, Any]:
    """Return how often the hidden clause is among the first hints: over all rows, and over the odd ones as a look at the spread."""
    ranks = []
    vendors = {row: f"vendor-{number:04}" for number, rows in hidden(count).items() for row in rows}
    for number, row in enumerate(ROWS):
        hints = recall.search(row[column], kind=NoteKind.CLAUSE, vendor_id=vendors[number] if of_vendor else None, limit=10)
        ranks.append(next((k for k, hint in enumerate(hints) if row["clause"] in hint.note.text), 99))
    rates = {f"recall@{k}": round(sum(rank < k for rank in ranks) / len(ranks), 3) for k in FOUND_AT}
    odd = ranks[1::2]
    return {**rates, "recall@10 of the odd rows": round(sum(rank < 10 for rank in odd) / len(odd), 3), "rows": len(ranks)}


def shared_words(column: str) -> float:
    """Return the mean share of a question's telling words that its clause has too."""
    shares = []
    for row in ROWS:
        asked = set(terms_of(row[column]))
        shares.append(len(asked & set(terms_of(row["clause"]))) / len(asked))
    return round(sum(shares) / len(shares), 3)


def beside_bare_chroma(recall: ChromaRecall, known: KnownVectors) -> dict[str, Any]:
    """Return the p50 and p95 of both ways, in milliseconds, for each kind of filter."""
    questions = [row["paraphrase"] for row in ROWS] * 2
    ours: dict[str, dict[str, Any]] = {
        "no filter beside no filter": {},
        "what stands now": {},
        "kind": {"kind": NoteKind.CLAUSE},
        "vendor": {"vendor_id": "vendor-0007"},
        "in force": {"in_force": TODAY},
    }
    bare: dict[str, Any] = {
        "no filter beside no filter": None,
        "what stands now": {"superseded": NEVER},
        "kind": {"$and": [{"kind": "clause"}, {"superseded": NEVER}]},
        "vendor": {"$and": [{"vendor_id": "vendor-0007"}, {"superseded": NEVER}]},
        "in force": {"$and": [{"force_from": {"$lte": TODAY.toordinal()}}, {"force_until": {"$gte": TODAY.toordinal()}}]},
    }
    told = {}
    for name, filters in ours.items():
        here, there = [], []
        for question in questions if bare[name] is None else questions[:60]:
            here.append(_seconds(lambda q=question, f=filters: recall.search(q, limit=10, **f)))
            there.append(_seconds(lambda q=question, w=bare[name]: _query(recall, known.known[q], w)))
        told[name] = _compared(here, there)
    told["from the words, no filter"] = _from_words(recall, known, questions)
    return told


def _from_words(recall: ChromaRecall, known: KnownVectors, questions: Sequence[str]) -> dict[str, Any]:
    """Return the same for whole queries, each of which embeds its question."""
    here, there = [], []
    for question in questions:
        known.known.pop(question, None)
        here.append(_seconds(lambda q=question: recall.search(q, limit=10)))
        there.append(_seconds(lambda q=question: _query(recall, known.embed([q])[0], None)))
    return _compared(here, there)


def _compared(here: list[float], there: list[float]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "ours p50": _ms(here, 0.5),
        "bare p50": _ms(there, 0.5),
        "ours p95": _ms(here, 0.95),
        "bare p95": _ms(there, 0.95),
    }
    return {**told, "p95 ratio": round(told["ours p95"] / told["bare p95"], 2)}


def _query(recall: ChromaRecall, vector: Any, where: Any) -> Any:
    with recall._shelf() as shelf:
        collection = shelf._opened(shelf.valid())
    return collection.query(query_embeddings=[vector], n_results=10, where=where, include=["documents", "metadatas", "distances"])


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _ms(times: list[float], share: float) -> float:
    return round(sorted(times)[min(len(times) - 1, int(len(times) * share))] * 1000, 2)


def main() -> None:
    """Measure, and print one JSON object."""
    options = argparse.ArgumentParser(description=one_line(__doc__ or "", 200))
    options.add_argument("--contracts", type=int, default=1000)
    options.add_argument("--folder", type=Path)
    options.add_argument("--json", type=Path)
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        known = KnownVectors(MiniLmEmbedding(), [row[column] for row in ROWS for column in ("paraphrase", "question")])
        recall = ChromaRecall.local(given.folder or Path(scratch), known)  # type: ignore[arg-type]
        cpu, start = time.process_time(), time.perf_counter()
        recall.remember(notes(given.contracts))
        told: dict[str, Any] = {
            "contracts": given.contracts,
            "passages": recall.count(),
            "indexing": {"seconds": round(time.perf_counter() - start, 1), "cpu seconds": round(time.process_time() - cpu, 1)},
            "share of words in common": {column: shared_words(column) for column in ("paraphrase", "question")},
            "paraphrase, all contracts": found(recall, "paraphrase", given.contracts),
            "oblique question, all contracts": found(recall, "question", given.contracts),
            "paraphrase, of the vendor": found(recall, "paraphrase", given.contracts, of_vendor=True),
            "oblique question, of the vendor": found(recall, "question", given.contracts, of_vendor=True),
            "milliseconds": beside_bare_chroma(recall, known),
        }
        recall.close()
    text = json.dumps(told, indent=2)
    sys.stdout.write(f"{text}\n")
    if given.json:
        given.json.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
