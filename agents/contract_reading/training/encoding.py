"""Tunes the small encoder (all-MiniLM-L6-v2, Apache-2.0) on marked sentences with torch, and exports it as an int8 ONNX file.

The embeddings and the two lowest layers stay as they are and are run once; the four layers above are tuned in bfloat16.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from agents.contract_reading.finding.vocabulary import Array
from agents.contract_reading.training.network import Network, padded

INSIDE_LABEL = 0.8  # of a sentence that lies in a longer marked passage, but is not the passage
_EPOCHS, _BATCH, _WARM_UP, _SLOWEST = 3, 32, 0.06, 0.02
_BODY_RATE, _HEAD_RATE = 1e-4, 1e-3
_FORGETTING = 0.01

Inputs = Sequence[tuple[list[int], list[int]]]


def tune(base: Path, inputs: Inputs, labels: Array, seed: int) -> Network:
    """Return the network tuned on `labels` (0 to 1 by sentence and category), from the weights in `base` (model.safetensors)."""
    import torch
    from torch.nn import functional

    torch.manual_seed(seed)
    random = np.random.default_rng(seed)
    network = Network.of(base, np.clip(labels.mean(axis=0), 1e-4, 0.5))
    lower = _lowered(network, inputs, random)
    optimizer, trained = _optimizer(network)
    rates = [group["lr"] for group in optimizer.param_groups]
    batches = [batch for _ in range(_EPOCHS) for batch in _batches(inputs, random, mixed=True)]
    network.training = True
    for step, batch in enumerate(batches):
        share = min(1.0, step / (_WARM_UP * len(batches))) * max(_SLOWEST, 1 - step / len(batches))
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = rate * share
        said = _said(network, [lower[row] for row in batch])
        loss = functional.binary_cross_entropy_with_logits(said.float(), torch.from_numpy(labels[batch]), reduction="sum") / len(batch)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
    network.training = False
    return network


def _lowered(network: Network, inputs: Inputs, random: np.random.Generator) -> dict[int, Any]:
    import torch

    found: dict[int, Any] = {}
    with torch.no_grad(), torch.autocast("cpu", torch.bfloat16):
        for batch in _batches(inputs, random, mixed=False):
            vectors = network.lower(*padded([inputs[row] for row in batch])).to(torch.bfloat16)
            found |= {row: vectors[k, : len(inputs[row][0])].clone() for k, row in enumerate(batch)}
    return found


def _said(network: Network, lower: Sequence[Any]) -> Any:
    import torch
    from torch.nn.utils.rnn import pad_sequence

    mask = pad_sequence([torch.ones(len(vectors)) for vectors in lower], batch_first=True)
    with torch.autocast("cpu", torch.bfloat16):
        return network.upper(pad_sequence([vectors.float() for vectors in lower], batch_first=True), mask)


def _optimizer(network: Network) -> tuple[Any, list[Any]]:
    import torch

    named = {name: network.tensors[name].requires_grad_() for name in network.tuned()}
    body = {name: tensor for name, tensor in named.items() if not name.startswith("head.")}
    groups = [
        {"params": [t for t in body.values() if t.ndim > 1], "lr": _BODY_RATE, "weight_decay": _FORGETTING},
        {"params": [t for t in body.values() if t.ndim == 1], "lr": _BODY_RATE, "weight_decay": 0.0},
        {"params": [named["head.weight"], named["head.bias"]], "lr": _HEAD_RATE, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups), list(named.values())


def _batches(inputs: Inputs, random: np.random.Generator, *, mixed: bool) -> list[list[int]]:
    """Return rows of about the same length together, so that little is padded."""
    lengths = np.array([len(ids) for ids, _ in inputs])
    order = np.argsort(lengths + random.uniform(-6, 6, len(lengths)) if mixed else lengths, kind="stable")
    batches: list[list[int]] = [order[start : start + _BATCH].tolist() for start in range(0, len(order), _BATCH)]
    if mixed:
        random.shuffle(batches)
    return batches


def export(network: Network, target: Path) -> None:
    """Write the tuned network as ONNX with 8-bit weights."""
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic  # type: ignore[import-untyped]

    class Whole(torch.nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self._names = [name for name in network.tensors if not name.endswith("position_ids")]
            for place, name in enumerate(self._names):
                self.register_buffer(f"tensor_{place}", network.tensors[name].detach())

        def forward(self, ids: Any, kinds: Any) -> Any:
            frozen = Network({name: getattr(self, f"tensor_{place}") for place, name in enumerate(self._names)})
            mask = torch.ones_like(ids, dtype=torch.float32)
            return frozen.upper(frozen.lower(ids, kinds, mask), mask)

    whole = target.with_suffix(".fp32.onnx")
    ids = torch.randint(1_000, 20_000, (1, 40))
    axes = {name: {0: "sentences", 1: "pieces"} for name in ("ids", "kinds")}
    with torch.no_grad():
        torch.onnx.export(
            Whole().eval(),
            (ids, torch.zeros_like(ids)),
            str(whole),
            input_names=["ids", "kinds"],
            output_names=["logits"],
            dynamic_axes=axes,
            opset_version=17,
            dynamo=False,
        )
    quantize_dynamic(str(whole), str(target), weight_type=QuantType.QInt8, per_channel=True)
    whole.unlink()
