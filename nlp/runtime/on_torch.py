"""The reader in torch: on a graphics card in half precision, or anywhere in single precision to compare."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nlp.buckets import buckets
from nlp.heads import EVIDENCE, PREFIX
from nlp.runtime.compiled import NOTHING, Answers, Parts
from nlp.runtime.graph import layers_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

TOKENS_AT_ONCE = 32_768
DRIVER = Path("/proc/driver/nvidia/version")


def has_card() -> bool:
    """Whether there is a card that torch can use; torch is loaded only where a driver is."""
    if not DRIVER.exists():
        return False
    import torch

    return bool(torch.cuda.is_available())


class TorchRuntime:
    """Runs the network as `nlp.network` does in training.

    Args:
        parts: see nlp.adapter.network.
        device: `cuda` or `cpu`.
    """

    def __init__(self, parts: Parts, device: str) -> None:
        import torch

        self._device = device
        half = torch.bfloat16 if device == "cuda" and torch.cuda.is_bf16_supported() else torch.float16
        self._module = _module(parts).to(device, half if device == "cuda" else torch.float32).eval()

    def run(
        self,
        ids: Sequence[Sequence[int]],
        types: Sequence[Sequence[int]] | None = None,
        meanwhile: Iterator[None] = NOTHING,
    ) -> Answers:
        """The logits of all heads; as nlp.runtime.compiled.Runtime.run."""
        import torch

        deque(meanwhile, maxlen=0)
        heads: dict[str, list[NDArray[np.float32]]] = {}
        tokens: dict[int, NDArray[np.float32]] = {}
        lengths = [len(one) for one in ids]
        order: list[int] = []
        with torch.inference_mode():
            for rows in buckets(lengths, TOKENS_AT_ONCE):
                batch = [
                    torch.from_numpy(part).to(self._device) for part in _padded(rows, ids, types, lengths)
                ]
                order += rows
                for head, logits in self._module(*batch).items():
                    values = logits.float().cpu().numpy()
                    if head == EVIDENCE:
                        tokens |= {row: values[i, : lengths[row]] for i, row in enumerate(rows)}
                    else:
                        heads.setdefault(head, []).append(values)
        back = np.argsort(order)
        return Answers(
            heads={head: np.concatenate(parts)[back] for head, parts in heads.items()},
            tokens=[tokens[row] for row in range(len(ids))],
        )


def _padded(
    rows: Sequence[int],
    ids: Sequence[Sequence[int]],
    types: Sequence[Sequence[int]] | None,
    lengths: Sequence[int],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Ids, mask and types, each of shape (batch, length)."""
    shape = len(rows), max(lengths[row] for row in rows)
    found = np.zeros((3, *shape), dtype=np.int64)
    for place, row in enumerate(rows):
        used = slice(0, lengths[row])
        found[0, place, used] = ids[row]
        found[1, place, used] = 1
        if types is not None:
            found[2, place, used] = types[row]
    return found[0], found[1], found[2]


def _module(parts: Parts) -> Any:
    import torch
    from transformers import BertConfig, BertModel

    from nlp.network import Network

    weights = parts.weights
    words = weights["embeddings.word_embeddings.weight"]
    config = BertConfig(
        vocab_size=words.shape[0],
        hidden_size=words.shape[1],
        num_hidden_layers=layers_of(weights),
        num_attention_heads=parts.attention_heads,
        intermediate_size=weights["encoder.layer.0.intermediate.dense.weight"].shape[0],
        max_position_embeddings=weights["embeddings.position_embeddings.weight"].shape[0],
    )
    module = Network(BertModel(config, add_pooling_layer=False), words.shape[1])
    module.load_state_dict(
        {
            name if name.startswith(PREFIX) else f"encoder.{name}": torch.from_numpy(values)
            for name, values in weights.items()
            if not name.startswith(("pooler.", "embeddings.position_ids"))
        }
    )
    return module
