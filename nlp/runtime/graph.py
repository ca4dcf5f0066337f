"""Weights to an OpenVINO graph of the reader: a BERT encoder, two poolings, linear heads.

Inputs, both int32 of shape (batch, length): `ids`, and `segments` with 0 padding, 1 text, 2 target. One
output a head, by its name, float32: (batch, classes); head `evidence` has (batch, length, 1).

In int8 the weights of the encoder's matrices are stored as integers with a scale for every output channel,
and the CPU plugin quantises what flows into them while running, a scale for every 128 values of every token
(`DYNAMIC_QUANTIZATION_GROUP_SIZE`). One fixed range a matrix would be faster by a quarter, but a few channels
of this encoder are twenty times as large as the rest, and 2 to 4 of 100 sentiments came out different. Two
matrices of the first layer see most of them: in floating point they took a tenth off the logits' error and a
fifth off the speed, and as many sentiments changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nlp.heads import EVIDENCE, PREFIX, TARGET
from nlp.runtime.engine import openvino

Weights = Mapping[str, NDArray[np.float32]]
"""By their Hugging Face names without prefix, and `heads.NAME.weight`, `heads.NAME.bias`."""
Peaks = Mapping[str, NDArray[np.float32]]
"""Name of a matrix's input -> the largest absolute value seen in each of its channels."""

SMOOTHING = 0.5
"""How much of the channels' spread moves from activations to weights (SmoothQuant, Xiao et al. 2023)."""

LAYER_NORM_EPSILON = 1e-12
_MASKED = 1e4  # large enough for a zero after the softmax, small enough for every float format


def build(
    weights: Weights,
    *,
    attention_heads: int,
    int8: bool = True,
    peaks: Peaks | None = None,
    probe: bool = False,
) -> Any:
    """The graph, as an `openvino.Model`.

    Args:
        weights: of the encoder and of all heads, in float32.
        attention_heads: in every layer.
        int8: store the encoder's matrices in eight bits.
        peaks: what `peaks.measure` gave; with them int8 strays less.
        probe: also put out what flows into the encoder's matrices, by the names that `peaks` has.
    """
    return _Builder(weights, attention_heads, int8, peaks or {}, probe).model()


def layers_of(names: Iterable[str]) -> int:
    """How many layers an encoder with these weights has."""
    return 1 + max(int(name.split(".")[2]) for name in names if name.startswith("encoder.layer."))


class _Builder:
    def __init__(self, weights: Weights, attention_heads: int, int8: bool, peaks: Peaks, probe: bool) -> None:
        self.weights, self.heads, self.int8, self.peaks, self.probe = (
            weights,
            attention_heads,
            int8,
            peaks,
            probe,
        )
        self.op: Any = openvino().opset13
        self.hidden = weights["embeddings.word_embeddings.weight"].shape[1]
        self.results: list[Any] = []

    def model(self) -> Any:
        op = self.op
        ids = op.parameter([-1, -1], np.int32, name="ids")
        segments = op.parameter([-1, -1], np.int32, name="segments")
        states = self.embed(ids, segments)
        real = op.convert(op.greater(segments, self.integer(0)), np.float32)
        masked = op.unsqueeze(
            op.multiply(op.subtract(real, self.number(1)), self.number(_MASKED)), self.axes(1, 2)
        )
        for i in range(layers_of(self.weights)):
            states = self.layer(states, masked, i)
        self.put_heads(states, segments)
        return openvino().Model(self.results, [ids, segments], "earful-reader")

    def embed(self, ids: Any, segments: Any) -> Any:
        op, name = self.op, "embeddings.{}_embeddings.weight".format
        kinds = self.weights[name("token_type")]
        length = op.gather(op.shape_of(ids, "i32"), self.integer(1), self.integer(0))
        places = op.range(self.integer(0), length, self.integer(1), "i32")
        # half precision in memory: a quarter of the reader's size, differences in the fourth digit
        words = self.weights[name("word")]
        table = (
            op.convert(op.constant(words.astype(np.float16)), np.float32) if self.int8 else self.number(words)
        )
        summed = op.add(
            op.add(
                op.gather(table, ids, self.integer(0)),
                op.gather(self.number(kinds[[0, 0, 1]]), segments, self.integer(0)),
            ),
            op.gather(self.number(self.weights[name("position")]), places, self.integer(0)),
        )
        return self.norm(summed, "embeddings.LayerNorm")

    def layer(self, states: Any, masked: Any, i: int) -> Any:
        op, place = self.op, f"encoder.layer.{i}"
        asked = [f"{place}.attention.self.{part}" for part in ("query", "key", "value")]
        mixed = self.linear(states, asked, f"layer.{i}.input")
        query, key, value = (self.split_heads(part) for part in op.split(mixed, self.integer(2), 3).outputs())
        seen = op.scaled_dot_product_attention(query, key, value, masked)
        context = op.reshape(op.transpose(seen, self.axes(0, 2, 1, 3)), self.axes(0, 0, self.hidden), True)
        attended = self.linear(context, [f"{place}.attention.output.dense"], f"layer.{i}.context")
        states = self.norm(op.add(attended, states), f"{place}.attention.output.LayerNorm")
        inner = op.gelu(self.linear(states, [f"{place}.intermediate.dense"], f"layer.{i}.attended"), "erf")
        out = self.linear(inner, [f"{place}.output.dense"], f"layer.{i}.inner")
        return self.norm(op.add(out, states), f"{place}.output.LayerNorm")

    def split_heads(self, states: Any) -> Any:
        """(batch, length, hidden) to (batch, heads, length, size of a head)."""
        parts = self.axes(0, 0, self.heads, self.hidden // self.heads)
        return self.op.transpose(self.op.reshape(states, parts, True), self.axes(0, 2, 1, 3))

    def linear(self, states: Any, names: list[str], point: str) -> Any:
        """One multiplication for all the named matrices, whose outputs lie one after the other."""
        op = self.op
        if self.probe:
            self.put(states, point)
        matrix = np.concatenate([self.weights[f"{name}.weight"] for name in names])
        bias = np.concatenate([self.weights[f"{name}.bias"] for name in names])
        if not self.int8:
            return op.add(op.matmul(states, self.number(matrix), False, True), self.number(bias))
        if point in self.peaks:
            scale = smoothing(self.peaks[point], matrix)
            matrix, states = matrix * scale, op.multiply(states, self.number(1 / scale))
        step = np.abs(matrix).max(axis=1, keepdims=True) / 127
        step[step == 0] = 1
        whole = np.clip(np.rint(matrix / step), -127, 127).astype(np.int8)
        restored = op.multiply(op.convert(op.constant(whole), np.float32), self.number(step))
        return op.add(op.matmul(states, restored, False, True), self.number(bias))

    def norm(self, states: Any, name: str) -> Any:
        op = self.op
        even = op.mvn(states, self.axes(-1), True, LAYER_NORM_EPSILON, "inside_sqrt")
        scaled = op.multiply(even, self.number(self.weights[f"{name}.weight"]))
        return op.add(scaled, self.number(self.weights[f"{name}.bias"]))

    def put_heads(self, states: Any, segments: Any) -> None:
        names = sorted({key.split(".")[1] for key in self.weights if key.startswith(PREFIX)})
        for name in names:
            if name == EVIDENCE:
                self.put(self.head(states, [name]), name)
            elif name == TARGET:
                self.put(self.head(self.pool(states, segments, 2), [name]), name)
        together = [name for name in names if name not in (TARGET, EVIDENCE)]
        if not together:
            return
        sizes = self.axes(*(len(self.weights[f"{PREFIX}{name}.bias"]) for name in together))
        logits = self.head(self.pool(states, segments, 1), together)
        parts = self.op.variadic_split(logits, self.integer(1), sizes)
        for name, part in zip(together, parts.outputs(), strict=True):
            self.put(part, name)

    def head(self, states: Any, names: list[str]) -> Any:
        matrix = np.concatenate([self.weights[f"{PREFIX}{name}.weight"] for name in names])
        bias = np.concatenate([self.weights[f"{PREFIX}{name}.bias"] for name in names])
        return self.op.add(self.op.matmul(states, self.number(matrix), False, True), self.number(bias))

    def pool(self, states: Any, segments: Any, segment: int) -> Any:
        """The mean over the tokens of a segment; zeros where it has none."""
        op = self.op
        inside = op.convert(op.equal(segments, self.integer(segment)), np.float32)
        total = op.squeeze(op.matmul(op.unsqueeze(inside, self.axes(1)), states, False, False), self.axes(1))
        return op.divide(total, op.maximum(op.reduce_sum(inside, self.axes(1), True), self.number(1)))

    def put(self, states: Any, name: str) -> None:
        result = self.op.result(states)
        result.output(0).get_tensor().set_names({name})
        self.results.append(result)

    def number(self, values: Any) -> Any:
        return self.op.constant(np.ascontiguousarray(values, dtype=np.float32))

    def integer(self, value: int) -> Any:
        return self.op.constant(np.int32(value))

    def axes(self, *values: int) -> Any:
        return self.op.constant(np.array(values, dtype=np.int64))


def smoothing(peak: NDArray[np.float32], matrix: NDArray[np.float32]) -> NDArray[np.float32]:
    """What an input channel is divided by and its column of the matrix multiplied with: shape (inputs,)."""
    tiny = 1e-6  # a channel that was never used
    columns = np.abs(matrix).max(axis=0)
    scale = np.maximum(peak, tiny) ** SMOOTHING / np.maximum(columns, tiny) ** (1 - SMOOTHING)
    return np.asarray(scale / np.exp(np.log(scale).mean()), dtype=np.float32)
