"""The network of all-MiniLM-L6-v2 in torch: twelve heads, six layers, mean of the word pieces, one line of weights per category."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from agents.contract_reading.finding.vocabulary import Array

LAYERS, FROZEN, HEADS, WIDTH = 6, 2, 12, 384
_DROPPED = 0.1
_MASKED = -1e4
_EPSILON = 1e-12


@dataclass(slots=True)
class Network:
    """Named tensors, and the passes through them. `training` switches dropout on."""

    tensors: dict[str, Any]
    training: bool = False

    @classmethod
    def of(cls, base: Path, prior: Array) -> Network:
        """Take the weights in `base` (model.safetensors); a new last line starts at the `prior` chance of each category."""
        import torch
        from safetensors.torch import load_file

        tensors = {name.removeprefix("bert."): tensor.float() for name, tensor in load_file(str(base)).items()}
        tensors["head.weight"] = torch.zeros(len(prior), WIDTH)
        tensors["head.bias"] = torch.tensor(np.log(prior / (1 - prior)), dtype=torch.float32)
        return cls(tensors)

    def tuned(self) -> list[str]:
        """Return the names of what is trained: the upper layers and the last line."""
        upper = tuple(f"encoder.layer.{layer}." for layer in range(FROZEN, LAYERS))
        return [name for name in self.tensors if name.startswith((*upper, "head."))]

    def lower(self, ids: Any, kinds: Any, mask: Any) -> Any:
        """Return the embeddings after the frozen layers."""
        named = self.tensors
        summed = named["embeddings.word_embeddings.weight"][ids] + named["embeddings.position_embeddings.weight"][: ids.shape[1]]
        vectors = self._normed(summed + named["embeddings.token_type_embeddings.weight"][kinds], "embeddings.LayerNorm")
        return self._through(vectors, mask, range(FROZEN))

    def upper(self, vectors: Any, mask: Any) -> Any:
        """Return log-odds by category from the embeddings after the frozen layers."""
        from torch.nn import functional

        vectors = self._through(vectors, mask, range(FROZEN, LAYERS))
        kept = mask[:, :, None].to(vectors.dtype)
        mean = (vectors * kept).sum(1) / kept.sum(1)
        return self._line(functional.dropout(mean, _DROPPED, self.training), "head")

    def _through(self, vectors: Any, mask: Any, layers: Iterable[int]) -> Any:
        from torch.nn import functional

        barred = (1 - mask[:, None, None, :].to(vectors.dtype)) * _MASKED
        for layer in layers:
            name = f"encoder.layer.{layer}."
            seen = functional.dropout(self._attended(vectors, barred, f"{name}attention."), _DROPPED, self.training)
            vectors = self._normed(vectors + seen, f"{name}attention.output.LayerNorm")
            widened = functional.gelu(self._line(vectors, f"{name}intermediate.dense"))
            thought = functional.dropout(self._line(widened, f"{name}output.dense"), _DROPPED, self.training)
            vectors = self._normed(vectors + thought, f"{name}output.LayerNorm")
        return vectors

    def _attended(self, vectors: Any, barred: Any, name: str) -> Any:
        import torch

        sentences, pieces, _ = vectors.shape
        asked, known, told = (
            self._line(vectors, f"{name}self.{part}").view(sentences, pieces, HEADS, WIDTH // HEADS).transpose(1, 2)
            for part in ("query", "key", "value")
        )
        weights = torch.softmax(asked @ known.transpose(-1, -2) / math.sqrt(WIDTH // HEADS) + barred, -1)
        return self._line((weights @ told).transpose(1, 2).reshape(sentences, pieces, WIDTH), f"{name}output.dense")

    def _line(self, vectors: Any, name: str) -> Any:
        from torch.nn import functional

        return functional.linear(vectors, self.tensors[f"{name}.weight"], self.tensors[f"{name}.bias"])

    def _normed(self, vectors: Any, name: str) -> Any:
        from torch.nn import functional

        return functional.layer_norm(vectors, (WIDTH,), self.tensors[f"{name}.weight"], self.tensors[f"{name}.bias"], _EPSILON)


def padded(inputs: Sequence[tuple[list[int], list[int]]]) -> tuple[Any, Any, Any]:
    """Return ids, segment ids and mask of one batch as tensors."""
    import torch

    longest = max(len(ids) for ids, _ in inputs)
    ids, kinds = torch.zeros(len(inputs), longest, dtype=torch.long), torch.zeros(len(inputs), longest, dtype=torch.long)
    mask = torch.zeros(len(inputs), longest)
    for row, (pieces, segment) in enumerate(inputs):
        ids[row, : len(pieces)] = torch.tensor(pieces)
        kinds[row, : len(pieces)] = torch.tensor(segment)
        mask[row, : len(pieces)] = 1
    return ids, kinds, mask
