"""The model: texts in, readings out, one forward pass for all questions."""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import ConfigError
from core.reading import SENTIMENTS, Reading
from nlp import adapter, language
from nlp.clean import for_model
from nlp.encoder import PACKAGED, load_encoder, load_tokenizer, locate, verify

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nlp.network import Network

TOKENS_AT_ONCE = 4_096
"""A forward pass takes as many texts of similar length as fit: bounds memory whatever the texts."""

UNSURE_BELOW = 0.55
"""A likeliest sentiment below this probability is a guess; what it costs and saves is in the model card."""

DIGITS = 4
"""Probabilities are rounded: more digits would be noise of the order of summation."""


class Model:
    """Reads with the shared encoder and a trained adapter. Loads them with the first text, once."""

    def __init__(self, encoder: str = PACKAGED, folder: Path = adapter.SHIPPED) -> None:
        self._encoder = encoder
        self._folder = folder
        self._loading = threading.Lock()
        self._loaded: tuple[Any, Network] | None = None

    @cached_property
    def revision(self) -> str:
        """Names encoder and adapter exactly, without loading them."""
        return adapter.revision(self._folder)

    @cached_property
    def manifest(self) -> adapter.Manifest:
        """What goes with the weights."""
        return adapter.read_manifest(self._folder)

    def check(self) -> None:
        """Make sure that reading will work, before anything is built on it; loads nothing.

        Raises:
            ConfigError: encoder or adapter is missing, or they do not belong together.
        """
        verify(locate(self._encoder), self.manifest.encoder_sha256)
        _ = self.revision

    def prepare(self) -> None:
        """Load encoder and adapter, once (see `read` for errors)."""
        self._load()

    def read(self, texts: Sequence[str]) -> list[Reading]:
        """Read a batch; the readings come in the order of the texts.

        Raises:
            ConfigError: encoder or adapter is missing, or they do not belong together.
        """
        if not texts:
            return []
        cleaned = [for_model(text) for text in texts]
        probabilities = self._probabilities(cleaned)
        return [
            self._reading(text, clean, {head: values[i] for head, values in probabilities.items()})
            for i, (text, clean) in enumerate(zip(texts, cleaned, strict=True))
        ]

    def _reading(self, text: str, clean: str, found: dict[str, NDArray[np.float64]]) -> Reading:
        code, supported = language.guess(text, self.manifest.languages)
        sentiment = {
            name: round(float(p), DIGITS) for name, p in zip(SENTIMENTS, found["sentiment"], strict=True)
        }
        return Reading(
            model=self.revision,
            language=code,
            supported=supported,
            sentiment=sentiment,
            complaint=round(float(found["complaint"][1]), DIGITS),
            unsure=not supported or not clean or max(sentiment.values()) < UNSURE_BELOW,
        )

    def _probabilities(self, texts: Sequence[str]) -> dict[str, NDArray[np.float64]]:
        """Calibrated probabilities by head, each of shape (texts, classes)."""
        import numpy as np
        import torch

        from nlp.metrics import probabilities

        tokenizer, network = self._load()
        ids: list[list[int]] = tokenizer(list(texts), truncation=True)["input_ids"]
        order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
        parts: dict[str, list[NDArray[np.float32]]] = {}
        with torch.inference_mode():
            for bucket in _buckets(order, ids):
                padded = tokenizer.pad({"input_ids": [ids[i] for i in bucket]}, return_tensors="pt")
                for head, logits in network(padded["input_ids"], padded["attention_mask"]).items():
                    parts.setdefault(head, []).append(logits.numpy())
        back = np.argsort(np.asarray(order))
        return {
            head: probabilities(np.concatenate(values)[back], self.manifest.temperatures[head])
            for head, values in parts.items()
        }

    def _load(self) -> tuple[Any, Network]:
        with self._loading:
            if self._loaded is None:
                self._loaded = load(self._encoder, self._folder, self.manifest)
            return self._loaded


def load(encoder: str, folder: Path, manifest: adapter.Manifest) -> tuple[Any, Network]:
    """Tokenizer and network, the LoRA merged into the encoder's own weights.

    Raises:
        ConfigError: see Model.read.
    """
    from peft import PeftModel
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    from nlp.network import Network

    place = locate(encoder)
    verify(place, manifest.encoder_sha256)
    base = load_encoder(place)
    hidden = base.config.hidden_size
    try:
        with (
            warnings.catch_warnings()
        ):  # what peft asks transformers for is deprecated there; no user's business
            warnings.filterwarnings("ignore", "`is_gradient_checkpointing` is deprecated", FutureWarning)
            merged = PeftModel.from_pretrained(base, str(folder)).merge_and_unload()
        network = Network(merged, hidden)
        network.heads.load_state_dict(load_file(folder / adapter.HEADS))
    except (OSError, ValueError, RuntimeError, SafetensorError) as error:
        raise ConfigError(str(folder), f"does not fit this encoder: {str(error).splitlines()[0]}") from None
    return load_tokenizer(place), network.float().eval()


def _buckets(order: Sequence[int], ids: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """Runs of an order sorted by length, each of at most TOKENS_AT_ONCE tokens once padded."""
    bucket: list[int] = []
    for i in order:
        if bucket and (len(bucket) + 1) * len(ids[i]) > TOKENS_AT_ONCE:
            yield bucket
            bucket = []
        bucket.append(i)
    if bucket:
        yield bucket
