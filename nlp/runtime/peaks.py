"""How large the channels get that flow into the encoder's matrices: measured in training, used for int8."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from nlp.runtime.batches import batches
from nlp.runtime.engine import core
from nlp.runtime.graph import Weights, build


def measure(
    weights: Weights,
    ids: Sequence[Sequence[int]],
    types: Sequence[Sequence[int]] | None = None,
    *,
    attention_heads: int,
) -> dict[str, NDArray[np.float32]]:
    """The largest absolute value of every channel over the real tokens of some texts, by input.

    Args:
        weights: see `graph.build`.
        ids: token ids of a few hundred texts like those that will be read, some with a target.
        types: their token types.
        attention_heads: in every layer.
    """
    model = build(weights, attention_heads=attention_heads, int8=False, probe=True)
    request = core().compile_model(model, "CPU", {"INFERENCE_PRECISION_HINT": "f32"}).create_infer_request()
    points = [name for output in model.outputs if (name := output.any_name).startswith("layer.")]
    peaks: dict[str, NDArray[np.float32]] = {}
    for batch in batches(ids, types):
        request.infer([batch.ids, batch.segments])
        for name in points:
            found = np.abs(request.get_tensor(name).data[batch.segments > 0]).max(axis=0)
            peaks[name] = np.maximum(peaks.get(name, 0), found)
    return peaks
