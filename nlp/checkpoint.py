"""A foreign sequence-classification checkpoint, asked for the sentiment of texts."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.errors import ConfigError
from nlp.buckets import buckets
from nlp.checkpoint_folder import SETTING, digest, labels_of, locate, short_name, weights_of
from nlp.clean import for_model
from nlp.label_map import LabelMap, label_map

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LONGEST = 512
"""Tokens of a text that are read at most, whatever a checkpoint could hold: posts are short."""
TOKENS_AT_ONCE = {"cpu": 4_096, "cuda": 32_768}
"""By device: bounds the memory of a forward pass whatever the texts."""
_PROBE = "The parcel came late. " * LONGEST
"""Longer than any window."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Loaded:
    tokenizer: Any
    model: Any
    window: int
    device: str
    inputs: frozenset[str]
    """The arguments that the model's forward pass takes."""
    name_emoji: bool


class Checkpoint:
    """One checkpoint, by folder or name. Loads its weights with the first text, once."""

    def __init__(self, name: str, labels: Mapping[str, str] | None = None, temperature: float = 1.0) -> None:
        """Touches neither disk nor network.

        Args:
            name: a folder, or OWNER/NAME[@REVISION] on the Hugging Face hub.
            labels: label -> sentiment, for labels whose names do not say it.
            temperature: divides the logits (Guo et al. 2017); 1 leaves the probabilities as they come.
        """
        self.name = name
        self._given = labels or {}
        self._temperature = temperature
        self._loading = threading.Lock()
        self._loaded: _Loaded | None = None

    @cached_property
    def folder(self) -> Path:
        """Where its files are; downloaded once where it is a name."""
        return locate(self.name)

    @cached_property
    def labels(self) -> LabelMap:
        """What its labels mean."""
        return label_map(labels_of(self.folder), self._given, f"{SETTING}={self.name}")

    @cached_property
    def revision(self) -> str:
        """NAME@HASH: everything that its probabilities depend on; known without loading the weights."""
        return f"{short_name(self.name)}@{digest(self.folder, str(self.labels), repr(self._temperature))}"

    def check(self) -> None:
        """Make sure that reading will work, as far as that can be said without loading the weights.

        Raises:
            ConfigError: see `prepare`.
        """
        _ = self.labels, weights_of(self.folder)
        _tokenizer(self.folder)

    def prepare(self) -> None:
        """Load tokenizer and weights, once.

        Raises:
            ConfigError: the checkpoint cannot be found, loaded or understood; the message says what was
                found and what to do.
        """
        self._load()

    def logits(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Of shape (texts, labels), in the order of the texts; NaN where it gives no number for a text."""
        import numpy as np
        import torch

        loaded = self._load()
        found = np.full((len(texts), len(self.labels.labels)), np.nan)
        cleaned = [for_model(text, name_emoji=loaded.name_emoji) for text in texts]
        if not cleaned:
            return found
        encoded = loaded.tokenizer(cleaned, truncation=True, max_length=loaded.window)
        fields = {name: values for name, values in encoded.items() if name in loaded.inputs}
        lengths = [len(ids) for ids in encoded["input_ids"]]
        readable = [i for i, length in enumerate(lengths) if length]
        with torch.inference_mode():
            for run in buckets([lengths[i] for i in readable], TOKENS_AT_ONCE[loaded.device]):
                rows = [readable[place] for place in run]
                batch = {name: [values[i] for i in rows] for name, values in fields.items()}
                padded = loaded.tokenizer.pad(batch, return_tensors="pt").to(loaded.device)
                found[rows] = loaded.model(**padded).logits.float().cpu().numpy()
        found[~np.isfinite(found).all(axis=1)] = np.nan
        return found

    def probabilities(self, texts: Sequence[str]) -> NDArray[np.float64]:
        """Of negative, neutral and positive: shape (texts, 3); a row of NaN where it has no opinion."""
        from nlp.calibration import Calibration

        return self.labels.fold(Calibration(temperature=self._temperature).classes(self.logits(texts)))

    def fitted_temperature(self, texts: Sequence[str], wanted: Sequence[int]) -> float:
        """The temperature under which it is least surprised by labelled texts.

        Args:
            texts: that it was not trained on; a few hundred.
            wanted: for each an index into SENTIMENTS.
        """
        import numpy as np

        from nlp.calibration import Calibration

        logits, rows = self.logits(texts), np.arange(len(texts))
        candidates = np.geomspace(0.1, 10, 201)
        losses = [
            -np.nanmean(np.log(self.labels.fold(found)[rows, list(wanted)] + 1e-12))
            for found in (Calibration(temperature=t).classes(logits) for t in candidates.tolist())
        ]
        return float(round(candidates[int(np.argmin(losses))], 3))

    def _load(self) -> _Loaded:
        with self._loading:
            if self._loaded is None:
                self.check()
                self._loaded = load(self.folder, len(self.labels.labels))
            return self._loaded


def load(folder: Path, labels: int, device: str | None = None) -> _Loaded:
    """Tokenizer and model, ready to read.

    Args:
        folder: holds a checkpoint.
        labels: how many logits it must give.
        device: None: CUDA in half precision where there is a card (bfloat16 where it can, as that does
            not overflow), else the CPU in single precision.

    Raises:
        ConfigError: it cannot be loaded, or lacks a classifier of its own, or gives no numbers.
    """
    import torch
    from transformers import AutoModelForSequenceClassification
    from transformers.utils import logging

    logging.disable_progress_bar()
    device = device or ("cuda" if torch.cuda.is_available() else "cpu")
    half = torch.bfloat16 if device == "cuda" and torch.cuda.is_bf16_supported() else torch.float16
    tokenizer = _tokenizer(folder)
    try:
        model, told = AutoModelForSequenceClassification.from_pretrained(
            str(folder),
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,
            dtype=torch.float32 if device == "cpu" else half,
            output_loading_info=True,
        )
    except Exception as error:
        raise _not_loaded(folder, error) from None
    if told["missing_keys"]:
        lacking = ", ".join(sorted(told["missing_keys"])[:3])
        raise ConfigError(
            str(folder),
            f"its weights lack {lacking}, which would be random; use a checkpoint trained to classify",
        )
    loaded = _Loaded(
        tokenizer=tokenizer,
        model=model.to(device).eval(),
        window=_window(tokenizer, model),
        device=device,
        inputs=frozenset(inspect.signature(model.forward).parameters),
        name_emoji=_lacks_emoji(tokenizer),
    )
    _probe(loaded, folder, labels)
    return loaded


def _probe(loaded: _Loaded, folder: Path, labels: int) -> None:
    """One text as long as the window through everything: what is wrong is found before a batch."""
    import torch

    try:
        with torch.inference_mode():
            encoded = loaded.tokenizer(_PROBE, truncation=True, max_length=loaded.window, return_tensors="pt")
            inputs = {name: value for name, value in encoded.items() if name in loaded.inputs}
            logits = loaded.model(**{n: v.to(loaded.device) for n, v in inputs.items()}).logits
    except Exception as error:
        raise _not_loaded(folder, error) from None
    if tuple(logits.shape) != (1, labels) or not torch.isfinite(logits).all():
        raise ConfigError(
            str(folder),
            f"gives {list(logits.shape)} logits for one text; expected {labels} finite ones, for its labels",
        )


def _tokenizer(folder: Path) -> Any:
    from transformers import AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(str(folder), local_files_only=True, trust_remote_code=False)
    except Exception as error:
        raise _not_loaded(folder, error) from None
    if set(tokenizer.get_vocab()) <= set(tokenizer.all_special_tokens):  # transformers makes one from nothing
        raise ConfigError(
            str(folder),
            "its tokenizer knows no words: tokenizer.json (or its vocabulary) is missing; save the tokenizer "
            "beside the model (`tokenizer.save_pretrained`)",
        )
    if tokenizer.pad_token_id is None:
        raise ConfigError(str(folder), "its tokenizer has no padding token: texts cannot be read in batches")
    return tokenizer


def _not_loaded(folder: Path, error: Exception) -> ConfigError:
    said = (str(error).strip() or "no reason given").splitlines()[0][:300]
    return ConfigError(
        str(folder),
        f"cannot be loaded ({type(error).__name__}: {said}); code that comes with a checkpoint is never run, "
        "and missing packages are installed by you",
    )


def _window(tokenizer: Any, model: Any) -> int:
    """Tokens that fit: what tokenizer and positions allow, and no more than LONGEST."""
    from torch import nn

    positions: int = getattr(model.config, "max_position_embeddings", None) or LONGEST
    for module in model.modules():
        # RoBERTa and its kin count positions from behind the padding's: of 514, 512 are for tokens.
        if isinstance(module, nn.Embedding) and module.num_embeddings == positions:
            positions -= 0 if module.padding_idx is None else module.padding_idx + 1
            break
    return min(int(tokenizer.model_max_length), positions, LONGEST)


def _lacks_emoji(tokenizer: Any) -> bool:
    unknown = tokenizer.unk_token_id
    return unknown is not None and unknown in tokenizer("\U0001f621", add_special_tokens=False)["input_ids"]
