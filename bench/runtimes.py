"""The same network in every runtime that was considered: `python bench/runtimes.py`.

Wants `pip install onnxruntime onnx onnxscript`, which nothing else of Earful needs. All read the same tweets
on the same cores, in turns; agreement is how many sentiments are those of torch in single precision.
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from transformers import AutoModel
from transformers.utils import logging

from nlp import adapter
from nlp.clean import for_model
from nlp.encoder import PACKAGED, locate
from nlp.heads import PREFIX
from nlp.network import pooled
from nlp.runtime.compiled import open_runtime
from nlp.tokens import encode, load
from posts import texts
from reading import rates

FULL = (512, 2_048)
"""Tokens of a batch; torch and ONNX Runtime are tried with both. Ours makes its own."""
EVERY = 10
"""Of so many tweets one is read: torch takes its time, and each runtime reads them four times."""
Ids = Sequence[Sequence[int]]
Sentiments = Callable[[Ids], NDArray[np.intp]]


class Sentiment(nn.Module):
    """The shipped encoder and its head for sentiments, nothing else."""

    def __init__(self) -> None:
        super().__init__()
        folder = locate(PACKAGED)
        # eager: the exporter has no other attention, and on a CPU it is no slower
        self.encoder = AutoModel.from_pretrained(str(folder), attn_implementation="eager")
        weights = {n: torch.from_numpy(w) for n, w in adapter.network(folder).weights.items()}
        self.encoder.load_state_dict(
            {n: w for n, w in weights.items() if not n.startswith(PREFIX)}, strict=False
        )
        self.head = nn.Linear(self.encoder.config.hidden_size, 3)
        for name, parameter in self.head.named_parameters():
            parameter.data = weights[f"{PREFIX}sentiment.{name}"]

    def forward(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Logits of shape (batch, 3)."""
        states = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
        logits: Tensor = self.head(pooled(states, mask))
        return logits


def batches(ids: Ids, tokens: int) -> Iterator[tuple[list[int], NDArray[np.int64], NDArray[np.int64]]]:
    """Rows, token ids and mask of texts of similar length, filled to so many tokens with padding."""
    order = sorted(range(len(ids)), key=lambda i: -len(ids[i]))
    while order:
        length = len(ids[order[0]])
        rows, order = order[: max(1, tokens // length)], order[max(1, tokens // length) :]
        padded = np.zeros((len(rows), length), np.int64)
        for place, row in enumerate(rows):
            padded[place, : len(ids[row])] = ids[row]
        used = np.array([len(ids[row]) for row in rows])
        yield rows, padded, (np.arange(length) < used[:, None]).astype(np.int64)


def through(run: Callable[[Any, Any], Any], tokens: int) -> Sentiments:
    """Reads by a function of ids and mask, in batches."""

    def read(ids: Ids) -> NDArray[np.intp]:
        found = np.zeros(len(ids), np.intp)
        for rows, padded, mask in batches(ids, tokens):
            found[rows] = np.asarray(run(padded, mask)).argmax(axis=1)
        return found

    return read


def torches(plain: Sentiment) -> Mapping[str, Callable[[Any, Any], Any]]:
    """Torch's own ways: single precision, half of it, and eight bits with scales made while it reads."""
    half = Sentiment().to(torch.bfloat16).eval()
    eight = torch.ao.quantization.quantize_dynamic(Sentiment().eval(), {nn.Linear}, torch.qint8)

    def run(model: nn.Module) -> Callable[[Any, Any], Any]:
        def call(ids: Any, mask: Any) -> Any:
            with torch.inference_mode():
                return model(torch.from_numpy(ids), torch.from_numpy(mask)).float().numpy()

        return call

    return {"torch": run(plain), "torch, bfloat16": run(half), "torch, eight bits": run(eight)}


def onnx_runtimes(plain: Sentiment, folder: Path) -> Mapping[str, Callable[[Any, Any], Any]]:
    """ONNX Runtime: single precision, and eight bits with scales made while it reads."""
    from onnxruntime import InferenceSession
    from onnxruntime.quantization import QuantType, quantize_dynamic

    whole, eight = folder / "whole.onnx", folder / "eight.onnx"
    example = (torch.ones(2, 8, dtype=torch.long), torch.ones(2, 8, dtype=torch.long))
    axes = {name: {0: "batch", 1: "length"} for name in ("ids", "mask")}
    torch.onnx.export(
        plain, example, str(whole), input_names=["ids", "mask"], dynamic_axes=axes, dynamo=False
    )
    quantize_dynamic(whole, eight, per_channel=True, weight_type=QuantType.QInt8)

    def run(path: Path) -> Callable[[Any, Any], Any]:
        session = InferenceSession(str(path), providers=["CPUExecutionProvider"])
        return lambda ids, mask: session.run(None, {"ids": ids, "mask": mask})[0]

    return {"ONNX Runtime": run(whole), "ONNX Runtime, eight bits": run(eight)}


def ours(*, exact: bool) -> Sentiments:
    """OpenVINO as Earful uses it, without cleaning, tokens and calibration."""
    runtime = open_runtime("bench", lambda: adapter.network(locate(PACKAGED)), None, exact=exact)
    return lambda ids: runtime.run(ids).heads["sentiment"].argmax(axis=1)


def main() -> None:
    """Print a row a runtime."""
    warnings.simplefilter("ignore")  # of exporters about themselves
    logging.disable_progress_bar()
    some = texts()[0][::EVERY]
    ids: Ids = [e.ids for e in encode(load(locate(PACKAGED)), list(map(for_model, some)), [None] * len(some))]
    plain = Sentiment().eval()
    with tempfile.TemporaryDirectory() as folder:
        runs = {**torches(plain), **onnx_runtimes(plain, Path(folder))}
        works = {
            f"{name}, {tokens} tokens": through(run, tokens) for name, run in runs.items() for tokens in FULL
        }
        works |= {"OpenVINO": ours(exact=True), "OpenVINO, eight bits: shipped": ours(exact=False)}
        wanted = works[f"torch, {FULL[0]} tokens"](ids)
        agree = {name: float((read(ids) == wanted).mean()) for name, read in works.items()}
        found = rates({name: (partial(read, ids), len(ids)) for name, read in works.items()})
    for name, rate in found.items():
        print(f"{name:<40} {rate:7.0f} texts/s  {100 * agree[name]:5.1f} % the same sentiment")


if __name__ == "__main__":
    try:
        import onnxruntime  # noqa: F401
    except ImportError:
        sys.exit("ONNX Runtime is not installed: `pip install onnxruntime onnx onnxscript` first")
    main()
