"""The second stage: a small transformer (MiniLM-L6, tuned on contracts, int8) asked about the sentences the linear model does not rule out.

It needs onnxruntime and tokenizers; without them the finder goes on with numpy alone.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from agents.contract_reading.finding.vocabulary import Array
from agents.contract_reading.finding.wording import Wording

CONTEXT_PIECES, HEAD_PIECES, TAIL_PIECES = 14, 58, 22
_MOST_CHARACTERS = 1_500
_LEAD_IN, _HEADING = 80, 60  # characters of what introduces a list, and of a heading
_CLS, _SEP = 101, 102
_KEPT = 4096  # sentences whose scores are kept


def can_run() -> bool:
    """Whether the libraries the encoder needs are installed."""
    return find_spec("onnxruntime") is not None and find_spec("tokenizers") is not None


class Encoder:
    """Scores single sentences, one at a time: int8 activations are scaled per run, so in a batch a score would depend on its neighbours."""

    def __init__(self, network: Path, pieces: Path) -> None:
        os.putenv("ORT_DISABLE_TELEMETRY", "1")  # from 1.29 on onnxruntime reports each session to its maker unless told before its import
        import onnxruntime  # type: ignore[import-untyped]

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        self._session: Any = onnxruntime.InferenceSession(network.read_bytes(), options, providers=["CPUExecutionProvider"])
        self._pieces = Pieces(pieces)
        self._scored = lru_cache(_KEPT)(self._run)  # one vendor's papers share most of their sentences, and two versions nearly all

    def logits(self, wordings: Sequence[Wording]) -> Array:
        """Return the log-odds of every category for each sentence."""
        return np.vstack([self._scored(tuple(ids), tuple(kinds)) for ids, kinds in self._pieces.inputs(wordings)])

    def _run(self, ids: tuple[int, ...], kinds: tuple[int, ...]) -> Array:
        fed = {"ids": np.array([ids], np.int64), "kinds": np.array([kinds], np.int64)}
        scores: Array = self._session.run(["logits"], fed)[0][0]
        return scores


class Pieces:
    """Cuts sentences into word pieces, by the list in a file."""

    def __init__(self, listed: Path) -> None:
        from tokenizers import BertWordPieceTokenizer

        self._tokenizer: Any = BertWordPieceTokenizer(str(listed), lowercase=True)

    def inputs(self, wordings: Sequence[Wording]) -> list[tuple[list[int], list[int]]]:
        """Return the word pieces of each sentence behind its heading, or behind the words that introduce its list, and their segment ids."""
        contexts = self._tokenizer.encode_batch([_context(w) for w in wordings], add_special_tokens=False)
        bodies = self._tokenizer.encode_batch([w.text[:_MOST_CHARACTERS] for w in wordings], add_special_tokens=False)
        return [_joined(w, context.ids, body.ids) for w, context, body in zip(wordings, contexts, bodies, strict=True)]


def _introduced(wording: Wording) -> bool:
    return wording.before.rstrip().endswith(":")


def _context(wording: Wording) -> str:
    if _introduced(wording):
        return wording.before[-_LEAD_IN:]
    return "" if wording.heading == wording.text else wording.heading[:_HEADING]


def _joined(wording: Wording, context: list[int], body: list[int]) -> tuple[list[int], list[int]]:
    context = context[-CONTEXT_PIECES:] if _introduced(wording) else context[:CONTEXT_PIECES]
    if len(body) > HEAD_PIECES + TAIL_PIECES:
        body = body[:HEAD_PIECES] + body[-TAIL_PIECES:]
    first = [_CLS, *context, _SEP] if context else [_CLS]
    return [*first, *body, _SEP], [0] * len(first) + [int(bool(context))] * (len(body) + 1)
